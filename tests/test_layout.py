"""A module has a test file that mirrors it, imports run one way, and nobody reads private names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from book._ext.paths import ROOT

PACKAGES = ("book._ext", "dlref", "eqcheck")
# A part of the extensions may use its own modules and those of the layers above it in this list.
LAYERS = (
    *(
        ("paths",),
        ("findings", "files", "letters"),
        ("languages", "exercises", "bibliography"),
        ("truth",),
        ("site",),
        ("live",),
    ),
    *(("paper", "epub", "live"), ("build",)),
)
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}


def modules(package: str) -> list[str]:
    """Return the dotted names of a package's modules; a package itself under its own name."""
    folder = ROOT / package.replace(".", "/")
    names = [path.relative_to(ROOT).with_suffix("").parts for path in folder.rglob("*.py")]
    return sorted(".".join(parts).removesuffix(".__init__") for parts in names)


MODULES = [module for package in PACKAGES for module in modules(package)]


def file_of(module: str) -> Path:
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imports(module: str) -> Iterator[tuple[str, str]]:
    """Yield what a module imports, wherever it does: a module, and a name of it or nothing."""
    path = file_of(module)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".") if path.stem == "__init__" else module.split(".")[:-1]
            above = package[: len(package) + 1 - node.level] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            yield from ((source, alias.name) for alias in node.names)


def imported(module: str) -> set[str]:
    """Return the dotted names that a module imports: ``a.b`` for ``from a import b``."""
    return {f"{source}.{name}".rstrip(".") for source, name in imports(module)}


def part(dotted: str) -> str:
    """Return which part of the extensions a dotted name is of: ``languages``, and so on."""
    return dotted.removeprefix("book._ext").strip(".").partition(".")[0]


def has_something_to_test(module: str) -> bool:
    """Tell doors of packages, and modules that hold names and numbers alone, from the others."""
    tree = ast.parse(file_of(module).read_text("utf-8"))
    defines = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
    return file_of(module).stem != "__init__" and any(isinstance(n, defines) for n in tree.body)


@pytest.mark.parametrize("module", [m for m in MODULES if has_something_to_test(m)])
def test_a_module_has_a_test_file_that_mirrors_it(module: str) -> None:
    *folders, name = module.replace("book._ext", "book").split(".")
    mirror = Path("tests", *folders, f"test_{name}.py")
    assert (ROOT / mirror).exists(), f"{module} has no {mirror}"


@pytest.mark.parametrize("module", [m for m in modules("book._ext") if part(m)])
def test_a_part_of_the_extensions_uses_only_those_below_it(module: str) -> None:
    own = part(module)
    used = {part(name) for name in imported(module) if name.startswith("book._ext.")} - {own}
    assert {other for other in used if RANK[other] >= RANK[own]} == set()


@pytest.mark.parametrize("module", [m for m in MODULES if not m.startswith("book")])
def test_dlref_and_eqcheck_know_neither_the_book_nor_each_other(module: str) -> None:
    own = module.partition(".")[0]
    others = {"book", "dlref", "eqcheck"} - {own}
    assert {name for name in imported(module) if name.partition(".")[0] in others} == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_reads_no_private_name_of_another(module: str) -> None:
    own = [(s, n) for s, n in imports(module) if s.startswith(PACKAGES)]
    private = {f"{source}.{name}" for source, name in own if name.startswith("_")}
    names = {name or source for source, name in own}
    for node in ast.walk(ast.parse(file_of(module).read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in names:
            private |= {node.attr} if node.attr.startswith("_") and node.attr[1] != "_" else set()
    assert private == set()
