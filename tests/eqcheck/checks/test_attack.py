# ruff: noqa: E501 - a formula stands on one line, as in the book
"""Wrong versions are tried one by one, and what is found of each is what a check finds of all."""

from __future__ import annotations

import pytest

from eqcheck import Page, Refusal, attack, check, mutants
from eqcheck.grammar import tree
from eqcheck.values.scope import EVALUATORS

QUADRATIC = r"\nabla_{\mathbf{x}} (\mathbf{x}^{\top}\mathbf{C}\mathbf{x}) = (\mathbf{C}+\mathbf{C}^{\top})\mathbf{x}"


@pytest.fixture
def page():
    return Page("d = 4 \n \\mathbf{x} : R[d] \n \\mathbf{C} : R[d,d] \n x, y : R")


def test_the_attempts_are_the_mutants_in_their_order(page):
    tried = [*attack(page, QUADRATIC)]
    assert [attempt.mutant for attempt in tried] == mutants(QUADRATIC, page)
    assert {attempt.of for attempt in tried} == {len(tried)}


def test_a_side_that_wrong_versions_share_is_evaluated_once_on_a_draw(monkeypatch):
    evaluated, evaluate = [], EVALUATORS[tree.Expectation]

    def counting(scope, node):
        evaluated.append(scope.seed)
        return evaluate(scope, node)

    monkeypatch.setitem(EVALUATORS, tree.Expectation, counting)
    page = Page("z : {-1, 1}; random \n a, b, c : R")
    left = r"\mathbb{E}[z^2] a"
    tried = [*attack(page, left + " b c = a b c")]
    of_the_right = [each for each in tried if each.mutant.latex.startswith(left + " b c =")]
    assert all(each.is_caught for each in tried)
    assert len(of_the_right) > 5
    assert set(evaluated) == {0}
    assert len(evaluated) <= len(tried) - len(of_the_right) + 1


def test_the_attempts_count_as_a_check_does(page):
    tried = [*attack(page, QUADRATIC)]
    result = check(page, QUADRATIC, equivalent={r"transpose \mathbf{C}": "it is true"})
    assert (len(tried), sum(one.is_caught for one in tried)) == (result.mutants, result.killed)
    assert [one.mutant.name for one in tried if not one.is_caught] == [r"transpose \mathbf{C}"]


def test_an_attempt_is_made_when_it_is_asked_for(page, monkeypatch):
    made = []
    monkeypatch.setattr(
        "eqcheck.checks.attack.fails_on_random_draws", lambda *_: made.append(1) or True
    )
    attempts = attack(page, QUADRATIC)
    assert made == []
    next(attempts)
    assert len(made) == 1


def test_a_weaker_bound_is_excused_and_one_that_turns_round_is_not(page):
    tried = [*attack(page, r"x^2 + y^2 \ge 2 x y", kind="bound")]
    living = [one for one in tried if not one.is_caught]
    assert living
    assert all(one.is_excused("bound") for one in living)
    assert not any(one.is_excused("identity") for one in living)
    assert not any(one.is_excused("bound") for one in tried if one.mutant.turns)


def test_what_cannot_be_read_is_refused(page):
    with pytest.raises(Refusal):
        next(attack(page, "x +"))


def test_beside_a_bound_weaker_ones_live_and_beside_an_equation_none():
    page = Page("x, y : R")
    chain = r"(x - y)^2 = x^2 - 2 x y + y^2 \ge -1"
    result = check(page, chain, kind="bound")
    assert result.state == "checked"
    lived = {one.mutant.latex for one in attack(page, chain, kind="bound") if not one.is_caught}
    assert chain.replace("-1", "-2") in lived
    assert check(page, chain.replace("- 2 x y", "+ 2 x y"), kind="bound").state == "wrong"
    twice = r"\max(x, y, y) = \max(x, y) \ge x"  # max(x, x, y) is as true
    assert check(page, twice, kind="bound").state == "survived"
