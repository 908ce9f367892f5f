"""Formulas are set while the site is built: as HTML with MathML inside, or as MathML alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from string import ascii_letters, digits

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from hypothesis import given
from hypothesis import strategies as st

from book._ext.paths import ROOT
from book._ext.site.katex import DIST, PACKAGES, KeepPunctuation, render, styled
from tests.book.app import PAGE
from tests.book.site.small_site import EQUATION, build_site

WRONG = """
```{symbols}
a : R | 数 | a number
```

$$
a = a + 1
$$ (eq-wrong)

```{check} eq-wrong
:expect: wrong
```
"""
MATHML = "{http://www.w3.org/1998/Math/MathML}"


def mathml(latex: str) -> ElementTree.Element:
    """Return the MathML of a formula, parsed."""
    [root] = ElementTree.fromstring(render(latex, display=False, output="mathml"))
    assert root.tag == f"{MATHML}math"
    return root


@pytest.mark.parametrize(
    "latex", [r"\frac{a}{b}", r"a < b \& c", r"\mathbf{x}^{\top}", r"\text{权重}_1"]
)
@pytest.mark.parametrize("output", ["mathml", "htmlAndMathml"])
def test_a_formula_carries_its_own_source(latex: str, output: str) -> None:
    page = BeautifulSoup(render(latex, display=False, output=output), "html.parser")
    if output == "mathml":
        [source] = page.find_all("annotation")
        assert source.get_text() == latex
    else:
        assert [formula["data-tex"] for formula in page.select("math.katex-mathml")] == [latex]
    assert bool(page.select(".katex-html")) == (output == "htmlAndMathml")


@pytest.mark.parametrize(("display", "marked"), [(True, 1), (False, 0)])
def test_a_displayed_formula_is_set_as_one(display: bool, marked: int) -> None:
    page = BeautifulSoup(render("x", display=display), "html.parser")
    assert len(page.select("span.katex-display")) == marked


def parts(latex: str) -> str:
    """Return a displayed formula, the parts that stay together as long as they can in braces."""
    page = BeautifulSoup(render(latex, display=True), "html.parser")
    [html] = page.select(".katex-html")
    for base in html.select(".katex-base"):
        base.insert_after(" ")
    for part in html.select(".whole"):
        part.insert(0, "{")
        part.append("}")
    return re.sub(r"\s+(?=[ }]|$)", "", html.get_text())


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("a", "a"),
        ("a = b + c - d", "{a =b +c −d}"),
        ("a + b = c", "{{a +b}=c}"),
        (r"a \le b = c + d", "{{a ≤b}{=c +d}}"),
        (r"a = b, \qquad c = d \quad e", "{a =b,} {c =d} e"),
        ("f(a + b = c) + d", "{f(a+b=c) +d}"),
        (r"\|a - b\|^2 - |c + d|", "{∥a−b∥2 −∣c+d∣}"),
        (r"\left( a + b \right) + c", "{(a+b) +c}"),
        ("-a := +b", "{−a :=+b}"),
    ],
)
def test_a_displayed_formula_breaks_between_statements_then_relations_then_signs(
    latex: str, expected: str
) -> None:
    assert parts(latex) == expected


def test_a_part_of_a_formula_is_as_high_as_what_it_holds() -> None:
    page = BeautifulSoup(render(r"a = \frac{b}{c} + d", display=True), "html.parser")
    heights = [strut["style"].split(";")[0] for strut in page.select(".katex-strut")]
    assert heights == ["height:0.4306em", "height:2.0574em", "height:0.7778em"]


@pytest.mark.parametrize(
    ("latex", "elements"),
    [("x", 2), ("x^2", 3), ("x_i^2", 5), (r"\frac{a}{b}", 5), ("2 = b", 4)],
)
def test_a_formula_has_few_elements(latex: str, elements: int) -> None:
    page = BeautifulSoup(render(latex, display=False, output="html"), "html.parser")
    assert len(page.select(".katex-html > .katex-base *")) == elements


def test_what_is_drawn_stays_as_katex_writes_it() -> None:
    page = BeautifulSoup(render(r"\sqrt{x} + y^2", display=False), "html.parser")
    assert page.select(".sqrt .vlist-t svg")
    assert not page.select(".raised .vlist-t")


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (r"\htmlData{symbol=1}{x}", '<span class="mathnormal" data-symbol="1">x</span>'),
        (r"\htmlData{symbol=1}{\mathbf{x}}", '<span class="mathbf" data-symbol="1">x</span>'),
        (
            r"\htmlData{symbol=2 row}{\mathbf{x}_{\htmlData{symbol=1}{i}}}",
            '<span data-symbol="2 row"><span class="mathbf">x</span>',
        ),
        (r"\htmlData{symbol=1}{\hat{y}}", '<span class="katex-accent stack" data-symbol="1">'),
        (
            r"\sqrt{\htmlData{symbol=1}{x}}",
            '<span class="mord mathnormal" data-symbol="1">x</span>',
        ),
    ],
)
def test_what_stands_alone_in_a_mark_bears_it_and_the_mathml_has_none(
    marked: str, expected: str
) -> None:
    plain = re.sub(r"\\htmlData\{[^}]*\}", "", marked)
    html = render(plain, display=False, marked=marked)
    assert expected in html
    math = re.compile("<math.*?</math>")
    assert math.findall(html) == math.findall(render(plain, display=False))


def test_a_space_stands_behind_a_mark_and_a_letter_has_no_correction_before_one_like_it() -> None:
    marked = r"\htmlData{symbol=1}{\mathbf{W}}\htmlData{symbol=2}{\mathbf{x}} + 1"
    page = BeautifulSoup(render(r"\mathbf{Wx} + 1", display=False, marked=marked), "html.parser")
    styles = [mark.get("style") for mark in page.select("[data-symbol]")]
    assert styles == [None, "margin-right:0.2222em"]


@pytest.mark.parametrize(
    "latex",
    [r"\frac{1", r"\nonsense{x}", "a & b", r"\htmlData{symbol=1}{x}", r"\htmlClass{c}{x}"],
)
def test_what_katex_cannot_set_in_its_strict_mode_is_refused_with_its_reason(latex: str) -> None:
    with pytest.raises(ValueError, match="KaTeX parse error"):
        render(latex, display=False)
    assert "katex" in render("x", display=False)  # the process goes on


@pytest.mark.parametrize(
    ("latex", "letters"),
    [
        (r"\mathbf{x}", "𝐱"),
        (r"\mathbb{R}", "ℝ"),
        (r"\mathcal{L}", "ℒ"),
        (r"\boldsymbol{\theta}", "𝜽"),
        (r"\mathbf{1}", "𝟏"),
    ],
)
def test_a_style_of_letters_is_written_in_letters(latex: str, letters: str) -> None:
    root = mathml(latex)
    assert (
        "".join(text for n in root.iter() if n.tag[-2:] in ("mi", "mn") for text in n.itertext())
        == letters
    )
    assert [n for n in root.iter() if n.get("mathvariant") not in (None, "normal")] == []


@pytest.mark.parametrize("style", ["bold", "double-struck", "script", "fraktur", "bold-italic"])
def test_a_letter_in_a_style_is_still_that_letter(style: str) -> None:
    greek = "".join(map(chr, [*range(0x391, 0x3A2), *range(0x3B1, 0x3CA)]))
    for letter in ascii_letters + digits + greek:
        assert unicodedata.normalize("NFKC", styled(letter, style)) == letter
    assert all(styled(letter, style) != letter for letter in ascii_letters)


@pytest.mark.parametrize("latex", [r"\lambda_{\max}", r"\sum_{i=1}^n x_i", r"\log x"])
def test_nothing_is_applied_to_what_is_not_there(latex: str) -> None:
    for element in mathml(latex).iter():
        children = [(child.tag.removeprefix(MATHML), child.text) for child in element]
        if element.tag in (f"{MATHML}msub", f"{MATHML}msup", f"{MATHML}munderover"):
            assert ("mo", "\u2061") not in children[-1:]
    [source] = mathml(latex).iter(f"{MATHML}annotation")
    assert source.text == latex


# ------------------------------------------------------------------ punctuation

WORDS = st.text(alphabet="a 好，。（“）,.(-'…", max_size=5)


def with_punctuation(*children: nodes.Node) -> nodes.paragraph:
    document = new_document("page", get_default_settings())
    paragraph = nodes.paragraph("", "", *children)
    document += paragraph
    KeepPunctuation(document).run()
    return paragraph


@given(WORDS, st.lists(WORDS, min_size=1, max_size=3))
def test_punctuation_moves_into_the_box_and_no_character_changes(
    first: str, others: list[str]
) -> None:
    formulas = [nodes.math("", "x") for _ in others]
    children: list[nodes.Node] = [nodes.Text(first)]
    for formula, words in zip(formulas, others, strict=True):
        children += [formula, nodes.Text(words)]
    paragraph = with_punctuation(*children)
    assert paragraph.astext() == first + "".join(f"x{words}" for words in others)
    assert list(paragraph.findall(nodes.math)) == formulas


@pytest.mark.parametrize(
    ("before", "after", "box"),
    [
        ("设", "，则", "x，"),
        ("（", "）。", "（x）。"),
        ("the ", "-axis is", "x-axis"),
        ("the ", "'s value", "x's"),
        ("“", " and", "“x"),
        ("a", " b", None),
        ("设", "为", None),
        ("5 - ", " - 3", None),
    ],
)
def test_a_formula_is_in_one_box_with_what_touches_it(
    before: str, after: str, box: str | None
) -> None:
    paragraph = with_punctuation(nodes.Text(before), nodes.math("", "x"), nodes.Text(after))
    boxes = [n for n in paragraph.findall(nodes.inline) if n["classes"] == ["unbroken"]]
    assert [found.astext() for found in boxes] == ([box] if box else [])


def test_a_comma_that_stands_twice_moves_where_it_touches_a_formula() -> None:
    code, comma = nodes.literal("", "f"), nodes.Text(", ")
    paragraph = with_punctuation(
        code, comma, nodes.math("", "x"), nodes.Text(", "), nodes.math("", "y")
    )
    assert [child.astext() for child in paragraph.children] == ["f", ", ", "x,", " ", "y"]


# ------------------------------------------------------------------ in a page


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> BeautifulSoup:
    built = build_site(tmp_path_factory.mktemp("site"), PAGE + EQUATION)
    shipped = built.app.outdir / "_static"
    for font in (DIST / "fonts").glob("*.woff2"):
        assert (shipped / "fonts" / font.name).read_bytes() == font.read_bytes()
    return BeautifulSoup(built.html(), "html.parser")


def test_a_displayed_equation_has_an_address_and_a_number_that_leads_there(
    page: BeautifulSoup,
) -> None:
    [equation] = page.select("div.math")
    assert equation["id"] == "equation-eq-same"
    assert equation.select_one(".eqno").get_text().startswith("(1)")  # type: ignore[union-attr]
    assert equation.select_one(".eqno a")["href"] == "#equation-eq-same"  # type: ignore[index]
    assert len(equation.select(".equation > .katex-display")) == 1


def test_the_mark_of_a_check_stands_beside_the_number_and_what_is_wrong_below(
    tmp_path: Path,
) -> None:
    built = build_site(tmp_path, PAGE + EQUATION + WRONG)
    right, wrong = BeautifulSoup(built.html(), "html.parser").select("div.math")
    [mark] = right.select("details.evidence")
    assert mark.find_previous_sibling()["class"] == ["eqno"]  # type: ignore[index]
    assert mark.find_next_sibling()["class"] == ["equation"]  # type: ignore[index]
    assert wrong.select(".evidence") == []
    assert wrong.find_next_sibling()["class"] == ["evidence", "wrong"]  # type: ignore[index]


def test_a_formula_in_a_line_is_set_with_its_punctuation(page: BeautifulSoup) -> None:
    [formula] = page.select("span.math.katex")
    assert formula.parent is not None
    assert formula.parent["class"] == ["unbroken"]
    assert formula.parent.get_text()[-1] == "。"


def test_a_formula_that_cannot_be_set_is_named_with_its_line(tmp_path: Path) -> None:
    build_site(tmp_path, PAGE + "\n$\\frac{1$\n", warns=["page.md:23: WARNING: KaTeX parse error"])


CONF = """
from pathlib import Path
from book._ext.site import katex

