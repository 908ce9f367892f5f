"""Markdown is read as its readers see it: displays, fences, comments; code is passed over."""

import pytest

from eqcheck.documents import Check, Display, Formula, Rules, Symbols
from eqcheck.documents.markdown import read_markdown

ALIGN = "\\begin{align}\na = b\n\\end{align}"


def blocks(text, kind=None):
    found = read_markdown(text, "notes.md").blocks
    return [block for block in found if kind is None or isinstance(block, kind)]


def faults(text):
    return [(fault.place.line, str(fault)) for fault in read_markdown(text, "notes.md").faults]


# ------------------------------------------------------------------ displays


@pytest.mark.parametrize(
    ("text", "latex", "label"),
    [
        ("$$\na = b\n$$ (eq-a)\n", "a = b", "eq-a"),
        ("$$ a = b $$ (eq-a)\n", "a = b", "eq-a"),
        ("$$\na = b\n$$ {#eq-a}\n", "a = b", "eq-a"),
        ("$$\na = b\n$$ {#eq-a .wide}\n", "a = b", "eq-a"),
        ("$$\na = b\n$$\n\n(see below)\n", "a = b", ""),
        ("$$\na = b \\label{eq-a}\n$$\n", "a = b \\label{eq-a}", "eq-a"),
        ("So $$a = b$$ it is.\n", "a = b", ""),
        ("```{math}\n:label: eq-a\na = b\n```\n", "a = b", "eq-a"),
        ("```{math}\n---\nlabel: eq-a\n---\na = b\n```\n", "a = b", "eq-a"),
        ("```{math} a = b\n:label: eq-a\n```\n", "a = b", "eq-a"),
        (":::{math}\na = b\n:::\n", "a = b", ""),
        ("```math\na = b\n```\n", "a = b", ""),
        (f"{ALIGN}\n", ALIGN, ""),
        ("- an item\n\n  $$\n  a = b\n  $$\n", "a = b", ""),
        ("> $$\n> a = b\n> $$ (eq-a)\n", "a = b", "eq-a"),
        ("> - $$\n>   a = b\n  >   $$\n", "a = b", ""),
        ("> > $$\n> > a\n>> > b\n> > $$\n", "a\n > b", ""),
        ("> ```math\n> a = b\n> ```\n", "a = b", ""),
        (">\\begin{align}\n>a = b\n>\\end{align}\n", ALIGN, ""),
        ("$$\na\n> b\n$$\n", "a\n> b", ""),
        ("::: {.callout-note}\n$$a = b$$\n:::\n", "a = b", ""),
        ("```{note}\n$$a = b$$\n```\n", "a = b", ""),
        ("```{prf:theorem} It\n$$a = b$$\n```\n", "a = b", ""),
        ("a dollar, \\$$a$ and\n\n$$a = b$$", "a = b", ""),
    ],
)
def test_a_display_is_read_with_its_label(text, latex, label):
    [display] = blocks(text, Display)
    assert (display.latex.strip(), display.label) == (latex, label)


@pytest.mark.parametrize(
    "text",
    [
        "```\n$$a = b$$\n```\n",
        "```latex\n$$a = b$$\n```\n",
        "~~~\n$$a = b$$\n~~~\n",
        "````\n```\n$$a = b$$\n```\n````\n",
        "```{code-cell}\nx = '$$a = b$$'\n```\n",
        "```{python}\nx = '$$a = b$$'\n```\n",
        "`$$a = b$$`",
        "``a ` $$a = b$$``",
        "<!-- $$a = b$$ -->",
        "<!--\n```{math}\na = b\n```\n-->",
        "costs 5$ and 6$ more",
    ],
)
def test_code_and_comments_are_passed_over(text):
    assert blocks(text) == []
    assert faults(text) == []


def test_a_display_stands_where_it_begins():
    found = blocks("# Title\n\ntext\n\n$$\na\n$$\n\n```{math}\nb\n```\n", Display)
    assert [display.place.line for display in found] == [5, 9]


# ------------------------------------------------------------------ tables and checks


