"""One style sheet and one script for all pages, without what the theme loads and never uses.

The theme asks for eight style sheets, one of which imports another, and for ten scripts, four of
which stand in the way of the page.  At the end of a build they are put end to end, in their order,
and the script waits until the page is there.  The style sheet loses what no page can use, and gets
the letters of the formulas.
Of the theme's weight most was Font Awesome, a script and a font for a dozen icons:
``css/icons.css`` draws those.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sphinx.errors import ExtensionError

from book._ext.files import made_once, write
from book._ext.site.math_fonts import font_faces, letters_of_site
from book._ext.site.purge import purge, words_of_site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# What the theme's macros load, which book/_templates/static/webpack-macros.html replaces.
THEME_STYLES = ("_static/basic.css", "_static/styles/pydata-sphinx-theme.css")
THEME_SCRIPTS = ("_static/scripts/bootstrap.js", "_static/scripts/pydata-sphinx-theme.js")
UNUSED = (
    "scripts/fontawesome.js*",
    "vendor",
    "images",
    "locales",
    "file.png",
    "minus.png",
    "plus.png",
    "*webpack-macros.html",
    "**/*.map",
)
# Words of Sphinx's own scripts, which no page shows; a strict policy refuses how they are compiled.
UNUSED_SCRIPTS = ("_static/translations.js",)
SHEET, SCRIPT = "_static/bundle.css", "_static/bundle.js"
VERSIONED = re.compile(r'"(?P<path>[^"?]*_static/[^"?]+)\?v=[0-9a-f]+')

# The theme's script measures these one by one when all is loaded, those in folds as well, and
# changes each before it measures the next: on a phone half a second.  ``book.js`` does it instead.
MEASURED = (
    '["pre",".nboutput > .output_area",".cell_output > .output",".jp-RenderedHTMLCommon",'
    '".pst-scrollable-table-container"]'
)

COMMENT = re.compile(r"^ *// .*\n", re.MULTILINE)
ICON_FONT = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}")
LIGHT = re.compile(r'\[data-theme="?light"?\]')
ADDRESS = re.compile(r"""url\((?!["']?(?:data:|\#))["']?([^)"']+)["']?\)""")


def join_styles(sheets: dict[str, str]) -> str:
    r"""Put style sheets end to end; addresses in them are made to start from the bundle.

    What is not dark is light: a page without scripts is told neither by the theme.

    >>> join_styles({"_static/a/b.css": '@charset "UTF-8";p{background:url(../c.svg)}'})
    'p{background:url(c.svg)}\n'
    >>> join_styles({"_static/a.css": 'html[data-theme="light"] p{color:red}'})
    'html:not([data-theme=dark]) p{color:red}\n'
    """
    parts = []
    for name, text in sheets.items():
        folder = posixpath.relpath(posixpath.dirname(name), posixpath.dirname(SHEET))
        text = ICON_FONT.sub("", text.removeprefix('@charset "UTF-8";'))
        text = LIGHT.sub(":not([data-theme=dark])", text)
        parts.append(ADDRESS.sub(partial(_start_from, folder), text))
    return "\n".join(parts) + "\n"


def _start_from(folder: str, address: re.Match[str]) -> str:
    return f"url({posixpath.normpath(posixpath.join(folder, address[1]))})"


def join_scripts(scripts: dict[str, str]) -> str:
    r"""Put scripts end to end, each closed, without lines of comment; the theme's measures nothing.

    >>> join_scripts({"a.js": "// f\nf()", "b.js": "g()"})
    'f()\n;\ng()\n;\n'
    """
    if THEME_SCRIPTS[-1] in scripts:
        scripts = scripts | {THEME_SCRIPTS[-1]: measure_nothing(scripts[THEME_SCRIPTS[-1]])}
    return "".join(f"{COMMENT.sub('', text).rstrip()}\n;\n" for text in scripts.values())


def measure_nothing(script: str) -> str:
    """Return the theme's script with nothing left for it to measure."""
    if script.count(MEASURED) != 1:
        raise ExtensionError(f"the theme's script no longer measures {MEASURED}")
    return script.replace(MEASURED, '["_"]')


def add_bundles(app: Sphinx) -> None:
    """Let every page of the site ask for the bundles, before anything else."""
    if app.builder.name == "html":
        app.add_css_file(SHEET.removeprefix("_static/"), priority=0)
        app.add_js_file(SCRIPT.removeprefix("_static/"), priority=0, defer="defer")


def leave_out_bundled(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page of the site load no file that a bundle holds."""
    if app.builder.name != "html":
        return
    if not hasattr(app.builder, "bundles"):  # the first page knows what all pages load
        app.builder.bundles = parts_of_bundles(context)  # type: ignore[attr-defined]
        for name in app.builder.bundles:  # type: ignore[attr-defined]
            if not (file := Path(app.outdir, name)).exists():
                write(file, "to be written")  # what is not there would be asked for without version
    bundled = {part for parts in app.builder.bundles.values() for part in parts}  # type: ignore[attr-defined]
    bundled |= {*UNUSED_SCRIPTS}
    for kind in ("css_files", "script_files"):
        context[kind] = [file for file in context[kind] if str(file.filename) not in bundled]
    for file in context["script_files"]:
        if not file.filename:  # a line of script that needs the bundle: a module waits as well
            file.attributes["type"] = "module"


def parts_of_bundles(context: dict[str, Any]) -> dict[str, list[str]]:
    """Return the names of the files of each bundle, in their order."""
    styles, scripts = (
        [str(file.filename) for file in context[kind] if file.filename]
        for kind in ("css_files", "script_files")
    )
    return {
        SHEET: [*THEME_STYLES, *(name for name in styles if name != SHEET)],
        SCRIPT: [
            *(name for name in scripts if name not in (SCRIPT, *UNUSED_SCRIPTS)),
            *THEME_SCRIPTS,
        ],
    }


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the bundles if a page was written, and drop what no page loads."""
    if exception is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir)
    for pattern in UNUSED:
        for path in (folder / "_static").glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if hasattr(app.builder, "bundles"):
        sheets, scripts = (_read(folder, app.builder.bundles[name]) for name in (SHEET, SCRIPT))
        write(folder / SCRIPT, join_scripts(scripts))
        write(folder / SHEET, finished_styles(folder, join_styles(sheets), Path(app.doctreedir)))
        name_by_content(folder)


def finished_styles(folder: Path, joined: str, keeper: Path) -> str:
    """Return the styles that a page in the folder uses, and the letters of the formulas."""
    words = words_of_site(folder)
    source = f"{sorted(words)}\n{joined}"
    used = made_once(keeper / "used-styles.css", source, lambda: purge(joined, words))
    return used + font_faces(letters_of_site(folder), keeper)


def _read(folder: Path, names: Iterable[str]) -> dict[str, str]:
    return {name: (folder / name).read_text("utf-8") for name in names}


def name_by_content(folder: Path) -> None:
    """Let all pages, those of earlier builds too, ask for the files of ``_static`` as they are now.

    The question mark and the number behind an address tell browsers whether they have the file.
    """
    for page in folder.rglob("*.html"):
        named = VERSIONED.sub(partial(_with_version, page.parent), page.read_text("utf-8"))
        write(page, named)


def _with_version(folder: Path, address: re.Match[str]) -> str:
    path = folder / address["path"]
    return f'"{address["path"]}?v={crc32(path.read_bytes()):08x}' if path.exists() else address[0]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Bundle as the last of all who have a say in what a page loads."""
    app.connect("builder-inited", add_bundles)
    app.connect("html-page-context", leave_out_bundled, priority=900)
    app.connect("build-finished", finish, priority=900)  # when all other files are there
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
