"""Code keeps its words and the colour of each letter, with fewer elements."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonConsoleLexer, PythonLexer
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Text

from book._ext.site.highlight import MARKED, Sparing
from tests.book.app import PAGE
from tests.book.site.small_site import build_site

STYLES = [get_style_by_name(f"a11y-high-contrast-{theme}") for theme in ("light", "dark")]
CELL = '''\
import numpy as np

import dlref

@np.vectorize
def f(x, *, scale=1.5):
    """Return something."""
    return dlref.squared_loss(x, 1.0) * scale if x > 0 else None  # a remark

print(f"{f(3):.2f}", [True, "text"], np.pi)
'''
SESSION = ">>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: division by zero\n"


class Letters(HTMLParser):
    """The letters of some HTML, each with the class of the element around it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.classes, self.found, self.elements = [""], list[tuple[str, str]](), 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        self.classes.append(dict(attrs).get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        self.classes.pop()

    def handle_data(self, data: str) -> None:
        self.found += [(letter, self.classes[-1]) for letter in data]


@pytest.mark.parametrize("code", [CELL, SESSION], ids=["cell", "session"])
def test_each_letter_keeps_its_colour_in_both_styles(code: str) -> None:
    lexer = PythonConsoleLexer() if code is SESSION else PythonLexer()
    whole = HtmlFormatter[str](nowrap=True)
    sparing = type("Formatter", (Sparing,), {"styles": tuple(STYLES)})(nowrap=True)
    before, after = (Letters(highlight(code, lexer, form)) for form in (whole, sparing))
    assert [letter for letter, _ in before.found] == [letter for letter, _ in after.found]
    assert after.elements < before.elements
    kinds = {name: kind for kind, name in STANDARD_TYPES.items()} | {"": Text, MARKED: Text}
    for style in STYLES:
        for (letter, first), (_, second) in zip(before.found, after.found, strict=True):
            looks = [style.style_for_token(kinds[name]) for name in (first, second)]
            assert looks[0] == looks[1] or letter.isspace()


def test_a_session_keeps_its_prompts_and_outputs_apart() -> None:
    page = BeautifulSoup(highlight(SESSION, PythonConsoleLexer(), Sparing()), "html.parser")
    assert [prompt.text for prompt in page.select(".gp")] == [">>> "]
    assert page.select(".gt")


def test_a_word_of_code_is_one_element_that_stays_on_one_line(tmp_path: Path) -> None:
    text = PAGE + "\n:::{zh}\n代码 `a-b` 与 `c d`。\n:::\n:::{en}\nCode `a-b` and `c d`.\n:::\n"
    page = BeautifulSoup(build_site(tmp_path, text).html(), "html.parser")
    one, two = page.select("article code.literal") or page.select("code.literal")
    assert "one-word" in one["class"]
    assert one.find() is None
    assert one.text == "a-b"
    assert "one-word" not in two["class"]
    assert two.text == "c d"
