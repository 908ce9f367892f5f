# ruff: noqa: E501, C408 - a formula stands on one line, as in the book
"""One formula of the book for each thing that formulas do: it holds, and a fault in it is found.

`make equations` runs all formulas of the book against its own library. Here the Python callables
are plain NumPy, written once more, and the faults are such as no page shows.
"""

import numpy as np
import pytest

from eqcheck import Page, check

# --------------------------------------------------------------------- independent implementations


def sigmoid(x):
    return 0.5 * (1 + np.tanh(np.asarray(x) / 2))


def softmax(o):
    e = np.exp(o - np.max(np.real(o)))
    return e / e.sum()


def predict(X, w, b):
    return np.asarray(X) @ np.asarray(w) + b


def central_gradient(f, x, h=1e-3):
    steps = h * np.eye(len(x))
    return np.array([
        (8 * (f(x + s) - f(x - s)) - (f(x + 2 * s) - f(x - 2 * s))) / (12 * h) for s in steps
    ])  # fmt: skip


def least_squares(X, y):
    A = np.hstack([X, np.ones((len(X), 1))])
    solution = np.linalg.lstsq(A, y, rcond=None)[0]
    return solution[:-1], solution[-1]


def ridge(X, y, lam):
    """Center, then stack the penalty as rows: no normal equations."""
    n, d = X.shape
    Xc, yc = X - X.mean(0), y - y.mean()
    A = np.vstack([Xc, np.sqrt(n * lam) * np.eye(d)])
    w = np.linalg.lstsq(A, np.append(yc, np.zeros(d)), rcond=None)[0]
    return w, y.mean() - X.mean(0) @ w


def hidden(layer, x, weights, biases):
    h = x
    for W, b in zip(weights[:layer], biases[:layer], strict=True):
        h = np.tanh(W @ h + b)
    return h


def kfold_error(X, y, folds, fits):
    return np.mean([np.mean([(y[i] - fit(X[i])) ** 2 / 2 for i in fold])
                    for fold, fit in zip(folds, fits, strict=True)])  # fmt: skip


def fit_without(fold, X, y, x):
    kept = np.setdiff1d(np.arange(len(y)), fold)
    w, b = least_squares(X[kept], y[kept])
    return w @ x + b


def loop(functions, loss, x, y):
    for f in functions:
        x = f(x)
    return loss(y, x)


def forward(functions, x):
    for f in functions:
        x = f(x)
    return x


FUNCTIONS = {
    "gradient": central_gradient,
    "predict": predict,
    "lstsq": lambda X, y: np.linalg.lstsq(X, y, rcond=None)[0],
    "gradient_step": lambda grad, w, lr: w - lr * grad(w),
    "minibatch": lambda X, y, w, batch: np.mean((y[batch] - X[batch] @ w) ** 2) / 2,
    "hidden": hidden,
    "kfold": kfold_error,
    "fit_without": fit_without,
    "ridge": ridge,
    "ridge_w": lambda X, y, lam: ridge(X, y, lam)[0],
    "ridge_b": lambda X, y, lam: ridge(X, y, lam)[1],
    "decay": lambda w, g, lr, lam: w * (1 - lr * lam) - lr * g,
    "dropout": lambda x, p, rng: x * (rng.random(x.shape) >= p) / (1 - p),
    "mask_dropout": lambda h, mask, p: np.where(mask == 1, h / (1 - p), 0),
    "dropout_mlp": lambda x, W1, b1, W2, b2, mask, p: softmax(
        W2 @ (sigmoid(W1 @ x + b1) * mask / (1 - p)) + b2
    ),
    "softmax": softmax,
    "loop": loop,
    "forward": forward,
    "layer": lambda W, h: np.tanh(W @ h),
    "relu": lambda x: x if x > 0 else 0.0 * x,
    "sigmoid": sigmoid,
    "he": lambda d_in, d_out, rng: rng.standard_normal((d_out, d_in)) * np.sqrt(2 / d_in),
    "prod": lambda a, b: np.tensordot(a, b, axes=2),
}  # fmt: skip

