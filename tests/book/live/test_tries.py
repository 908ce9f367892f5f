"""An exercise that answers: proved while it is read, and whole where nobody can answer it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from docutils import nodes

from book._ext.exercises import solution
from book._ext.live import pages
from book._ext.live.tries import try_exercise, try_title
from tests.book.app import PAGE, Build
from tests.book.live.test_pages import EXTENSIONS

TRIES = (*EXTENSIONS, "book._ext.exercises", "book._ext.live.tries")
EXERCISE = (
    PAGE
    + r"""
```{symbols}
x, y : R | 数 | numbers
```

(try-square)=
::::{try} {zh}`平方`{en}`A square`
:::{zh}
展开 $(x - y)^2$。
:::
:::{en}
Expand $(x - y)^2$.
:::

```{answer}
formula: (x - y)^2 = x^2 - 2 x y + y^2
wrong:
- x^2 - y^2
```

:::{zh}
交叉项出现两次。
:::
:::{en}
The mixed term occurs twice.
:::
::::
"""
)
INDEX = """\
(index)=
# {zh}`书`{en}`Book`

$x$

(contents)=
## {zh}`目录`{en}`Contents`

```{toctree}
page
```
"""
FUNCTION = EXERCISE.replace(
    """formula: (x - y)^2 = x^2 - 2 x y + y^2
wrong:
- x^2 - y^2
""",
    """function: |
  def square(x, y):
      return (x - y) ** 2
start: |
  def square(x, y):
      return x**2 - y**2
draw: x, y = map(float, rng.integers(1, 9, 2))
equals: x * x - 2 * x * y + y * y
wrong:
- |
  def square(x, y):
      return x**2 + y**2
""",
)


def test_a_page_has_the_question_and_the_answer_in_a_fold(build: Build) -> None:
    page = build(EXERCISE, *TRIES, edition="en", math_renderer="mathjax").html()
    [box] = re.findall(r'<div class="try" data-try="formula" id="try-square">(.*)', page, re.DOTALL)
    asked, _, folded = box.partition("<details")
    assert "A square" in asked
    assert "Expand" in asked
    assert "x^2 - 2 x y" not in asked
    assert "x^2 - 2 x y + y^2" in folded
    assert "The mixed term" in folded
    assert 'id="try-square-solution"' in folded


def test_of_a_function_the_start_is_shown_and_the_solution_folded(build: Build) -> None:
    doctree = build(FUNCTION, *TRIES, edition="zh").doctree()
    [box], [folded] = doctree.findall(try_exercise), doctree.findall(solution)
    start, answer = (block.astext() for block in box.findall(nodes.literal_block))
    assert "x**2 - y**2" in start
    assert "(x - y) ** 2" in answer
    assert answer in folded.astext()
    assert next(box.findall(try_title)).astext() == "试一试：平方"


def test_on_paper_the_solution_stands_among_those_of_the_book(build: Build) -> None:
    paper = ("book._ext.site.numbering", "book._ext.paper.arrange", "book._ext.paper.latex")
    pages = {"index": INDEX, "page": FUNCTION}
    how: dict[str, Any] = {"builder": "latex", "warns": None, "bibtex_bibfiles": []}
    built = build(pages, *TRIES, *paper, edition="en", **how)
    [file] = built.app.outdir.glob("*.tex")
    book, _, solutions = file.read_text("utf-8").partition(r"\chapter{Solutions}")
    asked = book[book.index(r"\textbf{Your turn: A square}") :]
    assert r"\label{\detokenize{page:try-square}}" in book
    assert "page:try-square-solution" in asked
    assert "The mixed term" not in asked
    assert r"\label{\detokenize{page:try-square-solution}}" in solutions
    assert "Your turn: A square" in solutions
    assert "The mixed term" in solutions


@pytest.mark.parametrize("text", [EXERCISE, FUNCTION])
def test_the_data_of_the_page_hold_what_a_browser_needs(build: Build, text: str) -> None:
    built = build(text, *TRIES, math_renderer="mathjax")
    steps = json.loads(pages.data(built.app.env, "page"))
    table, asked = steps
    assert table == {"lines": ["x, y : R"]}
    assert asked["try"] == "try-square"
    assert asked["wrong"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- 2 x y", "+ 2 x y", "page.md:37: WARNING: what is expected is not right: it is wrong"),
        ("- x^2 - y^2", "- (y - x)^2", "page.md:39: WARNING: listed as wrong: state checked"),
        ("wrong:\n- x^2 - y^2\n", "", "page.md:37: WARNING: {answer} of a formula needs"),
        ("(try-square)=", "(square)=", "a {try} has a label in the line above it: (try-name)="),
        ("```{answer}", "```{doctest}", "a {try} has one {answer}, between question and solution"),
    ],
)
def test_a_stale_or_faulty_exercise_is_a_warning_at_its_line(
    build: Build, old: str, new: str, message: str
) -> None:
    assert EXERCISE.count(old) == 1
    warned = build(EXERCISE.replace(old, new), *TRIES, warns=None, math_renderer="mathjax").warnings
    assert message in warned


def test_what_was_proved_is_kept_until_something_changes(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(EXERCISE, *TRIES, math_renderer="mathjax")
    monkeypatch.setattr("book._ext.live.tries.faults", lambda *_: 1 / 0)
    build({"page": EXERCISE.replace("展开", "再展开")}, *TRIES, math_renderer="mathjax")
    with pytest.raises(Exception, match="division by zero"):
        build(EXERCISE.replace("- x^2 - y^2", "- x^2"), *TRIES, math_renderer="mathjax")
