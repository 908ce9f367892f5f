"""Which pages a second build writes: those that show what has changed, and none besides."""

from __future__ import annotations

import os
from functools import partialmethod
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from tests.book.app import PAGE, Built
from tests.book.site.small_site import EQUATION, build_site

INDEX = "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\n:numbered:\n\npage\nlinking\nother\n```\n"
BEFORE = EQUATION.replace("eq-same", "eq-first").replace("a = a", "b = b")
DEFINING = f"{PAGE}\n(page-part)=\n## {{zh}}`一节`{{en}}`A part`\n{EQUATION}"
LINKING = """\
(linking)=
# {zh}`引用`{en}`Linking`

:::{zh}
见 {ref}`page-part` 与 {eq}`eq-same`。
:::
:::{en}
See {ref}`page-part` and {eq}`eq-same`.
:::
"""
OTHER = "(other)=\n# {zh}`另页`{en}`Other`\n\n:::{zh}\n文字。\n:::\n:::{en}\nText.\n:::\n"
ASKING = """\
---
file_format: mystnb
kernelspec:
  name: python3
question-zh: 问？
question-en: Why?
---
"""
PAGES = {"index": INDEX, "page": DEFINING, "linking": LINKING, "other": OTHER}
PAGES |= {name: ASKING + PAGES[name] for name in ("page", "linking", "other")}
NAMES = {"index", "page", "linking", "other", "search"}


def build(folder: Path, **pages: str) -> Built:
    return build_site(folder, PAGES | pages)


def times(built: Built, pattern: str = "*.html") -> dict[str, int]:
    return {path.stem: path.stat().st_mtime_ns for path in built.app.outdir.glob(pattern)}


def content(built: Built) -> dict[str, bytes]:
    folder = Path(built.app.outdir)
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def rewritten(folder: Path, **pages: str) -> set[str]:
    """Build, build again with other pages, and return the pages that the second build wrote."""
    before = times(build(folder))
    after = times(build(folder, **pages))
    return {name for name, time in after.items() if before.get(name) != time}


def test_where_nothing_changed_no_page_is_written_and_no_script_or_style_of_ours(
    tmp_path: Path,
) -> None:
    patterns = ("*.html", "_downloads/*", "search-index.js", "_static/bundle.*", "_static/mini*")
    before = [times(build(tmp_path), pattern) for pattern in patterns]
    assert set(before[0]) == NAMES
    again = build(tmp_path)
    assert [times(again, pattern) for pattern in patterns] == before


def test_prose_that_was_edited_renews_its_own_page_and_that_of_the_search(tmp_path: Path) -> None:
    edited = OTHER.replace("文字", "改过")
    assert rewritten(tmp_path, other=edited) <= {"other", "search", "index"}  # it lists the page


def test_a_new_title_of_a_section_renews_the_page_that_refers_to_it(tmp_path: Path) -> None:
    edited = DEFINING.replace("一节", "新的一节")
    written = rewritten(tmp_path, page=edited)
    assert "linking" in written
    assert "other" not in written
    assert "新的一节" in build(tmp_path, page=edited).html("linking")


def test_a_number_that_moved_renews_the_page_that_refers_to_it(tmp_path: Path) -> None:
    assert "(1.1)" in build(tmp_path).html("linking")
    edited = build(tmp_path, page=DEFINING.replace(EQUATION, BEFORE + EQUATION))
    assert "(1.2)" in edited.html("linking")


def test_a_new_title_of_a_page_renews_all_since_all_show_it_beside_them(tmp_path: Path) -> None:
    edited = OTHER.replace("另页", "改名")
    assert rewritten(tmp_path, other=edited) == NAMES
    assert "改名" in build(tmp_path, other=edited).html("linking")


@pytest.mark.parametrize(
    ("written", "other"),
    [
        (":numbered:\n", ":numbered:\n:caption: {zh}`章`{en}`Chapters`\n"),
        ("page\n", "短名 <page>\n"),
        ("other\n", "other\nElsewhere <https://example.org>\n"),
    ],
    ids=["caption", "name", "link"],
)
def test_contents_that_were_edited_renew_all_pages_since_all_show_them_beside_them(
    tmp_path: Path, written: str, other: str
) -> None:
    assert rewritten(tmp_path, index=INDEX.replace(written, other)) == NAMES


FAILED = """
```{code-cell}
---
alt-zh: 线
alt-en: a line
mystnb:
  figure:
    name: page-part
    caption: "{zh}`图`{en}`Figure`"
---
1 / 0
```
"""


def test_a_reference_to_what_a_failed_page_would_have_is_judged_when_that_page_is_mended(
    tmp_path: Path,
) -> None:
    pages = PAGES | {"page": PAGE + EQUATION + FAILED}
    build_site(tmp_path, pages, without_outputs=["page"])
    mended = PAGES | {"page": PAGE + EQUATION}
    missing = ["linking.md:13: WARNING: no label 'page-part'"]
    build_site(tmp_path, mended, warns=missing)


NUMBER = """
:::{zh}
和是 {num}`2 | 1 + 1`。
:::
:::{en}
The sum is {num}`2 | 1 + 1`.
:::
"""


