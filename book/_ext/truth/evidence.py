"""What readers see of an equation's check: symbols, a mark beside its number, the index of all.

The mark opens to tell in words how the equation was run, and then the figures; on paper it is a
line.  What is wrong says so in the open.  The index counts honestly: what is only defined is grey,
and every displayed equation of the book is listed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from book._ext.exercises import LABEL as EXERCISE
from book._ext.exercises import solution
from book._ext.languages.bilingual import EDITIONS, LANG, say
from eqcheck import Line, Refusal, read_line

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class symbols_table(nodes.General, nodes.Element):  # noqa: N801 (docutils nodes are lower case)
    """The symbols of a page: ``declarations`` as written, from the line ``first`` on."""


class symbols_box(nodes.General, nodes.Element):  # noqa: N801
    """A folded box: a paragraph that names it, and the table that readers see."""


class equation_evidence(nodes.General, nodes.Element):  # noqa: N801
    """What running an equation found: a result, as plain data."""


class page_step(nodes.Invisible, nodes.Element):  # noqa: N801
    """What stands among the equations of a page and is none: ``step``; it uses ``latex``."""


class equation_index(nodes.General, nodes.Element):  # noqa: N801
    """The place of the table of all equations."""


class EquationIndexDirective(SphinxDirective):
    """``{equation-index}``: all displayed equations of the book, and what running them found."""

    def run(self) -> list[Node]:
        """Mark the place."""
        return [equation_index()]


def results_of(env: BuildEnvironment) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return what the environment knows of each page: results of ``equations`` and ``inline``.

    With the ``steps`` of a page its equations are run again, in the order of the page.
    """
    store = vars(env).setdefault("equations", {})
    return cast(dict[str, dict[str, list[dict[str, Any]]]], store)


