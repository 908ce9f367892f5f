r"""What stands on the left counts: a name that may be defined there, its shape, its arguments."""

import re

import numpy as np
import pytest

from eqcheck import Page, check

TABLE = r"""
n = 6
d = 3
\mathbf{X} : R[n,d]; rows \mathbf{x}_i
\mathbf{y} : R[n]; entries y_i
\mathbf{w}, \mathbf{v} : R[d]
\mathbf{1} : ones[n]
a, b, x : R
i : 1..n
\mathbf{w}^{*}, \mathbf{u} : R[d]; defined
\hat{\mathbf{y}} : R[n]; defined; entries \hat{y}_i
\hat{y} : R; defined
f : R -> R; defined
\mathcal{L} : R[d], R -> R; defined
q(\mathbf{w}) : R; defined
\mathbf{w}_t : R[d]; t = 0..5; iterates of \mathbf{w}
\mathbf{g}^{(l)} : R[d]; l = 1..3; defined
t : 0..4
l : 1..3
"""
FUNCTIONS = {
    "solve": lambda X, y: np.linalg.solve(X.T @ X, X.T @ y),
    "loss": lambda X, y, w, b: np.mean((y - X @ w - b) ** 2) / 2,
    "predict": lambda X, w, b: X @ w + b,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "twice": lambda v: 2 * v,
    "first": lambda v: 2 * v[0],
    "step": lambda w, g: w - g,
}
SOLUTION = r"(\mathbf{X}^{\top}\mathbf{X})^{-1}\mathbf{X}^{\top}\mathbf{y}"
SQUARES = r"\frac{1}{2n}\|\mathbf{y}-\mathbf{X}\mathbf{w}-b\mathbf{1}\|_2^2"
LOSS = r"loss(\mathbf{X}, \mathbf{y}, \mathbf{w}, b)"
LOGISTIC = r"\frac{1}{1+e^{-x}}"


def run(latex, code="", kind="code", table=TABLE):
    page = Page(table, functions=FUNCTIONS)
    return check(page, latex, kind=kind if code else "identity", code=code)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ("n", "n is a dimension: no code computes it"),
        ("i", "i is an index: no code computes it"),
        ("b", "b is drawn: no code computes it; mark what a formula defines: b : DOMAIN; defined"),
        (r"\mathbf{1}", "is a constant"),
        (r"\mathbf{X}", "is drawn"),
        (r"\mathbf{y}", "is drawn"),
        (r"\mathbf{v}", "is drawn"),
        (r"\hat{\mathbf{y}}", "declared as 6 x 1, but has 3 x 1"),
        (r"\hat{y}", "declared as a scalar, but has 3 x 1"),
        (r"\mathbf{z}", r"\mathbf{z} is not declared on this page; declare what the formula"),
    ],
)
def test_code_defines_no_name_that_is_drawn_or_of_another_shape(left, words):
    code = r"solve(\mathbf{X}, \mathbf{y})"
    assert run(rf"\mathbf{{w}}^{{*}} = {SOLUTION}", code).state == "checked"
    for line in (code, f"{left} = {code}"):
        result = run(f"{left} = {SOLUTION}", line)
        assert result.state == "refused"
        assert words in result.message


def test_a_name_that_is_known_already_is_compared_with_its_formula():
    known = TABLE + rf"\mathbf{{w}}^{{*}} = {SOLUTION}"
    code = r"solve(\mathbf{X}, \mathbf{y})"
    assert run(rf"\mathbf{{w}}^{{*}} = {SOLUTION}", code, table=known).state == "checked"
    other = known + "\n" + r"\mathbf{u} = 2\mathbf{w}^{*}"
    assert run(rf"\mathbf{{u}} = {SOLUTION}", code, table=other).state == "wrong"


