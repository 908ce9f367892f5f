# ruff: noqa: E501 - a formula stands on one line, as in the book
"""What is written of a page's formulas: what its worker needs, and the same for all editions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from book._ext.live import pages
from eqcheck.sphinx.results import results_of
from tests.book.app import PAGE, Build, Built

EXTENSIONS = (
    "book._ext.languages.bilingual",
    "book._ext.truth",
    "book._ext.live.ship",
    "book._ext.live.pages",
)
EQUATIONS = r"""
```{symbols}
a, b : R | 数 | numbers
c : R; defined | 和 | the sum
```

$$
c = a + b
$$ (eq-sum)

```{check} eq-sum
:kind: definition
:why: 没有可比的 | there is nothing to compare
```

$$
c^2 = a^2 + 2 a b + b^2
$$ (eq-square)

```{check} eq-square
:tolerance: 1e-8
```
"""
QUADRATIC = r"""
```{symbols}
d = 4 | 维数 | dimension
\mathbf{x} : R[d] | 向量 | a vector
\mathbf{C} : R[d,d] | 矩阵 | a matrix
```

$$
\nabla_{\mathbf{x}} (\mathbf{x}^{\top}\mathbf{C}\mathbf{x}) = (\mathbf{C}+\mathbf{C}^{\top})\mathbf{x}
$$ (eq-quadratic)

```{check} eq-quadratic
:equivalent: transpose \mathbf{C} | only the symmetric part counts
```
"""


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let there be a runtime."""
    monkeypatch.setattr("book._ext.live.ship.runtime_folder", lambda: tmp_path / "0123456789abcdef")


def built(build: Build, text: str = PAGE + EQUATIONS, edition: str = "en") -> Built:
    return build(text, *EXTENSIONS, edition=edition, warns=None)


def steps(built: Built) -> Any:
    return json.loads(pages.data(built.app.env, "page"))


def test_a_page_is_told_in_steps_without_words(build: Build, live: None) -> None:
    table, definition, equation = steps(built(build))
    assert table == {"lines": ["a, b : R", "c : R; defined"]}
    assert definition == {"latex": "c = a + b"}
    assert equation == {
        "label": "eq-square",
        "latex": "c^2 = a^2 + 2 a b + b^2",
        "tolerance": 1e-8,
    }


def test_a_version_that_is_true_is_named_without_its_reason(build: Build, live: None) -> None:
    _, equation = steps(built(build, PAGE + QUADRATIC))
    assert equation["equivalent"] == [r"transpose \mathbf{C}"]
    unlisted = re.sub(":equivalent:.*\n", "", QUADRATIC)
    assert unlisted != QUADRATIC
    assert steps(built(build, PAGE + unlisted))[-1] == equation  # it is proved


def test_editions_write_the_same_bytes_once(build: Build, live: None) -> None:
    data = {pages.data(built(build, edition=e).app.env, "page") for e in ("zh", "en", "zh-en")}
    assert len(data) == 1


def test_a_page_names_a_file_that_is_there_and_older_ones_go(build: Build, live: None) -> None:
    site = built(build)
    folder = Path(site.app.outdir).parent / "_live" / "pages"
    [first] = folder.iterdir()
    place = pages.address(site.app.env, "page")
    assert place == f"_live/pages/{first.name}"
    assert first.read_text("utf-8") == pages.data(site.app.env, "page")
    built(build, PAGE + EQUATIONS.replace("1e-8", "1e-7"))
    assert [file.name for file in folder.iterdir()] != [first.name]
    assert len([*folder.iterdir()]) == 1


@pytest.mark.parametrize("text", [PAGE, PAGE + EQUATIONS.partition("$$\nc^2")[0]])
def test_a_page_on_which_nothing_is_executed_has_no_data(
    build: Build, live: None, text: str
) -> None:
    assert pages.address(built(build, text).app.env, "page") == ""


def test_without_a_runtime_nothing_is_written(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("book._ext.live.ship.runtime_folder", lambda: None)
    assert not (Path(built(build).app.outdir).parent / "_live").exists()


def test_what_is_wrong_at_build_is_no_step(build: Build, live: None) -> None:
    site = built(build, PAGE + EQUATIONS.replace("2 a b", "3 a b"))
    assert results_of(site.app.env)["page"]["equations"][1]["state"] == "wrong"
    assert pages.data(site.app.env, "page") == ""
