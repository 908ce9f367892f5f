"""Execution cannot go stale or lie: each way in which it could is tried on a small book."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from jupyter_cache.cache.main import JupyterCacheBase
from nbformat.v4 import new_output
from sqlalchemy.exc import OperationalError

from book._ext.findings import Finding
from book._ext.truth import execution, kernels
from book._ext.truth.answers import Answers
from book._ext.truth.execution import Executed, execute_book, hash_of
from book._ext.truth.kernels import Outcome, Page, describe_outputs
from tests.book.app import MATTER, PAGE

FAILING = PAGE + "\n```{code-cell}\n1 / 0\n```\n"


def write(folder: Path, text: str, name: str = "page") -> Path:
    path = folder / f"{name}.md"
    path.write_text(MATTER + text, "utf-8")
    return path


# ------------------------------------------------------------------ what is kept


RAISED = Finding("one.md", 1, "cell 1 raised")


@pytest.fixture
def executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep a cache in the test's folder, and execute nothing; return the pages that would be."""
    names: list[str] = []

    def pretend(page: Page) -> Outcome:
        names.append(page.path.stem)
        return Outcome(page, 0.5, [RAISED] * ("1 / 0" in page.path.read_text("utf-8")))

    monkeypatch.setattr(execution, "cache_path", lambda: tmp_path / "cache")
    monkeypatch.setattr(execution, "prepare_kernels", lambda: None)
    monkeypatch.setattr(execution, "execute", pretend)
    return names


def test_a_page_is_executed_when_its_cells_change_and_not_when_its_prose_does(
    tmp_path: Path, executed: list[str]
) -> None:
    pages = [write(tmp_path, PAGE, "one"), write(tmp_path, PAGE.replace("3.0", "4.0"), "two")]
    assert execute_book(pages) == Executed([], [])
    assert sorted(executed) == ["one", "two"]
    write(tmp_path, PAGE.replace("中文段落", "另一段话"), "one")
    execute_book(pages)
    assert len(executed) == 2
    write(tmp_path, PAGE.replace("3.0", "5.0"), "two")
    execute_book(pages)
    assert executed[2:] == ["two"]


@pytest.mark.parametrize("edited", ["the page", "what it imports"])
def test_what_was_edited_while_cells_ran_is_executed_again(
    tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch, edited: str
) -> None:
    page = write(tmp_path, PAGE)
    pretend = execution.execute
    if edited == "the page":
        edit = partial(write, tmp_path, PAGE.replace("3.0", "4.0"))
    else:
        edit = partial(monkeypatch.setattr, execution, "cache_path", lambda: tmp_path / "other")
    monkeypatch.setattr(execution, "execute", lambda page: (edit(), pretend(page))[1])
    first = execution.cache_path()
    execute_book([page])
    assert (page in execution.kept_pages(first)) is False
    monkeypatch.setattr(execution, "execute", pretend)
    monkeypatch.setattr(execution, "cache_path", lambda: first)  # edited back
    execute_book([page])
    assert executed == ["page", "page"]


def test_a_page_that_fails_is_not_kept_and_what_is_missing_therefore_is_told(
    tmp_path: Path, executed: list[str]
) -> None:
    drawn = FAILING.replace("1 / 0", "mystnb:\n  figure:\n    name: fig-one\n---\n1 / 0")
    drawn = drawn.replace("mystnb:", "---\nmystnb:")
    pages = [write(tmp_path, drawn, "one"), write(tmp_path, PAGE, "two")]
    for _ in range(2):
        assert execute_book(pages) == Executed([RAISED], ["one"])
    assert sorted(executed) == ["one", "one", "two"]
    write(tmp_path, PAGE, "one")
    assert execute_book(pages) == Executed([], [])


