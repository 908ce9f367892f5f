# ruff: noqa: E501 - a formula stands on one line, as in the book
"""Strict shapes, against NumPy where shapes are equal, refused where NumPy would broadcast."""

import numpy as np
import pytest

from eqcheck import Refusal
from eqcheck.values import arithmetic
from eqcheck.values.arithmetic import Jacobian

RNG = np.random.default_rng(0)
S = np.asarray(2.0)
X, Y = RNG.standard_normal((3, 1)), RNG.standard_normal((3, 1))
A, B = RNG.standard_normal((3, 3)), RNG.standard_normal((3, 4))


def test_products_are_matrix_products_and_one_by_one_is_a_scalar():
    np.testing.assert_array_equal(arithmetic.multiply(A, B), A @ B)
    assert arithmetic.multiply(X.T, Y).shape == ()
    np.testing.assert_array_equal(arithmetic.multiply(S, B), 2 * B)


@pytest.mark.parametrize(
    ("operation", "left", "right"),
    [
        (arithmetic.add, X, S), (arithmetic.add, X, X.T), (arithmetic.add, A, X), (arithmetic.multiply, X, Y),
        (arithmetic.multiply, B, A), (arithmetic.elementwise, X, X.T), (arithmetic.elementwise, S, S),
        (arithmetic.divide, X, Y), (arithmetic.divide, S, np.asarray(0.0)), (arithmetic.power, X, S),
        (arithmetic.power, B, S), (arithmetic.power, A, np.asarray(0.5)), (arithmetic.power, np.asarray(-1.0), np.asarray(0.5)),
    ],
)  # fmt: skip
def test_unequal_shapes_and_missing_values_are_refused(operation, left, right):
    with pytest.raises(Refusal):
        operation(left, right)


def test_powers_of_matrices():
    np.testing.assert_allclose(arithmetic.power(A, np.asarray(-1.0)), np.linalg.inv(A))
    np.testing.assert_allclose(arithmetic.power(A, np.asarray(3.0)), A @ A @ A)
    with pytest.raises(Refusal, match="singular"):
        arithmetic.power(np.ones((2, 2)), np.asarray(-1.0))


@pytest.mark.parametrize(("kind", "order"), [("", 2), ("1", 1), ("2", 2), ("\\infty", np.inf)])
def test_norms_of_vectors(kind, order):
    np.testing.assert_allclose(arithmetic.norm(X, kind), np.linalg.norm(X[:, 0], order))


@pytest.mark.parametrize(("kind", "order"), [("F", "fro"), ("2", 2)])
def test_norms_of_matrices(kind, order):
    np.testing.assert_allclose(arithmetic.norm(B, kind), np.linalg.norm(B, order))


def test_jacobians_contract_over_what_they_share():
    first = Jacobian(RNG.standard_normal((2, 3, 4)), (2, 3), (4, 1))
    second = Jacobian(RNG.standard_normal((4, 1, 5, 6)), (4, 1), (5, 6))
    product = arithmetic.multiply(first, second)
    wanted = np.einsum("ijk,kab->ijab", first.array, second.array[:, 0])
    np.testing.assert_allclose(product.array, wanted)
    row = RNG.standard_normal((1, 4))
    np.testing.assert_allclose(
        arithmetic.multiply(row, second).array, np.einsum("k,kab->ab", row[0], second.array[:, 0])
    )
    with pytest.raises(Refusal):
        arithmetic.multiply(second, first)
    with pytest.raises(Refusal, match="outside a product"):
        arithmetic.plain(first)


def test_blocks_are_strict():
    np.testing.assert_array_equal(arithmetic.block([[A, X]]), np.hstack([A, X]))
    np.testing.assert_array_equal(arithmetic.block([[X], [S]]), np.vstack([X, [[2.0]]]))
    for rows in ([[A, S]], [[A], [B]]):
        with pytest.raises(Refusal):
            arithmetic.block(rows)


def test_libraries_get_and_give_vectors_of_one_axis():
    assert arithmetic.to_numpy(X).shape == (3,)
    assert arithmetic.to_numpy(X.T).shape == (1, 3)
    np.testing.assert_array_equal(arithmetic.to_numpy((1, 4)), [0, 3])
    assert arithmetic.from_numpy([1, 2, 3]).shape == (3, 1)
    assert arithmetic.from_numpy([[5.0]]).shape == ()
    with pytest.raises(Refusal):
        arithmetic.from_numpy("x")


@pytest.mark.parametrize(
    ("left", "right", "how"),
    [
        (X, S, r"write b\mathbf{1}"),
        (S, X.T, r"write b\mathbf{1}^{\top}"),
        (B, S, r"write b\mathbf{1}\mathbf{1}^{\top}"),
        (
            A,
            S,
            r"write b\mathbf{1}\mathbf{1}^{\top}, or b\mathbf{I} for a multiple of the identity",
        ),
    ],
)
def test_a_scalar_beside_an_array_is_told_how_to_have_its_shape(left, right, how):
    with pytest.raises(Refusal) as refusal:
        arithmetic.add(left, right)
    assert f"broadcast: {how}, or declare it" in refusal.value.how


@pytest.mark.parametrize(("array", "power"), [(X, 2.0), (X, -1.0), (B, 2.0)])
def test_a_square_of_a_vector_alone_is_told_to_be_its_norm(array, power):
    with pytest.raises(Refusal) as refusal:
        arithmetic.power(array, np.asarray(power))
    assert (r"\|_2^2" in refusal.value.how) == (array is X and power == 2)


def test_what_is_broadcast_is_repeated_as_numpy_repeats_it():
    row, column = B[:1], B[:, :1]
    for value in (S, row, column, B):
        np.testing.assert_array_equal(arithmetic.spread(value, B.shape), np.zeros(B.shape) + value)


@pytest.mark.parametrize("value", [X.T, B[:2], np.ones((3, 1, 4))])
def test_what_does_not_fit_is_not_broadcast(value):
    with pytest.raises(Refusal, match="is not broadcast to 3 x 4"):
        arithmetic.spread(value, B.shape)


def test_powers_and_quotients_entry_by_entry_are_those_of_numpy():
    positive = np.abs(B) + 1
    np.testing.assert_allclose(
        arithmetic.entrywise_power(positive, np.asarray(0.5)), np.sqrt(positive)
    )
    np.testing.assert_allclose(arithmetic.entrywise_power(A, S), A**2)
    np.testing.assert_allclose(arithmetic.entrywise_quotient(B, positive), B / positive)
    np.testing.assert_allclose(arithmetic.entrywise_quotient(S, positive), 2 / positive)


@pytest.mark.parametrize(
    ("operation", "left", "right", "words"),
    [
        (arithmetic.entrywise_power, A, np.asarray(-1.0), "an inverse"),
        (arithmetic.entrywise_power, -np.abs(B), np.asarray(0.5), "not a real number"),
        (arithmetic.entrywise_quotient, B, B - B, "a division by zero"),
        (arithmetic.entrywise_quotient, X, X.T, "entry by entry"),
        (arithmetic.entrywise_quotient, B, X, "entry by entry"),
    ],
)
def test_what_has_no_value_entry_by_entry_is_refused(operation, left, right, words):
    with pytest.raises(Refusal, match=words):
        operation(left, right)
