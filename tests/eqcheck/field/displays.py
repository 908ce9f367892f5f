# ruff: noqa: E501 - a formula stands on one line
r"""Forty displays of a well-known book on deep learning, drawn by lot, each with our declarations.

The book is d2l-ai/d2l-en. ``FILES`` are the eighteen files that were read, the commit at which each
was, and how many displays it has; ``drawn`` is how the forty were chosen before one was tried. What
is printed is the formula as it stands there, and ``rewritten`` what an author would write instead.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

SEED = 20261125
SIZE = 40
FILES = {  # in the folder chapter_...: commit, displays
    "linear-regression/linear-regression": ("02d963b26427158db6b3c41a64d0213d894915f6", 16),
    "linear-regression/weight-decay": ("02a16ed0030343a8355cf6f8a61e1d61eeb6f453", 4),
    "linear-regression/generalization": ("09d0288f5bd63cce2c879032192c621610621e09", 3),
    "multilayer-perceptrons/mlp": ("02dc559d4abf06231454921ab06d51698357e301", 9),
    "multilayer-perceptrons/backprop": ("0848f3ed3a3b8ac614f800ba10f812161c576f1e", 14),
    "linear-classification/softmax-regression": ("09d0288f5bd63cce2c879032192c621610621e09", 11),
    "optimization/momentum": ("00ad4e5fd3bc40dc56f9af381468befb5bf544a1", 11),
    "optimization/adam": ("01bc4d01a191d686f58cc42749814267615d1656", 4),
    "optimization/sgd": ("00ad4e5fd3bc40dc56f9af381468befb5bf544a1", 17),
    "optimization/convexity": ("05d898c8ca8c94a006bfa94269579e617c99935c", 14),
    "recurrent-neural-networks/bptt": ("05a660506e29d289570138f8ec9262e8375af760", 14),
    "recurrent-modern/gru": ("080d777ac2c1e4cc19afc12906c5279d29709838", 3),
    "attention-mechanisms-and-transformers/attention-scoring-functions": (
        "003f46d8d6bbe6311a235ca107b93f1b4e897953",
        7,
    ),
    "attention-mechanisms-and-transformers/attention-pooling": (
        "00c6ffeffa739a5c774968fdcda983e403da0a5d",
        3,
    ),
    "multilayer-perceptrons/numerical-stability-and-init": (
        "05d898c8ca8c94a006bfa94269579e617c99935c",
        5,
    ),
    "convolutional-modern/batch-norm": ("0010d69695af31edb70491769e11533b229fbf44", 3),
    "multilayer-perceptrons/dropout": ("00ad4e5fd3bc40dc56f9af381468befb5bf544a1", 2),
    "preliminaries/calculus": ("0001fb520cfdf417ebf19856a79f91efc367825e", 11),
}


def drawn() -> list[tuple[str, int]]:
    """Return the file and the number of each display: every file by its share, at least one."""
    total = sum(count for _, count in FILES.values())
    share = {name: max(1, SIZE * count // total) for name, (_, count) in FILES.items()}
    order = sorted(FILES, key=lambda name: share[name] - SIZE * FILES[name][1] / total)
    for name in order[: SIZE - sum(share.values())]:
        share[name] += 1
    rng = random.Random(SEED)
    return [
        (name, number)
        for name, (_, count) in FILES.items()
        for number in sorted(rng.sample(range(1, count + 1), share[name]))
    ]


@dataclass(frozen=True)
class Display:
    """One display: where it stands, what we declare for it, and how it is run."""

    file: str
    number: int
    section: str
    page: str
    printed: str
    defines: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    rewritten: str = ""
    why: str = ""  # words of the refusal of what is printed, or what is wrong with it


DATA = r"""
n = 5
d = 3
\mathbf{X} : R[n,d]; rows \mathbf{x}^{(i)}
\mathbf{y} : R[n]; entries y^{(i)}
b : R
"""
STATES = r"""
T = 4
w, h, x : R
x_t : R; t = 1..T
h_t : R; t = 0..T; defined
"""

DISPLAYS = (
    Display(
        "linear-regression/linear-regression", 1, "Model",
        r"""