def test_a_page_that_cannot_be_read_is_named_and_the_others_are_kept(
    tmp_path: Path, executed: list[str]
) -> None:
    pages = [write(tmp_path, PAGE, name) for name in ("cell", "good", "latin", "none")]
    pages[0].write_text(pages[0].read_text("utf-8").replace("import", ":tags: [a\nimport"), "utf-8")
    pages[2].write_bytes((MATTER + PAGE).encode() + b"\xe9\n")
    pages[3].write_text("")
    for _ in range(2):
        findings, without = execute_book(pages)
        places = [(str(pages[number]), line) for number, line in ((0, 18), (2, 22), (3, 1))]
        assert [(finding.file, finding.line) for finding in findings] == places
        assert without == ["cell", "latin", "none"]
    assert executed == ["good"]


def test_pages_of_the_same_cells_are_all_known_to_be_executed(
    tmp_path: Path, executed: list[str]
) -> None:
    named = MATTER.replace("---\n\n", "orphan: true\n---\n\n")  # the outputs' file holds it
    pages = [write(tmp_path, "(page)=\n# {zh}`页`{en}`Page`\n", name) for name in ("one", "two")]
    pages[1].write_text(pages[1].read_text("utf-8").replace(MATTER, named), "utf-8")
    execute_book(pages)
    kept = execution.kept_pages(execution.cache_path())
    assert [page in kept for page in pages] == [True, True]


