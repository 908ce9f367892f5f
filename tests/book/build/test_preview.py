"""The preview builds open and edited pages first, stops for a change, and keeps what is wrong."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from watchfiles import Change

from book._ext.build import preview as module
from book._ext.build.preview import NOTHING, Preview, build_pages, page_of
from book._ext.build.processes import ProcessDiedError
from book._ext.findings import Finding
from book._ext.truth.execution import Executed

PAGES = ("index", "loss", "gradient", "mlp")
WRONG = Finding("book/loss.md", 3, "no")
OF_ANOTHER = Finding("book/mlp.md", 1, "no")
OF_NO_PAGE = Finding("book/references.bib", 9, "no end")


class FakeTask:
    """Answers as it is told to, or runs until it is stopped."""

    log: ClassVar[list[tuple[list[str] | None, Executed]]] = []
    answers: ClassVar[list[Any]] = []

    def __init__(self, _function: object, pages: list[str] | None, before: Executed) -> None:
        self.log.append((pages, before))
        self.answer = self.answers.pop(0) if self.answers else (NOTHING, [])
        self.stopped = threading.Event()

    def result(self) -> Any:
        if self.answer == "runs for ever":
            assert self.stopped.wait(5)
        if self.answer == "runs for ever":
            raise ProcessDiedError
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture(autouse=True)
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a book of four pages, whose builds are fakes."""
    folder = tmp_path / "book"
    folder.mkdir()
    for page in PAGES:
        (folder / f"{page}.md").write_text(page)
    for name in ("book._ext.findings", "book._ext.build.preview"):
        monkeypatch.setattr(f"{name}.ROOT", tmp_path)
    monkeypatch.setattr(module, "BOOK", folder)
    monkeypatch.setattr(module, "Task", FakeTask)
    monkeypatch.setattr(FakeTask, "log", [])
    monkeypatch.setattr(FakeTask, "answers", [])
    return folder


def built() -> list[list[str] | None]:
    """Return what was built, in order; None is the whole book."""
    return [pages for pages, _ in FakeTask.log]


def follow(
    *steps: Callable[[Preview], Awaitable[None] | None], pages: Iterable[str] = ("loss",)
) -> tuple[Preview, list[str]]:
    """Do a step whenever there is nothing to do, or it runs for ever; return what tabs heard."""
    heard = []

    async def tell() -> None:
        heard.append("busy" if preview.busy else "ready")

    preview = Preview(lambda: set(pages), tell)

    async def settle() -> None:
        for _ in range(1000):
            await asyncio.sleep(0.001)
            waits = preview.task is not None and preview.task.answer == "runs for ever"  # type: ignore[attr-defined]
            if waits or (
                preview.task is None and not preview.changed.is_set() and not preview.busy
            ):
                return

    async def all_steps() -> None:
        job = asyncio.create_task(preview.build_changes())
        await settle()
        for step in steps:
            done = step(preview)
            if done is not None:
                await done
            await settle()
        job.cancel()

    asyncio.run(all_steps())
    return preview, heard


def change(*paths: Path) -> Callable[[Preview], Awaitable[None]]:
    """Return a step: the watcher sees that files have changed."""

    async def batches() -> AsyncIterator[set[tuple[Change, str]]]:
        yield {(Change.modified, str(path)) for path in paths}

    return lambda preview: preview.watch(batches())


# ------------------------------------------------------------------ what is built, and when


def test_the_open_pages_come_first_and_tabs_are_told_before_all_others_are_built() -> None:
    _, heard = follow(pages=["loss", "gradient", "gone"])
    assert built() == [["gradient", "loss"], None]
    assert heard == ["busy", "ready", "ready"]


def test_edited_pages_come_first_as_well_and_once(book: Path) -> None:
    follow(change(book / "mlp.md"), change(book / "references.bib"))
    assert built() == [["loss"], None, ["loss", "mlp"], None, ["loss"], None]