w_{\mathrm{area}}, w_{\mathrm{age}}, \mathrm{area}, \mathrm{age}, b : R
\mathrm{price} : R; defined
""",
        r"\mathrm{price} = w_{\mathrm{area}} \cdot \mathrm{area} + w_{\mathrm{age}} \cdot \mathrm{age} + b.",
        options={"kind": "code", "code": r"price([w_{\mathrm{area}}, w_{\mathrm{age}}], [\mathrm{area}, \mathrm{age}], b)"},
    ),
    Display(
        "linear-regression/linear-regression", 6, "Loss Function",
        DATA + r"""
\mathbf{w} : R[d]
l^{(i)} : R[d], R -> R; i = 1..n; defined
L : R[d], R -> R; defined
""",
        r"L(\mathbf{w}, b) =\frac{1}{n}\sum_{i=1}^n l^{(i)}(\mathbf{w}, b) =\frac{1}{n} \sum_{i=1}^n \frac{1}{2}\left(\mathbf{w}^\top \mathbf{x}^{(i)} + b - y^{(i)}\right)^2.",
        defines=(r"l^{(i)}(\mathbf{w}, b) = \frac{1}{2}(\mathbf{w}^\top \mathbf{x}^{(i)} + b - y^{(i)})^2",),
        options={"kind": "code", "code": r"mean_loss(\mathbf{X}, \mathbf{y}, \mathbf{w}, b)"},
    ),
    Display(
        "linear-regression/linear-regression", 8, "Analytic Solution",
        DATA + r"""
\mathbf{w} : R[d]
\mathbf{w}^* : R[d]; code least_squares(\mathbf{X}, \mathbf{y})
\partial : gradient
""",
        r"\begin{aligned} \partial_{\mathbf{w}} \|\mathbf{y} - \mathbf{X}\mathbf{w}\|^2 = 2 \mathbf{X}^\top (\mathbf{X} \mathbf{w} - \mathbf{y}) = 0 \text{ and hence } \mathbf{X}^\top \mathbf{y} = \mathbf{X}^\top \mathbf{X} \mathbf{w}. \end{aligned}",
        rewritten=r"\begin{aligned} \partial_{\mathbf{w}} \|\mathbf{y} - \mathbf{X}\mathbf{w}\|^2 = 2 \mathbf{X}^\top (\mathbf{X} \mathbf{w} - \mathbf{y}) \text{ and hence } \mathbf{X}^\top \mathbf{y} = \mathbf{X}^\top \mathbf{X} \mathbf{w}^*. \end{aligned}",
        why="3 x 1 = a scalar",  # a condition, and no claim
    ),
    Display(
        "linear-regression/linear-regression", 9, "Analytic Solution",
        DATA + r"\mathbf{w}^* : R[d]; defined",
        r"\mathbf{w}^* = (\mathbf X^\top \mathbf X)^{-1}\mathbf X^\top \mathbf{y}",
        options={"kind": "code", "code": r"least_squares(\mathbf{X}, \mathbf{y})"},
    ),
    Display(
        "linear-regression/weight-decay", 2, "Norms and Weight Decay",
        DATA + r"""
\mathbf{w} : R[d]
\lambda : R+
L : R[d], R -> R; defined
""",
        r"L(\mathbf{w}, b) + \frac{\lambda}{2} \|\mathbf{w}\|^2.",
        defines=(r"L(\mathbf{w}, b) = \frac{1}{n}\sum_{i=1}^n \frac{1}{2}(\mathbf{w}^\top \mathbf{x}^{(i)} + b - y^{(i)})^2",),
        options={"kind": "code", "code": r"ridge_loss(\mathbf{X}, \mathbf{y}, \mathbf{w}, b, \lambda)"},
    ),
    Display(
        "linear-regression/generalization", 1, "Training Error and Generalization Error",
        DATA + r"""
f : R[d] -> R
l : R[d], R, R -> R
R_\text{emp}[\mathbf{X}, \mathbf{y}, f] : R; defined
""",
        r"R_\text{emp}[\mathbf{X}, \mathbf{y}, f] = \frac{1}{n} \sum_{i=1}^n l(\mathbf{x}^{(i)}, y^{(i)}, f(\mathbf{x}^{(i)})),",
        options={"kind": "code", "code": r"training_error(\mathbf{X}, \mathbf{y}, f, l)"},
    ),
    Display(
        "multilayer-perceptrons/mlp", 7, "Sigmoid Function",
        "x : R\n" r"\operatorname{sigmoid}(x) = \frac{1}{1 + \exp(-x)}",
        r"\frac{d}{dx} \operatorname{sigmoid}(x) = \frac{\exp(-x)}{(1 + \exp(-x))^2} = \operatorname{sigmoid}(x)\left(1-\operatorname{sigmoid}(x)\right).",
    ),
    Display(
        "multilayer-perceptrons/mlp", 9, "Tanh Function",
        "x : R",
        r"\frac{d}{dx} \operatorname{tanh}(x) = 1 - \operatorname{tanh}^2(x).",
    ),
    Display(
        "multilayer-perceptrons/backprop", 2, "Forward Propagation",
        r"""
