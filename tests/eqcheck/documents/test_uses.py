"""A definition counts the executed formulas that use what it defines."""

from eqcheck import Result
from eqcheck.documents import Outcome, Place
from eqcheck.documents.uses import Uses


def test_names_that_are_made_of_each_other_come_to_an_end():
    outcome = Outcome(Place("a.md", 1), Result("", "", "", "definition", "u = w"))
    uses = Uses()
    uses.define({"u"}, {"v", "u"})
    uses.define({"v"}, {"u", "w"})
    uses.count(outcome, {"w"})
    uses.execute({"x"})
    assert outcome.uses == 0
    uses.execute({"u"})
    uses.execute({"u", "w"})
    assert outcome.uses == 2
    uses.forget()
    uses.execute({"u"})
    assert outcome.uses == 2
