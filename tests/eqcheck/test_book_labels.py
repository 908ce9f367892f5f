# ruff: noqa: E501, C408 - a formula stands on one line, as in the book
"""Every label of the book's contract, with declarations and an honest way to run it.

The Python callables here are independent of the book's own library: plain NumPy, written once more.
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


def constrained(X, y, theta):
    """Projected gradient: it knows of no multiplier."""
    Xc, yc = X - X.mean(0), y - y.mean()
    H, g = Xc.T @ Xc / len(X), Xc.T @ yc / len(X)
    step = 1 / np.linalg.eigvalsh(H)[-1]
    w = np.zeros(X.shape[1])
    for _ in range(20000):
        new = w - step * (H @ w - g)
        new *= min(1.0, np.sqrt(theta) / (np.linalg.norm(new) + 1e-300))
        if np.array_equal(new, w):
            break
        w = new
    return w, y.mean() - X.mean(0) @ w


def multiplier(X, y, w, b):
    """One equation of stationarity gives it; the others are left to be checked."""
    gradient = -X.T @ (y - X @ w - b) / len(X)
    value = -(w @ gradient) / (w @ w)
    return value if value > 1e-12 else 0.0


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


def principal(X, k):
    return np.linalg.svd(X - X.mean(0), full_matrices=False)[2][:k].T


FUNCTIONS = {
    "gradient": central_gradient,
    "predict": predict,
    "dot": lambda x, w, b: float(np.dot(x, w)) + b,
    "squared_loss": lambda y, yhat: 0.5 * (yhat - y) ** 2,
    "training_loss": lambda X, y, w, b: np.mean((y - X @ w - b) ** 2) / 2,
    "least_squares": least_squares,
    "lstsq": lambda X, y: np.linalg.lstsq(X, y, rcond=None)[0],
    "gradient_step": lambda grad, w, lr: w - lr * grad(w),
    "minibatch": lambda X, y, w, batch: np.mean((y[batch] - X[batch] @ w) ** 2) / 2,
    "hidden": hidden,
    "output": lambda W, h, b: W @ h + b,
    "training_error": lambda X, y, f: np.mean([(yi - f(x)) ** 2 / 2 for x, yi in zip(X, y, strict=True)]),
    "kfold": kfold_error,
    "fit_without": fit_without,
    "ridge": ridge,
    "ridge_w": lambda X, y, lam: ridge(X, y, lam)[0],
    "ridge_b": lambda X, y, lam: ridge(X, y, lam)[1],
    "constrained": constrained,
    "multiplier": multiplier,
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
    "xavier": lambda d_in, d_out, rng: rng.standard_normal((d_out, d_in)) * np.sqrt(2 / (d_in + d_out)),
    "he": lambda d_in, d_out, rng: rng.standard_normal((d_out, d_in)) * np.sqrt(2 / d_in),
    "principal": principal,
    "all_directions": lambda X: np.linalg.svd(X)[2].T,
    "singular_values": lambda X: np.linalg.svd(X, compute_uv=False),
    "centred": lambda Z: Z - Z.mean(0),
    "mean": lambda Z: Z.mean(0),
    "encode": lambda V, x, mu: (x - mu) @ V,
    "decode": lambda V, z, mu: z @ V.T + mu,
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
LOSS = r"""
y, \hat{y} : R
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
LEARNING = (
    DATA
    + r"""
D = 4
\hat{\mathbf{y}} : R[n]; entries \hat{y}_i; defined
\hat{y}_i = \langle \mathbf{x}_i, \mathbf{w} \rangle + b
"""
)
PREDICTION = (
    LEARNING + r"\mathcal{L}(\mathbf{w}, b) = \frac{1}{n}\sum_{i=1}^{n} \ell(y_i, \hat{y}_i)"
)
BIASLESS = DATA + r"\mathcal{L}(\mathbf{w}) = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}\|_2^2"
BIASED = DATA + (
    r"\mathcal{L}(\mathbf{w}, b) = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}-b\mathbf{1}\|_2^2"
)
OPTIMAL = (
    "\n" + r"\mathbf{w}^{*}, b^{*} : R[d], R; code least_squares(\mathbf{X}, \mathbf{y})" + "\n"
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
p : (0.1, 0.4)
\mathbf{x} : R[d]; entries x_j
\mathbf{x}' : R[d]; entries x_j'; defined
"""
MASK = r"x_j' = \begin{cases} 0 & \text{with probability } p \\ \dfrac{x_j}{1-p} & \text{otherwise} \end{cases}"
NOISE = r"""
n = 3
d = 2
\mathbf{X} : R[n,d]; rows \mathbf{x}_i
\mathbf{y} : R[n]; entries y_i
\mathbf{w} : R[d]
b : R
\tau : R+
\boldsymbol{\varepsilon}_i : {-\tau, \tau}[d]; i = 1..n; random
"""
DROPPED = r"""
d = 3
h = 4
q = 5
p : (0.1, 0.4)
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
LATENT = r"""
n = 6
d = 4
k = 2
\mathbf{V}_k : orthonormal[d,k]
\mathbf{x}, \boldsymbol{\mu} : R[d]
\mathbf{z} : R[k]
\hat{\mathbf{x}} : R[d]; defined
"""
PCA = r"""
n = 6
d = 4
k = 2
\mathbf{Z} : R[n,d]
\mathbf{X} : R[n,d]; code centred(\mathbf{Z})
\mathbf{V}_k : R[d,k]; code principal(\mathbf{Z}, k)
\mathbf{V} : R[d,d]; columns \mathbf{v}_j; code all_directions(\mathbf{X})
\mathbf{s} : R+[d]; entries s_j; code singular_values(\mathbf{X})
\mathbf{Q} : orthonormal[d,k]
\mathbf{I}_k : identity[k]
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
    "eq-gradient-linear": dict(
        page=GRADIENT,
        latex=r"\nabla_{\mathbf{x}} (\mathbf{A}\mathbf{x}) = \left( \frac{\partial (\mathbf{A}\mathbf{x})}{\partial \mathbf{x}} \right)^{\top} = \mathbf{A}^{\top}",
    ),
    "eq-gradient-row": dict(
        page=GRADIENT,
        latex=r"\nabla_{\mathbf{x}} (\mathbf{x}^{\top}\mathbf{B}) = \mathbf{B}",
    ),
    "eq-gradient-quadratic": dict(
        page=GRADIENT,
        latex=r"\nabla_{\mathbf{x}} (\mathbf{x}^{\top}\mathbf{C}\mathbf{x}) = (\mathbf{C}+\mathbf{C}^{\top})\mathbf{x}",
        equivalent={r"transpose \mathbf{C}": "a quadratic form only sees the symmetric part"},
    ),
    "eq-gradient-norm": dict(
        page=GRADIENT,
        latex=r"\nabla_{\mathbf{x}} \|\mathbf{x}\|_2^2 = \nabla_{\mathbf{x}} (\mathbf{x}^{\top}\mathbf{x}) = 2\mathbf{x}",
    ),
    "eq-gradient-frobenius": dict(
        page=GRADIENT,
        latex=r"\nabla_{\mathbf{X}} \|\mathbf{X}\|_F^2 = 2\mathbf{X}",
        equivalent={r"transpose \mathbf{X}": "a matrix and its transpose have one norm"},
    ),
    "eq-house-price": dict(
        page=LINEAR,
        latex=r"\widehat{\text{price}} = w_{\text{area}} \cdot \text{area} + w_{\text{age}} \cdot \text{age} + b",
        kind="code",
        code=r"predict([[\text{area}, \text{age}]], [w_{\text{area}}, w_{\text{age}}], b)",
    ),
    "eq-linear-scalar": dict(
        page=LINEAR,
        latex=r"\hat{y} = w_1 x_1 + w_2 x_2 + \cdots + w_d x_d + b = \sum_{j=1}^{d} w_j x_j + b",
        equivalent={"drop term w_2 x_2": "the dots still run from 1 to d"},
    ),
    "eq-linear-vector": dict(
        page=LINEAR,
        latex=r"\hat{y} = \mathbf{w}^{\top}\mathbf{x} + b",
        kind="code",
        code=r"dot(\mathbf{x}, \mathbf{w}, b)",
    ),
    "eq-linear-batch": dict(
        page=LINEAR,
        latex=r"\hat{\mathbf{y}} = \mathbf{X}\mathbf{w} + b\mathbf{1}",
        kind="code",
        code=r"predict(\mathbf{X}, \mathbf{w}, b)",
    ),
    "eq-squared-loss": dict(
        page=LOSS,
        latex=r"\ell(y, \hat{y}) = \frac{1}{2}(y-\hat{y})^2",
        kind="code",
        code=r"squared_loss(y, \hat{y})",
    ),
    "eq-squared-loss-derivative": dict(
        page=LOSS + r"\ell(y, \hat{y}) = \frac{1}{2}(y-\hat{y})^2",
        latex=r"\frac{\partial \ell(y, \hat{y})}{\partial \hat{y}} = \hat{y}-y",
    ),
    "eq-training-set": dict(
        page=DATA,
        latex=r"\mathbf{X} = \left[ \mathbf{x}_1, \mathbf{x}_2, \ldots, \mathbf{x}_n \right]^{\top} \in \mathbb{R}^{n \times d}, \qquad \mathbf{y} = \left[ y_1, y_2, \ldots, y_n \right]^{\top} \in \mathbb{R}^{n}",
        kind="notation",
        why="names the data",
    ),
    "eq-training-loss": dict(
        page=LEARNING,
        latex=r"\mathcal{L}(\mathbf{w}, b) = \frac{1}{n}\sum_{i=1}^{n} \ell(y_i, \hat{y}_i) = \frac{1}{2n}\sum_{i=1}^{n} \left( y_i - \langle \mathbf{x}_i, \mathbf{w} \rangle - b \right)^2",
        kind="code",
        code=r"training_loss(\mathbf{X}, \mathbf{y}, \mathbf{w}, b)",
    ),
    "eq-training-loss-vector": dict(
        page=LEARNING,
        latex=r"\frac{1}{2n}\sum_{i=1}^{n} \left( y_i - \langle \mathbf{x}_i, \mathbf{w} \rangle - b \right)^2 = \frac{1}{2n}\left\| \mathbf{y} - \mathbf{X}\mathbf{w} - b\mathbf{1} \right\|_2^2",
    ),
    "eq-objective": dict(
        page=PREDICTION + OPTIMAL,
        latex=r"(\mathbf{w}^{*}, b^{*}) \in \operatorname*{arg\,min}_{\mathbf{w} \in \mathbb{R}^{d},\; b \in \mathbb{R}} \mathcal{L}(\mathbf{w}, b)",
        kind="optimality",
        certificate=r"\frac{1}{2n}\|\mathbf{X}(\mathbf{w}-\mathbf{w}^{*}) + (b-b^{*})\mathbf{1}\|_2^2",
    ),
    "eq-absorb-bias": dict(
        page=LEARNING + r"""
\tilde{\mathbf{X}} : R[n,D]; defined
\tilde{\mathbf{w}} : R[D]; defined
""",
        latex=r"\mathbf{X}\mathbf{w} + b\mathbf{1} = \tilde{\mathbf{X}}\tilde{\mathbf{w}}, \qquad \tilde{\mathbf{X}} = \begin{bmatrix} \mathbf{X} & \mathbf{1} \end{bmatrix}, \qquad \tilde{\mathbf{w}} = \begin{bmatrix} \mathbf{w} \\ b \end{bmatrix}",
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
        page=DATA + "m = 4\n" + r"I : m of 1..n",
        latex=r"\mathcal{L}_{I}(\mathbf{w}) = \frac{1}{m}\sum_{i \in I} \ell(y_i, \mathbf{w}^{\top}\mathbf{x}_i), \qquad I \subseteq \{1, \ldots, n\},\; |I| = m",
        kind="code",
        code=r"minibatch(\mathbf{X}, \mathbf{y}, \mathbf{w}, I)",
    ),
    "eq-minibatch-unbiased": dict(
        page=BIASLESS + "\nm = 4\n" + r"I : m of 1..n; random" + "\n"
        + r"\mathcal{L}_{I}(\mathbf{w}) = \frac{1}{m}\sum_{i \in I} \ell(y_i, \mathbf{w}^{\top}\mathbf{x}_i)",
        latex=r"\mathbb{E}_{I}\left[ \nabla \mathcal{L}_{I}(\mathbf{w}) \right] = \nabla \mathcal{L}(\mathbf{w})",
    ),
    "eq-mlp-hidden": dict(
        page=MLP,
        latex=r"\mathbf{h}^{(l)} = \sigma\left( \mathbf{W}^{(l)}\mathbf{h}^{(l-1)} + \mathbf{b}^{(l)} \right), \qquad l = 1, \ldots, L-1, \qquad \mathbf{h}^{(0)} = \mathbf{x}",
        kind="code",
        code=r"\mathbf{h}^{(l)} = hidden(l, \mathbf{x}, \{\mathbf{W}^{(r)}\}_{r=1}^{L}, \{\mathbf{b}^{(r)}\}_{r=1}^{L})",
    ),
    "eq-mlp-output": dict(
        page=MLP + r"""
\mathbf{h}^{(0)} = \mathbf{x}
\mathbf{h}^{(l)} = \sigma(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)} + \mathbf{b}^{(l)})
""",
        latex=r"\mathbf{o} = \mathbf{W}^{(L)}\mathbf{h}^{(L-1)} + \mathbf{b}^{(L)}",
        kind="code",
        code=r"output(\mathbf{W}^{(L)}, \mathbf{h}^{(L-1)}, \mathbf{b}^{(L)})",
    ),
    "eq-linear-collapse": dict(
        page="d = 3\nh = 4\nq = 5" + r"""
