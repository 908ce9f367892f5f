"""What the search finds, and in which order: ``book/_static/search-rank.js`` and MiniSearch."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from book._ext.site.search import SCRIPTS, index, minisearch
from book._ext.site.sections import ASIDE, EXPLAINS, LOCAL, NAMED
from tests.book.site.node import read_scripts, worth

RANK = minisearch() + read_scripts(SCRIPTS[:2])
Section = dict[str, Any]


def section(
    label: str,
    title: str = "",
    text: str = "",
    terms: Iterable[str] = (),
    code: Iterable[str] = (),
    names: Iterable[str] = (),
    kind: int = EXPLAINS,
) -> Section:
    lists = {"names": list(names), "terms": list(terms), "code": list(code)}
    return {"id": label, "title": title, "text": text, "kind": kind, **lists}


def search(query: str, *sections: Section, **pages: list[Section]) -> dict[str, Any]:
    """Return the ``hits`` of a query in these sections or pages, and whether they are ``exact``."""
    every = pages or {"page": [section("page"), *sections]}
    book = index(every.items(), {s["id"]: s["names"] for page in every.values() for s in page})
    found: dict[str, Any] = worth(
        f"bookSearch.search(bookSearch.buildIndex(bookSections), {json.dumps(query)})",
        f"{RANK}const window = globalThis;\n{book}",
    )
    return found


def found(query: str, *sections: Section, **pages: list[Section]) -> list[str]:
    return [hit["anchor"] for hit in search(query, *sections, **pages)["hits"]]


# ------------------------------------------------------------------ what is found


@pytest.mark.parametrize("field", ["title", "text", "names", "terms", "code"])
def test_a_word_is_found_wherever_a_section_has_it(field: str) -> None:
    word: Any = ["ridge"] if field in ("names", "terms", "code") else "ridge"
    sections = [section("other", "Other"), section("it", **{field: word})]
    assert found("ridge", *sections) == ["it"]


def test_a_hit_knows_its_page_and_is_found_by_the_title_of_it() -> None:
    pages = {"loss": [section("loss", "损失函数"), section("loss-squared", "平方")]}
    assert found("损失 平方", **pages) == ["loss-squared"]
    hit = search("平方", **pages)["hits"][0]
    assert (hit["file"], hit["page"], hit["title"]) == ("loss.html", "损失函数", "平方")


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("gradients", "gradient"),
        ("initialising", "Initialization"),
        ("dropped", "dropping"),
        ("backprop", "backpropagation"),
        ("梯", "梯度"),
        ("度", "梯度"),
        ("Ｌ２", "L2"),
        ("dlref.gradcheck", "gradcheck"),
    ],
)
def test_other_forms_beginnings_and_single_characters_find_a_word(query: str, word: str) -> None:
    answer = search(query, section("it", text=f"the {word} here"), section("other", "Other"))
    assert [hit["anchor"] for hit in answer["hits"]] == ["it"]
    assert answer["exact"]


def test_chinese_is_found_where_the_pairs_of_it_are_though_not_side_by_side() -> None:
    sections = [section("apart", text="写法有几种，导数是其一"), section("half", text="导数")]
    assert found("导数的写法", *sections) == ["apart"]


def test_what_has_all_words_is_found_without_what_has_some_of_them() -> None:
    sections = [
        section("one", "Dropout", "dropout " * 9),
        section("both", text="training with dropout"),
        section("other", "Training"),
    ]
    answer = search("dropout training", *sections)
    assert ([hit["anchor"] for hit in answer["hits"]], answer["exact"]) == (["both"], True)


def test_what_has_some_words_is_found_as_similar_if_nothing_has_them_all() -> None:
    sections = [section("one", "Dropout"), section("other", "Perceptron"), section("none", "Loss")]
    answer = search("dropout perceptron", *sections)
    assert {hit["anchor"] for hit in answer["hits"]} == {"one", "other"}
    assert not answer["exact"]


def test_misspelt_words_find_what_has_all_of_them_before_what_has_some() -> None:
    sections = [section("some", "Polynomial"), section("all", text="a polynomial, perceptrons")]
    answer = search("perceptrom polynomial", *sections)
    assert ([hit["anchor"] for hit in answer["hits"]], answer["exact"]) == (["all"], True)


def test_a_misspelt_word_finds_its_section_though_another_word_is_nowhere() -> None:
    answer = search("perceptrom zzzyx", section("it", "Perceptron"), section("other", "Other"))
    assert ([hit["anchor"] for hit in answer["hits"]], answer["exact"]) == (["it"], False)


def test_a_word_that_is_there_as_it_is_written_finds_none_that_looks_like_it() -> None:
    sections = [section("like", "Perceptron"), section("it", text="perceptrom")]
    assert found("perceptrom", *sections) == ["it"]


@pytest.mark.parametrize("field", ["title", "names", "terms"])
@pytest.mark.parametrize("query", ["weightdecay", "weight decay", "weight-decay"])
def test_a_name_of_two_words_is_found_as_one(query: str, field: str) -> None:
    name: Any = "Weight decay" if field == "title" else ["weight decay"]
    assert found(query, section("it", **{field: name}), section("other", "Weight")) == ["it"]


def test_two_words_are_found_where_they_are_one() -> None:
    sections = [section("it", text="backpropagation"), section("other", text="propagation")]
    assert found("back propagation", *sections) == ["it"]
    assert found("why back propagation", section("it", text="why backpropagation")) == ["it"]


def test_of_what_is_looked_up_the_text_is_shown_and_not_searched() -> None:
    formula = section("equation-eq-x", "(13.4)", "λ‖w‖", kind=NAMED)
    answer = search("λ", formula, section("it", text="λ"))
    assert [hit["anchor"] for hit in answer["hits"]] == ["it"]
    assert search("13.4", formula)["hits"][0]["shown"] == "λ‖w‖"


@pytest.mark.parametrize("query", ["lass", "角度", "梯渡", "l3", "zzzyx", "", "的", "?!"])
def test_short_words_and_chinese_are_not_misspelt_and_nothing_finds_nothing(query: str) -> None:
    sections = [section("a", "Loss"), section("b", "梯度"), section("c", "L2 norm")]
    assert search(query, *sections) == {"hits": [], "exact": True}


# ------------------------------------------------------------------ in which order

OFTEN = "dropout " * 40


def test_a_title_counts_most_then_terms_then_code_and_page_and_least_the_text() -> None:
    filler, word = "three plain words", "dropout of units"

    def has(label: str, **fields: Any) -> Section:
        """Return a section with three words in each field: only what a field counts is left."""
        plain = {"title": filler, "text": filler, "terms": [filler], "code": [filler]}
        return section(label, **(plain | fields))

    sections = [
        has("first"),
        has("text", text=word),
        has("code", code=[word]),
        has("term", terms=[word]),
        has("title", title=word),
    ]
    other = [has("other", title=word), has("page")]
    order = found("dropout", words=sections, other=other)
    order.remove("other")
    assert order == ["title", "term", "code", "page", "text"]


def test_the_form_of_a_word_that_was_asked_for_comes_before_others() -> None:
    forms = [section("other", text="dropped"), section("asked", text="dropping")]
    assert found("dropping", *forms) == ["asked", "other"]


@pytest.mark.parametrize(
    "called",
    [
        section("called", "Dropout", "long " * 400),
        section("called", "丢弃法\nDropout", "long " * 400),
        section("called", "Other", "long " * 400, names=["noise", "dropout"]),
        section("called", "Other", "long " * 400, terms=["noise", "dropout"]),
        section("called", "Other", "long " * 400, code=["noise", "Dropout"]),
    ],
    ids=["title", "title in two languages", "name", "term", "code"],
)
def test_a_section_called_just_what_was_asked_comes_first(called: Section) -> None:
    often = section("often", "Dropout dropout", OFTEN, ["dropout dropout"], ["dropout_dropout"])
    assert found("dropout", often, called) == ["called", "often"]


def test_a_section_is_called_what_was_asked_in_any_form_of_the_words() -> None:
    often = section("often", "Vanishing vanishing gradient", "vanishing gradient " * 40)
    called = section("called", "Vanishing gradients", "long " * 400)
    assert found("vanish gradient", often, called) == ["called", "often"]


def test_what_teaches_a_thing_comes_before_what_sets_it_in_bold_and_each_in_the_books_order() -> (
    None
):
    sections = [
        section("bold", terms=["dropout"], text=OFTEN),
        section("titled", "Dropout", "long " * 400),
        section("named", names=["dropout"], text="long " * 400),
        section("again", "Dropout", OFTEN, ["dropout"], ["dropout"]),
    ]
    assert found("dropout", *sections) == ["titled", "named", "again", "bold"]


def test_a_page_that_is_called_so_comes_before_a_section_that_teaches_it() -> None:
    pages = {
        "mlp": [section("mlp", "Layers"), section("unit", names=["activation function"])],
        "activations": [section("activations", "Activation functions")],
    }
    assert found("activation function", **pages) == ["activations", "unit"]


@pytest.mark.parametrize(
    "query", ["13.4", "(13.4)", "式 (13.4)", "公式13.4", "Equation 13.4", "eq. (13.4)", "（13.4）"]
)
def test_a_number_finds_its_formula_first(query: str) -> None:
    sections = [
        section("often", "A 4 of 13", "13.4 " * 40),
        section("near", "1.34", names=["134"]),
        section("fig-x", "图 13.4", kind=ASIDE),
        section("equation-eq-x", "(13.4)", kind=NAMED),
    ]
    assert found(query, *sections)[0] == "equation-eq-x"


def test_only_what_bears_a_number_is_found_where_something_does() -> None:
    named = section("fig-x", "图 13.4\nFigure 13.4", terms=["fig 13.4"], kind=ASIDE)
    formula = section("equation-eq-x", "(13.4)", kind=NAMED)
    others = [section("page-13", "4 of 13", "13 and 4"), section("value", "Loss", "13.4 and 13.45")]
    assert set(found("13.4", named, formula, *others)) == {"fig-x", "equation-eq-x"}
    assert "value" in found("13.4", *others)
    assert "value" in found("Loss 13.4", named, formula, *others)


@pytest.mark.parametrize("query", ["图 13.4", "图13.4", "Figure 13.4", "fig. 13.4", "Fig 13.4"])
@pytest.mark.parametrize("title", ["图 13.4", "Figure 13.4", "图 13.4\nFigure 13.4"])
def test_the_number_of_a_figure_finds_it_first(query: str, title: str) -> None:
    sections = [
        section("equation-eq-x", "(13.4)", code=["eq-x"], kind=NAMED),
        section("fig-x", title, terms=["fig 13.4"], code=["fig-x"], kind=ASIDE),
        section("often", "13.4 of a figure", "13.4 fig figure 图 " * 40),
    ]
    assert found(query, *sections)[0] == "fig-x"


@pytest.mark.parametrize("query", ["λ", "lambda", "Lambda", r"\lambda"])
def test_a_symbol_finds_what_it_means_first_and_then_what_it_means_elsewhere(query: str) -> None:
    sections = [
        section("often", "λ", "lambda λ " * 40, kind=ASIDE),
        section("local", "λ", "eigenvalue", terms=["lambda"], kind=LOCAL),
        section("main", "λ", "strength", terms=["lambda"], kind=NAMED),
    ]
    assert found(query, *sections)[:2] == ["main", "local"]


@pytest.mark.parametrize("query", ["ŷ", "y hat", "yhat", r"\hat{y}", r"\hat{\mathbf{y}}", "Ŷ"])
def test_a_letter_with_a_hat_is_found_as_it_is_typed_or_said(query: str) -> None:
    sections = [
        section("y", "y", kind=NAMED),
        section("hat", "ŷ", "predictions", terms=["y hat"], kind=NAMED),
    ]
    assert found(query, *sections)[0] == "hat"


def test_spaces_do_not_count_in_what_a_section_is_called() -> None:
    sections = [
        section("often", text="手写数字 数据 " * 9),
        section("named", names=["手写数字数据"]),
    ]
    assert found("手写数字 数据", *sections) == ["named", "often"]


def test_what_lies_aside_stays_behind_though_it_has_the_word_more_often() -> None:
    aside = section("aside", "Title", "loss of a model, loss", kind=ASIDE)
    explains = section("explains", "Title", "loss of a model")
    assert found("loss", aside, explains) == ["explains", "aside"]


@pytest.mark.parametrize("field", ["title", "names", "terms", "code"])
def test_what_lies_aside_stays_behind_though_it_is_called_so(field: str) -> None:
    name: Any = "dropout" if field == "title" else ["dropout"]
    aside = section("aside", **{field: name}, kind=ASIDE)
    often = section("noise", "Dropout as noise", OFTEN, ["dropout noise"])
    assert found("dropout", aside, often) == ["noise", "aside"]


@pytest.mark.parametrize(
    "entry", [{"title": "丢弃法\nDropout"}, {"names": ["dropout"]}, {"terms": ["dropout"]}]
)
def test_an_entry_of_the_glossary_comes_right_after_what_teaches_its_term(entry: Any) -> None:
    pages = {
        "glossary": [section("glossary", "Glossary"), section("term", **entry, kind=ASIDE)],
        "noise": [section("noise", "Dropout as noise", OFTEN), section("it", names=["dropout"])],
    }
    calls = section("calls", "Code", "long " * 400, code=["dropout"])
    assert found("dropout", **pages, calling=[calls]) == ["it", "term", "calls", "noise"]


def test_a_whole_page_that_lies_aside_comes_first_if_it_is_called_so() -> None:
    pages = {
        "other": [section("other", "Glossary of other books", "glossary " * 40)],
        "glossary": [section("glossary", "Glossary"), section("term", "Term")],
    }
    assert found("glossary", **pages)[0] == "glossary"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("eq-ridge", "eq-ridge"),
        (" EQ-ridge ", "eq-ridge"),
        ("dlref.gradcheck", "gradcheck"),
        ("LinearAutoencoder", "LinearAutoencoder"),
    ],
)
def test_a_label_or_function_finds_its_section_first_which_says_which_it_is(
    query: str, code: str
) -> None:
    near = section("near", f"{code} {code}", f"{code} " * 40, code=[f"{code}-2"])
    it = section("it", "Other", "long " * 400, code=["fig-mlp", code, "eq-loss"])
    hits = search(query, near, it)["hits"]
    assert [(hit["anchor"], hit["code"]) for hit in hits] == [("it", code.lower()), ("near", "")]
