"""A label is told as it is written, and so it is read."""

import pytest

from eqcheck.documents import Display, Place
from eqcheck.documents.labels import as_label
from eqcheck.documents.read import READERS

OPENS = {"$": "$$\nx\n", ":": ".. math::\n   ", "\\": "\\[ x "}
ENDS = {"$": "\n", ":": "\n\n   x\n", "\\": " \\]\n"}


@pytest.mark.parametrize("suffix", sorted(set(READERS) - {".ipynb", ".py"}))
def test_what_is_told_gives_a_display_its_label(suffix):
    written = as_label(Place(f"notes{suffix.upper()}", 1), "eq-name")
    text = OPENS[written[0]] + written + ENDS[written[0]]
    [display] = READERS[suffix](text, f"notes{suffix}").blocks
    assert isinstance(display, Display)
    assert (display.latex.replace("\\label{eq-name}", "").strip(), display.label) == (
        "x",
        "eq-name",
    )


@pytest.mark.parametrize(
    ("file", "written"),
    [("a.py", ":label: eq-a"), ("a.ipynb", "$$ (eq-a)"), ("a page", "$$ (eq-a), or :label: eq-a")],
)
def test_a_page_of_either_markup_is_told_both_labels(file, written):
    assert as_label(Place(file, 1), "eq-a") == written
