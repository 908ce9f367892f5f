"""Files are whole or not there, are left alone where nothing changed, and bear no date."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from book._ext.files import made_once, pack, replaced, write


def test_a_file_that_holds_the_same_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.txt"
    write(file, "一")
    first = file.stat().st_mtime_ns
    write(file, "一".encode())
    assert file.stat().st_mtime_ns == first
    write(file, "二")
    assert file.read_text("utf-8") == "二"
    assert list(file.parent.iterdir()) == [file]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("whole", "utf-8")

    def break_off() -> None:
        with replaced(file) as temporary:
            temporary.write_text("ha", "utf-8")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        break_off()
    assert file.read_text("utf-8") == "whole"
    assert list(tmp_path.iterdir()) == [file]


def test_a_zip_that_fails_is_not_there(tmp_path: Path) -> None:
    def files() -> list[tuple[str, bytes]]:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        pack(tmp_path / "a.zip", (file for _ in "a" for file in files()))
    assert list(tmp_path.iterdir()) == []


def test_a_zip_holds_its_files_in_their_order_and_no_time(tmp_path: Path) -> None:
    held = [("mimetype", b"application/epub+zip"), ("b/一.txt", b"x" * 99), ("a.txt", b"")]
    pack(tmp_path / "a.zip", held, stored=["mimetype"], comment="v1")
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert packed.testzip() is None
        assert packed.comment == b"v1"
        assert [(info.filename, packed.read(info)) for info in packed.infolist()] == held
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        kinds = [info.compress_type for info in packed.infolist()]
    assert kinds == [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED]


def test_what_was_made_of_a_source_is_made_again_of_another_source_only(tmp_path: Path) -> None:
    asked: list[str] = []

    def make(source: str) -> str:
        def upper() -> str:
            asked.append(source)
            return f"{source.upper()}\n二\n"

        return made_once(tmp_path / "kept", source, upper)

    assert [make("a"), make("a"), make("b"), make("a")] == [
        "A\n二\n",
        "A\n二\n",
        "B\n二\n",
        "A\n二\n",
    ]
    assert asked == ["a", "b", "a"]