STATES = {
    "checked": ("✓", "已验算", "checked"),
    "wrong-as-expected": ("✗", "确有错误", "wrong, as claimed"),
    "definition": ("≝", "定义", "definition"),
    "notation": ("·", "记号", "notation"),
    "model": ("·", "模型假设", "model assumption"),
}
RESTATED = ("=", "代码照公式写成", "the same formula, in code")
RESTATED_IN_TABLE = ("=", "照公式写成", "same formula")  # which stands beside: formula and code
FAILED = {  # authors see these in the preview; a build that finds one fails
    "wrong": ("没有通过验算：", "The check failed: "),
    "refused": ("公式无法执行：", "The equation cannot be executed: "),
    "survived": ("改错的写法与所列的不符：", "The wrong versions are not as listed: "),
    "unbound": ("公式没有验算：", "The equation was not checked: "),
}
SIDES = {  # the words of a counterexample
    "with ": "取 ",
    ": ": "：",
    "left ": "左边为 ",
    ", right ": "，右边为 ",
    "formula ": "公式得 ",
    ", code ": "，代码得 ",
    "at the candidate ": "所给之处为 ",
    ", nearby ": "，附近为 ",
    ", in ": "，对于 ",
}
DONE = {  # what was done, by the kind of the check
    "identity": (
        "等号两边分别计算，在 {draws} 组随机取值上结果一致",
        "Computed separately, the sides agree at {draws} random settings",
    ),
    "code": (
        "公式与代码分别计算，在 {draws} 组随机取值上结果一致",
        "Computed separately, formula and code agree at {draws} random settings",
    ),
    "bound": ("在 {draws} 组随机取值上都成立", "It holds at {draws} random settings"),
    "optimality": (
        "在 {draws} 组随机取值上，所给之处满足最优的条件，附近也没有更好的",
        "At {draws} random settings what is given meets the conditions of an optimum, and nothing "
        "nearby is better",
    ),
    "limit": (
        "在 {draws} 组随机取值上，两边的差以应有的快慢趋于零",
        "At {draws} random settings the difference of the sides vanishes as fast as it should",
    ),
    "distribution": (
        "在 {draws} 组随机取值上，照公式和照代码抽出的数一致",
        "At {draws} random settings the numbers drawn by the formula and by the code agree",
    ),
}
RESTATES = (
    "代码就是照这个公式写的：两者在 {draws} 组随机取值上一致，只说明代码没有写错，并不能证明公式",
    "The code is the formula over again: that the two agree at {draws} random settings shows that "
    "the code is right, and no more",
)
RELATIVE = ("identity", "code", "optimality")  # others hold or do not: there is no error to show
POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
OPEN = ("wrong-as-expected", *FAILED)  # what is wrong is said without being asked
EXECUTED = ("checked", "wrong-as-expected")
IMPOSSIBLE = {  # why a formula that is meant to fail cannot be executed, as readers are told
    r"(\d+) x (\d+) plus a scalar": (r"\1 × \2 的矩阵加标量", r"a \1 × \2 matrix plus a scalar"),
    r"(\d+) x (\d+) (plus|times) (\d+) x (\d+)": (
        r"\1 × \2 的矩阵与 \4 × \5 的矩阵，形状不合",
        r"a \1 × \2 matrix \3 a \4 × \5 matrix",
    ),
    "a singular matrix has no inverse": ("奇异矩阵没有逆", r"\g<0>"),
    "what is differentiated does not contain the variable": (
        "求导的式子里没有求导的变量",
        r"\g<0>",
    ),
    r"\S+ is not declared on this page": ("有记号没有定义", "a symbol is not defined"),
    "the candidate does not satisfy the conditions": ("所给之处不满足约束条件", r"\g<0>"),
    r"\S+ takes (\d+) arguments, not (\d+)": (
        r"函数有 \1 个自变量，只给了 \2 个",
        r"a function of \1 arguments is given \2",
    ),
}
KINDS = {
    "identity": ("等式两边", "both sides"),
    "bound": ("不等式", "the inequality"),
    "code": ("公式与代码", "formula and code"),
    "optimality": ("最优性", "optimality"),
    "limit": ("极限", "limit"),
    "distribution": ("分布", "distribution"),
    "definition": ("定义", "definition"),
    "notation": ("记号", "notation"),
    "model": ("模型假设", "model assumption"),
}
COLUMNS = (("记号", "Symbol"), ("取值范围", "Values"), ("含义", "Meaning"))  # of symbols
HEADINGS = (
    ("公式", "Equation"),
    ("种类", "Kind"),
    ("状态", "State"),
    ("误差", "Error"),
    ("取样", "Draws"),
    ("变体", "Mutants"),
)


def _speak(edition: str, zh: str, en: str) -> list[Node]:
    """Return words, with formulas between dollars, in the languages of an edition."""
    spoken: list[Node] = []
    for language in EDITIONS[edition]:
        if spoken:
            spoken.append(nodes.Text(" "))
        inline = nodes.inline(classes=[language, f"language-{LANG[language]}"])
        for place, part in enumerate({"zh": zh, "en": en}[language].split("$")):
            inline += nodes.math(part, part) if place % 2 else nodes.Text(part)
        spoken.append(inline)
    return spoken


def render_symbols(node: symbols_table, edition: str) -> Node:
    """Make the table of symbols that readers see: those lines that say what they mean."""
    rows = [(", ".join(line.names), line.shown, *line.meanings) for line in shown_lines(node)]
    if not rows:
        return nodes.comment()
    table = _table(
        ["symbols"],
        [[_math(names), _math(domain), _speak(edition, zh, en)] for names, domain, zh, en in rows],
        [_speak(edition, zh, en) for zh, en in COLUMNS],
    )
    box = symbols_box()
    box += nodes.paragraph("", "", *_speak(edition, *_name(node)))
    box += table
    return box


def shown_lines(node: symbols_table) -> list[Line]:
    """Return the lines of a table that say what they mean, in the order of its rows."""
    lines = []
    for text in node["declarations"]:
        with suppress(Refusal):  # it was reported where the page declares it
            lines.append(read_line(text))
    return [line for line in lines if len(line.meanings) == 2]