GRADIENT = r"""
n = 5
d = 4
q = 3
\mathbf{x} : R[d]; entries x_j
\mathbf{A} : R[q,d]
\mathbf{B} : R[d,q]
\mathbf{C} : R[d,d]
\mathbf{X} : R[n,d]
f : R[d] -> R
"""
LINEAR = r"""
n = 6
d = 4
\mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j
\mathbf{X} : R[n,d]
\mathbf{1} : ones[n]
b : R
\hat{y} : R; defined
\hat{\mathbf{y}} : R[n]; defined
\text{area}, \text{age} : R+
w_{\text{area}}, w_{\text{age}} : R
\widehat{\text{price}} : R; defined
"""
DATA = r"""
n = 6
d = 3
\mathbf{X} : R[n,d]; rows \mathbf{x}_i
\mathbf{y} : R[n]; entries y_i
\mathbf{w} : R[d]
b : R
\mathbf{1} : ones[n]
y, \hat{y} : R
\ell(y, \hat{y}) = \frac{1}{2}(y-\hat{y})^2
"""
BIASLESS = DATA + r"\mathcal{L}(\mathbf{w}) = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}\|_2^2"
BIASED = DATA + (
    r"\mathcal{L}(\mathbf{w}, b) = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}-b\mathbf{1}\|_2^2"
)
MLP = r"""
d_l = 4, 6, 5, 2
L = 3
l : 1..L-1
\mathbf{x} : R[d_0]
\mathbf{h}^{(l)} : R[d_l]; l = 0..L-1; defined
\mathbf{W}^{(l)} : R[d_l,d_{l-1}]; l = 1..L
\mathbf{b}^{(l)} : R[d_l]; l = 1..L
\mathbf{o} : R[d_L]; defined
\sigma : R -> R; entrywise; defined
z : R
\sigma(z) = \tanh(z)
"""
DECAY = (
    BIASED
    + r"""
T = 5
t : 0..T-1
\mathbf{w}_t : R[d]; t = 0..T; iterates of \mathbf{w}
b_t : R; t = 0..T; iterates of b
\eta, \lambda : R+
\theta : (0.05, 0.6)
"""
)
DEEP = r"""
d_l = 3, 6, 7, 4, 8, 2
L = 5
l : 1..2
\mathbf{x} : R[d_0]
\mathbf{y} : R[d_L]
\mathbf{h}^{(l)} : R[d_l]; l = 0..L; defined
\mathbf{W}^{(l)} : R[d_l,d_{l-1}]; l = 1..L
\mathbf{J}^{(l)} : R[d_l,d_{l-1}]; l = 1..L; defined
\sigma : R -> R; entrywise
"""
LAYERS = (
    DEEP
    + r"""
\ell : R[d_L], R[d_L] -> R
\mathbf{h}^{(l)} = \sigma(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)})
\mathbf{h}^{(0)} = \mathbf{x}
\mathcal{L} = \ell(\mathbf{y}, \mathbf{h}^{(L)})
\mathbf{J}^{(l)} = \frac{\partial \mathbf{h}^{(l)}}{\partial \mathbf{h}^{(l-1)}}
"""
)
DROPOUT = r"""
d = 3
p : [0, 1)
\mathbf{x} : R[d]; entries x_j
\mathbf{x}' : R[d]; entries x_j'; defined
"""
MASK = r"x_j' = \begin{cases} 0 & \text{with probability } p \\ \dfrac{x_j}{1-p} & \text{otherwise} \end{cases}"
DROPPED = r"""
d = 3
h = 4
q = 5
p : [0, 1)
\mathbf{x} : R[d]
\mathbf{W}_1 : R[h,d]
\mathbf{W}_2 : R[q,h]
\mathbf{b}_1 : R[h]
\mathbf{b}_2 : R[q]
\mathbf{h}, \mathbf{h}' : R[h]; defined
\mathbf{o}, \hat{\mathbf{y}} : R[q]; defined
\mathbf{m} : {0,1}[h]
z : R
\sigma : R -> R; entrywise; defined
\sigma(z) = \frac{1}{1+e^{-z}}
\operatorname{softmax} : R[q] -> R[q]; code softmax
\mathbf{a} : R[h]
\operatorname{dropout}(\mathbf{a}) : R[h]; code mask_dropout(\mathbf{a}, \mathbf{m}, p)
"""
SCALAR = r"""
x : R*
\operatorname{ReLU} : R -> R; entrywise; defined
\operatorname{sigmoid} : R -> R; entrywise; defined
"""
INIT = r"""
d_{\text{in}} = 2
d_{\text{out}} = 3
s : R+
\mathbf{W} : {-s, s}[d_{\text{out}},d_{\text{in}}]; random; entries W_{ij}
\mathbf{x} : R[d_{\text{in}}]
\boldsymbol{\delta} : R[d_{\text{out}}]
i : 1..d_{\text{out}}
j : 1..d_{\text{in}}
z : R
\operatorname{ReLU} : R -> R; entrywise; defined
\operatorname{ReLU}(z) = \max(0, z)
"""
TENSORS = r"""
\mathsf{X} : R[2,3]
f : R[2,3] -> R[4,5]
g : R[4,5] -> R[6,7]
\mathsf{Y} = f(\mathsf{X})
\mathsf{Z} = g(\mathsf{Y})
\operatorname{prod} : any, any -> any; code prod
"""

