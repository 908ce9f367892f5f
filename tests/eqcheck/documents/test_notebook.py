"""A notebook is its cells of Markdown; a place names the cell."""

import json

import pytest

from eqcheck.documents import run_document
from eqcheck.documents.notebook import read_notebook


def notebook(*cells):
    return json.dumps({"cells": [{"cell_type": kind, "source": source} for kind, source in cells]})


def test_cells_of_markdown_are_one_document():
    text = notebook(
        ("markdown", "<!-- symbols\nx : R\n-->"),
        ("code", "$$x = 2 x$$"),
        ("markdown", ["text\n", "\n", "$$x + x = 3 x$$\n"]),
    )
    [outcome] = run_document(read_notebook(text, "notes.ipynb")).outcomes
    assert (str(outcome.place), outcome.result.state) == ("notes.ipynb:cell 3:3", "wrong")


def test_conditions_modules_and_faults_of_all_cells_are_kept():
    text = notebook(
        ("markdown", "<!-- conditions:\nx = 1\n-->\n<!-- functions: house -->"),
        ("markdown", "<!-- conditions:\nx = 2\n-->\n$$x"),
    )
    found = read_notebook(text, "notes.ipynb")
    assert [place.cell for place in found.conditions.values()] == [1, 2]
    assert [*found.modules] == ["house"]
    assert [str(fault.place) for fault in found.faults] == ["notes.ipynb:cell 2:4"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": [1]}', '{"cells": [{}]}', "{"])
def test_what_is_no_notebook_is_one_finding(text):
    [fault] = read_notebook(text, "notes.ipynb").faults
    assert str(fault).startswith("this is no notebook of version 4")