def _name(node: symbols_table) -> tuple[str, str]:
    """Say what a box holds: the symbols of a page, of its beginning, a section or an exercise."""
    section: nodes.Element | None = node
    while section is not None and not isinstance(section, (nodes.section, solution)):
        section = section.parent
    if section is None or isinstance(section.parent, nodes.document):
        alone = node.document is None or len(list(node.document.findall(symbols_table))) == 1
        of = ("本页", "this page") if alone else ("本页开头", "the opening")
    elif isinstance(section, solution) or EXERCISE.search(" ".join(section["ids"])):
        of = ("本题", "this exercise")
    else:
        of = ("本节", "this section")
    return (f"{of[0]}的记号", f"Symbols of {of[1]}")


def _math(latex: str) -> list[Node]:
    return [nodes.math(latex, latex)] if latex else []


def _table(
    classes: list[str], rows: list[list[list[Node]]], head: list[list[Node]] | None = None
) -> nodes.table:
    """Make a table of cells that hold inline nodes."""

    def row(cells: list[list[Node]]) -> nodes.row:
        entries = [nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells]
        return nodes.row("", *entries)

    columns = len(rows[0])
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in range(columns)), cols=columns)
    if head:
        group += nodes.thead("", row(head))
    group += nodes.tbody("", *map(row, rows))
    return nodes.table("", group, classes=classes)


def summary(result: dict[str, Any], edition: str) -> str:
    """Return the one line under an equation, state and error, in the languages of an edition."""
    mark, zh, en = state_of(result)
    state = f"{mark} {say(edition, zh, en)}"
    # a limit holds or fails by its rate of convergence: there is no single error to show
    error = "" if result["kind"] == "limit" else format_error(result["error"])
    return f"{state} · {say(edition, '误差', 'error')} {error}" if error else state


def state_of(result: dict[str, Any]) -> tuple[str, str, str]:
    """Return the mark of a state, and its words; of a definition, how often it is put to use."""
    if result["restates"]:
        return RESTATED
    mark, zh, en = STATES.get(result["state"], ("✗", "未通过", str(result["state"])))
    uses = result["uses"]
    if uses is None:
        return mark, zh, en
    checks = {0: "no check", 1: "1 check"}.get(uses, f"{uses} checks")
    return mark, f"{zh}，{f'有 {uses} 项' if uses else '没有'}验算用到", f"{en}, used by {checks}"


def format_error(error: float | None) -> str:
    """Return an error as readers see it: ``4e-16``, ``0``, or nothing where there is none."""
    if not error:
        return "" if error is None else "0"
    return f"{error:.1g}" if error > 1e-4 else f"{error:.0e}"


def details(result: dict[str, Any], language: int) -> str:
    """Return in words of one language (0 is Chinese) what was done, and what came of it."""
    reason = str(result["message"])
    if result["state"] == "wrong-as-expected":
        shown = str(result["counterexample"])
        return _describe_failure(result["error"], reason, language) + _describe(shown, language)
    if result["state"] in ("definition", "notation", "model"):
        state = state_of(result)[1 + language]
        reason = reason.split(" | ")[language] if " | " in reason else reason
        return (f"{state}。{reason}", f"{_capital(state)}. {reason}")[language]
    if result["state"] != "checked":
        return f"{FAILED[result['state']][language]}{reason}"
    done = RESTATES if result["restates"] else DONE[result["kind"]]
    told = done[language].format(draws=result["draws"])
    return told + _caught(result["mutants"], result["killed"], language)


def _caught(mutants: int, killed: int, language: int) -> str:
    """Say how many of the wrong versions were caught."""
    rest = mutants - killed
    if not mutants:
        return ("。", ".")[language]
    if rest:
        are = "the other one is" if rest == 1 else f"the other {rest} are"
        return (
            f"；故意改动的 {mutants} 种写法识破了 {killed} 种，其余 {rest} 种同样成立。",
            f"; of {mutants} altered versions {killed} were caught, and {are} true as well.",
        )[language]
    every = "the one wrong version was" if mutants == 1 else f"all {mutants} wrong versions were"
    return (f"；故意改错的 {mutants} 种写法全部被识破。", f"; {every} caught.")[language]


