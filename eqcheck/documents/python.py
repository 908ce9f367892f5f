"""Reads Python files: cells of Markdown in comments, ``# %% [markdown]``, and docstrings.

A docstring is reStructuredText with a table of its own; what its function computes is compared by
``eqcheck.docstrings``.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from .blocks import Block, Place, Symbols
from .causes import Cause
from .document import Document, joined
from .markdown import read_markdown
from .rst import read_rst
from .rules import PLAIN, Rules

_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*(\\[abfnrtv][A-Za-z]+)")  # a word to LaTeX, not to Python
_CELL = re.compile(r"^# %%[ \t]*(?P<title>.*)$", re.MULTILINE)


def read_python(text: str, file: str, *, rules: Rules = PLAIN) -> Document:
    r"""Return the document that a Python file is.

    Examples
    --------
    >>> text = "# %% [markdown]\n# $$\n# x + x = 2 x\n# $$\n"
    >>> read_python(text, "notes.py").blocks[0].place.line
    2
    """
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        place = Place(file, error.lineno or 1)
        return Document(file, [], faults=[Cause(f"this is no Python: {error.msg}", place)])
    return joined(file, [*_cells(text, file, rules), *_docstrings(tree, text, file, rules)])


def fault_of_docstring(source: str, docstring: ast.expr) -> str:
    r"""Return where a docstring with formulas is not as it is written; "" if it is.

    >>> source = '"$$ h = \\frac{x}{2} $$"'
    >>> fault_of_docstring(source, ast.parse(source).body[0].value)[:24]
    'Python takes \\f of \\frac'
    >>> fault_of_docstring(f"r{source}", ast.parse(f"r{source}").body[0].value)
    ''
    """
    written = ast.get_source_segment(source, docstring) or ""
    escape = None if "r" in written[:2].lower() else _ESCAPE.search(written)
    if escape is None:
        return ""
    word = escape[1]
    return f'Python takes {word[:2]} of {word} for one character: write r""" before the docstring'


def _cells(text: str, file: str, rules: Rules) -> list[Document]:
    """Return what the cells of Markdown hold."""
    marks = [*_CELL.finditer(text)]
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    found = []
    for mark, end in zip(marks, ends, strict=False):  # without a mark there is one end
        if mark["title"].startswith(("[markdown]", "[md]")):
            commented = text[mark.end() : end].splitlines()
            lines = [line.removeprefix("#").removeprefix(" ") for line in commented]
            first = text.count("\n", 0, mark.end()) + 1
            found.append(read_markdown("\n".join(lines), file, rules=rules, first=first))
    return found


def _docstrings(tree: ast.Module, source: str, file: str, rules: Rules) -> list[Document]:
    """Return what the docstrings hold: each begins without symbols."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = []
    for node in ast.walk(tree):
        text = ast.get_docstring(node, clean=False) if isinstance(node, kinds) else None
        if isinstance(node, kinds) and text is not None:
            first = node.body[0]
            assert isinstance(first, ast.Expr)
            read = read_rst(text, file, rules=rules, first=first.lineno)
            fault = fault_of_docstring(source, first.value) if _has_table(read) else ""
            if fault:
                cause = Cause(fault, Place(file, first.lineno))
                found.append(Document(file, [], faults=[cause]))
            elif read.blocks:
                nothing: Block = Symbols(Place(file, first.lineno), ())
                found.append(replace(read, blocks=[nothing, *read.blocks]))
    return found


def _has_table(document: Document) -> bool:
    return any(isinstance(block, Symbols) for block in document.blocks)
