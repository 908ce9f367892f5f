"""A small site, built in this process with the settings of the book itself."""

from __future__ import annotations

import runpy
import warnings
from pathlib import Path
from typing import Any

import pytest
from sphinx.util.tags import Tags

from book._ext.paths import BOOK, ROOT
from tests.book.app import PAGE, Built, build_in

INDEX = "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\npage\n```\n"
EQUATION = """
$$
a = a
$$ (eq-same)

```{check} eq-same
:kind: notation
:why: 一例 | an example
```
"""
PLACES = {
    "templates_path": [str(BOOK / "_templates")],
    "html_static_path": [str(BOOK / "_static")],
    "bibtex_bibfiles": [str(BOOK / "references.bib")],
}
PLAIN = (str, int, float, list, tuple, dict)


def settings_of_the_book(edition: str) -> dict[str, Any]:
    """Return what ``conf.py`` sets."""
    found = runpy.run_path(str(ROOT / "conf.py"), {"tags": Tags([edition])})
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, PLAIN) and name.islower() and not name.startswith("_")
    } | PLACES


def build_site(
    folder: Path,
    pages: str | dict[str, str] = PAGE,
    edition: str = "zh",
    builder: str = "html",
    environment: dict[str, str] | None = None,
    purged: bool = False,
    **settings: Any,
) -> Built:
    """Build one edition as the book is built, but for its cells, which are not executed.

    Pictures of files, which the book refuses, may stand for those that its cells draw.  Of what the
    book offers for download the site has what stands in ``folder/built``.  Its style sheet is
    purged where a test asks for it: to read it takes longer than all the rest.
    """
    if isinstance(pages, str):
        pages = {"index": INDEX, "page": pages}
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="sphinx|pydata_sphinx_theme")  # not our code
        patch.setattr("book._ext.site.downloads.BUILD", folder / "built")
        if not purged:
            patch.setattr("book._ext.site.bundle.purge", lambda css, words: css)
        for name in ("URL", "ISSUES", "REPOSITORY", "NOTEBOOKS"):
            patch.delenv(f"BOOK_{name}", raising=False)
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        unlike = {"nb_execution_mode": "off", "suppress_warnings": ["myst-nb.lexer", "pictures"]}
        unlike["eqcheck_cache"] = str(folder / "cache")
        config = settings_of_the_book(edition) | settings | unlike
        extensions = [name for name in config.pop("extensions") if name != "myst_nb"]
        return build_in(folder, pages, *extensions, builder=builder, **config)
