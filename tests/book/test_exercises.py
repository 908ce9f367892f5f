"""Exercises keep their solutions folded, with their cells, and out of the contents."""

from __future__ import annotations

import re

import pytest
from docutils import nodes

from book._ext.exercises import solution, solution_title
from tests.book.app import PAGE, Build

EXTENSIONS = ("book._ext.languages.bilingual", "book._ext.exercises")
SECTION = """
(page-exercises)=
## {zh}`习题`{en}`Exercises`

(page-exercise-1)=
### {zh}`和`{en}`A sum`

:::{zh}
求和。
:::
:::{en}
Add.
:::

(page-solution-1)=
#### {zh}`解答`{en}`Solution`

:::{zh}
相加即可。
:::
:::{en}
Just add.
:::

```{code-cell}
print(20 + 22)
```
"""
EXERCISE = PAGE + SECTION


@pytest.mark.parametrize(("edition", "word"), [("zh", "解答"), ("en", "Solution")])
def test_a_solution_is_folded_with_its_cell_and_holds_its_id_inside(
    build: Build, edition: str, word: str
) -> None:
    page = build(EXERCISE, *EXTENSIONS, edition=edition).html()
    [fold] = re.findall(r'<details class="solution">(.*?)</div></details>\n', page, re.DOTALL)
    assert re.search(rf"<summary>.*{word}.*</summary>\s*<div[^>]* id=\"page-solution-1\"", fold)
    assert "22" in fold


def test_contents_and_links_know_the_exercise_and_links_its_solution_too(build: Build) -> None:
    text = EXERCISE + "\n{ref}`page-exercise-1`, {ref}`$ <page-solution-1>`\n"
    built = build(text, *EXTENSIONS)
    toc = [entry["anchorname"] for entry in built.app.env.tocs["page"].findall(nodes.reference)]
    assert toc == ["", "#page-exercises", "#page-exercise-1"]
    assert 'href="#page-exercise-1"' in built.html()
    assert 'href="#page-solution-1"' in built.html()


def test_a_solution_is_a_node_of_its_own_that_opens_with_its_title(build: Build) -> None:
    doctree = build(EXERCISE, *EXTENSIONS, builder="dummy").doctree()
    [folded] = doctree.findall(solution)
    assert folded["ids"] == ["page-solution-1"]
    assert doctree.ids["page-solution-1"] is folded
    assert isinstance(folded[0], solution_title)
    assert folded[0].astext() == "解答"
    assert [child.astext() for child in folded[1:2]] == ["相加即可。"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-solution-1", "-solution-2", "exercise 1 wants solution 1 inside, and has 2"),
        ("(page-solution-1)", "(page-answer)", "exercise 1 wants solution 1 inside, and has none"),
        ("(page-exercise-1)", "(page-other)", "solution 1 stands in no exercise: put it into one"),
    ],
)
def test_an_exercise_and_its_solution_come_together(
    build: Build, old: str, new: str, message: str
) -> None:
    assert EXERCISE.count(old) == 1
    build(EXERCISE.replace(old, new), *EXTENSIONS, warns=[message])
