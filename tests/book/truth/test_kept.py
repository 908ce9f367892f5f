"""A page is known to be executed as long as it, the rules and the cache are what they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from book._ext.truth.kept import KeptPages

CELLS = [
    {"cell_type": "markdown"},
    {"cell_type": "code", "outputs": []},
    {"cell_type": "code", "outputs": [{"text": "1"}]},
]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Write a page and its outputs, and note that they belong together."""
    outputs = tmp_path / "executed" / "key" / "base.ipynb"
    outputs.parent.mkdir(parents=True)
    outputs.write_text(json.dumps({"cells": CELLS}))
    path = tmp_path / "page.md"
    path.write_text("one")
    kept = KeptPages(tmp_path, "rules")
    kept.add(path, b"one", "key")
    kept.save()
    return path


def test_a_page_that_was_noted_is_known_to_the_next_build(tmp_path: Path, page: Path) -> None:
    (tmp_path / "other.md").write_text("one")
    assert page in KeptPages(tmp_path, "rules")
    assert tmp_path / "other.md" not in KeptPages(tmp_path, "rules")


def test_what_its_cells_left_is_read_from_the_cache(tmp_path: Path, page: Path) -> None:
    assert KeptPages(tmp_path, "rules").outputs(page) == [[], [{"text": "1"}]]


def test_a_page_that_has_changed_is_not_known(tmp_path: Path, page: Path) -> None:
    page.write_text("two")
    assert page not in KeptPages(tmp_path, "rules")


def test_a_change_of_the_rules_makes_all_pages_unknown(tmp_path: Path, page: Path) -> None:
    assert page not in KeptPages(tmp_path, "other rules")


@pytest.mark.parametrize("text", ["", "{", None])
def test_a_page_whose_outputs_are_cut_or_gone_is_not_known(
    tmp_path: Path, page: Path, text: str | None
) -> None:
    outputs = tmp_path / "executed" / "key" / "base.ipynb"
    outputs.unlink() if text is None else outputs.write_text(text)
    assert page not in KeptPages(tmp_path, "rules")


@pytest.mark.parametrize("text", ["", '{"page"', None])
def test_a_list_that_is_cut_or_gone_knows_nothing(
    tmp_path: Path, page: Path, text: str | None
) -> None:
    file = tmp_path / "kept.json"
    file.unlink() if text is None else file.write_text(text)
    assert page not in KeptPages(tmp_path, "rules")


@pytest.mark.parametrize(
    "text",
    [
        *('{"book/page.md": ["digest", "key", 2]}', "[]", "5", "null", '{"rules": "rules"}'),
        '{"rules": "rules", "pages": 5}',
    ],
)
def test_a_list_of_another_form_knows_nothing(tmp_path: Path, page: Path, text: str) -> None:
    (tmp_path / "kept.json").write_text(text)
    assert page not in KeptPages(tmp_path, "rules")