def test_one_page_alone_is_executed_and_the_others_that_want_it_have_no_outputs(
    tmp_path: Path, executed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [write(tmp_path, PAGE.replace("3.0", f"{i}.0"), str(i)) for i in range(3)]
    execute_book(pages[:1])
    capsys.readouterr()
    assert execute_book(pages, only=["1"]) == Executed([], ["2"])
    assert "executing 1 of 3 pages" in capsys.readouterr().out
    assert execute_book(pages, only=["1"]) == Executed([], ["2"])
    assert capsys.readouterr().out == ""
    assert executed == ["0", "1"]


def test_what_was_kept_and_a_page_may_not_print_is_executed_again(
    tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = [lambda cell: [], lambda cell: ["prints"] * bool(cell.outputs)]

    def pretend(page: Page) -> Outcome:
        executed.append(page.path.stem)
        page.notebook.cells[-1].outputs = [new_output("stream", name="stdout", text="1\n")]
        return Outcome(page, 0.5, describe_outputs(page))

    monkeypatch.setattr(execution, "execute", pretend)
    page = write(tmp_path, PAGE)
    for rule, failed, runs in ((rules[0], 0, 1), (rules[0], 0, 1), (rules[1], 1, 2)):
        monkeypatch.setattr(kernels, "problems_of", rule)
        monkeypatch.setattr(execution, "hash_of", lambda *_, rule=rule: str(id(rule)))
        assert (len(execute_book([page]).findings), len(executed)) == (failed, runs)


# ------------------------------------------------------------------ what prose claims


CLAIM = PAGE + "\n{num}`2 | len('ab')`\n"


@pytest.fixture
def asked(executed: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let pages be executed without a kernel, and their claims answered; return their names."""
    pretend = execution.execute

    def answer(page: Page) -> Outcome:
        answers = [Answers().to(steps, {}) for steps in page.claims.steps]
        return pretend(page)._replace(answers=answers)

    monkeypatch.setattr(execution, "execute", answer)
    return executed


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("中文段落", "另一段话", 1),
        ("{num}`2 |", "{num}`2.0 |", 1),
        ("{num}`2 | len('ab')`", "{num}`2 | len('ab')`, {num}`2 | len('ab')`", 1),
        ("len('ab')", "len('cd')", 2),
        ("len('ab')`", "len('ab')`, {num}`3 | 3`", 2),
        ("\n{num}", "\n```{values}\nx = 1\n```\n\n{num}", 2),
    ],
)
def test_a_page_is_executed_again_when_another_thing_is_asked_and_not_for_words(
    tmp_path: Path, asked: list[str], old: str, new: str, runs: int
) -> None:
    page = write(tmp_path, CLAIM)
    assert execute_book([page]) == Executed([], [])
    assert old in CLAIM
    write(tmp_path, CLAIM.replace(old, new))
    for _ in range(2):
        assert execute_book([page]) == Executed([], [])
    assert len(asked) == runs


def test_a_page_with_a_wrong_claim_has_its_outputs_and_is_told_at_each_build(
    tmp_path: Path, asked: list[str]
) -> None:
    page = write(tmp_path, CLAIM.replace("{num}`2", "{num}`3"))
    wrong = Finding(str(page), 23, "3 is printed, but len('ab') = 2")
    for _ in range(3):
        assert execute_book([page]) == Executed([wrong], [])
    assert page in execution.kept_pages(execution.cache_path())
    [verdicts] = execution.verdicts_of_book([page], execution.cache_path()).values()
    assert [(v.line, v.state) for v in verdicts] == [(23, "wrong")]
    write(tmp_path, CLAIM)
    assert execute_book([page]) == Executed([], [])
    assert asked == ["page"]


def test_outputs_that_a_claim_may_have_changed_are_not_kept(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write(tmp_path, CLAIM.replace("len('ab')", "np.random.random()"))
    said = "np.random.random() changes np.random, which cells use: take a copy"
    for _ in range(2):
        assert execute_book([page]) == Executed([Finding(str(page), 23, said)], ["page"])
    write(tmp_path, CLAIM)
    assert execute_book([page]) == Executed([], [])
    assert asked == ["page"] * 3


def test_answers_that_are_gone_or_of_other_rules_are_asked_for_again(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write(tmp_path, CLAIM)
    execute_book([page])
    [file] = (tmp_path / "cache" / "answers").iterdir()
    (tmp_path / "cache" / "kept.json").unlink()
    execute_book([page])
    assert asked == ["page"]
    file.unlink()
    (tmp_path / "cache" / "kept.json").unlink()
    execute_book([page])
    assert asked == ["page"] * 2
    monkeypatch.setattr(execution, "hash_of", lambda *names: f"other {names}")
    execute_book([page])
    assert asked == ["page"] * 3


def test_what_is_claimed_on_a_page_that_was_not_executed_is_unknown(
    tmp_path: Path, asked: list[str]
) -> None:
    page = write(tmp_path, CLAIM)
    [verdicts] = execution.verdicts_of_book([page], execution.cache_path()).values()
    assert [(v.words, v.state, v.message) for v in verdicts] == [("2", "unknown", "")]


# ------------------------------------------------------------------ what is damaged


@pytest.mark.parametrize("left", [None, "", '{"cells'], ids=["gone", "empty", "cut"])
def test_a_record_whose_file_is_gone_or_cut_is_executed_again(
    tmp_path: Path, executed: list[str], left: str | None
) -> None:
    page = write(tmp_path, PAGE)
    execute_book([page])
    execute_book([page])
    assert executed == ["page"]
    [notebook] = (tmp_path / "cache").rglob("base.ipynb")
    shutil.rmtree(notebook.parent) if left is None else notebook.write_text(left)
    for _ in range(2):
        assert execute_book([page]) == Executed([], [])
    assert executed == ["page", "page"]


def test_what_a_killed_build_left_of_a_record_does_no_harm(
    tmp_path: Path, executed: list[str]
) -> None:
    page = write(tmp_path, PAGE)
    execute_book([page])
    with closing(sqlite3.connect(tmp_path / "cache" / "global.db")) as database:
        database.execute("DELETE FROM nbcache")
        database.commit()
    (tmp_path / "cache" / "kept.json").unlink()
    next((tmp_path / "cache").rglob("base.ipynb")).unlink()  # its folder stays
    for _ in range(2):
        assert execute_book([page]) == Executed([], [])
    assert executed == ["page", "page"]


@pytest.mark.parametrize("left", [b"", b"SQLite", None], ids=["empty", "cut", "half"])
def test_a_cache_that_is_damaged_is_begun_anew(
    tmp_path: Path, executed: list[str], capsys: pytest.CaptureFixture[str], left: bytes | None
) -> None:
    page = write(tmp_path, PAGE)
    execute_book([page])
    database = tmp_path / "cache" / "global.db"
    database.write_bytes(database.read_bytes()[:5000] if left is None else left)
    capsys.readouterr()
    assert execute_book([page]) == Executed([], [])
    assert "cache is damaged: all pages are executed anew" in capsys.readouterr().out
    execute_book([page])
    assert executed == ["page", "page"]


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (sqlite3.SQLITE_FULL, errno.ENOSPC),
        (sqlite3.SQLITE_READONLY_DIRECTORY, errno.EROFS),
        (sqlite3.SQLITE_IOERR_WRITE, errno.EIO),
        (sqlite3.SQLITE_CANTOPEN, errno.EACCES),
    ],
)
def test_what_the_database_says_of_the_disk_is_an_error_of_the_system(
    tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch, code: int, number: int
) -> None:
    refusal = sqlite3.OperationalError("no")
    refusal.sqlite_errorcode = code

    def refuse(*_: object) -> None:
        raise OperationalError("INSERT", {}, refusal)

    monkeypatch.setattr(execution, "keep", refuse)
    with pytest.raises(OSError, match="cache") as raised:
        execute_book([write(tmp_path, PAGE)])
    assert raised.value.errno == number
    refusal.sqlite_errorcode = sqlite3.SQLITE_ERROR
    with pytest.raises(OperationalError):
        execute_book([write(tmp_path, PAGE)])


def test_a_disk_that_is_full_when_the_cache_is_opened_costs_no_output(
    tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write(tmp_path, PAGE)
    execute_book([page])
    refusal = sqlite3.OperationalError("disk I/O error")
    refusal.sqlite_errorcode = sqlite3.SQLITE_IOERR

    def refuse(*_: object) -> None:
        raise RuntimeError("cleared") from OperationalError("SELECT", {}, refusal)

    with monkeypatch.context() as full:
        full.setattr(JupyterCacheBase, "list_cache_records", refuse)
        with pytest.raises(OSError, match="cache"):
            execute_book([page])
    execute_book([page])
    assert executed == ["page"]


# ------------------------------------------------------------------ the hash of what cells see


def test_a_hash_follows_the_names_and_the_content_of_files_and_no_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "ROOT", tmp_path)
    (tmp_path / "code" / "__pycache__").mkdir(parents=True)
    (tmp_path / "lock").write_text("numpy==2")
    seen = [hash_of("code", "lock")]
    for name, text in (("a.py", "1"), ("a.py", "2"), ("b.py", "2"), ("../lock", "numpy==3")):
        (tmp_path / "code" / name).write_text(text)
        seen.append(hash_of("code", "lock"))
    (tmp_path / "code" / "a.py").rename(tmp_path / "code" / "c.py")
    seen.append(hash_of("code", "lock"))
    assert len(set(seen)) == len(seen) == 6
    (tmp_path / "code" / "__pycache__" / "a.pyc").write_text("bytecode")
    assert hash_of("code", "lock") == seen[-1]


def test_the_cache_is_named_by_the_hash_of_dlref_and_of_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "ROOT", tmp_path)
    for name in ("dlref/a.py", "requirements.txt"):
        before = execution.cache_path()
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
        assert execution.cache_path() != before
        assert execution.cache_path().name == execution.execution_hash()


def test_kernels_import_from_the_repository_and_use_one_thread_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for library in ("OPENBLAS", "OMP", "MKL"):
        monkeypatch.setenv(f"{library}_NUM_THREADS", "8")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    kernels.prepare_kernels()
    kernels.prepare_kernels()
    assert os.environ["PYTHONPATH"] == f"{execution.ROOT}{os.pathsep}elsewhere"
    assert {os.environ[f"{library}_NUM_THREADS"] for library in ("OPENBLAS", "OMP", "MKL")} == {"1"}
