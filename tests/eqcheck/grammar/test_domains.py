"""Domains: how they are read, and how readers of a page know them."""

import pytest

from eqcheck import Refusal
from eqcheck.grammar.domains import read_domains, split_at_commas


@pytest.mark.parametrize(
    ("text", "kind", "parameters"),
    [
        ("R*", "R*", ()),
        ("[0, 1)", "interval", ("0", "1")),
        (r"{-\tau, \tau}[d]", "finite", (r"-\tau", r"\tau")),
        ("0..T-1", "integers", ("0", "T-1")),
        ("m of 1..n", "subset", ("m", "1", "n")),
        ("parts of 1..n", "parts", ("parts", "1", "n")),
        ("{1..q}[n]", "whole", ("1", "q")),
        ("{0 .. T-1}", "whole", ("0", "T-1")),
        ("normal[d]", "normal", ()),
        ("permutation[n]", "permutation", ()),
        ("orthonormal[d,k]", "orthonormal", ()),
    ],
)
def test_each_domain_is_read(text, kind, parameters):
    [domain] = read_domains(text)
    assert (domain.kind, domain.parameters) == (kind, parameters)


def test_a_function_has_inputs_and_an_output():
    [domain] = read_domains("R[d], (0,1) -> R[q]")
    assert [part.kind for part in domain.inputs] == ["R", "interval"]
    assert domain.output.shape == ("q",)


@pytest.mark.parametrize("text", ["(0, 1], R, [0, 1)", "R, (0,1)[n], R[d]", "{0,1}, R, R"])
def test_commas_inside_of_brackets_separate_no_domains(text):
    assert len(read_domains(text)) == 3


@pytest.mark.parametrize("text", ["Q", "", "R, ", "R -> ", "(0, 1", "R[]"])
def test_an_unknown_domain_is_refused_with_those_that_are_known(text):
    with pytest.raises(Refusal, match="unknown domain") as refusal:
        read_domains(text)
    assert "orthonormal" in refusal.value.how


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("R", r"\mathbb{R}"),
        ("R+", r"\mathbb{R}_{>0}"),
        ("R[n,d]", r"\mathbb{R}^{n \times d}"),
        ("R[d_l,d_{l-1}]", r"\mathbb{R}^{d_l \times d_{l-1}}"),
        ("(0, 1)", "(0, 1)"),
        ("R[d], R -> R", r"\mathbb{R}^{d} \times \mathbb{R} \to \mathbb{R}"),
        ("R[d], R", r"\mathbb{R}^{d},\; \mathbb{R}"),
        ("1..n", r"\{1, \ldots, n\}"),
        (r"1..d_{\text{in}}", r"\{1, \ldots, d_{\text{in}}\}"),
        ("{0, 1}", r"\{0, 1\}"),
        ("{1..q}[n]", r"\{1, \ldots, q\}^{n}"),
        ("{0..2}", r"\{0, 1, 2\}"),
        ("2 of 1..3", r"\subseteq \{1, 2, 3\}"),
        ("normal", r"\mathcal{N}(0, 1)"),
        ("normal[d]", r"\mathcal{N}(\mathbf{0}, \mathbf{I})"),
        ("permutation[n]", r"\{0, 1\}^{n \times n}"),
        ("m of 1..n", r"\subseteq \{1, \ldots, n\}"),
        ("identity[d]", r"\mathbb{R}^{d \times d}"),
        ("symmetric[d,d]", r"\mathbb{R}^{d \times d}"),
        ("[0, 1)[d]", "[0, 1)^{d}"),
        ("{0,1}[h]", r"\{0,1\}^{h}"),
        ("R*", r"\mathbb{R} \setminus \{0\}"),
        ("parts of 1..n", r"\subseteq \{1, \ldots, n\}"),
    ],
)
def test_a_domain_is_shown_as_readers_know_it(text, latex):
    assert r",\; ".join(domain.latex() for domain in read_domains(text)) == latex


def test_only_commas_outside_of_all_brackets_split():
    assert split_at_commas(r"[a, b), {c, d}, f(x, y[1, 2]), z") == [
        "[a, b)", "{c, d}", "f(x, y[1, 2])", "z"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("simplx[d]", "did you mean simplex? known are R, "),
        ("R -> Q", "known are R, "),
        ("R[d", "a bracket has no partner"),
    ],
)
def test_an_unknown_domain_is_named_with_the_nearest_of_the_known_ones(text, how):
    with pytest.raises(Refusal, match="unknown domain") as refusal:
        read_domains(text)
    assert refusal.value.how.startswith(how)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("identity", "identity[d]"),
        ("simplex", "simplex[d]"),
        ("symmetric[n,d]", "symmetric[n]"),
        ("identity[n,n,n]", "identity[n]"),
    ],
)
def test_a_domain_without_its_size_or_a_square_one_with_two_is_refused(text, how):
    with pytest.raises(Refusal) as refusal:
        read_domains(text)
    assert refusal.value.how == f"write {how}"


def test_a_square_matrix_has_two_axes_by_one_name():
    assert [domain.axes for domain in read_domains("identity[q], symmetric[n,n], R[q]")] == [
        ("q", "q"),
        ("n", "n"),
        ("q",),
    ]


def test_laws_have_their_parameters():
    [uniform] = read_domains(r"uniform(-a, \sqrt{6})[d]")
    assert (uniform.kind, uniform.parameters) == ("uniform", ("-a", r"\sqrt{6}"))
    assert uniform.latex() == r"\mathcal{U}(-a, \sqrt{6})^{d}"
    assert read_domains("bernoulli(1 - p)")[0].latex() == r"\operatorname{Bernoulli}(1 - p)"
    for text in ("uniform(1)", "bernoulli(p, q)"):
        with pytest.raises(Refusal, match="of what"):
            read_domains(text)
    for text in ("uniform", "bernoulli", "uniform(0, 1"):
        with pytest.raises(Refusal):
            read_domains(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\mathbb{R}", "R"), (r"\mathbb R^d", "R[d]"), (r"\mathbb{R}^{n \times d}", "R[n,d]"),
        ("R^n", "R[n]"), ("R^{n,d}", "R[n,d]"), ("R(n)", "R[n]"), (r"\mathbb{R}_{+}", "R+"),
        (r"\mathbb{R}_+^n", "R+[n]"), ("Real", "R"), (r"\mathbb{N}", "{1..9}"), ("Z", "{-9..9}"),
    ],
)  # fmt: skip
def test_what_is_meant_is_told_as_it_is_written_here(written, meant):
    with pytest.raises(Refusal, match="unknown domain") as refusal:
        read_domains(written)
    assert refusal.value.how == f"write {meant}"
    assert len(read_domains(meant)) == 1


def test_of_a_function_the_space_is_told_that_is_not_known():
    with pytest.raises(Refusal, match="unknown domain 'R\\^n'") as refusal:
        read_domains("R^n -> R")
    assert refusal.value.how == "write R[n]"
