"""One style sheet and one script a page: what is in them, and that every page asks for them."""

from __future__ import annotations

import posixpath
import re
import subprocess
from pathlib import Path
from zlib import crc32

import pytest
import tinycss2
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from sphinx.errors import ExtensionError

from book._ext.site.bundle import (
    MEASURED,
    SCRIPT,
    SHEET,
    THEME_SCRIPTS,
    THEME_STYLES,
    join_scripts,
    join_styles,
    measure_nothing,
    name_by_content,
)
from book._ext.site.katex import NODE
from tests.book.app import Built
from tests.book.site.small_site import build_site

FOLDERS = st.sampled_from(["_static", "_static/a", "_static/styles/deep"])
TARGETS = st.sampled_from(["a.svg", "../b.png", "../../c/d.woff2", "./e.gif?v=1#f"])
FORMS = st.sampled_from(["url({})", "url('{}')", 'url("{}")'])


def urls(css: str) -> list[str]:
    """Return the addresses in a style sheet, by another reader of CSS."""
    found: list[str] = []

    def walk(nodes: list[tinycss2.ast.Node]) -> None:
        for node in nodes:
            if node.type == "url":
                found.append(node.value)
            elif node.type == "function" and node.lower_name == "url":
                found.extend(argument.value for argument in node.arguments)
            else:
                walk(getattr(node, "content", None) or getattr(node, "arguments", None) or [])

    walk(tinycss2.parse_stylesheet(css))
    return found


def address(sheet: str, url: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(sheet), url))


@given(st.lists(st.tuples(FOLDERS, FORMS, TARGETS), min_size=1, max_size=4))
def test_addresses_in_the_bundle_lead_where_those_in_its_parts_led(
    parts: list[tuple[str, str, str]],
) -> None:
    sheets = {
        f"{folder}/{number}.css": f".n{number}{{background:{form.format(target)}}}"
        for number, (folder, form, target) in enumerate(parts)
    }
    wanted = [address(name, url) for name, text in sheets.items() for url in urls(text)]
    joined = join_styles(sheets)
    assert [address(SHEET, url) for url in urls(joined)] == wanted
    assert [rule.prelude[1].value for rule in tinycss2.parse_stylesheet(joined, True, True)] == [
        f"n{number}" for number in range(len(parts))
    ]


@pytest.mark.parametrize("url", ["data:image/svg+xml,%3Csvg/%3E", "#gradient"])
def test_what_a_sheet_holds_itself_keeps_its_address(url: str) -> None:
    assert urls(join_styles({"_static/a/b.css": f"p{{background:url('{url}')}}"})) == [url]


def test_the_font_of_icons_is_left_out_and_other_fonts_stay() -> None:
    icons = '@font-face{font-family:"Font Awesome 6";src:url(fa.woff2)}'
    letters = "@font-face{font-family:K;src:url(k.woff2)}"
    assert urls(join_styles({"_static/a.css": f'@charset "UTF-8";{icons}{letters}'})) == ["k.woff2"]


def test_scripts_run_one_after_the_other_whatever_their_last_line(tmp_path: Path) -> None:
    scripts = {
        "a.js": "const said = []\nsaid.push(1)",
        "b.js": "(() => said.push(2))() // no end of line",
        "c.js": "[3].forEach((n) => said.push(n))\n\n",
    }
    file = tmp_path / "joined.js"
    file.write_text(join_scripts(scripts) + "console.log(said.join())\n", "utf-8")
    assert subprocess.check_output([NODE, file], text=True) == "1,2,3\n"


def test_the_themes_script_measures_nothing_and_is_refused_when_it_has_changed() -> None:
    theme = THEME_SCRIPTS[-1]
    joined = join_scripts({theme: f"before({MEASURED}).after()", "other.js": MEASURED})
    assert 'before(["_"]).after()' in joined
    assert joined.count(MEASURED) == 1  # that of the other script
    for script in ("", MEASURED * 2):
        with pytest.raises(ExtensionError, match="no longer measures"):
            measure_nothing(script)


