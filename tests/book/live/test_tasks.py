"""What authors write of an exercise is read with its lines, and slips are told with them."""

from __future__ import annotations

import pytest

from book._ext.live.tasks import keys, read_task

FORMULA = r"""formula: \sum_{i=1}^{n} y_i = n \bar{y}
without: y
wrong:
- \bar{y}
- answer: n
  zh: 少了平均值。
  en: The mean is missing.
"""
FUNCTION = """function: |
  def double(x):
      return 2 * x
start: |
  def double(x):
      return x
draw: x = float(rng.integers(1, 5))
equals: x + x
wrong:
- |
  def double(x):
      return x**2
"""


def test_a_formula_is_read_with_its_sides_and_the_lines_of_its_parts() -> None:
    task = read_task(FORMULA, 10)
    assert task.faults == {}
    assert (task.data["left"], task.data["right"]) == (r"\sum_{i=1}^{n} y_i", r"n \bar{y}")
    assert task.data["without"] == ["y"]
    assert [wrong["answer"] for wrong in task.data["wrong"]] == [r"\bar{y}", "n"]
    assert (task.lines["formula"], task.lines["wrong 0"], task.lines["wrong 1"]) == (10, 13, 14)


def test_a_function_is_read_with_its_name_and_parameters() -> None:
    task = read_task(FUNCTION, 1)
    assert task.faults == {}
    assert (task.data["function"], task.data["parameters"]) == ("double", ["x"])
    assert task.solution == "def double(x):\n    return 2 * x\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 5, "{answer} is YAML: formula:"),
        ("formula: [a", 5, "{answer} is YAML:"),
        (FORMULA + "size: 3\n", 12, "{answer} takes formula, start,"),
        ("formula: a = b\n", 5, "{answer} of a formula needs formula, wrong: add wrong"),
        ("formula: a\nwrong:\n- b\n", 5, "`formula` is LEFT = RIGHT; got 'a'"),
        ("formula: a = b\nwrong: c\n", 6, "`wrong` is a list"),
        ("formula: a = b\nwrong:\n- c\n- {answer: d, zh: 不}\n", 8, "a wrong answer is an ANSWER"),
        (FUNCTION.replace("def double(x):", "if x:", 1), 5, "`function` is def"),
        (FUNCTION.replace("equals: x + x\n", ""), 5, "add equals"),
    ],
)
def test_a_slip_is_told_with_its_line_and_what_to_write(text: str, line: int, message: str) -> None:
    task = read_task(text, 5)
    [(at, said)] = task.faults.items()
    assert message in said
    assert at == line


def test_buttons_type_what_right_and_wrong_answers_have_of_names_and_forms() -> None:
    assert keys([r"\frac{1}{n}\mathbf{X}^{\top}\hat{y}_i", r"\sum_{i=1}^{n} x^2"]) == [
        r"\mathbf{X}",
        r"\hat{y}_i",
        r"\frac{}{}",
        r"^{\top}",
        "^2",
        r"\sum_{i=1}^{n} ",
    ]
