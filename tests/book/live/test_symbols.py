"""The marks of symbols: around which letters they go, to which row they lead, what they leave."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from book._ext.live.symbols import Symbols
from book._ext.paths import BOOK
from eqcheck import Page, Refusal, read_line
from eqcheck.grammar import tree
from eqcheck.grammar.statements import parse_display
from tests.book.site.small_site import build_site

TABLE = r"""
n = 5 | 样本数 | number of samples
d = 3 | 特征数 | number of features
i : 1..n | 第几个样本 | which sample
\mathbf{X} : R[n,d]; rows \mathbf{x}_i; entries X_{ij} | 特征 | features
\mathbf{w}, \mathbf{v} : R[d]; entries w_j, v_j | 权重 | weights
\hat{y}_i : R; i = 1..n | 预测 | predictions
f : R -> R | 函数 | a function
\sigma(x) = \frac{1}{1+e^{-x}} | sigmoid 函数 | the sigmoid
d_l = 4, 6, 7 | 宽度 | widths
\tanh : R -> R; entrywise | 双曲正切 | hyperbolic tangent
H(n) : R; defined | 熵 | entropy
H(n, d) : R; defined | 交叉熵 | cross-entropy
"""
Place = tuple[int, int]  # and its row
MARK = re.compile(r"\\htmlData\{symbol=([^}]*)\}")
# A table of symbols, or a displayed equation.
ITEMS = re.compile(
    r"^```\{symbols\}(?P<more> more)?\n(?P<lines>.*?)^```$|^\$\$\n(?P<latex>.*?)\n\$\$ \(",
    re.MULTILINE | re.DOTALL,
)


def known(*tables: str) -> Symbols:
    """Return the symbols of tables, each of which starts afresh."""
    symbols = Symbols()
    for table in tables:
        symbols.read([read_line(line) for line in table.strip().splitlines()], more=False)
    return symbols


def marks(marked: str) -> list[tuple[str, str]]:
    """Return what is marked, each with its row, in the order in which the marks open."""
    found = []
    for mark in MARK.finditer(marked):
        depth, end = 1, mark.end() + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(marked[end], 0)
            end += 1
        found.append((MARK.sub("", marked[mark.end() + 1 : end - 1]), mark[1]))
    return found


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"n d", [("n", "0"), ("d", "1")]),
        (r"\mathbf{X}^{\top} \mathbf{v}", [(r"\mathbf{X}^{\top}", "3"), (r"\mathbf{v}", "4")]),
        (r"\mathbf{x}_i w_j", [(r"\mathbf{x}_{{i}}", "3 row"), ("i", "2"), ("w_j", "4 entry")]),
        (r"X_{ij}", [("X_{{i}j}", "3 entry"), ("i", "2")]),
        (r"\hat{y}_{i}^2", [(r"\hat{y}_{{i}}^2", "5"), ("i", "2")]),
        (r"f'(\sigma(x))", [("f'", "6"), (r"\sigma", "7")]),
        (r"\mathbb{R}^{n \times d_1}", [("n", "0"), ("d_1", "8")]),
        (r"\sum_{i=1}^n \nabla_{\mathbf{w}}", [("i", "2"), ("n", "0"), (r"\mathbf{w}", "4")]),
        (r"\sum_i^2 z", [("i", "2")]),
        (r"\mathbf{u} + \text{n} + \operatorname{d}", []),
        (r"\hat{y} + \mathbf{x}", [(r"\hat{y}", "5")]),
        (r"\log(n) + \tanh(d)", [("n", "0"), (r"\tanh", "9"), ("d", "1")]),
        (
            r"H(n) + H(f(n) \,\|\, d)",
            [("H", "10"), ("n", "0"), ("H", "11"), ("f", "6"), ("n", "0"), ("d", "1")],
        ),
        (r"\begin{aligned} n &= d \\ & < n", [("n", "0"), ("d", "1"), ("n", "0")]),
    ],
)
def test_a_declared_name_is_marked_with_its_scripts_and_primes(
    latex: str, expected: list[tuple[str, str]]
) -> None:
    assert marks(known(TABLE).marked(latex)) == expected


def test_a_table_starts_afresh_or_adds_and_rows_are_counted_over_the_page() -> None:
    symbols = known("n = 5 | 数 | number", "d = 3 | 数 | number\nm = 2 | 数 | number")
    assert symbols.marked("n + m") == r"n + \htmlData{symbol=2}{m}"
    symbols.read([read_line("n = 5 | 数 | number")], more=True)
    assert symbols.marked("n + d") == r"\htmlData{symbol=3}{n} + \htmlData{symbol=1}{d}"


class Reader:
    """Reads the tables and displayed equations of a page, for the checker and for the marks."""

    def __init__(self) -> None:
        self.page, self.symbols = Page(), Symbols()

    def read_table(self, lines: list[str], *, more: bool) -> None:
        self.page = self.page if more else Page()
        for line in lines:
            self.page.declare(line)
        shown = [line for line in map(read_line, lines) if len(line.meanings) == 2]
        self.symbols.read(shown, more=more)

    def in_the_tree(self, latex: str) -> tuple[set[Place], Callable[[Place], bool]] | None:
        """Return where names stand that have a row; and what else has one, though no value.

        That is an index where it is bound, and what is part of a name: k in V_k.
        """
        try:
            display, table = parse_display(latex, self.page.table)
        except Refusal:
            return None
        found, bound, spans = set(), set(), []
        for node in display.walk():
            if isinstance(node, tree.Symbol | tree.Member):
                pattern = table.patterns.get(node.name)
                row = self.symbols.rows.get(pattern.parent if pattern else node.name)
                found |= {(node.span[0], row)} if row is not None else set()
                spans.append(node.span)
            bound.add(self.symbols.rows.get(str(getattr(node, "variable", "")), -1))
        return found, lambda p: p[1] in bound or any(a < p[0] < b for a, b in spans)


def test_the_names_in_an_equation_are_those_that_its_tree_knows() -> None:
    compared, wrong = 0, []
    for path in sorted(BOOK.glob("*.md")):
        reader = Reader()
        for item in ITEMS.finditer(path.read_text("utf-8")):
            latex = item["latex"]
            if latex is None:
                reader.read_table(item["lines"].strip().splitlines(), more=bool(item["more"]))
                continue
            in_the_tree = reader.in_the_tree(latex)
            if in_the_tree is None:  # a layout, or what is wrong on purpose
                continue
            names, is_known = in_the_tree
            occurrences = reader.symbols.occurrences(latex)
            marked = {(at, int(symbol.split()[0])) for at, _, symbol in occurrences}
            strange = {place for place in marked - names if not is_known(place)}
            if names - marked or strange:
                wrong.append((path.stem, latex, names - marked, strange))
            compared += len(names)
            with suppress(Refusal):
                reader.page.define(latex)
    assert wrong == []
    assert compared > 900


WHOLE = r"""
(page)=
# {zh}`一页`{en}`A page`

