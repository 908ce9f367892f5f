"""A new page passes every check as it stands, and a name that would do harm writes nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from book._ext.build.check import doctests_of, failed_doctests
from book._ext.build.new import labels_in, labels_of, main, new_page
from book._ext.languages.parity import check_page
from book._ext.paths import BOOK
from tests.book.app import Build
from tests.book.whole_page import build_whole

REFERENCE = "```{toctree}\n\nequations\nabout\n```\n"
INDEX = f"# Book\n\n```{{toctree}}\n:numbered: 1\n\nloss\n```\n\n{REFERENCE}\nThe end.\n"
LOSS = "(loss)=\n# Loss\n\n(loss-units)=\n## Units\n\n$$\nx\n$$ (eq-cost)\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Make a book of one chapter."""
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "index.md").write_text(INDEX, "utf-8")
    (folder / "loss.md").write_text(LOSS, "utf-8")
    return folder


def texts(folder: Path) -> dict[str, str]:
    """Return all files of a folder."""
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


# ------------------------------------------------------------------ the page


def test_a_new_page_is_built_and_executed_without_a_warning_in_either_language(
    build: Build, tmp_path: Path
) -> None:
    page, _ = new_page("conv-2d")
    built = build_whole(build, tmp_path, "conv-2d", page)
    for edition, alt in (("zh", "把图讲给"), ("en", "Describe the figure")):
        assert 'id="fig-conv-2d"' in built[edition]
        assert f'alt="{alt}' in built[edition]
        assert built[edition].count('<details class="solution">') == 1


def test_the_doctests_of_a_new_page_pass(tmp_path: Path) -> None:
    page, _ = new_page("conv-2d")
    path = tmp_path / "page.md"
    path.write_text(page, "utf-8")
    assert failed_doctests(path) == []
    assert sum(block.count(">>>") for _, block in doctests_of(page)) == page.count("\n>>>") > 0


def test_a_new_page_shows_each_piece_that_a_page_may_have() -> None:
    page, _ = new_page("conv-2d")
    assert check_page(page) == []
    for piece in (
        *("conditions:", "```{symbols}", "```{check}", "```{values}", "{num}`", "{eq}`", "{term}`"),
        *("```{doctest}", "```{code-cell}", "caption:", "alt-zh:", "alt-en:", "{cite:t}`"),
        *("(conv-2d-exercise-1)=", "(conv-2d-solution-1)=", "(conv-2d-reading)="),
    ):
        assert piece in page, piece


def test_all_labels_of_a_new_page_carry_its_name_and_the_book_has_none_of_them() -> None:
    page, _ = new_page("conv-2d")
    labels = labels_in(page)
    assert {"conv-2d", "eq-conv-2d", "fig-conv-2d", "conv-2d-exercise-1"} <= labels.keys()
    assert all(re.fullmatch(r"(?:eq-|fig-)?conv-2d(?:-.*)?", label) for label in labels)
    assert not labels.keys() & labels_of(BOOK).keys()
    assert page.count("NAME") == 0


def test_a_cell_of_a_new_page_has_at_most_fifteen_lines_and_calls_dlref() -> None:
    page, _ = new_page("conv-2d")
    cells = re.findall(r"^```\{code-cell\}\n(?:---\n.*?\n---\n)?(.*?)^```", page, re.M | re.S)
    assert len(cells) == page.count("{code-cell}")
    assert all(cell.count("\n") <= 15 and "dlref." in cell for cell in cells)


# ------------------------------------------------------------------ where it is listed


def test_a_new_page_is_the_last_chapter_and_all_else_stays(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["adam"], book) == 0
    assert main(["lion"], book) == 0
    assert texts(book)["index.md"] == INDEX.replace("loss\n", "loss\nadam\nlion\n")
    assert texts(book).keys() == {"index.md", "loss.md", "adam.md", "lion.md"}
    assert "make check PAGE=lion" in capsys.readouterr().out


def test_a_page_that_is_listed_already_is_not_listed_again(book: Path) -> None:
    index = INDEX.replace("loss\n", "adam\nloss\n")
    (book / "index.md").write_text(index, "utf-8")
    assert main(["adam"], book) == 0
    assert texts(book)["index.md"] == index


def test_in_a_book_without_back_matter_it_comes_last(book: Path) -> None:
    (book / "index.md").write_text(INDEX.replace(REFERENCE, ""), "utf-8")
    assert main(["adam"], book) == 0
    assert "loss\nadam\n```\n" in texts(book)["index.md"]


def test_in_a_book_of_parts_it_ends_the_last_one_that_is_numbered(book: Path) -> None:
    part = "```{toctree}\n:numbered: 1\n\nsgd\n```\n"
    (book / "index.md").write_text(INDEX.replace(REFERENCE, part + REFERENCE), "utf-8")
    assert main(["adam"], book) == 0
    assert "loss\n```\n" in texts(book)["index.md"]
    assert "sgd\nadam\n```\n" in texts(book)["index.md"]


def test_in_the_book_itself_it_is_the_last_chapter_above_what_has_no_number() -> None:
    _, index = new_page("conv-2d")
    assert re.search(
        r"\nconv-2d\n```\n\n```\{toctree\}\n:caption: .*\n:name: .*\n:maxdepth: 1\n\nnotation\n",
        index,
    )
    assert index.replace("conv-2d\n", "") == (BOOK / "index.md").read_text("utf-8")


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "as in weight-decay; got ''"),
        ("Softmax", "as in weight-decay; got 'Softmax'"),
        ("2d", "got '2d'"),
        ("a--b", "got 'a--b'"),
        ("a-", "got 'a-'"),
        ("soft_max", "got 'soft_max'"),
        ("a.md", "got 'a.md'"),
        ("../a", "got '../a'"),
        ("梯度", "got '梯度'"),
        ("a\n", r"got 'a\n'"),
        ("search", "search.html is a page of the site already: choose another name"),
        ("loss", "book/loss.md exists already: edit it, or choose another name"),
        ("loss-units", "have the label loss-units, which stands at book/loss.md:4: choose another"),
        ("cost", "have the label eq-cost, which stands at book/loss.md:9: choose another name"),
    ],
)
def test_a_name_that_would_do_harm_is_refused_in_one_line_and_nothing_is_written(
    book: Path, capsys: pytest.CaptureFixture[str], name: str, message: str
) -> None:
    before = texts(book)
    assert main([name], book) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert texts(book) == before


def test_a_call_without_a_name_says_what_a_name_is(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], book) == 2
    assert "as in weight-decay; got ''" in capsys.readouterr().err


@pytest.mark.parametrize("index", ["# Book\n", f"# Book\n\n{REFERENCE}"])
def test_an_index_without_chapters_is_named_and_no_page_is_left(
    book: Path, capsys: pytest.CaptureFixture[str], index: str
) -> None:
    (book / "index.md").write_text(index, "utf-8")
    assert main(["adam"], book) == 2
    assert "book/index.md has no ```{toctree} with :numbered:" in capsys.readouterr().err
    assert texts(book).keys() == {"index.md", "loss.md"}


def test_a_disk_that_refuses_the_second_file_keeps_neither(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(target))

    before = texts(book)
    monkeypatch.setattr(Path, "replace", refuse)
    assert main(["adam"], book) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert texts(book) == before
