"""What make promises: each fault said once, a site that is whole or not there, one build at a time.

It holds wherever the book lies, whatever the locale is, and whatever broke the build before.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from book._ext.build import make
from book._ext.build.editions import Built
from book._ext.build.lock import locked
from book._ext.build.processes import ProcessDiedError
from book._ext.findings import Finding
from book._ext.truth.execution import Executed
from tests.book.app import PAGE
from tests.book.conftest import SmallBook

LOSS, NORM = Finding("book/loss.md", 9, "wrong"), Finding("book/norm.md", 10, "bad")
EARLY = Finding("book/norm.md", 9, "bad")
Make = Callable[..., tuple[int, str]]


class Pretended:
    """A book that is built without Sphinx and kernels; it keeps what each function was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.executed = Executed([], [])
        self.equations: list[Finding] = []
        self.editions: dict[str, list[Finding]] = {}
        self.error: BaseException | None = None
        self.calls: list[tuple[Any, ...]] = []
        self.finished: list[str] = []
        self.stopped: list[str] = []

    def task(self, function: Any, *arguments: Any, **options: Any) -> SimpleNamespace:
        """Start nothing."""
        self.calls.append((function.__name__, *arguments, *options.values()))
        stop = partial(self.stopped.append, function.__name__)
        return SimpleNamespace(result=partial(self.answer, function.__name__), stop=stop)

    def answer(self, name: str) -> Any:
        """Answer for a function."""
        if self.error is not None:
            raise self.error
        if name == "execute_book":
            return self.executed
        findings = [*self.executed.findings, *self.equations]
        return self.built(findings)._replace(without_outputs=self.executed.without_outputs)

    def side_by_side(self, function: Any, calls: list[tuple[Any, ...]]) -> Iterator[Built]:
        """Build nothing."""
        for call in calls:
            self.calls.append((function.__name__, *call))
            yield self.built(self.editions.get(call[1], []))

    def built(self, findings: list[Finding]) -> Built:
        """Return what a build would."""
        return Built(findings, 2, 1, 0.5)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pretended:
    """Put a pretended book in the place of this one."""
    pretended = Pretended(tmp_path)
    (tmp_path / "book").mkdir()
    for name in ("loss", "norm"):
        (tmp_path / "book" / f"{name}.md").touch()
    monkeypatch.setattr("book._ext.findings.ROOT", tmp_path)
    monkeypatch.setattr(make, "BOOK", tmp_path / "book")
    monkeypatch.setattr(make, "locked", partial(locked, file=tmp_path / "lock"))
    monkeypatch.setattr(make, "Task", pretended.task)
    monkeypatch.setattr(make, "side_by_side", pretended.side_by_side)
    monkeypatch.setattr(make, "write_root", lambda *_: pretended.finished.append("root"))
    monkeypatch.setattr(make, "make_offline", lambda *_: pretended.finished.append("offline"))
    return pretended


def names(book: Pretended) -> list[str]:
    """Return the functions that were called."""
    return [name for name, *_ in book.calls]


# ------------------------------------------------------------------ what is said


