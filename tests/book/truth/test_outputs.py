"""What a cell may not leave in its page is named, and what it may is left in peace."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_output

from book._ext.paths import ROOT
from book._ext.truth.outputs import problems_of

FUNCTION = f"{str.join!r} {object()!r}"
WARNING = "/scratch/ipykernel_7/8.py:2: RuntimeWarning: divide by zero\n  np.log(0)\n"


def problems(*outputs: Any, source: str = "1", tags: tuple[str, ...] = ()) -> list[str]:
    """Return what is wrong with a cell that left outputs."""
    metadata = {"tags": list(tags)}
    return list(problems_of(new_code_cell(source, outputs=list(outputs), metadata=metadata)))


def stream(text: str, name: str = "stdout") -> Any:
    return new_output("stream", name=name, text=text)


def result(kind: str, text: str) -> Any:
    return new_output("execute_result", data={kind: text})


def test_what_stands_on_stderr_is_named_by_its_first_line_and_its_line_in_the_cell() -> None:
    mend = "mend it, or tag the cell remove-stderr"
    assert problems(stream(WARNING, "stderr"), stream("1\n")) == [
        f"writes to stderr, 'line 2: RuntimeWarning: divide by zero': {mend}"
    ]
    assert problems(stream("\na\nb\n", "stderr")) == [f"writes to stderr, 'a': {mend}"]
    assert problems(stream("\n", "stderr")) == [f"writes to stderr, '': {mend}"]


def test_stderr_that_readers_do_not_see_is_left_in_peace() -> None:
    assert problems(stream(WARNING, "stderr"), tags=("remove-stderr",)) == []
    assert len(problems(stream(WARNING, "stderr"), tags=("hide-input",))) == 1
    assert len(problems(stream(WARNING), tags=("remove-stderr",))) == 1


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        (f"a path: {ROOT}/book/page.md.", f"{ROOT}/book/page.md."),
        (str(ROOT), str(ROOT)),
        (f"'{tempfile.gettempdir()}/x y'", f"{tempfile.gettempdir()}/x"),
        (f"[{Path.home()}]", f"{Path.home()}]"),
        (repr(object()), "object at 0x"),
        (f"a method, {FUNCTION}", "object at 0x"),
        ("[<matplotlib.lines.Line2D at 0x7f5c1c2d3e50>]", "Line2D at 0x7f5c1c2d3e50>]"),
        ("/scratch/ipykernel_12/3.py", "/scratch/ipykernel_12/3.py"),
        ("/proc/4711/maps", "/proc/4711/maps"),
    ],
    ids=range(9),  # the texts differ between the processes of one run
)
@pytest.mark.parametrize(
    "output",
    [stream, lambda text: result("text/plain", text), lambda text: result("text/html", text)],
    ids=["printed", "shown", "html"],
)
def test_what_differs_on_each_machine_is_named(text: str, piece: str, output: Any) -> None:
    [problem] = problems(output(text))
    assert piece in problem
    assert "is another on each machine" in problem


@pytest.mark.parametrize(
    "form",
    [
        *("%H:%M:%S", "at %H:%M:%S.%f.", "%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y"),
        *("%Y-%m-%dT%H:%M", "%B %d, %Y", "%b %d", "%d %b %Y", "%c", "%Y年%m月%d日"),
    ],
)
def test_the_time_and_the_day_of_the_run_are_named(form: str) -> None:
    for now in (datetime.now(), datetime.now(UTC)):
        told = now.strftime(form)
        for text in (told, f"('{told}',)"):
            [problem] = problems(stream(text))
            assert "is another each time it is run" in problem


@pytest.mark.parametrize("told", [time.time, time.time_ns, lambda: int(time.time() * 1000)])
def test_seconds_since_1970_are_named_while_they_are_those_of_the_run(told: Any) -> None:
    now = told()
    [problem] = problems(stream(f"t = {now}\n"))
    assert problem.startswith(f"prints '{int(now)}', which is another each time")
    two_days = 2 * 24 * 60 * 60 * 10 ** (len(str(int(now))) - 10)
    assert problems(stream(f"t = {now - two_days}\n")) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("import os\n\nos.getpid()", "imports os, which knows this machine and this run: do"),
        ("import numpy as np, time", "imports time, "),
        ("from datetime import date", "imports datetime, "),
        ("def f():\n    import os.path", "imports os, "),
        ("x = 1\n%time f(x)", "calls IPython by '%time f(x)': write plain Python"),
        ("!ls", "calls IPython by '!ls'"),
        ("rng = np.random.default_rng()", "draws other numbers each time it is run: take"),
        ("default_rng()", "draws other numbers"),
        ("np.random.randn(3).sum()", "draws other numbers"),
        ("x = random.choice([1, 2])", "draws other numbers"),
    ],
)
def test_a_cell_that_asks_what_differs_from_run_to_run_is_named(source: str, problem: str) -> None:
    [said] = problems(stream(f"{datetime.now()}"), source=source)
    assert said.startswith(problem)


@pytest.mark.parametrize(
    "source",
    [
        "import dlref\nfrom dlref import optim\nimport matplotlib.pyplot as plt\nplt.plot();",
        "rng = np.random.default_rng(0)",
        "rng.random(3)",
        "time = [1, 2]\nos = 1",
        "this is no Python",
        "a = (7\n% 2)",
    ],
)
def test_a_cell_that_computes_is_left_in_peace(source: str) -> None:
    assert problems(source=source) == []


def test_a_traceback_is_read_as_well() -> None:
    traceback = ["Traceback", f"File {ROOT}/dlref/optim.py"]
    raised = new_output("error", ename="ValueError", evalue="a", traceback=traceback)
    assert len(problems(raised)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2.0\n",
        "the point at 0x10",
        "<Figure size 600x300 with 1 Axes>",
        f"a{tempfile.gettempdir()}/b and {tempfile.gettempdir()}file",
        "dlref/optim.py",
        "<function mean_loss>",
        "1838 and 2012-06-03",
        "1234567890 parameters, 0.1764097433",
        "ratio 3:4:5, shape 60:61:99, ::1, 12:30",
    ],
)
def test_what_is_the_same_on_each_machine_is_left_in_peace(text: str) -> None:
    assert problems(stream(text), result("text/plain", text)) == []


def test_pictures_are_not_read() -> None:
    assert problems(result("image/svg+xml", f"<svg>{ROOT}</svg>")) == []
