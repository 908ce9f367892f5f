"""A kernel answers what prose asks, after each cell what stands below it, and cells see nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from book._ext.truth import kernels
from book._ext.truth.kernels import execute, prepare_kernels, read_page
from tests.book.app import MATTER, PAGE


def write(folder: Path, text: str, name: str = "page") -> Path:
    path = folder / f"{name}.md"
    path.write_text(MATTER + text, "utf-8")
    return path


ASKS = """\
(page)=
# {zh}`页`{en}`Page`

```{values}
x = 1
print("unseen")
```

{num}`1 | x`

```{code-cell}
import numpy as np
x = 2
rng = np.random.default_rng(0)
```

{num}`2 | x` {num}`0 | rng.random()` {fact}`a | int(np.array(3)) > x`

```{code-cell}
```

{num}`2.0 | x + 0`

```{code-cell}
x = 3
print(round(rng.random(), 4), "warnings" in globals())
```

```{values}
import warnings
warnings.warn("unheard")
```

{num}`3 | x`
"""


def test_a_kernel_answers_after_each_cell_what_stands_below_it_and_cells_see_nothing_of_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    prepare_kernels()
    page = read_page(write(tmp_path, ASKS))
    outcome = execute(page)
    drawn = {"error": "changes rng, which cells use: take a copy", "disturbs": True}
    assert outcome.findings == []
    assert outcome.answers == [
        [{"value": None}, {"value": 1.0}],
        [{"value": 2.0}, drawn, {"value": True, "sides": ""}],
        [{"value": 2.0}],
        [{"value": None}, {"value": 3.0}],
    ]
    [last] = [c for c in page.notebook.cells if "globals" in c.source]
    assert [output.text for output in last.outputs if output.output_type == "stream"] == [
        "0.2698 False\n"  # the second draw: the question has taken the first, and is refused
    ]
    assert capfd.readouterr() == ("", "")


def test_what_a_kernel_cannot_answer_is_a_fault_of_each_claim_and_the_page_goes_on(
    tmp_path: Path,
) -> None:
    prepare_kernels()
    odd = "class Odd(dict):\n    def items(self):\n        raise ValueError('odd')\n\nx = Odd()"
    claims = "\n{num}`1 | 1` {fact}`a | 1 < 2`\n"
    text = (
        PAGE + f"\n```{{code-cell}}\n{odd}\n```\n{claims}\n```{{code-cell}}\ndel x\n```\n{claims}"
    )
    outcome = execute(read_page(write(tmp_path, text)))
    assert outcome.findings == []
    assert outcome.answers[2] == [{"error": "raised ValueError: odd"}] * 2
    assert outcome.answers[3] == [{"value": 1.0}, {"value": True, "sides": ""}]


def test_claims_below_a_cell_that_fails_have_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_kernels()
    text = PAGE + "\n{num}`1 | 1`\n\n```{code-cell}\n1 / 0\n```\n\n{num}`2 | 2`\n"
    outcome = execute(read_page(write(tmp_path, text)))
    assert outcome.answers == [[], [{"value": 1.0}]]
    assert len(outcome.findings) == 1


@pytest.mark.parametrize("block", ["values", "code-cell"])
def test_a_question_that_takes_too_long_is_a_fault_and_no_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: str
) -> None:
    monkeypatch.setattr(kernels, "CELL_TIMEOUT", 2)
    prepare_kernels()
    text = PAGE + f"\n```{{{block}}}\nwhile True: pass\n```\n\n{{num}}`1 | 1`\n"
    outcome = execute(read_page(write(tmp_path, text)))
    late = {"error": "ran longer than 2 s, or ended its kernel"}
    assert outcome.answers == [[], [late] * 2] if block == "values" else [[], []]
    assert len(outcome.findings) == (block == "code-cell")
