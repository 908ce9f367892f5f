# ruff: noqa: E501, C408 - a formula stands on one line, as in the book
"""The displays of the next ten concepts that asked for more grammar: they hold, with their mutants.

Python callables are plain NumPy, written for this; each fault is one that books have printed, or
that an author would.
"""

import math

import numpy as np
import pytest

from eqcheck import Page, check


def sliding(x, w, stride=1):
    return np.array([x[at : at + len(w)] @ w for at in range(0, len(x) - len(w) + 1, stride)])


def channels(X, K, b):
    """Correlate each output channel's kernels with the input's channels, place by place."""
    (q, _, k, _), m = K.shape, X.shape[1] - K.shape[2] + 1
    Y = np.empty((q, m, m), X.dtype)
    for c, i, j in np.ndindex(Y.shape):
        Y[c, i, j] = b[c] + (K[c] * X[:, i : i + k, j : j + k]).sum()
    return Y


def normal_cdf(x):
    if np.iscomplexobj(x):
        raise TypeError("real numbers only")
    return 0.5 * math.erfc(-float(x) / math.sqrt(2))


def places(n, kernel, padding, stride):
    """Count the places of a kernel one after another."""
    return len(range(0, n + 2 * padding - kernel + 1, stride))


def softmax(S):
    E = np.exp(S - S.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


FUNCTIONS = {
    "accuracy": lambda a, y: sum(one == two for one, two in zip(a, y, strict=True)) / len(a),
    "one_hot": lambda labels, q: np.eye(q)[np.asarray(labels) - 1],
    "normal_cdf": normal_cdf,
    "entropy": lambda p: -np.sum(p * np.log(p)),
    "cross": lambda p, q: -np.sum(p * np.log(q)),
    "kl": lambda p, q: np.sum(p * (np.log(p) - np.log(q))),
    "places": places,
    "channels": channels,
    "sliding": sliding,
    "softmax": softmax,
    "rnn": lambda x, h, W, U, b: np.tanh(W @ x + U @ h + b),
}
DISTRIBUTIONS = r"""
q = 3
\mathbf{p}, \hat{\mathbf{p}} : simplex[q]; entries p_k, \hat{p}_k
"""
KL = r"\sum_{k=1}^{q} p_k \log \frac{p_k}{\hat{p}_k}"

LABELS = {
    "eq-accuracy": dict(
        page=r"""
n = 5
q = 3
\mathbf{a}, \mathbf{y} : {1..q}[n]; entries a_i, y_i
r : R; defined
""",
        latex=r"r = \frac{1}{n} \sum_{i=1}^{n} [a_i = y_i]",
        kind="code",
        code=r"accuracy(\mathbf{a}, \mathbf{y})",
    ),
    "eq-one-hot": dict(
        page="q = 4\nj : 1..q\nk : 1..q\n\\mathbf{I} : identity[q]; entries I_{jk}",
        latex=r"I_{jk} = [j = k]",
    ),
    "eq-one-hot (labels)": dict(
        page=r"""
n = 5
q = 3
i : 1..n
k : 1..q
c_i : 1..q; i = 1..n
\mathbf{Y} : R[n,q]; defined; entries y_{ik}
""",
        latex=r"y_{ik} = [c_i = k]",
        kind="code",
        code=r"\mathbf{Y} = one_hot([c_1, c_2, c_3, c_4, c_5], q)",
    ),
    "eq-one-hot (delta)": dict(
        page="q = 4\nk : 1..q\n\\mathbf{o} : R[q]; entries o_j",
        latex=r"\sum_{j=1}^{q} \delta_{jk} o_j = o_k",
    ),
    "eq-logsumexp-max": dict(
        page="q = 4\n\\mathbf{o} : R[q]; entries o_k",
        latex=r"\log \sum_{k=1}^{q} e^{o_k} = \max_j o_j + \log \sum_{k=1}^{q} e^{o_k - \max_j o_j}",
    ),
    "eq-gelu-cdf": dict(
        page="x : R\n\\Phi : R -> R; code normal_cdf",
        latex=r"\Phi(x) = \frac{1}{2} \left( 1 + \operatorname{erf}\left( \frac{x}{\sqrt{2}} \right) \right)",
    ),
    "eq-gelu-derivative": dict(
        page="x : R\n\\Phi(x) = \\frac{1}{2} ( 1 + \\operatorname{erf}( \\frac{x}{\\sqrt{2}} ) )",
        latex=r"\frac{\partial}{\partial x} \left( x\, \Phi(x) \right) = \Phi(x) + \frac{x}{\sqrt{2\pi}} e^{-\frac{x^2}{2}}",
    ),
    "eq-kl-inequality": dict(
        page=DISTRIBUTIONS,
        latex=KL + r" \ge 0",
        kind="bound",
        tight=r"\mathbf{p} = \hat{\mathbf{p}}",
    ),
    "eq-kl-bars": dict(
        page=DISTRIBUTIONS + r"D(\mathbf{p} \,\|\, \hat{\mathbf{p}}) : R; defined",
        latex=r"D(\mathbf{p} \,\|\, \hat{\mathbf{p}}) = " + KL,
        kind="code",
        code=r"kl(\mathbf{p}, \hat{\mathbf{p}})",
    ),
    "eq-entropy": dict(
        page=DISTRIBUTIONS + "H(\\mathbf{p}) : R; defined\n" + r"H(\mathbf{p}, \hat{\mathbf{p}}) : R; code cross(\mathbf{p}, \hat{\mathbf{p}})",
        latex=r"H(\mathbf{p}) = -\sum_{k=1}^{q} p_k \log p_k",
        kind="code",
        code=r"entropy(\mathbf{p})",
    ),
    "eq-cross-entropy-of": dict(
        page=DISTRIBUTIONS + "H(\\mathbf{p}) = -\\sum_{k=1}^{q} p_k \\log p_k\n" + r"H(\mathbf{p}, \hat{\mathbf{p}}) : R; defined",
        latex=r"H(\mathbf{p}, \hat{\mathbf{p}}) = -\sum_{k=1}^{q} p_k \log \hat{p}_k = H(\mathbf{p}) + " + KL,
        kind="code",
        code=r"cross(\mathbf{p}, \hat{\mathbf{p}})",
    ),
    "eq-norm-mean": dict(
        page="m = 5\n\\mathbf{x} : R[m]; entries x_i\n\\mu = \\frac{1}{m} \\sum_{i=1}^{m} x_i",
        latex=r"\sum_{i=1}^{m} (x_i - \mu) = 0",
    ),
    "eq-output-size": dict(
        page="n : {5..9}\nk : {1..4}\np : {0..2}\ns : {1..4}\no : R; defined",
        latex=r"o = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1",
        kind="code",
        code="places(n, k, p, s)",
    ),
    "eq-convolution-channels": dict(
        page=r"""
n = 6
k = 2
m = 5
r = 3
q = 4
\mathsf{X} : R[r,n,n]; entries X_{aij}
\mathsf{K} : R[q,r,k,k]; entries K_{cauv}
\mathbf{b} : R[q]; entries b_c
\mathsf{Y} : R[q,m,m]; defined; entries Y_{cij}
""",
        latex=r"Y_{cij} = b_c + \sum_{a=1}^{r} \sum_{u=1}^{k} \sum_{v=1}^{k} K_{cauv} X_{a,i+u-1,j+v-1}",
        kind="code",
        code=r"\mathsf{Y} = channels(\mathsf{X}, \mathsf{K}, \mathbf{b})",
    ),
    "eq-convolution-stride": dict(
        page=r"""
n = 9
k = 3
s = 2
m = 4
\mathbf{x} : R[n]; entries x_i
\mathbf{w} : R[k]; entries w_j
\mathbf{y} : R[m]; defined; entries y_i
""",
        latex=r"y_i = \sum_{j=1}^{k} w_j x_{s(i-1)+j}",
        kind="code",
        code=r"\mathbf{y} = sliding(\mathbf{x}, \mathbf{w}, stride=s)",
    ),
    "eq-rnn": dict(
        page=r"""
T = 3
d = 5
k = 4
t : 1..T
\tanh : R -> R; entrywise
\mathbf{x}_t : R[d]; t = 1..T
\mathbf{h}_t : R[k]; t = 0..T; defined
\mathbf{W} : R[k,d]
\mathbf{U} : R[k,k]
\mathbf{b}, \mathbf{0} : R[k], zeros[k]
""",
        latex=r"\mathbf{h}_t = \tanh\left( \mathbf{W}\mathbf{x}_t + \mathbf{U}\mathbf{h}_{t-1} + \mathbf{b} \right), \qquad t = 1, \ldots, T, \qquad \mathbf{h}_0 = \mathbf{0}",
        kind="code",
        code=r"\mathbf{h}_t = rnn(\mathbf{x}_t, \mathbf{h}_{t-1}, \mathbf{W}, \mathbf{U}, \mathbf{b})",
        equivalent={r"\mathbf{0} -> \mathbf{b}": "the step is the same from any state"},
    ),
    "eq-attention-variance": dict(
        page="d = 3\n\\mathbf{q}, \\mathbf{k} : normal[d]; random",
        latex=r"\mathbb{E}\left[ \left( \mathbf{q}^{\top}\mathbf{k} \right)^2 \right] = d",
    ),
    "eq-attention-permutation": dict(
        page=r"""
n = 5
d = 3
r = 2
\mathbf{P} : permutation[n]
\mathbf{Q}, \mathbf{K} : R[n,d]
\mathbf{V} : R[n,r]
\operatorname{softmax} : R[n,n] -> R[n,n]; code softmax
""",
        latex=r"\operatorname{softmax}\left( \frac{(\mathbf{P}\mathbf{Q})(\mathbf{P}\mathbf{K})^{\top}}{\sqrt{d}} \right) \mathbf{P}\mathbf{V} = \mathbf{P} \operatorname{softmax}\left( \frac{\mathbf{Q}\mathbf{K}^{\top}}{\sqrt{d}} \right) \mathbf{V}",
    ),
    "eq-likelihood (rows)": dict(
        page="n = 3\nq = 4\ni : 1..n\n\\mathbf{Y} : simplex[n,q]; entries y_{ik}",
        latex=r"\sum_{k=1}^{q} y_{ik} = 1",
    ),
    "eq-gaussian-kl": dict(
        page="\\mu : R\n\\sigma : R+\n\\varepsilon : normal; random",
        latex=r"\mathbb{E}\left[ \frac{1}{2} (\mu + \sigma\varepsilon)^2 - \frac{1}{2}\varepsilon^2 - \log \sigma \right] = \frac{1}{2} (\mu^2 + \sigma^2 - 1 - \log \sigma^2)",
    ),
    "eq-pathwise-gradient": dict(
        page="\\mu : R\n\\sigma : R+\n\\varepsilon : normal; random\nf : R -> R",
        latex=r"\frac{\partial}{\partial \sigma} \mathbb{E}\left[ f(\mu + \sigma\varepsilon) \right] = \mathbb{E}\left[ \varepsilon f'(\mu + \sigma\varepsilon) \right] = \sigma\, \mathbb{E}\left[ f''(\mu + \sigma\varepsilon) \right]",
    ),
}  # fmt: skip

FAULTS = {
    "eq-accuracy": ("a_i = y_i", r"a_i \le y_i"),
    "eq-one-hot": ("j = k", r"j \ge k"),
    "eq-one-hot (labels)": ("c_i", "i"),
    "eq-one-hot (delta)": (r"\delta_{jk}", r"(1 - \delta_{jk})"),
    "eq-logsumexp-max": (r"- \max_j", r"+ \max_j"),
    "eq-gelu-cdf": (r"\frac{x}{\sqrt{2}}", r"\frac{x}{2}"),
    "eq-gelu-derivative": (r"\sqrt{2\pi}", r"2\sqrt{\pi}"),
    "eq-kl-inequality": (r"\frac{p_k}{\hat{p}_k}", r"\frac{\hat{p}_k}{p_k}"),
    "eq-kl-bars": (r"\frac{p_k}{\hat{p}_k}", r"\frac{\hat{p}_k}{p_k}"),
    "eq-entropy": (r"\log p_k", r"\log (1 - p_k)"),
    "eq-cross-entropy-of": (r"\log \hat{p}_k =", r"\log p_k ="),
    "eq-norm-mean": (r"x_i - \mu", r"x_i + \mu"),
    "eq-output-size": (r"\frac{n + 2p - k}{s}", r"\frac{n + 2p - k}{s + 1}"),
    "eq-convolution-channels": ("i+u-1", "i+u-2", "outside 1 to 6"),
    "eq-convolution-stride": ("s(i-1)+j", "s(i-1)+j-1", "outside 1 to 9"),
    "eq-rnn": (r"\mathbf{h}_{t-1}", r"\mathbf{h}_{t}", "defined by itself"),
    "eq-attention-variance": (r"= d", r"= d^2"),
    "eq-attention-permutation": (r"\mathbf{P}\mathbf{V}", r"\mathbf{V}"),
    "eq-likelihood (rows)": ("= 1", r"= \frac{1}{n}"),
    "eq-gaussian-kl": (r"\mu^2 + \sigma^2 - 1", r"\mu^2 + \sigma^2 + 1"),
    "eq-pathwise-gradient": (r"\varepsilon f'", "f'"),
}  # fmt: skip


def run(label, fault=("", "")):
    case = dict(LABELS[label])
    page = Page(case.pop("page"), functions=FUNCTIONS)
    return check(page, case.pop("latex").replace(*fault), label=label, **case)


@pytest.mark.parametrize("label", LABELS)
def test_a_display_that_asked_for_grammar_holds_and_its_wrong_versions_are_caught(label):
    result = run(label)
    assert result.state == "checked", str(result)
    assert result.error < 1e-9
    assert result.mutants >= 4
    if LABELS[label].get("kind") != "bound":
        assert result.mutants - result.killed == len(result.true)
        assert {*LABELS[label].get("equivalent", ())} <= {*result.true}


@pytest.mark.parametrize("label", LABELS)
def test_a_fault_as_books_print_it_is_found(label):
    old, new, *refusal = FAULTS[label]
    assert old in LABELS[label]["latex"]
    result = run(label, (old, new))
    assert result.state == ("refused" if refusal else "wrong"), str(result)
    assert all(words in result.message for words in refusal)