@pytest.mark.parametrize(
    ("left", "state", "words"),
    [
        (r"\mathcal{L}(\mathbf{w}, b)", "checked", ""),
        (r"\mathcal{L}(\mathbf{w})", "refused", "takes 2 arguments, not 1"),
        (r"\mathcal{L}(\mathbf{X})", "refused", "takes 2 arguments, not 1"),
        (r"\mathcal{L}(\mathbf{X}, b)", "refused", "takes 3 x 1, not 6 x 3"),
        (r"\mathcal{L}(\mathbf{v}, b)", "refused", r"does not depend on \mathbf{v}"),
        (r"\mathcal{L}(\mathbf{w}, a)", "refused", "does not depend on a"),
        (r"\mathcal{L}(\mathbf{w}, b, a)", "refused", "takes 2 arguments, not 3"),
        (r"\mathcal{L}", "refused", "is declared as a function; write its arguments"),
        (r"q(\mathbf{w})", "checked", ""),
        (r"q(b)", "refused", r"is declared as q(\mathbf{w})"),
        (r"\operatorname{softmax}(\mathbf{w}, b)", "refused", "is not declared"),
    ],
)
def test_a_function_has_the_arguments_that_its_right_side_depends_on(left, state, words):
    result = run(f"{left} = {SQUARES}", LOSS)
    assert (result.state, words in result.message) == (state, True)


def test_what_a_function_called_on_the_right_binds_is_no_argument_of_the_left():
    table = TABLE + "\n".join(
        [r"y : R", r"\ell(y, x) = \frac{1}{2}(y-x)^2", r"\ell_{y}(b) : R; defined"]
    )
    right = r"\frac{1}{n}\sum_{i=1}^{n} \ell(y_i, \langle \mathbf{x}_i, \mathbf{w} \rangle + b)"
    assert run(rf"\mathcal{{L}}(\mathbf{{w}}, b) = {right}", LOSS, table=table).state == "checked"
    result = run(rf"\mathcal{{L}}(\mathbf{{w}}, y) = {right}", LOSS, table=table)
    assert "does not depend on y" in result.message


def test_an_argument_may_be_a_function():
    page = Page("a : R \n f, g : R -> R \n h(f) : R; defined", functions={"at": lambda f, a: f(a)})
    assert check(page, "h(f) = f(a)", kind="code", code="at(f, a)").state == "checked"
    wrong = check(page, "h(f) = 2a", kind="code", code="at(f, a)")
    assert wrong.state == "wrong"
    page = Page("a : R \n f, g : R -> R \n h(f) : R; defined", functions={"two": lambda a: 2 * a})
    wrong = check(page, "h(f) = 2a", kind="code", code="two(a)")
    assert "the right side does not depend on f" in wrong.message


def test_a_name_stands_once_among_the_arguments():
    page = Page("a : R \n r : R, R -> R; defined")
    assert "a stands twice" in check(page, "r(a, a) = 2a, r(a, a) = a + a").message


@pytest.mark.parametrize(
    "left", [r"\operatorname{softmax}(x)", r"\operatorname{)igmoid}(x)", "g(x)"]
)
def test_a_function_that_no_line_declares_is_not_defined(left):
    assert run(f"f(x) = {LOGISTIC}", "sigmoid(x)").state == "checked"
    assert run(f"{left} = {LOGISTIC}", "sigmoid(x)").state == "refused"


def test_softmax_of_a_vector_is_not_defined_by_the_logistic_function():
    table = TABLE + r"\operatorname{softmax} : R[d] -> R[d]; defined"
    result = run(rf"\operatorname{{softmax}}(x) = {LOGISTIC}", "sigmoid(x)", table=table)
    assert "takes 3 x 1, not a scalar" in result.message


@pytest.mark.parametrize(
    "latex",
    [
        r"\hat{y} = \mathbf{X}\mathbf{w} + b\mathbf{1}",
        r"\mathbf{u} = \mathbf{X}\mathbf{w} + b\mathbf{1}",
    ],
)
def test_a_shape_is_compared_in_an_identity_too(latex):
    chain = f"{latex} = b\\mathbf{{1}} + \\mathbf{{X}}\\mathbf{{w}}"
    assert "is declared as" in run(latex, r"predict(\mathbf{X}, \mathbf{w}, b)").message
    assert "is declared as" in run(chain).message
    assert run(chain.partition("=")[2]).state == "checked"