def test_what_is_wrong_is_said_once_in_the_order_of_files_and_lines(
    book: Pretended, capsys: pytest.CaptureFixture[str]
) -> None:
    book.executed = Executed([NORM], ["norm"])
    book.equations = [LOSS]
    book.editions = {"zh": [NORM, LOSS], "en": [EARLY, LOSS], "zh-en": [LOSS, EARLY]}
    assert make.main(["html"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        *("book/loss.md:9: wrong", "book/norm.md:9: bad", "book/norm.md:10: bad"),
        "==> 3 to mend, in 2 files",
    ]


def test_each_edition_says_how_much_it_did_and_a_good_build_nothing_else(
    book: Pretended, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make.main(["html", "zh", "zh-en"]) == 0
    out = "    zh      2 pages read, 1 written, 0.5 s\n    zh-en   2 pages read, 1 written, 0.5 s\n"
    assert capsys.readouterr() == (out, "")


def test_one_thing_that_is_wrong_with_the_whole_book_is_in_no_file(
    book: Pretended, capsys: pytest.CaptureFixture[str]
) -> None:
    book.editions = {"zh": [Finding("", 0, "Configuration error: no")]}
    assert make.main(["html", "zh"]) == 1
    assert capsys.readouterr().err == "Configuration error: no\n==> 1 to mend\n"


# ------------------------------------------------------------------ what is built


def test_cells_and_equations_come_first_then_all_editions_which_are_told_what_failed(
    book: Pretended,
) -> None:
    book.executed = Executed([NORM], ["norm"])
    make.main(["html"])
    assert book.calls == [
        ("run_equations", "", "brief"),
        *(("build_edition", "html", edition, ["norm"]) for edition in ("zh", "en", "zh-en")),
    ]


@pytest.mark.parametrize(
    ("builder", "executes"),
    [("epub", True), ("latex", True), ("doctest", False), ("linkcheck", False)],
)
def test_cells_are_executed_for_builders_that_show_what_they_print(
    book: Pretended, builder: str, executes: bool
) -> None:
    assert make.main([builder, "en"]) == 0
    assert ("run_equations" in names(book)) == executes  # and beside them the cells
    assert names(book)[-1] == "build_edition"
    assert book.finished == []


@pytest.mark.parametrize("wrong", ["executed", "equations", "editions", ""])
def test_what_belongs_to_all_editions_is_written_only_if_nothing_is_wrong(
    book: Pretended, wrong: str
) -> None:
    said = [NORM] if wrong else []
    answers = {"executed": Executed(said, []), "equations": said, "editions": {"en": said}}
    if wrong:
        setattr(book, wrong, answers[wrong])
    assert make.main(["html"]) == bool(wrong)
    assert book.finished == ([] if wrong else ["root", "offline"])


@pytest.mark.parametrize("page", ["", "loss"])
def test_equations_of_the_book_or_of_a_page_are_run_alone(book: Pretended, page: str) -> None:
    book.equations = [LOSS]
    assert make.main(["equations", *(["--page", page] if page else [])]) == 1
    assert book.calls == [("run_equations", page)]


def test_a_check_executes_the_page_alone_and_leaves_out_what_failed_in_others(
    book: Pretended, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book.executed = Executed([LOSS, NORM], ["norm", "loss"])
    later = LOSS._replace(line=12)
    monkeypatch.setattr(make, "check_page", lambda page, executed: [later])
    assert make.main(["check", "--page", "loss"]) == 1
    [(name, _, only)] = book.calls
    assert (name, only) == ("execute_book", ["loss"])
    said = capsys.readouterr().err.splitlines()
    assert said == [str(LOSS), str(later), "==> 2 to mend"]


def test_code_that_cannot_be_parsed_is_named_once_and_not_by_each_cell_that_imports_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = Finding("dlref/optim.py", 238, "SyntaxError: invalid syntax")
    said = "cell 1 raised SyntaxError: invalid syntax (optim.py, line {})"
    cells = [LOSS._replace(message=said.format(line)) for line in (238, 9)]
    assert make.report([*cells, code]) == 1
    assert capsys.readouterr().err.splitlines() == [
        str(cells[1]),
        str(code),
        "==> 2 to mend, in 2 files",
    ]
    assert make.report(cells) == 1
    assert "==> 2 to mend" in capsys.readouterr().err


def test_a_check_that_finds_nothing_says_so_and_no_other_builder_does(
    book: Pretended, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make, "check_page", lambda page, executed: [])
    assert make.main(["check", "--page", "loss"]) == 0
    assert capsys.readouterr() == ("==> book/loss.md: nothing to mend\n", "")
    assert make.main(["equations", "--page", "loss"]) == 0
    assert "nothing" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("", "PAGE is wanted: make check PAGE=loss\n"),
        ("lost", "there is no page book/lost.md: make check PAGE=loss\n"),
    ],
)
def test_a_page_that_is_not_there_is_refused_before_anything_is_done(
    book: Pretended, capsys: pytest.CaptureFixture[str], page: str, said: str
) -> None:
    assert make.main(["check", "--page", page]) == 2
    assert capsys.readouterr().err == said
    assert book.calls == []


def test_a_build_holds_the_lock_under_its_name(
    book: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = book.folder / "lock"
    held = []
    monkeypatch.setattr(make, "write_root", lambda *_: held.append(lock.read_text()))
    make.main(["html"])
    assert held[0].startswith(f"`make html` (process {os.getpid()}, since ")
    assert lock.read_text() == ""


# ------------------------------------------------------------------ what stops a build


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "No space left on device: make room, and build again"),
        (errno.EFBIG, "File too large: raise the limit (`ulimit -f`), and build again"),
        (errno.EROFS, "Read-only file system: build in a folder that can be written to"),
        (errno.EACCES, "Permission denied: make the folder yours (`chown`), or build in a copy"),
    ],
)
@pytest.mark.parametrize("name", ["_build/a.html", None])
def test_a_disk_that_refuses_ends_in_one_line_that_says_what_to_do(
    book: Pretended,
    capsys: pytest.CaptureFixture[str],
    number: int,
    advice: str,
    name: str | None,
) -> None:
    book.error = OSError(number, os.strerror(number), name)
    assert make.main(["html"]) == 1
    assert capsys.readouterr().err == f"{name or 'a file'}: {advice}\n"
    assert book.finished == []
    assert (book.folder / "lock").read_text() == ""


def test_a_disk_that_refuses_the_lock_itself_is_told_alike(
    book: Pretended, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (book.folder / "file").touch()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), "_build")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert make.main(["html"]) == 1
    assert capsys.readouterr().err.startswith("_build: Read-only file system: build in a folder")