def test_without_an_open_page_all_are_built_at_once() -> None:
    follow(pages=["gone"])
    assert built() == [None]


@pytest.mark.parametrize("whole", [False, True])
def test_a_change_stops_what_is_going_on_and_its_page_is_not_forgotten(
    book: Path, whole: bool
) -> None:
    FakeTask.answers += [(NOTHING, [])] * whole + ["runs for ever", "runs for ever"]
    preview, _ = follow(change(book / "mlp.md"), change(book / "gradient.md"))
    assert built()[whole:] == [
        [["loss"], None][whole],
        ["loss", "mlp"],
        ["gradient", "loss", "mlp"],
        None,
    ]
    assert preview.findings == []


def test_a_file_that_is_written_with_what_it_holds_already_is_no_change(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, drawn = book / "mlp.md", book / "drawn.txt"

    async def batches() -> AsyncIterator[set[tuple[Change, str]]]:
        for path in (page, page, drawn, drawn):  # a cell writes the second when it is executed
            yield {(Change.modified, str(path))}
        page.unlink()
        yield {(Change.deleted, str(page))}

    follow(lambda preview: preview.watch(batches()))
    said = [line for line in capsys.readouterr().out.splitlines() if "changed" in line]
    of_page = "==> changed: book/mlp.md"
    assert said == [of_page, "==> changed: book/drawn.txt", of_page]


@pytest.mark.parametrize(
    ("runs", "order"),
    [
        ([(NOTHING, []), "runs for ever"], [["loss"], None, ["mlp"], None]),
        ([(NOTHING, [])], [["loss"], None]),  # then all are built already
    ],
)
def test_a_page_that_is_opened_while_others_are_built_goes_before_them(
    runs: list[Any], order: list[Any]
) -> None:
    FakeTask.answers += [*runs, (NOTHING, []), "runs for ever"]
    open_pages = ["loss"]

    def opened(page: str) -> Callable[[Preview], None]:
        def step(preview: Preview) -> None:
            open_pages[:] = [page]
            preview.opened()

        return step

    follow(opened("loss"), opened("mlp"), opened("search"), pages=open_pages)
    assert built() == order


def test_a_page_that_is_opened_while_the_first_are_built_comes_next() -> None:
    open_pages = ["loss"]
    FakeTask.answers += ["runs for ever"]

    def step(preview: Preview) -> None:
        open_pages.append("mlp")
        preview.opened()
        task: Any = preview.task
        task.answer = NOTHING, []
        task.stopped.set()

    follow(step, pages=open_pages)
    assert built() == [["loss"], ["loss", "mlp"], None]


def test_cells_that_failed_are_not_executed_again_with_the_others() -> None:
    failed = Executed([WRONG], ["loss"])
    FakeTask.answers += [(failed, [WRONG])]
    follow()
    assert FakeTask.log == [(["loss"], NOTHING), (None, failed)]


# ------------------------------------------------------------------ what is wrong


def test_what_is_wrong_is_shown_in_its_page_and_of_no_page_in_all(
    capsys: pytest.CaptureFixture[str],
) -> None:
    FakeTask.answers += [
        (NOTHING, [WRONG, WRONG, OF_ANOTHER]),
        (NOTHING, [WRONG, OF_ANOTHER, OF_NO_PAGE]),
    ]
    preview, _ = follow()
    assert preview.problems("loss") == [WRONG, OF_NO_PAGE]
    assert preview.problems("mlp") == [OF_ANOTHER, OF_NO_PAGE]
    out, err = capsys.readouterr()
    assert err.splitlines() == [str(WRONG), str(OF_ANOTHER), str(OF_NO_PAGE)]
    assert [line.partition(" (")[0] for line in out.splitlines()] == [
        "==> loss: 1 to mend",
        "==> all pages: 3 to mend",
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((None, [Finding("dlref/losses.py", 2, "SyntaxError")]), "dlref/losses.py:2: SyntaxError"),
        (OSError(28, "No space left on device", "x"), "x: No space left on device"),
        (ProcessDiedError(), "the build broke off: the terminal shows where"),
    ],
)
def test_a_build_that_breaks_off_is_said_in_all_pages_and_the_next_change_builds_again(
    book: Path, monkeypatch: pytest.MonkeyPatch, answer: Any, said: str
) -> None:
    monkeypatch.setattr(module, "FOR_CTRL_C", 0.0)
    FakeTask.answers += [answer]
    seen = []
    preview, heard = follow(lambda p: seen.extend(p.problems("loss")), change(book / "loss.md"))
    assert list(map(str, seen)) == [said]
    assert built() == [["loss"], ["loss"], None]
    assert heard == ["busy", "ready", "busy", "ready", "ready"]
    assert preview.findings == []