h = 4
\mathbf{z} : R[h]
\phi : R -> R; entrywise
\mathbf{h} : R[h]; defined
""",
        r"\mathbf{h}= \phi (\mathbf{z}).",
        options={"kind": "code", "code": r"each(\phi, \mathbf{z})"},
    ),
    Display(
        "multilayer-perceptrons/backprop", 3, "Forward Propagation",
        r"""
h = 4
q = 3
\mathbf{h} : R[h]
\mathbf{W}^{(2)} : R[q,h]
\mathbf{o} : R[q]; defined
""",
        r"\mathbf{o}= \mathbf{W}^{(2)} \mathbf{h}.",
        options={"kind": "code", "code": r"weighted(\mathbf{W}^{(2)}, \mathbf{h})"},
    ),
    Display(
        "multilayer-perceptrons/backprop", 8, "Backpropagation",
        "L, s : R\nJ = L + s",
        r"\frac{\partial J}{\partial L} = 1 \text{ and } \frac{\partial J}{\partial s} = 1",
        options={"equivalent": dict.fromkeys(("L -> s", "s -> L"), "J is symmetric in L and s")},
    ),
    Display(
        "multilayer-perceptrons/backprop", 11, "Backpropagation",
        r"""
h = 4
q = 3
y : R
\lambda : R+
\mathbf{h} : R[h]
\mathbf{W}^{(2)} : R[q,h]
\mathbf{o} : R[q]; defined
l : R[q], R -> R
\partial : gradient
\text{prod} : chain rule
""",
        r"\frac{\partial J}{\partial \mathbf{W}^{(2)}} = \text{prod}\left(\frac{\partial J}{\partial \mathbf{o}}, \frac{\partial \mathbf{o}}{\partial \mathbf{W}^{(2)}}\right) + \text{prod}\left(\frac{\partial J}{\partial s}, \frac{\partial s}{\partial \mathbf{W}^{(2)}}\right) = \frac{\partial J}{\partial \mathbf{o}} \mathbf{h}^\top + \lambda \mathbf{W}^{(2)}",
        defines=(
            r"\mathbf{o} = \mathbf{W}^{(2)} \mathbf{h}",
            r"L = l(\mathbf{o}, y)",
            r"s = \frac{\lambda}{2} \|\mathbf{W}^{(2)}\|_F^2",
            "J = L + s",
        ),
    ),
    Display(
        "linear-classification/softmax-regression", 5, "Vectorization",
        r"""
n = 5
d = 4
q = 3
\mathbf{X} : R[n,d]
\mathbf{W} : R[d,q]
\mathbf{b} : R[1,q]; broadcast
\mathrm{softmax} : R[q] -> R[q]; rowwise; code softmax
\mathbf{O}, \hat{\mathbf{Y}} : R[n,q]; defined
""",
        r"\begin{aligned} \mathbf{O} &= \mathbf{X} \mathbf{W} + \mathbf{b}, \\ \hat{\mathbf{Y}} & = \mathrm{softmax}(\mathbf{O}). \end{aligned}",
        options={"kind": "code", "code": "\\mathbf{O} = scores(\\mathbf{X}, \\mathbf{W}, \\mathbf{b})\n" r"\hat{\mathbf{Y}} = predictions(\mathbf{X}, \mathbf{W}, \mathbf{b})"},
    ),
    Display(
        "linear-classification/softmax-regression", 8, "Log-Likelihood",
        r"""
q = 3
\mathbf{y}, \hat{\mathbf{y}} : simplex[q]; entries y_j, \hat{y}_j
l : R[q], R[q] -> R; defined
""",
        r"l(\mathbf{y}, \hat{\mathbf{y}}) = - \sum_{j=1}^q y_j \log \hat{y}_j.",
        options={"kind": "code", "code": r"cross_entropy(\mathbf{y}, \hat{\mathbf{y}})"},
    ),
    Display(
        "linear-classification/softmax-regression", 10, "Softmax and Cross-Entropy Loss",
        r"""
