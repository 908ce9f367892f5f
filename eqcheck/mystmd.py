"""A plugin of MyST (mystmd, on which Jupyter Book 2 stands): pages show how their formulas fared.

An author's own program calls :func:`main`, and ``myst.yml`` names it as a plugin of the type
``executable``: mystmd starts it and speaks JSON with it.  What is wrong stands in the page, in the
open; a build fails by the command ``eqcheck FILE…``, which reads the same files and knows lines.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from .documents.blocks import Block, Display, Formula, Place, Symbols
from .documents.document import Document, Run
from .documents.functions import functions_of
from .documents.options import OPTIONS, read_check
from .documents.outcome import SKIPPED, Outcome
from .documents.rules import PLAIN
from .sphinx.words import Words, mark_of

Node = dict[str, Any]

TEXT = {"type": "string"}
DIRECTIVES = [
    {"name": "symbols", "doc": "What letters mean, a line each.", "arg": TEXT, "body": TEXT},
    {
        "name": "check",
        "doc": "How the equation of a label is run.",
        "arg": TEXT,
        "options": dict.fromkeys(OPTIONS, TEXT),
    },
]
PLUGIN = {
    "name": "eqcheck",
    "directives": DIRECTIVES,
    "transforms": [{"name": "eqcheck", "doc": "Runs all formulas.", "stage": "document"}],
}
KEPT = "eqcheck"  # the type of a node that stands for a directive until the page is run
WORDS = Words()


def main(functions: Sequence[str] = (), arguments: Sequence[str] | None = None) -> None:
    """Answer mystmd: say what the plugin offers, keep a directive, or run a page.

    Parameters
    ----------
    functions : sequence of str, optional
        The modules whose functions checks may name.
    arguments : sequence of str, optional
        What the program was called with: nothing, ``--directive NAME`` or ``--transform NAME``.

    Raises
    ------
    ImportError
        If a module of ``functions`` cannot be imported.

    Examples
    --------
    >>> main(arguments=[])  # doctest: +ELLIPSIS
    {"name": "eqcheck", "directives": [{"name": "symbols", ...
    """
    answer(sys.argv[1:] if arguments is None else arguments, functions, sys.stdin, sys.stdout)


def answer(
    arguments: Sequence[str], functions: Sequence[str], given: TextIO, written: TextIO
) -> None:
    """Write what a call of the program asks for."""
    if not arguments:
        found: Any = PLUGIN
    elif arguments[0] == "--directive":
        found = [kept(json.load(given))]
    else:
        found = json.load(given)
        run_page(found, functions_of(functions))
    written.write(json.dumps(found) + "\n")


def kept(directive: Node) -> Node:
    """Return a node that keeps a directive for the transform: its lines, with their numbers."""
    node = directive["node"]
    line = _line(node)
    if directive["name"] == "symbols":
        lines = [*enumerate(directive.get("body", "").split("\n"), line + 1)]
    else:  # mystmd keeps of an option that is repeated one, and all among the children
        options = [child for child in node.get("children", ()) if child["type"] == "mystOption"]
        lines = [(_line(option), _written(option)) for option in options]
    argument = directive.get("arg", "")
    name = directive["name"]
    return {"type": KEPT, "name": name, "argument": argument, "line": line, "lines": lines}


def _written(option: Node) -> str:
    value = option.get("value")
    return f":{option['name']}: {value}" if isinstance(value, str) else f":{option['name']}:"


def _line(node: Node) -> int:
    return int(node.get("position", {}).get("start", {}).get("line", 0))


def run_page(tree: Node, functions: Mapping[str, Any]) -> None:
    """Run the formulas of a page in their order, and put below each display what was found."""
    found = [(siblings, node, block_of(node)) for siblings, node in _nodes(tree)]
    document = Document("page", [block for *_, block in found if block])
    run = Run(document, functions=functions)
    below = []
    for siblings, node, block in found:
        outcome = run.take(block) if block else None
        if node["type"] == KEPT:
            siblings.remove(node)
        elif outcome and node["type"] == "math" and outcome.result.state != SKIPPED:
            below.append((siblings, node, outcome, run.runner.sizes()))
    faults = run.end().causes
    for siblings, node, outcome, sizes in below:
        place = next(at for at, each in enumerate(siblings) if each is node)
        siblings.insert(place + 1, evidence(outcome, sizes))
        faults = [cause for cause in faults if cause is not outcome.cause]
    for cause in faults:  # of tables, checks and running text
        tree["children"].insert(0, _warning(f"line {cause.place.line}: {cause}"))


def _nodes(node: Node) -> Iterator[tuple[list[Node], Node]]:
    """Yield what stands in a tree, in its order, each with its siblings."""
    for child in list(node.get("children", ())):
        yield node["children"], child
        yield from _nodes(child)


def block_of(node: Node) -> Block | None:
    """Return what a node is to ``eqcheck``; None if it is nothing."""
    place = Place("page", node.get("line") or _line(node))
    if node["type"] == "math":
        return Display(place, node["value"], node.get("label") or "")
    if node["type"] == "inlineMath":
        return Formula(place, node["value"])
    if node["type"] != KEPT:
        return None
    if node["name"] == "symbols":
        more = node["argument"].strip() == "more"
        return Symbols(place.below(1), tuple(line for _, line in node["lines"]), more)
    return read_check(place, node["argument"].strip(), node["lines"], PLAIN)


def evidence(outcome: Outcome, sizes: str) -> Node:
    """Return what readers see below a display: a fold, or a warning if something is wrong."""
    result = outcome.as_dict()
    told = WORDS.told(result)
    if not outcome.passed or result["state"] == "wrong-as-expected":
        return _warning(told)
    more = WORDS.figures(result, sizes)
    title = _of("summary", _text(f"{mark_of(result)} {WORDS.state(result)}"))
    paragraphs = [_of("paragraph", _text(text)) for text in (told, more) if text]
    return _of("details", title, *paragraphs)


def _warning(text: str) -> Node:
    title = _of("admonitionTitle", _text("eqcheck"))
    return {**_of("admonition", title, _of("paragraph", _text(text))), "kind": "danger"}


def _of(kind: str, *children: Node) -> Node:
    return {"type": kind, "children": [*children]}


def _text(value: str) -> Node:
    return {"type": "text", "value": value}
