"""Every displayed equation is executed from the LaTeX that readers see.

``{symbols}`` declares what a page's letters mean, for its readers and for ``eqcheck`` alike;
``{check} eq-label`` says how the equation is run.  An equation that is wrong, refused, without a
label or without a check fails every build.  What readers see of all this is in ``evidence.py``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Set
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.utils import get_source_line
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import dlref
from book._ext.findings import shown
from book._ext.paths import BUILD, ROOT
from book._ext.truth.causes import Cause, Causes, Place
from book._ext.truth.evidence import (
    equation_evidence,
    format_error,
    render_symbols,
    results_of,
    symbols_table,
)
from book._ext.truth.execution import hash_of
from book._ext.truth.numerals import numbers_of
from eqcheck import (
    GREY,
    PASSING,
    Line,
    Page,
    Refusal,
    Result,
    check,
    fingerprint,
    letters,
    letters_of_code,
)

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

DLREF = ROOT / "dlref"
CACHE = BUILD / "equations" / "cache"
REPEATED = ("code", "equivalent")
OPTIONS = ("kind", "why", "expect", "certificate", "order", "tolerance", *REPEATED)
UNNUMBERED = {
    **{"align": "aligned", "alignat": "alignedat", "flalign": "aligned", "eqnarray": "aligned"},
    **{"gather": "gathered", "multline": "gathered", "equation": ""},
}
NUMBERING = re.compile(rf"\\begin\{{({'|'.join(UNNUMBERED)})\}}")
logger = logging.getLogger(__name__)


# ------------------------------------------------------------------ what authors write


class equation_check(nodes.General, nodes.Element):  # noqa: N801
    """How the equation with ``label`` is run: ``options``."""


class SymbolsDirective(SphinxDirective):
    """``{symbols}``: a line a symbol; ``LaTeX : domain | 中文 | English``.

    A second table on a page starts afresh; ``{symbols} more`` adds to the one before.
    """

    has_content = True
    optional_arguments = 1

    def run(self) -> list[Node]:
        """Keep the lines; they are read in the order of the page, among its equations."""
        table = symbols_table(
            declarations=list(self.content), more=bool(self.arguments and self.arguments[0])
        )
        self.set_source_info(table)
        return [table]


class CheckDirective(SphinxDirective):
    """``{check} eq-label``: how the equation is run, in lines ``:option: value``."""

    has_content = True
    required_arguments = 1
    # No option_spec: MyST would read the options as YAML, where LaTeX cannot be written.

    def run(self) -> list[Node]:
        """Read the options."""
        options: dict[str, Any] = {key: [] for key in REPEATED}
        for line in filter(None, map(str.strip, self.content)):
            key, _, value = line.removeprefix(":").partition(":")
            if not line.startswith(":") or key not in OPTIONS:
                known = ", ".join(f":{name}:" for name in OPTIONS)
                message = f"{{check}} takes {known}; got {line!r}"
                logger.warning(message, location=self.get_location(), type="equations")
            elif key in REPEATED:
                options[key].append(value.strip())
            else:
                options[key] = value.strip()
        node = equation_check(label=self.arguments[0], options=options)
        self.set_source_info(node)
        return [node]


# ------------------------------------------------------------------ running them


def functions_of_dlref() -> dict[str, Callable[..., Any]]:
    """Return the callables that checks may name: ``dlref.relu``."""
    found = {f"dlref.{name}": getattr(dlref, name) for name in dlref.__all__}
    return {name: value for name, value in found.items() if callable(value)}


def equations_hash() -> str:
    """Return a hash of the code that a result depends on besides the page itself."""
    return hash_of("eqcheck", "dlref", "book/_ext/truth/equations.py", "requirements.txt")


class Runner:
    """Runs the equations of one page in the order in which they stand."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        self.config, self.docname = app.config, docname
        self.functions = functions_of_dlref()
        self.page = Page(functions=self.functions)
        self.causes = Causes()
        self.strays: dict[str, Cause] = {}  # labels whose check has another one
        self.lines: list[tuple[Place, Line]] = []
        self.seen: set[str] = set()
        self.used: set[str] = set()

    def declare(self, node: symbols_table) -> None:
        """Read a table of symbols."""
        if not node["more"]:
            self.page = Page(functions=self.functions)
            self.causes.forget()
        for number, text in enumerate(node["declarations"], start=(node.line or 0) + 1):
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
                cause.lines += 1
                cause.spoiled |= refusal.lost
        else:
            line = self.page.lines[-1]
            self.lines.append((place, line))
            cause = self.causes.behind(line.uses)
            if cause is not None:
                cause.spoiled |= line.letters

    def run(self, equation: nodes.math_block, how: equation_check | None) -> Result:
        """Run one equation, and let what it defines be used from there on."""
        latex = equation.astext().strip()
        used = letters(latex) | _letters_of(how)
        self.used |= used
        # MyST gives \begin{align} outside of dollars a label that is new in every build
        label = "" if equation.get("nowrap") else equation.get("label") or ""
        stray = self.strays.get(label)
        state, fault = ("unbound", stray.waiting) if stray else _fault(latex, label, how)
        options = dict(how["options"]) if how else {}
        spoiler = self.causes.behind(used)
        waits_for = None if fault or options.get("kind") in GREY else spoiler
        result = Result(label, self.docname, "", state, latex, message=fault)
        if not fault and waits_for is None:
            result = self._cached(latex, label, options)
            waits_for = self.causes.behind(frozenset(), result.missing)
        if waits_for is not None:
            waits_for.equations += 1
            result = Result(label, self.docname, "", "refused", latex, message=waits_for.waiting)
        lost = self._define(latex, unsound=not fault and result.state in ("refused", "wrong"))
        spoiler = waits_for or spoiler
        if spoiler is not None:
            spoiler.spoiled |= lost
        if not (waits_for or stray or result.passed):
            told = f"{label or 'an equation'} is {result.state}: {result.message}"
            self.causes.add(Cause(told, self._place(equation), lost, result.missing))
        return result

    def _define(self, latex: str, *, unsound: bool) -> frozenset[str]:
        """Let a formula define what it can; return the letters that are left without a meaning."""
        try:
            defined = self.page.define(latex)
        except Refusal as refusal:  # it may define nothing, or what is known already
            return refusal.lost
        return defined if unsound else frozenset()

    def run_inline(self, formula: nodes.math, conditions: list[str]) -> Result | None:
        """Run an inline formula that states an equality of declared symbols."""
        latex = formula.astext()
        used = letters(latex)
        self.used |= used
        if "=" not in latex or latex in self.seen or latex in conditions:
            return None
        self.seen.add(latex)
        if self.causes.behind(used) is not None:
            return None
        result = self._cached(latex, "", {"inline": "yes"})
        if result.state not in ("checked", "survived", "wrong"):
            return None
        if not result.passed:
            told = f"{latex} is {result.state}: {result.message}"
            told += " (a condition, not an identity? list it under `conditions`)"
            self.causes.add(Cause(told, self._place(formula)))
        return result

    def _place(self, node: nodes.Element) -> Place:
        return self.docname, get_source_line(node)[1] or 0

    def report_strays(self, checks: dict[str, equation_check], labels: Set[str]) -> None:
        """Report checks without an equation: the label of one may be misspelt."""
        for label, node in checks.items():
            if label not in labels:
                near = get_close_matches(label, sorted(filter(None, labels - checks.keys())), 1)
                message = f"no equation has the label {label}"
                message += f": did you mean {near[0]}, which has no {{check}}?" if near else ""
                cause = Cause(message, self._place(node))
                self.causes.add(cause)
                self.strays.update(dict.fromkeys(near, cause))
                self.used |= _letters_of(node)

    def report_unused(self) -> None:
        """Report the lines whose letters no formula, check or other line of the page uses."""
        for place, line in self.lines:
            others = (other.uses for _, other in self.lines if other is not line)
            if not line.letters & self.used.union(*others):
                names = ", ".join(line.names)
                message = f"the symbol {names} is used by no formula or check here: leave it out"
                self.causes.add(Cause(message, place))

    def sizes(self) -> str:
        """Return the dimensions that the page's symbols are drawn with: ``n = 6, d = 4``."""
        table = self.page.table
        sizes = {**table.dimensions, **{k: "/".join(map(str, v)) for k, v in table.widths.items()}}
        return ", ".join(f"{name} = {size}" for name, size in sizes.items() if "\\" not in name)

    def _cached(self, latex: str, label: str, options: dict[str, Any]) -> Result:
        key = fingerprint(self.page, latex, code_hash=self.config.equations_hash, **options)
        file = CACHE / f"{key}.json"
        if file.exists():
            kept = json.loads(file.read_text("utf-8"))  # perhaps of the page that was copied
            return Result(**{**kept, "page": self.docname, "label": label})
        options.pop("inline", None)
        try:
            result = check(self.page, latex, label=label, name=self.docname, **_arguments(options))
        except ValueError as error:  # an option that has no such value
            return Result(label, self.docname, "", "refused", latex, message=str(error))
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(result.as_dict()), "utf-8")
        temporary.replace(file)  # editions are built side by side: never show half a file
        return result


