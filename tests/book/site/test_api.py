"""The page of the API: every public name, from its docstring, linked from the code of pages."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from sphinx import addnodes

import dlref
from book._ext.build.new import CONTENTS
from book._ext.paths import BOOK
from book._ext.site.api import (
    keep_initials,
    leave_to_site,
    skip_what_is_not_public,
    unlink,
    unwrap,
)
from eqcheck.sphinx.results import results_of
from tests.book.app import PAGE, Built
from tests.book.site.small_site import build_site

MODULES = re.findall(r"automodule:: dlref\.(\w+)", (BOOK / "api.md").read_text("utf-8"))
LOSSES = importlib.import_module(dlref.squared_loss.__module__)
INDEX = "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\npage\napi\n```\n"
API = f"""\
(api)=
# {{zh}}`接口`{{en}}`API`

```{{eval-rst}}
.. automodule:: {LOSSES.__name__}
```
"""
# With the lexer, which else the kernel that runs a page would tell.
MATTER = """\
---
file_format: mystnb
kernelspec:
  name: python3
language_info:
  name: python
  pygments_lexer: ipython3
---

"""
USE = """
:::{zh}
函数 `squared_loss`，又见 `squared_loss` 与 `nothing`。
:::
:::{en}
The function `squared_loss`, again `squared_loss`, and `nothing`.
:::

