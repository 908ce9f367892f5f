"""The search in Chromium: what it finds, how it is used by keyboard, and what it loads."""

from __future__ import annotations

import gzip
import re
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.built import EDITIONS, ROOT, SITE

FIELD = "#pst-search-dialog input"
HITS = "#search-list [role=option]"


class Query(NamedTuple):
    edition: str
    words: str
    wanted: str


def queries() -> list[Query]:
    lines = (ROOT / "tests" / "site" / "queries.txt").read_text("utf-8").splitlines()
    parts = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return [Query(*map(str.strip, part)) for part in parts]


def open_search(page: Page) -> Locator:
    """Open the dialog and wait until it can answer."""
    page.keyboard.press("/")
    page.wait_for_function("window.bookSections && !!window.MiniSearch")
    return page.locator(FIELD)


def ask(page: Page, words: str) -> list[str]:
    """Return where the hits lead, as ``page#anchor``, in their order."""
    page.fill(FIELD, "")
    expect(page.locator("#search-status")).to_have_text("")
    page.fill(FIELD, words)
    expect(page.locator("#search-status")).not_to_have_text("")
    return places(page.locator(HITS))


def places(links: Locator) -> list[str]:
    found = links.evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    return [re.sub(r"^\./|\.html", "", href) for href in found]


def is_wanted(place: str, wanted: str) -> bool:
    return place == wanted or place.partition("#")[0] == wanted


@pytest.fixture(scope="module")
def answers(browser: Browser, address: str) -> dict[Query, list[str]]:
    """Return what the dialog lists for each query."""
    found = {}
    for edition in EDITIONS:
        page = browser.new_page()
        page.goto(f"{address}/{edition}/index.html")
        open_search(page)
        for query in queries():
            if query.edition == edition:
                found[query] = ask(page, query.words)
        page.close()
    return found


# ------------------------------------------------------------------ what it finds


def test_there_are_many_queries_in_each_edition_and_of_each_kind() -> None:
    every = queries()
    assert len(set(every)) == len(every) >= 60
    for edition, least in zip(EDITIONS, (60, 30, 8), strict=True):
        assert sum(query.edition == edition for query in every) >= least
    mixed = [q for q in every if re.search("[一-鿿]", q.words) and re.search("[A-Za-z]", q.words)]
    assert len(mixed) >= 12
    assert sum("#" in query.wanted for query in every) >= 40
    wanted = {query.wanted.partition("#")[0] for query in every}
    assert {"gradient", "mlp", "weight-decay", "references", "errata", "notation"} <= wanted


def test_every_query_finds_what_is_wanted(answers: dict[Query, list[str]]) -> None:
    missed = [q for q, hits in answers.items() if not any(is_wanted(h, q.wanted) for h in hits)]
    assert missed == []


def test_the_first_result_is_right_for_95_percent(answers: dict[Query, list[str]]) -> None:
    wrong = {q: hits[:3] for q, hits in answers.items() if not is_wanted(hits[0], q.wanted)}
    assert len(wrong) <= 0.05 * len(answers), wrong


def test_every_result_leads_to_an_id_of_its_page(answers: dict[Query, list[str]]) -> None:
    leading = {(q.edition, hit) for q, hits in answers.items() for hit in hits}
    ids = {
        (edition, file.stem): set(re.findall(r' id="([^"]+)"', file.read_text("utf-8")))
        for edition in EDITIONS
        for file in (SITE / edition).glob("*.html")
    }
    lost = []
    for edition, hit in leading:
        name, _, anchor = hit.partition("#")
        if anchor not in ids[edition, name]:
            lost.append((edition, hit))
    assert len(leading) > 100
    assert lost == []