q = 3
j : 1..q
\mathbf{o} : R[q]; entries o_j
\mathbf{y} : simplex[q]; entries y_j
\mathrm{softmax} : R[q] -> R[q]; code softmax
\hat{\mathbf{y}} : R[q]; defined; entries \hat{y}_j
""",
        r"\partial_{o_j} l(\mathbf{y}, \hat{\mathbf{y}}) = \frac{\exp(o_j)}{\sum_{k=1}^q \exp(o_k)} - y_j = \mathrm{softmax}(\mathbf{o})_j - y_j.",
        defines=(
            r"\hat{\mathbf{y}} = \mathrm{softmax}(\mathbf{o})",
            r"l(\mathbf{y}, \hat{\mathbf{y}}) = - \sum_{j=1}^q y_j \log \hat{y}_j",
        ),
    ),
    Display(
        "optimization/momentum", 1, "Leaky Averages",
        r"""
n = 5
d = 3
m = 2
T = 4
t : 1..T
\mathbf{x}_i : R[d]; i = 1..n
\mathbf{w} : R[d]
\mathbf{w}_t : R[d]; t = 0..T; iterates of \mathbf{w}
\mathcal{B}_t : m of 1..n; t = 1..T
f : R[d], R[d] -> R
\mathbf{g}_t : R[d]; t = 1..T; defined
\partial : gradient
""",
        r"\mathbf{g}_t = \partial_{\mathbf{w}} \frac{1}{|\mathcal{B}_t|} \sum_{i \in \mathcal{B}_t} f(\mathbf{x}_{i}, \mathbf{w}_{t-1}) = \frac{1}{|\mathcal{B}_t|} \sum_{i \in \mathcal{B}_t} \mathbf{g}_{i, t-1}",
        rewritten=r"\mathbf{g}_t = \partial_{\mathbf{w}} \frac{1}{|\mathcal{B}_t|} \sum_{i \in \mathcal{B}_t} f(\mathbf{x}_{i}, \mathbf{w}_{t-1}) = \frac{1}{|\mathcal{B}_t|} \sum_{i \in \mathcal{B}_t} \partial_{\mathbf{w}} f(\mathbf{x}_{i}, \mathbf{w}_{t-1})",
        why=", cannot stand here",  # a family has one index
        options={"kind": "code", "code": r"\mathbf{g}_t = mean_gradient(f, \{\mathbf{x}_i\}_{i=1}^n, \mathcal{B}_t, \mathbf{w}_{t-1})"},
    ),
    Display(
        "optimization/momentum", 5, "Quadratic Convex Functions",
        r"""
d = 3
\mathbf{x}, \mathbf{c} : R[d]
Q : symmetric[d]
b : R
h(\mathbf{x}) : R; defined
""",
        r"h(\mathbf{x}) = \frac{1}{2} \mathbf{x}^\top Q \mathbf{x} + \mathbf{x}^\top \mathbf{c} + b.",
        options={"kind": "code", "code": r"quadratic(\mathbf{x}, Q, \mathbf{c}, b)"},
    ),
    Display(
        "optimization/momentum", 10, "Scalar Functions",
        r"""
T = 4
t : 0..T-1
x : R
x_t : R; t = 0..T; iterates of x
\eta, \lambda : R+
""",
        r"x_{t+1} = x_t - \eta \lambda x_t = (1 - \eta \lambda) x_t.",
        options={"kind": "code", "code": r"x_{t+1} = descent(x_t, \eta, \lambda)"},
    ),
    Display(
        "optimization/adam", 1, "The Algorithm",
        r"""
d = 3
T = 4
t : 1..T
\beta_1, \beta_2 : (0, 1)
\mathbf{v}, \mathbf{s} : R[d]
\mathbf{v}_t : R[d]; t = 0..T; iterates of \mathbf{v}
\mathbf{s}_t : R[d]; t = 0..T; iterates of \mathbf{s}
\mathbf{g}_t : R[d]; t = 1..T
^ : entrywise
""",
        r"\begin{aligned} \mathbf{v}_t & \leftarrow \beta_1 \mathbf{v}_{t-1} + (1 - \beta_1) \mathbf{g}_t \\ \mathbf{s}_t & \leftarrow \beta_2 \mathbf{s}_{t-1} + (1 - \beta_2) \mathbf{g}_t^2 \end{aligned}",
        options={"kind": "code", "code": "\\mathbf{v}_t = moving(\\mathbf{v}_{t-1}, \\mathbf{g}_t, \\beta_1)\n" r"\mathbf{s}_t = moving_of_squares(\mathbf{s}_{t-1}, \mathbf{g}_t, \beta_2)"},
    ),
    Display(
        "optimization/sgd", 1, "Stochastic Gradient Updates",
        r"""
