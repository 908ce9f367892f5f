"""Every page is run when it is read, in its order; what was found stands below each display.

What is wrong, or cannot be run, is a warning of the type ``eqcheck`` with its file and line: with
``sphinx-build -W`` the build fails.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.utils import get_source_line
from sphinx.util import logging

from ..documents.blocks import Block, Check, Display, Formula, Place, Symbols
from ..documents.document import Document, Run
from ..documents.outcome import SKIPPED, Outcome
from ..documents.reading import Reading
from ..documents.rst import gathered
from ..grammar.names import letters
from .house import house_of
from .nodes import equation_check, equation_evidence, page_step, symbols_table
from .results import codes_of, forget, merge, results_of, run_with_other_code
from .settings import code_of, kept_results
from .tables import render_symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

LONG = 200_000  # steps of a check: some seconds in a browser
logger = logging.getLogger(__name__)


def block_of(env: BuildEnvironment, node: nodes.Element) -> Block | None:
    """Return what a node of the page that is read is to ``eqcheck``; None if it is nothing."""
    place = place_of(env, node)
    if isinstance(node, symbols_table):
        place = place._replace(line=node["first"])
        return Symbols(place, tuple(node["declarations"]), node["more"])
    if isinstance(node, nodes.math_block):
        return Display(place, latex_of(node), label_of(node))
    if isinstance(node, equation_check):
        return Check(place, node["label"], node["options"], node["faults"])
    if isinstance(node, nodes.math):
        return Formula(place, node.astext())
    return None


def latex_of(equation: nodes.math_block) -> str:
    """Return the LaTeX of a display; Sphinx sets what empty lines part one below the other."""
    latex = equation.astext()
    parts = [part for part in latex.split("\n\n") if part.strip()]
    if len(parts) < 2 or equation.get("nowrap"):
        return latex
    return gathered(parts)


def label_of(equation: nodes.math_block) -> str:
    r"""Return the label that an author gave; MyST makes one for a \begin{align} without dollars."""
    return "" if "amsmath" in equation["classes"] else equation.get("label") or ""


def place_of(env: BuildEnvironment, node: nodes.Element) -> Place:
    """Return the page and the line of a node; of what a page includes, the file."""
    source, line = get_source_line(node)
    own = source is None or Path(source) == Path(env.doc2path(env.docname))
    return Place(env.docname if own else str(source), line or 0)


def unread_comments(doctree: nodes.document) -> list[nodes.Node]:
    """Return the comments of a page that the command would read, of either markup."""
    found = []
    for node in doctree.findall(lambda node: isinstance(node, nodes.comment | nodes.raw)):
        text = node.astext().strip()
        if isinstance(node, nodes.raw):
            inside = re.fullmatch(r"<!--(.*?)-->", text, re.DOTALL)
            text = inside[1].strip() if inside else ""
        if text and Reading("").comment(Place("", 1), text.splitlines()):
            found.append(node)
    return found


def run_page(app: Sphinx, doctree: nodes.document) -> None:
    """Run all equations of a page that was just read; put the evidence below each."""
    env, docname, house = app.env, app.env.docname, house_of(app.config)
    found = [(node, block_of(env, node)) for node in house.formulas(doctree)]
    blocks = [block for _, block in found if block]
    document = Document(docname, blocks, house.conditions(app, docname))
    functions, rules = house.functions(app.config), house.rules(app.config)
    run = Run(document, functions=functions, rules=rules, run=kept_results(app))
    for node in unread_comments(doctree):
        message = "a comment is not read here: write it as a directive, symbols or check"
        logger.warning("%s", message, location=node, type="eqcheck")
    displays: list[tuple[Outcome, equation_evidence]] = []
    inline: list[Outcome] = []
    for node, block in found:
        if isinstance(node, page_step):
            run.runner.steps.append(node["step"])
            run.runner.used |= letters(node["latex"])
        outcome = run.take(block) if block else None
        if outcome is None or outcome.result.state == SKIPPED:
            continue
        if isinstance(node, nodes.math_block):
            evidence = equation_evidence(sizes=run.runner.sizes())
            node.parent.insert(node.parent.index(node) + 1, evidence)
            displays.append((outcome, evidence))
        else:
            inline.append(outcome)
    faults = [(cause.place, str(cause)) for cause in run.end().causes]
    for place, message in faults:
        where = (docname, place.line) if place.file == docname else str(place)
        logger.warning("%s", message, location=where, type="eqcheck")
    for outcome, evidence in displays:  # how often a definition is used is known at the end
        evidence["result"] = outcome.as_dict()
    _replace(app, doctree)
    results_of(env)[docname] = {
        "equations": [evidence["result"] for _, evidence in displays],
        "inline": [outcome.result.as_dict() for outcome in inline],
        "faults": [{"place": _told(env, place), "message": message} for place, message in faults],
        "steps": [*map(_brief, run.runner.steps)],
    }
    if blocks:
        codes_of(env)[docname] = code_of(app.config)


def _told(env: BuildEnvironment, place: Place) -> str:
    """Return a place with the file of a page instead of its name."""
    own = place.file == env.docname
    return str(place._replace(file=str(env.doc2path(env.docname, base=False))) if own else place)


def _replace(app: Sphinx, doctree: nodes.document) -> None:
    """Leave of checks and steps nothing, and of tables what readers see."""
    kinds = (equation_check, page_step)
    for node in list(doctree.findall(lambda node: isinstance(node, kinds))):
        node.parent.remove(node)
    for table in list(doctree.findall(symbols_table)):
        table.replace_self(render_symbols(table, app.config))


def _brief(step: dict[str, Any]) -> dict[str, Any]:
    """Return a step of a page without its work, but for what takes long."""
    if "work" not in step:
        return step
    work = step["work"]
    brief = {key: value for key, value in step.items() if key != "work"}
    return {**brief, "long": work if work > LONG else 0}


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Sequence[str]:
    """Return the pages to read again, since the code that their formulas name has changed."""
    return sorted(run_with_other_code(env, code_of(app.config)) - removed)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the reading of pages."""
    for node in (equation_check, page_step):
        app.add_node(node)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-read", run_page)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    return {
        "version": "1",
        "env_version": 3,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
