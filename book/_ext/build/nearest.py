"""What a reference that leads nowhere may have meant: the nearest name that there is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from sphinxcontrib.bibtex.domain import BibtexDomain

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

MISSING = re.compile(
    r"undefined label: '(?P<label>.+)'"
    r"|term not in glossary: '(?P<term>.+)'"
    r"|equation not found: (?P<equation>.+)"
    r"|could not find bibtex key \"(?P<source>.+)\""
    r"|unknown document: '(?P<page>.+)'"
)


def with_nearest(message: str, env: BuildEnvironment) -> str:
    """Return what Sphinx says of a missing name, with the nearest one."""
    match = MISSING.match(message)
    if not match or not match.lastgroup:
        return message
    near = get_close_matches(match[match.lastgroup], _names(match.lastgroup, env), n=1)
    return f"{message}: is {near[0]!r} meant?" if near else message


def _names(kind: str, env: BuildEnvironment) -> Iterable[str]:
    """Return the names that there are."""
    standard = env.domains.standard_domain
    if kind == "label":
        return list(standard.labels)
    if kind == "term":
        return [name for what, name in standard.objects if what == "term"]
    if kind == "equation":
        return list(env.domains.math_domain.equations)
    if kind == "source":
        domain = cast(BibtexDomain, env.get_domain("cite"))
        return list(domain.bibdata.data.entries)
    return env.found_docs
