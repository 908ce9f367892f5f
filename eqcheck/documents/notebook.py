"""Reads notebooks: their cells of Markdown, one after the other; a place names cell and line."""

from __future__ import annotations

import json
from typing import Any

from .blocks import Place
from .causes import Cause
from .document import Document, joined
from .markdown import read_markdown
from .rules import PLAIN, Rules


def read_notebook(text: str, file: str, *, rules: Rules = PLAIN) -> Document:
    r"""Return the document that a notebook is; its cells are counted from 1, code included.

    Examples
    --------
    >>> cells = [{"cell_type": "code", "source": "1"}, {"cell_type": "markdown", "source": "$$x$$"}]
    >>> str(read_notebook(json.dumps({"cells": cells}), "notes.ipynb").blocks[0].place)
    'notes.ipynb:cell 2:1'
    """
    try:
        found = json.loads(text)["cells"]
        sources = [(cell["cell_type"], _text(cell["source"])) for cell in found]
    except (ValueError, KeyError, TypeError, IndexError):
        message = "this is no notebook of version 4: save it again from Jupyter"
        return Document(file, [], faults=[Cause(message, Place(file, 1))])
    numbered = enumerate(sources, start=1)
    texts = [(number, source) for number, (kind, source) in numbered if kind == "markdown"]
    cells = (read_markdown(source, file, rules=rules, cell=number) for number, source in texts)
    return joined(file, cells)


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)