def test_the_process_that_builds_ends_with_the_server() -> None:
    FakeTask.answers += ["runs for ever"]
    tasks: list[Any] = []
    follow(lambda preview: tasks.append(preview.task))
    assert tasks[0].stopped.is_set()


def test_only_files_of_the_book_itself_are_pages() -> None:
    files = ["book/loss.md", "book/references.bib", "dlref/loss.md", ""]
    assert [page_of(Finding(file, 1, "")) for file in files] == ["loss", "", "", ""]


# ------------------------------------------------------------------ the build itself


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Note what is executed and built, in which the cell of loss.md fails."""
    calls: list[Any] = []

    def execute(paths: Iterable[Path], only: list[str] | None = None) -> Executed:
        names = [path.stem for path in paths]
        calls.append((names, only))
        others = [] if only is None else [name for name in names if name not in only]
        failed = Executed([WRONG], ["loss"]) if "loss" in names else NOTHING
        return failed._replace(without_outputs=[*failed.without_outputs, *others])

    def build(*_: Any, **config: Any) -> Any:
        calls.append({**config, "tags": None})
        return type("Built", (), {"findings": [OF_ANOTHER]})

    monkeypatch.setattr(module, "execute_book", execute)
    monkeypatch.setattr(module, "build", build)
    monkeypatch.setattr(module, "locked", lambda what: open("/dev/null"))  # noqa: SIM115
    return calls


def test_pages_that_come_first_are_executed_and_the_others_left_as_they_are(
    calls: list[Any], book: Path
) -> None:
    executed, findings = build_pages(["loss"], NOTHING)
    assert calls[0] == (["gradient", "index", "loss", "mlp"], ["loss"])
    assert calls[1]["pages"] == [book / "loss.md"]
    assert calls[1]["read_only"] == ["loss", "index"]
    assert calls[1]["without_outputs"] == ["loss", "gradient", "index", "mlp"]
    assert executed == Executed([WRONG], ["loss"])
    assert findings == [WRONG, OF_ANOTHER]


def test_then_all_others_are_executed_and_all_pages_built(calls: list[Any]) -> None:
    before = Executed([WRONG], ["loss"])
    _, findings = build_pages(None, before)
    assert calls[0] == (["gradient", "index", "mlp"], None)
    assert "read_only" not in calls[1]
    assert calls[1]["without_outputs"] == ["loss"]
    assert findings == [WRONG, OF_ANOTHER]


def test_where_code_is_broken_the_others_are_not_built(
    calls: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Finding("dlref/losses.py", 2, "SyntaxError")
    monkeypatch.setattr(module, "build", lambda *_, **__: type("Built", (), {"findings": [broken]}))
    assert build_pages(["loss"], NOTHING) == (None, [WRONG, broken])


def test_an_error_of_the_build_is_a_finding_and_its_traceback_in_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "execute_book", None)
    executed, [finding] = build_pages(["loss"], NOTHING)
    assert executed is None
    assert "not callable" in finding.message
    assert "Traceback" in capsys.readouterr().err
