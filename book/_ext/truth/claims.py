"""What the prose of a page claims: ``{num}``, ``{fact}`` and ``{values}``, and whether it is true.

    {num}`0.25 | dlref.sigmoid_derivative(0)`
    {fact}`less than half as many mistakes | errors[1] < errors[0] / 2`

The first prints a number, which must be the value behind the bar, rounded as printed; the second
prints words, and what stands behind the bar must be true.  Both are evaluated in the kernel of the
page, after the cells above have run (see ``answers``).  What the caption of a figure that moves
says of its frames is evaluated in each: a number is that of the frame which is shown first, and
words stand where they are true, which must be so in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from markdown_it.token import Token

from book._ext.findings import Finding, shown
from book._ext.languages.parity import (
    LANGUAGES,
    OPTION_LINE,
    caption_of,
    cell_options,
    parse,
    said_of_frames,
)
from book._ext.truth.answers import EACH
from book._ext.truth.wording import fault_of_wording
from eqcheck.documents import Cause, Place

LITERAL = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?(?:e[-−+]?[0-2]?\d{1,2})?%?")  # within a float
FORMS = {
    "num": "a number is written {num}`0.25 | expression`",
    "fact": "a fact is written {fact}`words | expression`",
}
DIRECTIVE = re.compile(r"\{([\w-]+)\}")
BREAKS = ("softbreak", "hardbreak")
Answer = dict[str, Any]  # to a step: its value, or what went wrong


class Step(NamedTuple):
    """What a kernel is asked: to execute ``values``, or to evaluate a ``num`` or ``fact``.

    ``each num`` and ``each fact`` are asked of each frame of the figure above.
    """

    kind: str
    source: str


class Claim(NamedTuple):
    """A role of a page; ``place`` tells which step proves it: after which cell, and which there."""

    line: int
    kind: str
    words: str
    expression: str
    language: str
    place: tuple[int, int]


class Claims(NamedTuple):
    """What a page claims, and what its kernel is asked for it, before and after each cell."""

    claims: list[Claim]
    steps: list[list[Step]]
    values: dict[tuple[int, int], int]  # the first line of each


class Verdict(NamedTuple):
    """What became of a claim: it holds, is wrong, refused or unknown, or waits for ``{values}``.

    What is to mend has a message; what is said of frames has the value in each.
    """

    line: int
    kind: str
    words: str
    expression: str
    language: str
    state: str
    message: str = ""
    each: Sequence[Any] = ()


# ------------------------------------------------------------------ what a page claims


def split(text: str) -> tuple[str, str]:
    """Return words and expression of what stands in a role; without a bar, no expression.

    >>> split("0.25 | 1 / 4"), split("a | b | x < 1 | 2")
    (('0.25', '1 / 4'), ('a | b | x < 1', '2'))
    """
    words, bar, expression = text.replace("\n", " ").rpartition(" | ")
    return (words.strip(), expression.strip()) if bar else (text.strip(" |"), "")


def read_claims(text: str) -> Claims:
    """Return what the source of a page claims, in its order."""
    found = Claims([], [[]], {})
    asked: dict[Step, tuple[int, int]] = {}
    for line, kind, content, language in _found_in(parse(text), 0, ""):
        if kind == "code-cell":
            found.steps.append([])
            asked = {}
            continue
        words, expression = ("", content) if kind == "values" else split(content)
        step = Step(kind, expression)
        if kind == "values" or step not in asked:
            asked = {} if kind == "values" else asked
            asked[step] = len(found.steps) - 1, len(found.steps[-1])
            found.steps[-1].append(step)
        if kind == "values":
            found.values[asked[step]] = line + 1
        else:
            kind = kind.removeprefix(EACH)
            found.claims.append(Claim(line, kind, words, expression, language, asked[step]))
    return found


def _found_in(
    tokens: Sequence[Token], above: int, language: str
) -> Iterator[tuple[int, str, str, str]]:
    """Yield line, kind, content and language of cells, values and roles; ``above`` are lines."""
    line = above + 1
    for token in tokens:
        line = above + token.map[0] + 1 if token.map else line
        directive = DIRECTIVE.match(token.info) if token.type.endswith("fence") else None
        name = directive[1] if directive else ""
        cell = name == "code-cell" and token.type == "fence" and not (above or token.level)
        if cell or name == "values":
            yield line, name, token.content, language
        if cell:
            options = cell_options(token.content)
            said = said_of_frames(options)
            caption = caption_of(options).removesuffix(said)  # stands below what the cell shows
            yield from (_at(line, one) for one in _found_in(parse(caption), 0, language))
            for _, kind, claimed, spoken in _found_in(parse(said), 0, language):
                yield line, EACH + kind, claimed, spoken
        elif name == "terms":
            for number, entry in enumerate(token.content.splitlines(), start=line + 1):
                yield from (_at(number, one) for one in _found_in(parse(entry), 0, language))
        elif name and token.type == "colon_fence":
            inside = name if name in LANGUAGES else language
            title = parse(token.info[len(directive[0]) if directive else 0 :].strip())
            yield from (_at(line, one) for one in _found_in(title, 0, inside))
            content = parse(OPTION_LINE.sub("", token.content))
            yield from _found_in(content, line, inside)
        elif token.type == "inline":
            yield from _found_in_line(token.children or [], line, language)


def _found_in_line(
    children: Sequence[Token], line: int, language: str
) -> Iterator[tuple[int, str, str, str]]:
    for place, child in enumerate(children):
        if child.type != "myst_role":
            continue
        at = line + sum(other.type in BREAKS for other in children[:place])
        name = child.meta["name"]
        if name in FORMS:
            yield at, name, child.content, language
        elif name in LANGUAGES:
            yield from (_at(at, one) for one in _found_in(parse(child.content), 0, name))


def _at(line: int, found: tuple[int, str, str, str]) -> tuple[int, str, str, str]:
    return line, *found[1:]


# ------------------------------------------------------------------ whether it is true


def judge(claims: Claims, answers: Sequence[Sequence[Answer]]) -> list[Verdict]:
    """Return what became of each claim, and of each ``{values}`` that failed.

    A cell that failed leaves those below it without answers.
    """
    failed = {}
    for place, line in claims.values.items():
        answer = _answer(answers, place)
        if answer and "error" in answer:
            at = line + answer.get("line", 0) - 1
            failed[place] = Cause(f"{{values}} {answer['error']}", Place("", at))
    verdicts = []
    for claim in claims.claims:
        answer = _answer(answers, claim.place)
        state, message = _verdict(claim, answer, failed)
        each = [*(answer or {}).get("each", ())]
        verdicts.append(Verdict(*claim[:5], state, message, each))
    causes = [
        Verdict(cause.place.line, "values", "", "", "", "refused", str(cause))
        for cause in failed.values()
    ]
    return sorted([*causes, *verdicts])


def findings_of(path: Path, verdicts: Iterable[Verdict]) -> list[Finding]:
    """Return what authors must mend."""
    return [Finding(shown(path), v.line, v.message) for v in verdicts if v.message]


def _answer(answers: Sequence[Sequence[Answer]], place: tuple[int, int]) -> Answer | None:
    cell, number = place
    return answers[cell][number] if cell < len(answers) else None


def _verdict(
    claim: Claim, answer: Answer | None, failed: dict[tuple[int, int], Cause]
) -> tuple[str, str]:
    fault = fault_of_form(claim.kind, claim.words, claim.expression)
    if fault:
        return "refused", fault
    if answer is None:
        return "unknown", ""
    if "error" in answer:
        above = [place for place in failed if place < claim.place]
        if answer.get("missing") and above:
            failed[above[-1]].counts["number" if claim.kind == "num" else "fact"] += 1
            return "waits", ""
        known = "; known are dlref, np, and what cells and {values} above assign"
        return "refused", f"{claim.expression} {answer['error']}" + known * bool(
            answer.get("missing")
        )
    told = _wrong_number(claim, answer) if claim.kind == "num" else _wrong_fact(claim, answer)
    return ("wrong", told) if told else ("holds", "")


def fault_of_form(kind: str, words: str, expression: str) -> str:
    """Return what is wrong with how a claim is written; "" if nothing."""
    right = LITERAL.fullmatch(words) if kind == "num" else words
    if not (right and expression):
        return f"{FORMS[kind]}, got '{' | '.join(filter(None, [words, expression]))}'"
    if "$" in words:
        return f'"{words}" is said, but readers would see dollars: put the formula beside the fact'
    if kind == "fact" and expression in ("True", "False"):
        return f'"{words}" is said, but {expression} tests nothing: name what is compared'
    return fault_of_wording(words, expression) if kind == "fact" else ""


def _wrong_number(claim: Claim, answer: Answer) -> str:
    literal, value = claim.words, float(answer["value"])
    printed = Decimal(re.sub(r"[,%+]", "", literal.replace("−", "-")))
    if literal.endswith("%"):
        value *= 100
    half_unit = float(Decimal(5).scaleb(int(printed.as_tuple().exponent) - 1))
    if abs(value - float(printed)) <= half_unit * (1 + 1e-9):
        return ""
    return f"{literal} is printed, but {claim.expression} = {answer['value']:.10g}"


def _wrong_fact(claim: Claim, answer: Answer) -> str:
    if answer["value"]:
        return ""
    if "each" in answer:
        return f'"{claim.words}" is said, but of no frame: {claim.expression} is false in all'
    sides = f": {answer['sides']}" if answer["sides"] else ""
    return f'"{claim.words}" is said, but {claim.expression} is false{sides}'
