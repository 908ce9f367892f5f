"""Documents for tests, written as a list of blocks: a line each."""

from eqcheck.documents import Display, Document, Formula, Place, Symbols, read_check
from eqcheck.documents.rules import PLAIN


def table(*lines, at=1, more=False):
    return Symbols(Place("a.md", at), lines, more)


def display(latex, label="", at=10):
    return Display(Place("a.md", at), latex, label)


def check(label, *lines, at=20, rules=PLAIN):
    return read_check(Place("a.md", at), label, enumerate(lines, at + 1), rules)


def text(latex, at=30):
    return Formula(Place("a.md", at), latex)


def document(*blocks, conditions=None):
    listed = None if conditions is None else {c: Place("a.md", 3) for c in conditions}
    return Document("a.md", blocks, listed)
