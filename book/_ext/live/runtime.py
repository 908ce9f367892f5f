"""The runtime of the live pages: ``make live-deps`` fetches it once, and makes it start quickly.

It is Pyodide, Python in the browser, with NumPy, and with Matplotlib for readers who ask for a
figure.  The core is a package of npm.  No registry has the wheels that belong to it; one wheel of
PyPI, of another project, carries them along (``requirements.txt``).  Nothing of it is executed, and
a file is taken only if its sha256 is the one that the lock of Pyodide's own package names.  The day
NumPy publishes a wheel for WebAssembly itself, that takes the place of the carrier, and ``fetch``
becomes a call of pip.

A browser would compile the libraries at each start, and take twice as long: the runtime itself
compiles them here, to the same bytes every time.  What is made lies in ``.live``, out of the way of
``make clean``, in a folder named by a hash of all that it is made of.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from book._ext.files import write
from book._ext.paths import NODE_MODULES, ROOT
from book._ext.site.katex import NODE

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
LIVE = ROOT / ".live"
FETCHED = LIVE / "fetched"
CORE_OF_NPM = NODE_MODULES / "pyodide"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
LIBRARY = "python_stdlib.zip"
SITE_PACKAGES = "/lib/python3.14/site-packages"
MAKERS = ("runtime.py", "bytecode.py", "bytecode.mjs", "requirements.txt")
READERS = (ROOT / "dlref", ROOT / "eqcheck", HERE / "reader")  # what imports it in browsers
DRAWING = ("matplotlib.pyplot", "matplotlib.backends.backend_svg")
OF_FIGURES = ("figures.py", "narrow.py")  # what imports Matplotlib
NOT_SHIPPED = {
    LIBRARY: ("/_pyrepl/", "/ftplib", "/imaplib", "/mailbox", "/poplib", "/smtplib", "/wsgiref/"),
    "numpy.zip": ("/tests/", "/f2py/", "/distutils/", "/include/", "/lib/lib", ".pyi", ".pxd"),
    "figures.zip": (
        *("/tests/", "/sample_data/", ".pyi", "/web_backend/", "/mpl-data/images/", "/_tkagg"),
        *("/fonts/afm/", "/fonts/pdfcorefonts/", "/pytz/zoneinfo/", "/dateutil/zoneinfo/"),
    ),
}


class NotAcceptedError(Exception):
    """A file is not the one that the lock names."""


# ------------------------------------------------------------------ what there is


def locked_packages() -> dict[str, dict[str, Any]]:
    """Return what the lock of Pyodide says of each package."""
    packages: dict[str, dict[str, Any]] = _lock()["packages"]
    return packages


def _lock() -> dict[str, Any]:
    lock: dict[str, Any] = json.loads((CORE_OF_NPM / "pyodide-lock.json").read_text("utf-8"))
    return lock


def with_dependencies(packages: Mapping[str, Any], wanted: Iterable[str]) -> list[str]:
    """Return packages with all that they depend on, in the order in which they are met.

    >>> with_dependencies({"a": {"depends": ["b"]}, "b": {"depends": []}}, ["a"])
    ['a', 'b']
    """
    names: list[str] = []
    waiting = [*wanted]
    while waiting:
        name = waiting.pop(0)
        if name not in names:
            names.append(name)
            waiting += packages[name]["depends"]
    return names


def imported_at_start(folders: Collection[Path] = READERS) -> list[str]:
    """Return which modules of NumPy and of Python's library are imported by what browsers run."""
    names = {"numpy"}
    for file in (file for folder in folders for file in folder.rglob("*.py")):
        if file.name in OF_FIGURES:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module)
    known = {"numpy", *sys.stdlib_module_names} - {"__future__"}
    return sorted(name for name in names if name.partition(".")[0] in known)


