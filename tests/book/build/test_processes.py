"""A task answers, or says why not; it ends when it is stopped and when nobody waits for it."""

from __future__ import annotations

import errno
import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import active_children
from pathlib import Path

import pytest

from book._ext.build import processes
from book._ext.build.processes import CONTEXT, ProcessDiedError, Task, side_by_side
from book._ext.paths import ROOT


@pytest.fixture(autouse=True)
def _fast_start() -> Iterator[None]:
    """Import no libraries first: nothing is built here."""
    CONTEXT.set_forkserver_preload([])
    yield
    CONTEXT.set_forkserver_preload(list(processes.LIBRARIES))


# ------------------------------------------------------------------ one task


def test_a_task_returns_what_its_function_returns() -> None:
    assert Task(sorted, [2, 3, 1], reverse=True).result() == [3, 2, 1]


def test_a_task_runs_in_a_process_of_its_own() -> None:
    assert Task(os.getpid).result() not in (os.getpid(), Task(os.getpid).result())


def test_an_error_of_the_system_is_raised_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        Task(os.listdir, str(tmp_path / "nowhere")).result()
    assert raised.value.errno == errno.ENOENT
    assert raised.value.filename == str(tmp_path / "nowhere")
    assert "in _work" in raised.value.__notes__[0]  # where it arose


def test_a_process_that_is_killed_is_said_to_have_died() -> None:
    with pytest.raises(ProcessDiedError, match=r"ended with code -9: is memory short\?"):
        Task(signal.raise_signal, signal.SIGKILL).result()


def test_any_other_error_is_a_fault_of_the_build() -> None:
    with pytest.raises(ProcessDiedError, match="a fault of the build, not of a page"):
        Task(operator.truediv, 1, 0).result()


def test_a_task_that_is_stopped_ends_at_once() -> None:
    task = Task(time.sleep, 600)
    start = time.monotonic()
    task.stop()
    with pytest.raises(ProcessDiedError):
        task.result()
    assert time.monotonic() - start < 10


ORPHAN = """
from book._ext.build.processes import CONTEXT, Task
CONTEXT.set_forkserver_preload([])
code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
Task(exec, code).result()
"""


def test_a_task_ends_when_the_process_that_started_it_is_killed() -> None:
    command = [sys.executable, "-c", ORPHAN]
    parent = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    task = int(parent.stdout.readline())
    parent.kill()
    try:
        assert parent.communicate(timeout=20)[0] == ""  # its output ends when all have ended
    finally:
        with suppress(ProcessLookupError):
            os.kill(task, signal.SIGKILL)


# ------------------------------------------------------------------ several tasks


def test_calls_run_at_once() -> None:
    barrier = CONTEXT.Barrier(3)  # none passes alone
    assert sorted(side_by_side(barrier.wait, [(30,), (30,), (30,)])) == [0, 1, 2]


def test_calls_answer_in_their_order() -> None:
    assert list(side_by_side(operator.neg, [(3,), (1,), (2,)])) == [-3, -1, -2]


def test_one_call_that_dies_fails_all_and_ends_those_that_go_on() -> None:
    calls = [("pass",), ("import os; os._exit(3)",), ("import time; time.sleep(600)",)]
    with pytest.raises(ProcessDiedError):
        list(side_by_side(exec, calls))
    assert active_children() == []
