"""What readers take home: notebooks of pages, the package, and the book as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from sphinx.util.tags import Tags

from book._ext.site import downloads
from book._ext.site.downloads import has_cells, notebook, number_nodes
from tests.book.app import PAGE, Built
from tests.book.site.small_site import EQUATION, build_site

REFERENCES = """\
(references)=
# {zh}`参考文献`{en}`References`

```{bibliography}
```
"""
CITING = (
    PAGE
    + """
(page-second)=
## {zh}`第二节`{en}`Second section`
"""
    + EQUATION
    + """
:::{zh}
见 {cite}`glorot2010`。
:::
:::{en}
See {cite}`glorot2010`.
:::

```{code-cell}
:tags: [hide-input]
print("drawn")
```
"""
)
PROSE = "(prose)=\n# {zh}`文字`{en}`Prose`\n\n:::{zh}\n只有文字。\n:::\n:::{en}\nWords.\n:::\n"
INDEX = (
    "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\n:numbered:\n\npage\nprose\nreferences\n```\n"
)
PAGES = {"index": INDEX, "page": CITING, "prose": PROSE, "references": REFERENCES}
BUILT = ("wheel/dlref-9-py3-none-any.whl", "pdf/concepts-{}.pdf", "epub/concepts-{}.epub")
LANGUAGES = {"zh": ("中文段落", "An English"), "en": ("An English", "中文段落")}


def site(folder: Path, edition: str, environment: dict[str, str] | None = None) -> Built:
    for name in BUILT:
        for one in ("zh", "en"):
            path = folder / "built" / name.format(one)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"content of {path.name}", "utf-8")
    return build_site(folder, PAGES, edition, environment=environment)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    return {name: site(tmp_path_factory.mktemp(name), name) for name in ("zh", "en", "zh-en")}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    environment = {
        "BOOK_URL": "https://book.example/",
        "BOOK_NOTEBOOKS": "https://github.com/someone/book/blob/notebooks",
    }
    return {
        name: site(tmp_path_factory.mktemp(name), name, environment)
        for name in ("zh", "en", "zh-en")
    }


def read(built: Built, name: str = "page") -> nbformat.NotebookNode:
    path = built.app.outdir / "_downloads" / f"{name}.ipynb"
    return nbformat.reads(path.read_text("utf-8"), as_version=4)


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_a_notebook_is_valid_and_holds_the_cells_of_the_page_in_order(
    sites: dict[str, Built], edition: str
) -> None:
    found = read(sites[edition])
    nbformat.validate(found)
    assert [cell.source for cell in found.cells if cell.cell_type == "code"] == [
        '%pip install --quiet "./dlref-9-py3-none-any.whl[notebooks]"',
        "import dlref\n\nprint(float(dlref.squared_loss(3.0, 1.0)))",
        'print("drawn")',
    ]
    assert [cell.metadata for cell in found.cells if cell.cell_type == "code"] == [
        {},
        {},
        {"jupyter": {"source_hidden": True}},
    ]
    assert [cell.outputs for cell in found.cells if cell.cell_type == "code"] == [[], [], []]


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_a_notebook_holds_one_language_and_opens_by_saying_what_it_is(
    sites: dict[str, Built], edition: str
) -> None:
    own, other = LANGUAGES[edition]
    text = "\n".join(cell.source for cell in read(sites[edition]).cells)
    assert own in text
    assert other not in text
    opening, install, start = read(sites[edition]).cells[:3]
    assert opening.source.startswith({"zh": "# 一页\n\n", "en": "# A page\n\n"}[edition])
    assert "`dlref-9-py3-none-any.whl`" in opening.source
    assert install.source.startswith("%pip install")
    assert own in start.source


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_where_the_site_has_an_address_a_notebook_leads_to_it_and_installs_from_it(
    published: dict[str, Built], edition: str
) -> None:
    opening, install = read(published[edition]).cells[:2]
    words = {"zh": "一页", "en": "a page"}[edition]
    assert f"[{words}](https://book.example/{edition}/page.html)" in opening.source
    assert "whl" not in opening.source
    where = f"https://book.example/{edition}/_downloads/dlref-9-py3-none-any.whl"
    assert install.source == f'%pip install --quiet "dlref[notebooks] @ {where}"'


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_a_notebook_has_the_numbers_of_the_site_and_the_works_that_it_cites(
    sites: dict[str, Built], edition: str
) -> None:
    texts = [cell.source for cell in read(sites[edition]).cells]
    page = BeautifulSoup(sites[edition].html(), "html.parser")
    number = page.select_one(".eqno").get_text().strip("()¶#")
    assert f"\\tag{{{number}}}" in "".join(texts)
    label = page.select_one('a[href*="references.html#"]').get_text()
    assert texts[-1].startswith({"zh": "## 参考文献", "en": "## References"}[edition])
    assert f"\\[{label}\\] Xavier Glorot" in texts[-1]


def test_only_a_page_with_cells_in_an_edition_of_one_language_has_a_notebook(
    sites: dict[str, Built],
) -> None:
    for edition, wanted in (("zh", ["page.ipynb"]), ("en", ["page.ipynb"]), ("zh-en", [])):
        folder = sites[edition].app.outdir / "_downloads"
        assert [path.name for path in folder.glob("*.ipynb")] == wanted


def test_the_same_source_gives_the_same_bytes_and_is_not_written_again(
    sites: dict[str, Built], tmp_path: Path
) -> None:
    path = site(tmp_path, "zh").app.outdir / "_downloads" / "page.ipynb"
    first = sites["zh"].app.outdir / "_downloads" / "page.ipynb"
    assert path.read_bytes() == first.read_bytes()
    written = path.stat().st_mtime_ns
    source = tmp_path / "book" / "page.md"
    source.write_text(source.read_text("utf-8") + "\n", "utf-8")
    build_site(tmp_path, PAGES | {"page": CITING + "\n"})
    assert path.stat().st_mtime_ns == written


def test_what_earlier_builds_offered_and_the_book_has_no_longer_is_removed(tmp_path: Path) -> None:
    folder = site(tmp_path, "zh").app.outdir / "_downloads"
    assert (folder / "page.ipynb").exists()
    (folder / "gone.ipynb").write_text("{}", "utf-8")
    for name in BUILT:
        (tmp_path / "built" / name.format("zh")).unlink()
    build_site(tmp_path, PAGES | {"page": PROSE.replace("prose", "page")})
    assert list(folder.iterdir()) == []


def test_every_cell_has_a_name_of_its_own_that_does_not_depend_on_its_text() -> None:
    one = notebook([("markdown", "a", {}), ("code", "b", {})], "page")
    other = notebook([("markdown", "x", {}), ("code", "y", {})], "page")
    ids = [[cell["id"] for cell in json.loads(text)["cells"]] for text in (one, other)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2
    elsewhere = json.loads(notebook([("markdown", "a", {})], "other"))["cells"][0]["id"]
    assert elsewhere not in ids[0]


def test_a_cell_keeps_its_lines_and_its_letters() -> None:
    text = notebook([("markdown", "行一\n\n行二", {})], "page")
    assert json.loads(text)["cells"][0]["source"] == ["行一\n", "\n", "行二"]
    assert "行一" in text


def test_a_page_has_cells_if_code_is_among_its_cells() -> None:
    document = new_document("page", get_default_settings())
    document += nodes.container(nb_element="cell_markdown")
    assert not has_cells(document)
    document += nodes.container("", nodes.container(nb_element="cell_code"))
    assert has_cells(document)


def test_equations_and_figures_get_the_numbers_that_the_site_prints() -> None:
    document = new_document("page", get_default_settings())
    equation, figure = (
        nodes.math_block("", "", ids=["equation-a"]),
        nodes.figure(ids=["x", "fig-b"]),
    )
    other = nodes.math_block("", "", ids=["equation-c"])
    document += [equation, figure, other]
    numbers = {"displaymath": {"equation-a": (2, 1)}, "figure": {"fig-b": (2, 3)}}
    app = SimpleNamespace(
        env=SimpleNamespace(toc_fignumbers={"page": numbers}),
        config=SimpleNamespace(numfig_format={"figure": "图 %s"}),
    )
    number_nodes(app, document, "page")  # type: ignore[arg-type]
    assert equation["number_text"] == "2.1"
    assert figure["number_text"] == "图 2.3"
    assert "number_text" not in other


# ------------------------------------------------------------------ the book as a whole


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_the_package_and_the_books_of_an_edition_lie_beside_its_notebooks(
    sites: dict[str, Built], edition: str
) -> None:
    folder = sites[edition].app.outdir / "_downloads"
    names = {f"concepts-{edition}.pdf", f"concepts-{edition}.epub", "dlref-9-py3-none-any.whl"}
    assert {path.name for path in folder.iterdir()} == names | {"page.ipynb"}
    for name in names:
        assert (folder / name).read_text("utf-8") == f"content of {name}"


def links(built: Built, name: str) -> dict[str, str]:
    """Return the addresses of what a page offers for download, with the words for it."""
    page = BeautifulSoup(built.html(name), "html.parser")
    buttons = page.select(".dropdown-download-buttons a")
    return {str(link["href"]): " ".join(link.get_text().split()) for link in buttons}


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_a_page_offers_what_there_is(sites: dict[str, Built], edition: str) -> None:
    words = downloads.WORDS[edition]
    whole = {
        "_downloads/dlref-9-py3-none-any.whl": "dlref .whl",
        f"_downloads/concepts-{edition}.pdf": f"{words['book']} .pdf",
        f"_downloads/concepts-{edition}.epub": f"{words['book']} .epub",
        "../concepts-offline.zip": f"{words['site']} .zip",
    }
    own = {"_downloads/page.ipynb": f"{words['notebook']} .ipynb"}
    assert links(sites[edition], "page") == own | whole
    assert links(sites[edition], "prose") == whole


def test_the_parallel_edition_offers_both_notebooks_by_their_language(
    sites: dict[str, Built],
) -> None:
    offered = links(sites["zh-en"], "page")
    assert offered["../zh/_downloads/page.ipynb"] == "笔记本 中文 .ipynb"
    assert offered["../en/_downloads/page.ipynb"] == "笔记本 English .ipynb"


def test_without_books_a_page_offers_its_notebook_and_the_site(tmp_path: Path) -> None:
    built = build_site(tmp_path)
    assert list(links(built, "page")) == ["_downloads/page.ipynb", "../concepts-offline.zip"]
    assert "pip install" not in "".join(cell.source for cell in read(built).cells)


@pytest.mark.parametrize("edition", ["zh", "en", "zh-en"])
def test_colab_is_offered_by_an_address_that_it_opens(
    published: dict[str, Built], edition: str
) -> None:
    colab = "https://colab.research.google.com/github/someone/book/blob/notebooks"
    offered = {u: words for u, words in links(published[edition], "page").items() if colab in u}
    languages = ["zh", "en"] if edition == "zh-en" else [edition]
    assert list(offered) == [f"{colab}/{name}/_downloads/page.ipynb" for name in languages]
    words = "Run on Colab" if edition == "en" else "在 Colab 上运行"
    names = downloads.LANGUAGE_NAMES if edition == "zh-en" else {edition: ""}
    assert list(offered.values()) == [f"{words} {name}".strip() for name in names.values()]


@pytest.mark.parametrize(
    ("site_address", "notebooks"),
    [
        ("", "https://github.com/someone/book/blob/notebooks"),
        ("https://book.example", ""),
        ("https://book.example", "https://gitlab.com/someone/book/-/blob/notebooks"),
    ],
)
def test_what_colab_could_not_open_or_not_run_is_not_offered_there(
    site_address: str, notebooks: str
) -> None:
    config = SimpleNamespace(book_url=site_address, book_notebooks=notebooks)
    assert downloads.on_colab(config, "zh", "page") == ""  # type: ignore[arg-type]


def test_the_authors_preview_offers_nothing() -> None:
    context: dict[str, Any] = {"header_buttons": []}
    app = SimpleNamespace(tags=Tags(["preview"]))
    downloads.add_button(app, "page", "page.html", context, None)  # type: ignore[arg-type]
    assert context == {"header_buttons": []}