```{code-cell}
dlref.squared_loss(2.0, 1.0), dlref.absolute_loss(2.0, 1.0)
```
"""


def test_every_public_name_comes_from_a_module_of_the_page() -> None:
    assert len(MODULES) == len(set(MODULES))
    defined = {
        name
        for module in MODULES
        for name, value in vars(importlib.import_module(f"dlref.{module}")).items()
        if getattr(value, "__module__", "") in (f"dlref.{module}", "dlref.precision")
    }
    assert set(dlref.__all__) - defined == set()


def test_modules_stand_in_the_order_of_the_pages_that_explain_them() -> None:
    text = (BOOK / "api.md").read_text("utf-8")
    pages = " ".join(CONTENTS.findall((BOOK / "index.md").read_text("utf-8"))).split()
    first = [re.findall(r"\{ref\}`([\w-]+)", section)[0] for section in text.split("\n(api-")[1:]]
    places = [
        max((p for p in pages if f"{label}-".startswith(f"{p}-")), key=len) for label in first
    ]
    assert [pages.index(place) for place in places] == sorted(map(pages.index, places))


# ------------------------------------------------------------------ the page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    pages = {"index": INDEX, "page": MATTER + PAGE + USE, "api": API}
    return build_site(tmp_path_factory.mktemp("site"), pages, "en")


@pytest.fixture(scope="module")
def api(site: Built) -> BeautifulSoup:
    return BeautifulSoup(site.html("api"), "html.parser")


def test_the_page_describes_the_public_names_of_a_module_and_no_others(api: BeautifulSoup) -> None:
    module = LOSSES.__name__
    public = {name for name in dlref.__all__ if getattr(dlref, name).__module__ == module}
    described = {str(entry["id"]) for entry in api.select("dt.sig") if entry.has_attr("id")}
    assert described == {f"{module}.{name}" for name in public}


def test_a_docstring_stands_there_as_it_is_written(api: BeautifulSoup) -> None:
    described = api.find(id=f"{LOSSES.__name__}.squared_loss")
    assert described is not None
    words = " ".join(described.find_next("dd").get_text().split())  # type: ignore[union-attr]
    assert inspect.cleandoc(dlref.squared_loss.__doc__ or "").partition("\n")[0] in words
    assert ">>> " in words


def test_the_page_has_no_elements_that_nobody_would_miss(api: BeautifulSoup) -> None:
    assert not api.select(".sig-paren, .colon, em.sig-param > span, dl.py li > p:only-child")
    signature = api.find("dt", id=f"{LOSSES.__name__}.squared_loss")
    assert signature is not None
    assert "".join(signature.get_text().split()).startswith("squared_loss(y,y_hat)")


def test_every_formula_of_the_docstrings_is_set(api: BeautifulSoup) -> None:
    assert len(api.select("div.math .katex")) == inspect.getsource(LOSSES).count(".. math::") > 0


def test_what_the_letters_of_a_formula_stand_for_is_not_printed(api: BeautifulSoup) -> None:
    source = inspect.getsource(LOSSES)
    assert ".. with " in source
    assert "huber_loss(y, \\hat{y}, delta=\\delta)" in source
    assert not re.search(r"\.\. |delta=\\delta|: R\b", api.get_text())


def test_docstrings_are_marked_as_english_and_have_dashes(api: BeautifulSoup) -> None:
    assert {entry.get("lang") for entry in api.select("dl.py")} == {"en"}
    assert " -- " not in api.get_text()
    assert " – " in api.get_text()


def test_the_page_is_renewed_when_the_module_changes(site: Built) -> None:
    source = Path(inspect.getsourcefile(LOSSES) or "").resolve()
    folder = Path(site.app.srcdir)
    assert source in {(folder / name).resolve() for name in site.app.env.dependencies["api"]}


def test_formulas_of_docstrings_are_not_displays_of_the_book(site: Built) -> None:
    assert [page for page, found in results_of(site.app.env).items() if found["equations"]] == []


def test_pages_link_the_names_in_their_code_to_the_api(site: Built) -> None:
    page = BeautifulSoup(site.html(), "html.parser")
    module = LOSSES.__name__
    links = [(link["href"], link.contents[0].name) for link in page.select("a.api")]  # type: ignore[union-attr]
    assert links == [  # in prose every time, in cells the first
        (f"api.html#{module}.squared_loss", None),
        (f"api.html#{module}.squared_loss", "code"),
        (f"api.html#{module}.squared_loss", "code"),
        (f"api.html#{module}.absolute_loss", None),
    ]
    assert "dlref.squared_loss(2.0, 1.0)" in page.get_text()
    assert BeautifulSoup(site.html("api"), "html.parser").select("a.api") == []


def test_a_name_keeps_the_addresses_that_it_had_in_every_former_module(api: BeautifulSoup) -> None:
    for former in ("linear", "regression"):
        place = api.find(id=f"dlref.{former}.squared_loss")
        assert place is not None
        assert api.find(id="dlref.losses.squared_loss") in [place, *place.parents, *place.children]


def test_every_link_to_the_api_leads_to_an_entry(site: Built, api: BeautifulSoup) -> None:
    page = BeautifulSoup(site.html(), "html.parser")
    targets = {str(link["href"]).partition("#")[2] for link in page.select("a.api")}
    assert [target for target in targets if api.find(id=target) is None] == []


# ------------------------------------------------------------------ reading docstrings


@pytest.mark.parametrize(
    ("what", "name", "skipped"),
    [
        ("module", "squared_loss", None),
        ("module", "as_floats", True),
        ("class", "forward", None),
    ],
)
def test_what_dlref_does_not_export_is_skipped_and_methods_are_not(
    what: str, name: str, skipped: bool | None
) -> None:
    app: Any = None
    assert skip_what_is_not_public(app, what, name, None, False, None) is skipped


@pytest.mark.parametrize(
    ("line", "kept"),
    [("   W. H. Press", "   W\\. H. Press"), ("1. one", "1. one"), ("In W. H.", "In W. H.")],
)
def test_an_initial_at_the_start_of_a_line_opens_no_list(line: str, kept: str) -> None:
    lines, app = [line], SimpleNamespace()
    keep_initials(app, "function", "f", None, None, lines)  # type: ignore[arg-type]
    assert lines == [kept]


# ------------------------------------------------------------------ without docstrings


def described(name: str, kind: str = "function") -> addnodes.desc:
    signature = addnodes.desc_signature("", "", fullname=name)
    content = addnodes.desc_content("", nodes.paragraph("", f"Docstring of {name}."))
    return addnodes.desc("", signature, content, objtype=kind)


def left(edition: str, url: str = "") -> nodes.document:
    """Return the page of the API as books without a site have it."""
    module = described("Linear", "class")
    module[1] += described("Linear.forward", "method")
    first = nodes.section("", nodes.title("", "Layers"), described("relu"), module, ids=["a"])
    second = nodes.section("", nodes.title("", "Losses"), described("squared_loss"), ids=["b"])
    page = new_document("api", get_default_settings())
    title, intro = nodes.title("", "API"), nodes.paragraph("", "Every function.")
    page += nodes.section("", title, intro, first, second, ids=["api"])
    leave_to_site(page, SimpleNamespace(edition=edition, book_url=url))  # type: ignore[arg-type]
    return page


@pytest.mark.parametrize(
    ("edition", "items"),
    [
        ("zh", ["Layers：relu、Linear", "Losses：squared_loss"]),
        ("en", ["Layers: relu, Linear", "Losses: squared_loss"]),
    ],
)
def test_books_keep_the_public_names_in_order_and_no_docstring(
    edition: str, items: list[str]
) -> None:
    page = left(edition)
    assert [item.astext() for item in page.findall(nodes.list_item)] == items
    assert "Docstring" not in page.astext()
    assert [title.astext() for title in page.findall(nodes.title)] == ["API"]


def test_books_say_where_the_docstrings_are_if_the_site_has_an_address() -> None:
    [link] = left("en", "https://example.org").findall(nodes.reference)
    assert link["refuri"] == "https://example.org/en/api.html"
    assert list(left("en").findall(nodes.reference)) == []


def test_what_books_say_is_in_their_language() -> None:
    for edition, language in (("zh", "language-zh-Hans"), ("en", "language-en")):
        note = next(left(edition).findall(nodes.paragraph))
        assert note["classes"] == [language]


def test_a_link_to_what_is_left_to_the_site_leaves_its_words() -> None:
    gone = nodes.reference("", "", nodes.literal("", "relu"), refuri="api.html#dlref.relu")
    kept = nodes.reference("", "page", refuri="mlp.html#relu")
    paragraph = nodes.paragraph("", "Use ", gone, nodes.Text(" of "), kept)
    unlink(paragraph, "api.html#")
    assert [type(child) for child in paragraph.children] == [
        nodes.Text,
        nodes.literal,
        nodes.Text,
        nodes.reference,
    ]
    assert paragraph.astext() == "Use relu of page"


def test_what_is_unwrapped_leaves_all_its_children_in_place() -> None:
    wrapped = nodes.inline("", "", nodes.Text("b"), nodes.strong("", "c"))
    paragraph = nodes.paragraph("", "a", wrapped, nodes.Text("d"))
    unwrap(wrapped)
    assert [child.astext() for child in paragraph.children] == ["a", "b", "c", "d"]
    assert {child.parent for child in paragraph.children} == {paragraph}
