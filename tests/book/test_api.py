"""The page of the API: every public name, from its docstring, linked from the code of pages."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path

import pytest

import dlref
from book._ext.api import FORMER_IDS
from tests.book.conftest import PAGE, SmallBook

BOOK = Path(__file__).resolve().parents[2] / "book"
MODULES = re.findall(r"automodule:: dlref\.(\w+)", (BOOK / "api.md").read_text("utf-8"))
API = """\
(api)=
# {zh}`接口`{en}`API`

```{eval-rst}
.. automodule:: dlref.regression
```
"""
USE = """
:::{zh}
函数 `squared_loss`，又见 `squared_loss` 与 `nothing`。
:::
:::{en}
The function `squared_loss`, again `squared_loss`, and `nothing`.
:::

```{code-cell}
dlref.squared_loss(2.0, 1.0), dlref.predict([1.0], [1.0], 0.0)
```
"""


def in_regression() -> set[str]:
    """Return the ids of what ``dlref.regression`` exports."""
    home = "dlref.regression"
    return {f"{home}.{n}" for n in dlref.__all__ if getattr(dlref, n).__module__ == home}


def former_ids() -> set[str]:
    """Return the ids that these had before the module was renamed."""
    return {old for old in FORMER_IDS.values() if old.startswith("dlref.")}


def test_a_name_that_moved_keeps_its_former_address_and_has_a_new_one() -> None:
    assert {new for new in FORMER_IDS if not new.startswith("module-")} <= in_regression()
    assert "dlref.linear.predict" in former_ids()


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
    toctree = re.search(r"```\{toctree\}.*?```", (BOOK / "index.md").read_text("utf-8"), re.DOTALL)
    assert toctree
    pages = toctree[0].split()
    first = [re.findall(r"\{ref\}`([\w-]+)", section)[0] for section in text.split("\n(api-")[1:]]
    places = [
        max((p for p in pages if f"{label}-".startswith(f"{p}-")), key=len) for label in first
    ]
    assert [pages.index(place) for place in places] == sorted(map(pages.index, places))


@pytest.fixture
def book(small_book: SmallBook) -> SmallBook:
    small_book.write(API, "api")
    small_book.write(PAGE + USE)
    small_book.edit("book/index.md", "page\n```", "page\napi\n```")
    return small_book


def test_docstrings_become_a_page_that_a_change_of_them_renews(book: SmallBook) -> None:
    code, output = book.make("execute", "html-zh")
    assert code == 0, output
    page = book.html(name="api")
    assert set(re.findall(r' id="(dlref\.[\w.]+)"', page)) == in_regression() | former_ids()
    assert "Return half the squared error" in page
    assert re.search(r'<dl class="[^"]*" lang="en">', page)
    assert " -- " not in page
    source = (BOOK.parent / "dlref" / "regression.py").read_text("utf-8")
    assert page.count('<div class="math">') == source.count(".. math::") > 0
    assert ">>> " in re.sub("<[^>]*>", "", page).replace("&gt;", ">")
    book.edit("dlref/regression.py", "Return half the squared error", "Give half the squared error")
    code, output = book.make("execute", "html-zh")
    assert code == 0, output
    assert "Give half the squared error" in book.html(name="api")


def test_formulas_of_docstrings_are_not_displays_of_the_book(book: SmallBook) -> None:
    code, output = book.make("equations")
    assert code == 0, output
    assert "==> 0 displayed equations" in output
    assert json.loads(book.read("_build/equations/report.json")) == []


def test_pages_link_the_names_in_their_code_to_the_api(book: SmallBook) -> None:
    code, output = book.make("execute", "html-en")
    assert code == 0, output
    page = book.html("en")
    links = re.findall(r'<a class="api" href="api.html#([\w.]+)"><(\w+)', page)
    assert links == [  # in prose every time, in cells the first
        ("dlref.regression.squared_loss", "span"),
        ("dlref.regression.squared_loss", "code"),
        ("dlref.regression.squared_loss", "code"),
        ("dlref.regression.predict", "span"),
    ]
    assert "dlref.squared_loss(2.0, 1.0)" in re.sub("<[^>]*>", "", page)
