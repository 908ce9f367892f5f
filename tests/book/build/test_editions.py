"""An edition is built in this process, and what is wrong with it is returned, whatever happens."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from book._ext.build import editions
from book._ext.build.editions import Built, build_edition, run_equations
from book._ext.findings import Finding
from book._ext.live import ship

CONF = """\
nb_execution_mode = "off"
extensions = ["myst_nb", "book._ext.build.listener", "book._ext.build.again"]
root_doc = "one"
html_theme = "basic"
project = " ".join(name for name in ("zh", "en", "preview") if tags.has(name))
"""
ENDS = """
from sphinx.errors import SphinxError
def setup(app):
    app.connect("build-finished", end)
def end(app, exception):
"""
ONE = "(one)=\n# One\n\n```{toctree}\ntwo\n```\n"
TWO = "(two)=\n# Two\n"
MISSING = Finding("book/two.md", 4, "undefined label: 'missing-label'")
BuildHere = Callable[..., Built]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a book of two pages in the place of this one."""
    for module in ("book._ext.findings", "book._ext.build.editions"):
        monkeypatch.setattr(f"{module}.ROOT", tmp_path)
    monkeypatch.setattr("book._ext.build.broken.OWN", (tmp_path,))
    monkeypatch.setattr(editions, "BOOK", tmp_path / "book")
    (tmp_path / "book").mkdir()
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "book" / "one.md").write_text(ONE)
    (tmp_path / "book" / "two.md").write_text(TWO)
    return tmp_path


@pytest.fixture
def build(folder: Path) -> BuildHere:
    """Build the small book, unless told otherwise in Chinese."""
    return functools.partial(editions.build, "html", "zh", folder / "out", folder / "doctrees")


def test_a_build_says_what_it_read_and_wrote_and_how_long_it_took(
    build: BuildHere, folder: Path
) -> None:
    built = build()
    assert (built.findings, built.read, built.written) == ([], 2, 2)
    assert 0 < built.seconds < 60
    assert build()[:3] == ([], 0, 0)
    (folder / "book" / "two.md").write_text(TWO + "\nMore.\n")
    assert build().read == 1


def test_a_build_prints_nothing_and_returns_what_is_wrong_each_time(
    build: BuildHere, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "book" / "two.md").write_text(TWO + "\n{ref}`missing-label`\n")
    for _ in range(2):
        assert build().findings == [MISSING]
    assert capfd.readouterr() == ("", "")


def test_settings_and_tags_are_those_of_the_build(build: BuildHere, folder: Path) -> None:
    (folder / "book" / "two.md").write_text(TWO + "\n{ref}`missing-label`\n")
    assert build(tags=("preview",), suppress_warnings=["ref.ref"]).findings == []
    assert "zh preview" in (folder / "out" / "two.html").read_text()


def test_pages_that_are_named_are_all_that_is_written(build: BuildHere, folder: Path) -> None:
    assert build(pages=[folder / "book" / "one.md"]).written == 1
    assert (folder / "out" / "one.html").exists()
    assert not (folder / "out" / "two.html").exists()


@pytest.mark.parametrize(("builder", "times"), [("html", 1), ("dummy", 0)])
def test_only_a_site_looks_for_what_live_pages_run_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, builder: str, times: int
) -> None:
    looked: list[None] = []
    monkeypatch.setattr(ship, "runtime_folder", lambda: looked.append(None))
    (folder / "conf.py").write_text(f'{CONF}extensions += ["book._ext.live.ship"]\n')
    built = editions.build(builder, "zh", folder / "out", folder / "doctrees")
    assert (len(looked), built.findings) == (times, [])


# ------------------------------------------------------------------ builds that fail


def test_a_build_that_breaks_off_says_why_besides_what_it_heard_before(
    build: BuildHere, folder: Path
) -> None:
    (folder / "conf.py").write_text(f"{CONF}{ENDS}    raise SphinxError('no more')\n")
    (folder / "book" / "two.md").write_text(TWO + "\n{ref}`missing-label`\n")
    missing, broken = sorted(build().findings)
    assert missing == MISSING
    assert (broken.file, broken.message) == ("conf.py", "Sphinx error: no more")


def test_what_an_extension_raises_is_raised_without_sphinx_s_words(
    build: BuildHere, folder: Path
) -> None:
    (folder / "conf.py").write_text(f"{CONF}{ENDS}    raise OSError(28, 'No space', 'a.html')\n")
    with pytest.raises(OSError, match="No space") as raised:
        build()
    assert (raised.value.errno, raised.value.filename) == (28, "a.html")


def test_what_sphinx_refuses_by_itself_is_nobody_s_line(build: BuildHere, folder: Path) -> None:
    (folder / "book" / "one.md").unlink()
    [finding] = build().findings
    assert (finding.file, finding.line) == ("", 0)
    assert finding.message.startswith("Sphinx error: Sphinx is unable to load the master document")


def test_settings_that_cannot_be_read_are_said_with_their_line_in_place_of_a_traceback(
    build: BuildHere, folder: Path
) -> None:
    (folder / "conf.py").write_text("\n1 / 0\n")
    assert build().findings == [Finding("conf.py", 2, "ZeroDivisionError: division by zero")]
    (folder / "conf.py").write_text("\n1 1\n")
    [finding] = build().findings
    assert finding == ("conf.py", 2, "SyntaxError: invalid syntax")


def test_a_build_that_fails_and_does_not_say_why_says_where_to_look(
    build: BuildHere, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "conf.py").write_text(f"{CONF}{ENDS}    app.statuscode = 1\n")
    monkeypatch.chdir(folder)
    assert build().findings == [Finding("", 0, "see out")]
    (folder / "book" / "two.md").write_text(TWO + "\n{ref}`missing-label`\n")
    assert build().findings == [MISSING]


# ------------------------------------------------------------------ which builds there are


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Build nothing; return what would be built, and how."""
    asked: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    monkeypatch.setattr(editions, "build", lambda *args, **options: asked.append((args, options)))
    monkeypatch.setattr(editions, "BUILD", Path("_build"))
    return asked


@pytest.mark.parametrize(
    ("builder", "doctrees", "settings"),
    [("html", "en", {}), ("latex", "latex-en", {}), ("epub", "epub-en", {"templates_path": []})],
)
def test_an_edition_lies_where_readers_and_make_look_for_it(
    calls: list[Any], builder: str, doctrees: str, settings: dict[str, Any]
) -> None:
    build_edition(builder, "en", ["loss"])
    out = Path("_build", builder, "en"), Path("_build", "doctrees", doctrees)
    assert calls == [((builder, "en", *out), {"without_outputs": ["loss"], **settings})]


def test_the_equations_of_a_page_leave_those_of_the_book_alone(calls: list[Any]) -> None:
    run_equations("", "brief")
    run_equations("loss")
    [(book, options), (page, alone)] = calls
    assert book == ("equations", "zh", Path("_build/equations"), Path("_build/doctrees/equations"))
    assert options == {"tags": ("brief",)}
    assert page[2:] == (Path("_build/equations/loss"), Path("_build/doctrees/equations-loss"))
    assert alone == {"tags": (), "root_doc": "loss", "include_patterns": ["loss.md"]}
