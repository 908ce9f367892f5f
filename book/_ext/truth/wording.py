"""The words of a ``{fact}`` say what its expression tests: the same numbers, more or less.

A program cannot understand words, but numbers among them it can read, and more or less: what says
"less than half" must compare by ``<``, and with 2 or 0.5.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator

ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ENGLISH = {
    **{word: value for value, word in enumerate(ONES.split(), start=1)},
    **{word: 10 * value for value, word in enumerate(TENS.split(), start=2)},
    **{"a": 1, "hundred": 100, "thousand": 1000, "million": 10**6},
}
DIGITS = {
    **{sign: value for value, sign in enumerate("零一二三四五六七八九")},
    **{"两": 2, "十": 10, "百": 100, "千": 1000, "万": 10**4},
}
# What names a number without being one, with the numbers that an expression may have for it.
RATIOS = {
    r"\b(?:twice|doubl\w+)\b|加倍|翻倍|翻一番": (2,),
    r"\b(?:half|halves|halv\w+)\b|一半|减半": (2, 0.5, 50),
    r"\bthrice\b": (3,),
    r"(?<!few )\bdozen\b": (12,),
    r"(?<!\bthe )\bthirds?\b": (3, 1 / 3, 2 / 3),
    r"(?<!\bthe )\bquarters?\b": (4, 0.25, 0.75, 25, 75),
    r"(?<!\bthe )\bfifths?\b": (5, 0.2),
    r"(?<!\bthe )\btenths?\b": (10, 0.1),
    r"\bhundredths?\b": (100, 0.01),
    r"\bthousandths?\b": (1000, 0.001),
    r"\bmillionths?\b": (10**6, 1e-6),
}
NUMBER = "|".join(sorted((word for word in ENGLISH if word != "a"), key=len, reverse=True))
SIGNS = f"[{''.join(DIGITS)}]+"
JOINED = "(?:-| |(?<=hundred) and |(?<=thousand) and )"
OF_WORDS = re.compile(rf"\b(?:a )?(?:{NUMBER})(?:{JOINED}(?:{NUMBER}))*\b", re.IGNORECASE)
OF_SIGNS = re.compile(rf"(?<![几数])({SIGNS})(?!几)(?:分之({SIGNS})|(倍|成))?")
OF_FIGURES = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
IDIOMS = re.compile(
    rf"十分|万一|(?<!{SIGNS[:-1]})一[个致样些点起直般定旦切种]|第{SIGNS}|[两三]者|"
    "[一二三四五六七八九]{2,}十?"
)
BEYOND = (ast.Name, ast.Pow, ast.LShift)  # what is no number, or may be too large a one
SMALL = 2  # "one of them", "the two": such words carry no result
LESS = re.compile(
    r"\b(?:less|fewer|smaller|lower|below|under)\b|不到|不足|小于|低于|少于|更[少低小]|以下",
    re.IGNORECASE,
)
MORE = re.compile(
    r"\b(?:more|greater|larger|higher|above|exceeds?)\b|超过|大于|高于|多于|更[多高大]|以上",
    re.IGNORECASE,
)
NOT = re.compile(
    r"\b(?:no|not|nor|never|without|hardly|little)\b|n't\b|不(?![到足])|没|未|无|非", re.IGNORECASE
)
LEAST = re.compile(r"\b(?:lowest|smallest|least|fewest)\b|最[低小少]", re.IGNORECASE)
MOST = re.compile(r"\b(?:highest|largest|most|greatest)\b|最[高大多]", re.IGNORECASE)


def fault_of_wording(words: str, expression: str) -> str:
    """Return in what words and expression differ; "" if nothing is seen."""
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError:
        return ""  # which is said when it is evaluated
    there, ranges = list(_constants(tree)), list(_ranges(tree))
    for word, wanted in numbers_in(words):
        equal = any(math.isclose(one, other) for one in there for other in wanted)
        if not equal and not any(low < one < high for low, high in ranges for one in wanted):
            return f'"{words}" is said, but no {wanted[0]:g} for "{word}" is in {expression}'
    compared = {
        type(node.ops[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and len(node.ops) == 1
    }
    down, up = bool(compared & {ast.Lt, ast.LtE}), bool(compared & {ast.Gt, ast.GtE})
    if not NOT.search(words) and bool(LESS.search(words)) != bool(MORE.search(words)):
        said, other = ("<", ">") if LESS.search(words) else (">", "<")
        if down != up and (said == "<") != down:
            return f'"{words}" is said, but {expression} compares by {other}: write it by {said}'
    if bool(LEAST.search(words)) != bool(MOST.search(words)):
        said, other = ("min", "max") if LEAST.search(words) else ("max", "min")
        if other in expression and said not in expression:
            return f'"{words}" is said, but {expression} looks for the {other}'
    return ""


def numbers_in(words: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield the words that name a number, each with what an expression may have for it.

    >>> list(numbers_in("nineteen times, and 三成"))
    [('nineteen', (19.0,)), ('三成', (0.3, 3.0, 30.0))]
    """
    for pattern, wanted in RATIOS.items():
        for match in re.finditer(pattern, words, re.IGNORECASE):
            yield match[0], wanted
    for match in OF_FIGURES.finditer(words):
        value = float(match[0].strip("%").replace(",", ""))
        yield match[0], (value, value / 100) if match[0].endswith("%") else (value,)
    rest = re.sub("|".join(RATIOS), " ", words, flags=re.IGNORECASE)
    for match in OF_WORDS.finditer(rest):
        value = _of_words(match[0].lower())
        if value > SMALL:
            yield match[0], _with_thousands(value)
    for match in OF_SIGNS.finditer(IDIOMS.sub(" ", rest)):
        value, above, unit = _of_signs(match[1]), match[2], match[3]
        if above and match[1] == "百":
            share = _of_signs(above) / 100
            yield match[0], (100 * share, share, 1 + share, 1 - share)
        elif above:
            yield match[0], (value, _of_signs(above) / value, 1 / value)
        elif unit == "成":
            yield match[0], (value / 10, value, 10 * value)
        elif value > SMALL or (unit and value > 1):
            yield match[0], _with_thousands(value)