n = 4
d = 3
\mathbf{x} : R[d]
f_i : R[d] -> R; i = 1..n
f : R[d] -> R; defined
""",
        r"f(\mathbf{x}) = \frac{1}{n} \sum_{i = 1}^n f_i(\mathbf{x}).",
        options={"kind": "code", "code": r"average(\{f_i\}_{i=1}^n, \mathbf{x})"},
    ),
    Display(
        "optimization/sgd", 10, "Convergence Analysis for Convex Objectives",
        r"""
d = 3
T = 4
t : 1..T
w, w^* : R[d]
w_t : R[d]; t = 1..T; iterates of w
x_t : R[d]; t = 1..T
l : R[d], R[d] -> R; convex
\partial : gradient
""",
        r"l(x_t, w^*) \geq l(x_t, w_t) + \left\langle w^* - w_t, \partial_{w} l(x_t, w_t) \right\rangle.",
        options={"kind": "bound", "tight": r"w^* = w_t"},
    ),
    Display(
        "optimization/sgd", 12, "Convergence Analysis for Convex Objectives",
        r"""
d = 3
T = 4
t : 1..T-1
\eta_t, L : R+
w^* : R[d]
w_t : R[d]; t = 1..T
R : R[d] -> R; convex
R^* : R
""".replace(r"\eta_t, L : R+", "\\eta_t : R+; t = 1..T\nL : R+"),
        r"E_{w_t}\left[\|w_{t} - w^*\|^2\right] - E_{w_{t+1}|w_t}\left[\|w_{t+1} - w^*\|^2\right] \geq 2 \eta_t [E[R[w_t]] - R^*] -  \eta_t^2 L^2.",
        options={"kind": "bound"},
        why="does not begin a name",  # a mean over a law that is only named
    ),
    Display(
        "optimization/sgd", 15, "Convergence Analysis for Convex Objectives",
        r"""
d = 3
T = 4
t : 1..T
\eta_t : R+; t = 1..T
w_t : R[d]; t = 1..T
R : R[d] -> R; convex
\bar{w} : R[d]; defined
""",
        r"\sum_t \eta_t E[R[w_t]] \geq \sum \eta_t \cdot \left[E[\bar{w}]\right].",
        defines=(r"\bar{w} = \frac{\sum_{t=1}^T \eta_t w_t}{\sum_{t=1}^T \eta_t}",),
        options={"kind": "bound"},
        rewritten=r"\sum_t \eta_t R(w_t) \geq \left(\sum_t \eta_t\right) R(\bar{w}).",
        why="write f(x)",  # R is lost on the right, and an index
    ),
    Display(
        "optimization/convexity", 3, "Jensen's Inequality",
        r"""
n = 4
i : 1..n
\boldsymbol{\alpha} : simplex[n]; entries \alpha_i
x_i : R; i = 1..n
x : {-1, 0.5, 2}; random
f : R -> R; convex
""",
        r"\begin{aligned} \sum_i \alpha_i f(x_i) & \geq f\left(\sum_i \alpha_i x_i\right) \\ \text{ and } \mathbf{E}_x[f(x)] & \geq f\left(\mathbf{E}_x[x]\right) \end{aligned}",
        options={"kind": "bound"},
    ),
    Display(
        "optimization/convexity", 10, "Derivatives and Convexity",
        r"""
a : (-1, 0)
x : (0, 1)
b : (1, 2)
f : R -> R; convex
\alpha : R; code mean_value(f, a, x)
\beta : R; code mean_value(f, x, b)
""",
        r"\begin{aligned} f(b) - f(a) & = f(b) - f(x) + f(x) - f(a) \\ & = (b-x) f'(\beta) + (x-a) f'(\alpha) \\ & \geq (b-a) f'(\alpha). \end{aligned}",
        options={"kind": "bound"},
    ),
    Display(
        "optimization/convexity", 11, "Constraints",
        r"""
