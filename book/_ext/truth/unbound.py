"""Number words and comparisons below an output that no ``{num}`` or ``{fact}`` binds.

A program cannot tell a result from a remark; it looks where results stand, in captions and in the
prose that follows a cell up to the next heading or display, for words that say how much: ratios,
numbers of what is measured, extremes, comparisons.  What carries no result is listed with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from markdown_it.token import Token

from book._ext.languages.parity import LANGUAGES, OPTION_LINE, caption_of, cell_options, parse
from book._ext.truth.wording import DIGITS, ENGLISH

BOUND, FORMULA, ELSE = "¤", "𝑥", "§"  # what stands in for roles, formulas, and the others
NUMBER = "|".join(word for word, value in ENGLISH.items() if value > 1)
MEASURED = "per ?cent|degrees?|dollars|mistakes|errors|millionths"
LARGE = "larger|smaller|lower|higher|better|worse|faster|slower|longer|shorter|greater|wider|closer"
SIGNS = "".join(DIGITS)
PATTERNS = {
    "en": (
        r"\b(?:twice|thrice|half|halves|halv(?:ed|ing)|doubl(?:e|es|ed|ing)|\w+fold)\b",
        r"\b(?:an?|one|two|three) (?:third|quarter|fifth|sixth|eighth|tenth|hundredth)s?\b",
        rf"\b(?:{NUMBER}) times\b",
        rf"(?<!{BOUND} )\b(?:{NUMBER})(?: or \w+)? (?:{MEASURED})\b",
        r"\bthe (?:lowest|highest|smallest|largest|best|worst|least|most|fewest|fastest|slowest)\b",
        r"\b(?:hardly|barely|scarcely|almost|nearly)\b",
        rf"\b(?:roughly|about)(?= (?:a )?(?:{NUMBER}|half)\b)",
        rf"\b(?:more|less|fewer|{LARGE}) than\b",
        rf"\b(?:far|much|slightly|somewhat|a little) (?:more|less|fewer|{LARGE})\b",
    ),
    "zh": (
        rf"[{SIGNS}几数]+倍|翻倍|翻一?番|加倍|成倍|一半|减半",
        rf"[{SIGNS}]+分之[{SIGNS}]+|[{SIGNS}]成(?![立为了本])",
        rf"(?<!{BOUND} )(?<![{SIGNS}])[一二两三四五六七八九十][{SIGNS}]*(?:度|美元|个百分点)",
        r"最[低高小大少多好差快慢](?!二乘|化|值|后|初|终|优|似)",
        r"几乎|差不多|将近|(?<!学)不到|超过|略[高低大小多少]",
        rf"比[^，。；：、{BOUND}]{{1,15}}(?:[大小高低多少好差快慢长短]|更\w)",
        r"(?:大|小|高|低|多|少|好|差|快|慢)(?:得多|一些|很多|不少)",
    ),
}


class Phrase(NamedTuple):
    """What is bound to nothing: its line in the page, the words, all that the line says."""

    line: int
    language: str
    words: str
    said: str


def unbound(text: str) -> Iterator[Phrase]:
    """Yield the phrases of a page that may carry a result, and are bound to nothing."""
    for line, language, said in _below_outputs(text):
        for pattern in PATTERNS[language]:
            for match in re.finditer(rf"(?:{pattern})(?! ?{BOUND})", said, re.IGNORECASE):
                yield Phrase(line, language, match[0], said)


def not_excused(
    phrases: Iterable[Phrase], excuses: Collection[str]
) -> tuple[list[Phrase], list[str]]:
    """Return the phrases that no excuse covers, and the excuses that cover none.

    An excuse is a piece of the prose that holds the phrase, with ``¤`` for what is bound and ``𝑥``
    for a formula; or, between slashes, a regular expression.
    """
    left, used = [], set()
    for phrase in phrases:
        covering = {excuse for excuse in excuses if _covers(excuse, phrase)}
        used |= covering
        if not covering:
            left.append(phrase)
    return left, sorted(set(excuses) - used)


def _covers(excuse: str, phrase: Phrase) -> bool:
    if not excuse.startswith("/"):
        return phrase.words in excuse and excuse in phrase.said
    found = re.finditer(excuse.strip("/"), phrase.said, re.IGNORECASE)
    return any(phrase.words in match[0] for match in found)


def _below_outputs(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the lines of prose below a cell, and of its caption, with their language."""
    below = False
    for token in parse(text):
        if token.type == "fence" and token.info.startswith("{code-cell}"):
            below = True
            yield from _halves(parse(caption_of(cell_options(token.content))), token)
        elif token.type in ("heading_open", "math_block", "math_block_label", "amsmath"):
            below = False
        elif below and token.type == "colon_fence":
            yield from _lines(token, 0)


def _halves(caption: Sequence[Token], cell: Token) -> Iterator[tuple[int, str, str]]:
    for role in (child for token in caption for child in token.children or []):
        if role.type == "myst_role" and role.meta["name"] in LANGUAGES:
            inside = (part for token in parse(role.content) for part in token.children or [])
            yield (cell.map or [0])[0] + 1, role.meta["name"], _plain(list(inside))


def _lines(token: Token, above: int) -> Iterator[tuple[int, str, str]]:
    language = token.info.strip(" {}")
    start = above + (token.map or [0])[0] + 1
    for inner in parse(OPTION_LINE.sub("", token.content)):
        if inner.type == "colon_fence":
            yield from _lines(inner, start)
        elif inner.type == "inline" and language in LANGUAGES:
            yield start + (inner.map or [0])[0] + 1, language, _plain(inner.children or [])


def _plain(children: Sequence[Token]) -> str:
    """Return what a line says, as far as nothing checks it."""
    said = ""
    for child in children:
        if child.type == "text":
            said += child.content
        elif child.type in ("softbreak", "hardbreak"):
            said += " "
        elif child.type == "math_inline":
            said += FORMULA
        elif child.type == "code_inline":
            said += ELSE
        elif child.type == "myst_role":
            said += BOUND if child.meta["name"] in ("num", "fact") else ELSE
    return said
