"""How a display is given its label, in the markup of its file."""

from __future__ import annotations

from pathlib import PurePath

from .blocks import Place

_FORMS = {
    **dict.fromkeys((".tex", ".ltx", ".latex"), "\\label{{{}}}"),
    **dict.fromkeys((".rst", ".rest", ".py"), ":label: {}"),
    ".qmd": "$$ {{#{}}}",
}


def as_label(place: Place, label: str) -> str:
    r"""Return what gives a display at a place a label, as authors write it.

    >>> as_label(Place("notes.tex", 1), "eq-a"), as_label(Place("notes.md", 1), "eq-a")
    ('\\label{eq-a}', '$$ (eq-a)')
    """
    return _FORMS.get(PurePath(place.file).suffix.lower(), "$$ ({})").format(label)