d = 3
N = 2
i : 1..N
\mathbf{x}, \mathbf{p} : R[d]
\mathbf{v}_i : R[d]; i = 1..N
f(\mathbf{x}) = \|\mathbf{x} - \mathbf{p}\|_2^2
c_i : R[d] -> R; i = 1..N; defined
""",
        r"\begin{aligned} \mathop{\mathrm{minimize~}}_{\mathbf{x}} & f(\mathbf{x}) \\ \text{ subject to } & c_i(\mathbf{x}) \leq 0 \text{ for all } i \in \{1, \ldots, N\} \end{aligned}",
        defines=(r"c_i(\mathbf{x}) = \mathbf{v}_i^\top \mathbf{x} - 1",),
        options={"kind": "optimality", "code": r"nearest(\mathbf{p}, [\mathbf{v}_1, \mathbf{v}_2])"},
    ),
    Display(
        "optimization/convexity", 13, "Projections",
        "d = 3\n\\mathbf{g} : R[d]\nc : R+",
        r"\mathbf{g} \leftarrow \mathbf{g} \cdot \mathrm{min}(1, c/\|\mathbf{g}\|).",
        options={"kind": "code", "code": r"clip(\mathbf{g}, c)"},
    ),
    Display(
        "recurrent-neural-networks/bptt", 2, "Recurrent Model",
        r"""
T = 4
w : R
x, y : R[T]; entries x_t, y_t
h_t : R; t = 0..T; defined
o_t : R; t = 1..T; defined
f : R, R, R -> R
g, l : R, R -> R
L : R[T], R[T], R -> R; defined
""",
        r"L(x,y, w) = \sum_{t=1}^T l(y_t, o_t).",
        defines=("h_0 = 0.5", "h_t = f(x_t, h_{t-1}, w)", "o_t = g(h_t, w)"),
        options={"kind": "code", "code": "unrolled(f, g, l, x, y, w)"},
    ),
    Display(
        "recurrent-neural-networks/bptt", 4, "Recurrent Model",
        STATES + "t : 2..T\n",
        r"\begin{aligned} \partial_w h_t & = \partial_w f(x_t, h_{t-1}, w) + \partial_h f(x_t, h_{t-1}, w) \partial_w h_{t-1} \\ & = \sum_{i=t}^1 \left[\prod_{j=t}^i \partial_h f(x_j, h_{j-1}, w) \right] \partial_w f(x_{i}, h_{i-1}, w) \end{aligned}",
        defines=(r"f(x, h, w) = \tanh(x + w h)", "h_0 = 0.5", "h_t = f(x_t, h_{t-1}, w)"),
        rewritten=r"\begin{aligned} \partial_w h_t & = \partial_w f(x_t, h_{t-1}, w) + \partial_h f(x_t, h_{t-1}, w) \partial_w h_{t-1} \\ & = \partial_w f(x_t, h_{t-1}, w) + \sum_{i=1}^{t-1} \left[\prod_{j=i+1}^t \partial_h f(x_j, h_{j-1}, w) \right] \partial_w f(x_{i}, h_{i-1}, w) \end{aligned}",
        why="an empty range",  # and the bounds of both are wrong
    ),
    Display(
        "recurrent-neural-networks/bptt", 5, "Recurrent Model",
        STATES + "t : 2..T\n\\xi_t : R; t = 1..T\nz_t : R; t = 1..T; defined",
        r"z_t  = \partial_w f(x_t, h_{t-1}, w) + \xi_t \partial_h f(x_t, h_{t-1}, w) \partial_w h_{t-1}",
        defines=(r"f(x, h, w) = \tanh(x + w h)", "h_0 = 0.5", "h_t = f(x_t, h_{t-1}, w)"),
        options={"kind": "code", "code": r"z_t = randomly_truncated(\{x_t\}_{t=1}^T, w, \xi_t, t)"},
    ),
    Display(
        "recurrent-modern/gru", 2, "Candidate Hidden State",
        r"""
