"""Figures come in two variants, each of which says its size, and lead to their files."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from book._ext.site.figures import SVG as SVG_TYPE
from book._ext.site.figures import size_of
from book._ext.truth import cells
from tests.book.app import Build

SVG = '<?xml version="1.0"?>\n<svg {} version="1.1" xmlns="http://www.w3.org/2000/svg"><g/></svg>'
POINTS = st.decimals(1, 999, places=3)


@given(POINTS, POINTS, st.booleans())
def test_a_size_is_that_of_the_figure_in_pixels_of_css(width, height, turned) -> None:  # type: ignore[no-untyped-def]
    names = [f'width="{width}pt"', f'height="{height}pt"']
    figure = SVG.format(" ".join(names[::-1] if turned else names))
    root = ElementTree.fromstring(figure)
    in_pixels = {n: float(root.attrib[n][:-2]) * 96 / 72 for n in ("width", "height")}
    assert size_of(figure.encode()) == {n: round(x) for n, x in in_pixels.items()}


@pytest.mark.parametrize(
    "attributes", ["", 'width="10" height="20"', 'width="100%" height="1em"', 'width="10pt"']
)
def test_a_figure_that_does_not_give_both_in_points_has_no_size(attributes: str) -> None:
    assert size_of(SVG.format(attributes).encode()) == {}


def test_an_image_is_written_with_its_size_and_loads_when_it_is_near(
    build: Build, tmp_path: Path
) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.svg").write_text(SVG.format('width="72pt" height="36pt"'), "utf-8")
    (tmp_path / "book" / "b.png").write_bytes(b"")
    page = "# Title\n\n![first](a.svg)\n\n![second](b.png)\n"
    html = build(
        page, "book._ext.languages.bilingual", "book._ext.site.figures", warns=["parity"]
    ).html()
    first, second = BeautifulSoup(html, "html.parser").find_all("img")
    assert (first["alt"], first["width"], first["height"]) == ("first", "96", "48")
    assert second["alt"] == "second"
    assert not second.has_attr("width")
    assert {image["loading"] for image in (first, second)} == {"lazy"}


def notebook(outputs: list[dict[str, Any]]) -> str:
    """Return a notebook whose cell left these."""
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": "1"}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}}
    executed = [cell | {"outputs": outputs}]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": kernel, "cells": executed})


def test_a_phone_is_offered_the_narrow_variant_of_a_figure_which_is_a_link(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide, narrow, small = (
        SVG.format(f'width="{width}pt" height="36pt"') for width in (576, 252, 216)
    )
    (tmp_path / "book").mkdir()
    outputs = [
        {"output_type": "display_data", "data": {SVG_TYPE: svg}, "metadata": {SVG_TYPE: metadata}}
        for svg, metadata in [(wide, {"narrow": narrow}), (small, {})]
    ]
    (tmp_path / "book" / "drawn.ipynb").write_text(notebook(outputs), "utf-8")
    monkeypatch.setattr(cells, "outputs_of", lambda app, name: [outputs] if name == "drawn" else [])
    built = build("# Title\n\n```{toctree}\ndrawn\n```\n", "book._ext.site.figures", warns=None)
    html = BeautifulSoup(built.html("drawn"), "html.parser")
    [first, second] = html.find_all("a", class_="enlarge")
    source, image = first.picture.find_all(["source", "img"])
    assert source["media"] == "(max-width: 37.5rem)"
    assert (source["width"], source["height"]) == ("336", "48")
    assert (image["width"], image["height"]) == ("768", "48")
    assert first["href"] == image["src"]
    assert second.picture is None
    assert (second["href"], second.img["width"]) == (second.img["src"], "288")
    for path, svg in [(source["srcset"], narrow), (image["src"], wide)]:
        assert (built.app.outdir / path).read_text("utf-8") == svg