@pytest.mark.parametrize(
    ("text", "line", "more"),
    [
        ("```{symbols}\nx : R | it\n\ny : R\n```\n", 2, False),
        (":::{symbols} more\nx : R | it\n\ny : R\n:::\n", 2, True),
        ("<!-- symbols\nx : R | it\n\ny : R\n-->\n", 2, False),
        ("<!-- symbols:\nx : R | it\n\ny : R\n-->\n", 2, False),
        ("<!-- symbols more\nx : R | it\n\ny : R\n-->\n", 2, True),
        ("<!--\n\nsymbols\nx : R | it\n\ny : R\n-->\n", 4, False),
        ("<!-- symbols: x : R | it\n\ny : R\n-->\n", 1, False),
    ],
)
def test_a_table_is_a_fence_or_a_comment(text, line, more):
    [table] = blocks(text, Symbols)
    assert table.lines == ("x : R | it", "", "y : R")
    assert (table.place.line, table.more) == (line, more)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("```{check} eq-a\n:kind: code\n:code: f(x)\n```\n", 2),
        ("<!-- check eq-a\n:kind: code\n:code: f(x)\n-->\n", 2),
        ("<!-- check eq-a:\n:kind: code\n:code: f(x)\n-->\n", 2),
        ("<!-- check eq-a :kind: code :code: f(x) -->\n", 1),
    ],
)
def test_a_check_is_a_fence_or_a_comment(text, line):
    [check] = blocks(text, Check)
    assert (check.label, check.place.line, check.faults) == ("eq-a", 1, {})
    assert (check.options["kind"], check.options["code"]) == ("code", ["f(x)"])
    [faulty] = blocks(text.replace(":kind: code", ":kind: code\n:kimd: x"), Check)
    assert [*faulty.faults] == [line + 1]


def test_a_check_may_be_of_a_formula_in_running_text():
    [check] = blocks("<!-- check $a = b$ :kind: definition :why: a name -->", Check)
    assert (check.label, check.options["why"]) == ("$a = b$", "a name")


@pytest.mark.parametrize(
    "comment",
    [
        "symbols are dear to us",
        "check this again",
        "functions are nice",
        "conditions apply",
        "TODO",
    ],
)
def test_a_comment_that_begins_with_such_a_word_by_chance_is_none(comment):
    found = read_markdown(f"<!-- {comment} -->", "notes.md")
    assert (found.blocks, found.modules, found.conditions, found.faults) == ([], {}, None, [])


def test_meanings_are_asked_for_as_the_rules_say():
    text = "```{check} eq-a\n:means: one\n```\n"
    [check] = read_markdown(text, "notes.md", rules=Rules(("中文", "English"))).blocks
    assert [*check.faults] == [2]


def test_modules_are_named_in_a_comment_with_their_line():
    found = read_markdown("\n<!-- functions: house.rooms, attic -->\n", "notes.md")
    named = [(name, place.line) for name, place in found.modules.items()]
    assert named == [("house.rooms", 2), ("attic", 2)]


def test_a_table_takes_no_word_but_more():
    said = "symbols takes no word but more; got 'mor'"
    assert faults("```{symbols} mor\nx : R\n```\n") == [(1, said)]


# ------------------------------------------------------------------ running text


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("let $x = 1$.", ["x = 1"]),
        ("let $x$, and $y$.", ["x", "y"]),
        ("let $x\n= 1$.", ["x\n= 1"]),
        ("costs $5 and $6.", []),
        ("let $ x$ be", []),
        ("$x\n\ny$", []),
        ("{math}`x = 1`", ["x = 1"]),
        ("let $`x = 1`$ be", ["x = 1"]),
        ("`$x$`", []),
        ("# {zh}`平方 $x^2$`{en}`Square $x^2$`", ["x^2", "x^2"]),
        (r"\$5 and $\$ = x$", [r"\$ = x"]),
    ],
)
def test_formulas_in_running_text_are_read(text, latex):
    assert [formula.latex for formula in blocks(text, Formula)] == latex


def test_the_front_matter_lists_conditions_each_with_its_line():
    text = "---\ntitle: $x$\nconditions:\n- 'x = 1'\n- \"\\\\eta > 0\"\n- y = 2\n---\n\n$x = 1$\n"
    found = read_markdown(text, "notes.md")
    listed = {latex: place.line for latex, place in found.conditions.items()}
    assert listed == {"x = 1": 4, r"\eta > 0": 5, "y = 2": 6}
    assert [formula.place.line for formula in found.blocks] == [9]


