r"""Python source to its formulas: the displays of docstrings, and the lines that declare letters.

Below a display, after an empty line or none, stands a comment of reStructuredText or of HTML::

    .. math:: \mathbf{r} = \mathbf{y} - \mathbf{X}\mathbf{w}

    .. with \mathbf{X} : R[n,d]
            \mathbf{y} : R[n]
            \mathbf{w} : R[d]

or ``.. not executed: REASON``, where a formula says nothing that one call could show.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..documents.python import fault_of_docstring
from ..documents.reading import end_of_block, indent_of

_DIRECTIVE = re.compile(r"(?P<indent>\s*)\.\. math::(?P<first>.*)")
_OPTION = re.compile(r"\s*:[a-z-]+:")
_COMMENT = re.compile(r"(?P<indent>\s*)(?:\.\.|<!--) (?P<word>with|not executed:)\s(?P<first>.*)")
_DECLARES = re.compile(r"(?:\.\.|<!--) with\s")
_CLOSING = re.compile(r"\s*-->\s*$")
_DEFINES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Written:
    """A line of a file: its number, counted from one, and what it says."""

    line: int
    text: str


@dataclass(frozen=True)
class Formula:
    """A display in a docstring: of what, where, and the lines below it.

    ``why`` is the reason not to execute it; without that and without lines nothing is known of
    its letters.  ``fault`` is why it cannot be read.
    """

    name: str
    line: int
    latex: str
    lines: tuple[Written, ...] = ()
    why: str = ""
    fault: str = ""

    @property
    def span(self) -> range:
        """The numbers of its lines, and of those that say what its letters mean."""
        last = self.lines[-1].line if self.lines else self.line + self.latex.count("\n") + 1
        return range(self.line, last + 1)


def read_formulas(source: str) -> list[Formula]:
    r"""Return the displays in the docstrings of a module, in the order of the source.

    Raises
    ------
    SyntaxError
        If the source is no Python.

    Examples
    --------
    >>> read_formulas('class A:\n    "$$a = b$$"')
    [Formula(name='A', line=2, latex='a = b', lines=(), why='', fault='')]
    """
    found = []
    for name, text, node in _documented(ast.parse(source)):
        lines = _lines(text, node.lineno)
        formulas = [*_displays(name, lines)]
        fault = ""
        if formulas and _DECLARES.search(text):  # others are not executed anyway
            fault = fault_of_docstring(source, node)
        astray = _astray(formulas, lines)
        found += [replace(each, fault=fault or astray.get(each.line, "")) for each in formulas]
    return found


def _astray(formulas: list[Formula], lines: list[Written]) -> dict[int, str]:
    """Return what is wrong with displays by line: lines that declare letters are too far below."""
    taken = {formula.lines[0].line for formula in formulas if formula.lines}
    faults = {}
    for line in lines:
        comment = _COMMENT.fullmatch(line.text)
        if comment is None or comment["word"] != "with" or line.line in taken:
            continue
        above = next((each for each in reversed(formulas) if each.line < line.line), None)
        if above is not None and not (above.lines or above.why):
            told = f"its letters are declared too far below, in line {line.line}"
            faults[above.line] = f"{told}: write that right below the display"
    return faults


def _documented(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, str, ast.expr]]:
    """Yield the docstrings below a node, each with a dotted name, its text and where it stands."""
    if isinstance(tree, ast.Module | _DEFINES):
        first = tree.body[0] if tree.body else None
        docstring = first.value if isinstance(first, ast.Expr) else None
        if isinstance(docstring, ast.Constant) and isinstance(docstring.value, str):
            yield prefix, docstring.value, docstring
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _DEFINES):
            yield from _documented(node, f"{prefix}.{node.name}".lstrip("."))


def _lines(text: str, first: int) -> list[Written]:
    """Return the lines of a docstring; the first is moved in as far as the others are."""
    begin, *others = text.split("\n")
    full = [line for line in others[:-1] if line.strip()] + others[-1:]  # the last has the quotes
    margin = min(map(indent_of, full), default=0)
    lines = [" " * margin + begin, *others]
    return [Written(number, line) for number, line in enumerate(lines, first)]


def _displays(name: str, lines: list[Written]) -> Iterator[Formula]:
    """Yield the displays of one docstring."""
    at = 0
    while at < len(lines):
        directive, begin = _DIRECTIVE.fullmatch(lines[at].text), lines[at]
        if directive:
            indent = len(directive["indent"])
            end = end_of_block([line.text for line in lines], at + 1, indent)
            inside = [line.text for line in lines[at + 1 : end] if not _OPTION.match(line.text)]
            latex = "\n".join([directive["first"], *inside])
        elif begin.text.strip().startswith("$$"):
            end = at + 1
            latex = begin.text.strip()[2:]
            while not latex.rstrip().endswith("$$") and end < len(lines):
                latex, end = f"{latex}\n{lines[end].text}", end + 1
            latex = latex.rstrip().removesuffix("$$")
        else:
            at += 1
            continue
        latex = "\n".join(line.strip() for line in latex.splitlines() if line.strip())
        block, why, at = _below(lines, end)
        if latex:
            yield Formula(name, begin.line, latex, block, why)


def _below(lines: list[Written], at: int) -> tuple[tuple[Written, ...], str, int]:
    """Return the comment at a place or below empty lines, the reason that it is, and its end."""
    start = next((k for k in range(at, len(lines)) if lines[k].text.strip()), len(lines))
    comment = _COMMENT.fullmatch(lines[start].text) if start < len(lines) else None
    if comment is None:
        return (), "", at
    html = "<!--" in lines[start].text
    if html:
        end = next((k for k in range(start, len(lines)) if "-->" in lines[k].text), start) + 1
    else:
        end = end_of_block([line.text for line in lines], start + 1, len(comment["indent"]))
    margin = len(lines[start].text) if html else comment.start("first")
    block = [Written(lines[start].line, " " * margin + comment["first"]), *lines[start + 1 : end]]
    closed = [Written(line.line, _CLOSING.sub("", line.text)) for line in block]
    whole = tuple(_joined([line for line in closed if line.text.strip()], margin))
    if comment["word"] == "with":
        return whole, "", end
    return (), " ".join(line.text for line in whole), end


def _joined(lines: list[Written], margin: int) -> Iterator[Written]:
    """Yield lines whole: one goes on where a bracket is open, or the next is further in."""
    held: Written | None = None
    for line in lines:
        text = line.text.strip()
        further = indent_of(line.text) > margin
        if held is not None and (further or _is_open(held.text)):
            held = Written(held.line, f"{held.text} {text}")
            continue
        if held is not None:
            yield held
        held = Written(line.line, text)
    if held is not None:
        yield held


def _is_open(text: str) -> bool:
    """Whether a parenthesis is open at the end of a line."""
    return text.count("(") > text.count(")")
