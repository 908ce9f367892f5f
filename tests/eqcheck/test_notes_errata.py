# ruff: noqa: E501, C408 - a formula stands on one line, as in the book
"""The notes' wrong forms are found wrong, or refused for what is wrong with them; the right ones hold."""

import numpy as np
import pytest

from eqcheck import Page, check

FUNCTIONS = {
    "lstsq": lambda X, y: np.linalg.lstsq(X, y, rcond=None)[0],
    "training_loss": lambda X, y, w, b: np.mean((y - X @ w - b) ** 2) / 2,
    "mean_loss": lambda X, y, w: np.mean((y - X @ w) ** 2) / 2,
    "step": lambda grad, w, lr: w - lr * grad(w),
    "loop": lambda fs, loss, x, y: loss(y, fs[2](fs[1](fs[0](x)))),
    "softmax": lambda o: np.exp(o) / np.exp(o).sum(),
    "worst": lambda x: np.zeros_like(x),
    "largest": lambda y: y[np.argmax(y)] * np.ones(1),
}
DATA = r"""
n = 6
d = 3
\mathbf{X} : R[n,d]; rows \mathbf{x}_i
\mathbf{y} : R[n]; entries y_i
\mathbf{w} : R[d]; entries w_j
b : R
\mathbf{1} : ones[n]
\eta, \lambda, \tau : R+
\theta : (3, 4)
"""
LOSS = DATA + r"\mathcal{L}(\mathbf{w}) = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}\|_2^2"
STEPS = (
    LOSS
    + "\n"
    + r"""
T = 4
t : 0..T-1
\mathbf{w}_t : R[d]; t = 0..T; iterates of \mathbf{w}
"""
)
LAYERS = r"""
d_l = 4, 6, 5, 2
L = 3
\mathbf{x} : R[d_0]
\mathbf{h}^{(l)} : R[d_l]; l = 0..L; defined
\mathbf{W}^{(l)} : R[d_l,d_{l-1}]; l = 1..L
\sigma : R -> R; entrywise
\ell : R[d_L] -> R
\mathbf{h}^{(0)} = \mathbf{x}
\mathbf{h}^{(l)} = \sigma(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)})
\mathcal{L} = \ell(\mathbf{h}^{(L)})
l : 1..L
"""
SQUARE = r"""
d = 4
L = 3
\mathbf{x} : R[d]
\mathbf{h}^{(l)} : R[d]; l = 0..L; defined
\mathbf{W}^{(l)} : R[d,d]; l = 1..L
\sigma : R -> R; entrywise
\mathbf{h}^{(0)} = \mathbf{x}
\mathbf{h}^{(l)} = \sigma(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)})
"""
DROPOUT = r"""
d = 3
p : (0.1, 0.4)
\mathbf{x} : R[d]; entries x_j
\mathbf{x}' : R[d]; entries x_j'; defined
"""
NOISE = r"""
n = 3
d = 2
\mathbf{X} : R[n,d]; rows \mathbf{x}_i
\mathbf{y} : R[n]; entries y_i
\mathbf{w} : R[d]
\tau : R+
\boldsymbol{\varepsilon}_i : {-\tau, \tau}[d]; i = 1..n; random
"""

