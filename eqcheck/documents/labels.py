"""The labels of a display, and how it is given one in the markup of its file."""

from __future__ import annotations

import re
from pathlib import PurePath

from .blocks import Display, Place

LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")

_FORMS = {
    **dict.fromkeys((".tex", ".ltx", ".latex"), "\\label{{{}}}"),
    **dict.fromkeys((".rst", ".rest", ".py"), ":label: {}"),
    **dict.fromkeys((".md", ".markdown", ".myst", ".rmd", ".ipynb"), "$$ ({})"),
    ".qmd": "$$ {{#{}}}",
}
_PAGE = "$$ ({0}), or :label: {0}"  # of Sphinx, whose pages have no suffix


def as_label(place: Place, label: str) -> str:
    r"""Return what gives a display at a place a label, as authors write it.

    >>> as_label(Place("notes.tex", 1), "eq-a"), as_label(Place("notes.md", 1), "eq-a")
    ('\\label{eq-a}', '$$ (eq-a)')
    """
    return _FORMS.get(PurePath(place.file).suffix.lower(), _PAGE).format(label)


def labels_of(display: Display) -> list[str]:
    r"""Return the labels of a display, that by which it is called first: its lines may have others.

    >>> labels_of(Display(Place("a.tex", 1), r"a &= a \label{one} \\ b &= b \label{two}", "one"))
    ['one', 'two']
    """
    said = (label.strip() for label in LABEL.findall(display.latex))
    return [*dict.fromkeys(filter(None, (display.label, *said)))]