\mathbf{x} : R[d]
\mathbf{W}_1 : R[h,d]
\mathbf{W}_2 : R[q,h]
\mathbf{b}_1 : R[h]
\mathbf{b}_2 : R[q]
""",
        latex=r"\mathbf{W}_2(\mathbf{W}_1\mathbf{x}+\mathbf{b}_1)+\mathbf{b}_2 = (\mathbf{W}_2\mathbf{W}_1)\mathbf{x}+(\mathbf{W}_2\mathbf{b}_1+\mathbf{b}_2)",
    ),
    "eq-training-error": dict(
        page=DATA + r"f : R[d] -> R",
        latex=r"\widehat{R}(f) = \frac{1}{n}\sum_{i=1}^{n} \ell\left( y_i, f(\mathbf{x}_i) \right)",
        kind="code",
        code=r"training_error(\mathbf{X}, \mathbf{y}, f)",
    ),
    "eq-generalization-error": dict(
        page=DATA + r"f : R[d] -> R",
        latex=r"R(f) = \mathbb{E}_{(\mathbf{x}, y) \sim \mathcal{D}}\left[ \ell\left( y, f(\mathbf{x}) \right) \right]",
        kind="definition",
        why="the distribution is unknown",
    ),
    "eq-k-fold": dict(
        page=DATA.replace("n = 6\nd = 3", "n = 11\nd = 2") + r"""
