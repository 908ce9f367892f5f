"""Firefox shows the book, too: formulas, and whatever a reader does first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.site.built import EDITIONS
from tests.site.firefox import CONTROL, ENTER, SHIFT, Firefox


@pytest.fixture
def fox(firefox: Firefox) -> Iterator[Firefox]:
    firefox.faults.clear()
    yield firefox
    assert firefox.faults == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_front_page_opens(fox: Firefox, address: str, edition: str) -> None:
    fox.go_to(f"{address}/{edition}/index.html")
    assert fox.value("document.querySelector('article h1').checkVisibility()")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_shows_its_formulas(fox: Firefox, address: str, edition: str) -> None:
    fox.go_to(f"{address}/{edition}/gradient.html")
    sizes = fox.value(
        """[...document.querySelectorAll("div.math .katex-html")].map((formula) => {
          const { width, height } = formula.getBoundingClientRect();
          return [formula.checkVisibility() ? 1 : 0, width, height];
        })"""
    )
    assert len(sizes) > 10
    assert all(width > 20 and height > 15 for visible, width, height in sizes if visible)


def test_the_search_finds(fox: Firefox, address: str) -> None:
    fox.go_to(f"{address}/en/search.html?q=hillside")
    fox.wait_for("document.querySelector('#search-results li a') !== null")
    assert "gradient" in fox.value("document.querySelector('#search-results li a').href")


def test_a_fold_opens_by_a_click_and_by_a_link(fox: Firefox, address: str) -> None:
    fox.go_to(f"{address}/en/gradient.html")
    fold = "document.querySelector('details.solution')"
    assert fox.value(f"{fold}.open") is False
    fox.value(f"{fold}.querySelector('summary').click()")
    assert fox.value(f"{fold}.open") is True
    fox.go_to(f"{address}/en/errata.html#errata-sign")
    fox.wait_for("document.getElementById('errata-sign').closest('details').open")


@pytest.mark.parametrize("place", ["weight-decay-remember", "equation-eq-weight-decay-update"])
def test_a_link_leads_to_its_place_in_a_long_page(fox: Firefox, address: str, place: str) -> None:
    fox.go_to("about:blank")
    fox.go_to(f"{address}/zh-en/weight-decay.html#{place}")
    top = f"document.getElementById('{place}').getBoundingClientRect().top"
    fox.wait_for(f"Math.abs({top} - 64) < 3")


def test_the_language_switch_leads_to_the_same_page(fox: Firefox, address: str) -> None:
    fox.go_to(f"{address}/en/gradient.html")
    fox.value("document.querySelector('.language-switch [data-edition=zh]').click()")
    fox.wait_for("location.pathname === '/zh/gradient.html' && document.readyState === 'complete'")


def test_a_cell_runs_is_edited_stopped_and_draws(fox: Firefox, address: str) -> None:
    fox.go_to(f"{address}/en/loss.html")
    first, second = (f"document.querySelectorAll('article div.cell')[{n}]" for n in range(2))

    def click(cell: str, button: str) -> None:
        fox.value(f"{cell}.querySelector('[data-live={button}]').click()")

    def reaches(cell: str, state: str) -> None:
        fox.wait_for(f"{cell}.dataset.liveState === '{state}'")

    click(first, "run")
    reaches(first, "done")
    printed = fox.value(f"{first}.querySelector('.cell_output pre').textContent")
    assert fox.value(f"{first}.querySelector('[data-live=output] pre').textContent") == printed
    click(first, "edit")
    fox.wait_for(f"Boolean({first}.querySelector('.live-editor')?.shadowRoot.activeElement)")
    fox.press(CONTROL + "a", *"while True: pass", SHIFT + ENTER)
    reaches(first, "running")
    click(first, "stop")
    reaches(first, "idle")
    click(first, "reset")
    click(second, "run")
    reaches(second, "done")
    assert fox.value(f"{second}.querySelector('[data-live=output] svg').clientWidth") > 300


def test_a_slider_moves_a_figure(fox: Firefox, address: str) -> None:
    fox.go_to(f"{address}/en/softmax.html")
    figure = "document.querySelector('[data-explore]')"
    fox.value(f"{figure}.scrollIntoView()")
    fox.wait_for(f"{figure}.innerText !== ''")
    before = fox.value(f"{figure}.innerText")
    fox.value(
        f"""(() => {{
          const slider = {figure}.querySelector("input");
          slider.stepUp();
          slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
        }})()"""
    )
    fox.wait_for(f"{figure}.querySelector('svg') && {figure}.innerText !== {before!r}")
    assert fox.value(f"{figure}.querySelector('svg').getBoundingClientRect().width") > 300
