"""What the site takes along of the runtime, and that it takes nothing along where there is none."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from book._ext.live import ship
from book._ext.paths import ROOT
from tests.book.app import Build


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a runtime that is there, and compiles nothing."""
    folder = tmp_path / ".live" / "0123456789abcdef"
    folder.mkdir(parents=True)
    (folder / "pyodide.mjs").write_text("// it\n")
    monkeypatch.setattr(ship, "runtime_folder", lambda: folder)
    monkeypatch.setattr(ship, "compile_zips", lambda runtime, zips: None)
    return folder


def shipped(site: Path) -> set[str]:
    return {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()}


def test_without_a_runtime_the_site_is_as_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ship, "runtime_folder", lambda: None)
    (tmp_path / "index.html").write_text("")
    (tmp_path / "_live" / "old").mkdir(parents=True)
    ship.ship(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert ship.address(None) == ""


def test_a_site_holds_the_runtime_and_the_books_own_part_and_nothing_older(
    runtime: Path, tmp_path: Path
) -> None:
    site = tmp_path / "html"
    (site / "_live" / "old").mkdir(parents=True)
    ship.ship(site)
    own = ship.address(runtime)
    files = {name for name in shipped(site) if "/shared-" not in name}  # what scripts share
    assert files == {
        "_live/0123456789abcdef/pyodide.mjs",
        *(f"{own}/{name}" for name in (*ship.SCRIPTS, *ship.STYLES)),
        *(f"{own}/{name}" for name in ("runtime.mjs", "katex.css", *ship.ZIPS, *ship.LICENCES)),
    }
    assert (site / own / "runtime.mjs").read_text() == 'export default "../0123456789abcdef/";\n'
    assert {path.name for path in (site / "_live").iterdir()} == {runtime.name, Path(own).name}
    style = (site / own / "katex.css").read_text("utf-8")
    assert ".katex .sqrt" in style
    assert "@font-face" not in style


def test_what_is_there_is_not_made_again(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    monkeypatch.setattr(ship, "compile_zips", lambda runtime, zips: made.append(zips))
    ship.ship(tmp_path / "html")
    ship.ship(tmp_path / "html")
    assert len(made) == 1


def test_pages_are_written_again_when_the_runtime_is_another(
    build: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = []
    for name in ("one", "two", "two"):
        monkeypatch.setattr(ship, "runtime_folder", partial(Path, tmp_path, name))
        written.append("100%] page" in build("# A", "book._ext.live.ship").printed)
    assert written == [True, True, False]


def test_a_build_that_is_told_where_the_runtime_is_does_not_look(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ship, "runtime_folder", lambda: pytest.fail("looked for"))
    assert build("# A", "book._ext.live.ship", live="").app.config.live == ""


def test_the_address_changes_with_a_line_of_the_book(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ship.address(runtime)
    assert ship.address(runtime) == before
    files = [*ship.sources(*ship.PACKAGES)]
    monkeypatch.setattr(ship, "sources", lambda *_: [*files[:-1], (files[-1][0], b"# another\n")])
    assert ship.address(runtime) != before


def test_all_that_the_packages_read_is_shipped_and_nothing_else() -> None:
    names = {name for name, _ in ship.sources(*ship.PACKAGES)}
    for package in ("dlref", "eqcheck"):
        files = [path for path in (ROOT / package).rglob("*") if path.is_file()]
        kept = {p.relative_to(ROOT).as_posix() for p in files if "__pycache__" not in p.parts}
        left = kept - names
        doors = {
            n for n in left if n.startswith("eqcheck/") and n.split("/")[1] not in ship.EXECUTES
        }
        ends = (".md", ".toml", "py.typed", "LICENSE")
        assert all(n.endswith(ends) for n in left - doors), left
    assert not any(name.startswith("eqcheck/documents/") for name in names)
    assert "reader/cells.py" in names