def test_a_result_shows_page_section_and_the_words_in_their_context(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/zh/index.html")
    open_search(page)
    ask(page, "岭回归")
    first = page.locator(HITS).first
    assert first.locator(".search-where").inner_text() == "权重衰减 › 柔性限制：惩罚项"
    assert first.locator("mark").first.inner_text() == "岭回归"
    assert "就是岭回归（ridge regression）" in first.locator(".search-excerpt").inner_text()
    assert page.locator("#search-status").inner_text().startswith("找到 ")


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("asked", ["{}", "({})", "式 ({})", "Eq. {}"])
def test_the_number_of_a_formula_finds_it_with_its_letters(
    page: Page, address: str, edition: str, asked: str
) -> None:
    page.goto(f"{address}/{edition}/weight-decay.html")
    formula = page.locator("[id='equation-eq-ridge']")
    number = re.search(r"\d+\.\d+", formula.text_content() or "")
    assert number is not None
    open_search(page)
    assert ask(page, asked.format(number[0]))[0] == "weight-decay#equation-eq-ridge"
    first = page.locator(HITS).first
    assert first.locator(".search-where").inner_text().endswith(f"› ({number[0]})")
    assert "(XᵀX + nλI)⁻¹Xᵀy" in first.locator(".search-excerpt").inner_text()


@pytest.mark.parametrize(
    ("edition", "words", "letters"),
    [
        ("en", "3.1", "ℓ(y, ŷ) = ½(y − ŷ)²"),
        ("zh", "求导时恰好抵消", "为什么要乘 ½？"),
        ("zh", "把导数换成它的上界", "¼"),
    ],
)
def test_an_excerpt_keeps_fractions_powers_and_accents(
    page: Page, address: str, edition: str, words: str, letters: str
) -> None:
    page.goto(f"{address}/{edition}/index.html")
    open_search(page)
    ask(page, words)
    assert letters in " ".join(page.locator(".search-excerpt").all_inner_texts())


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_no_excerpt_runs_the_two_numbers_of_a_fraction_together(edition: str) -> None:
    index = (SITE / edition / "search-index.js").read_text("utf-8")
    assert "½" in index
    assert re.findall(r"(?<![\d.,])(?:12|14)(?:\([^\d]|‖|L|ℒ)", index) == []


@pytest.mark.parametrize(
    ("edition", "words", "where"),
    [
        ("en", "Lagrange multiplier", "Glossary › Lagrange multiplier"),
        ("en", "拉格朗日乘子", "Glossary › Lagrange multiplier (拉格朗日乘子)"),
        ("zh", "梯度消失", "术语表 › 梯度消失"),
        ("zh", "vanishing gradient", "术语表 › 梯度消失（vanishing gradient）"),
    ],
)
def test_a_term_bears_the_name_of_its_edition_and_the_other_if_that_was_asked_for(
    page: Page, address: str, edition: str, words: str, where: str
) -> None:
    page.goto(f"{address}/{edition}/index.html")
    open_search(page)
    ask(page, words)
    shown = page.locator(".search-where").all_inner_texts()
    assert next(text for text in shown if text.startswith(("Glossary", "术语表"))) == where


def test_words_that_never_meet_are_answered_with_what_is_similar(page: Page, address: str) -> None:
    page.goto(f"{address}/en/index.html")
    open_search(page)
    assert ask(page, "dropout Iowa perceptron")
    assert page.locator("#search-status").inner_text() == "Nothing has all of these words; similar:"
    assert ask(page, "zzzyx") == []
    assert page.locator("#search-status").inner_text() == "Nothing found"


# ------------------------------------------------------------------ how it is used


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_the_keyboard_opens_chooses_follows_and_closes(page: Page, address: str, key: str) -> None:
    page.goto(f"{address}/zh/gradient.html")
    page.keyboard.press(key)
    field = page.locator(FIELD)
    expect(field).to_be_focused()
    page.keyboard.type("权重衰减")
    hits = page.locator(HITS)
    expect(hits.nth(1)).to_be_visible()
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-activedescendant") is None
    for pressed, number in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1)):
        page.keyboard.press(pressed)
        chosen = page.locator(f"{HITS}[aria-selected=true]")
        assert chosen.count() == 1
        assert chosen.get_attribute("id") == field.get_attribute("aria-activedescendant")
        assert chosen.get_attribute("id") == hits.nth(number).get_attribute("id")
    page.keyboard.press("ArrowDown")  # round to the first again
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh/weight-decay.html#weight-decay")
    page.keyboard.press(key)
    expect(page.locator("#pst-search-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#pst-search-dialog")).to_be_hidden()


