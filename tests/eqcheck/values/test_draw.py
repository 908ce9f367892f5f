"""Draws lie in their domain."""

import numpy as np
import pytest

from eqcheck import Refusal
from eqcheck.grammar.domains import Domain
from eqcheck.values.draw import convex, draw, parts, smooth, subset


@pytest.mark.parametrize(
    ("kind", "bounds", "holds"),
    [
        ("R+", (), lambda v: (v > 0).all()),
        ("R*", (), lambda v: (np.abs(v) >= 0.1).all()),
        ("interval", (2.0, 3.0), lambda v: ((v > 2) & (v < 3)).all()),
        ("finite", (-1.0, 4.0), lambda v: np.isin(v, (-1, 4)).all()),
        ("ones", (), lambda v: (v == 1).all()),
        ("zeros", (), lambda v: (v == 0).all()),
        ("simplex", (), lambda v: (v > 0).all() and np.isclose(v.sum(), 1)),
        ("orthonormal", (), lambda v: np.allclose(v.T @ v, np.eye(v.shape[1]))),
        ("symmetric", (), lambda v: np.array_equal(v, v.T)),
        ("identity", (), lambda v: np.array_equal(v, np.eye(4))),
        ("permutation", (), lambda v: sorted(v.argmax(1)) == [0, 1, 2, 3] and v.sum() == 4),
    ],
)
def test_a_draw_lies_in_its_domain(kind, bounds, holds):
    shape = (4, 2) if kind == "orthonormal" else (4,)
    for seed in range(20):
        assert holds(draw(Domain(kind), shape, bounds, np.random.default_rng(seed)))


@pytest.mark.parametrize(
    ("written", "ends"), [("(2, 3)", []), ("[2, 3)", [2]), ("(2, 3]", [3]), ("[2, 3]", [2, 3])]
)
def test_closed_ends_are_drawn_and_open_ones_are_not(written, ends):
    domain = Domain("interval", written=written)
    drawn = [draw(domain, (4,), (2.0, 3.0), np.random.default_rng(k), k) for k in range(12)]
    met = {float(value) for value in np.ravel(drawn) if value in (2, 3)}
    assert met == set(ends)
    assert all(((value >= 2) & (value <= 3)).all() for value in drawn)
    whole = [float(value[0, 0]) for value in drawn[:8] if np.ptp(value) == 0]
    assert set(ends) <= set(whole)
    inside = [value for value in drawn[:8] if not np.isin(value, (2, 3)).any()]
    assert len(inside) >= 3


def test_a_vector_is_a_column_and_a_scalar_has_no_axes():
    rng = np.random.default_rng(0)
    assert draw(Domain("R"), (5,), (), rng).shape == (5, 1)
    assert np.shape(draw(Domain("R"), (), (), rng)) == ()


def test_parts_are_a_partition_of_unequal_sizes():
    found = parts(11, 3, np.random.default_rng(0))
    assert sorted(i for part in found for i in part) == list(range(1, 12))
    assert len({len(part) for part in found}) > 1
    assert len(set(subset(4, 9, np.random.default_rng(0)))) == 4


def test_a_smooth_function_is_analytic_and_not_linear():
    f = smooth([(2, 3)], (4, 1), np.random.default_rng(0))
    x = np.random.default_rng(1).standard_normal((2, 3))
    assert f(x + 0j).dtype.kind == "c"
    assert not np.allclose(f(x) + f(-x), 2 * f(0 * x))


def test_nothing_is_drawn_from_an_unknown_domain():
    with pytest.raises(Refusal):
        draw(Domain("any"), (), (), np.random.default_rng(0))


def test_each_row_of_a_matrix_lies_on_the_simplex():
    rows = draw(Domain("simplex"), (4, 3), (), np.random.default_rng(0))
    assert (rows > 0).all()
    np.testing.assert_allclose(rows.sum(axis=1), 1)


@pytest.mark.parametrize("size", [2, 3])
def test_no_permutation_is_the_identity(size):
    drawn = [draw(Domain("permutation"), (size,), (), np.random.default_rng(k)) for k in range(40)]
    assert not any(np.array_equal(value, np.eye(size)) for value in drawn)
    with pytest.raises(Refusal, match="no permutation"):
        draw(Domain("permutation"), (1,), (), np.random.default_rng(0))


def bend(seed: int) -> float:
    """By how much a convex function lies below a chord, in its middle."""
    rng = np.random.default_rng(seed)
    f = convex([(3, 1), ()], (), np.random.default_rng(seed))
    one, two = ([rng.standard_normal((3, 1)), rng.standard_normal(())] for _ in range(2))
    middle = f(*((a + b) / 2 for a, b in zip(one, two, strict=True)))
    return float((f(*one) + f(*two)) / 2 - middle)


def test_a_convex_function_bends_along_every_direction_but_for_some_that_bend_nowhere():
    bends = [bend(seed) for seed in range(40)]
    flat = [size for size in bends if abs(size) < 1e-12]
    assert 4 <= len(flat) <= 16
    assert all(size > 1e-6 for size in bends if size not in flat)


def test_a_convex_function_has_values_of_both_signs_and_rises_or_falls():
    drawn = [convex([()], (), np.random.default_rng(seed)) for seed in range(40)]
    assert {float(np.sign(f(np.asarray(0.0)))) for f in drawn} == {-1.0, 1.0}
    rises = [float(f(np.asarray(50.0)) - f(np.asarray(-50.0))) for f in drawn]
    assert min(rises) < 0 < max(rises)


def test_a_convex_function_is_one_of_numbers():
    with pytest.raises(Refusal, match="values that are no numbers"):
        convex([(3, 1)], (3, 1), np.random.default_rng(0))


@pytest.mark.parametrize("drawn", [smooth, convex])
def test_a_lipschitz_function_is_nowhere_steeper_than_its_constant_and_comes_near_it(drawn):
    steepest = 0.0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        f = drawn([(2, 1), ()], (), np.random.default_rng(seed), 3.0)
        for scale in (0.1, 1.0, 10.0, 100.0):
            one, two = (
                [scale * rng.standard_normal((2, 1)), scale * rng.standard_normal(())]
                for _ in range(2)
            )
            apart = np.sqrt(sum(np.sum((a - b) ** 2) for a, b in zip(one, two, strict=True)))
            steepest = max(steepest, abs(f(*one) - f(*two)) / apart)
    assert 1.0 < steepest <= 3.0