def _fault(latex: str, label: str, how: equation_check | None) -> tuple[str, str]:
    """Return the state of an equation that cannot be run as it stands, and why; else nothing."""
    numbering = NUMBERING.search(latex)
    if numbering:
        return "refused", _second_number(numbering[1])
    if how is None or not label:
        return "unbound", f"it has no {'{check}' if label else 'label'}"
    return "refused", _reason_missing(how["options"])


def _second_number(environment: str) -> str:
    """Say what to write in place of an environment that numbers its lines itself."""
    mend = f"write \\begin{{{UNNUMBERED[environment]}}}" if UNNUMBERED[environment] else "drop it"
    return f"\\begin{{{environment}}} adds numbers of its own to that of the book: {mend}"


def _reason_missing(options: dict[str, Any]) -> str:
    """Return what is wrong with the reason of an equation that is not executed; "" if nothing."""
    kind, reason = options.get("kind"), options.get("why", "")
    halves = [half.strip() for half in reason.split(" | ")]
    if kind not in GREY or (len(halves) == 2 and all(halves)):
        return ""
    return (
        f"a {kind} says to readers of both languages why nothing is compared: "
        f":why: 中文 | English; got {reason!r}"
    )


def _letters_of(how: equation_check | None) -> Set[str]:
    """Return the letters that the options of a check use."""
    options = how["options"] if how else {}
    latex = (options.get(key, "") for key in ("certificate", "order"))
    return letters_of_code("\n".join(options.get("code", ""))).union(*map(letters, latex))


