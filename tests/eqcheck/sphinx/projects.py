"""A project of some pages, written into a folder and built in this process."""

from pathlib import Path

from sphinx.testing.util import SphinxTestApp
from sphinx.util.console import strip_escape_sequences

from eqcheck.sphinx.results import results_of

EXAMPLE = Path(__file__).parents[3] / "examples" / "eqcheck"
SYMBOLS = ".. symbols::\n\n   a, b : R | numbers\n\n"
SQUARE = ".. math::\n   :label: eq-square\n\n   (a + b)^2 = a^2 + 2 a b + b^2\n\n"
WRONG = SQUARE.replace("+ b^2", "- b^2")


class Project:
    """Pages in a folder; each build tells what was warned of, and where."""

    def __init__(self, folder):
        self.folder, self.source = folder, folder / "source"
        self.source.mkdir()
        self.write("conf.py", "")

    def write(self, name, text):
        if name.endswith(".rst"):
            text = "Title\n=====\n\n" + text
        (self.source / name).write_text(text, encoding="utf-8")

    def edit(self, name, old, new):
        text = (self.source / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (self.source / name).write_text(text.replace(old, new), encoding="utf-8")

    def build(self, builder="html", parallel=0, **config):
        suffixes = {".rst": "restructuredtext", ".md": "markdown"}  # MyST-NB leaves its own behind
        settings = {"html_theme": "basic", "source_suffix": suffixes, **config}
        if "extensions" not in (self.source / "conf.py").read_text(encoding="utf-8"):
            settings.setdefault("extensions", "eqcheck.sphinx")
        self.app = SphinxTestApp(
            builder,
            srcdir=self.source,
            builddir=self.folder / "_build",
            confoverrides=settings,
            parallel=parallel,
        )
        try:
            self.app.build()
        finally:
            self.app.cleanup()  # directives and nodes are registered for the whole process
        self.printed = strip_escape_sequences(self.app.status.getvalue())
        return strip_escape_sequences(self.app.warning.getvalue()).splitlines()

    def states(self, page="index"):
        return {r["label"]: r["state"] for r in results_of(self.app.env)[page]["equations"]}

    def html(self, page="index"):
        return (self.app.outdir / f"{page}.html").read_text(encoding="utf-8")
