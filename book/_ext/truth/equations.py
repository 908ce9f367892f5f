"""Every equation and relation of a page is executed from the LaTeX that readers see.

They are run in the order of the page, captions included; the front matter lists ``conditions``.
``{symbols}`` declares what a page's letters mean, for its readers and for ``eqcheck`` alike;
``{check} eq-label`` says how the equation is run.  An equation that is wrong, refused, without a
label or without a check fails every build.  What readers see of all this is in ``evidence.py``,
what authors see of the whole book in ``report.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import dlref
from book._ext.files import write
from book._ext.languages.bilingual import UNREADABLE
from book._ext.languages.parity import caption_of, formulas_in
from book._ext.paths import BUILD
from book._ext.truth.checks import RULES, block_of, equation_check
from book._ext.truth.evidence import (
    equation_evidence,
    page_step,
    render_symbols,
    results_of,
    symbols_table,
)
from book._ext.truth.execution import hash_of
from eqcheck import Page, Result, fingerprint, letters
from eqcheck.documents import Document, Place, Run, public_functions, run_formula

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

OWN = ("checks", "equations")
CACHE = BUILD / "equations" / "cache"
LONG = 200_000  # steps of a check: some seconds in a browser
logger = logging.getLogger(__name__)


# ------------------------------------------------------------------ what authors write


class SymbolsDirective(SphinxDirective):
    """``{symbols}``: a line a symbol; ``LaTeX : domain | 中文 | English``.

    A second table on a page starts afresh; ``{symbols} more`` adds to the one before.
    """

    has_content = True
    optional_arguments = 1

    def run(self) -> list[Node]:
        """Keep the lines; they are read in the order of the page, among its equations."""
        first = self.lineno + self.content_offset + 1
        table = symbols_table(
            declarations=list(self.content), first=first, more=bool(self.arguments)
        )
        self.set_source_info(table)
        if self.arguments not in ([], ["more"]):
            message = f"{{symbols}} takes no word but more; got '{self.arguments[0]}'"
            logger.warning("%s", message, location=self.get_location(), type="equations")
        return [table]


# ------------------------------------------------------------------ running them


def functions_of_dlref() -> dict[str, Callable[..., Any]]:
    """Return the callables that checks may name: ``dlref.relu``."""
    return public_functions(dlref)


def equations_hash() -> str:
    """Return a hash of the code that a result depends on besides the page itself."""
    executed = map("eqcheck/{}".format, ("errors.py", "grammar", "values", "checks", "documents"))
    own = map("book/_ext/truth/{}.py".format, OWN)
    return hash_of(*executed, "dlref", *own, "requirements.txt")


class KeptResults:
    """Runs formulas; what was found before is kept by all that it depends on."""

    def __init__(self, code_hash: str) -> None:
        self.code_hash = code_hash

    def __call__(
        self, page: Page, latex: str, options: Mapping[str, Any], *, label: str, name: str
    ) -> Result:
        """Return what running a formula finds."""
        key = fingerprint(page, latex, code_hash=self.code_hash, **options)
        file = CACHE / f"{key}.json"
        if file.exists():
            kept = json.loads(file.read_text("utf-8"))  # perhaps of the page that was copied
            return Result(**{**kept, "page": name, "label": label})
        result = run_formula(page, latex, options, label=label, name=name)
        write(file, json.dumps(result.as_dict()))
        return result


def in_description(node: nodes.Node) -> bool:
    """Tell whether a node is of a docstring: its formulas are not displays of the book."""
    return _is_within(node, addnodes.desc)


def _is_within(
    node: nodes.Node, kind: type[nodes.Element] | tuple[type[nodes.Element], ...]
) -> bool:
    parent = node.parent
    return parent is not None and (isinstance(parent, kind) or _is_within(parent, kind))


def _formulas(doctree: nodes.document) -> Iterator[nodes.Element]:
    """Yield tables, displays, checks and formulas in running text, in the order of the page.

    A caption is read from its cell: only builds that show outputs have it in the page.
    """
    kinds = (symbols_table, nodes.math_block, equation_check, nodes.math, page_step)
    for node in list(doctree.findall(nodes.Element)):
        if isinstance(node, nodes.container):
            yield from _in_caption(node)
        elif isinstance(node, kinds) and not (
            in_description(node) or _is_within(node, (nodes.caption, nodes.legend))
        ):
            yield node


def _in_caption(cell: nodes.container) -> Iterator[nodes.math]:
    """Yield the formulas in the caption of a cell's figure."""
    for latex in formulas_in(caption_of(cell.get("cell_metadata", {}))):
        formula = nodes.math(latex, latex)
        formula.source, formula.line = cell.source, cell.line
        yield formula


