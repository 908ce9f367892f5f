# ruff: noqa: E501 - a formula stands on one line, as in the book
"""A wrong formula fails the build and is named; so is one that nobody checks."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import dlref
from book._ext.paths import BOOK
from book._ext.truth.equations import BookHouse
from eqcheck import Result, check
from eqcheck.sphinx.results import results_of
from tests.book.app import PAGE, SETTINGS, Build

EXTENSIONS = ("book._ext.languages.bilingual", "book._ext.truth")

SYMBOLS = """
```{symbols}
a, b : R | 数 | numbers
```
"""
VECTORS = """
```{symbols}
d = 3 | 特征数 | number of features
\\mathbf{x}, \\mathbf{w} : R[d] | 向量 | vectors
```
"""
EQUATION = "\n$$\n\\mathbf{w}^{\\top}\\mathbf{x} = \\mathbf{x}^{\\top}\\mathbf{w}\n$$ (eq-dot)\n"
CHECK = """
```{check} eq-dot
:equivalent: swap \\mathbf{w}^{\\top} and \\mathbf{x} | nothing
```
"""
GOOD = SYMBOLS + "\n$$\n(a + b)^2 = a^2 + 2 a b + b^2\n$$ (eq-square)\n"
GOOD_CHECK = "\n```{check} eq-square\n```\n"
LOSS = """
```{symbols}
a, b : R | 数 | numbers
c : R; defined | 损失 | loss
```

$$
c = \\frac{1}{2} (a - b)^2
$$ (eq-loss)

