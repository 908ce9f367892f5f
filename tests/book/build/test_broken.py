"""An error in the code that builds is said with the line of the book's own that it comes from."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError, SphinxError

from book._ext.build import broken
from book._ext.build.broken import where_broken
from book._ext.findings import Finding

CODE = """\
import json

def load(text):
    return json.loads(text)

def meet(error):
    try:
        load("{")
    except ValueError as cause:
        raise error from cause

def refuse(error):
    raise error
"""
Raised = Callable[..., Finding]


@pytest.fixture
def raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Raised:
    """Call a function of the book's own code that raises, and say where it is broken."""
    monkeypatch.setattr("book._ext.findings.ROOT", tmp_path)
    monkeypatch.setattr(broken, "OWN", (tmp_path,))
    path = tmp_path / "own.py"
    path.write_text(CODE)
    spec = importlib.util.spec_from_file_location("own", path)
    assert spec is not None
    assert spec.loader is not None
    own = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(own)

    def call(name: str, *arguments: object) -> Finding:
        try:
            getattr(own, name)(*arguments)
        except Exception as error:
            return where_broken(error)
        pytest.fail("nothing was raised")

    return call


def test_the_innermost_line_of_the_book_s_own_is_named_and_no_library_s(raised: Raised) -> None:
    finding = raised("load", "{")
    assert (finding.file, finding.line) == ("own.py", 4)
    assert finding.message.startswith("JSONDecodeError: Expecting property name")


def test_what_an_error_comes_from_is_named_in_place_of_what_was_made_of_it(raised: Raised) -> None:
    finding = raised("meet", ExtensionError("Handler threw an exception"))
    assert (finding.file, finding.line) == ("own.py", 4)
    assert finding.message.startswith("JSONDecodeError")


def test_an_error_of_sphinx_has_its_words(raised: Raised) -> None:
    assert raised("refuse", SphinxError("no")) == Finding("own.py", 13, "Sphinx error: no")


def test_code_that_cannot_be_read_is_named_with_its_line(raised: Raised, tmp_path: Path) -> None:
    error = SyntaxError("'(' was never closed", (str(tmp_path / "model.py"), 7, 1, "f(", 7, 2))
    assert raised("refuse", error) == Finding("model.py", 7, "SyntaxError: '(' was never closed")


def test_an_error_of_a_library_is_in_no_file_and_not_blamed_on_who_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(broken, "OWN", (Path(__file__).parent,))
    with pytest.raises(ValueError, match="Expecting") as raised:
        json.loads("{")
    finding = where_broken(raised.value)
    assert (finding.file, finding.line) == ("", 0)
