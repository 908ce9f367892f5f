"""The index on paper: the terms that it lists in both languages, and its order of sound."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from hypothesis import given
from hypothesis import strategies as st
from sphinx import addnodes

from book._ext.languages.glossary import entries_of
from book._ext.paper.index import FIRSTS, INITIALS, add_entries, sort_key, sounds_of_terms
from book._ext.paths import BOOK

# Common characters and how they sound, from a dictionary.
DICTIONARY = {
    "安": "an", "比": "bi", "层": "ceng", "导": "dao", "二": "er", "范": "fan", "更": "geng",
    "函": "han", "激": "ji", "开": "kai", "链": "lian", "码": "ma", "牛": "niu", "偶": "ou",
    "偏": "pian", "权": "quan", "仁": "ren", "损": "sun", "梯": "ti", "微": "wei", "学": "xue",
    "样": "yang", "正": "zheng",
}  # fmt: skip
GLOSSARY = """\
```{terms}
梯度 | tī dù | gradient | gradient
各偏导数排成的向量。
The vector of partial derivatives.

bfloat16 | bfloat16 | bfloat16 | numerical-stability
一种浮点数。
A kind of float.
```
"""


@pytest.mark.parametrize("character", DICTIONARY)
def test_a_character_without_a_known_sound_starts_with_its_initial(character: str) -> None:
    assert sort_key(character, {})[0] == DICTIONARY[character][0]


def test_characters_without_a_known_sound_are_in_order_of_sound() -> None:
    backwards = sorted(DICTIONARY, key=DICTIONARY.__getitem__, reverse=True)
    assert sorted(backwards, key=lambda one: sort_key(one, {})) == backwards[::-1]


def test_every_initial_has_the_first_of_its_characters() -> None:
    assert len(INITIALS) == len(FIRSTS)
    assert [sort_key(first, {})[0] for first in FIRSTS] == list(INITIALS)


@given(st.text(st.characters(codec="ascii")))
def test_what_has_no_han_is_sorted_as_it_is_written(text: str) -> None:
    assert sort_key(text, {}) == text


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_what_sorts_chinese_is_plain_ascii_for_makeindex(text: str) -> None:
    assert sort_key(text, {}).isascii()


def test_terms_of_the_real_glossary_are_in_the_order_of_their_pinyin() -> None:
    env = SimpleNamespace(doc2path=lambda name: BOOK / f"{name}.md")
    sounds = sounds_of_terms(env)  # type: ignore[arg-type]
    entries = sorted(
        entries_of(), key=lambda entry: sort_key(entry.names["zh"].term, sounds).lower()
    )
    letters = [unicodedata.normalize("NFD", entry.pinyin.lower()) for entry in entries]
    initials = [pinyin[0] for pinyin in letters]
    assert len(initials) > 50
    assert initials == sorted(initials)


def test_a_term_takes_its_sound_from_the_glossary_and_so_do_its_characters(tmp_path: Path) -> None:
    (tmp_path / "glossary.md").write_text(GLOSSARY, "utf-8")
    env = SimpleNamespace(doc2path=lambda name: tmp_path / f"{name}.md")
    sounds = sounds_of_terms(env)  # type: ignore[arg-type]
    assert sort_key("梯度", sounds) == "ti1 du4"
    assert sort_key("度", sounds) == "du4"
    assert sort_key("度梯", sounds) == "du4 ti1"


# ------------------------------------------------------------------ entries in the text


def entries(*blocks: nodes.Node, builder: str = "latex") -> list[list[str]]:
    """Return the texts of the index entries that a book of these blocks gets, place by place."""
    book = new_document("book", get_default_settings())
    book += blocks
    add_entries(SimpleNamespace(builder=SimpleNamespace(name=builder)), book, "index")  # type: ignore[arg-type]
    return [[text for _, text, *_ in place["entries"]] for place in book.findall(addnodes.index)]


def defined(term: str, behind: str) -> nodes.paragraph:
    return nodes.paragraph("", "这是", nodes.strong("", term), nodes.Text(behind))


def term_of_glossary() -> nodes.definition_list:
    """Return the entry of one term, as Sphinx makes it: indexed under both of its names."""
    names = [("single", name, "term-gradient", "main", "T") for name in ("梯度", "gradient")]
    index = addnodes.index(entries=[*names, ("see", "slope; gradient", "", "", "")])
    term = nodes.term("", "", nodes.Text("梯度"), index, ids=["term-gradient"])
    link = nodes.reference("", "梯度", refuri="%glossary#term-gradient")
    meaning = nodes.definition("", nodes.paragraph("", "又是", link))
    return nodes.definition_list("", nodes.definition_list_item("", term, meaning))


@pytest.mark.parametrize(
    ("term", "behind", "listed"),
    [
        ("偏导数", "（partial derivative），记作", ("偏导数", "partial derivative")),
        ("偏导数", "（partial derivative，简称导数）", ("偏导数", "partial derivative")),
        ("partial derivative", " (偏导数), written", ("partial derivative", "偏导数")),
        ("partial derivative", "(偏导数; so called)", ("partial derivative", "偏导数")),
    ],
)
def test_a_term_in_bold_with_its_translation_is_listed_both_ways(
    term: str, behind: str, listed: tuple[str, str]
) -> None:
    one, other = listed
    assert entries(defined(term, behind)) == [[f"{one} ({other})", f"{other} ({one})"]]


@pytest.mark.parametrize("behind", ["", "。", "（见下文）", " (see below)", "（未完 partial）"])
def test_bold_words_without_a_translation_are_not_listed(behind: str) -> None:
    assert entries(defined("注意", behind)) == []


def test_the_entry_stands_right_behind_the_term() -> None:
    paragraph = defined("偏导数", "（partial derivative）")
    entries(paragraph)
    assert isinstance(paragraph[2], addnodes.index)
    assert paragraph.astext() == "这是偏导数（partial derivative）"


def test_a_term_of_the_glossary_is_its_main_entry_and_links_to_it_are_others() -> None:
    link = nodes.reference("", "斜率", refuri="%glossary#term-gradient")
    glossary = term_of_glossary()
    both = ["梯度 (gradient)", "gradient (梯度)"]
    found = entries(nodes.paragraph("", "见", link), glossary)
    assert found == [both, [*both, "slope; gradient"]]
    [main] = glossary.findall(addnodes.index)
    assert [entry[3] for entry in main["entries"]] == ["main", "main", ""]


def test_links_to_other_places_and_within_the_glossary_are_not_listed() -> None:
    elsewhere = nodes.reference("", "梯度", refuri="%gradient#gradient-rules")
    assert len(entries(nodes.paragraph("", "见", elsewhere), term_of_glossary())) == 1


def test_an_english_plural_is_listed_as_the_glossary_has_it() -> None:
    found = entries(defined("gradients", " (梯度) are"), term_of_glossary())
    assert found[0] == ["梯度 (gradient)", "gradient (梯度)"]


def test_a_term_with_one_name_in_both_languages_is_listed_once() -> None:
    names = [("single", "bfloat16", "", "", "")] * 2
    index = addnodes.index(entries=names)
    term = nodes.term("", "", nodes.Text("bfloat16"), index, ids=["term-bfloat16"])
    assert entries(nodes.definition_list_item("", term)) == [["bfloat16"]]


def test_the_site_gets_no_entries() -> None:
    assert entries(defined("偏导数", "（partial derivative）"), builder="html") == []
