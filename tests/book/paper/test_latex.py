"""A small book in LaTeX: numbers of the site, alternative texts, tables, keys of the index."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from book._ext.languages.bilingual import NUMBERED
from book._ext.paths import BOOK
from tests.book.app import Built, build_in

INDEX = """\
(index)=
# {zh}`书`{en}`Book`

:::{zh}
本书。
:::
:::{en}
This book.
:::

(index-pages)=
## {zh}`各页`{en}`Pages`

```{toctree}
:numbered: 1

page
glossary
equations
```
"""
PAGE = r"""
(page)=
# {zh}`$\lambda$ 与 $\mathbf{w}_t$`{en}`Of $\lambda$ and $\mathbf{w}_t$`

```{symbols}
a, b : R | 两个数 | two numbers
\mathbf{x} : R[2]; entries a_j | 向量 $x$ | a vector $x$
```

:::{zh}
**偏导数**（partial derivative）满足
:::
:::{en}
A **partial derivative** (偏导数) obeys
:::

$$
a = b + b = 2 b
$$ (eq-chain)

```{check} eq-chain
:kind: notation
:why: 一例。 | An example.
```

:::{zh}
其中 $a_{样本}$ 已知。

- 一项。

另起一段，见式 {eq}`eq-chain`、{eq}`eq-short` 和{numref}`fig-plot`。
:::
:::{en}
where $a_{样本}$ is known.

- An item.

Another paragraph, see {eq}`eq-chain`, {eq}`eq-short` and {numref}`fig-plot`.
:::

$$
a = b
$$ (eq-short)

```{check} eq-short
:kind: notation
:why: 又一例。 | Another.
```

```{figure} plot.png
:name: fig-plot
:alt: 折线，𝐱 与 50%
图题
```

```{code-cell}
first = 1
second = 2
```
"""
EQUATIONS = """
(equations)=
# {zh}`公式`{en}`Equations`

(equations-list)=
## {zh}`清单`{en}`List`

```{equation-index}
```
"""
GLOSSARY = """
(glossary)=
# {zh}`术语`{en}`Terms`

