"""The caption of a figure that a cell of code draws, as the head of the cell says it in YAML."""

from __future__ import annotations

import re

from .reading import indent_of

_CAPTION = re.compile(r"^(?P<indent>[ \t]*)caption:[ \t]*(?P<text>.*)$")


def caption_of(lines: list[str]) -> tuple[int, str]:
    r"""Return the caption of a cell, and on which of its lines it begins; "" if it has none.

    >>> caption_of(["---", "mystnb:", "  figure:", "    caption: of $x$", "---", "x = 1"])
    (3, 'of $x$')
    """
    if not lines or lines[0].strip() != "---":
        return 0, ""
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == "---":
            break
        caption = _CAPTION.match(line)
        if caption:
            below = []
            for other in lines[number + 1 :]:
                if other.strip() and indent_of(other) <= len(caption["indent"]):
                    break
                below.append(other.strip())
            return number, _scalar(" ".join([caption["text"].strip(), *below]).strip())
    return 0, ""


def _scalar(text: str) -> str:
    if text[:1] in ("|", ">"):
        return text[1:].lstrip("+-").strip()
    return unquoted(text)


def unquoted(text: str) -> str:
    r"""Return what a YAML text says, quoted or not.

    >>> unquoted("'x = 1'"), unquoted(r'"\\eta"'), unquoted("x = 1")
    ('x = 1', '\\eta', 'x = 1')
    """
    if text[:1] == "'" == text[-1:]:
        return text[1:-1].replace("''", "'")
    if text[:1] == '"' == text[-1:]:
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text
