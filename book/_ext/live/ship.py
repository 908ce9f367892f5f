"""What the site takes along of the runtime, once for all editions: ``_live``.

Two folders are named by hashes of what they hold, so that browsers may keep them for ever: the
runtime, and what changes with the book: its packages with their bytecode, the worker, and the
module that pages load.  A page knows where that is, and loads nothing before it is asked.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from book._ext import files
from book._ext.live.runtime import SITE_PACKAGES, compile_zips, runtime_folder
from book._ext.paths import NODE_MODULES, ROOT
from book._ext.site.downloads import has_cells
from book._ext.site.katex import DIST, NODE

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

HERE = Path(__file__).parent
FOLDER = "_live"
PAGES = "pages"  # what the pages' formulas need, which ``pages.py`` writes
SCRIPTS = ("live.mjs", "worker.mjs", "cells.mjs", "editor.mjs", "formulas.mjs", "tries.mjs")
STYLES = ("cells.css", "verdicts.css", "formulas.css", "tries.css")
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
LICENCES = {  # of what is bundled
    "codemirror.txt": NODE_MODULES / "@codemirror" / "view" / "LICENSE",
    "katex.txt": DIST.parent / "LICENSE",
}
PACKAGES = {"dlref": ROOT / "dlref", "eqcheck": ROOT / "eqcheck", "reader": HERE / "reader"}
ZIPS = {"book.zip": ("dlref", "reader"), "eqcheck.zip": ("eqcheck",)}  # cells need the first alone
EXECUTES = ("__init__.py", "errors.py", "grammar", "values", "checks")  # of eqcheck; no documents
SUFFIXES = (".py", ".csv", ".npz", ".mplstyle")  # what the packages are made of


def sources(*packages: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of packages, by their names in a zip."""
    for package in packages:
        folder = PACKAGES[package]
        for file in sorted(folder.rglob("*")):
            top = file.relative_to(folder).parts[0]
            if file.suffix in SUFFIXES and (package != "eqcheck" or top in EXECUTES):
                yield f"{package}/{file.relative_to(folder).as_posix()}", file.read_bytes()


def address(runtime: Path | None) -> str:
    """Return where in the site the book's own part of live pages is; empty without a runtime."""
    if runtime is None:
        return ""
    digest = sha256(runtime.name.encode())
    for name, content in sources(*PACKAGES):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    made_of = [*sorted(HERE.glob("*.mjs")), *(HERE / name for name in STYLES), Path(__file__)]
    for file in (*made_of, ROOT / "package-lock.json"):
        digest.update(file.read_bytes())
    return f"{FOLDER}/{digest.hexdigest()[:16]}"


def ship(site: Path) -> None:
    """Let a site hold what its live pages load, and nothing older."""
    runtime = runtime_folder()
    if runtime is None:
        shutil.rmtree(site / FOLDER, ignore_errors=True)
        return
    own, theirs = site / address(runtime), site / FOLDER / runtime.name
    theirs.parent.mkdir(parents=True, exist_ok=True)
    for folder, fill in ((theirs, _copy_runtime), (own, _make_own)):
        if not folder.is_dir():
            with TemporaryDirectory(dir=folder.parent) as temporary:
                filled = Path(temporary, folder.name)
                fill(runtime, filled)
                filled.replace(folder)
    for other in (site / FOLDER).iterdir():
        if other not in (own, theirs, site / FOLDER / PAGES):
            shutil.rmtree(other)


def _copy_runtime(runtime: Path, folder: Path) -> None:
    shutil.copytree(runtime, folder)


def _make_own(runtime: Path, folder: Path) -> None:
    """Write the scripts, which know where the runtime is, and the packages."""
    folder.mkdir()
    call = [str(NODE), str(HERE / "bundle.mjs"), str(HERE), str(folder), *SCRIPTS]
    subprocess.run(call, check=True)
    for name in STYLES:
        shutil.copyfile(HERE / name, folder / name)
    for name, licence in LICENCES.items():
        shutil.copyfile(licence, folder / name)
    style = (DIST / "katex.min.css").read_text("utf-8")
    (folder / "katex.css").write_text(FONT_FACE.sub("", style), "utf-8")  # pages have the fonts
    (folder / "runtime.mjs").write_text(f'export default "../{runtime.name}/";\n', "utf-8")
    how = {"folder": SITE_PACKAGES, "unpack": False, "imports": [], "started": False, "dropped": []}
    zips = []
    for name, packages in ZIPS.items():
        files.pack(folder / name, sources(*packages))
        zips.append({"from": [str(folder / name)], "to": str(folder / name)} | how)
    compile_zips(runtime, zips)


# ------------------------------------------------------------------ what pages know


def find_runtime(app: Sphinx, config: Config) -> None:
    """Keep the address in the configuration: pages are written again when it changes."""
    if config.live is None:
        config.live = address(runtime_folder())


def tell_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell the templates of a page where live pages find what they load."""
    context["live"] = app.config.live if doctree is not None and has_cells(doctree) else ""


def add_script(app: Sphinx) -> None:
    """Let pages have the hook that waits for a reader, if there is something to load."""
    if app.builder.name == "html" and app.config.live:
        app.add_js_file("live.js", defer="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.add_config_value("live", None, "html", types=frozenset({str}))
    app.connect("config-inited", find_runtime)
    app.connect("builder-inited", add_script)
    app.connect("html-page-context", tell_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