@pytest.mark.parametrize("matter", ["", "---\ntitle: it\n---\n"])
def test_conditions_are_listed_or_not(matter):
    assert read_markdown(matter + "$x$", "notes.md").conditions is None
    listed = read_markdown(matter + "<!-- conditions:\nx = 1\n\ny = 2\n-->", "notes.md").conditions
    first = matter.count("\n") + 2
    assert [place.line for place in listed.values()] == [first, first + 2]
    assert read_markdown("---\nconditions:\n---\n", "notes.md").conditions == {}


# ------------------------------------------------------------------ what is never closed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n```{symbols}\nx : R\n", "the fence ``` is never closed; end it with a line ```"),
        ("\n````\n```\n", "the fence ```` is never closed; end it with a line ````"),
        ("\n:::{note}\n$$x$$\n", "the fence ::: is never closed; end it with a line :::"),
        ("\n$$\nx\n", "this $$ is never closed; end the display with $$"),
        ("\n<!-- symbols\nx : R\n", "this comment is never closed; end it with -->"),
        ("\n\\begin{align}\nx\n", "\\begin{align} is never closed; end it with \\end{align}"),
    ],
)
def test_what_is_never_closed_is_named_where_it_opens(text, said):
    assert faults(text) == [(2, said)]


def test_fences_within_fences_end_by_their_length():
    text = "::::{note}\n:::{tip}\n$$a$$\n:::\n$$b$$\n::::\n$$c$$\n"
    assert [display.latex for display in blocks(text, Display)] == ["a", "b", "c"]
    assert faults(text) == []


def test_a_cell_of_a_notebook_and_a_first_line_are_part_of_the_place():
    [display] = read_markdown("\n$$a$$", "a.ipynb", cell=4, first=10).blocks
    assert str(display.place) == "a.ipynb:cell 4:11"


def test_a_table_in_a_block_quote_is_a_table():
    [fence] = blocks("> ```{symbols}\n> x : R\n> ```\n", Symbols)
    [comment] = blocks("> <!-- symbols\n> x : R\n> -->\n", Symbols)
    assert fence.lines == comment.lines == ("x : R",)


def test_of_dollars_that_are_odd_the_display_with_an_empty_line_is_named_as_well():
    text = "$$ a = b $$\n\n$$\na = b\n\nText.\n\n$$\nb = c\n$$\n"
    assert faults(text) == [
        (10, "this $$ is never closed, or that of line 3; end the display with $$")
    ]
    assert faults("$$\na\n\n= b\n$$\n") == []


INDENTED = "    $$\n    x + x = 3 x\n\n    y = 1\n    $$\n\n    <!-- symbols\n    z : R\n    -->\n"


@pytest.mark.parametrize(
    "above",
    [
        "",
        "Text.\n\n",
        "# Title\n\n",
        "- item\n\nText,\nand more.\n\n",
        "$$ x = y $$\n\n",
        "正文。\n\n",
    ],
)
def test_a_block_that_is_indented_below_prose_is_code(above):
    indented = read_markdown(above + INDENTED, "notes.md")
    assert len(indented.blocks) == above.count("$$ x = y $$")
    assert indented.faults == []
    tabbed = read_markdown(above + INDENTED.replace("    ", "\t"), "notes.md")
    assert len(tabbed.blocks) == above.count("$$ x = y $$")


@pytest.mark.parametrize(
    "above",
    [
        "- item\n\n",
        "- item\n\n  more of it\n\n",
        "- item\ngoing on\n\n",
        "1. item\n\n",
        "ii. item\n\n",
        "(1) item\n\n",
        "Term\n: meaning\n\n",
        "[^1]: note\n\n",
        "!!! note\n\n",
        ":::{note}\n\n",
        "Text.\n",
        "Text\n\n- item\n\n    more\n\n",
    ],
)
def test_what_is_indented_in_a_list_or_the_like_is_read(above):
    closing = ":::\n" if above.startswith(":::") else ""
    found = read_markdown(above + INDENTED + closing, "notes.md")
    assert [type(block).__name__ for block in found.blocks] == ["Display", "Symbols"]


def test_below_code_that_is_indented_displays_are_read_on():
    found = read_markdown(f"Text.\n\n{INDENTED}\n$$ x + x = 2 x $$\n", "notes.md")
    assert [str(block.place) for block in found.blocks] == ["notes.md:13"]
