"""The words within formulas speak the language of the edition, and the source stays as it is."""

from __future__ import annotations

import re

import pytest
from docutils import nodes

from book._ext.languages.formulas import CHINESE
from book._ext.paths import BOOK
from tests.book.app import Build

EXTENSIONS = tuple(f"book._ext.languages.{part}" for part in ("bilingual", "formulas"))
PAGE = r"""
(page)=
# {zh}`分情形`{en}`Cases`

$$
f(x) = \begin{cases} 0 & \text{with probability } p \\ 1 & \text{ if } x > 0 \\ x & \text{otherwise} \end{cases}
$$ (eq-cases)

$$
\min_x f(x) \quad \text{subject to} \quad x < d_{\text{in}}
$$

:::{zh}
中文，$a \text{ if } b$，$c_{\text{iffy}}$。
:::
:::{en}
English, $a \text{ if } b$, $c_{\text{iffy}}$.
:::
"""  # noqa: E501
ENGLISH = ["with probability ", " if ", "otherwise", "subject to", "in", " if ", "iffy"]
TRANSLATED = ["概率为 ", " 若 ", "其他", "满足", "in", " 若 ", "iffy"]
TEXT = re.compile(r"\\text\{([^}]*)\}")


def words_of(doctree: nodes.document) -> list[str]:
    formulas = doctree.findall(lambda node: isinstance(node, nodes.math | nodes.math_block))
    return [words for formula in formulas for words in TEXT.findall(formula.astext())]


@pytest.mark.parametrize(
    ("edition", "words"),
    [("zh", TRANSLATED), ("en", ENGLISH), ("zh-en", [*ENGLISH, *ENGLISH[-2:]])],
)
def test_only_the_chinese_edition_writes_the_words_of_cases_in_chinese(
    build: Build, edition: str, words: list[str]
) -> None:
    built = build(PAGE, *EXTENSIONS, edition=edition, builder="dummy")
    assert words_of(built.resolved()) == words


def test_what_is_read_and_executed_keeps_the_words_of_the_source(build: Build) -> None:
    built = build(PAGE, *EXTENSIONS, edition="zh", builder="dummy")
    assert words_of(built.doctree()) == ENGLISH


def test_all_words_of_cases_in_the_book_are_known() -> None:
    """Subscripts, such as that of d_in, are names, and so are those of the features of a house."""
    said = {
        words.strip()
        for page in BOOK.glob("*.md")
        if page.stem != "errata"  # which quotes what is misspelt
        for words in re.findall(r"(?<!_\{)(?<!_)\\text\{([^}]*)\}", page.read_text("utf-8"))
    }
    assert said - {"area", "age", "price"} == set(CHINESE)
