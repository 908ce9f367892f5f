"""Every equation and relation of a page is executed from the LaTeX that readers see.

They are run in the order of the page, captions included; the front matter lists ``conditions``.
``{symbols}`` declares what a page's letters mean, for its readers and for ``eqcheck`` alike;
``{check} eq-label`` says how the equation is run.  An equation that is wrong, refused, without a
label or without a check fails every build.  What readers see of all this is in ``evidence.py``,
what authors see of the whole book in ``report.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Set
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
from book._ext.truth.causes import Cause, Causes, Place
from book._ext.truth.checks import (
    MEANS,
    Pairs,
    arguments,
    equation_check,
    fault_of,
    label_of,
    letters_of,
    meaning_of,
    pair,
    place_of,
)
from book._ext.truth.evidence import (
    equation_evidence,
    page_step,
    render_symbols,
    results_of,
    symbols_table,
)
from book._ext.truth.execution import hash_of
from book._ext.truth.relations import CONDITION, Relations
from book._ext.truth.uses import Uses
from eqcheck import (
    GREY,
    Line,
    Page,
    Refusal,
    Result,
    check,
    check_condition,
    fingerprint,
    letters,
)

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

OWN = ("checks", "equations", "relations")
CACHE = BUILD / "equations" / "cache"
EXECUTED = ("checked", "wrong-as-expected")
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
    found = {f"dlref.{name}": getattr(dlref, name) for name in dlref.__all__}
    return {name: value for name, value in found.items() if callable(value)}


def equations_hash() -> str:
    """Return a hash of the code that a result depends on besides the page itself."""
    return hash_of(
        "eqcheck", "dlref", *map("book/_ext/truth/{}.py".format, OWN), "requirements.txt"
    )


class Runner:
    """Runs the equations of one page in the order in which they stand.

    ``steps`` are what it did, as plain data, with which ``live/reader/pages.py`` does the same.
    """

    def __init__(self, app: Sphinx, docname: str, pairs: Pairs) -> None:
        self.config, self.docname = app.config, docname
        self.functions = functions_of_dlref()
        self.page = Page(functions=self.functions)
        self.pairs, self.causes = pairs, Causes(pairs.causes)
        self.steps: list[dict[str, Any]] = []
        self.lines: list[tuple[Place, Line]] = []
        self.used: set[str] = set()
        self.unexecuted: set[str] = set()  # letters that a definition gives a meaning
        self.uses = Uses()
        self.lost: set[str] = set()  # letters that an equation failed to define
        self.in_text: set[str] = set()  # letters that formulas in running text may define
        self.table = 0  # the first line of the page's present table

    def declare(self, node: symbols_table) -> None:
        """Read a table of symbols."""
        if not node["more"]:
            self.report_undefined()
            self.page = Page(functions=self.functions)
            self.causes.forget()
            self.unexecuted.clear()
            self.uses.forget()
            self.lost.clear()
            self.in_text.clear()
            self.table = len(self.lines)
        self.steps.append({"more": node["more"], "lines": []})
        for number, text in enumerate(node["declarations"], start=node["first"]):
            if text.strip():
                self._declare(text, (self.docname, number))

    def _declare(self, text: str, place: Place) -> None:
        try:
            self.page.declare(text)
        except Refusal as refusal:
            self.used |= letters(text)  # what it needs is not unused
            cause = self.causes.behind(letters(refusal.missing), refusal.missing)
            if cause is None:
                message, missing = refusal.located(text), refusal.missing
                self.causes.add(Cause(message, place, refusal.lost, missing))
            else:
                cause.counts["line"] += 1
                cause.spoiled |= refusal.lost
        else:
            line = self.page.lines[-1]
            self.lines.append((place, line))
            self.steps[-1]["lines"].append(text.partition(" | ")[0].strip())
            whole = line.letters if len(line.names) == 1 else frozenset[str]()  # and its entries
            self.uses.define(line.letters, line.uses | whole)
            if len(line.meanings) != 2 and (line.meanings or line.kind == "declaration"):
                message = "a symbol needs its meaning in both languages: LINE | 中文 | English"
                self.causes.add(Cause(f"{message}; got '{text.strip()}'", place))
            cause = self.causes.behind(line.uses)
            if cause is not None:
                cause.spoiled |= line.letters

    def run(self, equation: nodes.math_block) -> dict[str, Any]:
        """Run one equation, and let what it defines be used from there on.

        ``restates`` says that the code is the formula over again; ``uses`` counts the executed
        formulas that use what a definition defines, and goes on counting while the page is read.
        """
        latex, label = equation.astext().strip(), label_of(equation)
        how, other = self.pairs.checks.get(equation), self.pairs.waits.get(equation)
        used = letters(latex) | letters_of(how)
        self.used |= letters(latex)
        state, fault = ("unbound", other) if other else fault_of(equation, how)
        if fault or how is None:
            cause, result = None, Result(label, self.docname, "", state, latex, message=fault)
        else:
            options = {key: how["options"][key] for key in how["options"] if key != MEANS}
            cause, result = self.execute(latex, label, options, used, "equation")
            if result.state in EXECUTED:
                how_run = arguments(options)
                how_run["equivalent"] |= dict.fromkeys(result.true, "")  # no reader is shown reasons
                step = {"label": label, "latex": latex, "how": how_run}
                self.steps.append({**step, "long": result.steps if result.steps > LONG else 0})
        defined, lost = self.define(latex, "" if fault else result.state)
        self.lost |= lost
        spoiler = cause or self.causes.behind(used)
        if spoiler is not None:
            spoiler.spoiled |= lost
        if not (cause or other or result.passed):
            told = f"{label or 'an equation'} is {result.state}: {result.message}"
            suspects = used & self.unexecuted if result.state == "wrong" else frozenset[str]()
            if suspects:
                told += f"; is {' or '.join(sorted(suspects))} defined right? that is not executed"
            place = place_of(self.docname, equation)
            self.causes.add(Cause(told, place, lost, result.missing, suspects))
        restates = result.state == "checked" and how is not None and "restates" in how["options"]
        found = {**result.as_dict(), "restates": restates, "uses": None}
        found[MEANS] = meaning_of(how)
        self.uses.define(defined, letters(latex))
        if result.state == "definition":
            self.uses.count(found, defined | lost)
        return found

    def execute(
        self, latex: str, label: str, options: dict[str, Any], used: Set[str], noun: str
    ) -> tuple[Cause | None, Result]:
        """Execute a formula, unless it waits for what failed before it; return that as well."""
        cause = None if options.get("kind") in GREY else self.causes.behind(used)
        if cause is None:
            result = self.cached(latex, label, options)
            cause = self.causes.behind(frozenset(), result.missing)
            if cause is None and result.state == "wrong":
                cause = self.causes.suspecting(used)
            if cause is None:
                if result.state in EXECUTED:
                    self.uses.execute(used)
                return None, result
        cause.counts[noun] += 1
        waiting = cause.waiting
        return cause, Result(label, self.docname, "", "refused", latex, message=waiting)

    def define(self, latex: str, state: str) -> tuple[frozenset[str], frozenset[str]]:
        """Let a formula define what it can; return that, and what it leaves without a meaning."""
        try:
            defined = self.page.define(latex)
        except Refusal as refusal:  # it may define nothing, or what is known already
            return frozenset(), refusal.lost
        if not self.steps or self.steps[-1].get("latex") != latex:
            self.steps.append({"latex": latex})
        if state in GREY:
            self.unexecuted |= defined
        return defined, defined if state in ("refused", "wrong") else frozenset()

    def report_unused(self) -> None:
        """Report the lines whose letters no formula, check or other line of the page uses."""
        for place, line in self.lines:
            others = (other.uses for _, other in self.lines if other is not line)
            if not line.letters & self.used.union(*others):
                names = ", ".join(line.names)
                message = f"the symbol {names} is used by no formula or check here: leave it out"
                self.causes.add(Cause(message, place))

    def report_undefined(self) -> None:
        """Report the lines of the present table that promise a formula which does not come."""
        undefined = self.page.undefined
        for place, line in self.lines[self.table :]:
            names = ", ".join(name for name in line.names if letters(name) & undefined)
            waits = line.letters & (self.lost | self.in_text) or self.causes.behind(
                line.letters | line.uses
            )
            if names and line.kind == "declaration" and not waits:
                message = f"no formula here defines {names}: is another name on its left side?"
                self.causes.add(Cause(f"{message} if not, leave the line out", place))

    def sizes(self) -> str:
        """Return the dimensions that the page's symbols are drawn with: ``n = 6, d = 4``."""
        table = self.page.table
        sizes = {**table.dimensions, **{k: "/".join(map(str, v)) for k, v in table.widths.items()}}
        return ", ".join(f"{name} = {size}" for name, size in sizes.items() if "\\" not in name)

    def cached(self, latex: str, label: str, options: dict[str, Any]) -> Result:
        """Return what running a formula finds; what was found before is kept by content."""
        key = fingerprint(self.page, latex, code_hash=self.config.equations_hash, **options)
        file = CACHE / f"{key}.json"
        if file.exists():
            kept = json.loads(file.read_text("utf-8"))  # perhaps of the page that was copied
            return Result(**{**kept, "page": self.docname, "label": label})
        try:
            if options == CONDITION:
                result = check_condition(self.page, latex, name=self.docname)
            else:
                named = {"label": label, "name": self.docname, **arguments(options)}
                result = check(self.page, latex, **named)
        except ValueError as error:  # an option that has no such value
            return Result(label, self.docname, "", "refused", latex, message=str(error))
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
    """Yield tables of symbols, displays and formulas in running text, in the order of the page.

    A caption is read from its cell: only builds that show outputs have it in the page.
    """
    kinds = (symbols_table, nodes.math_block, nodes.math, page_step)
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


