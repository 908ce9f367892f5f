"""The words of a fact name the numbers that it tests, and point where its comparison does."""

from __future__ import annotations

import pytest

from book._ext.truth.wording import fault_of_wording, numbers_in


@pytest.mark.parametrize(
    ("words", "expression"),
    [
        ("less than half as many mistakes", "errors[1] < errors[0] / 2"),
        ("不到一半", "errors[1] < 0.5 * errors[0]"),
        ("twice", "np.isclose(a, 2 * b)"),
        ("nineteen times", "round(growth) == 19"),
        ("十九倍", "round(growth) == 19"),
        ("a third", "abs(ratio - 1 / 3) < 0.02"),
        ("三分之一", "abs(ratio - 1 / 3) < 0.02"),
        ("three quarters", "dropped == 0.75 and kept[3] == 1"),
        ("四分之三", "dropped == 3 / 4"),
        ("twenty-eight steps", "n == 28"),
        ("四百八十", "n == 480"),
        ("four hundred and eighty houses", "n == 480"),
        ("fifteen thousand dollars", "round(error) == 15"),
        ("一万五千美元", "round(error, -3) == 15000"),
        ("三成", "0.25 < share < 0.35 and round(10 * share) == 3"),
        ("about 30% of them", "round(share, 1) == 0.3"),
        ("one of the two agrees", "np.allclose(a, b)"),
        ("两者一致，十分接近", "np.allclose(a, b)"),
        ("the third line is the lowest", "errors.argmin() == 2"),
        ("the lowest", "errors[2] < errors[1]"),
        ("no more than before", "a <= b"),
        ("hardly below", "0.9 * b < a < b"),
        ("不超过", "a <= b"),
        ("about ten times", "8 < ratio < 12"),
        ("百分之五", "share < 0.05"),
        ("不到百分之二", "a < 1.02 * b"),
        ("little more than the diagonal", "a < b / 5"),
        ("将近五分之一", "0.15 < share < 0.2"),
        ("all three starts", "all(train(w) < 1 for w in [1.5, 1.1, 0.5])"),
        ("more than ten times", "10 < ratio < 20"),
        ("two and one", "found == [2, 1]"),
        ("几十个以后，一二十步", "middle[80] == last"),
        ("a few dozen", "middle[80] == last"),
        ("larger", "1 /"),
        ("more", "a == b"),
    ],
)
def test_words_that_say_what_is_tested_have_no_fault(words: str, expression: str) -> None:
    assert fault_of_wording(words, expression) == ""


@pytest.mark.parametrize(
    ("words", "expression", "fault"),
    [
        ("eighteen times", "round(growth) == 19", 'no 18 for "eighteen" is in round(growth) == 19'),
        ("十八倍", "round(growth) == 19", 'no 18 for "十八倍" is in'),
        ("twice as many", "a > b / 3", 'no 2 for "twice"'),
        ("less than a third", "a < b / 2", 'no 3 for "third"'),
        ("两倍", "round(a / b) == 3", 'no 2 for "两倍"'),
        ("四成", "round(10 * share) == 3", 'no 0.4 for "四成"'),
        ("40% of them", "round(share, 1) == 0.3", 'no 40 for "40%"'),
        ("more than half", "errors[1] < errors[0] / 2", "compares by <: write it by >"),
        ("超过一半", "errors[1] < errors[0] / 2", "compares by <: write it by >"),
        ("fewer", "a > b", "compares by >: write it by <"),
        ("更少", "a >= b", "compares by >: write it by <"),
        ("the lowest", "errors.argmax() == 2", "looks for the max"),
        ("最高", "errors.argmin() == 2", "looks for the min"),
    ],
)
def test_a_number_or_a_direction_that_is_not_tested_is_a_fault(
    words: str, expression: str, fault: str
) -> None:
    said = fault_of_wording(words, expression)
    assert said.startswith(f'"{words}" is said, but ')
    assert fault in said


@pytest.mark.parametrize(
    ("words", "value"),
    [
        *(("seven", 7), ("twenty", 20), ("ninety-nine", 99), ("a hundred", 100)),
        *(("two hundred and five", 205), ("three thousand", 3000), ("two million", 2e6)),
        *(("七", 7), ("二十", 20), ("九十九", 99), ("一百", 100), ("两百零五", 205)),
        *(("一百零一", 101), ("一百零一个", 101), ("一百八", 180), ("两千五", 2500)),
        *(("三千", 3000), ("两万", 20000), ("十二", 12), ("一万五千", 15000), ("1,374", 1374)),
    ],
)
def test_number_words_of_both_languages_are_read(words: str, value: float) -> None:
    found = [number[0] for _, number in numbers_in(words)]
    assert found == [value]
