"""Imports run one way, documents to checks to values to grammar; else NumPy and Python alone."""

import ast
import pathlib
import sys

import pytest

import eqcheck

ROOT = pathlib.Path(eqcheck.__file__).parent
DOORS = ("docstrings", "command", "pytest_plugin", "sphinx", "mystmd", "__main__")
LAYERS = (
    "grammar",
    "values",
    "checks",
    "documents",
    *DOORS,
)  # each may import what stands before it
SHARED = ("errors",)
EXTRAS = {"pytest_plugin": {"pytest"}, "sphinx": {"docutils", "eqcheck", "sphinx"}}  # of doors


def modules(folder):
    """Return the names of all modules below a folder, each with its source."""
    paths = sorted(folder.rglob("*.py"))
    return {
        ".".join(path.relative_to(folder).with_suffix("").parts): path.read_text(encoding="utf-8")
        for path in paths
    }


def imports(name, source, known):
    """Yield what a module imports, wherever in it: names of the package, or of others."""
    package = name.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.removeprefix("eqcheck.") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *(node.module or "").split(".")]).strip(".")
            module = module.removeprefix("eqcheck.")
            for alias in node.names:
                inside = f"{module}.{alias.name}".strip(".")
                yield inside if inside in known else module


def graph(found):
    return {name: set(imports(name, source, found)) - {name} for name, source in found.items()}


def wrong_ways(edges):
    """Return the imports of a later layer, or of a layer by what all share."""
    rank = {name: place for place, name in enumerate((*SHARED, *LAYERS))}
    return [
        f"{one} imports {two}"
        for one, others in edges.items()
        for two in sorted(others)
        if one != "__init__" and rank[one.split(".")[0]] < rank.get(two.split(".")[0], -1)
    ]


def circles(edges):
    """Return the modules that reach themselves, with the way."""

    def way(name, goal, seen):
        for other in sorted(edges.get(name, ())):
            if other == goal:
                return [goal]
            if other not in seen:
                seen.add(other)  # for good: what led nowhere once need not be followed again
                if rest := way(other, goal, seen):
                    return [other, *rest]
        return []

    return [" -> ".join([name, *found]) for name in edges if (found := way(name, name, {name}))]


def strangers(edges):
    """Return the imports of anything but NumPy, the standard library and the package itself."""
    allowed = {"numpy", "__future__", *sys.stdlib_module_names, *SHARED, *LAYERS}
    return [
        f"{one} imports {two}"
        for one, others in edges.items()
        for two in sorted(others)
        if two.split(".")[0] not in allowed | EXTRAS.get(one.split(".")[0], set())
    ]


EDGES = graph(modules(ROOT))


def test_each_module_is_in_a_layer_and_imports_are_found():
    layers = {name.split(".")[0] for name in EDGES}
    assert {"__init__", *SHARED, *LAYERS} - {*DOORS} <= layers <= {"__init__", *SHARED, *LAYERS}
    assert "grammar.lexer" in EDGES["grammar.parser"]
    assert "values.arithmetic" in EDGES["checks.compare"]


def test_imports_run_one_way():
    assert wrong_ways(EDGES) == []


def test_no_imports_run_in_a_circle():
    assert circles(EDGES) == []


def test_numpy_and_the_standard_library_are_all_that_is_imported():
    assert strangers(EDGES) == []


@pytest.mark.parametrize(
    ("module", "line", "check", "found"),
    [
        ("grammar.tree", "from ..values import page", wrong_ways,
         "grammar.tree imports values.page"),
        ("values.page", "    from ..checks.report import KINDS", wrong_ways,
         "values.page imports checks.report"),
        ("checks.report", "from ..documents.blocks import Place", wrong_ways,
         "checks.report imports documents.blocks"),
        ("errors", "from .grammar.lexer import Token", wrong_ways,
         "errors imports grammar.lexer"),
        ("grammar.lexer", "import eqcheck.grammar.parser", circles,
         "grammar.lexer -> grammar.parser -> grammar.lexer"),
        ("checks.report", "import scipy.linalg", strangers,
         "checks.report imports scipy.linalg"),
        ("checks.report", "import pytest", strangers,
         "checks.report imports pytest"),
        ("checks.report", "from dlref import losses", strangers,
         "checks.report imports dlref"),
    ],
)  # fmt: skip
def test_a_planted_import_is_named(module, line, check, found):
    sources = modules(ROOT)
    sources[module] += f"\nif True:\n    {line.strip()}\n"
    assert found in check(graph(sources))


def test_the_tests_of_eqcheck_need_neither_the_book_nor_dlref():
    folder = pathlib.Path(__file__).parent
    found = {name: set(imports(name, text, {})) for name, text in modules(folder).items()}
    assert len(found) > 50
    foreign = {
        f"{name} imports {other}"
        for name, others in found.items()
        for other in others
        if other.split(".")[0] in ("book", "dlref", *["sphinx"] * (not name.startswith("sphinx.")))
        or other.startswith("tests.book")
    }
    assert foreign == set()