LABELS = {
    "eq-gradient": dict(
        page=GRADIENT,
        latex=r"\nabla_{\mathbf{x}} f(\mathbf{x}) = \left[ \frac{\partial f(\mathbf{x})}{\partial x_1}, \frac{\partial f(\mathbf{x})}{\partial x_2}, \ldots, \frac{\partial f(\mathbf{x})}{\partial x_d} \right]^{\top}",
        kind="code",
        code=r"gradient(f, \mathbf{x})",
    ),
    "eq-house-price": dict(
        page=LINEAR,
        latex=r"\widehat{\text{price}} = w_{\text{area}} \cdot \text{area} + w_{\text{age}} \cdot \text{age} + b",
        kind="code",
        code=r"predict([[\text{area}, \text{age}]], [w_{\text{area}}, w_{\text{age}}], b)",
    ),
    "eq-loss-gradient": dict(
        page=BIASLESS,
        latex=r"\nabla_{\mathbf{w}} \mathcal{L}(\mathbf{w}) = -\frac{1}{n}\mathbf{X}^{\top}(\mathbf{y}-\mathbf{X}\mathbf{w})",
    ),
    "eq-normal-equations": dict(
        page=BIASLESS + "\n" + r"\mathbf{w}^{*} : R[d]; code lstsq(\mathbf{X}, \mathbf{y})",
        latex=r"\mathbf{X}^{\top}\mathbf{X}\,\mathbf{w}^{*} = \mathbf{X}^{\top}\mathbf{y}",
    ),
    "eq-closed-form": dict(
        page=BIASLESS + "\n" + r"\mathbf{w}^{*} : R[d]; defined",
        latex=r"\mathbf{w}^{*} = (\mathbf{X}^{\top}\mathbf{X})^{-1}\mathbf{X}^{\top}\mathbf{y}",
        kind="code",
        code=r"lstsq(\mathbf{X}, \mathbf{y})",
    ),
    "eq-gradient-descent": dict(
        page=BIASLESS + r"""
T = 5
t : 0..T-1
\eta : R+
\mathbf{w}_t : R[d]; t = 0..T; iterates of \mathbf{w}
""",
        latex=r"\mathbf{w}_{t+1} = \mathbf{w}_{t} - \eta\, \nabla \mathcal{L}(\mathbf{w}_{t}), \qquad t = 0, 1, \ldots, T-1",
        kind="code",
        code=r"\mathbf{w}_{t+1} = gradient_step(\nabla \mathcal{L}, \mathbf{w}_{t}, lr=\eta)",
    ),
    "eq-minibatch-loss": dict(
        page=DATA + "m = 4\nI : m of 1..n\n" + r"\mathcal{L}_{I} : R[d] -> R; defined",
        latex=r"\mathcal{L}_{I}(\mathbf{w}) = \frac{1}{m}\sum_{i \in I} \ell(y_i, \mathbf{w}^{\top}\mathbf{x}_i), \qquad I \subseteq \{1, \ldots, n\},\; |I| = m",
        kind="code",
        code=r"minibatch(\mathbf{X}, \mathbf{y}, \mathbf{w}, I)",
    ),
    "eq-mlp-hidden": dict(
        page=MLP,
        latex=r"\mathbf{h}^{(l)} = \sigma\left( \mathbf{W}^{(l)}\mathbf{h}^{(l-1)} + \mathbf{b}^{(l)} \right), \qquad l = 1, \ldots, L-1, \qquad \mathbf{h}^{(0)} = \mathbf{x}",
        kind="code",
        code=r"\mathbf{h}^{(l)} = hidden(l, \mathbf{x}, \{\mathbf{W}^{(r)}\}_{r=1}^{L}, \{\mathbf{b}^{(r)}\}_{r=1}^{L})",
    ),
    "eq-k-fold": dict(
        page=DATA.replace("n = 6\nd = 3", "n = 11\nd = 2") + r"""
K = 3
F_k : parts of 1..n; k = 1..K
\mathbf{a} : R[d]
f^{(-k)}(\mathbf{a}) : R; k = 1..K; code fit_without(F_k, \mathbf{X}, \mathbf{y}, \mathbf{a})
\mathrm{CV}_K : R; defined
""",
        latex=r"\mathrm{CV}_K = \frac{1}{K}\sum_{k=1}^{K} \frac{1}{|F_k|}\sum_{i \in F_k} \ell\left( y_i, f^{(-k)}(\mathbf{x}_i) \right)",
        kind="code",
        code=r"kfold(\mathbf{X}, \mathbf{y}, \{F_r\}_{r=1}^{K}, \{f^{(-r)}\}_{r=1}^{K})",
    ),
    "eq-norm-penalty": dict(
        page=DECAY,
        latex=r"\min_{\mathbf{w}, b}\; \mathcal{L}(\mathbf{w}, b) + \frac{\lambda}{2}\|\mathbf{w}\|_2^2",
        kind="optimality",
        code=r"ridge(\mathbf{X}, \mathbf{y}, \lambda)",
    ),
    "eq-penalty-limit": dict(
        page=BIASED + r"""
\lambda : R+
\mathbf{0} : zeros[d]
\mathbf{w}^{*}(\lambda) : R[d]; code ridge_w(\mathbf{X}, \mathbf{y}, \lambda)
b^{*}(\lambda) : R; code ridge_b(\mathbf{X}, \mathbf{y}, \lambda)
""",
        latex=r"\lim_{\lambda \to \infty} \mathbf{w}^{*}(\lambda) = \mathbf{0}",
        kind="limit",
    ),
    "eq-weight-decay-update": dict(
        page=DECAY,
        latex=r"""\begin{aligned}
\mathbf{w}_{t+1} &= \mathbf{w}_{t} - \eta\, \nabla_{\mathbf{w}} \left( \mathcal{L}(\mathbf{w}_{t}, b_{t}) + \frac{\lambda}{2}\|\mathbf{w}_{t}\|_2^2 \right) \\
&= (1-\eta\lambda)\,\mathbf{w}_{t} - \eta\, \nabla_{\mathbf{w}} \mathcal{L}(\mathbf{w}_{t}, b_{t})
\end{aligned}""",
        kind="code",
        code=r"\mathbf{w}_{t+1} = decay(\mathbf{w}_{t}, \nabla_{\mathbf{w}} \mathcal{L}(\mathbf{w}_{t}, b_{t}), \eta, \lambda)",
    ),
    "eq-unbiased-noise": dict(
        page=DROPOUT + MASK,
        latex=r"\mathbb{E}\left[ \mathbf{x}' \mid \mathbf{x} \right] = \mathbf{x}",
    ),
    "eq-dropout": dict(page=DROPOUT, latex=MASK, kind="distribution", code=r"dropout(\mathbf{x}, p)"),
    "eq-dropout-mlp": dict(
        page=DROPPED,
        latex=r"""\begin{aligned}
\mathbf{h} &= \sigma\left( \mathbf{W}_1\mathbf{x}+\mathbf{b}_1 \right), & \mathbf{h}' &= \operatorname{dropout}(\mathbf{h}), \\
\mathbf{o} &= \mathbf{W}_2\mathbf{h}'+\mathbf{b}_2, & \hat{\mathbf{y}} &= \operatorname{softmax}(\mathbf{o})
\end{aligned}""",
        kind="code",
        code=r"\hat{\mathbf{y}} = dropout_mlp(\mathbf{x}, \mathbf{W}_1, \mathbf{b}_1, \mathbf{W}_2, \mathbf{b}_2, \mathbf{m}, p)",
    ),
    "eq-deep-network": dict(
        page=DEEP + r"""
f_l : R[d_{l-1}] -> R[d_l]; l = 1..L
\ell : R[d_L], R[d_L] -> R
\ell_y : R[d_L] -> R; defined
\mathcal{L} : R; defined
""",
        latex=r"\mathbf{h}^{(l)} = f_l(\mathbf{h}^{(l-1)}), \quad \mathbf{h}^{(0)} = \mathbf{x}, \qquad \mathcal{L} = \ell_y \circ f_L \circ \cdots \circ f_1(\mathbf{x}), \quad \ell_y(\cdot) = \ell(\mathbf{y}, \cdot)",
        kind="code",
        code=r"""\mathbf{h}^{(L)} = forward(\{f_r\}_{r=1}^{L}, \mathbf{x})
\mathcal{L} = loop(\{f_r\}_{r=1}^{L}, \ell, \mathbf{x}, \mathbf{y})""",
    ),
    "eq-layer-jacobian": dict(
        page=LAYERS.replace(r"\mathbf{J}^{(l)} = \frac{\partial \mathbf{h}^{(l)}}{\partial \mathbf{h}^{(l-1)}}", ""),
        latex=r"\mathbf{J}^{(l)} = \frac{\partial \mathbf{h}^{(l)}}{\partial \mathbf{h}^{(l-1)}} = \operatorname{diag}\left( \sigma'(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)}) \right) \mathbf{W}^{(l)}",
    ),
    "eq-relu": dict(
        page=SCALAR,
        latex=r"\operatorname{ReLU}(x) = \max(0, x), \qquad \operatorname{ReLU}'(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{if } x < 0 \end{cases}",
        kind="code",
        code=r"relu(x)",
        equivalent={"0 -> 1 #4": "the first case has taken all x > 0, so x < 1 means x < 0"},
    ),
    "eq-he (reason)": dict(
        page=INIT.replace("s : R+", r"s = \sqrt{\frac{2}{d_{\text{in}}}}"),
        latex=r"\frac{1}{d_{\text{out}}}\,\mathbb{E}\,\|\operatorname{ReLU}(\mathbf{W}\mathbf{x})\|_2^2 = \frac{1}{d_{\text{in}}}\|\mathbf{x}\|_2^2",
    ),
    "eq-chain-rule": dict(
        page=TENSORS,
        latex=r"\frac{\partial \mathsf{Z}}{\partial \mathsf{X}} = \operatorname{prod}\left( \frac{\partial \mathsf{Z}}{\partial \mathsf{Y}}, \frac{\partial \mathsf{Y}}{\partial \mathsf{X}} \right)",
    ),
}  # fmt: skip


