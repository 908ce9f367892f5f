# ruff: noqa: E501 - a formula stands on one line, as in the book
"""A wrong formula fails the build and is named; so is one that nobody checks."""

from __future__ import annotations

import json
import re

import pytest

from book._ext.evidence import domain_latex
from tests.book.conftest import PAGE, ROOT, SmallBook

SYMBOLS = """
```{symbols}
d = 3 | 特征数 | number of features
\\mathbf{x}, \\mathbf{w} : R[d] | 向量 | vectors
a, b : R | 数 | numbers
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

# Equations of each page, made wrong in each way that the page's formulas allow.
BREAKS = {
    "backpropagation": [
        ("sign", "eq-graph-backward", "1 - h^2", "1 + h^2"),
        ("transpose", "eq-backward-layer", r"(\mathbf{W}^{(l)})^{\top}", r"\mathbf{W}^{(l)}"),
        ("index", "eq-chain-rule-entries", r"\partial Y_{pq}}{\partial X_{kl}", r"\partial Y_{pq}}{\partial X_{lk}"),
        ("factor", "eq-graph-forward", r"\frac{\lambda}{2} w^2", r"\lambda w^2"),
    ],
    "dropout": [
        ("sign", "eq-dropout-variance", "{1-p}", "{1+p}"),
        ("transpose", "eq-dropout-mlp", r"\mathbf{W}_2\mathbf{h}'", r"\mathbf{W}_2^{\top}\mathbf{h}'"),
        ("index", "eq-noise-tikhonov", r"^2 \right] = \frac{1}{2n}\sum_{i=1}", r"^2 \right] = \frac{1}{2n}\sum_{i=2}"),
        ("factor", "eq-dropout", r"\dfrac{x_j}{1-p}", "x_j"),
    ],
    "gradient-descent": [
        ("sign", "eq-gradient-descent", r"- \eta", r"+ \eta"),
        ("transpose", "eq-descent-error", r"\mathbf{X}^{\top}\mathbf{X}", r"\mathbf{X}\mathbf{X}^{\top}"),
        ("index", "eq-minibatch-loss", r"\ell(y_i,", r"\ell(y_1,"),
        ("factor", "eq-minibatch-variance", r"\frac{n-m}{n-1} \cdot ", ""),
    ],
    "mlp": [
        ("sign", "eq-mlp-output", r"+ \mathbf{b}", r"- \mathbf{b}"),
        ("transpose", "eq-mlp-batch", r"(\mathbf{W}^{(l)})^{\top}", r"\mathbf{W}^{(l)}"),
        ("index", "eq-mlp-hidden", r"\mathbf{h}^{(l-1)} +", r"\mathbf{h}^{(l)} +"),
        ("factor", "eq-linear-collapse", r"+(\mathbf{W}^{(2)}\mathbf{b}^{(1)}", r"+(\mathbf{b}^{(1)}"),
    ],
    "weight-decay": [
        ("sign", "eq-weight-decay-update", r"(1-\eta", r"(1+\eta"),
        ("transpose", "eq-ridge", r"(\mathbf{X}^{\top}\mathbf{X} +", r"(\mathbf{X}\mathbf{X}^{\top} +"),
        ("index", "eq-ridge", r"y_i", "y_1"),
        ("factor", "eq-penalty-gradient", r"+ \lambda\mathbf{w}", r"+ \mathbf{w}"),
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
    ],
    "index": [
        ("sign", "eq-front", r"- \eta", r"+ \eta"),
        ("index", "eq-front", r"{t+1} = \mathbf{x}_{t}", r"{t+1} = \mathbf{x}_{t+1}"),
    ],
    "gradient": [
        ("sign", "eq-gradient-quadratic", r"\mathbf{C}+", r"\mathbf{C}-"),
        ("transpose", "eq-gradient-linear", r"= \mathbf{A}^{\top}", r"= \mathbf{A}"),
        ("factor", "eq-gradient-frobenius", r"2\mathbf{X}", r"\mathbf{X}"),
        ("index", "eq-gradient", r"{\partial x_2}", r"{\partial x_3}"),
    ],
    "initialization": [
        ("sign", "eq-xavier", r"}+d", r"}-d"),
        ("transpose", "eq-xavier-reason", r"\mathbf{W}^{\top}", r"\mathbf{W}"),
        ("index", "eq-he", r"d_{\text{in}}", r"d_{\text{out}}"),
        ("factor", "eq-he-reason", r"\frac{1}{d_{\text{in}}}", ""),
    ],
    "latent-space": [
        ("sign", "eq-encode", r"\mathbf{x}-", r"\mathbf{x}+"),
        ("transpose", "eq-reconstruction-loss", r"\mathbf{V}_k^{\top}", r"\mathbf{V}_k"),
        ("index", "eq-pca-optimality", r"j=k+1", r"j=k"),
        ("factor", "eq-decode", r"\mathbf{V}_k\mathbf{z}", r"\mathbf{z}"),
        ("sign", "eq-pca-certificate", r"(1 - c_j)", r"(1 + c_j)"),
        ("factor", "eq-code-covariance", r"= \frac{1}{n}\operatorname", r"= \operatorname"),
    ],
    "linear-model": [
        ("sign", "eq-linear-vector", "+ b", "- b"),
        ("transpose", "eq-linear-batch", r"\mathbf{X}\mathbf{w}", r"\mathbf{X}^{\top}\mathbf{w}"),
        ("index", "eq-linear-scalar", "j=1", "j=2"),
        ("factor", "eq-house-price", r"w_{\text{age}} \cdot ", ""),
    ],
    "loss": [
        ("sign", "eq-squared-loss-derivative", r"\hat{y}-y", r"\hat{y}+y"),
        ("factor", "eq-squared-loss", r"\frac{1}{2}", ""),
    ],
    "model-selection": [
        ("sign", "eq-optimism", r"1 + \frac{d}{n}", r"1 - \frac{d}{n}"),
        ("index", "eq-training-error", r"\ell\left( y_i,", r"\ell\left( y_1,"),
        ("factor", "eq-k-fold", r"\frac{1}{|F_k|}", ""),
    ],
    "modules": [
        ("sign", "eq-residual", r"\mathbf{I} +", r"\mathbf{I} -"),
        ("transpose", "eq-residual", r"\right) \mathbf{W}_1", r"\right) \mathbf{W}_1^{\top}"),
        ("factor", "eq-residual", r"\mathbf{W}_2 \operatorname", r"\operatorname"),
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
    ],
    "parameter-learning": [
        ("sign", "eq-loss-gradient", "= -", "= "),
        ("transpose", "eq-closed-form", r"\mathbf{X}^{\top}\mathbf{y}", r"\mathbf{X}\mathbf{y}"),
        ("index", "eq-training-loss", r"\ell(y_i,", r"\ell(y_1,"),
        ("factor", "eq-loss-excess", r"\frac{1}{2n}", r"\frac{1}{n}"),
    ],
}  # fmt: skip
EVERY_BREAK = [(page, *change) for page, changes in BREAKS.items() for change in changes]
NOTHING_TO_BREAK = {"notation", "training-data"}  # a convention, and names for the data


def equations(book: SmallBook, *options: str) -> tuple[int, str, dict[str, dict[str, object]]]:
    """Run ``make equations``; return its exit code, its output and its report by label."""
    code, output = book.make("equations", *options)
    report = json.loads((book.folder / "_build" / "equations" / "report.json").read_text("utf-8"))
    return code, output, {result["label"]: result for result in report}


def test_every_page_with_checks_is_broken_below() -> None:
    with_checks = {
        path.stem
        for path in (ROOT / "book").glob("*.md")
        if "```{check}" in path.read_text("utf-8")
    }
    assert with_checks - NOTHING_TO_BREAK == set(BREAKS)


@pytest.mark.parametrize("kind", ["sign", "transpose", "index", "factor"])
def test_a_changed_formula_of_any_page_fails_the_build_and_is_named(
    small_book: SmallBook, kind: str
) -> None:
    small_book.use_real_pages()
    broken = [(page, label) for page, this, label, _, _ in EVERY_BREAK if this == kind]
    for page, this, label, old, new in EVERY_BREAK:
        if this == kind:
            equation = re.search(
                rf"\$\$\n([^$]*)\n\$\$ \({label}\)", small_book.read(f"book/{page}.md")
            )
            assert equation
            assert equation[1].count(old) == 1
            small_book.edit(f"book/{page}.md", equation[0], equation[0].replace(old, new))
    code, output, report = equations(small_book)
    assert code != 0
    for page, label in broken:
        assert report[label]["state"] in ("wrong", "refused"), report[label]
        assert re.search(rf"{page}\.md:\d+: WARNING: {label} is (wrong|refused): ", output)
    sound = [name for name in report if name not in {label for _, label in broken}]
    passing = ("checked", "definition", "notation", "wrong-as-expected")
    assert len([name for name in sound if report[name]["state"] in passing]) >= 15


def test_a_sign_flipped_in_dlref_alone_fails_the_next_build_too(small_book: SmallBook) -> None:
    small_book.use_real_pages()
    code, output, report = equations(small_book)
    assert code == 0, output
    assert all(result["page"] for result in report.values())
    small_book.edit("dlref/regression.py", "(X @ w + as", "(X @ w - as")
    code, output, report = equations(small_book)
    assert code != 0
    assert report["eq-linear-batch"]["state"] == "wrong"
    assert "eq-linear-batch is wrong" in output


FAULTS = {
    GOOD: "eq-square is unbound: it has no {check}",
    SYMBOLS + "\n$$\na = a\n$$\n": "an equation is unbound: it has no label",
    GOOD + GOOD_CHECK + "\n```{check} eq-other\n```\n": "no equation has the label eq-other",
    GOOD + GOOD_CHECK.replace("\n```\n", "\n:kin: code\n```\n"): "{check} takes :kind:",
    GOOD.replace(" | 数 | numbers", "") + GOOD_CHECK: "needs its meaning in both languages",
    GOOD.replace("+ b^2", "+ c^2") + GOOD_CHECK: "eq-square is refused",
    GOOD + GOOD_CHECK.replace("\n```\n", "\n:kind: no\n```\n"): "kind must be one of",
    SYMBOLS + EQUATION + CHECK: "eq-dot is survived",
}


def test_what_is_not_checked_or_cannot_be_is_named_with_its_page(small_book: SmallBook) -> None:
    names = [f"fault{i}" for i in range(len(FAULTS))]
    for name, text in zip(names, FAULTS, strict=True):
        text = (PAGE + text).replace("(page)=", f"({name})=")
        text = text.replace("eq-square", f"eq-square-{name}").replace("eq-dot", f"eq-dot-{name}")
        small_book.write(text, name)
    small_book.write(PAGE + "\n```{toctree}\n" + "\n".join(names) + "\n```\n")
    for _ in range(2):
        code, output = small_book.make("equations")
        assert code != 0
        assert "Traceback" not in output
        said = {
            name: [line for line in output.splitlines() if f"/{name}.md:" in line] for name in names
        }
        for name, message in zip(names, FAULTS.values(), strict=True):
            message = message.replace("eq-square", f"eq-square-{name}")
            message = message.replace("eq-dot", f"eq-dot-{name}")
            assert any(message in line for line in said[name]), (name, message, said[name])


def test_an_inline_equality_is_run_and_a_condition_is_listed(small_book: SmallBook) -> None:
    inline = "\n:::{zh}\n式 $a + a = 3 a$。\n:::\n:::{en}\nFormula $a + a = 3 a$.\n:::\n"
    small_book.write(PAGE + SYMBOLS + inline)
    code, output = small_book.make("equations")
    assert code != 0
    assert "a + a = 3 a is wrong" in output
    small_book.write(PAGE + SYMBOLS + inline.replace("3", "2"))
    assert small_book.make("equations")[0] == 0
    small_book.write(PAGE + SYMBOLS + inline)
    small_book.edit(
        "book/page.md", "  name: python3\n", "  name: python3\nconditions: ['a + a = 3 a']\n"
    )
    assert small_book.make("equations")[0] == 0


def test_one_page_is_run_alone_and_an_unknown_one_is_refused(small_book: SmallBook) -> None:
    small_book.write(
        GOOD.replace("```{symbols}", "(good)=\n# {zh}`好`{en}`Good`\n\n```{symbols}") + GOOD_CHECK,
        "good",
    )
    small_book.write(PAGE + GOOD.replace("2 a b", "3 a b") + GOOD_CHECK)
    code, _, report = equations(small_book, "PAGE=good")
    assert code == 0
    assert {label: result["state"] for label, result in report.items()} == {"eq-square": "checked"}
    code, output = small_book.make("equations", "PAGE=nowhere")
    assert code != 0
    assert "no page book/nowhere.md" in output


def test_results_are_kept_by_content_and_shown_in_each_edition(small_book: SmallBook) -> None:
    small_book.write(PAGE + GOOD + GOOD_CHECK)
    assert small_book.make("html")[0] == 0
    cache = small_book.folder / "_build" / "equations" / "cache"
    kept = {file: file.stat().st_mtime_ns for file in cache.iterdir()}
    assert len(kept) == 1
    small_book.edit("book/page.md", "中文段落", "另一段话")
    assert small_book.make("html")[0] == 0
    assert {file: file.stat().st_mtime_ns for file in cache.iterdir()} == kept
    for edition, words in (("zh", "✓ 已验算"), ("en", "✓ checked"), ("zh-en", "✓ 已验算 checked")):
        assert f"<summary>{words} · " in small_book.html(edition)


@pytest.mark.parametrize(
    ("domain", "latex"),
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
        ("m of 1..n", r"\subseteq \{1, \ldots, n\}"),
        ("identity[d]", r"\mathbb{R}^{d \times d}"),
    ],
)
def test_a_domain_is_shown_as_readers_know_it(domain: str, latex: str) -> None:
    assert domain_latex(domain) == latex