katex.NODE_MODULES = Path(__file__).parent / "node_modules"
extensions = ["book._ext.site.katex"]
"""


@pytest.fixture
def sphinx_build(tmp_path: Path) -> Callable[[str], tuple[int, str]]:
    """Run ``sphinx-build`` where KaTeX is installed, and nothing else."""
    (tmp_path / "node_modules" / "katex").mkdir(parents=True)
    (tmp_path / "node_modules" / "katex" / "package.json").write_text("{}", "utf-8")
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    (tmp_path / "index.rst").write_text("Page\n====\n", "utf-8")

    def run(builder: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "sphinx", "-q", "-b", builder, tmp_path, tmp_path / "out"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    return run


@pytest.mark.parametrize("builder", ["html", "epub"])
def test_a_missing_package_is_named_in_one_line_before_a_page_is_read(
    builder: str, sphinx_build: Callable[[str], tuple[int, str]], tmp_path: Path
) -> None:
    code, said = sphinx_build(builder)
    assert code == 1
    assert len(said.splitlines()) == 1
    assert "node_modules lacks minisearch: `python -c" in said
    assert not list(tmp_path.rglob("*.doctree"))


def test_builders_that_write_no_html_need_no_package(
    sphinx_build: Callable[[str], tuple[int, str]],
) -> None:
    assert sphinx_build("latex") == (0, "")


def test_what_is_asked_for_is_what_package_json_names() -> None:
    named = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    live = "".join(file.read_text("utf-8") for file in (ROOT / "book/_ext/live").glob("*.mjs"))
    imported = re.findall(r'from "((?:@[\w-]+/)?[\w-]+)"', live)
    assert {*PACKAGES, *imported, "pyodide"} == set(named)
