"""LaTeX is read as TeX reads it: displays, labels, macros; comments say what letters mean."""

import pytest

from eqcheck.documents import Check, Display, Formula, Symbols, run_document
from eqcheck.documents.latex import read_latex

TABLE = "% symbols:\n%   x, y : R | numbers\n"


def blocks(text, kind):
    return [block for block in read_latex(text, "notes.tex").blocks if isinstance(block, kind)]


def states(text):
    return [o.result.state for o in run_document(read_latex(text, "notes.tex")).outcomes]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("\\begin{equation}\n x + x = 2 x\n\\end{equation}", ""),
        ("\\begin{equation} \\label{eq:a}\n x + x = 2 x\n\\end{equation}", "eq:a"),
        ("\\begin{equation*} x + x = 2 x \\end{equation*}", ""),
        ("\\begin{align}\n x + x &= 2 x \\label{eq:a} \\\\\n &= x + x\n\\end{align}", "eq:a"),
        ("\\begin{gather} x + x = 2 x \\\\ x + y = y + x \\end{gather}", ""),
        ("\\begin{displaymath} x + x = 2 x \\end{displaymath}", ""),
        ("\\begin{dmath} x + x = 2 x \\label{eq-a} \\end{dmath}", "eq-a"),
        ("\\begin{IEEEeqnarray}{rCl} x + x &=& 2 x \\end{IEEEeqnarray}", ""),
        ("\\begin{IEEEeqnarray*}{rCl} x + x &=& 2 x \\end{IEEEeqnarray*}", ""),
        ("\\[ x + x = 2 x \\label{eq:a} \\]", "eq:a"),
        ("\\begin{empheq}{equation} x + x = 2 x \\label{eq:a} \\end{empheq}", "eq:a"),
        ("\\begin{empheq}[box=\\fbox]{align*} x + x &= 2 x \\end{empheq}", ""),
        ("$$ x + x = 2 x $$", ""),
        ("\\begin{equation} x + % here x = 0\n x = 2 x \\end{equation}", ""),
    ],
)
def test_a_display_is_read_with_its_label_and_run(text, label):
    [display] = blocks(TABLE + text, Display)
    assert display.label == label
    assert states(TABLE + text) == ["checked"]
    assert states(TABLE + text.replace("2 x", "3 x")) == ["wrong"]


@pytest.mark.parametrize(
    "text",
    [
        "\\begin{verbatim}\n\\[ x = y \\]\n\\end{verbatim}",
        "\\begin{lstlisting}\n$x = y$\n% symbols:\n% x : R\n\\end{lstlisting}",
        "\\verb|$x$| costs \\$5",
        "% \\[ x = y \\]",
        "a line \\\\[2pt] and \\\\ another",
    ],
)
def test_verbatim_text_and_comments_are_passed_over(text):
    found = read_latex(text, "notes.tex")
    assert (found.blocks, found.faults) == ([], [])


def test_a_comment_goes_on_as_long_as_its_lines_do():
    [table] = blocks("% symbols:\n%   x : R\n%\n%   y : R\n\n% z : R\n", Symbols)
    assert (table.lines, table.place.line) == (("x : R", "", "y : R"), 2)


def test_another_word_ends_a_comment_and_one_may_stand_behind_a_formula():
    text = TABLE + "% check eq:a\n%   :kind: bound\n\\[ x^2 \\ge 0 \\] % check eq:b\n"
    first, second = blocks(text, Check)
    assert (first.label, first.options["kind"], first.place.line) == ("eq:a", "bound", 3)
    assert (second.label, second.place.line) == ("eq:b", 5)
    assert blocks(text, Symbols)[0].lines == ("x, y : R | numbers",)


def test_formulas_in_running_text_are_read():
    text = "Let $x = 1$ and \\(y\\), for \\$5.\n"
    assert [formula.latex for formula in blocks(text, Formula)] == ["x = 1", "y"]