K = 3
F_k : parts of 1..n; k = 1..K
\mathbf{a} : R[d]
f^{(-k)}(\mathbf{a}) : R; k = 1..K; code fit_without(F_k, \mathbf{X}, \mathbf{y}, \mathbf{a})
""",
        latex=r"\mathrm{CV}_K = \frac{1}{K}\sum_{k=1}^{K} \frac{1}{|F_k|}\sum_{i \in F_k} \ell\left( y_i, f^{(-k)}(\mathbf{x}_i) \right)",
        kind="code",
        code=r"kfold(\mathbf{X}, \mathbf{y}, \{F_r\}_{r=1}^{K}, \{f^{(-r)}\}_{r=1}^{K})",
    ),
    "eq-norm-constraint": dict(
        page=DECAY,
        latex=r"\min_{\mathbf{w}, b}\; \mathcal{L}(\mathbf{w}, b) \quad \text{subject to} \quad \|\mathbf{w}\|_2^2 \le \theta",
        kind="optimality",
        code=r"constrained(\mathbf{X}, \mathbf{y}, \theta)",
    ),
    "eq-norm-penalty": dict(
        page=DECAY,
        latex=r"\min_{\mathbf{w}, b}\; \mathcal{L}(\mathbf{w}, b) + \frac{\lambda}{2}\|\mathbf{w}\|_2^2",
        kind="optimality",
        code=r"ridge(\mathbf{X}, \mathbf{y}, \lambda)",
    ),
    "eq-penalty-kkt": dict(
        page=BIASED.replace(r"\mathbf{y} : R[n]", r"\mathbf{y} : (-3, 3)[n]") + r"""
