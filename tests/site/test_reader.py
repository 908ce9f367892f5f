"""What a reader does with the site: changes its language, looks things up, prints, reports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.book.app import PAGE
from tests.book.site.small_site import build_site
from tests.site.built import EDITIONS, ROOT, SITE
from tests.site.server import serve

DIRECTIONS = [(a, b) for a in EDITIONS for b in EDITIONS if a != b]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
    yield context.new_page()
    context.close()


def box(element: Locator) -> dict[str, float]:
    """Return where an element stands in the window."""
    found = element.bounding_box()
    assert found is not None
    return dict(found)


def scroll_to(page: Page, selector: str, share: float, y: float) -> None:
    """Scroll until the point at ``share`` of the element's height stands at ``y`` of the window."""
    page.evaluate(
        """([selector, share, y]) => {
          const { top, height } = document.querySelector(selector).getBoundingClientRect();
          scrollBy({ top: top + share * height - y, behavior: "instant" });
        }""",
        [selector, share, y],
    )


def share_at(page: Page, selector: str, y: float) -> float:
    """Return the share of the element's height that lies above ``y`` of the window."""
    found = box(page.locator(selector).first)
    return (y - found["y"]) / found["height"]


def reading_line(page: Page) -> float:
    """Return where people read: right below the header, which is higher on a phone."""
    return box(page.locator(".bd-header-article"))["height"] + 16


def switch_to(page: Page, edition: str) -> None:
    """Use the language switch, with the mouse: Locator.click() would scroll first."""
    page.wait_for_timeout(100)
    found = box(page.locator(f".language-switch a[data-edition='{edition}']"))
    with page.expect_navigation():
        page.mouse.click(found["x"] + 5, found["y"] + 5)
    page.wait_for_load_state("load")
    # the page goes to its place in the first frame after that, before this one's
    page.evaluate("new Promise((seen) => requestAnimationFrame(() => seen()))")


