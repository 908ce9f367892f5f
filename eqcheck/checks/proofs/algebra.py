"""Arithmetic of numbers and matrices, and functions that do not see a sign or a transpose."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import reduce

from ...errors import Refusal
from ...grammar import tree
from .forms import Form, Term, added, as_node, atom, least, number, order, scaled, too_long
from .normal import INVERSE, TRANSPOSED, Normal, forms

HIGHEST = 4  # power of a sum that is multiplied out
LONGEST = 1000  # binary digits of a power of a fraction


@forms(tree.Number)
def _number(normal: Normal, node: tree.Number) -> Form:
    if node.value in (math.pi, math.e):
        return atom(tree.Number(node.value), ())
    return number(Fraction(str(node.value)))


@forms(tree.Group)
def _group(normal: Normal, node: tree.Group) -> Form:
    return normal.form(node.body)


@forms(tree.Negative)
def _negative(normal: Normal, node: tree.Negative) -> Form:
    return scaled(normal.form(node.body), -1)


@forms(tree.Add)
def _add(normal: Normal, node: tree.Add) -> Form:
    return added(normal.each(node.terms))


@forms(tree.Product)
def _product(normal: Normal, node: tree.Product) -> Form:
    return reduce(normal.times, normal.each(node.factors))


@forms(tree.Quotient)
def _quotient(normal: Normal, node: tree.Quotient) -> Form:
    return normal.times(normal.form(node.numerator), to_the(normal.form(node.denominator), -1))


@forms(tree.Transpose)
def _transpose(normal: Normal, node: tree.Transpose) -> Form:
    normal.because[TRANSPOSED] += 1
    return normal.transposed(normal.form(node.body))


@forms(tree.Order)
def _order(normal: Normal, node: tree.Order) -> Form:
    return atom(node, ())


def to_the(form: Form, k: int) -> Form:
    """Return a power of a scalar: of one term, exponent by exponent."""
    if form.shape != ():
        raise Refusal("no scalar")
    if len(form.terms) == 1:
        [((scalars, _), count)] = form.terms.items()
        digits = max(abs(count.numerator), count.denominator).bit_length()
        if abs(count) != 1 and digits * abs(k) > LONGEST:
            raise too_long()
        return Form((), {(tuple((node, e * k) for node, e in scalars if k), ()): count**k})
    if not form.terms:
        raise Refusal("zero")
    return Form((), {(((as_node(form), k),), ()): Fraction(1)})


@forms(tree.Power)
def _power(normal: Normal, node: tree.Power) -> Form:
    base = normal.form(node.base)
    exponent = node.exponent
    if isinstance(exponent, tree.Negative) and isinstance(exponent.body, tree.Number):
        exponent = tree.Number(-exponent.body.value)
    if base.shape != () and normal.is_entry_by_entry(node.sign):
        power = tree.Power(as_node(base), normal.node(exponent), sign=node.sign)
        return atom(power, base.shape)
    if not isinstance(exponent, tree.Number) or not exponent.value.is_integer():
        return atom(tree.Power(as_node(base), normal.node(exponent)), base.shape)
    k = int(exponent.value)
    if base.shape == () and (len(base.terms) == 1 or k == -1):
        return to_the(base, k)
    if k == -1:
        return _inverse(normal, base)
    if 0 < k <= HIGHEST:
        return reduce(normal.times, [base] * k)
    return atom(tree.Power(as_node(base), exponent), base.shape)


def _inverse(normal: Normal, base: Form) -> Form:
    """Return the inverse of a matrix; its scalars stand before it."""
    if len(base.terms) == 1:
        [((scalars, factors), count)] = base.terms.items()
        chain = as_node(Form(base.shape, {((), factors): Fraction(1)}))
        inside = atom(tree.Power(chain, INVERSE), base.shape)
        outside = to_the(Form((), {(scalars, ()): count}), -1)
        return normal.times(outside, inside)
    return atom(tree.Power(as_node(base), INVERSE), base.shape)


@forms(tree.Norm)
def _norm(normal: Normal, node: tree.Norm) -> Form:
    """Return a norm: it sees no sign, and mostly no transpose."""
    body = normal.form(node.body)
    if not body.terms:
        return number(0)
    same = [body, scaled(body, -1)]
    if node.kind in ("2", "F"):
        same += [normal.transposed(each) for each in same]
    first = least(same)
    normal.because[TRANSPOSED] += first not in same[:2]
    return atom(tree.Norm(as_node(first), node.kind), ())


@forms(tree.Magnitude)
def _magnitude(normal: Normal, node: tree.Magnitude) -> Form:
    """Return an absolute value: it sees no sign."""
    body = normal.form(node.body)
    return atom(tree.Magnitude(as_node(least([body, scaled(body, -1)]))), ())


@forms(tree.Inner)
def _dot(normal: Normal, node: tree.Inner) -> Form:
    left, right = normal.form(node.left), normal.form(node.right)
    if left.shape != right.shape or left.shape[1:] != (1,):
        return normal.whole(node)
    return normal.times(normal.transposed(left), right)


@forms(tree.Hadamard)
def _hadamard(normal: Normal, node: tree.Hadamard) -> Form:
    factors = sorted(map(normal.node, node.factors), key=order)
    return atom(tree.Hadamard(tuple(factors)), normal.shape(node))


@forms(tree.Call)
def _call(normal: Normal, node: tree.Call) -> Form:
    """Return a function of arguments, each in normal form; a trace term by term."""
    if normal.is_known(node, "tr"):
        body = normal.form(node.arguments[0])

        def trace(term: Term, count: Fraction) -> Form:
            one = Form(body.shape, {((), term[1]): Fraction(1)})
            first = least([one, normal.transposed(one)])
            normal.because[TRANSPOSED] += first != one
            matrix = as_node(first)
            outside = Form((), {(term[0], ()): count})
            return normal.times(outside, atom(tree.Call(node.function, (matrix,)), ()))

        return added([number(0), *(trace(*item) for item in body.terms.items())])
    arguments = tuple(map(normal.node, node.arguments))
    return atom(tree.Call(node.function, arguments, node.primes), normal.shape(node))


@forms(tree.Block)
def _block(normal: Normal, node: tree.Block) -> Form:
    rows = tuple(tuple(map(normal.node, row)) for row in node.rows)
    return atom(tree.Block(rows), normal.shape(node))