def figures(result: dict[str, Any], sizes: str, language: int) -> str:
    """Return the figures behind the words, for those who want them: "" if there are none."""
    if result["state"] != "checked":
        return ""
    sizes = sizes.replace(" = ", "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")
    told = [(f"取值的大小：{sizes}", f"sizes drawn: {sizes}")[language]] if sizes else []
    if result["kind"] in RELATIVE and result["error"] is not None:
        error = _in_powers_of_ten(result["error"])
        what = ("相对误差", "relative error")[language]
        rounding = ("（舍入误差）", " (rounding)")[language] if 0 < result["error"] < 1e-9 else ""
        told.insert(0, f"{what} {error}{rounding}")
    return _capital(("；", "; ")[language].join(told))


def _in_powers_of_ten(error: float) -> str:
    """Return an error as readers write it.

    >>> _in_powers_of_ten(4.4e-16), _in_powers_of_ten(0.0)
    ('4 × 10⁻¹⁶', '0')
    """
    digit, _, power = f"{error:.0e}".partition("e")
    return f"{digit} × 10{str(int(power)).translate(POWERS)}" if error else "0"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _describe_failure(error: float | None, reason: str, language: int) -> str:
    """Say how a formula failed that was meant to fail."""
    if error is None:
        for pattern, words in IMPOSSIBLE.items():
            if found := re.search(pattern, reason):
                reason = found.expand(words[language])
                break
        return (f"无法计算：{reason}。", f"It cannot be computed: {reason}.")[language]
    if math.isinf(error):
        return ("式中的关系并不总成立。", "The relation does not always hold.")[language]
    return (
        f"在随机取值上，两边的相对差达到 {error:.2g}。",
        f"On random values the sides differ by {error:.2g} of their size.",
    )[language]


def _describe(counterexample: str, language: int) -> str:
    """Say on which values the sides differ, if that can be said."""
    if not counterexample:
        return ""
    counterexample = re.sub(r"\\[a-z]+\{(\w)\}", r"\1", counterexample)  # \mathbf{w} is w
    if language == 1:
        return f" {counterexample[0].upper()}{counterexample[1:]}."
    counterexample = re.sub("^in ", "对于 ", counterexample)
    for english, chinese in SIDES.items():
        counterexample = counterexample.replace(english, chinese)
    return f"{counterexample}。"


def visit_box_html(self: Any, node: symbols_box) -> None:
    """Open the box, with its title as the line to click."""
    self.body.append('<details class="symbols-of-page"><summary>')
    for child in node.pop(0).children:
        child.walkabout(self)
    self.body.append("</summary>\n")


def depart_box_html(self: Any, node: symbols_box) -> None:
    """Close the box."""
    self.body.append("</details>\n")


def pass_through(self: Any, node: nodes.Element) -> None:
    """Write the content alone, where nothing folds."""


def visit_evidence_html(self: Any, node: equation_evidence) -> None:
    """Write a mark that opens to tell how the equation was run, or why it is wrong, in the open."""
    result, edition = node["result"], self.config.edition
    mark, *state = state_of(result)
    told = ""
    for language in EDITIONS[edition]:
        number = ("zh", "en").index(language)
        words, more = details(result, number), figures(result, node["sizes"], number)
        if result["state"] == "wrong-as-expected":
            words = f"{_capital(state[number])}{('。', '. ')[number]}{words}"
        told += f'<p lang="{LANG[language]}">{self.encode(words)}'
        told += f"<small>{self.encode(more)}</small></p>" if more else "</p>"
    live = " data-formula" if result["state"] in EXECUTED else ""  # live.js opens it
    if result["state"] in OPEN:
        self.body.append(f'<div class="evidence wrong"{live}><b>{mark}</b>{told}</div>\n')
    else:
        kind = "checked" if mark == STATES["checked"][0] else "other"
        name = self.attval(say(edition, f"{state[0]}：详情", f"{state[1]}: details"))
        self.body.append(f'<details class="evidence {kind}" name="evidence"{live}>')
        self.body.append(f'<summary aria-label="{name}" title="{name}">{mark}</summary>')
        self.body.append(f"<div>{told}</div></details>\n")
    raise nodes.SkipNode