n = 4
d = 3
h = 2
T = 5
t : 1..T
\mathbf{X}_t : R[n,d]; t = 1..T
\mathbf{H}_t : R[n,h]; t = 0..T
\mathbf{R}_t : R[n,h]; t = 1..T
\mathbf{W}_{xh} : R[d,h]
\mathbf{W}_{hh} : R[h,h]
\mathbf{b}_h : R[1,h]; broadcast
\tanh : R -> R; entrywise
\tilde{\mathbf{H}}_t : R[n,h]; t = 1..T; defined
""",
        r"\tilde{\mathbf{H}}_t = \tanh(\mathbf{X}_t \mathbf{W}_{xh} + \left(\mathbf{R}_t \odot \mathbf{H}_{t-1}\right) \mathbf{W}_{hh} + \mathbf{b}_h),",
        options={"kind": "code", "code": r"\tilde{\mathbf{H}}_t = candidate(\mathbf{X}_t, \mathbf{H}_{t-1}, \mathbf{R}_t, \mathbf{W}_{xh}, \mathbf{W}_{hh}, \mathbf{b}_h)"},
    ),
    Display(
        "attention-mechanisms-and-transformers/attention-scoring-functions", 3, "Dot Product Attention",
        r"""
d = 3
n = 4
i : 1..n
j : 1..n
\mathbf{q} : R[d]
\mathbf{k}_i : R[d]; i = 1..n
\alpha : R[d], R[d] -> R; defined
a(\mathbf{q}, \mathbf{k}_i) = \mathbf{q}^\top \mathbf{k}_i / \sqrt{d}
\mathrm{softmax} : R[n] -> R[n]; code softmax
""",
        r"\alpha(\mathbf{q}, \mathbf{k}_i) = \mathrm{softmax}(a(\mathbf{q}, \mathbf{k}_i)) = \frac{\exp(\mathbf{q}^\top \mathbf{k}_i / \sqrt{d})}{\sum_{j=1} \exp(\mathbf{q}^\top \mathbf{k}_j / \sqrt{d})}.",
        rewritten=r"\alpha(\mathbf{q}, \mathbf{k}_i) = \frac{\exp(\mathbf{q}^\top \mathbf{k}_i / \sqrt{d})}{\sum_j \exp(\mathbf{q}^\top \mathbf{k}_j / \sqrt{d})}.",
        why="without an upper bound",  # and a softmax of one number
        options={"kind": "code", "code": r"weight(\mathbf{q}, \{\mathbf{k}_i\}_{i=1}^n, i)"},
    ),
    Display(
        "attention-mechanisms-and-transformers/attention-scoring-functions", 6, "Scaled Dot Product Attention",
        r"""
n = 5
m = 4
d = 3
v = 2
\mathbf{Q} : R[n,d]
\mathbf{K} : R[m,d]
\mathbf{V} : R[m,v]
\mathrm{softmax} : R[m] -> R[m]; rowwise; code softmax
""",
        r"\mathrm{softmax}\left(\frac{\mathbf Q \mathbf K^\top }{\sqrt{d}}\right) \mathbf V \in \mathbb{R}^{n\times v}.",
        options={"kind": "code", "code": r"attention(\mathbf{Q}, \mathbf{K}, \mathbf{V})"},
    ),
    Display(
        "attention-mechanisms-and-transformers/attention-pooling", 1, "Attention by Similarity",
        r"""
d = 2
\mathbf{k}, \mathbf{q} : R[d]
\alpha, \alpha_G, \alpha_B, \alpha_E : R[d], R[d] -> R; defined
""",
        r"\begin{aligned} \alpha(\mathbf{k}, \mathbf{q}) & = \exp\left(\frac{1}{2} \|\mathbf{k} - \mathbf{q}\|^2 \right) && \mathrm{Gaussian} \\ \alpha(\mathbf{k}, \mathbf{q}) & = 1 \text{ if } \|\mathbf{k} - \mathbf{q}\| \leq 1 && \mathrm{Boxcar} \\ \alpha(\mathbf{k}, \mathbf{q}) & = \mathop{\mathrm{max}}\left(0, 1 - \|\mathbf{k} - \mathbf{q}\|\right) && \mathrm{Epanechikov} \end{aligned}",
        rewritten=r"\begin{aligned} \alpha_G(\mathbf{k}, \mathbf{q}) & = \exp\left(-\frac{1}{2} \|\mathbf{k} - \mathbf{q}\|^2 \right) \\ \alpha_B(\mathbf{k}, \mathbf{q}) & = \begin{cases} 1 & \text{ if } \|\mathbf{k} - \mathbf{q}\| \leq 1 \\ 0 & \text{ otherwise} \end{cases} \\ \alpha_E(\mathbf{k}, \mathbf{q}) & = \max\left(0, 1 - \|\mathbf{k} - \mathbf{q}\|\right) \end{aligned}",
        why="not declared",  # three alternatives for one name, and a minus is lost
        options={"kind": "code", "code": "\n".join(rf"\alpha_{name[0].upper()}(\mathbf{{k}}, \mathbf{{q}}) = {name}(\mathbf{{k}}, \mathbf{{q}})" for name in ("gaussian", "boxcar", "epanechnikov"))},
    ),
    Display(
        "multilayer-perceptrons/numerical-stability-and-init", 3, "Xavier Initialization",
        r"""