def test_an_index_of_the_table_that_the_right_side_depends_on_stands_on_the_left():
    assert run(r"\hat{y}_i = 2 y_i", r"\hat{\mathbf{y}} = twice(\mathbf{y})").state == "checked"
    result = run(r"\hat{y} = 2 y_i", "twice(y_i)")
    assert "depends on i, the left side does not" in result.message
    result = run(r"\mathbf{g}^{(1)} = l \mathbf{w}, \mathbf{u} = \mathbf{g}^{(1)} = l \mathbf{w}")
    assert "depends on l" in result.message


def test_a_number_of_a_law_over_k_is_another_name():
    table = "K = 3 \n n = 5 \n \\mathbf{z} : R[K]; entries z_k \n \\mathrm{CV}_K : R; defined"
    right = r"\frac{1}{K}\sum_{k=1}^{K} z_k"
    page = Page(table, functions={"mean": np.mean})
    for letter, state in (("K", "checked"), ("n", "refused")):
        latex = rf"\mathrm{{CV}}_{letter} = {right}"
        assert check(page, latex, kind="code", code=r"mean(\mathbf{z})").state == state


@pytest.mark.parametrize(
    ("latex", "code", "words"),
    [
        (r"w_{t+1} = w_t - v", r"w_{t+1} = step(w_t, v)", ""),
        (r"w_{t+1} = w_t - v", r"step(w_t, v)", "which step does the code compute"),
        (r"w_{t} = w_t - v", r"w_{t+1} = step(w_t, v)", "stands on no left side"),
        (r"w \leftarrow w - v", r"w = step(w, v)", ""),
        (r"u \leftarrow w - v", r"step(w, v)", "does not use the old value"),
        (r"y \leftarrow w - v + 0w(y^{\top}y)", r"step(w, v)", "the new value is 3 x 1, not 6 x 1"),
        (r"n \leftarrow n + 1", "twice(n)", "n is a dimension"),
    ],
)
def test_an_update_names_its_step_or_uses_the_old_value(latex, code, words):
    bold = re.compile("(?<![a-z{\\\\])[uvwy](?![a-z])")
    result = run(
        *(bold.sub(lambda found: rf"\mathbf{{{found[0]}}}", text) for text in (latex, code))
    )
    assert result.state == ("refused" if words else "checked")
    assert words in result.message


def test_a_line_of_code_stands_on_a_left_side():
    table = "v : R \n v_t : R; t = 0..5; iterates of v \n x_t : R; t = 0..5 \n t : 0..4"
    page = Page(table, functions={"add": lambda a, b: a + b})
    line = "v_{t+1} = add(v_t, x_t)"
    good = check(page, "v_{t+1} = v_t + x_t", kind="code", code=line)
    assert good.state == "checked"
    both = check(
        page, "v_{t+1} = v_t + x_t", kind="code", code=f"{line}\nx_{{t+1}} = add(x_t, v_t)"
    )
    assert both.state == "refused"
    assert "x_{t+1} in the code stands on no left side of the formula" in both.message


def test_a_line_of_code_stands_on_the_whole_or_on_a_member_of_what_is_defined():
    family = r"\mathbf{g}^{(l)} = l \mathbf{w}"
    page = Page(TABLE, functions=FUNCTIONS)
    for line, refused in [
        (r"\mathbf{g}^{(2)} = twice(\mathbf{w})", False),
        (r"\mathbf{u} = twice(\mathbf{w})", True),
        (r"\mathbf{w}^{*} = twice(\mathbf{w})", True),
        (r"\mathbf{w}_{t} = twice(\mathbf{w})", True),
    ]:
        result = check(page, family, kind="code", code=line)
        assert ("stands on no left side" in result.message) == refused
        assert (result.state == "refused") == refused