def _arguments(options: dict[str, Any]) -> dict[str, Any]:
    equivalents = dict(_name_and_reason(line) for line in options.pop("equivalent", []))
    code = "\n".join(options.pop("code", []))
    if "tolerance" in options:
        options["tolerance"] = float(options["tolerance"])
    return {**options, "code": code, "equivalent": equivalents}


def _name_and_reason(line: str) -> tuple[str, str]:
    name, _, reason = line.partition(" | ")
    return name.strip(), reason.strip()


def in_description(node: nodes.Node) -> bool:
    """Tell whether a node is of a docstring: its formulas are not displays of the book."""
    parent = node.parent
    return parent is not None and (isinstance(parent, addnodes.desc) or in_description(parent))


def check_equations(app: Sphinx, doctree: nodes.document) -> None:
    """Run all equations of a page that was just read; put the evidence below each."""
    docname = app.env.docname
    runner = Runner(app, docname)
    checks = {node["label"]: node for node in doctree.findall(equation_check)}
    runner.report_strays(checks, {node.get("label") for node in doctree.findall(nodes.math_block)})
    conditions = json.loads(app.env.metadata[docname].get("conditions", "[]"))
    results, inline = [], []
    kinds = (symbols_table, nodes.math_block, nodes.math)
    for node in list(doctree.findall(lambda node: isinstance(node, kinds))):
        if in_description(node):
            continue
        if isinstance(node, symbols_table):
            runner.declare(node)
        elif isinstance(node, nodes.math):
            found = runner.run_inline(node, conditions)
            if found is not None:
                inline.append(found)
        elif isinstance(node, nodes.math_block):
            result = runner.run(node, checks.pop(node.get("label"), None))
            results.append(result)
            evidence = equation_evidence(result=result.as_dict(), sizes=runner.sizes())
            node.parent.insert(node.parent.index(node) + 1, evidence)
    runner.report_unused()
    for cause in runner.causes:
        logger.warning("%s", cause, location=cause.place, type="equations")
    for node in list(doctree.findall(equation_check)):
        node.parent.remove(node)
    for table in list(doctree.findall(symbols_table)):
        table.replace_self(render_symbols(table, app.config.edition))
    store = results_of(app.env)
    store[docname] = {
        "equations": [result.as_dict() for result in results],
        "inline": [result.as_dict() for result in inline],
    }


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Drop the results of a page that is read anew, or gone."""
    results_of(env).pop(docname, None)


# ------------------------------------------------------------------ the builder


class EquationsBuilder(Builder):
    """``sphinx-build -b equations``: run the checks, print a table, write a report; no pages."""

    name = "equations"
    format = ""

    def get_outdated_docs(self) -> list[str]:
        """Write no page."""
        return []

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return no address: there are no pages."""
        return ""

    def write_documents(self, docnames: Set[str]) -> None:
        """Write nothing: the checks run while pages are read."""