FAULTS = {
    "eq-gradient": (r"\partial x_1}", r"\partial x_2}", "different steps"),
    "eq-house-price": (r"w_{\text{age}}", r"w_{\text{area}}"),
    "eq-loss-gradient": (r"\frac{1}{n}", r"\frac{1}{d}"),
    "eq-normal-equations": (r"\mathbf{X}^{\top}\mathbf{X}", r"\mathbf{X}\mathbf{X}^{\top}", "6 x 6 times 3 x 1"),
    "eq-closed-form": (r"^{-1}", ""),
    "eq-gradient-descent": (r"\nabla \mathcal{L}(\mathbf{w}_{t})", r"\nabla \mathcal{L}(\mathbf{w}_{t+1})"),
    "eq-minibatch-loss": (r"\frac{1}{m}", r"\frac{1}{n}"),
    "eq-mlp-hidden": (r"\mathbf{h}^{(l-1)} +", r"\mathbf{h}^{(0)} +", "5 x 6 times 4 x 1"),
    "eq-k-fold": (r"\frac{1}{|F_k|}", r"\frac{1}{n}"),
    "eq-norm-penalty": (r"\frac{\lambda}{2}", r"\lambda"),
    "eq-penalty-limit": (r"\lambda \to \infty", r"\lambda \to 0"),
    "eq-weight-decay-update": (r"(1-\eta\lambda)", r"(1-\lambda)"),
    "eq-unbiased-noise": (r"= \mathbf{x}", r"= \mathbf{x}'", "is random"),
    "eq-dropout": (r"\text{with probability } p", r"\text{with probability } 1-p"),
    "eq-dropout-mlp": (r"\mathbf{W}_2\mathbf{h}'", r"\mathbf{W}_2\mathbf{h}"),
    "eq-deep-network": (r"\ell(\mathbf{y}, \cdot)", r"\ell(\cdot, \mathbf{y})"),
    "eq-layer-jacobian": (r"\sigma'", r"\sigma"),
    "eq-relu": (r"\max(0, x)", r"\max(x, -x)"),
    "eq-he (reason)": (r"\|\operatorname{ReLU}(\mathbf{W}\mathbf{x})\|_2^2", r"\|\mathbf{W}\mathbf{x}\|_2^2"),
    "eq-chain-rule": (r"\frac{\partial \mathsf{Y}}{\partial \mathsf{X}}", r"\frac{\partial \mathsf{X}}{\partial \mathsf{Y}}", "does not contain the variable"),
}  # fmt: skip


def run(label, fault=("", "")):
    case = dict(LABELS[label])
    page = Page(case.pop("page"), functions=FUNCTIONS)
    return check(page, case.pop("latex").replace(*fault), label=label, **case)


@pytest.mark.parametrize("label", LABELS)
def test_a_formula_of_each_sort_holds_and_its_wrong_versions_are_caught(label):
    result = run(label)
    assert result.state == "checked", str(result)
    assert result.error < 1e-9
    assert result.mutants >= 3


@pytest.mark.parametrize("label", LABELS)
def test_a_fault_that_no_page_shows_is_found(label):
    old, new, *refusal = FAULTS[label]
    assert old in LABELS[label]["latex"]
    result = run(label, (old, new))
    assert result.state == ("refused" if refusal else "wrong")
    assert all(words in result.message for words in refusal)