def _with_thousands(value: float) -> tuple[float, ...]:
    """Return a number, and in thousands, in which a page may count: prices, say."""
    return (value, value / 1000) if value >= 1000 else (value,)


def _of_words(text: str) -> float:
    total = part = 0
    for word in re.findall("[a-z]+", text):
        value = ENGLISH.get(word, 0)
        if value == 100:
            part = max(part, 1) * value
        elif value > 100:
            total, part = total + max(part, 1) * value, 0
        else:
            part += value if word != "a" else 0
    return float(total + part)


def _of_signs(text: str) -> float:
    total, part, digit, unit = 0, 0, 0, 1
    for sign in text:
        value = DIGITS[sign]
        if value < 10:
            digit, unit = value, unit if value else 1
        elif value == 10**4:
            total, part, digit, unit = (total + part + digit) * value, 0, 0, value
        else:
            part, digit, unit = part + max(digit, 1) * value, 0, value
    return float(total + part + digit * (unit // 10 if unit > 10 else 1))  # 一百八 is 180


def _constants(tree: ast.AST) -> Iterator[float]:
    """Yield the numbers in an expression, what it computes of numbers alone, lengths of lists."""
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield float(len(node.elts))
        if isinstance(node, ast.Constant | ast.BinOp | ast.UnaryOp):
            if any(isinstance(inner, BEYOND) for inner in ast.walk(node)):
                continue
            try:
                value = eval(ast.unparse(node), {})
            except Exception:  # a text, or 1 / 0
                continue
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield float(value)


def _ranges(tree: ast.AST) -> Iterator[tuple[float, float]]:
    """Yield the bounds between which a value must lie: 8 < ratio < 12."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and len(node.ops) == 2:
            low, high = list(_constants(node.left)), list(_constants(node.comparators[-1]))
            if low and high:
                yield low[0], high[0]