def report(app: Sphinx, exception: Exception | None) -> None:
    """Print what the builder ``equations`` found, and write ``report.json``."""
    if exception is not None or app.builder.name != EquationsBuilder.name:
        return
    every = [r for page in results_of(app.env).values() for r in page["equations"]]
    inline = [r for page in results_of(app.env).values() for r in page["inline"]]
    if not app.tags.has("brief"):
        print_table(every)
    folder = Path(app.outdir)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("report", every), ("inline", inline), ("numbers", numbers_of(app.env))):
        (folder / f"{name}.json").write_text(
            json.dumps(rows, ensure_ascii=False, indent=1), "utf-8"
        )
    formulas = sum(file.read_text("utf-8").count(".. math::") for file in DLREF.glob("*.py"))
    run = sum(result["state"] == "checked" for result in every)
    wrong = sum(result["state"] == "wrong-as-expected" for result in every)
    failed = sum(result["state"] not in PASSING for result in every)
    print(
        f"==> {len(every)} displayed equations: {run} executed and hold, {wrong} wrong as "
        f"claimed, {failed} failed; "
        f"{len(inline)} inline equalities; {len(numbers_of(app.env))} numbers in prose; "
        f"{formulas} formulas in docstrings are not displays of the book; "
        f"see {shown(folder / 'report.json')}"
    )


def print_table(results: list[dict[str, Any]]) -> None:
    """Print how each equation fared."""
    print(f"{'equation':34}{'page':22}{'kind':14}{'state':19}{'error':>8}{'mutants':>10}")
    for result in results:
        error = format_error(result["error"])
        mutants = f"{result['killed']}/{result['mutants']}" if result["mutants"] else ""
        print(
            f"{result['label']:34}{result['page']:22}{result['kind']:14}{result['state']:19}"
            f"{error:>8}{mutants:>10}"
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register directives, builder and events."""
    app.add_config_value("equations_hash", "", "env", types=frozenset({str}))
    app.add_directive("symbols", SymbolsDirective)
    app.add_directive("check", CheckDirective)
    app.add_node(equation_check)
    app.add_builder(EquationsBuilder)
    app.connect("doctree-read", check_equations)
    app.connect("env-purge-doc", forget)
    app.connect("build-finished", report)
    return {"version": "1", "env_version": 1, "parallel_read_safe": False}
