"""A cell that readers see calls ``dlref``, is short and narrow, and says what its numbers are.

One that draws several panels says which is which, and so does the caption.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import pytest

from book._ext.build.new import TEMPLATE
from book._ext.paths import BOOK

LONGEST = 15
WIDEST = 72  # columns that the column of text has room for
CELL = re.compile(r"^```\{code-cell\}\n(?:---\n(.*?)^---\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCTEST = re.compile(r"^```\{doctest\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PANELS = re.compile(r"plt\.subplots\(\s*(\d+),\s*(\d+)")
SIDES = re.compile(r"[左右中][图：]|（[左右]）|\b(?:Left|Right|Middle)[:,]|\((?:left|right)\)")
HIDDEN = re.compile(r"\b(?:hide|remove)-(?:input|cell)\b")
PAGES = [*sorted(BOOK.glob("*.md")), TEMPLATE]


class Cell(NamedTuple):
    """The code of a cell, the line of the page on which it begins, and whether readers see it."""

    line: int
    code: str
    visible: bool


def cells_of(page: str) -> Iterator[Cell]:
    for found in CELL.finditer(page):
        line = page.count("\n", 0, found.start(2)) + 1
        yield Cell(line, found[2], not HIDDEN.search(found[1] or ""))


def without_dlref(page: str) -> list[int]:
    """Return the lines of visible cells that call nothing of ``dlref``, nor what it made."""
    made: set[str] = set()
    lines = []
    for cell in cells_of(page):
        tree = ast.parse(cell.code)
        _learn(tree, made)
        if cell.visible and not any(_calls(node, made) for node in ast.walk(tree)):
            lines.append(cell.line)
    return lines


def _learn(tree: ast.Module, made: set[str]) -> None:
    """Add the names that a cell gives to what comes from ``dlref``, its own functions included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            made |= {alias.asname or alias.name for alias in node.names if alias.name == "dlref"}
        elif isinstance(node, ast.ImportFrom) and node.module == "dlref":
            made |= {alias.asname or alias.name for alias in node.names} - {"figures"}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)) and _names(node) & made:
            made.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            made |= _given(targets) if _names(node.value) & made else set()
        elif isinstance(node, (ast.For, ast.comprehension)) and _names(node.iter) & made:
            made |= _given([node.target])


def _calls(node: ast.AST, made: set[str]) -> bool:
    """Tell whether a node calls something of ``dlref``, or a method of what it made."""
    if not isinstance(node, ast.Call):
        return False
    function: ast.expr = node.func
    while isinstance(function, (ast.Attribute, ast.Subscript, ast.Call)):
        function = function.func if isinstance(function, ast.Call) else function.value
    return isinstance(function, ast.Name) and function.id in made


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _given(targets: Sequence[ast.expr]) -> set[str]:
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}


def too_long(page: str) -> list[int]:
    """Return the lines of visible cells with more lines of code than fit in one look."""
    return [c.line for c in cells_of(page) if c.visible and len(c.code.splitlines()) > LONGEST]


def too_wide(page: str) -> list[int]:
    """Return the lines of code that run on beyond the column of text, in hidden cells as well.

    What a doctest prints is not code, and stands as it is printed.
    """
    wide = []
    for cell in cells_of(page):
        wide += [
            n for n, line in enumerate(cell.code.splitlines(), cell.line) if len(line) > WIDEST
        ]
    for block in DOCTEST.finditer(page):
        first = page.count("\n", 0, block.start(1)) + 1
        for number, line in enumerate(block[1].splitlines(), first):
            if len(line) > WIDEST and line.startswith((">>> ", "... ")):
                wide.append(number)
    return wide


def without_letters(page: str) -> list[int]:
    """Return the lines of cells that draw several panels with neither letters nor titles.

    A grid of many pictures is one panel.
    """
    lines = []
    for cell in cells_of(page):
        grids = [int(rows) * int(columns) for rows, columns in PANELS.findall(cell.code)]
        named = "figures.letter(" in cell.code or "title=" in cell.code
        if any(1 < grid <= 6 for grid in grids) and not named:
            lines.append(cell.line)
    return lines


def by_sides(page: str) -> list[int]:
    """Return the lines of captions and alt texts that tell panels by the sides they stand on."""
    return [
        number
        for number, line in enumerate(page.splitlines(), 1)
        if line.lstrip().startswith(("caption:", "alt-")) and SIDES.search(line)
    ]


def unlabelled(page: str) -> list[int]:
    """Return the lines of visible cells that print numbers and no word or symbol beside them."""
    lines = []
    for cell in cells_of(page):
        calls = [n for n in ast.walk(ast.parse(cell.code)) if isinstance(n, ast.Call)]
        prints = [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "print"]
        if cell.visible and prints and not any(map(_says_what, prints)):
            lines.append(cell.line)
    return lines


def _says_what(call: ast.Call) -> bool:
    """Tell whether something is printed beside values: letters, or ``=`` behind an expression."""
    texts = [a.values if isinstance(a, ast.JoinedStr) else [a] for a in call.args]
    said = [part.value for part in chain(*texts) if isinstance(part, ast.Constant)]
    return any(isinstance(text, str) and re.search(r"\w", text) for text in said)