def test_pages_ask_for_the_files_as_they_are_now(tmp_path: Path) -> None:
    (tmp_path / "_static").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "_static" / "a.css").write_text("p{}", "utf-8")
    old, text = "?v=0bad", '<link href="{}_static/a.css{}"><script src="{}_static/gone.js?v=1">'
    for name, up in (("page.html", ""), ("sub/page.html", "../")):
        (tmp_path / name).write_text(text.format(up, old, up), "utf-8")
    name_by_content(tmp_path)
    new = f"?v={crc32(b'p{}'):08x}"
    for name, up in (("page.html", ""), ("sub/page.html", "../")):
        assert (tmp_path / name).read_text("utf-8") == text.format(up, new, up)


# ------------------------------------------------------------------ in a site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_site(tmp_path_factory.mktemp("site"), purged=True)


PAGES = ("index", "page", "search")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_one_style_sheet_and_scripts_that_wait(site: Built, name: str) -> None:
    page = BeautifulSoup(site.html(name), "html.parser")
    sheets = [str(link["href"]) for link in page.select('link[rel="stylesheet"]')]
    assert [sheet.partition("?")[0] for sheet in sheets] == [SHEET]
    first, *others = [script for script in page.find_all("script") if script.get("src")]
    assert str(first["src"]).partition("?")[0] == SCRIPT
    assert first.has_attr("defer")
    assert [str(script["src"]) for script in others if not script.has_attr("defer")] == []
    inline = [s for s in page.find_all("script") if "DOCUMENTATION_OPTIONS" in (s.string or "")]
    assert {script.get("type") for script in inline} == {"module"}


@pytest.mark.parametrize("name", PAGES)
def test_the_files_that_a_page_loads_are_named_by_their_content(site: Built, name: str) -> None:
    versions = re.findall(r'"(_static/[\w./-]+)\?v=(\w+)"', site.html(name))
    assert {path for path, _ in versions} >= {SHEET, SCRIPT}
    for path, version in versions:
        assert version == f"{crc32((site.app.outdir / path).read_bytes()):08x}"


def test_the_sheet_holds_the_themes_the_books_and_the_letters_of_its_formulas(site: Built) -> None:
    css = (site.app.outdir / SHEET).read_text("utf-8")
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    assert [rule for rule in rules if rule.type == "error"] == []
    assert 'html[data-theme="dark"] .highlight' in css  # else code is dark on dark
    assert ".katex" in css
    assert "KaTeX_Math" in css
    assert "font/woff;base64," in css
    fonts = [tinycss2.serialize(rule.content) for rule in rules if rule.type == "at-rule"]
    assert [font for font in fonts if "font-family" in font and "Font Awesome" in font] == []
    whole = sum((site.app.outdir / name).stat().st_size for name in THEME_STYLES)
    assert len(css) < whole / 2


def test_every_file_that_the_sheet_asks_for_is_there(site: Built) -> None:
    css = (site.app.outdir / SHEET).read_text("utf-8")
    local = [url for url in urls(css) if not url.startswith(("data:", "#"))]
    assert any(url.endswith(".woff2") for url in local)
    lost = {url for url in local if not (site.app.outdir / address(SHEET, url)).is_file()}
    older = {url for url in lost if url.endswith((".woff", ".ttf"))}  # of fonts that are WOFF2
    assert lost - older == set()
    assert {url.rpartition(".")[0] + ".woff2" for url in older} <= set(local) - lost


def test_the_script_is_javascript(site: Built) -> None:
    subprocess.run([NODE, "--check", site.app.outdir / SCRIPT], check=True)


def test_what_no_page_uses_is_not_shipped(site: Built) -> None:
    shipped = {path.name for path in (site.app.outdir / "_static").rglob("*")}
    assert shipped.isdisjoint({"fontawesome.js", "vendor", "locales", "plus.png", "minus.png"})
    assert [name for name in shipped if name.endswith(".map")] == []


def test_a_second_build_writes_the_same_sheet_and_the_same_pages(tmp_path: Path) -> None:
    first = build_site(tmp_path, purged=True).app.outdir
    files = [SHEET, SCRIPT, *(f"{name}.html" for name in PAGES)]
    before = {name: (first / name).read_bytes() for name in files}
    again = build_site(tmp_path, purged=True).app.outdir
    assert {name: (again / name).read_bytes() for name in files} == before
