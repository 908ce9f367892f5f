"""Entropy and what belongs to it, against SciPy, enumeration, and what no code can do."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from dlref.classification import cross_entropy_between
from dlref.information import entropy, huffman_lengths, kl_divergence, perplexity

rng = np.random.default_rng(0)
P, P_HAT = rng.dirichlet(np.ones(6), 2)


@pytest.mark.parametrize("base", [2, 3.5, np.e])
def test_entropy_and_divergence_equal_those_of_scipy(base):
    assert entropy(P, base=base) == pytest.approx(stats.entropy(P, base=base), rel=1e-13)
    expected = stats.entropy(P, P_HAT, base=base)
    assert kl_divergence(P, P_HAT, base=base) == pytest.approx(expected, rel=1e-12)
    assert kl_divergence(P, P_HAT) == pytest.approx(special.rel_entr(P, P_HAT).sum(), rel=1e-12)


def test_what_never_happens_adds_nothing():
    assert entropy([0.5, 0.0, 0.5], base=2) == pytest.approx(1)
    assert kl_divergence([0.0, 1.0], [0.5, 0.5], base=2) == pytest.approx(1)


def test_a_certain_outcome_has_an_entropy_of_zero_without_a_sign():
    assert str(entropy([0.0, 1.0])) == "0.0"


def test_what_was_believed_impossible_is_an_infinite_surprise():
    assert kl_divergence([0.5, 0.5], [1.0, 0.0]) == np.inf
    assert perplexity([0.5, 0.0]) == np.inf


def test_divergence_of_the_rarest_from_the_smallest_float_does_not_overflow():
    tiny = 5e-324
    expected = -np.log(tiny)
    assert kl_divergence([1.0, 0.0], [tiny, 1.0]) == pytest.approx(expected, rel=1e-12)


def test_cross_entropy_is_entropy_and_divergence():
    expected = entropy(P) + kl_divergence(P, P_HAT)
    assert cross_entropy_between(P, P_HAT) == pytest.approx(expected, rel=1e-13)


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=8), st.data())
def test_divergence_is_never_negative_and_entropy_never_above_that_of_equal_shares(shares, data):
    p = np.array(shares) / sum(shares)
    q = np.array(data.draw(st.lists(st.floats(0.001, 1), min_size=len(p), max_size=len(p))))
    assert kl_divergence(p, q / q.sum()) >= -1e-15
    assert entropy(p) <= np.log(len(p)) + 1e-12


def test_perplexity_of_equal_shares_is_their_number():
    assert perplexity(np.full(7, 1 / 5)) == pytest.approx(5, rel=1e-14)
    r = rng.uniform(0.1, 1, 9)
    assert perplexity(r) == pytest.approx(1 / stats.gmean(r), rel=1e-13)


def prefix_lengths(q, longest):
    """Yield the lengths of all binary codes of q words, none of which begins another: Kraft."""
    for lengths in itertools.product(range(1, longest + 1), repeat=q):
        if sum(2.0**-length for length in lengths) <= 1:
            yield lengths


@pytest.mark.parametrize("q", [2, 3, 4, 5])
def test_no_code_is_shorter_on_average_than_that_of_huffman(q):
    for _ in range(8):
        p = rng.dirichlet(np.full(q, 0.7))
        lengths = huffman_lengths(p)
        assert sum(2.0**-lengths) == 1
        best = min(np.dot(p, each) for each in prefix_lengths(q, q))
        assert np.dot(p, lengths) == pytest.approx(best, rel=1e-12)
        assert entropy(p, base=2) - 1e-12 <= np.dot(p, lengths) < entropy(p, base=2) + 1


def test_a_code_of_one_letter_is_refused():
    with pytest.raises(ValueError, match=r"^p must hold two probabilities at least, got \[1\.\]$"):
        huffman_lengths([1.0])


def test_a_base_of_one_is_refused():
    with pytest.raises(ValueError, match=r"^base must be > 1, got 1\.0$"):
        entropy([0.5, 0.5], base=1.0)
    with pytest.raises(
        ValueError, match=r"^probabilities must be in \[0, 1\], got \[0\.5, 1\.5\]$"
    ):
        perplexity([0.5, 1.5])