def a_page(*codes: str, hidden: str = "") -> str:
    """Return a page that makes a model, and then holds the cells; the last may be hidden."""
    start = "import numpy as np\n\nimport dlref\n\nmodel = dlref.MLP([2, 1])"
    cells = [f"```{{code-cell}}\n{code}\n```\n" for code in [start, *codes]]
    if hidden:
        cells[-1] = cells[-1].replace("}\n", f"}}\n---\ntags: [{hidden}]\n---\n", 1)
    return "\n".join(cells)


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        (["dlref.relu(1.0)"], []),
        (["from dlref import relu\n\nrelu(1.0)"], []),
        (["from dlref import figures\n\nfigures.draw()"], [10]),
        (["model(np.ones(2))"], []),
        (["for p in model.parameters():\n    q = p.data\n    print(q.sum())"], []),
        (["def f(x):\n    return model(x)", "f(1.0)"], []),
        (["y = np.ones(2)", "y.sum()"], [10, 14]),
        (["z = model(1.0)\nnp.abs(z)"], []),
        (["z = model.size", "np.abs(z)"], [10, 14]),
    ],
)
def test_a_cell_calls_dlref_by_name_or_by_what_it_made(cells: list[str], lines: list[int]) -> None:
    assert without_dlref(a_page(*cells)) == lines


@pytest.mark.parametrize("tag", ["hide-input", "remove-input", "remove-cell"])
def test_a_cell_that_readers_do_not_see_is_free(tag: str) -> None:
    long = "\n".join(["print(1)"] * (LONGEST + 1))
    assert [check(a_page(long)) for check in (without_dlref, too_long, unlabelled)] == [[10]] * 3
    hidden = a_page(long, hidden=tag)
    assert [check(hidden) for check in (without_dlref, too_long, unlabelled)] == [[]] * 3


def test_code_fits_into_the_column_of_text_in_cells_seen_and_hidden_and_in_doctests() -> None:
    fits, wide = "x" * WIDEST, "x" * (WIDEST + 1)
    assert too_wide(a_page(fits, f"1\n{wide}")) == [15]
    assert too_wide(a_page(wide, hidden="hide-input")) == [13]
    prompts = f">>> {fits[4:]}\n{wide}\n>>> {wide[4:]}\n... {wide[4:]}"
    assert too_wide(f"```{{doctest}}\n{prompts}\n```\n") == [4, 5]


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("fig, axes = plt.subplots(1, 2)", [10]),
        ("fig, axes = plt.subplots(\n    2, 2, figsize=(6, 4)\n)", [10]),
        ("fig, axes = plt.subplots(1, 2)\nfigures.letter(axes)", []),
        ("fig, axes = plt.subplots(2, 2)\naxes[0, 0].set(title='$L=2$')", []),
        ("fig, ax = plt.subplots(figsize=(8, 3))", []),
        ("fig, axes = plt.subplots(3, 5)", []),
    ],
)
def test_panels_have_letters_or_titles(code: str, lines: list[int]) -> None:
    assert without_letters(a_page(code)) == lines


@pytest.mark.parametrize(
    ("caption", "told_by_sides"),
    [
        ("{zh}`左：损失。`{en}`(a) The loss.`", True),
        ("{zh}`(a) 损失，(b) 梯度。`{en}`Left: the loss. Right: the gradient.`", True),
        ("{zh}`面积（左）`{en}`area (a)`", True),
        ("{zh}`面积 (a)`{en}`area (left)`", True),
        ("{zh}`从左到右`{en}`from left to right, on the left rounding takes over`", False),
    ],
)
def test_a_caption_tells_panels_by_letters_and_not_by_sides(
    caption: str, told_by_sides: bool
) -> None:
    assert by_sides(f"x\n    caption: {caption}\n") == ([2] if told_by_sides else [])


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("print(1.0, [2.0])", [10]),
        ("print(f'{1.0:.2f}', ' ', f'{2.0:g}')", [10]),
        ("print(f'{model = }')", []),
        ("print(f'η = {1.0:.2f}')", []),
        ("print('λ', 1.0)", []),
        ("print('  p  error')\nfor p in [0.1]:\n    print(p, 2 * p)", []),
        ("model", []),
    ],
)
def test_numbers_that_are_printed_need_a_word_or_a_symbol(code: str, lines: list[int]) -> None:
    assert unlabelled(a_page(code)) == lines


@pytest.mark.parametrize("page", PAGES, ids=attrgetter("stem"))
def test_every_visible_cell_calls_dlref_or_what_it_made(page: Path) -> None:
    assert without_dlref(page.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=attrgetter("stem"))
def test_no_visible_cell_is_longer_than_a_look(page: Path) -> None:
    assert too_long(page.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=attrgetter("stem"))
def test_no_line_of_code_is_wider_than_the_column_of_text(page: Path) -> None:
    assert too_wide(page.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=attrgetter("stem"))
def test_figures_and_captions_say_which_panel_is_which_wherever_it_stands(page: Path) -> None:
    text = page.read_text("utf-8")
    assert without_letters(text) == by_sides(text) == []


@pytest.mark.parametrize("page", PAGES, ids=attrgetter("stem"))
def test_a_visible_cell_says_what_it_prints(page: Path) -> None:
    assert unlabelled(page.read_text("utf-8")) == []
