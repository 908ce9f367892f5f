"""The words of the search, ``book/_static/search-words.js``: of a text, and of what is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from book._ext.site.search import SCRIPTS
from tests.book.site.node import read_scripts, worth

WORDS = read_scripts(SCRIPTS[:1])


def each(function: str, texts: Iterable[str]) -> dict[str, Any]:
    """Return what a function makes of each text."""
    texts = list(texts)
    made = worth(f"{json.dumps(texts)}.map((text) => bookSearch.{function}(text))", WORDS)
    return dict(zip(texts, made, strict=True))


def test_a_text_gives_pairs_of_chinese_with_the_last_alone_and_whole_words_of_others() -> None:
    words = {
        "梯度下降": ["梯度", "度下", "下降", "降"],
        "λ 和": ["λ", "和"],
        "𠮷𠀋": ["𠮷𠀋", "𠀋"],  # both lie outside the basic plane
        "Gradient-based: L2, float16!": ["gradient", "based", "l2", "float16"],
        "用ReLU激活": ["用", "relu", "激活", "活"],
        "目的": ["目的", "的"],
        "。—‖": [],
    }
    assert each("wordsOfText", words) == words


@pytest.mark.parametrize("function", ["wordsOfText", "wordsOfQuery"])
def test_forms_of_one_letter_are_one_in_texts_and_in_queries(function: str) -> None:
    words = {"Ｌ２": ["l2"], "ﬁt": ["fit"], "w²": ["w2"], "ＤＲＯＰ": ["drop"], "⽅": ["方"]}
    assert each(function, words) == words


def test_a_query_gives_pairs_and_its_last_character_only_if_it_is_alone() -> None:
    words = {
        "梯度下降": ["梯度", "度下", "下降"],
        "度": ["度"],
        "relu梯度爆炸": ["relu", "梯度", "度爆", "爆炸"],
        "Kaiming Initialization": ["kaiming", "initialization"],
        "  ": [],
    }
    assert each("wordsOfQuery", words) == words


def test_particles_ask_for_nothing_and_part_what_stands_around_them() -> None:
    parts = {
        "导数的写法": ["导数", "写法"],
        "过拟合了": ["过拟合"],
        "一样吗": ["一样"],
        "为什么呢": ["为什么"],
        "的": [],
    }
    assert each("partsOfQuery", parts) == parts


def test_a_name_gives_neighbours_in_one_word_too_but_not_across_names() -> None:
    words = {
        "weight decay": ["weight", "decay", "weightdecay"],
        "L2 正则化": ["l2", "正则", "则化", "化"],
        "y hat\nstep": ["y", "hat", "step", "yhat"],
    }
    assert each("wordsOfName", words) == words


def test_an_accent_stays_with_its_letter_and_signs_of_calculus_are_words() -> None:
    words = {"ŷ x̃": ["ŷ", "x̃"], "∇f": ["∇", "f"], "a⊙b": ["a", "⊙", "b"]}
    assert each("wordsOfText", words) == words


def test_the_package_before_a_function_asks_for_nothing() -> None:
    parts = {
        "dlref.gradcheck": ["gradcheck"],
        "dlref.numerical_gradient": ["numerical", "gradient"],
        "dlref": ["dlref"],
        "mydlref.x": ["mydlref", "x"],
    }
    assert each("partsOfQuery", parts) == parts


def test_forms_of_an_english_word_have_one_stem() -> None:
    forms = {
        "gradient": ["gradient", "gradients"],
        "initial": ["initialising", "initialization", "initialisations", "initialised"],
        "dropp": ["dropped", "dropping"],
        "regular": ["regular", "regularizer", "regularisers", "regularize", "regularizes"],
        "deriv": ["derivation", "derivations"],
    }
    stems = {form: stem for stem, group in forms.items() for form in group}
    assert each("stem", stems) == stems


def test_of_a_word_that_is_short_or_not_english_nothing_is_cut() -> None:
    words = ["loss", "rate", "used", "梯度", "eq1s", "l2", "naïves"]
    assert each("stem", words) == {word: word for word in words}