# ------------------------------------------------------------------ languages


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("start", "end"), DIRECTIONS)
def test_a_change_of_language_keeps_page_section_and_place(
    page: Page, address: str, start: str, end: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/{start}/gradient.html")
    # an equation that has just reached the top; there are two figures and many blocks before it
    scroll_to(page, "#equation-eq-gradient-quadratic", 0.0, 60)
    before = box(page.locator("#equation-eq-gradient-quadratic"))["y"]
    switch_to(page, end)
    assert page.url == f"{address}/{end}/gradient.html#gradient-rules"
    assert box(page.locator("#equation-eq-gradient-quadratic"))["y"] == pytest.approx(before, abs=3)
    # and halfway through a block of prose
    prose = "#gradient-steepest > :nth-child(5)"
    scroll_to(page, prose, 0.5, reading_line(page))
    before = share_at(page, prose, reading_line(page))
    switch_to(page, start)
    assert share_at(page, prose, reading_line(page)) == pytest.approx(before, abs=0.03)


def test_at_the_top_of_a_page_the_switch_leads_to_the_top(page: Page, address: str) -> None:
    page.goto(f"{address}/zh/gradient.html")
    switch_to(page, "en")
    assert page.url == f"{address}/en/gradient.html"
    assert page.evaluate("scrollY") == 0


def test_a_place_is_used_once_and_not_on_the_next_visit(page: Page, address: str) -> None:
    page.goto(f"{address}/zh/gradient.html")
    scroll_to(page, "#equation-eq-gradient-quadratic", 0.0, 60)
    switch_to(page, "en")
    assert page.evaluate("scrollY") > 0
    page.goto(f"{address}/zh/gradient.html")
    assert page.evaluate("scrollY") == 0


def test_the_chosen_language_is_remembered(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gradient.html")
    switch_to(page, "zh-en")
    page.goto(f"{address}/index.html")
    page.wait_for_url("**/zh-en/index.html")


def test_both_halves_of_every_pair_start_at_the_same_height(page: Page, address: str) -> None:
    page.goto(f"{address}/zh-en/gradient.html")
    tops = page.locator(".pair").evaluate_all(
        "all => all.map((p) => [...p.children].map((c) => c.getBoundingClientRect().top))"
    )
    assert len(tops) > 10
    assert [zh for zh, en in tops if abs(zh - en) > 1] == []


def test_one_language_can_be_faded_and_comes_back_where_one_looks(page: Page, address: str) -> None:
    page.goto(f"{address}/zh-en/gradient.html")
    zh, en = page.locator(".pair > .zh").first, page.locator(".pair > .en").first
    page.locator(".fade-language button").click()
    page.locator(".fade-language [value=en]").check()
    expect(en).to_have_css("opacity", "0.12")
    expect(zh).to_have_css("opacity", "1")
    en.hover()
    expect(en).to_have_css("opacity", "1")
    page.mouse.move(0, 0)
    expect(en).to_have_css("opacity", "0.12")
    en.focus()
    expect(en).to_have_css("opacity", "1")
    page.goto(f"{address}/zh-en/loss.html")
    expect(page.locator(".pair > .en").first).to_have_css("opacity", "0.12")
    expect(page.locator(".fade-language [value=en]")).to_be_checked()
    page.locator(".fade-language button").click()
    page.locator(".fade-language [value='']").check()
    expect(page.locator(".pair > .en").first).to_have_css("opacity", "1")
    assert page.locator(".pair > [tabindex]").count() == 0


# ------------------------------------------------------------------ previews


@pytest.mark.parametrize(
    ("name", "link", "shown"),
    [
        (
            "en/gradient",
            "a.internal[href='#equation-eq-gradient-norm']",
            "#preview .equation .katex",
        ),
        ("en/equations", "a[href='gradient.html#equation-eq-gradient']", "#preview .katex"),
        ("en/equations", "a[href^='references.html#']", "#preview .citation"),
        ("zh/gradient", "a[href='notation.html#notation-layout']", "#preview p"),
    ],
    ids=["equation", "equation of another page", "citation", "section"],
)
def test_pointing_at_a_reference_shows_what_it_leads_to(
    page: Page, address: str, name: str, link: str, shown: str
) -> None:
    page.goto(f"{address}/{name}.html")
    page.locator(f"article {link}").first.hover()
    expect(page.locator(shown).first).to_be_visible()
    preview = box(page.locator("#preview"))
    assert preview["x"] >= 0
    assert preview["x"] + preview["width"] <= 1280
    assert page.locator("#preview :is(a, [id])").count() == 0


def test_a_term_and_a_figure_have_previews(page: Page, address: str) -> None:
    page.goto(f"{address}/zh/gradient.html")
    page.locator("article section p").first.evaluate(
        """(p) => p.innerHTML = '<a class="reference internal" href="#term-x">x</a>' +
          '<a class="reference internal" href="#fig-gradient-field">y</a>' +
          '<dl><dt id="term-x">term</dt><dd>its meaning</dd></dl>'"""
    )
    page.get_by_role("link", name="x", exact=True).hover()
    expect(page.locator("#preview")).to_have_text(re.compile("term.*its meaning", re.DOTALL))
    page.get_by_role("link", name="y", exact=True).hover()
    expect(page.locator("#preview figure img")).to_be_visible()


def test_a_preview_can_be_entered_dismissed_and_opened_by_keyboard(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/gradient.html")
    link = page.locator("article a.internal[href='#equation-eq-gradient-norm']").first
    preview = page.locator("#preview")
    link.hover()
    expect(preview).to_be_visible()
    preview.hover()
    page.wait_for_timeout(600)
    expect(preview).to_be_visible()
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    page.mouse.move(0, 0)
    page.keyboard.press("Tab")
    link.focus()
    expect(preview).to_be_visible()
    assert link.get_attribute("aria-describedby") == "preview"
    page.keyboard.press("Tab")  # on to the next reference, and its preview
    expect(page.locator("[aria-describedby=preview]")).to_be_focused()
    assert link.get_attribute("aria-describedby") is None
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(page.locator("[aria-describedby=preview]")).to_have_count(0)


def test_a_first_tap_shows_and_a_second_goes(phone: Page, address: str) -> None:
    phone.goto(f"{address}/zh/equations.html")
    link = phone.locator("article a[href='gradient.html#equation-eq-gradient']").first
    link.tap()
    expect(phone.locator("#preview .katex").first).to_be_visible()
    expect(phone.locator(".preview-hint")).to_be_visible()
    assert phone.url.endswith("equations.html")
    link.tap()
    phone.wait_for_url("**/gradient.html#equation-eq-gradient")


def test_from_a_disk_only_the_same_page_is_previewed_and_nothing_complains(page: Page) -> None:
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.goto((SITE / "en" / "gradient.html").as_uri())
    faults.clear()  # what the search says of a disk is not asked here
    page.locator("article a[href='notation.html#notation-layout']").first.hover()
    page.wait_for_timeout(500)
    expect(page.locator("#preview")).to_be_hidden()
    page.locator("article a.internal[href='#equation-eq-gradient-norm']").first.hover()
    expect(page.locator("#preview .katex").first).to_be_visible()
    assert faults == []


# ------------------------------------------------------------------ what a check found


# How far below the top of a formula that begins which follows it, wherever the page is scrolled.
FOLLOWS = """(formula) =>
  formula.nextElementSibling.getBoundingClientRect().y - formula.getBoundingClientRect().y"""


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("edition", EDITIONS)
def test_the_mark_of_a_check_is_small_and_opens_over_the_text(
    page: Page, address: str, edition: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/{edition}/gradient.html")
    formula = page.locator("#equation-eq-gradient-linear")
    mark, card = formula.locator("summary"), formula.locator("details.evidence > div")
    scroll_to(page, "#equation-eq-gradient-linear", 0.0, 200)
    found, number = box(mark), box(formula.locator(".eqno"))
    assert min(found["width"], found["height"]) >= 24  # what a finger wants
    assert abs(found["y"] + found["height"] / 2 - number["y"] - number["height"] / 2) < 4
    assert found["x"] >= number["x"] + number["width"]
    before = formula.evaluate(FOLLOWS)
    mark.click()
    expect(card).to_be_visible()
    assert formula.evaluate(FOLLOWS) == before
    found, opened = box(mark), box(card)
    assert opened["x"] >= 0
    assert opened["x"] + opened["width"] <= width
    assert opened["y"] >= found["y"] + found["height"] / 2
    page.mouse.click(width / 2, 120)
    expect(card).to_be_hidden()


def test_the_mark_of_a_check_is_named_and_used_by_keyboard(page: Page, address: str) -> None:
    for edition, name in (("zh", "已验算：详情"), ("en", "checked: details")):
        page.goto(f"{address}/{edition}/gradient.html")
        marks = page.locator("#gradient-rules div.math summary")
        expect(marks.nth(0)).to_have_accessible_name(name)
        card = page.locator("#gradient-rules details.evidence > div").nth(0)
        marks.nth(0).focus()
        page.keyboard.press("Enter")
        expect(card).to_be_visible()
        page.keyboard.press("Escape")
        expect(card).to_be_hidden()
        expect(marks.nth(0)).to_be_focused()
        page.keyboard.press("Space")
        expect(card).to_be_visible()
        marks.nth(1).click()  # one opens, the other closes
        expect(card).to_be_hidden()


def test_a_card_says_first_in_words_what_was_done_and_then_the_figures(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/gradient.html")
    page.locator("#equation-eq-gradient-linear summary").click()
    said = page.locator("#equation-eq-gradient-linear details.evidence > div").inner_text()
    words, figures, *_ = said.replace("\xa0", " ").split("\n")  # then comes a button
    assert re.search(r"agree at \d+ random settings; all \d+ wrong versions were caught\.$", words)
    assert re.match(r"Relative error (0|\d × 10⁻)", figures)


def test_an_equation_that_is_wrong_as_claimed_says_why_without_being_asked(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/zh/errata.html")
    wrong = page.locator(".evidence.wrong")
    assert wrong.count() > 10
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    for told in wrong.all():
        expect(told).to_be_visible()
        words = told.inner_text().removesuffix("改改看").rstrip()
        assert re.match(r"✗\s*确有错误。.*。$", words, re.DOTALL)
        assert not re.search(r"\\\w", words), "LaTeX, which nobody reads"


# ------------------------------------------------------------------ the formula sheet


@pytest.mark.parametrize(
    ("edition", "words", "found"),
    [
        ("en", "1.6", "eq-gradient-linear"),
        ("en", "cross-entropy", "eq-cross-entropy"),
        ("zh", "交叉熵", "eq-cross-entropy"),
        ("zh-en", "ridge", "eq-ridge"),
        ("zh", "λ 岭", "eq-ridge"),
        ("en", "lambda ridge", "eq-ridge"),
        ("zh", "eq-ridge", "eq-ridge"),
    ],
)
def test_the_formula_sheet_is_filtered_as_one_types(
    page: Page, address: str, edition: str, words: str, found: str
) -> None:
    page.goto(f"{address}/{edition}/equations.html")
    rows = page.locator(".formula-sheet li")
    every = rows.count()
    field = page.locator(".sheet-filter input")
    field.fill(words)
    shown = page.locator(".formula-sheet li:visible")
    assert 0 < shown.count() < 20
    assert shown.locator(f"a[href$='#equation-{found}']").count() == 1
    expect(page.locator(".sheet-filter output")).to_have_text(f"{shown.count()} / {every}")
    titles = page.locator(".formula-sheet :is(h3, h4):visible")
    assert titles.count() <= 2 * shown.count()
    field.fill("")
    expect(shown).to_have_count(every)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_displayed_equation_is_on_the_formula_sheet_and_it_is_light(
    browser: Browser, address: str, edition: str
) -> None:
    context = browser.new_context(java_script_enabled=False)  # a plain list
    page = context.new_page()
    page.goto(f"{address}/{edition}/equations.html")
    wanted = [
        f"{file.stem}.html#equation-{label}"
        for file in (ROOT / "book").glob("*.md")
        for label in re.findall(r"^\$\$ \((eq-[\w-]+)\)$", file.read_text("utf-8"), re.MULTILINE)
    ]
    rows = page.locator(".formula-sheet li")
    links = rows.locator("> a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert sorted(links) == sorted(wanted)
    assert rows.locator("math").count() == len(wanted)
    expect(page.locator(".sheet-filter")).to_be_hidden()
    for row in rows.all():
        parts = (row.locator(f"> :nth-child({n})").text_content() for n in (1, 2, 3))
        number, mark, meaning = (text or "" for text in parts)
        assert re.fullmatch(r"\([\d.]+\)", number)
        assert mark in "✓=≝·✗"
        assert meaning
        assert not meaning.startswith("eq-")
    assert page.locator("*").count() < 62 * len(wanted)  # with all that surrounds them
    context.close()


@pytest.mark.parametrize("edition", EDITIONS)
def test_on_paper_no_formula_of_the_sheet_runs_into_the_next_column(
    page: Page, address: str, edition: str
) -> None:
    page.set_viewport_size({"width": 700, "height": 1000})
    page.goto(f"{address}/{edition}/equations.html")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    cut = page.locator(".formula-sheet li").evaluate_all(
        """all => all.filter((row) => row.querySelector("math").getBoundingClientRect().right >
          row.getBoundingClientRect().right + 1).map((row) => row.firstChild.textContent)"""
    )
    assert cut == []
    assert page.locator(".formula-sheet").evaluate("(e) => getComputedStyle(e).columnCount") == "2"


def test_the_audit_of_all_equations_is_a_fold(page: Page, address: str) -> None:
    page.goto(f"{address}/en/equations.html")
    table = page.locator("table.audit")
    expect(table).to_be_hidden()
    page.locator("details.audit summary").click()
    expect(table).to_be_visible()
    assert table.locator("tbody tr").count() == page.locator(".formula-sheet li").count()


# ------------------------------------------------------------------ finding one's way


def test_previous_next_and_breadcrumbs_lead_on(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gradient.html")
    page.locator(".right-next").click()
    page.wait_for_url("**/en/linear-model.html")
    page.locator(".left-prev").click()
    page.wait_for_url("**/en/gradient.html")
    trail = page.get_by_role("navigation", name="Breadcrumbs")
    expect(trail.locator("[aria-current=page]")).to_have_text("1. Gradient")
    trail.get_by_role("link", name="Foundations").click()
    page.wait_for_url("**/en/index.html#part-foundations")
    expect(page.locator("#part-foundations")).to_be_in_viewport()


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("width", [390, 720, 1280])
def test_trail_title_and_colophon_begin_on_one_line(
    page: Page, address: str, edition: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/{edition}/gradient.html")
    parts = [".trail a", "article h1", ".page-folds", ".colophon"]
    assert len({box(page.locator(part).first)["x"] for part in parts}) == 1


def test_without_scripts_the_menu_button_leads_to_the_contents(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/en/gradient.html")
    page.locator(".bd-header-article .primary-toggle:visible").click()
    page.wait_for_url("**/en/index.html#contents")
    assert box(page.locator("#part-foundations"))["y"] < 844
    context.close()


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_contents_of_the_page_follow_the_scroll(page: Page, address: str, edition: str) -> None:
    page.set_viewport_size({"width": 1680, "height": 900})
    page.goto(f"{address}/{edition}/gradient.html")
    for section in ("gradient-steepest", "gradient-pitfalls", "gradient-rules"):
        scroll_to(page, f"#{section}", 0.0, 60)
        current = page.locator("#pst-page-toc-nav a.active")
        expect(current).to_have_attribute("href", f"#{section}")


def test_where_the_parallel_text_takes_the_room_a_button_shows_the_contents(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/zh-en/gradient.html")
    expect(page.locator("#pst-page-toc-nav")).to_be_hidden()
    page.locator(".secondary-toggle").click()
    expect(page.locator("dialog[open] #pst-page-toc-nav a").first).to_be_visible()


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("width", [390, 360])
def test_on_a_phone_search_contents_and_language_are_one_tap_away(
    phone: Page, address: str, edition: str, width: int
) -> None:
    phone.set_viewport_size({"width": width, "height": 800})
    wanted = {
        ".bd-header-article .search-button__button": "dialog[open] input[type=search]",
        ".bd-header-article .secondary-toggle": "dialog[open] #pst-page-toc-nav a",
        ".bd-header-article .primary-toggle": "dialog[open] .bd-docs-nav a",
    }
    for button, opened in wanted.items():
        phone.goto(f"{address}/{edition}/gradient.html")
        found = box(phone.locator(button))
        assert found["x"] >= 0
        assert found["x"] + found["width"] <= width
        phone.locator(button).tap()
        expect(phone.locator(opened).first).to_be_visible()
    other = "en" if edition != "en" else "zh"
    phone.goto(f"{address}/{edition}/gradient.html")
    phone.locator(f".language-switch [data-edition={other}]").tap()
    phone.wait_for_url(f"**/{other}/gradient.html")


# ------------------------------------------------------------------ what is set


CLOSING_AT_START_OF_LINE = r"""() => {
  const closing = /[，。、；：？！）」』》〉】),.;:?!\]”’…]/, opening = /[（「『《〈【(\[“‘]/;
  const faults = [];
  const texts = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  const elsewhere = ".katex, pre, code, .headerlink, details:not([open])";
  const seen = (element) => element.getClientRects().length > 0;
  for (let node; (node = texts.nextNode()); ) {
    const block = node.parentElement.closest("p, li, td, th, figcaption, dd, dt, h1, h2, h3");
    if (!block || node.parentElement.closest(elsewhere) || !seen(node.parentElement)) continue;
    const style = getComputedStyle(block);
    const box = block.getBoundingClientRect();
    const left = box.left + parseFloat(style.paddingLeft) + parseFloat(style.borderLeftWidth);
    const first = document.createRange();
    first.setStart(block, 0);
    first.setEnd(node, 0);
    for (let i = 0; i < node.data.length; i++) {
      if (!closing.test(node.data[i])) continue;
      if (i === 0 && first.toString().trim() === "") continue;  // the block itself starts so
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const at = range.getClientRects()[0];
      if (at && at.width && Math.abs(at.left - left) < 1) {
        faults.push(node.data.slice(Math.max(i - 8, 0), i + 8));
      }
    }
  }
  // an opening bracket that its formula has left behind
  for (const together of document.querySelectorAll("article .unbroken")) {
    if (!opening.test(together.textContent[0]) || !seen(together)) continue;
    const range = document.createRange();
    range.setStart(together.firstChild, 0);
    range.setEnd(together.firstChild, 1);
    const bracket = range.getBoundingClientRect();
    const formula = together.querySelector(".katex-base").getBoundingClientRect();
    if (bracket.left > formula.left) faults.push(together.textContent.slice(0, 12));
  }
  return faults;
}"""


@pytest.mark.parametrize("name", ["gradient", "weight-decay", "numerical-stability", "errata"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_no_line_begins_with_closing_punctuation(
    page: Page, address: str, edition: str, name: str
) -> None:
    page.goto(f"{address}/{edition}/{name}.html")
    page.evaluate("document.querySelectorAll('.correction').forEach((f) => (f.open = true))")
    found = []
    for width in (360, 390, 430, 600, 820, 1024, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {fault}" for fault in page.evaluate(CLOSING_AT_START_OF_LINE)]
    assert found == []


WIDTHS_OF_QUOTATION_MARKS = """() => {
  const widths = [];
  const texts = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  for (let node; (node = texts.nextNode()); ) {
    const { lang } = node.parentElement.closest("[lang]");
    for (const { index } of lang === "en" ? node.data.matchAll(/[“”]/g) : []) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
      const { width } = range.getBoundingClientRect();
      if (width) widths.push(width / size);
    }
  }
  return widths;
}"""


@pytest.mark.parametrize("edition", ["en", "zh-en"])
def test_quotation_marks_in_english_have_no_room_of_a_chinese_character(
    page: Page, address: str, edition: str
) -> None:
    page.goto(f"{address}/{edition}/softmax.html")
    widths = page.evaluate(WIDTHS_OF_QUOTATION_MARKS)
    assert widths
    assert max(widths) < 0.7  # of the size of the letters


TITLES = {"zh": "深度学习概念", "en": "Concepts in Deep Learning"}


def test_one_screen_of_the_front_page_shows_formula_code_picture_both_languages_and_a_way_in(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    for edition in EDITIONS:
        page.goto(f"{address}/{edition}/index.html")
        page.wait_for_load_state("load")
        expect(page).to_have_title(" · ".join(TITLES[language] for language in edition.split("-")))
        parts = [
            "h1",
            ".start a",
            "#equation-eq-front",
            ".evidence",
            ".cell_input pre",
            "figure img",
        ]
        for part in [*parts, ".pair > [lang=zh-Hans]", ".pair > [lang=en]"]:
            found = box(page.locator(f"article {part}").first)
            assert found["y"] + found["height"] <= 800, f"{edition}: {part}"


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_buttons_of_the_front_page_lead_to_the_gradient_and_to_what_is_looked_up(
    page: Page, address: str, edition: str
) -> None:
    page.goto(f"{address}/{edition}/index.html")
    begin, look_up = page.locator(".start").last.get_by_role("link").all()
    look_up.click()
    expect(page.locator("#part-reference")).to_be_in_viewport()
    begin.click()
    page.wait_for_url(f"**/{edition}/gradient.html#gradient")


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_end_of_the_front_page_says_how_to_run_what_to_download_and_who_wrote_it(
    page: Page, address: str, edition: str
) -> None:
    page.goto(f"{address}/{edition}/index.html")
    end = page.locator(".front-end")
    files = end.locator("li a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    [wheel] = [file for file in files if file.endswith(".whl")]
    expect(end.locator("pre")).to_have_text(f'pip install "./{wheel.split("/")[-1]}[notebooks]"')
    assert "../concepts-offline.zip" in files
    expect(end).to_contain_text("The authors of Concepts in Deep Learning")
    expect(end.locator('a[href="about.html#about-report"]')).to_be_visible()


# ------------------------------------------------------------------ where a page comes from


def test_each_page_says_which_version_built_it_when_and_from_what(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gradient.html")
    said = page.locator(".colophon").inner_text()
    assert re.search(r"^Version \d+\.\d+\.\d+ · \d{4}-\d\d-\d\d · ", said)
    assert said.endswith("book/gradient.md")


def test_a_report_names_page_section_and_the_words_selected(page: Page, tmp_path: Path) -> None:
    words = ":::{zh}\n又一段。\n:::\n:::{en}\nAnother paragraph.\n:::\n"
    section = f"\n(page-more)=\n## {{zh}}`二`{{en}}`Two`\n\n{words}"
    built = build_site(tmp_path, PAGE + section, "en", environment={"BOOK_ISSUES": "https://i.org"})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with serve(Path(built.app.outdir)) as address:
        page.goto(f"{address}/page.html")
        page.evaluate("getSelection().selectAllChildren(document.querySelector('#page-more p'))")
        page.locator(".report summary").click()
        report = page.locator(".report pre")
        expect(report).to_contain_text("book/page.md (en)")
        expect(report).to_contain_text("#page-more\n> Another paragraph")
        page.locator(".report button").click()
        expect(page.locator(".report button")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == report.text_content()


def test_a_page_is_cited_from_its_foot_by_keyboard(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/zh-en/gradient.html")
    page.locator(".cite summary").press("Enter")
    lines = page.locator(".cite pre")
    expect(lines).to_have_count(3)  # in Chinese, in English, for BibTeX
    page.locator(".cite button").last.press("Enter")
    expect(page.locator(".cite button").last).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == lines.last.text_content()
    assert "title = {Gradient}" in copied


@pytest.mark.parametrize("folder", ["", "zh/", "zh-en/deep/", "book/en/", "a/b/zh/"])
def test_the_404_page_leads_home_from_any_depth(page: Page, address: str, folder: str) -> None:
    page.route(
        "**/no-such-page.html", lambda route: route.fulfill(status=404, path=SITE / "404.html")
    )
    page.goto(f"{address}/{folder}no-such-page.html")
    root = re.sub(r"(zh-en|zh|en)/.*", "", folder)
    links = page.locator("#editions a").evaluate_all("all => all.map((a) => a.href)")
    assert links == [f"{address}/{root}{edition}/index.html" for edition in EDITIONS]
    searches = page.locator("a.search").evaluate_all("all => all.map((a) => a.href)")
    assert searches == [f"{address}/{root}{e}/search.html?q=no%20such%20page" for e in ("zh", "en")]


def test_without_an_address_nothing_absolute_is_said(page: Page, address: str) -> None:
    page.goto(f"{address}/zh/gradient.html")
    assert page.locator("meta[name=description]").get_attribute("content")
    assert page.locator("link[rel=icon]").get_attribute("href") == "_static/icon.svg"
    heads = json.dumps(page.evaluate("document.head.innerHTML"))
    assert not re.search(r"https?://(?!schema\.org|www\.w3\.org)", heads)