def test_blocks_come_in_the_order_of_the_text():
    text = TABLE + "\\[ x \\]\n% symbols:\n%  z : R\n\\[ z \\]\n"
    kinds = [type(block).__name__ for block in read_latex(text, "notes.tex").blocks]
    assert kinds == ["Symbols", "Display", "Symbols", "Display"]


def test_macros_are_written_out_in_formulas_tables_and_checks():
    text = (
        "\\newcommand{\\vx}{\\mathbf{x}}\\def\\vo{\\mathbf{0}}\n"
        "% symbols:\n% d = 3\n% \\vx : R[d]\n% \\vo : zeros[d]\n"
        "\\[ \\vx^{\\top}\\vx \\ge 0 \\label{a} \\]\n"
        "% check a\n% :kind: bound\n% :tight: \\vx = \\vo\n"
    )
    assert states(text) == ["checked"]
    assert states("% " + text) == ["refused"]


@pytest.mark.parametrize(
    ("opens", "ends"),
    [("\\[", "\\]"), ("$$", "$$"), ("$", "$"), ("\\begin{align}", "\\end{align}")],
)
def test_what_is_never_closed_is_named_where_it_opens(opens, ends):
    [fault] = read_latex(f"\n{opens} x = y", "notes.tex").faults
    assert (fault.place.line, str(fault)) == (2, f"{opens} is never closed; end it with {ends}")


def test_modules_are_named_in_a_comment():
    assert [*read_latex("% functions: house.rooms\n", "notes.tex").modules] == ["house.rooms"]


FILES = {
    "macros.tex": "\\input{deeper/more}\n\\newcommand{\\twice}[1]{2 #1}\n\\[ x = 2 x \\]\n",
    "deeper/more.tex": "\\newcommand{\\thrice}[1]{3 #1}\n\\input{macros}\n",
    "house.sty": "\\ProvidesPackage{house}\n\\newcommand{\\half}{\\frac{1}{2}}\n",
}


@pytest.fixture
def notes(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "notes"


@pytest.mark.parametrize(
    ("reads", "formula"),
    [
        ("\\input{macros}", "x + x = \\twice{x}"),
        ("\\input macros", "x + x = \\twice{x}"),
        ("\\include{macros}", "x + x = \\twice{x}"),
        ("\\input{macros.tex}", "x + x + x = \\thrice{x}"),
        ("\\usepackage[a4]{amsmath, house}", "x = \\half x + \\half x"),
        ("\\input{macros}\\renewcommand{\\twice}[1]{4 #1}", "x + x + x + x = \\twice{x}"),
    ],
)
def test_macros_of_files_that_it_inputs_are_written_out(notes, reads, formula):
    text = f"{reads}\n{TABLE}\\[ {formula} \\]"
    report = run_document(read_latex(text, str(notes / "notes.tex")))
    assert [outcome.result.state for outcome in report.outcomes] == ["checked"]


@pytest.mark.parametrize(
    "reads",
    [
        "\\input{nowhere}",
        "\\input{deeper}",
        "\\input{../outside}",
        "\\usepackage{amsmath}",
        "% \\input{macros}",
        "\\begin{verbatim}\n\\input{macros}\n\\end{verbatim}",
    ],
)
def test_what_is_not_there_or_lies_outside_its_folder_is_not_read(notes, reads):
    (notes.parent / "outside.tex").write_text(FILES["macros.tex"], encoding="utf-8")
    text = f"{reads}\n\n{TABLE}\\[ x + x = \\twice{{x}} \\]"
    found = read_latex(text, str(notes / "notes.tex"))
    assert found.faults == []
    assert found.blocks[-1].latex.strip() == "x + x = \\twice{x}"


def test_a_display_with_a_brace_beside_it_is_refused_and_not_passed_over():
    beside = "\\begin{empheq}[left=\\empheqlbrace]{align} x + x &= 2 x \\end{empheq}"
    assert states(TABLE + beside) == ["refused"]
