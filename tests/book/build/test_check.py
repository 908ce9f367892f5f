"""All that is wrong with a page is said in one run, with file and line, and of no other page."""

from __future__ import annotations

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.example import SybilFailure
from sybil.parsers.myst import DocTestDirectiveParser

from book._ext.build import check
from book._ext.build.check import check_page, failed_doctests
from book._ext.build.editions import Built
from book._ext.findings import Finding
from book._ext.truth.execution import Executed
from tests.book.app import MATTER
from tests.book.conftest import SmallBook

FAULTS = """\
(page)=
# {zh}`一页`{en}`A page`

```{values}
four = 4
```

:::{zh}
公式 $x$，式 {eq}`eq-none`。
:::
:::{en}
Formula $y$, {eq}`eq-none`.
:::

{ref}`nowhere` {term}`nothing` {cite:t}`nobody` {num}`5 | four` {ref}`fig-drawn`

$$
2 + 2 = 5
$$ (eq-sum)

```{check} eq-sum
```

```{code-cell}
---
mystnb:
  figure:
    name: fig-drawn
    caption: "{zh}`图`{en}`Drawn`"
alt-zh: 图
---
1 / 0
```

```{doctest}
>>> 1 + 1
3
```
"""
SAID = """\
book/page.md:14: formulas differ; only in zh: x; only in en: y
book/page.md:15: no equation 'eq-none':
book/page.md:18: no equation 'eq-none':
book/page.md:21: 5 is printed, but four = 4
book/page.md:21: no label 'nowhere':
book/page.md:21: no source 'nobody':
book/page.md:21: no term 'nothing':
book/page.md:23: eq-sum is wrong
book/page.md:30: a figure without alt-en
book/page.md:30: cell 1 raised ZeroDivisionError: division by zero
book/page.md:42: the doctest prints '2', the page says '3'
==> 11 to mend
"""


def test_each_fault_of_a_page_is_said_once_in_order_and_those_of_other_pages_are_not(
    small_book: SmallBook,
) -> None:
    small_book.write(FAULTS)
    small_book.write("(other)=\n# {zh}`页`\n\n{ref}`nowhere`\n", "other")
    for _ in range(2):
        code, output = small_book.make("check", "PAGE=page")
        assert code != 0
        said = [line for line in output.splitlines() if line.startswith(("book/", "==> 1"))]
        starts = SAID.splitlines()
        assert [line[: len(start)] for line, start in zip(said, starts, strict=False)] == starts
        assert len(said) == len(starts)


# ------------------------------------------------------------------ what is of the page


def test_what_is_found_in_other_pages_is_left_out_and_all_else_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("page", "other"):
        (tmp_path / f"{name}.md").write_text("# Page\n\n```{doctest}\n>>> 1\n2\n```\n", "utf-8")
    files = [str(tmp_path / "other.md"), str(tmp_path / "page.md"), "book/references.bib", ""]
    findings = [Finding(file, 1, "wrong") for file in files]
    calls = []

    def built(function: object, arguments: object) -> list[Built]:
        calls.append((function, arguments))
        return [Built(findings, 1, 1, 0.5)]

    monkeypatch.setattr(check, "BOOK", tmp_path)
    monkeypatch.setattr(check, "side_by_side", built)
    said = check_page("page", Executed([], ["other"]))
    assert calls == [(check.build_page, [("page", ["other"])])]
    doctest = Finding(files[1], 4, "the doctest prints '1', the page says '2'")
    assert said == [*findings[1:], doctest]


# ------------------------------------------------------------------ doctests

EXAMPLES = """\
# Page

```{doctest}
>>> x = 1
>>> x
2
>>> x + 1
2
```

```{doctest}
>>> for i in range(2):
...     print(i + x)
1
3
>>> 1 / 0
>>> x == 1
True
```

:::{note}
An example in a note.

```{doctest}
>>> x + 5
7
```
:::

- In a list:

  ```{doctest}
  >>> x + 6
  9
  ```

```{doctest}
>>> x + 7  # doctest: +SKIP
9
>>> [1, 2,   3]
[1, 2, 4]
>>> int("a")
Traceback (most recent call last):
ValueError: invalid literal for int() with base 10: 'a'
>>> print("a", "", "b", sep="\\n")
a
<BLANKLINE>
b
```

```python
>>> 1
2
```
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Write a page whose doctests fail in all ways that there are."""
    path = tmp_path / "page.md"
    path.write_text(MATTER + EXAMPLES, "utf-8")
    return path


def test_a_doctest_that_fails_has_its_line_and_what_it_printed_or_raised(page: Path) -> None:
    said = {finding.line: finding.message for finding in failed_doctests(page)}
    lines = page.read_text("utf-8").splitlines()
    assert {lines[line - 1].strip(): message for line, message in said.items()} == {
        ">>> x": "the doctest prints '1', the page says '2'",
        ">>> for i in range(2):": r"the doctest prints '1\n2', the page says '1\n3'",
        ">>> 1 / 0": "the doctest raised ZeroDivisionError: division by zero",
        ">>> x + 5": "the doctest prints '6', the page says '7'",
        ">>> x + 6": "the doctest prints '7', the page says '9'",
        ">>> [1, 2,   3]": "the doctest prints '[1, 2, 3]', the page says '[1, 2, 4]'",
    }


def test_the_doctests_that_fail_are_those_that_fail_in_pytest(page: Path) -> None:
    failed = set()
    for example in Sybil(parsers=[DocTestDirectiveParser()]).parse(page).examples():
        try:
            example.evaluate()
        except SybilFailure:
            failed.add(example.line)
    assert {finding.line for finding in failed_doctests(page)} == failed
    assert len(failed) == 6


def test_doctests_say_nothing_themselves(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed_doctests(page)
    assert capsys.readouterr() == ("", "")