```{check} eq-loss
:kind: code
:code: dlref.squared_loss(a, b)
```
"""

# Equations of each page, made wrong in each way that the page's formulas allow.
BREAKS = {
    "backpropagation": [
        ("sign", "eq-graph-backward", "1 - h^2", "1 + h^2"),
        ("transpose", "eq-backward-layer", r"(\mathbf{W}^{(l)})^{\top}", r"\mathbf{W}^{(l)}"),
        ("index", "eq-chain-rule-entries", r"\partial Y_{pq}}{\partial X_{kl}", r"\partial Y_{pq}}{\partial X_{lk}"),
        ("factor", "eq-graph-forward", r"\frac{\lambda}{2} w^2", r"\lambda w^2"),
        ("left", "eq-backward-layer", r"\boldsymbol{\delta}^{(l)} &=", r"\mathbf{z}^{(l)} &="),
    ],
    "dropout": [
        ("sign", "eq-dropout-variance", "{1-p}", "{1+p}"),
        ("transpose", "eq-dropout-mlp", r"\mathbf{W}^{(2)}\mathbf{h}'", r"(\mathbf{W}^{(2)})^{\top}\mathbf{h}'"),
        ("index", "eq-noise-tikhonov", r"^2 \right] = \frac{1}{2n}\sum_{i=1}", r"^2 \right] = \frac{1}{2n}\sum_{i=2}"),
        ("factor", "eq-dropout", r"\dfrac{x_j}{1-p}", "x_j"),
        ("left", "eq-dropout", "x_j' =", "x_j ="),
    ],
    "gradient-descent": [
        ("sign", "eq-gradient-descent", r"- \eta", r"+ \eta"),
        ("transpose", "eq-descent-error", r"\mathbf{X}^{\top}\mathbf{X}", r"\mathbf{X}\mathbf{X}^{\top}"),
        ("index", "eq-minibatch-loss", r"\ell(y_i,", r"\ell(y_1,"),
        ("factor", "eq-minibatch-variance", r"\frac{n-m}{n-1} \cdot ", ""),
        ("left", "eq-minibatch-loss", r"(\mathbf{w}) =", r"(\mathbf{X}) ="),
    ],
    "mlp": [
        ("sign", "eq-mlp-output", r"+ \mathbf{b}", r"- \mathbf{b}"),
        ("transpose", "eq-mlp-batch", r"(\mathbf{W}^{(l)})^{\top}", r"\mathbf{W}^{(l)}"),
        ("index", "eq-mlp-hidden", r"\mathbf{h}^{(l-1)} +", r"\mathbf{h}^{(l)} +"),
        ("factor", "eq-linear-collapse", r"+(\mathbf{W}^{(2)}\mathbf{b}^{(1)}", r"+(\mathbf{b}^{(1)}"),
        ("left", "eq-mlp-output", r"\mathbf{o} =", r"\mathbf{x} ="),
    ],
    "softmax": [
        ("sign", "eq-cross-entropy-gradient", r"\hat{\mathbf{y}} -", r"\hat{\mathbf{y}} +"),
        ("transpose", "eq-softmax-regression", r"\mathbf{W}^{\top}", r"\mathbf{W}"),
        ("index", "eq-softmax", r"e^{o_j}", r"e^{o_k}"),
        ("factor", "eq-softmax-gradient", r"\frac{1}{n} ", ""),
        ("left", "eq-softmax", r"\hat{y}_k =", r"o_k ="),
    ],
    "activations": [
        ("sign", "eq-tanh-derivative", "1 -", "1 +"),
        ("factor", "eq-tanh-sigmoid", "= 2", "="),
        ("left", "eq-softplus-derivative", "softplus}'", "softplus}"),
    ],
    "momentum": [
        ("sign", "eq-momentum", r"- \eta", r"+ \eta"),
        ("transpose", "eq-momentum-matrix", r"-\eta\beta \\ \lambda", r"\lambda \\ -\eta\beta"),
        ("index", "eq-momentum-unrolled", r"\mathbf{g}_s", r"\mathbf{g}_t"),
        ("factor", "eq-nesterov", r"\eta\beta\,", r"\eta\,"),
        ("left", "eq-heavy-ball", r"\mathbf{w}_s -", r"\mathbf{v}_s -"),
    ],
    "adam": [
        ("sign", "eq-adagrad", "s_j + g_j^2", "s_j - g_j^2"),
        ("index", "eq-adam-step", r"\beta_1^{t}", r"\beta_2^{t}"),
        ("factor", "eq-rmsprop", r"(1-\beta) ", ""),
        ("sign", "eq-adamw-step", r"(1-\eta", r"(1+\eta"),
        ("left", "eq-adam-moments", "m_j' =", "m_j ="),
    ],
    "entropy": [
        ("sign", "eq-entropy", "= -", "= "),
        ("index", "eq-kl", r"\hat{p}_k", r"\hat{p}_1"),
        ("factor", "eq-kl-quadratic", r"\frac{\varepsilon^2}{2}", r"\varepsilon^2"),
        ("left", "eq-cross-entropy-of", r"H(\mathbf{p}, \hat{\mathbf{p}})", r"H(\mathbf{p})"),
    ],
    "normalization": [
        ("sign", "eq-batch-norm", r"{v_j + \epsilon}", r"{v_j - \epsilon}"),
        ("transpose", "eq-norm-jacobian", r"\mathbf{z}\mathbf{z}^{\top}", r"\mathbf{z}^{\top}\mathbf{z}"),
        ("index", "eq-rms-norm", "x_k^2", "x_j^2"),
        ("factor", "eq-norm-gradient", r"= \frac{1}{s} ", "= "),
        ("left", "eq-batch-norm-mean", "y_{ij} =", "x_{ij} ="),
    ],
    "residual": [
        ("sign", "eq-residual-sum", r"\mathbf{x} +", r"\mathbf{x} -"),
        ("index", "eq-residual-jacobian", r"{\partial \mathbf{h}^{(l-1)}} =", r"{\partial \mathbf{h}^{(0)}} ="),
        ("factor", "eq-residual-growth", r"d\tau^2", r"\tau^2"),
    ],
    "convolution": [
        ("sign", "eq-output-size", "2p - k", "2p + k"),
        ("transpose", "eq-convolution-gradient-input", r"\mathbf{T}^{\top}", r"\mathbf{T}"),
        ("index", "eq-convolution-1d", "x_{i+j-1}", "x_{i+j}"),
        ("factor", "eq-output-size", "2p", "p"),
        ("left", "eq-convolution-stride", "y_i =", "x_i ="),
    ],
    "attention": [
        ("sign", "eq-attention-jacobian", r"- \mathbf{a}\mathbf{a}", r"+ \mathbf{a}\mathbf{a}"),
        ("transpose", "eq-attention", r"\mathbf{Q}\mathbf{K}^{\top}", r"\mathbf{Q}^{\top}\mathbf{K}"),
        ("index", "eq-causal-mask", r"\sum_{l=1}^{i}", r"\sum_{l=1}^{n}"),
        ("factor", "eq-attention-kernel", r"- \frac{1}{2}\|\mathbf{k}_j\|", r"- \|\mathbf{k}_j\|"),
        ("left", "eq-multi-head", r"\mathbf{Y}_2 &=", r"\mathbf{Y}_1 &="),
    ],
    "positions": [
        ("sign", "eq-rope", r"- x_{2i}\sin", r"+ x_{2i}\sin"),
        ("transpose", "eq-rotation-sum", r"\mathbf{R}(\theta)^{\top}", r"\mathbf{R}(\theta)"),
        ("index", "eq-frequencies", "2(i-1)", "2i"),
        ("factor", "eq-sinusoidal-positions", r"\sin(\omega_i t)", r"\sin(t)"),
        ("left", "eq-sinusoidal-positions", "p_{t+1,2i} =", "p_{t,2i} ="),
    ],
    "recurrence": [
        ("sign", "eq-gru", r"(\mathbf{1} - \mathbf{z})", r"(\mathbf{1} + \mathbf{z})"),
        ("transpose", "eq-bptt-step", r"\mathbf{U}^{\top}", r"\mathbf{U}"),
        ("index", "eq-bptt-weights", r"\mathbf{h}_{t-1}^{\top}", r"\mathbf{h}_{t}^{\top}"),
        ("factor", "eq-rnn-jacobian", r"\operatorname{diag}(\sigma'(\mathbf{a}_t))\, ", ""),
        ("left", "eq-lstm", r"\mathbf{c}' &=", r"\mathbf{h}' &="),
    ],
    "vae": [
        ("sign", "eq-gaussian-kl", r"- 1 - \rho_j", r"- 1 + \rho_j"),
        ("index", "eq-elbo", r"q_j \log g_j", r"q_1 \log g_j"),
        ("factor", "eq-reparameterization", r"\rho_j / 2", r"\rho_j"),
        ("left", "eq-reparameterization", "z_j =", r"\mu_j ="),
    ],
    "capacity": [
        ("sign", "eq-bias-variance", r")^2 + \mathbb{E}", r")^2 - \mathbb{E}"),
        ("left", "eq-bias-variance", r"\left[ (f(x) - g(x))^2", r"\left[ (f(x) - \mu(x))^2"),
    ],
    "weight-decay": [
        ("sign", "eq-weight-decay-update", r"(1-\eta", r"(1+\eta"),
        ("transpose", "eq-ridge", r"(\mathbf{X}^{\top}\mathbf{X} +", r"(\mathbf{X}\mathbf{X}^{\top} +"),
        ("index", "eq-ridge", r"y_i", "y_1"),
        ("factor", "eq-penalty-gradient", r"+ \lambda\mathbf{w}", r"+ \mathbf{w}"),
        ("left", "eq-weight-decay-update", r"\mathbf{w}_{t+1} &=", r"\mathbf{w}_{t} &="),
    ],
    "errata": [
        ("sign", "eq-errata-sign-right", "= -", "= "),
        (
            "transpose",
            "eq-errata-scalar-right",
            r"\mathbf{X}\mathbf{w}",
            r"\mathbf{X}^{\top}\mathbf{w}",
        ),
        ("index", "eq-errata-mean-square-right", "w_j^2", "w_1^2"),
        ("factor", "eq-errata-row-right", r"\eta", ""),
        ("left", "eq-errata-prediction-right", r"\hat{\mathbf{y}} =", r"\mathbf{y} ="),
    ],
    "index": [
        ("sign", "eq-front", r"- \eta", r"+ \eta"),
        ("index", "eq-front", r"{t+1} = \mathbf{x}_{t}", r"{t+1} = \mathbf{x}_{t+1}"),
        ("left", "eq-front", r"{t+1} =", r"{t} ="),
    ],
    "gradient": [
        ("sign", "eq-gradient-quadratic", r"\mathbf{C}+", r"\mathbf{C}-"),
        ("transpose", "eq-gradient-linear", r"= \mathbf{A}^{\top}", r"= \mathbf{A}"),
        ("factor", "eq-gradient-frobenius", r"2\mathbf{X}", r"\mathbf{X}"),
        ("index", "eq-gradient", r"{\partial x_2}", r"{\partial x_3}"),
        ("left", "eq-gradient", r"f(\mathbf{x}) =", r"f(\mathbf{v}) ="),
    ],
    "initialization": [
        ("sign", "eq-xavier", r"}+d", r"}-d"),
        ("transpose", "eq-xavier-reason", r"\mathbf{W}^{\top}", r"\mathbf{W}"),
        ("index", "eq-he", r"d_{\text{in}}", r"d_{\text{out}}"),
        ("factor", "eq-he-reason", r"\frac{1}{d_{\text{in}}}", ""),
        ("left", "eq-he", "W_{ij}", "W_{ii}"),
    ],
    "latent-space": [
        ("sign", "eq-encode", r"\mathbf{x}-", r"\mathbf{x}+"),
        ("transpose", "eq-reconstruction-loss", r"\mathbf{V}_k^{\top}", r"\mathbf{V}_k"),
        ("index", "eq-pca-optimality", r"j=k+1", r"j=k"),
        ("factor", "eq-decode", r"\mathbf{V}_k\mathbf{z}", r"\mathbf{z}"),
        ("sign", "eq-pca-certificate", r"(1 - c_j)", r"(1 + c_j)"),
        ("factor", "eq-code-covariance", r"= \frac{1}{n}\operatorname", r"= \operatorname"),
        ("left", "eq-encode", r"\mathbf{z} =", r"\hat{\mathbf{x}} ="),
    ],
    "linear-model": [
        ("sign", "eq-linear-vector", "+ b", "- b"),
        ("transpose", "eq-linear-batch", r"\mathbf{X}\mathbf{w}", r"\mathbf{X}^{\top}\mathbf{w}"),
        ("index", "eq-linear-scalar", "j=1", "j=2"),
        ("factor", "eq-house-price", r"w_{\text{age}} \cdot ", ""),
        ("left", "eq-linear-batch", r"\hat{\mathbf{y}} =", r"\hat{y} ="),
    ],
    "loss": [
        ("sign", "eq-squared-loss-derivative", r"\hat{y}-y", r"\hat{y}+y"),
        ("factor", "eq-squared-loss", r"\frac{1}{2}", ""),
        ("left", "eq-squared-loss", r"(y, \hat{y})", "(y)"),
    ],
    "model-selection": [
        ("sign", "eq-optimism", r"1 + \frac{d}{n}", r"1 - \frac{d}{n}"),
        ("index", "eq-training-error", r"\ell\left( y_i,", r"\ell\left( y_1,"),
        ("factor", "eq-k-fold", r"\frac{1}{|F_k|}", ""),
        ("left", "eq-k-fold", r"\mathrm{CV}_K", r"\mathrm{CV}_n"),
    ],
    "modules": [
        ("sign", "eq-residual", r"\mathbf{I} +", r"\mathbf{I} -"),
        ("transpose", "eq-residual", r"\right) \mathbf{W}^{(1)}", r"\right) (\mathbf{W}^{(1)})^{\top}"),
        ("factor", "eq-residual", r"\mathbf{W}^{(2)} \operatorname", r"\operatorname"),
        ("left", "eq-residual", r"f(\mathbf{x}) = \mathbf{x}", r"f = \mathbf{x}"),
    ],
    "numerical-stability": [
        ("sign", "eq-sigmoid-derivative", "1-", "1+"),
        (
            "transpose",
            "eq-layer-jacobian",
            r"\right) \mathbf{W}^{(l)}",
            r"\right) (\mathbf{W}^{(l)})^{\top}",
        ),
        ("index", "eq-jacobian-product", "{(l+1)}", "{(l+2)}"),
        ("factor", "eq-relu-mean-square", "{2} ", "{3} "),
        ("left", "eq-sigmoid", "sigmoid", "softmax"),
    ],
    "parameter-learning": [
        ("sign", "eq-loss-gradient", "= -", "= "),
        ("transpose", "eq-closed-form", r"\mathbf{X}^{\top}\mathbf{y}", r"\mathbf{X}\mathbf{y}"),
        ("index", "eq-training-loss", r"\ell(y_i,", r"\ell(y_1,"),
        ("factor", "eq-loss-excess", r"\frac{1}{2n}", r"\frac{1}{n}"),
        ("left", "eq-closed-form", r"\mathbf{w}^{*}", r"\mathbf{y}"),
    ],
}  # fmt: skip
NOTHING_TO_BREAK = {"notation", "training-data"}  # a convention, and names for the data


def states(build: Build, text: str, *warns: str, **config: Any) -> dict[str, str]:
    """Build a page; return the state of each of its displayed equations, by label."""
    built = build(text, *EXTENSIONS, builder="equations", warns=warns, **config)
    return {r["label"]: r["state"] for r in results_of(built.app.env)["page"]["equations"]}


# ------------------------------------------------------------------ the pages of the book


def test_every_page_with_checks_is_broken_above() -> None:
    with_checks = {
        path.stem for path in BOOK.glob("*.md") if "```{check} eq-" in path.read_text("utf-8")
    }
    assert with_checks - NOTHING_TO_BREAK == set(BREAKS)


@pytest.mark.parametrize("page", BREAKS)
def test_a_changed_formula_of_a_page_is_wrong_or_refused_and_the_sound_one_passes(
    build: Build, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[tuple[str, str], str] = {}

    def check_broken(declared: Any, latex: str, label: str, **options: Any) -> Result:
        changes = [change for change in BREAKS[page] if change[1] == label]
        for kind, _, old, new in changes:
            assert latex.count(old) == 1
            changed = latex.replace(old, new)
            found[kind, label] = check(declared, changed, label=label, **options).state
        if changes:
            return check(declared, latex, label=label, **{**options, "equivalent": {}})
        return Result(label, page, "", "checked", latex)

    monkeypatch.setattr("eqcheck.documents.formula.check", check_broken)
    monkeypatch.setattr("eqcheck.checks.attack.mutants", lambda *_, **__: [])  # slow
    text = (BOOK / f"{page}.md").read_text("utf-8")
    built = build({page: text}, *EXTENSIONS, builder="equations", warns=None)
    assert set(found) == {(kind, label) for kind, label, _, _ in BREAKS[page]}
    assert set(found.values()) <= {"wrong", "refused"}, found
    sound = {r["label"]: r["state"] for r in results_of(built.app.env)[page]["equations"]}
    assert {sound[label] for _, label in found} <= {"checked", "definition"}, sound


# ------------------------------------------------------------------ what is run, and what is named


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD, "eq-square is unbound: it has no check"),
        (SYMBOLS + "\n$$\na = a\n$$\n", "an equation is unbound: it has no label"),
        (GOOD.replace(" | 数 | numbers", "") + GOOD_CHECK, "needs its meaning in both languages"),
        (GOOD.replace("numbers\n", "numbers\nz : Q[d] | 数 | a number\n") + GOOD_CHECK, "'Q[d]'"),
        (GOOD.replace("+ b^2", "+ c^2") + GOOD_CHECK, "eq-square is refused"),
        (
            GOOD.replace("2 a b", "3 a b") + GOOD_CHECK,
            "of their size; with a = 1, b = 1: left 4, right 5",
        ),
        (GOOD + GOOD_CHECK.replace("\n```\n", "\n:kind: no\n```\n"), "kind must be one of"),
        (
            GOOD.replace("{symbols}", "{symbols} mor") + GOOD_CHECK,
            "takes no word but more; got 'mor'",
        ),
        (
            GOOD + GOOD_CHECK.replace("\n```\n", "\n:kind: definition\n```\n"),
            "eq-square is refused: a definition says to readers of both languages why nothing",
        ),
        (
            GOOD + GOOD_CHECK.replace("\n```\n", "\n:kind: model\n:why: 假设\n```\n"),
            "why nothing is compared: :why: 中文 | English; got '假设'",
        ),
        (
            SYMBOLS + "\n$$\n\\begin{align}\na = a\n\\end{align}\n$$ (eq-two)\n",
            r"eq-two is refused: \begin{align} adds numbers of its own to that of the document: "
            r"write \begin{aligned}",
        ),
        (
            SYMBOLS + "\n$$\n\\begin{equation} a = a \\end{equation}\n$$ (eq-two)\n",
            r"eq-two is refused: \begin{equation} adds numbers of its own to that of the document: drop",
        ),
        (
            SYMBOLS + "\n\\begin{gather}\na = a\n\\end{gather}\n",
            r"an equation is refused: \begin{gather} adds numbers of its own",
        ),
        (VECTORS + EQUATION + CHECK, "eq-dot is survived"),
    ],
)
def test_what_is_not_checked_or_cannot_be_is_named_with_its_page_and_line(
    build: Build, text: str, message: str
) -> None:
    built = build(PAGE + text, *EXTENSIONS, builder="equations", warns=[message])
    assert re.match(r"\S+/page\.md:\d+: WARNING: ", built.warnings)


def test_an_equation_that_holds_is_checked_and_its_wrong_versions_are_caught(build: Build) -> None:
    built = build(PAGE + GOOD + GOOD_CHECK, *EXTENSIONS, builder="equations")
    [result] = results_of(built.app.env)["page"]["equations"]
    assert (result["state"], result["kind"]) == ("checked", "identity")
    assert result["killed"] == result["mutants"] > 0


def test_an_equation_sees_what_those_before_it_define_and_declare(build: Build) -> None:
    defined = "\n$$\nc = a + b\n$$ (eq-sum)\n\n```{check} eq-sum\n:kind: definition\n:why: 名 | name\n```\n"
    used = "\n$$\nc - a = b\n$$ (eq-difference)\n\n```{check} eq-difference\n```\n"
    assert states(build, PAGE + SYMBOLS + defined + used)["eq-difference"] == "checked"
    message = "eq-difference is refused"
    assert states(build, PAGE + SYMBOLS + used + defined, message)["eq-difference"] == "refused"


@pytest.mark.parametrize(("argument", "state"), [(" more", "checked"), ("", "refused")])
def test_a_second_table_starts_afresh_unless_it_says_more(
    build: Build, argument: str, state: str
) -> None:
    second = f"\n```{{symbols}}{argument}\nz : R | 数 | a number\n```\n"
    both = "\n$$\na (z + 1) = a z + a\n$$ (eq-both)\n\n```{check} eq-both\n```\n"
    warns = [] if state == "checked" else ["eq-both is refused"]
    assert states(build, PAGE + SYMBOLS + second + both, *warns)["eq-both"] == state


def test_a_formula_of_a_docstring_is_no_display_of_the_book(build: Build) -> None:
    function = "\n```{eval-rst}\n.. py:function:: f(x)\n\n   .. math:: f(x) = y\n```\n"
    assert states(build, PAGE + function) == {}


def test_checks_may_name_what_dlref_exports_and_can_be_called() -> None:
    functions = BookHouse().functions(SimpleNamespace(**SETTINGS))
    assert functions["dlref.relu"] is dlref.relu
    assert {name.removeprefix("dlref.") for name in functions} == {
        name for name in dlref.__all__ if callable(getattr(dlref, name))
    }


# ------------------------------------------------------------------ what is kept


def test_a_result_is_kept_by_content_and_shown_in_each_edition(
    build: Build, tmp_path: Path
) -> None:
    words = {"zh": "已验算：详情", "en": "checked: details"}
    words["zh-en"] = f"{words['zh']} {words['en']}"
    text, kept = PAGE + GOOD + GOOD_CHECK, {}
    for edition, said in words.items():
        page = build(text.replace("段落", "段" * len(kept)), *EXTENSIONS, edition=edition).html()
        assert f'<summary aria-label="{said}" ' in page
        files = {file: file.stat().st_mtime_ns for file in (tmp_path / "cache").iterdir()}
        assert len(files) == 1
        kept = kept or files
        assert files == kept


def test_a_result_that_was_kept_carries_its_label_and_its_counterexample(
    build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = PAGE + GOOD.replace("2 a b", "3 a b") + GOOD_CHECK
    build(wrong, *EXTENSIONS, builder="equations", warns=["eq-square is wrong"])
    capsys.readouterr()
    renamed = wrong.replace("eq-square", "eq-renamed")
    shown = "with a = 1, b = 1: left 4, right 5"
    assert states(build, renamed, "eq-renamed is wrong", shown) == {"eq-renamed": "wrong"}
    printed = capsys.readouterr().out
    assert "eq-renamed" in printed
    assert "eq-square" not in printed


def test_a_result_is_not_kept_when_the_code_that_it_depends_on_changes(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def state(text: str, version: str, *warns: str) -> dict[str, str]:
        return states(build, text, *warns, eqcheck_key=version)

    assert state(PAGE + LOSS, "before") == {"eq-loss": "checked"}
    monkeypatch.setattr(dlref, "squared_loss", lambda y, prediction: y - prediction)
    assert state(PAGE + LOSS + "\n", "before") == {"eq-loss": "checked"}
    assert state(PAGE + LOSS + "\n", "after", "eq-loss is wrong") == {"eq-loss": "wrong"}


def test_what_a_page_said_is_forgotten_with_the_page(build: Build, tmp_path: Path) -> None:
    index = "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\n:glob:\np*\n```\n"
    pages = {"index": index, "page": PAGE + GOOD + GOOD_CHECK}
    built = build(pages, *EXTENSIONS, builder="equations")
    assert set(results_of(built.app.env)) == {"index", "page"}
    (tmp_path / "book" / "page.md").unlink()
    warns = ["toctree glob pattern"]
    built = build({"index": index + "\n"}, *EXTENSIONS, builder="equations", warns=warns)
    assert set(results_of(built.app.env)) == {"index"}


# ------------------------------------------------------------------ symbols that nothing uses


@pytest.mark.parametrize(
    ("line", "warns"),
    [
        ("c : R | 数 | a number", True),
        ("\\mathbf{a} : R[3] | 向量 | a vector", True),
        ("c_k : R; k = 1..3 | 数 | numbers", True),
        ("c, a : R | 数 | numbers", False),
        ("b_t : R; t = 1..3 | 数 | numbers", False),
        ("k = 3 | 数 | a number", True),
        ("k = 3 | 数 | a number\n\\mathbf{a} : R[k]; entries a_j | 向量 | a vector", False),
        ("c : R | 数 | a number\n\\mathbf{a} : R[3]; entries a_j; code f(c) | 量 | it", False),
        ("\\hat{a} : R | 数 | a number", True),
        ("c_t : R; t = 1..3; iterates of c | 数 | numbers", True),
    ],
)
def test_a_symbol_that_no_formula_uses_is_named_with_its_line(
    build: Build, line: str, warns: bool
) -> None:
    text = PAGE + f"\n```{{symbols}}\n{line}\n```\n" + GOOD + GOOD_CHECK
    name = re.split(" [:=]", line)[0]
    warned = [f"the symbol {name} is used by no formula"] if warns else []
    built = build(text, *EXTENSIONS, builder="equations", warns=warned)
    assert not warns or "/page.md:24: WARNING: the symbol" in built.warnings


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("c = ", "e = ", "c"),
        ("c = ", "c = ", "e"),
        ("", "", ""),
    ],
)
def test_a_name_that_no_formula_defines_is_named_with_its_line(
    build: Build, old: str, new: str, names: str
) -> None:
    line = "c : R; defined | 损失 | loss\n"
    more = "e : R; defined | 误差 | error\n" if names else ""
    text = PAGE + LOSS.replace(line, line + more).replace(old, new) + "\n:::{zh}\n$c$，$e$\n:::\n"
    text += ":::{en}\n$c$, $e$\n:::\n"
    warned = (
        [f"no formula here defines {names}: is another name on its left side?"] if names else []
    )
    built = build(text, *EXTENSIONS, builder="equations", warns=warned)
    place = 26 if names == "e" else 25
    assert not names or f"/page.md:{place}: WARNING: no formula" in built.warnings


def test_what_a_refused_line_or_a_check_without_equation_needs_counts_as_used(build: Build) -> None:
    lines = "k = 3 | 数 | a number\n\\mathbf{c} : R[k]; bad | 量 | it\ne : R | 数 | a number"
    lost = "\n```{check} eq-lost\n:kind: code\n:code: dlref.relu(e)\n```\n"
    text = PAGE + f"\n```{{symbols}}\n\n{lines}\n```\n" + GOOD + GOOD_CHECK + lost
    warns = ["unknown word 'bad'", "no equation of this page has the label eq-lost"]
    built = build(text, *EXTENSIONS, builder="equations", warns=warns)
    assert "/page.md:26: WARNING: in the line '\\mathbf{c} : R[k]; bad': " in built.warnings


# ------------------------------------------------------------------ boundaries

# A boundary on each of five pages, what moves it, and what is said.
BOUNDARIES = {
    "weight-decay": (r"\|\mathbf{w}\|_2^2 \le \theta", r"\|\mathbf{w}\|_2^2 < \theta", "a strict condition"),
    "errata": (r"\le \sqrt{\theta}", r"< \sqrt{\theta}", "a strict condition"),
    "gradient-descent": (r"I \subseteq \{1", r"I \in \{1", "a set of indices is no index"),
    "numerical-stability": (r"\text{if } x > 0", r"\text{if } x \ge 0", r"these wrong versions pass: \ge -> >"),
    "convolution": (r"i \le j < i + k", "i < j < i + k", "i = 3, j = 3"),
    "dropout": (r"p \in [0, 1)", r"p \in (0, 1)", "with p = 0"),
}  # fmt: skip


@pytest.mark.parametrize("page", BOUNDARIES)
def test_a_boundary_moved_on_a_page_is_named_with_its_line(
    build: Build, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_moved(declared: Any, latex: str, **options: Any) -> Result:
        if wrong in latex:
            return check(declared, latex, **options)
        return Result(options["label"], page, "", "checked", latex)  # others are slow

    monkeypatch.setattr("eqcheck.documents.formula.check", check_moved)
    right, wrong, wanted = BOUNDARIES[page]
    text = (BOOK / f"{page}.md").read_text("utf-8")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if right in line]
    built = build({page: text.replace(right, wrong)}, *EXTENSIONS, builder="equations", warns=None)
    said = [w for w in built.warnings.splitlines() if wanted in w and "[eqcheck]" in w]
    places = [int(re.search(rf"{page}\.md:(\d+): WARNING", w)[1]) for w in said]
    assert places
    assert all(min(abs(place - line) for line in lines) <= 1 for place in places)
