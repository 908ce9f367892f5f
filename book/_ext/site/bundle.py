"""One style sheet and one script a page, and nothing that readers would load for naught.

The theme asks for eight style sheets, one of which imports another, and for ten scripts, four of
which stand in the way of the page.  Here they are put end to end, in their order, and the script
waits until the page is there.  At the end of a build the style sheet loses what no page can use,
and gets the letters of the formulas.
Of the theme's weight most was Font Awesome, a script and a font for a dozen icons: ``book.css``
draws those.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from myst_nb.sphinx_ext import add_global_html_resources
from pydata_sphinx_theme.pygments import overwrite_pygments_css
from sphinx.builders.html._assets import _CascadingStyleSheet, _JavaScript
from sphinx.errors import ExtensionError

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
BUNDLE = "_static/bundle"

# The theme's script measures these one by one when all is loaded, those in folds as well, and
# changes each before it measures the next: on a phone half a second.  ``book.js`` does it instead.
MEASURED = (
    '["pre",".nboutput > .output_area",".cell_output > .output",".jp-RenderedHTMLCommon",'
    '".pst-scrollable-table-container"]'
)

ICON_FONT = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}")
ADDRESS = re.compile(r"""url\((?!["']?(?:data:|\#))["']?([^)"']+)["']?\)""")


class Bundle:
    """The files that stand in a bundle, of style sheets or of scripts."""

    def __init__(self, folder: Path, suffix: str, names: Iterable[str]) -> None:
        self.name = BUNDLE + suffix
        self.names = tuple(names)
        read = join_styles if suffix == ".css" else join_scripts
        text = read({name: (folder / name).read_text("utf-8") for name in self.names})
        (folder / self.name).write_text(text, "utf-8")


def join_styles(sheets: dict[str, str]) -> str:
    r"""Put style sheets end to end; addresses in them are made to start from the bundle.

    >>> join_styles({"_static/a/b.css": '@charset "UTF-8";p{background:url(../c.svg)}'})
    'p{background:url(c.svg)}\n'
    """
    parts = []
    for name, text in sheets.items():
        folder = posixpath.relpath(posixpath.dirname(name), posixpath.dirname(BUNDLE))
        text = ICON_FONT.sub("", text.removeprefix('@charset "UTF-8";'))
        parts.append(ADDRESS.sub(partial(_start_from, folder), text))
    return "\n".join(parts) + "\n"


def _start_from(folder: str, address: re.Match[str]) -> str:
    return f"url({posixpath.normpath(posixpath.join(folder, address[1]))})"


def join_scripts(scripts: dict[str, str]) -> str:
    r"""Put scripts end to end, each closed; the theme's measures nothing.

    >>> join_scripts({"a.js": "f()", "b.js": "g()"})
    'f()\n;\ng()\n;\n'
    """
    if THEME_SCRIPTS[-1] in scripts:
        scripts = scripts | {THEME_SCRIPTS[-1]: measure_nothing(scripts[THEME_SCRIPTS[-1]])}
    return "".join(f"{text.rstrip()}\n;\n" for text in scripts.values())


def measure_nothing(script: str) -> str:
    """Return the theme's script with nothing left for it to measure."""
    if script.count(MEASURED) != 1:
        raise ExtensionError(f"the theme's script no longer measures {MEASURED}")
    return script.replace(MEASURED, '["_"]')


def replace_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page of the site load the bundles in place of the files that they hold."""
    if app.builder.name != "html":
        return
    bundles = _bundles(app, context)
    styles, scripts = bundles[".css"], bundles[".js"]
    context["css_files"] = [
        _CascadingStyleSheet(styles.name),
        *(file for file in context["css_files"] if file.filename not in styles.names),
    ]
    rest = [file for file in context["script_files"] if file.filename not in scripts.names]
    for file in rest:
        if not file.filename:  # a line of script that needs the bundle: a module waits as well
            file.attributes["type"] = "module"
    context["script_files"] = [_JavaScript(scripts.name, defer="defer", priority=0), *rest]


def _bundles(app: Sphinx, context: dict[str, Any]) -> dict[str, Bundle]:
    """Return the bundles of this build; make them when the first page is written."""
    if not hasattr(app.builder, "bundles"):
        folder = Path(app.outdir)
        add_global_html_resources(app, None)  # MyST-NB would bring its style sheet at the end
        for pattern in UNUSED:
            for path in (folder / "_static").glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        overwrite_pygments_css(app, None)  # the theme would do so after this, at the end
        styles = [str(file.filename) for file in context["css_files"]]
        scripts = [str(f.filename) for f in context["script_files"] if f.filename]
        app.builder.bundles = {  # type: ignore[attr-defined]
            ".css": Bundle(folder, ".css", (*THEME_STYLES, *styles)),
            ".js": Bundle(folder, ".js", (*scripts, *THEME_SCRIPTS)),
        }
    return cast(dict[str, Bundle], app.builder.bundles)  # type: ignore[attr-defined]


def finish_style_sheet(app: Sphinx, exception: Exception | None) -> None:
    """Drop what no page uses, and add the letters of the formulas.

    Pages name the sheet by a hash of what it was before, which does not depend on other pages.
    """
    if exception is None and hasattr(app.builder, "bundles"):
        folder = Path(app.outdir)
        sheet = folder / app.builder.bundles[".css"].name
        used = purge(sheet.read_text("utf-8"), words_of_site(folder))
        fonts = font_faces(letters_of_site(folder), Path(app.doctreedir))
        sheet.write_text(used + fonts, "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Bundle as the last of all who have a say in what a page loads."""
    app.connect("html-page-context", replace_files, priority=900)
    app.connect("build-finished", finish_style_sheet)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
