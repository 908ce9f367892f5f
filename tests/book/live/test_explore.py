"""A figure that moves has sliders, a sentence bound to its frame, and on paper its first frame."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from book._ext.languages import bilingual
from book._ext.live import explore
from book._ext.live.explore import like, written
from book._ext.site.figures import SVG
from book._ext.truth import cells, numerals
from book._ext.truth.answers import Answers
from book._ext.truth.claims import judge, read_claims
from dlref import moving
from tests.book.app import MATTER, Build, Built

EXTENSIONS = (
    *("book._ext.languages.bilingual", "book._ext.truth.numerals"),
    *(f"book._ext.{part}" for part in ("site.colophon", "site.figures", "live.explore", "epub")),
)
PICTURE = '<svg width="{}pt" height="36pt" version="1.1" xmlns="http://www.w3.org/2000/svg"/>'
CAPTION = (
    "{zh}`一张图`{en}`A figure`\n\n"
    "{zh}``损失 {num}`0.25 | loss`，{fact}`收敛 | loss < 1`{fact}`发散 | loss > 1`。``"
    "{en}``The loss is {num}`0.25 | loss`: {fact}`good | loss < 1`{fact}`bad | loss > 1`.``"
)
NAMES = {"depth": "L | 层数 | number of layers", "rate": r"\eta | 学习率 | learning rate"}
GRID = {"depth": [1, 2, 3], "rate": [0.1, 1e-5]}
LOSSES = [0.0626, 0.25, 4.0, 1e20, float("inf"), 0.5]
CHANGES = [[0, "width", ["1pt", "2pt"], [0, 1, 0, 0, 0, 0]]]

Moving = Callable[..., Built]


@pytest.fixture
def moving_page(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Moving:
    """Return what builds a page with a figure that has been executed, with two sliders."""

    def built(
        edition: str = "en", names: dict[str, str] = NAMES, builder: str = "html", **options: Any
    ) -> Built:
        options = {"warns": []} | options
        head = {"mystnb": {"figure": {"name": "fig-a", "caption": CAPTION}}, "explore": names}
        frames = [PICTURE.format(288), CHANGES]
        about = {"grid": GRID, "first": 1, "frames": frames, "narrow_frames": frames}
        data = {SVG: PICTURE.format(576)}
        output = {"output_type": "display_data", "data": data, "metadata": {SVG: about}}
        cell = {"cell_type": "code", "execution_count": 1, "metadata": head, "source": "1"}
        title = {"cell_type": "markdown", "metadata": {}, "source": "# A page"}
        kernel = {"name": "python3", "display_name": "Python", "language": "python"}
        notebook = {
            "nbformat": 4,
            "nbformat_minor": 4,
            "metadata": {"kernelspec": kernel, "source_map": [1, 1]},
            "cells": [title, cell | {"outputs": [output]}],
        }
        (tmp_path / "book").mkdir(exist_ok=True)
        (tmp_path / "book" / "drawn.ipynb").write_text(json.dumps(notebook), "utf-8")

        claims = read_claims(f"```{{code-cell}}\n---\n{json.dumps(head)}\n---\n1\n```\n")
        values = [{"loss": loss} for loss in LOSSES]
        monkeypatch.setattr(moving, "shown", [moving.Frames(values, 1)])
        answers = Answers()
        verdicts = judge(claims, [answers.to(steps, {}) for steps in claims.steps])
        monkeypatch.setattr(numerals, "read_claims", lambda source: claims)
        monkeypatch.setattr(bilingual, "check_parity", lambda app, name, source: None)
        for module in (numerals, explore):
            monkeypatch.setattr(module, "verdicts_of", lambda app, name: verdicts)
        monkeypatch.setattr(cells, "outputs_of", lambda app, name: [[output]])
        page = f"{MATTER}# Title\n\n```{{toctree}}\ndrawn\n```\n"
        return build(page, *EXTENSIONS, edition=edition, builder=builder, **options)

    return built


def box(built: Built) -> Tag:
    found = BeautifulSoup(built.html("drawn"), "html.parser").select_one("[data-explore]")
    assert found
    return found


def data(built: Built, address: Any) -> dict[str, Any]:
    """Return what the script of a figure gives to the page."""
    script = (built.app.outdir / address).read_text("utf-8")
    before, _, after = script.partition("=")
    assert before == "document.currentScript.figure"
    found: dict[str, Any] = json.loads(after.removesuffix(";\n"))
    return found


@pytest.mark.parametrize(
    ("edition", "names"),
    [
        ("zh", ["层数 L", r"学习率 \eta"]),
        ("en", ["number of layers L", r"learning rate \eta"]),
        ("zh-en", ["层数 number of layers L", r"学习率 learning rate \eta"]),
    ],
)
def test_a_slider_is_named_in_the_languages_of_the_edition_and_says_its_value(
    moving_page: Moving, edition: str, names: list[str]
) -> None:
    sliders = box(moving_page(edition, html_math_renderer="mathjax")).select(".slider")
    labels = [slider.label for slider in sliders if slider.label]
    assert [re.sub(r"\\[()]| $", "", label.text) for label in labels] == names
    inputs = [slider.input for slider in sliders if slider.input]
    assert [label["for"] for label in labels] == [one["id"] for one in inputs]
    assert [one["id"] for one in inputs] == ["fig-a-depth", "fig-a-rate"]
    assert [(one["max"], one["value"]) for one in inputs] == [("2", "0"), ("1", "1")]
    assert [one["aria-valuetext"] for one in inputs] == ["1", "10⁻⁵"]
    assert [slider.output.text for slider in sliders if slider.output] == ["= 1", "= 10⁻⁵"]
    assert all(one.has_attr("disabled") for one in inputs), "without scripts nothing moves"


def test_a_frame_has_its_numbers_and_those_words_that_are_true_of_it(
    moving_page: Moving,
) -> None:
    built = moving_page("zh-en")
    found = box(built)
    said = data(built, found["data-explore"])
    assert said["sliders"] == [["1", "2", "3"], ["0.1", "10⁻⁵"]]
    assert said["changes"] == CHANGES
    parts = [
        (part.text, part.has_attr("hidden"), said["said"][int(str(part["data-said"]))])
        for part in found.select(".said [data-said]")
    ]
    number = ("0.25", False, ["0.063", "0.25", "4.00", "10²⁰", "∞", "0.50"])
    assert parts == [
        number,
        ("收敛", False, [1, 1, 0, 0, 0, 1]),
        ("发散", True, [0, 0, 1, 1, 1, 0]),
        number,
        ("good", False, [1, 1, 0, 0, 0, 1]),
        ("bad", True, [0, 0, 1, 1, 1, 0]),
    ]


def test_picture_sliders_and_sentence_stand_above_the_caption_and_are_asked_for_once(
    moving_page: Moving,
) -> None:
    built = moving_page()
    found = box(built)
    assert found.select_one("a.enlarge img")
    assert found["data-explore"] == found["data-narrow"], "the same frames, one file"
    figure = found.find_parent("figure")
    assert figure
    assert figure["id"] == "fig-a"
    assert [child.name for child in figure.find_all(recursive=False)] == ["div", "figcaption"]
    assert built.html("drawn").count("_static/explore.js") == 1
    assert "explore.js" not in built.html()


def test_an_epub_shows_the_first_frame_its_values_and_what_is_true_of_it(
    moving_page: Moving,
) -> None:
    built = moving_page(builder="epub", epub_show_urls="no", epub_cover=("", ""), warns=None)
    page = (built.app.outdir / "drawn.xhtml").read_text("utf-8")
    text = " ".join(BeautifulSoup(page, "html.parser").get_text().split())
    assert "The loss is 0.25: good." in text
    assert "number of layers" in text
    assert "= 10⁻⁵" in text
    assert not any(word in page for word in ("<input", "<label", "explore.js", "data-explore"))
    assert not list((built.app.outdir / "_images").glob("*.js"))


def test_paper_shows_the_first_frame_its_values_and_what_is_true_of_it(
    moving_page: Moving,
) -> None:
    built = moving_page(builder="latex", warns=None)
    [file] = built.app.outdir.glob("*.tex")
    [figure] = re.findall(
        r"\\begin\{figure\}.*?\\end\{figure\}", file.read_text("utf-8"), re.DOTALL
    )
    assert "The loss is 0.25: good." in figure
    assert re.search(r"number of layers.*L.*= 1\b", figure)
    assert r"\caption" in figure


def test_sliders_that_are_not_those_of_the_cell_are_refused(moving_page: Moving) -> None:
    said = "the figure moves by depth, rate: name them under `explore`"
    moving_page(names={"rate": NAMES["rate"]}, warns=[said])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (0.5, "0.5"),
        (-2.0, "−2"),
        (12345.6, "12,350"),
        (1e-6, "10⁻⁶"),
        (2.5e6, "2.5 × 10⁶"),
        (0, "0"),
    ],
)
def test_a_value_of_a_slider_is_written_as_readers_write_it(value: float, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize(
    ("literal", "value", "text"),
    [
        ("12%", 0.346, "35%"),
        ("0.5%", 0.00349, "0.3%"),
        ("7", 12.4, "12"),
        ("7", 3.0, "3"),
        ("137", 0.0171, "0.017"),
        ("1,950", 80.4, "80"),
        ("0.25", 123.4, "123"),
        ("0.89", 1.3, "1.30"),
        ("0.25", 0.0, "0.00"),
        ("−0.5", -0.31, "−0.3"),
        ("0.060", 0.0123, "0.012"),
        ("2.0", 3e-9, "3 × 10⁻⁹"),
    ],
)
def test_a_number_is_written_as_its_author_has_written_the_first(
    literal: str, value: float, text: str
) -> None:
    assert like(literal, value) == text
