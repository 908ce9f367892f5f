"""What a page's worker needs of its formulas: a file a page, the same for all editions.

It is made of the steps in which the build itself has run the page (``truth/equations.py``), and
says nothing in words.  ``reader/pages.py`` reads it.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book._ext import files
from book._ext.live.ship import FOLDER, PAGES
from eqcheck.sphinx.results import results_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

GENERAL = {
    "kind": "identity",
    "code": "",
    "equivalent": {},
}  # what eqcheck takes if nothing is said


def data(env: BuildEnvironment, docname: str) -> str:
    """Return what is written of a page; empty if nothing on it is executed."""
    steps = results_of(env).get(docname, {}).get("steps", [])
    if not any("how" in step or "try" in step for step in steps):
        return ""
    return json.dumps([*map(_brief, steps)], ensure_ascii=False, separators=(",", ":"))


def _brief(step: dict[str, Any]) -> dict[str, Any]:
    """Leave out of an equation's step what goes without saying, and all reasons."""
    if "try" in step:
        return step
    brief = {**step, **step.get("how", {})}
    if "how" in step:
        brief |= {"how": None, "why": None, "equivalent": [*brief["equivalent"]]}
    return {key: value for key, value in brief.items() if value or key == "lines"}


def address(env: BuildEnvironment, docname: str) -> str:
    """Return where in the site the data of a page are; empty if there are none."""
    text = data(env, docname)
    name = docname.replace("/", "-")
    return f"{FOLDER}/{PAGES}/{name}-{sha256(text.encode()).hexdigest()[:16]}.json" if text else ""


def write_pages(app: Sphinx, exception: Exception | None) -> None:
    """Write the data of all pages beside the editions, which share them; drop older ones."""
    if exception is not None or app.builder.name != "html" or not app.config.live:
        return
    site = Path(app.outdir).parent
    written = set()
    for docname in app.env.found_docs:
        place = address(app.env, docname)
        if place:
            files.write(site / place, data(app.env, docname))
            written.add(site / place)
    for file in (site / FOLDER / PAGES).glob("*.json"):
        if file not in written:
            file.unlink(missing_ok=True)


def tell_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell the templates where the data of a page are, if they are shipped."""
    context["live_page"] = address(app.env, pagename) if app.config.live else ""
    if context["live_page"]:
        context["live"] = app.config.live


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.connect("html-page-context", tell_page, priority=510)  # after ``ship``
    app.connect("build-finished", write_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