def _conditions(app: Sphinx, docname: str) -> dict[str, Place] | None:
    """Return the conditions that the front matter lists, each with its line; None if unreadable."""
    if app.env.temp_data.get(UNREADABLE):
        return None
    lines = Path(app.env.doc2path(docname)).read_text("utf-8").splitlines()
    try:
        listed = json.loads(app.env.metadata[docname].get("conditions", "[]"))
    except ValueError:  # a text, or nothing
        listed = None
    if not (isinstance(listed, list) and all(isinstance(latex, str) for latex in listed)):
        line = next((n for n, line in enumerate(lines, 1) if line.startswith("conditions")), 1)
        message = "`conditions` is a list of formulas: a line `- 'a = 1'` for each"
        logger.warning("%s", message, location=(docname, line), type="equations")
        return None
    places = {}
    for latex in listed:
        wanted = (latex, "conditions:")
        found = (n for part in wanted for n, line in enumerate(lines, 1) if part in line)
        places[latex] = Place(docname, next(found, 1))
    return places


def check_equations(app: Sphinx, doctree: nodes.document) -> None:
    """Run all equations of a page that was just read; put the evidence below each."""
    docname = app.env.docname
    found = [(node, block_of(docname, node)) for node in _formulas(doctree)]
    document = Document(docname, [block for _, block in found if block], _conditions(app, docname))
    kept = KeptResults(app.config.equations_hash)
    run = Run(document, functions=functions_of_dlref(), rules=RULES, run=kept)
    displays, inline = [], []
    for node, block in found:
        if isinstance(node, page_step):
            run.runner.steps.append(node["step"])
            run.runner.used |= letters(node["latex"])
        outcome = run.take(block) if block else None
        if outcome and isinstance(node, nodes.math_block):
            evidence = equation_evidence(sizes=run.runner.sizes())
            node.parent.insert(node.parent.index(node) + 1, evidence)
            displays.append((outcome, evidence))
        elif outcome:
            inline.append(outcome)
    for cause in run.end().causes:
        place = cause.place.file, cause.place.line
        logger.warning("%s", cause, location=place, type="equations")
    for outcome, evidence in displays:  # how often a definition is used is known at the end
        evidence["result"] = outcome.as_dict()
    for node in list(doctree.findall(equation_check)):
        node.parent.remove(node)
    for table in list(doctree.findall(symbols_table)):
        table.replace_self(render_symbols(table, app.config.edition))
    results_of(app.env)[docname] = {
        "equations": [evidence["result"] for _, evidence in displays],
        "inline": [outcome.result.as_dict() for outcome in inline],
        "steps": [*map(_for_browsers, run.runner.steps)],
    }


def _for_browsers(step: dict[str, Any]) -> dict[str, Any]:
    """Return a step of a page without its work, but for what takes long."""
    if "work" not in step:
        return step
    work = step["work"]
    brief = {key: value for key, value in step.items() if key != "work"}
    return {**brief, "long": work if work > LONG else 0}


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Drop the results of a page that is read anew, or gone."""
    results_of(env).pop(docname, None)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and events."""
    app.add_config_value("equations_hash", "", "env", types=frozenset({str}))
    app.add_directive("symbols", SymbolsDirective)
    app.connect("doctree-read", check_equations)
    app.connect("env-purge-doc", forget)
    return {"version": "1", "env_version": 2, "parallel_read_safe": False}