def test_an_error_that_is_no_disk_s_is_raised(book: Pretended) -> None:
    book.error = FileNotFoundError(errno.ENOENT, "No such file or directory", "a")
    with pytest.raises(FileNotFoundError):
        make.main(["html"])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ProcessDiedError("a process ended with signal 9: is memory short?"), "a process ended"),
        (KeyboardInterrupt(), "stopped"),
    ],
)
def test_a_build_that_is_stopped_says_so_and_shows_no_traceback(
    book: Pretended, capsys: pytest.CaptureFixture[str], error: BaseException, said: str
) -> None:
    book.error = error
    assert make.main(["html"]) == 1
    assert capsys.readouterr().err.startswith(f"==> {said}")
    assert book.finished == []


# ------------------------------------------------------------------ make itself

FIGURE_CELL = """
```{code-cell}
---
mystnb:
  figure:
    name: fig-drawn
    caption: "{zh}`图`{en}`Drawn`"
alt-zh: 图
alt-en: a drawing
---
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
```
"""
LEADS = "\n{ref}`fig-drawn` {ref}`nowhere`\n"


def test_after_a_fault_the_build_goes_on_repeats_itself_and_when_mended_is_whole(
    small_book: SmallBook,
) -> None:
    root = small_book.folder / "_build" / "html" / "index.html"
    small_book.write(PAGE + FIGURE_CELL.replace("fig, ax", "1 / 0; fig, ax") + LEADS)
    for _ in range(2):
        code, output = small_book.make()
        assert code != 0
        cell, label, count = [
            line for line in output.splitlines() if line.startswith(("book/", "==> 2"))
        ]
        assert cell == "book/page.md:23: cell 2 raised ZeroDivisionError: division by zero"
        assert label.startswith("book/page.md:36: no label 'nowhere': ")
        assert count == "==> 2 to mend"
        assert not root.exists()
    small_book.write(PAGE + FIGURE_CELL + LEADS.replace("nowhere", "page"))
    assert small_book.make()[0] == 0
    assert root.exists()
    assert list((small_book.folder / "_build").glob("*offline.zip"))
    assert "2.0\n" in small_book.html()
    assert 'href="#fig-drawn"' in small_book.html()
    code, output = small_book.make()
    assert "executing" not in output
    assert "0 pages read, 0 written" in output
    small_book.edit("dlref/losses.py", "0.5 * _", "5.0 * _")
    assert small_book.make()[0] == 0
    assert "20.0\n" in small_book.html()


WAIT = """\
import pathlib
folder = pathlib.Path("FOLDER")
while (folder / "MARK").exists() and not (folder / "go").exists():
    (folder / "running").touch()
(folder / "again").touch()
"""


@pytest.mark.parametrize(
    ("where", "mark"),
    [("cell", "book"), ("values", "book"), ("conf.py", "again")],
    ids=["while its cells run", "while its prose asks", "while its pages are read"],
)
def test_a_build_that_was_killed_is_made_good_by_the_next(
    small_book: SmallBook, where: str, mark: str
) -> None:
    wait = WAIT.replace("MARK", mark).replace("FOLDER", str(small_book.folder))
    if where == "conf.py":
        hook = f'def setup(app):\n    app.connect("source-read", lambda *_: exec({wait!r}, {{}}))\n'
        conf = small_book.folder / "conf.py"
        conf.write_text(small_book.read("conf.py") + hook, "utf-8")
    else:
        block = {"cell": "code-cell", "values": "values"}[where]
        small_book.write(f"{PAGE}\n```{{{block}}}\n{wait}```\n")
    process = small_book.start()
    while not (small_book.folder / "running").exists():
        assert process.poll() is None, small_book.output.read_text("utf-8")
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (small_book.folder / "go").touch()
    code, output = small_book.make()
    assert code == 0, output
    assert "waiting" not in output
    assert "2.0\n" in small_book.html()


@pytest.fixture
def elsewhere(tmp_path: Path) -> SmallBook:
    """Return a book in a folder with spaces and Chinese in its name, installed as make does it."""
    folder = tmp_path / "我的 书 a b"
    book = SmallBook(folder)
    command = [sys.executable, "-m", "venv", "--without-pip", folder / ".venv"]
    subprocess.run(command, check=True)
    [packages] = (folder / ".venv" / "lib").glob("python*/site-packages")
    (packages / "_editable.pth").write_text(f"{folder}\n", "utf-8")
    (packages / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    return book


def test_a_path_in_chinese_and_a_locale_that_cannot_write_it_do_no_harm(
    elsewhere: SmallBook,
) -> None:
    elsewhere.write(PAGE + "\n{ref}`不在`\n")
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "PYTEST"))}
    done = subprocess.run(
        ["make", "check", "PAGE=page", "-o", ".venv/.installed"],
        cwd=elsewhere.folder,
        env=variables | {"LC_ALL": "C"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr.startswith("book/page.md:23: no label '不在': "), done.stdout + done.stderr
    assert "==> 1 to mend\n" in done.stderr
