r"""Names as they are written: a base with accents and primes, a subscript, a superscript."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from ..errors import Refusal, Span
from .lexer import Token, skim, tokenize, too_deep
from .vocabulary import DEEPEST, ELEMENTARY


def _commands(words: str) -> frozenset[str]:
    return frozenset("\\" + word for word in words.split())


ACCENTS = _commands(
    "mathbf mathrm mathcal mathsf mathbb mathit mathfrak boldsymbol "
    "hat widehat bar overline tilde widetilde vec dot underline"
)
FONTS = _commands("mathbf mathrm mathcal mathsf mathbb mathit mathfrak boldsymbol")
LETTERS = _commands(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu "
    "xi pi rho sigma tau upsilon phi varphi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell"
)
Tokens = Sequence[Token]
KEPT = 4000  # texts of which letters are kept: a page asks of each again and again


@dataclass(frozen=True)
class Name:
    """A written name; ``base`` holds the primes, scripts are still tokens."""

    base: str
    sub: tuple[Token, ...] | None
    sup: tuple[Token, ...] | None
    span: Span

    @property
    def key(self) -> str:
        """The canonical text, under which the page's table knows it."""
        return key(self.base, self.sub, self.sup)


def key(base: str, sub: Tokens | None, sup: Tokens | None) -> str:
    """Return the canonical text of a name."""
    return base + ("_" + script(sub) if sub else "") + ("^" + script(sup) if sup else "")


def script(tokens: Tokens) -> str:
    """Return a script's canonical text, always in braces."""
    return "{" + text(tokens) + "}"


def text(tokens: Tokens) -> str:
    """Return tokens as LaTeX without any spacing that it does not need."""
    out = ""
    for token in tokens:
        command = out.rpartition("\\")[2] if "\\" in out else ""
        glued = command.isalpha() and out.endswith("\\" + command)
        out += (" " if glued and token.text[:1].isalpha() else "") + token.text
    return out


@lru_cache(KEPT)
def letters(latex: str) -> frozenset[str]:
    r"""Return the letters in some LaTeX, each with its font, accents and primes.

    They are found in what cannot be parsed, too. A letter with primes may be a derivative: it
    stands for itself and for the one without.

    Examples
    --------
    >>> sorted(letters(r"\hat{y}_i = f'(\mathbf{w})"))
    ['\\hat{y}', '\\mathbf{w}', 'f', "f'", 'i']
    """
    return frozenset(_letters(skim(latex)))


@lru_cache(KEPT)
def letter(latex: str) -> str:
    r"""Return the letter of a name, without its scripts and arguments.

    Raises
    ------
    Refusal
        If no name stands there.

    Examples
    --------
    >>> print(letter(r"\mathbf{w}^{*}(\lambda)"))
    \mathbf{w}
    """
    return read_name(tokenize(latex), 0)[0].base


def _letters(tokens: Tokens) -> Iterator[str]:
    at = 0
    while at < len(tokens):
        if starts_name(tokens[at]) or tokens[at].text in ELEMENTARY:
            with suppress(Refusal):
                name, at = read_name(tokens, at)
                yield from (name.base, name.base.rstrip("'"))
                for script in (name.sub, name.sup):
                    yield from _letters(script or ())
                continue
        at += 1


def starts_name(token: Token) -> bool:
    """Tell whether a name can begin with this token."""
    mark = token.text
    return (
        mark in LETTERS
        or mark in ACCENTS
        or (len(mark) == 1 and mark.isalpha())
        or mark.startswith(("\\operatorname{", "\\text{"))
    )


def argument(tokens: Tokens, at: int) -> tuple[tuple[Token, ...], int]:
    r"""Return what TeX takes as one argument: a group without its braces, or one token.

    A font takes its own argument along, as LaTeX lets it: n_\mathrm{in}.
    """
    if at >= len(tokens):
        raise Refusal("the formula ends where an argument should stand", span=_end(tokens))
    if tokens[at].text == "}":
        raise Refusal("a brace closes where an argument should stand", span=tokens[at].span)
    first = at
    while tokens[at].text in FONTS and at + 1 < len(tokens):
        at += 1
    if at - first > DEEPEST:
        raise too_deep(tokens[first].span)
    if at > first:
        body, end = argument(tokens, at)
        opening, closing = (
            tokens[place]._replace(text=mark) for place, mark in ((at, "{"), (end - 1, "}"))
        )
        return (*tokens[first:at], opening, *body, closing), end
    if tokens[at].text != "{":
        return (tokens[at],), at + 1
    depth = 0
    for position in range(at, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[position].text, 0)
        if depth == 0:
            return tuple(tokens[at + 1 : position]), position + 1
    raise Refusal("this brace is never closed", span=tokens[at].span)


def read_name(tokens: Tokens, at: int) -> tuple[Name, int]:
    """Read the name that starts at ``at``; return it and the position after it.

    Raises
    ------
    Refusal
        If there is no name, or it has two subscripts or two superscripts.
    """
    first = at
    base, at = _base(tokens, at)
    primes = 0
    scripts: dict[str, tuple[Token, ...]] = {}
    while at < len(tokens) and tokens[at].text in ("'", "_", "^"):
        mark, at = tokens[at], at + 1
        if mark.text == "'":
            primes += 1
            continue
        body, at = argument(tokens, at)
        if not body:
            raise Refusal("an empty script", "leave it out", mark.span)
        raised = _leading_primes(body) if mark.text == "^" else 0
        primes += raised
        if raised == len(body):  # x^{\prime} is x'
            continue
        if mark.text in scripts:
            raise Refusal(f"two '{mark.text}' on one name", "group them in braces", mark.span)
        scripts[mark.text] = body[raised:]
    span = (tokens[first].start, tokens[at - 1].end)
    return Name(base + "'" * primes, scripts.get("_"), scripts.get("^"), span), at


def _leading_primes(tokens: Tokens) -> int:
    """Count the primes with which a superscript begins."""
    return next((n for n, token in enumerate(tokens) if token.text != "'"), len(tokens))


def _base(tokens: Tokens, at: int) -> tuple[str, int]:
    if at >= len(tokens):
        raise Refusal("the formula ends where a name should stand", span=_end(tokens))
    token = tokens[at]
    if not starts_name(token) and token.text not in ELEMENTARY:
        raise Refusal(f"{token.text} does not begin a name", span=token.span)
    if token.text not in ACCENTS:
        return token.text, at + 1
    body, at = argument(tokens, at + 1)
    if not body:
        raise Refusal(f"{token.text} of nothing", span=token.span)
    if body[0].text in ACCENTS:
        inner, end = _base(body, 0)
        if end == len(body):
            return f"{token.text}{{{inner}}}", at
    return f"{token.text}{{{text(body)}}}", at


def _end(tokens: Tokens) -> Span | None:
    return (tokens[-1].end, tokens[-1].end) if tokens else None