def _in_running_text(doctree: nodes.document) -> tuple[list[nodes.math], list[equation_check]]:
    """Return the formulas in running text, and the checks of some of them."""
    formulas = [node for node in _formulas(doctree) if isinstance(node, nodes.math)]
    checks = doctree.findall(equation_check)
    return formulas, [check for check in checks if check["label"].startswith("$")]


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
        places[latex] = docname, next(found, 1)
    return places


def check_equations(app: Sphinx, doctree: nodes.document) -> None:
    """Run all equations of a page that was just read; put the evidence below each."""
    docname = app.env.docname
    kinds = (nodes.math_block, equation_check)
    displays = doctree.findall(lambda node: isinstance(node, kinds) and not in_description(node))
    runner = Runner(app, docname, pair(docname, list(displays)))
    runner.used.update(*map(letters_of, doctree.findall(equation_check)))
    relations = Relations(runner, *_in_running_text(doctree), _conditions(app, docname))
    results, inline = [], []
    for node in list(_formulas(doctree)):
        if isinstance(node, symbols_table):
            runner.declare(node)
            relations.afresh()
        elif isinstance(node, page_step):
            runner.steps.append(node["step"])
            runner.used |= letters(node["latex"])
        elif isinstance(node, nodes.math):
            found = relations.run(node)
            if found is not None:
                inline.append(found)
        elif isinstance(node, nodes.math_block):
            result = runner.run(node)
            results.append(result)
            evidence = equation_evidence(result=result, sizes=runner.sizes())
            node.parent.insert(node.parent.index(node) + 1, evidence)
    runner.report_undefined()
    runner.report_unused()
    relations.report_stale()
    for cause in runner.causes:
        logger.warning("%s", cause, location=cause.place, type="equations")
    for node in list(doctree.findall(equation_check)):
        node.parent.remove(node)
    for table in list(doctree.findall(symbols_table)):
        table.replace_self(render_symbols(table, app.config.edition))
    store = results_of(app.env)
    store[docname] = {
        "equations": results,
        "inline": [result.as_dict() for result in inline],
        "steps": runner.steps,
    }


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