def test_a_definition_may_be_random():
    table = r"""
    d = 3
    \tau : R+
    \boldsymbol{\varepsilon} : {-\tau, \tau}[d]; random
    \mathbf{A} : R[d,d]
    \mathbf{z} : R[d]; defined
    a : R; defined
    """
    mean = r"\mathbb{E}[\mathbf{z}\mathbf{z}^{\top}] = \tau^2 \mathbf{A}\mathbf{A}^{\top}"
    latex = r"\mathbf{z} = \mathbf{A}\boldsymbol{\varepsilon}"
    assert check(Page(table), f"{latex}, {mean}").state == "checked"
    wrong = f"{latex.replace('z', 'u')}, {latex}, {mean}".replace(r"\mathbf{u}", "a")
    assert "declared as a scalar" in check(Page(table), wrong).message


def test_an_optimum_that_code_computes_is_compared_with_the_name_on_its_left():
    table = TABLE + rf"p(\mathbf{{w}}) = {SQUARES.replace('-b', '-0b')}"
    least = r" \in \operatorname*{arg\,min}_{\mathbf{w}} p(\mathbf{w})"
    known = table + "\n" + rf"\mathbf{{u}} = {SOLUTION}"
    for left, state in [
        (r"\mathbf{u}", "checked"), (r"\mathbf{v}", "wrong"), (r"\mathbf{y}", "refused"),
        ("n", "refused"), (r"(\mathbf{u}, b)", "refused"),
    ]:  # fmt: skip
        result = run(left + least, r"solve(\mathbf{X}, \mathbf{y})", "optimality", known)
        assert result.state == state


def test_an_optimum_defines_a_name_of_its_shape():
    table = TABLE + rf"p(\mathbf{{w}}) = {SQUARES.replace('-b', '-0b')}"
    for left, arg, state in [
        (r"\mathbf{u}", "arg", "checked"), (r"\hat{\mathbf{y}}", "arg", "refused"),
        (r"\hat{y}", "", "checked"), (r"\mathbf{u}", "", "refused"), ("a", "", "wrong"),
    ]:  # fmt: skip
        name = r"\operatorname*{arg\,min}" if arg else r"\min"
        latex = rf"{left} = {name}_{{\mathbf{{w}}}} p(\mathbf{{w}})"
        assert run(latex, r"solve(\mathbf{X}, \mathbf{y})", "optimality", table).state == state


def test_a_sum_over_a_name_that_only_looks_indexed_is_told_how_to_be_declared():
    table = TABLE + "r^{(i)}(\\mathbf{w}, b) = b"
    message = check(Page(table), r"\frac{1}{n}\sum_{i=1}^{n} r^{(i)}(\mathbf{w}, b) = b").message
    assert "r^{(i)} is declared without an index: give its line the range" in message
    message = run(r"r^{(i)}(\mathbf{w}, b) = b y_i", "twice(b)").message
    assert "r^{(i)} is not declared on this page; declare what the formula defines" in message
    assert "if i is its index, the range, i = LOW..HIGH" in message


@pytest.mark.parametrize("known", [True, False])
def test_an_argument_that_is_defined_has_its_value_and_otherwise_any_of_its_shape(known):
    page = Page(
        """
        q = 4
        k : 1..q
        \\mathbf{o} : R[q]; entries o_k
        \\mathbf{p} : R[q]; defined; entries p_k
        \\ell(\\mathbf{p}) : R; defined
        """,
        functions={"sum_of_logs": lambda p: np.log(p).sum()},
    )
    latex, code = r"\ell(\mathbf{p}) = \sum_{k=1}^{q} \log p_k", r"sum_of_logs(\mathbf{p})"
    if known:
        page.define(r"p_k = e^{o_k}")
    assert check(page, latex, kind="code", code=code).state == ("checked" if known else "refused")


def test_an_arrow_may_lead_from_another_member_of_the_family():
    page = Page(TABLE, functions=FUNCTIONS)
    options = {"kind": "code", "code": r"\mathbf{w}_{t+1} = step(\mathbf{w}_t, \mathbf{v})"}
    latex = r"\mathbf{w}_{t+1} \leftarrow \mathbf{w}_t - \mathbf{v}"
    assert check(page, latex, **options).state == "checked"
    without = latex.replace(r"\mathbf{w}_t -", r"\mathbf{w} -")
    assert "does not use the old value" in check(page, without, **options).message
