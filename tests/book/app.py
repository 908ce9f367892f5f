"""A few small pages, built in this process in a fraction of a second.

    built = build(PAGE, "book._ext.exercises", edition="en", warns=["exercise 1 wants"])
    assert "<details" in built.html()

The pages are MyST, their cells stay unexecuted, and nothing is loaded but MyST-NB and the
extensions that a test names.  A warning that is not in ``warns`` fails the test, and so does one
that is and never comes.  Building again in the same test is an incremental build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.testing.util import SphinxTestApp
from sphinx.util.console import strip_escape_sequences

from book._ext.languages.parity import MYST_EXTENSIONS

MATTER = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n"
PAGE = """\
(page)=
# {zh}`一页`{en}`A page`

:::{zh}
中文段落，公式 $x$。
:::
:::{en}
An English paragraph, formula $x$.
:::

```{code-cell}
import dlref

print(float(dlref.squared_loss(3.0, 1.0)))
```
"""


SETTINGS = {  # as in the conf.py of the book
    "eqcheck_functions": ["dlref"],
    "eqcheck_languages": ["zh-Hans", "en"],
    "eqcheck_strict": True,
    "eqcheck_house": "book._ext.truth.equations.BookHouse",
}


class Built(NamedTuple):
    """What a build left: its application, and what it printed and warned of."""

    app: SphinxTestApp
    printed: str
    warnings: str

    def html(self, name: str = "page") -> str:
        """Return a page as it was written."""
        return (self.app.outdir / f"{name}.html").read_text("utf-8")

    def doctree(self, name: str = "page") -> nodes.document:
        """Return a page as it was read, before its references are resolved."""
        return self.app.env.get_doctree(name)

    def resolved(self, name: str = "page") -> nodes.document:
        """Return a page as the builder writes it, its references resolved."""
        env, builder, tags = self.app.env, self.app.builder, self.app.tags
        return env.get_and_resolve_doctree(name, builder, tags=tags)


Build = Callable[..., Built]


def build_in(
    folder: Path,
    pages: str | dict[str, str],
    *extensions: str,
    edition: str = "zh",
    builder: str = "html",
    tags: Iterable[str] = (),
    warns: Iterable[str] | None = (),
    **config: Any,
) -> Built:
    """Build pages, given by name or as the text of ``page``; ``warns=None`` allows any warning."""
    source = folder / "book"
    source.mkdir(exist_ok=True)
    pages = {"page": pages} if isinstance(pages, str) else pages
    for name, text in pages.items():
        page, whole = source / f"{name}.md", text if text.startswith("---") else MATTER + text
        if not page.exists() or page.read_text("utf-8") != whole:
            page.write_text(whole, "utf-8")
    settings: dict[str, Any] = {
        "extensions": ["myst_nb", *extensions],
        "edition": edition,
        **SETTINGS,
        "eqcheck_cache": str(folder / "cache"),
        "root_doc": next(iter(pages)),
        "nb_execution_mode": "off",
        "myst_enable_extensions": list(MYST_EXTENSIONS),
        "html_theme": "basic",
        "smartquotes": False,
        "myst_update_mathjax": False,  # else the settings of a second build may differ
        "suppress_warnings": ["myst-nb.lexer"],  # a kernel would tell it
        **config,
    }
    (source / "conf.py").write_text(f"globals().update({settings!r})\n", "utf-8")
    app = SphinxTestApp(builder, srcdir=source, builddir=folder / "_build", tags=list(tags))
    try:
        app.build()
    finally:
        app.cleanup()  # directives, roles and nodes are registered for the whole process
    warnings = strip_escape_sequences(app.warning.getvalue())
    if warns is not None:
        expected = list(warns)
        said = warnings.splitlines()
        unexpected = [line for line in said if not any(part in line for part in expected)]
        missing = [part for part in expected if not any(part in line for line in said)]
        assert not unexpected, f"unexpected warnings: {unexpected}"
        assert not missing, f"{missing} missing among the warnings: {said}"
    return Built(app, strip_escape_sequences(app.status.getvalue()), warnings)