COUNTING = """
:::{zh}
数字 {count}`numbers` 个。
:::
:::{en}
There are {count}`numbers` numbers.
:::
"""


@pytest.mark.parametrize(
    ("asking", "page"),
    [
        ("\n```{equation-index}\n```\n", DEFINING.replace("一例", "又一例")),
        (COUNTING, DEFINING + NUMBER),
    ],
    ids=["index", "count"],
)
def test_a_page_is_renewed_that_shows_what_all_pages_gave(
    tmp_path: Path, asking: str, page: str
) -> None:
    before = times(build(tmp_path, other=OTHER + asking))
    after = times(build(tmp_path, other=OTHER + asking, page=page))
    assert after["other"] != before["other"]


def test_what_a_build_of_some_pages_leaves_is_written_by_the_next_and_nothing_besides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = times(build(tmp_path))
    edited = {"page": DEFINING.replace("一节", "新的一节")}
    with monkeypatch.context() as patch:
        alone = partialmethod(SphinxTestApp.build, filenames=[tmp_path / "book" / "page.md"])
        patch.setattr(SphinxTestApp, "build", alone)
        between = times(build(tmp_path, **edited))
    after = times(build(tmp_path, **edited))
    assert between["linking"] == before["linking"]
    assert between["page"] != before["page"]
    written = {name for name in after if after[name] != between[name]}
    assert written == {"linking", "search", "index"}  # which lists it


@pytest.mark.parametrize(
    "edit",
    [
        {"other": OTHER.replace("另页", "改名")},
        {"page": DEFINING.replace("一节", "新的一节").replace(EQUATION, BEFORE + EQUATION)},
        {"index": INDEX.replace("page\nlinking", "linking\npage")},
        {
            "other": OTHER
            + "\n:::{zh}\n有公式 $\\mathbf{x}$。\n:::\n:::{en}\nA $\\mathbf{x}$.\n:::\n"
        },
    ],
    ids=["title", "section", "order", "letters"],
)
def test_edited_and_edited_back_the_site_is_that_of_a_first_build(
    tmp_path: Path, edit: dict[str, str]
) -> None:
    first = content(build(tmp_path))
    assert content(build(tmp_path, **edit)) != first
    assert content(build(tmp_path)) == first


def test_an_edited_site_is_that_of_a_first_build_of_the_edited_pages(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("old", "new")]
    for folder in folders:
        folder.mkdir()
    edit = {"page": DEFINING.replace("一节", "新的一节").replace(EQUATION, BEFORE + EQUATION)}
    build(folders[0])
    assert content(build(folders[0], **edit)) == content(build(folders[1], **edit))


def test_a_page_and_a_figure_that_the_book_has_no_longer_leave_the_site(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "plot.svg").write_text("<svg/>", "utf-8")
    drawn = PAGES | {"other": OTHER + "\n```{figure} plot.svg\n:alt: 线\n```\n"}
    built = build_site(tmp_path, drawn)
    assert (built.app.outdir / "_images" / "plot.svg").exists()
    build(tmp_path)
    assert not (built.app.outdir / "_images" / "plot.svg").exists()
    (tmp_path / "book" / "other.md").unlink()
    pages = {name: text for name, text in PAGES.items() if name != "other"}
    build_site(tmp_path, pages | {"index": INDEX.replace("other\n", "")})
    assert set(times(built)) == NAMES - {"other"}


def test_a_page_that_is_put_back_is_read_again_however_old_its_file_is(tmp_path: Path) -> None:
    first = content(build(tmp_path))
    page = tmp_path / "book" / "other.md"
    old = page.stat().st_mtime
    assert "改过" in build(tmp_path, other=OTHER.replace("文字", "改过")).html("other")
    page.write_text(page.read_text("utf-8").replace("改过", "文字"), "utf-8")
    os.utime(page, (old, old))
    assert content(build(tmp_path)) == first


def test_after_a_build_that_broke_off_all_pages_are_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = content(build(tmp_path))

    def break_off(*arguments: object) -> None:
        raise KeyboardInterrupt  # of other exceptions Sphinx knows, and starts afresh

    with monkeypatch.context() as patch:
        patch.setattr("book._ext.site.bundle.name_by_content", break_off)
        with pytest.raises(KeyboardInterrupt):
            build(tmp_path, other=OTHER.replace("文字", "改过"))
    (tmp_path / "_build" / "html" / "linking.html").write_text("<html>half", "utf-8")
    assert content(build(tmp_path)) == first


def test_a_change_of_what_makes_the_pages_renews_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = build(tmp_path)
    before = times(built)
    for name in ("gone.js", ".bundle.js.part"):
        (built.app.outdir / "_static" / name).write_text("word()", "utf-8")
    monkeypatch.setattr("book._ext.site.renewal.hash_of", lambda *names: "another")
    again = build(tmp_path)
    assert {name for name, time in times(again).items() if before[name] != time} == NAMES
    left = {path.name for path in again.app.outdir.rglob("*")}
    assert left.isdisjoint({"gone.js", ".bundle.js.part", ".buildinfo.bak"})