WRONG = {
    "1: the gradient misses its sign": dict(
        page=LOSS, state="wrong",
        latex=r"\nabla_{\mathbf{w}} \mathcal{L}(\mathbf{w}) = \frac{1}{n}\mathbf{X}^{\top}(\mathbf{y}-\mathbf{X}\mathbf{w})",
    ),
    "1: the gradient as a row, with nabla": dict(
        page=LOSS, state="refused",
        latex=r"\nabla_{\mathbf{w}} \mathcal{L}(\mathbf{w}) = -\frac{1}{n}(\mathbf{y}-\mathbf{X}\mathbf{w})^{\top}\mathbf{X}",
    ),
    "1: the row with the wrong sign, as in the notes": dict(
        page=LOSS, state="wrong",
        latex=r"\frac{\partial \mathcal{L}(\mathbf{w})}{\partial \mathbf{w}} = \frac{1}{n}(\mathbf{y}-\mathbf{X}\mathbf{w})^{\top}\mathbf{X}",
    ),
    "2: the closed form with a column twice": dict(
        page=DATA + r"\mathbf{Z} = [\mathbf{X}, \mathbf{X}]" + "\n" + r"\mathbf{v} : R[6]; defined", state="refused", kind="code",
        latex=r"\mathbf{v} = (\mathbf{Z}^{\top}\mathbf{Z})^{-1}\mathbf{Z}^{\top}\mathbf{y}",
        code=r"lstsq(\mathbf{Z}, \mathbf{y})",
    ),
    "3: the update starts from the next iterate and adds": dict(
        page=STEPS, state="wrong", kind="code",
        latex=r"\mathbf{w}_{t+1} = \mathbf{w}_{t+1} + \eta \nabla \mathcal{L}(\mathbf{w}_t)",
        code=r"\mathbf{w}_{t+1} = step(\nabla \mathcal{L}, \mathbf{w}_t, \eta)",
    ),
    "4: the transpose of the layer's weights": dict(
        page=LAYERS, state="refused",
        latex=r"\frac{\partial \mathbf{h}^{(l)}}{\partial \mathbf{h}^{(l-1)}} = \operatorname{diag}(\sigma'(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)}))(\mathbf{W}^{(l)})^{\top}",
    ),
    "4: the same with equal widths": dict(
        page=SQUARE + "\nl : 1..L", state="wrong",
        latex=r"\frac{\partial \mathbf{h}^{(l)}}{\partial \mathbf{h}^{(l-1)}} = \operatorname{diag}(\sigma'(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)}))(\mathbf{W}^{(l)})^{\top}",
    ),
    "5: an ascending product of Jacobians": dict(
        page=SQUARE, state="wrong",
        latex=r"\frac{\partial \mathbf{h}^{(L)}}{\partial \mathbf{h}^{(1)}} = \prod_{i=1}^{L-1} \operatorname{diag}(\sigma'(\mathbf{W}^{(i+1)}\mathbf{h}^{(i)}))\mathbf{W}^{(i+1)}",
    ),
    "5: the index off by one": dict(
        page=SQUARE, state="wrong",
        latex=r"\frac{\partial \mathbf{h}^{(2)}}{\partial \mathbf{h}^{(1)}} = \operatorname{diag}(\sigma'(\mathbf{W}^{(1)}\mathbf{h}^{(0)}))\mathbf{W}^{(1)}",
    ),
    "6: a row is subtracted from a column": dict(
        page=STEPS, state="refused", kind="code",
        latex=r"\mathbf{w}_{t+1} = \mathbf{w}_t - \eta \frac{\partial \mathcal{L}(\mathbf{w}_t)}{\partial \mathbf{w}}",
        code=r"\mathbf{w}_{t+1} = step(\nabla \mathcal{L}, \mathbf{w}_t, \eta)",
    ),
    "7: one letter for two things": dict(page="n = 6\nn = 3", state="table", latex="n = n"),
    "8: six e to the minus five": dict(
        page="", state="wrong", latex=r"6 \mathrm{e}^{-5} = 6 \cdot 10^{-5}"
    ),
    "9: a large input gives a small slope": dict(
        page=r"x, z : R" + "\n" + r"\sigma(x) = \frac{1}{1+e^{-x}}", state="wrong",
        latex=r"\sigma'(x) < \sigma'(x - 1)",
    ),
    "10: the product of weights without the mask": dict(
        page=SQUARE, state="wrong",
        latex=r"\frac{\partial \mathbf{h}^{(2)}}{\partial \mathbf{h}^{(0)}} = \mathbf{W}^{(2)}\mathbf{W}^{(1)}",
    ),
    "11: the penalty times n": dict(
        page=NOISE, state="wrong",
        latex=r"\mathbb{E}[ \frac{1}{2n}\sum_{i=1}^{n} (y_i - \mathbf{w}^{\top}(\mathbf{x}_i+\boldsymbol{\varepsilon}_i))^2 ] = \frac{1}{2n}\sum_{i=1}^{n} (y_i - \mathbf{w}^{\top}\mathbf{x}_i)^2 + \frac{n\tau^2}{2}\|\mathbf{w}\|_2^2",
    ),
    "11: no noise term for one noisy copy": dict(
        page=NOISE, state="refused",
        latex=r"\frac{1}{2n}\sum_{i=1}^{n} (y_i - \mathbf{w}^{\top}(\mathbf{x}_i+\boldsymbol{\varepsilon}_i))^2 = \frac{\tau^2}{2}\|\mathbf{w}\|_2^2",
    ),
    "12: a constrained optimum that is not one": dict(
        page=LOSS, state="refused", kind="optimality",
        latex=r"\min_{\mathbf{w}} \mathcal{L}(\mathbf{w}) \quad \text{subject to} \quad \|\mathbf{w}\|_2^2 \ge \theta",
        code=r"lstsq(\mathbf{X}, \mathbf{y})",
    ),
    "14: the probability of the other case": dict(
        page=DROPOUT + r"x_j' = \begin{cases} 0 & \text{with probability } 1-p \\ \frac{x_j}{1-p} & \text{otherwise} \end{cases}",
        state="wrong", latex=r"\mathbb{E}[\mathbf{x}' \mid \mathbf{x}] = \mathbf{x}",
    ),
    "14: a word that is misspelt": dict(
        page=DROPOUT, state="refused", kind="distribution", code="worst(x)",
        latex=r"x_j' = \begin{cases} 0 & \text{with probablity } p \\ x_j & \text{otherwise} \end{cases}",
    ),
    "E1: the primes are lost": dict(
        page=DATA + r"\ell : R[d], R -> R; defined", state="wrong", kind="code",
        latex=r"\ell(\mathbf{w}, b) = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}\|_2^2",
        code=r"training_loss(\mathbf{X}, \mathbf{y}, \mathbf{w}, b)",
    ),
    "E2: a scalar is subtracted from a vector": dict(
        page=DATA, state="refused",
        latex=r"\frac{1}{2n}\sum_{i=1}^{n} (y_i - \langle \mathbf{x}_i, \mathbf{w} \rangle - b)^2 = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}-b\|_2^2",
    ),
    "E2: the notes' norm, without its kind, of such a difference": dict(
        page=DATA + r"\ell : R; defined", state="refused", kind="code",
        latex=r"\ell = \frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}-b\|^2",
        code=r"training_loss(\mathbf{X}, \mathbf{y}, \mathbf{w}, b)",
    ),
    "E3: the closed form for the absolute loss": dict(
        page=DATA + r"\mathbf{w}^{*} : R[d]; code lstsq(\mathbf{X}, \mathbf{y})", state="wrong",
        kind="optimality",
        latex=r"\mathbf{w}^{*} \in \operatorname*{arg\,min}_{\mathbf{w}} \sum_{i=1}^{n} |y_i - \mathbf{w}^{\top}\mathbf{x}_i|",
    ),
    "E4: the norm itself is at most theta": dict(
        page=DATA, state="wrong", latex=r"\|\mathbf{w}\|_2 = \|\mathbf{w}\|_2^2",
    ),
    "E8: layers without a nonlinearity are not deeper": dict(
        page=SQUARE, state="wrong",
        latex=r"\mathbf{W}^{(2)}\mathbf{h}^{(1)} = \mathbf{W}^{(2)}\mathbf{W}^{(1)}\mathbf{x}",
    ),
    "E9: one letter for the label and the loss": dict(
        page=LAYERS + "y : R", state="refused",
        latex=r"y = \ell \circ f_L \circ \cdots \circ f_1(\mathbf{x})",
    ),
    "E11: a mean square is no squared norm": dict(
        page=DATA, state="wrong", latex=r"\frac{1}{d}\sum_{j=1}^{d} w_j^2 = \|\mathbf{w}\|_2^2"
    ),
    "E13: an index that nothing declares": dict(
        page=STEPS, state="refused", kind="code",
        latex=r"\mathbf{w}_{t_i} = \mathbf{w}_t - \eta \nabla \mathcal{L}(\mathbf{w}_t)",
        code=r"step(\nabla \mathcal{L}, \mathbf{w}_t, \eta)",
    ),
    "E14: differentiated by an iterate that does not occur": dict(
        page=STEPS, state="refused",
        latex=r"\nabla_{\mathbf{w}_t} \mathcal{L}(\mathbf{w}) = \mathbf{X}^{\top}(\mathbf{X}\mathbf{w}-\mathbf{y})",
    ),
    "E15: a batch that nothing declares": dict(
        page=DATA + "m = 4\n" + r"\mathcal{L}_I : R[d] -> R; defined", state="refused", kind="code",
        latex=r"\mathcal{L}_I(\mathbf{w}) = \frac{1}{m}\sum_{i \in I_m} (y_i - \mathbf{w}^{\top}\mathbf{x}_i)^2",
        code=r"mean_loss(\mathbf{X}, \mathbf{y}, \mathbf{w})",
    ),
    "E16: a derivative by a matrix outside of a chain": dict(
        page=LAYERS, state="refused",
        latex=r"\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{(l)}} = \mathbf{W}^{(l)}",
    ),
    "the notes' array environment is refused, not skipped": dict(
        page="x : R*\n" + r"\sigma : R -> R; defined", state="refused",
        latex=r"\sigma(x) = \begin{array}{lc} 1 & x > 0 \\ 0 & x < 0 \end{array}",
    ),
    "the notes' penalised gradient with a row": dict(
        page=LOSS, state="refused",
        latex=r"\frac{\partial}{\partial \mathbf{w}} \left( \mathcal{L}(\mathbf{w}) + \frac{\lambda}{2}\|\mathbf{w}\|^2 \right) = \frac{\partial \mathcal{L}(\mathbf{w})}{\partial \mathbf{w}} + \lambda\mathbf{w}",
    ),
    "the notes' inner product with less-than signs": dict(
        page=DATA, state="refused",
        latex=r"\sum_{i=1}^{n} (y_i - <\mathbf{x}_i, \mathbf{w}>)^2 = \|\mathbf{y}-\mathbf{X}\mathbf{w}\|_2^2",
    ),
    "2Cx is not the gradient of a quadratic form": dict(
        page="d = 3\n" + r"\mathbf{x} : R[d]" + "\n" + r"\mathbf{C} : R[d,d]", state="wrong",
        latex=r"\nabla_{\mathbf{x}} (\mathbf{x}^{\top}\mathbf{C}\mathbf{x}) = 2\mathbf{C}\mathbf{x}",
    ),
    "chain factors that telescope with a gap": dict(
        page=LAYERS, state="refused",
        latex=r"\frac{\partial \mathcal{L}}{\partial \mathbf{h}^{(0)}} = \frac{\partial \mathcal{L}}{\partial \mathbf{h}^{(3)}} \frac{\partial \mathbf{h}^{(3)}}{\partial \mathbf{h}^{(1)}} \cdots \frac{\partial \mathbf{h}^{(1)}}{\partial \mathbf{h}^{(0)}}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_form_of_the_notes_is_found(name):
    case = dict(WRONG[name])
    table, latex, state = (case.pop(key) for key in ("page", "latex", "state"))
    if state == "table":
        with pytest.raises(ValueError, match="declared twice"):
            Page(table)
        return
    page = Page(table, functions=FUNCTIONS)
    result = check(page, latex, **case)
    assert result.state == state, str(result)
    assert check(page, latex, expect=state, **case).state == "wrong-as-expected"
    other = "wrong" if state == "refused" else "refused"
    assert not check(page, latex, expect=other, **case).passed


RIGHT = {
    "1": (LOSS, r"\nabla_{\mathbf{w}} \mathcal{L}(\mathbf{w}) = -\frac{1}{n}\mathbf{X}^{\top}(\mathbf{y}-\mathbf{X}\mathbf{w})"),
    "1, as a row": (LOSS, r"\frac{\partial \mathcal{L}(\mathbf{w})}{\partial \mathbf{w}} = -\frac{1}{n}(\mathbf{y}-\mathbf{X}\mathbf{w})^{\top}\mathbf{X}"),
    "4": (LAYERS, r"\frac{\partial \mathbf{h}^{(l)}}{\partial \mathbf{h}^{(l-1)}} = \operatorname{diag}(\sigma'(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)}))\mathbf{W}^{(l)}"),
    "4, in the gradient layout": (LAYERS, r"\nabla_{\mathbf{h}^{(l-1)}} \mathbf{h}^{(l)} = \mathbf{W}^{(l)\top}\operatorname{diag}(\sigma'(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)}))"),
    "5, in the gradient layout": (LAYERS, r"\nabla_{\mathbf{h}^{(0)}} \mathbf{h}^{(L)} = \prod_{r=1}^{L} (\mathbf{W}^{(r)})^{\top} \operatorname{diag}(\sigma'(\mathbf{W}^{(r)}\mathbf{h}^{(r-1)}))"),
    "16, what one computes": (LAYERS, r"\nabla_{\mathbf{W}^{(l)}} \mathcal{L} = (\sigma'(\mathbf{W}^{(l)}\mathbf{h}^{(l-1)}) \odot \nabla_{\mathbf{h}^{(l)}} \mathcal{L})(\mathbf{h}^{(l-1)})^{\top}"),
    "the row has the value of the column": (LOSS, r"\frac{\partial \mathcal{L}(\mathbf{w})}{\partial \mathbf{w}} = (\nabla \mathcal{L}(\mathbf{w}))^{\top}"),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_corrected_form_holds_and_its_mutants_are_caught(name):
    page, latex = RIGHT[name]
    result = check(Page(page, functions=FUNCTIONS), latex)
    assert result.state == "checked", str(result)


def test_a_true_formula_that_was_expected_to_be_wrong_is_a_failure():
    result = check(Page("x : R"), "2x = x + x", expect="wrong")
    assert result.state == "wrong"
    assert not result.passed