def test_a_result_on_the_same_page_closes_the_dialog(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gradient.html")
    open_search(page)
    ask(page, "eq-gradient")
    page.locator(HITS).first.click()
    page.wait_for_url("**/en/gradient.html#equation-eq-gradient")
    expect(page.locator("#pst-search-dialog")).to_be_hidden()


def test_a_slash_that_is_written_stays_a_slash(page: Page, address: str) -> None:
    page.goto(f"{address}/en/index.html")
    open_search(page)
    page.keyboard.type("n/d")
    assert page.locator(FIELD).input_value() == "n/d"
    expect(page.locator("#pst-search-dialog")).to_be_visible()


def test_letters_that_an_input_method_still_composes_are_not_searched(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/zh/index.html")
    open_search(page)
    session = page.context.new_cdp_session(page)
    compose: dict[str, Any] = {"selectionStart": 5, "selectionEnd": 5}
    session.send("Input.imeSetComposition", {"text": "ti'du", **compose})
    assert page.locator(FIELD).input_value() == "ti'du"
    page.wait_for_timeout(100)
    assert page.locator("#search-status").inner_text() == ""
    session.send("Input.insertText", {"text": "梯度"})
    expect(page.locator("#search-status")).to_contain_text("找到")
    assert is_wanted(places(page.locator(HITS))[0], "gradient")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_results_fit_a_phone_and_can_be_read(
    browser: Browser, address: str, scheme: Any
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 700}, color_scheme=scheme)
    page.goto(f"{address}/zh-en/numerical-stability.html")
    open_search(page)
    ask(page, "梯度 gradient")
    for selector in ("#pst-search-dialog", "#search-list"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= 700
    assert page.evaluate("document.querySelector('#search-list').scrollWidth") <= 390
    for selector in (".search-where", ".search-excerpt", "#search-status"):
        assert contrast(page, selector) >= 4.5, selector
    page.close()


def contrast(page: Page, selector: str) -> float:
    """Return the contrast of a text against the list's background, as WCAG defines it."""
    colours = page.evaluate(
        """(selector) => [
          getComputedStyle(document.querySelector(selector)).color,
          getComputedStyle(document.querySelector("#search-list")).backgroundColor,
        ]""",
        selector,
    )
    light = []
    for colour in colours:
        channels = [float(c) / 255 for c in re.findall(r"[\d.]+", colour)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        light.append(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))
    return (max(light) + 0.05) / (min(light) + 0.05)


# ------------------------------------------------------------------ the search page


@pytest.mark.parametrize("edition", EDITIONS)
def test_enter_without_a_choice_leads_to_the_search_page_which_says_the_same(
    page: Page, address: str, edition: str
) -> None:
    page.goto(f"{address}/{edition}/loss.html")
    open_search(page)
    listed = ask(page, "权重 w")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{edition}/search.html?q=*")
    expect(page.locator("#search-results li a").first).to_be_visible()
    assert page.locator(".bd-search-container input").input_value() == "权重 w"
    assert places(page.locator("#search-results li a"))[: len(listed)] == listed


def test_the_query_goes_along_to_the_other_languages_which_find_the_same(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/zh/search.html?q=权重衰减")
    expect(page.locator("#search-results li a").first).to_be_visible()
    page.locator(".language-switch [data-edition=en]").click()
    page.wait_for_url("**/en/search.html?q=*")
    assert page.locator(".bd-search-container input").input_value() == "权重衰减"
    expect(page.locator("#search-results li a").first).to_be_visible()
    assert is_wanted(places(page.locator("#search-results li a"))[0], "weight-decay")


def test_the_search_page_finds_as_one_types_and_back_and_a_switch_keep_it(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/search.html")
    page.locator(".bd-search-container input").fill("dropout")
    hits = page.locator("#search-results li a")
    expect(hits.first).to_be_visible()
    listed = places(hits)
    assert page.url.endswith("?q=dropout")
    hits.first.click()
    page.wait_for_url("**/en/dropout.html*")
    page.go_back()
    expect(hits.first).to_be_visible()
    assert places(hits) == listed
    assert page.locator(".bd-search-container input").input_value() == "dropout"
    other = page.locator(".language-switch [data-edition=zh]").get_attribute("href") or ""
    assert other.endswith("?q=dropout")
    page.fill(".bd-search-container input", "")
    expect(hits).to_have_count(0)
    assert page.url.endswith("search.html")


def test_after_a_result_and_back_the_dialog_knows_what_was_asked(page: Page, address: str) -> None:
    page.goto(f"{address}/en/index.html")
    open_search(page)
    listed = ask(page, "ridge regression")
    page.locator(HITS).first.click()
    page.wait_for_url("**/en/weight-decay.html*")
    page.go_back()
    page.keyboard.press("/")
    expect(page.locator(HITS).first).to_be_visible()
    assert page.locator(FIELD).input_value() == "ridge regression"
    assert places(page.locator(HITS)) == listed
    page.keyboard.type("dropout")  # what was asked is selected: typing asks anew
    assert page.locator(FIELD).input_value() == "dropout"


# ------------------------------------------------------------------ what it loads


@pytest.fixture
def requests(page: Page) -> list[str]:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url.rpartition("/")[2]))
    return seen


def test_nothing_is_loaded_before_the_search_is_opened_and_then_only_its_own(
    page: Page, address: str, requests: list[str]
) -> None:
    page.goto(f"{address}/zh/gradient.html", wait_until="networkidle")
    assert [name for name in requests if re.search("searchtools|index.js|minisearch", name)] == []
    requests.clear()
    open_search(page)
    ask(page, "梯度")
    ask(page, "损失")
    loaded = sorted(set(requests) - {"icon.svg"})  # that of the tab, which may come late
    assert loaded == ["minisearch.js", "search-index.js"]


def test_the_parallel_edition_answers_in_the_language_of_the_question(
    page: Page, address: str, requests: list[str]
) -> None:
    page.goto(f"{address}/zh-en/loss.html")
    open_search(page)
    excerpts = page.locator(".search-excerpt")
    assert ask(page, "梯度消失")
    assert all(re.search("[一-鿿]", text) for text in excerpts.all_inner_texts())
    assert "search-index-en.js" not in requests
    assert ask(page, "vanishing gradient")
    assert all(re.search("gradient|vanish", text) for text in excerpts.all_inner_texts())
    assert requests.count("search-index-en.js") == requests.count("search-index.js") == 1


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_search_works_from_a_usb_stick(browser: Browser, edition: str) -> None:
    page = browser.new_page()
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((SITE / edition / "index.html").as_uri())
    open_search(page)
    assert is_wanted(ask(page, "Xavier")[0], "initialization")
    page.goto((SITE / edition / "search.html").as_uri() + "?q=Xavier")
    expect(page.locator("#search-results li a").first).to_be_visible()
    assert faults == []
    page.close()


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_the_name_of_an_author_leads_to_a_work_of_theirs(
    page: Page, address: str, edition: str
) -> None:
    page.goto(f"{address}/{edition}/search.html?q=Hinton")
    found = page.locator("#search-results li a").first
    expect(found).to_have_attribute("href", re.compile(r"references\.html#id\d+$"))
    found.click()
    expect(page.locator("div.citation:target")).to_contain_text("Hinton")


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_the_search_loads_is_small(edition: str) -> None:
    minisearch = gzip.compress((SITE / edition / "_static" / "minisearch.js").read_bytes())
    indexes = list((SITE / edition).glob("search-index*.js"))
    assert len(indexes) == (2 if edition == "zh-en" else 1)
    for index in indexes:
        assert len(gzip.compress(index.read_bytes())) + len(minisearch) < 200_000
