"""The site without a network, on a tiny site made by hand: what is read, listed and packed."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from book._ext.site import offline
from book._ext.site.offline import (
    ON_DEMAND,
    PACKED,
    START,
    Site,
    make_offline,
    manifest,
    pack,
    read_site,
    version_of,
)

PAGE = """<html><head><title>{title} — The book</title>
<link rel="stylesheet" href="_static/book.css?v=1"><script src="_static/book.js"></script>
</head><body>
<img alt="" src="_images/{name}.svg"><img alt="" src="data:image/png;base64,AA">
<a href="{other}.html#part">next</a> <a href="#here">here</a> <a href="https://example.org">out</a>
<form action="search.html"></form><a href="_downloads/{name}.ipynb">notebook</a>
<a href="../concepts-offline.zip">all</a>
</body></html>
"""
FILES = {
    START: '<html><a href="zh/one.html">书</a><a href="concepts-offline.zip">zip</a></html>',
    "zh/one.html": PAGE.format(title="一 &amp; 二", name="one", other="two"),
    "zh/two.html": PAGE.format(title="二", name="two", other="one"),
    "zh/search.html": "<html><head><title>找</title></head></html>",
    "zh/_static/book.css": "@font-face{src:url('fonts/a.woff2')}p{background:url(data:x)}",
    "zh/_static/book.js": "run()",
    "zh/_static/fonts/a.woff2": "FONT",
    "zh/_images/one.svg": "<svg>1</svg>",
    "zh/_images/two.svg": "<svg>2</svg>",
    "zh/_downloads/one.ipynb": "{}",
    "zh/_downloads/two.ipynb": "{}",
    **{f"zh/{name}": "found()" for name in ON_DEMAND},
}
NOT_LINKED = {"zh/_static/unused.css": "", "zh/.buildinfo": "", PACKED: "PK", "zh/draft.html": ""}
# every page of an edition may open the search
ALWAYS = [f"zh/{name}" for name in ON_DEMAND]
SHARED = [*ALWAYS, "zh/_static/book.css?v=1", "zh/_static/book.js"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = tmp_path / "html"
    for name, text in {**FILES, **NOT_LINKED}.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return site


# ------------------------------------------------------------------ reading


def test_a_page_needs_the_frames_of_its_figures_that_move(folder: Path) -> None:
    names = [f"zh/_images/{name}.js" for name in ("wide", "narrow")]
    for name in names:
        (folder / name).write_text("frames", "utf-8")
    page, moving = folder / "zh/two.html", '<div data-explore="_images/wide.js" {}>'
    narrow = 'data-narrow="_images/narrow.js"'
    page.write_text(page.read_text("utf-8") + moving.format(narrow), "utf-8")
    site = read_site(folder)
    assert set(names) <= set(site.needs["zh/two.html"])
    assert not set(names) & set(site.needs["zh/one.html"])
    assert set(names) <= set(site.files)


def test_a_site_holds_what_can_be_reached_from_its_root_and_nothing_else(folder: Path) -> None:
    assert read_site(folder).files == sorted(FILES)


def test_a_page_needs_what_it_shows_and_runs_as_it_asks_for_it(folder: Path) -> None:
    needs = read_site(folder).needs
    assert needs["zh/one.html"] == [*SHARED, "zh/_images/one.svg"]
    assert needs["zh/search.html"] == ALWAYS
    assert needs[START] == []


@pytest.mark.parametrize("lost", ["zh/_images/two.svg", "zh/_static/book.js", "zh/search-index.js"])
def test_a_file_that_a_page_needs_and_that_is_not_there_is_named(folder: Path, lost: str) -> None:
    (folder / lost).unlink()
    with pytest.raises(ValueError, match=rf"zh/\w+\.html needs {lost}, which is not there"):
        read_site(folder)


# ------------------------------------------------------------------ its version


def test_the_version_is_that_of_the_content_wherever_it_lies(folder: Path, tmp_path: Path) -> None:
    version = version_of(read_site(folder))
    (folder / "zh" / "draft.html").write_text("another draft", "utf-8")  # no part of the site
    assert version_of(read_site(folder)) == version
    moved = folder.rename(tmp_path / "moved")
    assert version_of(read_site(moved)) == version


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_change_of_any_file_of_the_same_length_is_another_version(
    folder: Path, name: str
) -> None:
    before = version_of(read_site(folder))
    text = (folder / name).read_bytes()
    changed = text.replace(b"<html>", b"<HTML>") if b"<html>" in text else text.swapcase()
    changed = changed if changed != text else bytes(reversed(text))
    assert len(changed) == len(text)
    (folder / name).write_bytes(changed)
    site = Site(folder, {}, sorted(FILES))
    assert version_of(site) != before


def test_the_same_bytes_cut_into_other_files_are_another_version(tmp_path: Path) -> None:
    sites = [{"x": "ab", "y": "c"}, {"x": "a", "y": "bc"}, {"x": "ay\0bc"}]
    versions = set()
    for number, files in enumerate(sites):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        versions.add(version_of(Site(folder, {}, list(files))))
    assert len(versions) == len(sites)


def test_another_name_is_another_version(tmp_path: Path) -> None:
    for name in ("x", "y"):
        (tmp_path / name).write_text("same", "utf-8")
    assert version_of(Site(tmp_path, {}, ["x"])) != version_of(Site(tmp_path, {}, ["y"]))


# ------------------------------------------------------------------ for the service worker


def test_the_list_says_what_all_pages_share_and_what_each_has_of_its_own(folder: Path) -> None:
    listed = manifest(read_site(folder), "v1")
    assert listed["version"] == "v1"
    [(edition, held)] = listed["editions"].items()  # type: ignore[attr-defined]
    assert edition == "zh"
    assert held["shared"] == sorted([*SHARED, "zh/_static/fonts/a.woff2"])
    assert held["pages"] == {
        "zh/one.html": {"title": "一 & 二", "files": ["zh/_images/one.svg"]},
        "zh/search.html": {"title": "找", "files": []},
        "zh/two.html": {"title": "二", "files": ["zh/_images/two.svg"]},
    }


def test_the_list_says_how_much_an_edition_weighs_each_file_once(folder: Path) -> None:
    held = manifest(read_site(folder), "v1")["editions"]["zh"]  # type: ignore[index]
    kept = [name for name in FILES if name != START and not name.endswith(".ipynb")]
    assert held["bytes"] == sum(len(FILES[name].encode()) for name in kept)


def test_what_runs_code_is_listed_by_itself_and_packed_as_it_is(
    folder: Path, tmp_path: Path
) -> None:
    assert "live" not in manifest(read_site(folder), "v1")
    before = version_of(read_site(folder))
    for name, text in {"numpy.zip": "ZIP" * 99, "licences/numpy.txt": "use it well"}.items():
        (folder / "_live" / "a1" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "_live" / "a1" / name).write_text(text, "utf-8")
    site = read_site(folder)
    listed = manifest(site, "v1")
    assert listed["live"] == {"bytes": 297, "files": ["_live/a1/numpy.zip"]}
    assert version_of(site) != before
    pack(site, "v1", tmp_path / "site.zip")
    with zipfile.ZipFile(tmp_path / "site.zip") as packed:
        names = {info.filename: info.compress_type for info in packed.infolist()}
    assert names["site/_live/a1/numpy.zip"] == zipfile.ZIP_STORED
    assert names["site/_live/a1/licences/numpy.txt"] == zipfile.ZIP_DEFLATED


# ------------------------------------------------------------------ the zip


def test_the_zip_holds_every_file_as_it_is_in_one_folder(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "site.zip"
    assert pack(read_site(folder), "v1", target)
    with zipfile.ZipFile(target) as packed:
        assert packed.testzip() is None
        held = {name: packed.read(name).decode() for name in packed.namelist()}
    assert held == {f"site/{name}": text for name, text in FILES.items()}
    assert list(tmp_path.glob("*.tmp")) == []


def test_the_same_site_gives_the_same_bytes_at_any_time(folder: Path, tmp_path: Path) -> None:
    targets = [tmp_path / place / "site.zip" for place in ("a", "b")]
    for seconds, target in enumerate(targets, start=1):
        for path in folder.rglob("*.html"):
            os.utime(path, (seconds * 10**9, seconds * 10**9))
            path.chmod(0o600 + seconds)
        target.parent.mkdir()
        pack(read_site(folder), "v1", target)
    assert targets[0].read_bytes() == targets[1].read_bytes()


def test_only_another_site_is_packed_anew(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "site.zip"
    assert pack(read_site(folder), version_of(read_site(folder)), target)
    packed = target.read_bytes()
    assert not pack(read_site(folder), version_of(read_site(folder)), target)
    assert target.read_bytes() == packed
    (folder / "zh" / "_images" / "one.svg").write_text("<svg>9</svg>", "utf-8")
    assert pack(read_site(folder), version_of(read_site(folder)), target)
    assert target.read_bytes() != packed


def test_a_broken_zip_is_replaced(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "site.zip"
    target.write_text("torn", "utf-8")
    assert pack(read_site(folder), "v1", target)
    assert zipfile.is_zipfile(target)


# ------------------------------------------------------------------ the build


def test_a_built_site_gets_a_worker_a_list_and_a_copy_of_its_zip(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = version_of(read_site(folder))
    make_offline(folder)
    assert "packed" in capsys.readouterr().out
    worker = (folder / "service-worker.js").read_text("utf-8")
    assert worker.startswith(f'const VERSION = "{version}";\n')
    assert worker.endswith((offline.TEMPLATES / "service-worker.js").read_text("utf-8"))
    assert json.loads((folder / "offline.json").read_text("utf-8"))["version"] == version
    page = (offline.TEMPLATES / "offline.html").read_bytes()
    assert (folder / "offline.html").read_bytes() == page
    assert (folder / PACKED).read_bytes() == (folder.parent / PACKED).read_bytes()
    make_offline(folder)
    assert "packed" not in capsys.readouterr().out
    assert version_of(read_site(folder)) == version  # what it adds is no part of what it packs


def test_both_variants_of_a_figure_are_kept(folder: Path) -> None:
    picture = (
        '<picture><source media="x" srcset="_images/two.svg"><img src="_images/one.svg"></picture>'
    )
    (folder / "zh" / "search.html").write_text(f"<title>found</title>{picture}", "utf-8")
    assert {"zh/_images/one.svg", "zh/_images/two.svg"} <= set(
        read_site(folder).needs["zh/search.html"]
    )