```{terms}
偏导数 | piān dǎo shù | partial derivative | page
对一个变量的导数。
The derivative in one variable.
```
"""
LONG = "\n```{code-cell}\n" + "line = 1\n" * 50 + "```\n"
PAGES = {
    "index": INDEX,
    "page": PAGE.lstrip() + LONG,
    "glossary": GLOSSARY.lstrip(),
    "equations": EQUATIONS.lstrip(),
}
EXTENSIONS = ("languages", "truth", "exercises", "paper")


def build_book(folder: Path, edition: str, builder: str) -> Built:
    (folder / "book").mkdir()
    shutil.copy(BOOK / "_static" / "icon.png", folder / "book" / "plot.png")
    return build_in(
        folder,
        PAGES,
        *(f"book._ext.{name}" for name in EXTENSIONS),
        edition=edition,
        builder=builder,
        language="en" if edition == "en" else "zh_CN",
        project="Book",
        copyright="2026, The authors. MIT",
        suppress_warnings=["myst-nb.lexer", "pictures"],  # no cell is run to draw one
        numfig=True,
        numfig_secnum_depth=1,
        numfig_format=NUMBERED[edition],
        math_numfig=True,
        math_eqref_format="({number})",
    )


@pytest.fixture(scope="module", params=["zh", "en"])
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def written(edition: str, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_book(tmp_path_factory.mktemp("paper"), edition, "latex")


@pytest.fixture(scope="module")
def tex(written: Built, edition: str) -> str:
    return (written.app.outdir / f"concepts-{edition}.tex").read_text("utf-8")


def braces(text: str, command: str) -> list[str]:
    """Return what stands in the braces after each occurrence of a command."""
    found = []
    for start in re.finditer(re.escape(f"\\{command}{{"), text):
        depth, end = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found.append(text[start.end() : end - 1])
    return found


def test_equations_and_figures_have_the_numbers_of_the_site(
    tex: str, edition: str, tmp_path: Path
) -> None:
    site = build_book(tmp_path, edition, "html").html()
    on_site = re.findall(r'<span class="eqno">\(([\d.]+)\)', site)
    assert braces(tex, "tag") == on_site == ["1.1", "1.2"]
    [caption] = re.findall(r'<span class="caption-number">\D*([\d.]+)', site)
    assert braces(tex, r"renewcommand\thefigure") == [caption]


def test_every_reference_to_an_equation_has_its_label(tex: str) -> None:
    labels, references = braces(tex, "label"), braces(tex, "ref")
    places = [f"equation:page:{name}" for name in ("eq-chain", "eq-short")]
    assert [label for label in labels if label.startswith("equation:")] == places
    assert [place for place in places if place in references] == places


def test_only_an_equation_that_can_be_broken_comes_in_two_forms(tex: str) -> None:
    assert braces(tex, "fitted") == ["a = b + b = 2 b"]
    assert r"\begin{split}a &= b + b \\ &= 2 b\end{split}" in tex
    assert r"\begin{split}a = b\end{split}" in tex


def test_an_equation_belongs_to_its_paragraph_and_the_sentence_goes_on_unindented(
    tex: str, edition: str
) -> None:
    said, goes_on, anew = {
        "zh": ("满足", "其中", "另起"),
        "en": (" obeys", "where", "Another"),
    }[edition]
    assert f"{said}%\n\\begin{{equation}}" in tex
    assert re.findall(r"\\noindent (?!\\)(\w+)", tex) == [goes_on]
    assert f"\\sphinxAtStartPar\n{anew}" in tex


def test_what_running_an_equation_found_stands_behind_it(tex: str, edition: str) -> None:
    found = re.findall(r"\\end\{equation\}\\evidence\{\\evidencemark\{(.)\} (.*)\}", tex)
    assert found == [("·", {"zh": "记号", "en": "notation"}[edition])] * 2


def test_a_figure_carries_its_alternative_text(tex: str) -> None:
    [alternative] = braces(tex, "bookfigure")
    assert bytes.fromhex(alternative).decode("utf-16") == "折线，𝐱 与 50%"
    assert re.search(r"\\bookfigure\{\w+\}\{\{plot\}\.png\}", tex)
    assert r"\sphinxincludegraphics" not in tex[tex.index(r"\begin{document}") :]


def test_formulas_in_a_title_have_letters_for_the_bookmark(tex: str) -> None:
    [title] = [title for title in braces(tex, "chapter") if "texorpdfstring" in title]
    formulas = re.findall(r"\\texorpdfstring\{\\\((.*?)\\\)\}\{(.*?)\}", title)
    assert formulas == [(r"\lambda", "λ"), (r"\mathbf{w}_t", "wₜ")]


def test_han_in_a_formula_is_text(tex: str) -> None:
    assert r"\(a_{\text{样}\text{本}}\)" in tex


def test_the_symbols_of_a_page_are_a_table_of_their_own(tex: str, edition: str) -> None:
    [body] = re.findall(r"\\begin\{symboltable\}\n(.*?)\\end\{symboltable\}", tex, re.DOTALL)
    numbers, vector = {"zh": ("两个数", "向量"), "en": ("two numbers", "a vector")}[edition]
    assert body.splitlines() == [
        rf"\symbolentry{{\(a, b\)}}{{\(\mathbb{{R}}\)}}{{{numbers}}}",
        rf"\symbolentry{{\(\mathbf{{x}}\)}}{{\(\mathbb{{R}}^{{2}}\)}}{{{vector} \(x\)}}",
    ]


def test_the_list_of_all_equations_is_a_table_with_a_head(tex: str) -> None:
    head, body = re.findall(
        r"\\begin\{equationtable\}\{(.*)\}\n(.*?)\\end\{equationtable\}", tex, re.DOTALL
    )[0]
    rows = body.split("\\\\\n")[:-1]
    assert {row.count(" & ") for row in (head, *rows)} == {5}
    assert [re.findall(r"\\ref\{(.*?)\}", row) for row in rows] == [
        ["equation:page:eq-chain"],
        ["equation:page:eq-short"],
    ]
    assert r"\begin{tabulary}" not in tex


def test_code_is_kept_on_one_page_where_it_fits(tex: str) -> None:
    reserved = [tuple(map(int, one)) for one in re.findall(r"\\codespace\{(\d+)\}\{(\d+)\}", tex)]
    assert reserved == [(2, 1), (2, 1)]  # the cell and its code; not the code of fifty lines
    assert tex.count("line = 1") == 50


def test_the_index_has_both_languages_and_sorts_chinese_by_its_sound(tex: str) -> None:
    keys = {tuple(entry.partition("@")[0].split(" ,")) for entry in braces(tex, "index")}
    assert keys == {
        ("pian1 dao3 shu4", "partial derivative)"),
        ("partial derivative", "偏导数)"),
    }
    main = [entry for entry in braces(tex, "index") if entry.endswith("|spxpagem")]
    assert len(main) == 2  # the glossary defines it, in both languages
    assert len(braces(tex, "index")) == 4


def test_the_imprint_and_the_language_are_told_to_latex(tex: str, edition: str) -> None:
    [imprint] = braces(tex, r"newcommand\colophon")
    assert imprint.startswith("© 2026, The authors")
    assert braces(tex, r"usepackage[" + edition + "]") == ["concepts"]
    assert f"pdflang={{{ {'zh': 'zh-Hans', 'en': 'en'}[edition] }}}" in tex


def test_the_style_files_come_with_the_book(written: Built, edition: str) -> None:
    for name in ("concepts.sty", f"concepts-{edition}.def"):
        assert (written.app.outdir / name).read_bytes() == (BOOK / "_latex" / name).read_bytes()


def test_the_site_is_written_by_its_own_writer(tmp_path: Path) -> None:
    assert build_book(tmp_path, "zh-en", "html").app.registry.translators == {}
