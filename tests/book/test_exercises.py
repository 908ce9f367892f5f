"""Exercises keep their solutions folded, with their cells, and out of the contents."""

from __future__ import annotations

import re

from tests.book.conftest import PAGE, SmallBook

EXERCISE = """
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


def test_a_solution_is_folded_with_its_cell_and_stays_out_of_the_contents(
    small_book: SmallBook,
) -> None:
    small_book.write(PAGE + EXERCISE)
    code, output = small_book.make("html", "EDITIONS=zh en")
    assert code == 0, output
    for edition, word in (("zh", "解答"), ("en", "Solution")):
        page = small_book.html(edition)
        [fold] = re.findall(r'<details class="solution">(.*?)</div></details>\n', page, re.DOTALL)
        assert re.search(rf"<summary>.*{word}.*</summary>\s*<div[^>]* id=\"page-solution-1\"", fold)
        assert ">42\n" in fold
        assert 'href="#page-exercise-1"' in page
        assert 'href="#page-solution-1"' not in page


def test_an_exercise_without_its_solution_fails_the_build(small_book: SmallBook) -> None:
    small_book.write(PAGE + EXERCISE.replace("(page-solution-1)", "(page-solution-2)"))
    code, output = small_book.make()
    assert code != 0
    assert "exercise 1 wants solution 1, has ['2']" in output


def test_a_solution_outside_an_exercise_fails_the_build(small_book: SmallBook) -> None:
    small_book.write(PAGE + EXERCISE.replace("(page-exercise-1)", "(page-other)"))
    code, output = small_book.make()
    assert code != 0
    assert "solution 1 stands outside an exercise" in output