def key() -> str:
    """Return a hash of all that the runtime is made of: the locks, the makers, and the imports."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    digest = sha256(lock["packages"]["node_modules/pyodide"]["integrity"].encode())
    digest.update(" ".join(imported_at_start()).encode())
    for file in (*(HERE / name for name in MAKERS), *sorted((HERE / "licences").iterdir())):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def runtime_folder() -> Path | None:
    """Return where the runtime is, if it was made of what this checkout says."""
    folder = LIVE / key()
    return folder if folder.is_dir() else None


# ------------------------------------------------------------------ fetching


def accept(content: bytes, name: str, wanted: str) -> bytes:
    """Return a file if its sha256 is the one that the lock names.

    Raises
    ------
    NotAcceptedError
        If it is another.
    """
    found = sha256(content).hexdigest()
    if found != wanted:
        raise NotAcceptedError(f"{name} is sha256 {found}, but Pyodide's lock names {wanted}")
    return content


def fetch(wanted: Mapping[str, str], folder: Path = FETCHED) -> None:
    """Put wheels, given by name and sha256, into a folder, unless they are there."""
    if all((folder / name).is_file() for name in wanted):
        return
    print("==> fetching the runtime (106 MB, of which 13 MB are kept)", flush=True)
    with TemporaryDirectory() as temporary:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps"]
        pip += ["--only-binary=:all:", "--python-version=3.12", "--dest", temporary]
        subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], check=True)
        [carrier] = Path(temporary).glob("*.whl")
        with zipfile.ZipFile(carrier) as archive:
            for path in archive.namelist():
                name = path.rpartition("/")[2]
                if name in wanted and "/pyodide/" in path:
                    write(folder / name, accept(archive.read(path), name, wanted[name]))


# ------------------------------------------------------------------ making


def make() -> None:
    """Fetch what is missing, accept it, compile it, and let it stand where a build looks for it."""
    made = LIVE / key()
    if made.is_dir():
        print(f"==> the runtime of live pages is there: {LIVE.name}/{made.name}")
        return
    packages = locked_packages()
    names = with_dependencies(packages, ["numpy", "matplotlib"])
    wheels = {name: FETCHED / packages[name]["file_name"] for name in names}
    wanted = {wheels[name].name: packages[name]["sha256"] for name in names}
    fetch(wanted)
    for wheel in wheels.values():  # what was kept since long is looked at as well
        accept(wheel.read_bytes(), wheel.name, wanted[wheel.name])
    print("==> compiling the runtime of live pages (once; half a minute)", flush=True)
    with _new_folder(made) as folder:
        for name in CORE:
            shutil.copyfile(CORE_OF_NPM / name, folder / name)
        lock = {"info": _lock()["info"], "packages": {}}  # the packages come as zips of our own
        (folder / "pyodide-lock.json").write_text(json.dumps(lock), "utf-8")
        compile_zips(CORE_OF_NPM, _zips(wheels, folder))
        write_licences(folder / "licences", wheels)
    for other in LIVE.iterdir():
        if other.name not in (made.name, FETCHED.name):
            shutil.rmtree(other)
    size = sum(file.stat().st_size for file in made.rglob("*.*"))
    print(f"==> done: {LIVE.name}/{made.name} ({size / 1e6:.1f} MB)")


def _zips(wheels: Mapping[str, Path], folder: Path) -> list[dict[str, Any]]:
    """Return what is compiled: of the library what a start imports, NumPy being one of that."""
    drawing = [str(wheel) for name, wheel in wheels.items() if name != "numpy"]
    site = {"folder": SITE_PACKAGES, "unpack": True, "started": True}
    return [
        site | _zip("numpy.zip", [str(wheels["numpy"])], folder, imported_at_start()),
        {"folder": "/lib/python314.zip", "unpack": False, "started": True}
        | _zip(LIBRARY, [str(CORE_OF_NPM / LIBRARY)], folder, []),
        site | _zip("figures.zip", drawing, folder, DRAWING),
    ]


def _zip(name: str, sources: list[str], folder: Path, imports: Collection[str]) -> dict[str, Any]:
    target = {"from": sources, "to": str(folder / name), "imports": [*imports]}
    return target | {"dropped": NOT_SHIPPED[name]}


def compile_zips(runtime: Path, zips: list[dict[str, Any]]) -> None:
    """Let a runtime make zips with bytecode."""
    asked = {"runtime": str(runtime), "maker": str(HERE / "bytecode.py"), "zips": zips}
    call = [str(NODE), str(HERE / "bytecode.mjs")]
    subprocess.run(call, input=json.dumps(asked), check=True, encoding="utf-8")


def write_licences(folder: Path, wheels: Mapping[str, Path]) -> None:
    """Write the licences of all that is shipped, a file for each package."""
    folder.mkdir()
    for file in (HERE / "licences").iterdir():
        shutil.copyfile(file, folder / file.name)
    for name, wheel in wheels.items():
        with zipfile.ZipFile(wheel) as archive:
            found = [n for n in archive.namelist() if _is_licence(n)]
            text = "\n\n".join(f"==> {n}\n\n{archive.read(n).decode()}" for n in found)
        (folder / f"{name}.txt").write_text(text, "utf-8")


def _is_licence(path: str) -> bool:
    name = path.rpartition("/")[2].upper()
    return not name.endswith(".PY") and ("LICEN" in name or name.startswith("COPYING"))


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """Give a folder to fill, which takes its name when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=".") as temporary:
        filled = Path(temporary, "filled")
        filled.mkdir()
        yield filled
        filled.replace(target)


if __name__ == "__main__":
    try:
        make()
    except NotAcceptedError as error:
        sys.exit(f"==> not accepted: {error}")
