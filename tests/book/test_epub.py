"""The EPUB editions: what is in them, as a reader unpacks it (``make epub`` runs epubcheck)."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from book._ext.epub import keep_styles
from tests.book.app import PAGE
from tests.book.site.small_site import build_site
from tests.book.test_exercises import SECTION

INDEX = "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\npage\napi\n```\n"
MATH = (
    PAGE
    + r"""
(page-length)=
## {zh}`长度`{en}`Length`

```{symbols}
d = 3 | 维数 | dimension
\mathbf{x} : R[d] | 变量 | variable
```

$$
\mathbf{x}^{\top} \mathbf{x} = \|\mathbf{x}\|_2^2
$$ (eq-norm)

```{check} eq-norm
:kind: identity
```

:::{zh}
函数 {py:func}`dlref.losses.squared_loss`。
:::
:::{en}
The function {py:func}`dlref.losses.squared_loss`.
:::

```{code-cell}
:tags: [hide-input]
print("only draws")
```

```{figure} plot.svg
:alt: 线
```
"""
    + SECTION
)
API = """\
(api)=
# {zh}`接口`{en}`API`

(api-linear)=
## {zh}`线性`{en}`Linear`

```{eval-rst}
.. automodule:: dlref.losses
```
"""
SVG = """<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg"><path id="space"/><path d="M0 0" id="line"/></svg>
"""
WORDS = {"zh": "中文段落", "en": "An English paragraph"}
OPF = "{http://www.idpf.org/2007/opf}"


class Book:
    """An EPUB, unpacked."""

    def __init__(self, folder: Path, edition: str, **settings: str) -> None:
        (folder / "book").mkdir(parents=True)
        (folder / "book" / "plot.svg").write_text(SVG, "utf-8")
        self.edition = edition
        pages = {"index": INDEX, "page": MATH, "api": API}
        built = build_site(folder, pages, edition, "epub", **{"templates_path": [], **settings})
        self.path = Path(built.app.outdir, f"concepts-{edition}.epub")
        with zipfile.ZipFile(self.path) as packed:
            assert packed.testzip() is None
            self.files = {
                name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()
            }

    def page(self, name: str = "page") -> BeautifulSoup:
        return BeautifulSoup(self.files[f"{name}.xhtml"], "html.parser")

    def properties(self) -> dict[str, str]:
        """Return what the manifest says of each file."""
        root = ElementTree.fromstring(self.files["content.opf"])
        items = root.iter(f"{OPF}item")
        return {item.attrib["href"]: item.get("properties", "") for item in items}


@pytest.fixture(scope="module", params=["zh", "en"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Book:
    return Book(tmp_path_factory.mktemp("epub"), request.param)


def test_a_page_holds_one_language_and_every_page_is_xml(book: Book) -> None:
    for edition, words in WORDS.items():
        assert (words in book.files["page.xhtml"]) == (edition == book.edition)
    for name, text in book.files.items():
        if name.endswith((".xhtml", ".opf", ".ncx", ".svg")):
            ElementTree.fromstring(text)


def test_a_second_build_gives_the_bytes_of_a_first_one_of_the_edited_pages(tmp_path: Path) -> None:
    other = "(other)=\n# {zh}`另页`{en}`Other`\n\n:::{zh}\n见{ref}`page`。\n:::\n"
    other += ":::{en}\nSee {ref}`page`.\n:::\n"
    before = {"index": INDEX.replace("api", "other\ngone"), "page": PAGE, "other": other}
    before["gone"] = other.replace("other", "gone")
    after = {"index": INDEX.replace("api", "other"), "page": PAGE.replace("一页", "改名")}
    after["other"] = other
    for name in ("edited", "new"):
        (tmp_path / name).mkdir()
    build_site(tmp_path / "edited", before, builder="epub", templates_path=[])
    (tmp_path / "edited" / "book" / "gone.md").unlink()
    built = [
        build_site(tmp_path / name, after, builder="epub", templates_path=[])
        for name in ("edited", "new")
    ]
    edited, new = [Path(b.app.outdir, "concepts-zh.epub").read_bytes() for b in built]
    assert edited == new


def test_formulas_are_mathml_in_letters_that_every_reader_has(book: Book) -> None:
    page = book.page()
    assert len(page.find_all("math")) == 2 + 3  # in the text and displayed; in the symbols
    assert "katex-html" not in book.files["page.xhtml"]
    assert "𝐱" in page.get_text()
    assert page.find(mathvariant="bold") is None


def test_the_manifest_says_which_pages_hold_math_and_which_picture_is_the_cover(
    book: Book,
) -> None:
    said = book.properties()
    for name, text in book.files.items():
        if name.endswith(".xhtml") and name != "nav.xhtml":
            assert (said[name] == "mathml") == ("<math" in text), name
    assert said["page.xhtml"] == "mathml"
    assert said["index.xhtml"] == ""
    assert said["nav.xhtml"] == "nav"
    assert [name for name, words in said.items() if words == "cover-image"] == ["_static/card.png"]
    assert set(said) <= set(book.files)


def test_the_contents_list_chapters_and_sections_but_not_the_names_of_the_api(book: Book) -> None:
    contents = book.page("nav")
    targets = [str(link["href"]) for link in contents.select("nav[epub\\:type=toc] a")]
    assert targets == [
        "index.xhtml",
        "page.xhtml",
        "page.xhtml#page-length",
        "page.xhtml#page-exercises",
        "api.xhtml",
    ]
    title = {"zh": "目录", "en": "Table of Contents"}[book.edition]
    assert title in book.files["content.opf"] + contents.get_text()


def test_the_api_keeps_its_names_and_no_page_links_into_it(book: Book) -> None:
    api = book.page("api")
    assert "squared_loss" in api.get_text()
    assert "Return half the squared error" not in api.get_text()
    assert api.select("dl.py") == []
    assert 'href="api.xhtml#' not in book.files["page.xhtml"]
    assert "squared_loss" in book.page().get_text()


def test_nothing_is_folded_and_code_that_only_draws_is_left_to_the_site(book: Book) -> None:
    page = book.page()
    assert page.find("details") is None
    assert page.find("script") is None
    assert "only draws" not in page.get_text()
    assert "squared_loss(3.0, 1.0)" in page.get_text()


def test_what_running_an_equation_found_is_a_line_below_it(book: Book) -> None:
    [line] = book.page().select("p.evidence")
    word = {"zh": "✓ 已验算", "en": "✓ checked"}[book.edition]
    assert line.get_text().startswith(word)


def test_the_symbols_and_the_solutions_stand_open(book: Book) -> None:
    page = book.page()
    [symbols] = page.select("div.symbols-of-page")
    assert len(symbols.select("tbody tr")) == 2
    [answer] = page.select("div.solution")
    [title] = answer.select("p.solution-title")
    assert title.get_text() == {"zh": "解答", "en": "Solution"}[book.edition]
    assert {"zh": "相加即可。", "en": "Just add."}[book.edition] in answer.get_text()


def test_figures_are_free_of_what_epub_forbids(book: Book) -> None:
    [figure] = [text for name, text in book.files.items() if name.endswith("plot.svg")]
    assert "DOCTYPE" not in figure
    paths = list(ElementTree.fromstring(figure).iter("{http://www.w3.org/2000/svg}path"))
    assert [path.attrib["d"] for path in paths] == ["", "M0 0"]


def test_a_page_loads_the_books_own_style_and_that_of_code(book: Book) -> None:
    sheets = [str(link["href"]) for link in book.page().select('link[rel="stylesheet"]')]
    names = {sheet.partition("?")[0] for sheet in sheets}
    assert names == {"_static/epub.css", "_static/pygments.css"}
    assert names <= set(book.files)


def test_it_bears_the_date_of_the_last_commit_and_no_other(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "书 b"]
    books = [Book(folder, "en", book_date="2026-11-25") for folder in folders]
    assert ">2026-11-25T00:00:00Z<" in books[0].files["content.opf"]
    assert books[0].path.read_bytes() == books[1].path.read_bytes()
    with zipfile.ZipFile(books[0].path) as packed:
        assert {info.date_time[0] for info in packed.infolist()} == {1980}
        first, *others = packed.infolist()
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert {info.compress_type for info in others} == {zipfile.ZIP_DEFLATED}


def test_without_a_repository_it_bears_the_first_of_all_dates(tmp_path: Path) -> None:
    assert ">1970-01-01T00:00:00Z<" in Book(tmp_path / "a", "en", book_date="").files["content.opf"]


def test_the_site_keeps_its_styles_and_scripts() -> None:
    context = {"css_files": ["book.css"], "script_files": ["book.js"]}
    app = SimpleNamespace(builder=SimpleNamespace(name="html"))
    keep_styles(app, "page", "page.html", context, None)  # type: ignore[arg-type]
    assert context == {"css_files": ["book.css"], "script_files": ["book.js"]}