```{symbols}
x : R | 一个数 | a number
```

:::{zh}
中文段落，公式 $x$。
:::
:::{en}
An English paragraph, formula $x$.
:::

$$
\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases} = |x|
$$ (eq-page)

```{check} eq-page
:kind: notation
:why: 一例 | an example
```

(page-more)=
## {zh}`一节，$x$`{en}`A section, $x$`
"""


def test_formulas_of_a_page_are_marked_and_titles_which_other_pages_show_are_not(
    tmp_path: Path,
) -> None:
    built = build_site(tmp_path, WHOLE, edition="zh")
    page = BeautifulSoup(built.html(), "html.parser")
    assert [
        row.get_text(" ", strip=True)[-3:] for row in page.select("table.symbols tbody tr")
    ] == ["一个数"]
    in_text = page.select("article p .katex-html [data-symbol]")
    assert [mark.get_text() for mark in in_text] == ["x"]
    in_display = page.select(".equation .katex-html [data-symbol]")
    assert [mark["data-symbol"] for mark in in_display] == ["0"] * 4
    assert "若" in page.select_one(".equation .katex-html").get_text()
    assert page.select("h2 .katex")
    assert not page.select("h2 [data-symbol], nav [data-symbol], table.symbols [data-symbol]")
    assert not page.select("math [data-symbol]")