def visit_evidence_latex(self: Any, node: equation_evidence) -> None:
    """Write a small line at the right margin."""
    result, edition = node["result"], self.config.edition
    mark, _, words = summary(result, edition).partition(" ")
    if result["state"] == "wrong-as-expected" and result["error"] is None:
        words += " · " + say(edition, "无法执行", "cannot be executed")
    self.body.append(rf"\evidence{{\evidencemark{{{mark}}} {self.encode(words)}}}" + "\n")
    raise nodes.SkipNode


def skip(self: Any, node: nodes.Element) -> None:
    """Write nothing, in builders that show no evidence."""
    raise nodes.SkipNode


def fill_index(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the table of all equations where a page asks for it."""
    for place in list(doctree.findall(equation_index)):
        place.replace_self(list(_index(app, docname)))


def _index(app: Sphinx, docname: str) -> Iterator[Node]:
    for page in sorted(results_of(app.env), key=_page_order(app)):
        results = results_of(app.env)[page]["equations"]
        if results:
            yield _page_heading(app, docname, page)
            yield _page_table(app, docname, page, results)


def _page_order(app: Sphinx) -> Callable[[str], int]:
    places = {page: place for place, page in enumerate(app.env.collect_relations())}
    return lambda page: places.get(page, len(places))


def _page_heading(app: Sphinx, docname: str, page: str) -> Node:
    title = app.env.titles[page]
    link = nodes.reference(
        "", "", internal=True, refuri=app.builder.get_relative_uri(docname, page)
    )
    link += [child.deepcopy() for child in title.children]
    return nodes.paragraph("", "", nodes.strong("", "", link), classes=["equations-page"])


def _page_table(app: Sphinx, docname: str, page: str, results: list[dict[str, Any]]) -> Node:
    edition = app.config.edition
    rows: list[list[list[Node]]] = []
    for result in results:
        target = f"{app.builder.get_relative_uri(docname, page)}#equation-{result['label']}"
        link = nodes.reference("", result["label"], internal=True, refuri=target)
        mark, *state = RESTATED_IN_TABLE if result["restates"] else state_of(result)
        mutants = f"{result['killed']}/{result['mutants']}" if result["mutants"] else ""
        texts = (format_error(result["error"]), str(result["draws"] or ""), mutants)
        rows.append(
            [
                [link],
                _speak(edition, *KINDS.get(result["kind"], (result["kind"],) * 2)),
                [nodes.Text(f"{mark} "), *_speak(edition, state[0], state[1])],
                *(cast("list[Node]", [nodes.Text(text)]) for text in texts),
            ]
        )
    return _table(["equations"], rows, [_speak(edition, zh, en) for zh, en in HEADINGS])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the nodes and their looks."""
    app.add_directive("equation-index", EquationIndexDirective)
    html: Any = (visit_evidence_html, None)
    latex: Any = (visit_evidence_latex, None)
    app.add_node(equation_evidence, html=html, latex=latex, text=(skip, None))
    box: Any = (visit_box_html, depart_box_html)
    plain: Any = (pass_through, pass_through)
    app.add_node(symbols_box, html=box, text=plain)  # the writers of paper and EPUB know it
    app.add_node(symbols_table)
    app.add_node(equation_index)
    app.connect("doctree-resolved", fill_index)
    return {"version": "1", "env_version": 2, "parallel_read_safe": False}
