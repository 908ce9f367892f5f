r"""Domains: where the values of a declared name come from, and how readers know them.

A line of the table says ``R[n,d]``, ``(0, 1)``, ``{-\tau, \tau}[d]``, ``{1..q}``, ``1..n``,
``m of 1..n`` or ``R[d], R -> R``; the README lists them all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from ..errors import Refusal
from .names import letters

CONSTANT = ("ones", "zeros", "identity")
NORMAL, UNIFORM, BERNOULLI = LAWS = ("normal", "uniform", "bernoulli")  # of a random name
KINDS = (*CONSTANT, "orthonormal", "simplex", "symmetric", "permutation", NORMAL)
SQUARE = ("identity", "symmetric", "permutation")
WHOLE = ("integers", "subset", "parts", "whole")  # numbers, or sets of them, between two bounds
SIZED = (*SQUARE, "orthonormal", "simplex")
_LATEX = {
    **dict.fromkeys(("R", *KINDS), r"\mathbb{R}"),
    "R+": r"\mathbb{R}_{>0}",
    "R*": r"\mathbb{R} \setminus \{0\}",
    "permutation": r"\{0, 1\}",
    UNIFORM: r"\mathcal{U}",
    BERNOULLI: r"\operatorname{Bernoulli}",
}
_PARAMETERS = {UNIFORM: ("low", "high"), BERNOULLI: ("probability",)}
_INDEX_SET = re.compile(r"(?P<size>.+?)\s+of\s+(?P<low>.+?)\s*\.\.\s*(?P<high>.+)")
_RANGE = re.compile(r"(?P<low>[^\[({].*?)\s*\.\.\s*(?P<high>.+)")
_SET = re.compile(
    r"(?P<kind>R\+|R\*|R|any|"
    + "|".join(KINDS)
    + r"|(?:uniform|bernoulli)\([^()]+\)|[(\[][^()\[\],]+,[^()\[\],]+[)\]]|\{.+\})"
    r"\s*(?:\[(?P<shape>[^\[\]]+)\])?"
)


@dataclass(frozen=True)
class Domain:
    """Where a value comes from: a kind, its LaTeX parameters and its LaTeX shape.

    An interval and a finite set keep how they are ``written``, with their brackets.
    """

    kind: str
    parameters: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()
    inputs: tuple[Domain, ...] = ()
    output: Domain | None = None
    written: str = field(default="", compare=False)
    line: str = field(default="", compare=False, repr=False)  # of the table

    def on(self, line: str) -> Domain:
        """Return the domain as that of a line of the table, which refusals quote."""
        inputs = tuple(domain.on(line) for domain in self.inputs)
        output = self.output.on(line) if self.output else None
        return replace(self, line=line, inputs=inputs, output=output)

    @property
    def is_index(self) -> bool:
        """Whether the values are the integers of a range."""
        return self.kind == "integers"

    @property
    def axes(self) -> tuple[str, ...]:
        """The axes of its values: a square matrix may name one for both."""
        return self.shape * 2 if self.kind in SQUARE and len(self.shape) == 1 else self.shape

    @property
    def letters(self) -> frozenset[str]:
        """The letters of its bounds and axes."""
        parameters = self.parameters[1:] if self.kind == "parts" else self.parameters
        inner = (*self.inputs, *((self.output,) if self.output else ()))
        found = (*map(letters, (*parameters, *self.shape)), *(domain.letters for domain in inner))
        return frozenset().union(*found)

    def latex(self) -> str:
        r"""Return the domain as readers know it.

        Examples
        --------
        >>> [domain] = read_domains("R[n,d], (0, 1) -> R+")
        >>> print(domain.latex())
        \mathbb{R}^{n \times d} \times (0, 1) \to \mathbb{R}_{>0}
        """
        if self.output is not None:
            inputs = r" \times ".join(domain.latex() for domain in self.inputs)
            return rf"{inputs} \to {self.output.latex()}"
        base = _LATEX.get(self.kind, self.written or self.kind)
        if self.kind in WHOLE:
            base = _range_in_latex(*self.parameters[-2:])
        elif self.kind == "finite":
            base = rf"\{{{self.written[1:-1]}\}}"
        if self.kind in _PARAMETERS:
            base += f"({', '.join(self.parameters)})"
        if self.kind == NORMAL:
            return r"\mathcal{N}(\mathbf{0}, \mathbf{I})" if self.axes else r"\mathcal{N}(0, 1)"
        if self.kind in ("subset", "parts"):
            return rf"\subseteq {base}"
        power = r" \times ".join(self.axes)
        return f"{base}^{{{power}}}" if power else base


_SPACE = re.compile(  # as LaTeX and other languages write it
    r"R\s*(?P<plus>_\{?\+\}?)?\s*(?:\^\s*(?:\{(?P<braces>.+)\}|(?P<mark>\w))|\((?P<brackets>.+)\))?"
)
_WORDS = {  # what authors write, and what they mean
    **dict.fromkeys(("real", "reals", "float", "r"), "R"),
    **dict.fromkeys(("int", "integer", "Z"), "{-9..9}"),
    "N": "{1..9}",
    "positive": "R+",
}


def read_domains(text: str) -> tuple[Domain, ...]:
    """Read the right side of a declaration: one domain, or one for each of its names.

    Raises
    ------
    Refusal
        If a domain is unknown.

    Examples
    --------
    >>> [domain.kind for domain in read_domains("R[d], R, [0, 1)")]
    ['R', 'R', 'interval']
    """
    inputs, arrow, output = text.partition("->")
    domains = tuple(_domain(part) for part in split_at_commas(inputs))
    if not arrow:
        return domains
    return (Domain("function", inputs=domains, output=_domain(output.strip())),)


def _range_in_latex(low: str, high: str) -> str:
    """Return the whole numbers between two bounds; few of them one by one."""
    if low.isdigit() and high.isdigit() and int(high) - int(low) < 3:
        return rf"\{{{', '.join(map(str, range(int(low), int(high) + 1)))}\}}"
    return rf"\{{{low}, \ldots, {high}\}}"


def _domain(text: str) -> Domain:
    if found := _INDEX_SET.fullmatch(text):
        kind = "parts" if found["size"] == "parts" else "subset"
        return Domain(kind, parameters=found.groups())
    if found := _RANGE.fullmatch(text):
        return Domain("integers", parameters=found.groups())
    found = _SET.fullmatch(text)
    if found is None:
        known = (
            "R",
            "R+",
            "R*",
            "(a,b)",
            "{u,v}",
            "{1..q}",
            "0..T",
            "m of 1..n",
            "parts of 1..n",
            *KINDS,
            "uniform(a, b)",
            "bernoulli(p)",
        )
        how = known_words(text.partition("[")[0], (*known, "any", "R[d] -> R"))
        if text.count("[") != text.count("]"):
            how = "a bracket has no partner"
        elif meant := _meant(text):
            how = f"write {meant}"
        raise Refusal(f"unknown domain '{text}'", how)
    written = found["kind"]
    shape = tuple(split_at_commas(found["shape"])) if found["shape"] else ()
    law, _, parameters = written.rstrip(")").partition("(")
    if law in _PARAMETERS:
        given = tuple(split_at_commas(parameters))
        if len(given) != len(_PARAMETERS[law]):
            raise Refusal(f"'{text}' of what?", f"write {law}({', '.join(_PARAMETERS[law])})")
        return Domain(law, given, shape)
    if written[0] not in "([{":
        _check_axes(written, shape)
        return Domain(written, shape=shape)
    if written[0] == "{" and ".." in written:
        low, _, high = (part.strip() for part in written[1:-1].partition(".."))
        if not (low and high) or "," in low + high or ".." in high:
            raise Refusal(f"unknown domain '{text}'", "whole numbers are drawn from {LOW..HIGH}")
        return Domain("whole", (low, high), shape, written=written)
    kind = "finite" if written[0] == "{" else "interval"
    return Domain(kind, tuple(split_at_commas(written[1:-1])), shape, written=written)


def _meant(text: str) -> str:
    r"""Return the domain that is meant by its LaTeX, or by a usual word; "" if none is.

    >>> _meant(r"\mathbb{R}^{n \times d}"), _meant("R^n"), _meant("int")
    ('R[n,d]', 'R[n]', '{-9..9}')
    """
    plain = re.sub(r"\\mathbb\s*\{?([NRZ])\}?", r"\1", text)
    space = _SPACE.fullmatch(plain)
    if space is None:
        return _WORDS.get(plain, "") or _WORDS.get(plain.lower(), "")
    power = space["braces"] or space["mark"] or space["brackets"] or ""
    sizes = ",".join(size.strip() for size in re.split(r"\\times|,", power))
    return "R" + "+" * bool(space["plus"]) + f"[{sizes}]" * bool(sizes)


def _check_axes(kind: str, shape: tuple[str, ...]) -> None:
    """Refuse a domain of vectors or matrices without its size, or a square one with two."""
    if kind in SIZED and not shape:
        raise Refusal(f"'{kind}' without its size", f"write {kind}[d]")
    if kind in SQUARE and (len(shape) > 2 or len(set(shape)) > 1):
        raise Refusal(f"'{kind}[{','.join(shape)}]' is not square", f"write {kind}[{shape[0]}]")


def known_words(word: str, known: Sequence[str]) -> str:
    """Return what may stand in the place of an unknown word, the nearest first.

    Examples
    --------
    >>> known_words("simplx", ("R", "simplex"))
    'did you mean simplex? known are R, simplex'
    """
    near = get_close_matches(word, known, 1)
    question = f"did you mean {near[0]}? " if near else ""
    return f"{question}known are {', '.join(known)}"


def split_at_commas(text: str) -> list[str]:
    """Split at commas outside of all brackets.

    Examples
    --------
    >>> split_at_commas("n, f(a, b), R[n,d], [0, 1)")
    ['n', 'f(a, b)', 'R[n,d]', '[0, 1)']
    """
    parts, depth = [""], 0
    for mark in text:
        depth += (mark in "([{") - (mark in ")]}")
        if mark == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += mark
    return [part.strip() for part in parts]
