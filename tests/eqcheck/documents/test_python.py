"""A Python file is its cells of Markdown and its docstrings, each with its lines."""

from eqcheck.documents import Display, run_document
from eqcheck.documents.python import read_python

CELLS = """\
import numpy as np

# %% [markdown]
# <!-- symbols
# x : R
# -->

# %%
x = "# $$x = 2 x$$"

# %% [markdown]
# Twice:
#
# $$
# x + x = 3 x
# $$
"""
DOCSTRINGS = '''\
"""A module.

.. symbols: x : R

.. math:: x + x = 2 x
"""


def f():
    r"""Compute it.

    .. math:: \\frac{x}{x} = 1
    """
'''


def states(text):
    outcomes = run_document(read_python(text, "notes.py")).outcomes
    return [(outcome.place.line, outcome.result.state) for outcome in outcomes]


def test_cells_of_markdown_are_one_document():
    assert states(CELLS) == [(14, "wrong")]


def test_a_docstring_begins_without_symbols():
    assert states(DOCSTRINGS) == [(5, "checked"), (12, "skipped")]


def test_what_is_no_python_is_one_finding_at_its_line():
    [fault] = read_python("x = 1\ny = (\n", "notes.py").faults
    assert (fault.place.line, str(fault)[:18]) == (2, "this is no Python:")


def test_a_docstring_with_a_table_is_raw():
    text = DOCSTRINGS.replace("x + x = 2 x", "\\frac{x}{x} = 1")
    document = read_python(text, "notes.py")
    [fault] = document.faults
    assert (fault.place.line, str(fault)) == (
        1, 'Python takes \\f of \\frac for one character: write r""" before the docstring'
    )  # fmt: skip
    assert [block.place.line for block in document.blocks if isinstance(block, Display)] == [12]
    assert read_python(f"r{text}", "notes.py").faults == []


def test_of_a_docstring_without_a_table_it_is_said_what_runs_it():
    outcome = run_document(read_python(DOCSTRINGS, "notes.py")).outcomes[-1]
    assert outcome.result.message.endswith("above it; --docstrings runs it with its function")