\theta : (0.05, 2.5)
\mathbf{0} : zeros[d]
\mathbf{w}^{*}, b^{*} : R[d], R; code constrained(\mathbf{X}, \mathbf{y}, \theta)
\lambda : R; code multiplier(\mathbf{X}, \mathbf{y}, \mathbf{w}^{*}, b^{*})
""",
        latex=r"""\begin{aligned}
\nabla_{\mathbf{w}} \mathcal{L}(\mathbf{w}^{*}, b^{*}) + \lambda\mathbf{w}^{*} &= \mathbf{0}, & \frac{\partial \mathcal{L}(\mathbf{w}^{*}, b^{*})}{\partial b} &= 0, \\
\lambda \left( \|\mathbf{w}^{*}\|_2^2 - \theta \right) &= 0, & \lambda &\ge 0, \qquad \|\mathbf{w}^{*}\|_2^2 \le \theta
\end{aligned}""",
        kind="optimality",
        equivalent={
            r"\mathbf{w} -> \mathbf{w}^{*}": "the argument's own name says the same",
            r"b -> b^{*}": "the argument's own name says the same",
            r"\lambda -> \theta #3": "true as well: theta is positive",
            r"\mathbf{w}^{*} -> \mathbf{0} #5": "true as well: zero is feasible",
        },
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
    "eq-penalty-gradient": dict(
        page=DECAY,
        latex=r"\nabla_{\mathbf{w}} \left( \mathcal{L}(\mathbf{w}, b) + \frac{\lambda}{2}\|\mathbf{w}\|_2^2 \right) = \nabla_{\mathbf{w}} \mathcal{L}(\mathbf{w}, b) + \lambda\mathbf{w}",
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
    "eq-noise-tikhonov": dict(
        page=NOISE,
        latex=r"\mathbb{E}_{\boldsymbol{\varepsilon}}\left[ \frac{1}{2n}\sum_{i=1}^{n} \left( y_i - \mathbf{w}^{\top}(\mathbf{x}_i+\boldsymbol{\varepsilon}_i) - b \right)^2 \right] = \frac{1}{2n}\sum_{i=1}^{n} \left( y_i - \mathbf{w}^{\top}\mathbf{x}_i - b \right)^2 + \frac{\tau^2}{2}\|\mathbf{w}\|_2^2",
        equivalent={r"sign of \boldsymbol{\varepsilon}_i": "the noise is symmetric about zero"},
    ),
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
\mathbf{u} : R[d_L]
\ell : R[d_L], R[d_L] -> R
y : R
""".replace("y : R\n", ""),
        latex=r"\mathbf{h}^{(l)} = f_l(\mathbf{h}^{(l-1)}), \quad \mathbf{h}^{(0)} = \mathbf{x}, \qquad \mathcal{L} = \ell_y \circ f_L \circ \cdots \circ f_1(\mathbf{x}), \quad \ell_y(\cdot) = \ell(\mathbf{y}, \cdot)",
        kind="code",
        code=r"""\mathbf{h}^{(L)} = forward(\{f_r\}_{r=1}^{L}, \mathbf{x})
\mathcal{L} = loop(\{f_r\}_{r=1}^{L}, \ell, \mathbf{x}, \mathbf{y})""",
    ),
    "eq-chain-of-jacobians": dict(
        page=LAYERS,
        latex=r"\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{(l)}} = \frac{\partial \mathcal{L}}{\partial \mathbf{h}^{(L)}} \frac{\partial \mathbf{h}^{(L)}}{\partial \mathbf{h}^{(L-1)}} \cdots \frac{\partial \mathbf{h}^{(l+1)}}{\partial \mathbf{h}^{(l)}} \frac{\partial \mathbf{h}^{(l)}}{\partial \mathbf{W}^{(l)}}",
    ),
    "eq-layer": dict(
        page=DEEP.replace(r"\sigma : R -> R; entrywise", r"z : R" + "\n" + r"\sigma : R -> R; entrywise; defined")
        + r"""
f_l : R[d_{l-1}] -> R[d_l]; l = 1..L; defined
\sigma(z) = \tanh(z)
\mathbf{h}^{(0)} = \mathbf{x}
\mathbf{h}^{(l)} = f_l(\mathbf{h}^{(l-1)})
""",
        latex=r"f_l(\mathbf{h}^{(l-1)}) = \sigma\left( \mathbf{W}^{(l)}\mathbf{h}^{(l-1)} \right)",
        kind="code",
        code=r"f_l(\mathbf{h}^{(l-1)}) = layer(\mathbf{W}^{(l)}, \mathbf{h}^{(l-1)})",
    ),
    "eq-layer-jacobian": dict(
        page=LAYERS.replace(r"\mathbf{J}^{(l)} = \frac{\partial \mathbf{h}^{(l)}}{\partial \mathbf{h}^{(l-1)}}", ""),
        latex=r"\mathbf{J}^{(l)} = \frac{\partial \mathbf{h}^{(l)}}{\partial \mathbf{h}^{(l-1)}} = \operatorname{diag}\left( \sigma'(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)}) \right) \mathbf{W}^{(l)}",
    ),
    "eq-jacobian-product": dict(
        page=LAYERS,
        latex=r"\frac{\partial \mathbf{h}^{(L)}}{\partial \mathbf{h}^{(l)}} = \mathbf{J}^{(L)}\mathbf{J}^{(L-1)} \cdots \mathbf{J}^{(l+1)}",
        equivalent={r"drop factor \mathbf{J}^{(L-1)}": "the dots still run from L to l + 1"},
    ),
    "eq-relu": dict(
        page=SCALAR,
        latex=r"\operatorname{ReLU}(x) = \max(0, x), \qquad \operatorname{ReLU}'(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{if } x < 0 \end{cases}",
        kind="code",
        code=r"relu(x)",
        equivalent={"0 -> 1 #4": "the first case has taken all x > 0, so x < 1 means x < 0"},
    ),
    "eq-sigmoid": dict(
        page=SCALAR,
        latex=r"\operatorname{sigmoid}(x) = \frac{1}{1+e^{-x}}",
        kind="code",
        code=r"sigmoid(x)",
    ),
    "eq-sigmoid-derivative": dict(
        page=SCALAR + r"\operatorname{sigmoid}(x) = \frac{1}{1+e^{-x}}",
        latex=r"\operatorname{sigmoid}'(x) = \operatorname{sigmoid}(x)\left( 1-\operatorname{sigmoid}(x) \right)",
    ),
    "eq-xavier": dict(
        page=INIT,
        latex=r"\operatorname{Var}(W_{ij}) = \frac{2}{d_{\text{in}}+d_{\text{out}}}",
        kind="distribution",
        code=r"xavier(d_{\text{in}}, d_{\text{out}})",
    ),
    "eq-xavier (reason)": dict(
        page=INIT,
        latex=r"\mathbb{E}\,\|\mathbf{W}\mathbf{x}\|_2^2 = d_{\text{out}}\operatorname{Var}(W_{ij})\,\|\mathbf{x}\|_2^2, \qquad \mathbb{E}\,\|\mathbf{W}^{\top}\boldsymbol{\delta}\|_2^2 = d_{\text{in}}\operatorname{Var}(W_{ij})\,\|\boldsymbol{\delta}\|_2^2",
        equivalent=dict.fromkeys(("i -> j", "i -> j #2"), "all entries have one variance"),
    ),
    "eq-he": dict(
        page=INIT,
        latex=r"\operatorname{Var}(W_{ij}) = \frac{2}{d_{\text{in}}}",
        kind="distribution",
        code=r"he(d_{\text{in}}, d_{\text{out}})",
    ),
    "eq-he (reason)": dict(
        page=INIT.replace("s : R+", r"s = \sqrt{\frac{2}{d_{\text{in}}}}"),
        latex=r"\frac{1}{d_{\text{out}}}\,\mathbb{E}\,\|\operatorname{ReLU}(\mathbf{W}\mathbf{x})\|_2^2 = \frac{1}{d_{\text{in}}}\|\mathbf{x}\|_2^2",
    ),
    "eq-encode": dict(
        page=LATENT.replace(r"\mathbf{z} : R[k]", r"\mathbf{z} : R[k]; defined"),
        latex=r"\mathbf{z} = \mathbf{V}_k^{\top}(\mathbf{x}-\boldsymbol{\mu})",
        kind="code",
        code=r"encode(\mathbf{V}_k, \mathbf{x}, \boldsymbol{\mu})",
    ),
    "eq-decode": dict(
        page=LATENT,
        latex=r"\hat{\mathbf{x}} = \mathbf{V}_k\mathbf{z}+\boldsymbol{\mu}",
        kind="code",
        code=r"decode(\mathbf{V}_k, \mathbf{z}, \boldsymbol{\mu})",
    ),
    "eq-pca-optimality": dict(
        page=PCA,
        latex=r"\left\| \mathbf{X}-\mathbf{X}\mathbf{V}_k\mathbf{V}_k^{\top} \right\|_F^2 = \min_{\mathbf{Q}^{\top}\mathbf{Q}=\mathbf{I}_k} \left\| \mathbf{X}-\mathbf{X}\mathbf{Q}\mathbf{Q}^{\top} \right\|_F^2 = \sum_{j=k+1}^{d} s_j^2",
        kind="optimality",
        code=r"principal(\mathbf{Z}, k)",
        certificate=r"\sum_{j=1}^{k} (s_j^2 - s_k^2)(1 - \|\mathbf{Q}^{\top}\mathbf{v}_j\|_2^2) + \sum_{j=k+1}^{d} (s_k^2 - s_j^2)\|\mathbf{Q}^{\top}\mathbf{v}_j\|_2^2",
    ),
    "eq-chain-rule": dict(
        page=TENSORS,
        latex=r"\frac{\partial \mathsf{Z}}{\partial \mathsf{X}} = \operatorname{prod}\left( \frac{\partial \mathsf{Z}}{\partial \mathsf{Y}}, \frac{\partial \mathsf{Y}}{\partial \mathsf{X}} \right)",
    ),
}  # fmt: skip


def run(label):
    case = dict(LABELS[label])
    return check(
        Page(case.pop("page"), functions=FUNCTIONS), case.pop("latex"), label=label, **case
    )


@pytest.mark.parametrize("label", LABELS)
def test_every_label_of_the_contract_is_checked_from_its_own_latex(label):
    result = run(label)
    grey = {"eq-training-set": "notation", "eq-generalization-error": "definition"}
    assert result.state == grey.get(label, "checked"), str(result)
    if label not in grey:
        assert result.error < 1e-9
        assert result.mutants >= 3