n_\mathrm{in} = 4
n_\mathrm{out} = 3
\mathbf{W} : R[n_\mathrm{out},n_\mathrm{in}]; entries W_{ij}
\mathbf{x} : R[n_\mathrm{in}]; entries x_j
\mathbf{h} : R[n_\mathrm{out}]; defined; entries h_i
""",
        r"h_{i} = \sum_{j=1}^{n_\mathrm{in}} W_{ij} x_j",
        options={"kind": "code", "code": r"\mathbf{h} = weighted(\mathbf{W}, \mathbf{x})"},
    ),
    Display(
        "convolutional-modern/batch-norm", 2, "Training Deep Networks",
        r"""
m = 4
d = 3
\mathbf{X} : R[m,d]; rows \mathbf{x}_i
\epsilon : R+; broadcast
\hat{\boldsymbol{\mu}}_\mathcal{B} : R[d]; defined
\hat{\boldsymbol{\sigma}}_\mathcal{B} : R[d]; code deviation(\mathbf{X}, \epsilon)
^ : entrywise
""",
        r"\hat{\boldsymbol{\mu}}_\mathcal{B} = \frac{1}{|\mathcal{B}|} \sum_{\mathbf{x} \in \mathcal{B}} \mathbf{x} \text{ and } \hat{\boldsymbol{\sigma}}_\mathcal{B}^2 = \frac{1}{|\mathcal{B}|} \sum_{\mathbf{x} \in \mathcal{B}} (\mathbf{x} - \hat{\boldsymbol{\mu}}_{\mathcal{B}})^2 + \epsilon.",
        rewritten=r"\hat{\boldsymbol{\mu}}_\mathcal{B} = \frac{1}{m} \sum_{i=1}^m \mathbf{x}_i \text{ and } \hat{\boldsymbol{\sigma}}_\mathcal{B}^2 = \frac{1}{m} \sum_{i=1}^m (\mathbf{x}_i - \hat{\boldsymbol{\mu}}_{\mathcal{B}})^2 + \epsilon.",
        why="not declared",  # a set of vectors
        options={"kind": "code", "code": r"\hat{\boldsymbol{\mu}}_\mathcal{B} = mean_row(\mathbf{X})"},
    ),
    Display(
        "multilayer-perceptrons/dropout", 2, "Dropout in Practice",
        r"""
d = 4
m = 3
q = 2
x : R[d]
W_1 : R[m,d]
b_1 : R[m]
W_2 : R[q,m]
b_2 : R[q]
\sigma : R -> R; entrywise
\mathrm{softmax} : R[q] -> R[q]; code softmax
h : R[m]; defined
o, \hat{y} : R[q]; defined
""",
        r"\begin{aligned} h & = \sigma(W_1 x + b_1) \\ o & = W_2 h + b_2 \\ \hat{y} & = \mathrm{softmax}(o) \end{aligned}",
        options={"kind": "code", "code": "h = hidden(\\sigma, x, W_1, b_1)\n" r"\hat{y} = network(\sigma, x, W_1, b_1, W_2, b_2)"},
    ),
    Display(
        "preliminaries/calculus", 1, "Derivatives and Differentiation",
        "x, h : R\nf : R -> R",
        r"f'(x) = \lim_{h \rightarrow 0} \frac{f(x+h) - f(x)}{h},",
        options={"kind": "limit"},
    ),
    Display(
        "preliminaries/calculus", 6, "Derivatives and Differentiation",
        "x : R\nf, g : R -> R",
        r"\frac{d}{dx} \left[\frac{f(x)}{g(x)}\right] = \frac{g(x) \frac{d}{dx} [f(x)] - f(x) \frac{d}{dx} [g(x)]}{[g(x)]^2}.",
    ),
    Display(
        "preliminaries/calculus", 10, "Chain Rule",
        "x : R\nf, g : R -> R\nu = g(x)\ny = f(u)",
        r"\frac{dy}{dx} = \frac{dy}{du} \frac{du}{dx}.",
    ),
)  # fmt: skip
