"""Names with index positions: how they are written, and what stands at each index of one."""

from __future__ import annotations

from dataclasses import dataclass

from .lexer import Token


@dataclass(frozen=True)
class Pattern:
    """A name with index positions: the scripts around them, and what the indices select."""

    key: str
    base: str
    sub: tuple[str, ...] | None
    sup: tuple[str, ...] | None
    variables: tuple[str, ...]
    role: str  # family, entries, rows or columns
    parent: str


def match(
    pattern: Pattern, base: str, sub: tuple[Token, ...] | None, sup: tuple[Token, ...] | None
) -> tuple[tuple[Token, ...], ...] | None:
    """Return the tokens of each index if the scripts fit the pattern, else None."""
    if base != pattern.base:
        return None
    found: dict[str, tuple[Token, ...]] = {}
    for written, template in ((sub, pattern.sub), (sup, pattern.sup)):
        if written is None and template is None:
            continue
        if written is None or template is None:
            return None
        part = _fit(written, template, pattern.variables)
        if part is None:
            return None
        found.update(part)
    return tuple(found[letter] for letter in pattern.variables)


def _fit(
    written: tuple[Token, ...], template: tuple[str, ...], variables: tuple[str, ...]
) -> dict[str, tuple[Token, ...]] | None:
    """Return the tokens at each index position of one script; None if it does not fit."""
    holes = [mark for mark in template if mark in variables]
    if not holes:
        return {} if [token.text for token in written] == list(template) else None
    if len(holes) > 1:
        found = several(written, template, len(holes))
        return dict(zip(holes, found, strict=True)) if found else None
    before = template.index(holes[0])
    after = len(template) - before - 1
    inside = written[before : len(written) - after]
    ends = (*written[:before], *written[len(written) - after :])
    literals = [mark for mark in template if mark not in holes]
    if not inside or [token.text for token in ends] != literals:
        return None
    if not after and _is_foreign(inside):
        return None
    return {holes[0]: inside}


def several(
    written: tuple[Token, ...], template: tuple[str, ...], count: int
) -> list[tuple[Token, ...]]:
    """Return the indices of one script: those of x_{ij} are two tokens, or commas part them."""
    if len(written) == count and "," not in template:
        return [(token,) for token in written]
    parts: list[tuple[Token, ...]] = [()]
    for token in written:
        if token.text == ",":
            parts.append(())
        else:
            parts[-1] += (token,)
    return parts if len(parts) == count and all(parts) else []


def _is_foreign(tokens: tuple[Token, ...]) -> bool:
    """Whether a bare index position holds something that is no index: a transpose or a star.

    A parenthesis is part of an index behind a factor only: s(i-1).
    """
    marks = [token.text for token in tokens]
    return marks[0] == "(" or not {"\\top", "*", "\\text", "\\mathsf", "\\mathrm"}.isdisjoint(marks)
