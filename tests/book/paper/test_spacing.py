"""Spaces that Markdown needed between Han characters, and that paper does without."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from hypothesis import given
from hypothesis import strategies as st

from book._ext.paper.spacing import HAN, HanSpacing

GAP = re.compile(f"[{HAN}][ \n]+[{HAN}]")
WORDS = st.lists(st.sampled_from(["梯度", "，", "“好”", "a", "1", " ", "\n"]), max_size=5).map(
    "".join
)
INLINE = st.builds(
    lambda kind, words: kind("", words),
    st.sampled_from([nodes.strong, nodes.emphasis, nodes.literal, nodes.math]),
    st.sampled_from(["度", "x", "学习 rate", "a 率"]),
)


def set_on_paper(*children: nodes.Node, language: str = "zh_CN") -> nodes.paragraph:
    """Return a paragraph as the Chinese edition, or another, sets it."""
    settings = get_default_settings()
    settings.env = SimpleNamespace(config=SimpleNamespace(language=language))
    document = new_document("page", settings)
    paragraph = nodes.paragraph("", "", *children)
    document += paragraph
    HanSpacing(document).run()
    return paragraph


def without_spaces(text: str) -> str:
    return re.sub(r"[ \n]", "", text)


@given(st.lists(st.tuples(WORDS, INLINE), max_size=4), WORDS)
def test_nothing_but_spaces_is_dropped(parts: list[tuple[str, nodes.Element]], last: str) -> None:
    children = [node for words, inline in parts for node in (nodes.Text(words), inline)]
    before = [node.astext() for node in (*children, nodes.Text(last))]
    paragraph = set_on_paper(*(node.deepcopy() for node in children), nodes.Text(last))
    after = [node.astext() for node in paragraph.children]
    assert list(map(without_spaces, after)) == list(map(without_spaces, before))


@given(st.lists(st.tuples(WORDS, INLINE), max_size=4), WORDS)
def test_what_has_latin_letters_or_code_on_one_side_keeps_its_space(
    parts: list[tuple[str, nodes.Element]], last: str
) -> None:
    children = [node for words, inline in parts for node in (nodes.Text(words), inline)]
    before = "".join(node.astext() for node in (*children, nodes.Text(last)))
    after = set_on_paper(*(node.deepcopy() for node in children), nodes.Text(last)).astext()
    beside_latin = re.compile(r"[a1x][ \n]+|[ \n]+[a1x]")
    assert len(beside_latin.findall(after)) == len(beside_latin.findall(before))


@pytest.mark.parametrize(
    ("children", "text"),
    [
        ([nodes.Text("一行\n二行")], "一行二行"),
        ([nodes.Text("一行\na line")], "一行\na line"),
        ([nodes.Text("叫作 "), nodes.strong("", "梯度"), nodes.Text(" 的")], "叫作梯度的"),
        ([nodes.Text("见 "), nodes.strong("", "“图”"), nodes.Text(" 。")], "见“图”。"),
        ([nodes.Text("叫作 "), nodes.strong("", "loss"), nodes.Text(" 的")], "叫作 loss 的"),
        ([nodes.Text("用 "), nodes.strong("", "x 轴"), nodes.Text(" 上")], "用 x 轴上"),
        ([nodes.Text("用 "), nodes.math("", "一"), nodes.Text(" 上")], "用 一 上"),
        ([nodes.Text("用 "), nodes.literal("", "一"), nodes.Text(" 上")], "用 一 上"),
        ([nodes.literal("", "一\n二")], "一\n二"),
    ],
)
def test_a_space_between_han_characters_goes_across_markup_and_line_ends(
    children: list[nodes.Node], text: str
) -> None:
    assert set_on_paper(*(child.deepcopy() for child in children)).astext() == text


def test_code_blocks_keep_their_lines() -> None:
    block = nodes.literal_block("", "# 注释\n# 又一行\n中\n文")
    assert set_on_paper(block).astext() == "# 注释\n# 又一行\n中\n文"


def test_another_language_keeps_its_spaces() -> None:
    words = [nodes.Text("在\n"), nodes.Text("中 "), nodes.strong("", "文")]
    assert set_on_paper(*words, language="en").astext() == "在\n中 文"
