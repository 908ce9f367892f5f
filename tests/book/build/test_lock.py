"""One build at a time in a folder; who waits is told for whom, and nobody waits for the dead."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from book._ext.build import lock
from book._ext.build.lock import locked
from book._ext.paths import ROOT

HOLD = """
import pathlib, sys
from book._ext.build.lock import locked
with locked("make pdf", pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Name a lock in a folder that is not there yet."""
    return tmp_path / "_build" / "lock"


@pytest.fixture
def holder(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Start another process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLD, file]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_who_waits_is_told_for_whom_and_goes_on_when_the_lock_is_free(
    file: Path, holder: subprocess.Popen[str], capfd: pytest.CaptureFixture[str]
) -> None:
    entered = threading.Event()

    def build() -> None:
        with locked("make html", file):
            entered.set()

    waiting = threading.Thread(target=build, daemon=True)
    waiting.start()
    said = ""
    deadline = time.monotonic() + 10
    while not said.endswith("\n"):
        assert time.monotonic() < deadline, said
        time.sleep(0.01)
        said += capfd.readouterr().err
    holder_is = rf"`make pdf` \(process {holder.pid}, since \d\d:\d\d:\d\d\)"
    assert re.fullmatch(f"==> waiting: {holder_is} builds in this folder\n", said)
    assert not entered.is_set()
    holder.communicate("")
    waiting.join(timeout=10)
    assert entered.is_set()
    assert file.read_text() == ""


def test_a_process_that_is_killed_lets_go_of_the_lock(
    file: Path, holder: subprocess.Popen[str], capfd: pytest.CaptureFixture[str]
) -> None:
    holder.kill()
    holder.wait()
    assert f"process {holder.pid}" in file.read_text()
    with locked("make html", file):
        assert file.read_text().startswith("`make html` (process ")
    assert file.read_text() == ""
    assert capfd.readouterr().err == ""


def test_a_build_that_breaks_off_lets_go_of_the_lock(file: Path) -> None:
    with pytest.raises(KeyError), locked("make html", file):
        raise KeyError
    assert file.read_text() == ""
    with locked("make html", file):
        pass


def test_a_command_runs_under_the_lock_and_its_exit_code_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("book._ext.paths.BUILD", file.parent)
    command = ["sh", "-c", 'grep -q "make pdf" "$0" && exit 3', str(file)]
    monkeypatch.setattr(sys, "argv", ["lock", "make pdf", *command])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(lock.__file__, run_name="__main__")
    assert ended.value.code == 3
