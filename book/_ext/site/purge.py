"""Drop from a style sheet what no page of the site can use: most of the theme's.

A rule stays if all classes that one of its selectors asks for occur in the site, as a class of a
page or as a word of a script, which may set it.  What a selector asks for inside brackets, of
``:not()`` say, is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path

import tinycss2
from tinycss2.ast import IdentToken, Node

GROUPS = ("media", "supports", "layer", "container")


def words_of_site(folder: Path) -> set[str]:
    """Return the classes of all pages and the words of all scripts in a folder."""
    words: set[str] = set()
    for page in folder.glob("**/*.html"):
        for classes in set(re.findall(r'class="([^"]*)"', page.read_text("utf-8"))):
            words.update(classes.split())
    for script in folder.glob("_static/**/*.js"):
        words.update(re.findall(r"[A-Za-z_][\w-]*", script.read_text("utf-8")))
    return words


def purge(css: str, words: Collection[str]) -> str:
    """Return a style sheet without the rules that need a class that is not among the words.

    Raises
    ------
    ValueError
        If the sheet cannot be read.

    Examples
    --------
    >>> purge(".a .b,.c{color:red}@media print{.b{color:red}}p{margin:0}", {"c"})
    '.c{color:red}p{margin:0}'
    """
    return "".join(_kept(tinycss2.parse_stylesheet(css), words))


def _kept(rules: Iterable[Node], words: Collection[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            raise ValueError(f"line {rule.source_line} of the style sheet: {rule.message}")
        if rule.type == "comment":
            if rule.value.startswith("!"):  # a licence
                yield rule.serialize()
        elif rule.type == "qualified-rule":
            selectors = [s for s in _selectors(rule.prelude) if _usable(s, words)]
            if selectors:
                prelude = ",".join(tinycss2.serialize(s).strip() for s in selectors)
                yield f"{prelude}{{{_without_comments(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in GROUPS and rule.content:
            inside = "".join(_kept(tinycss2.parse_rule_list(rule.content), words))
            if inside.strip():
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}"
        elif rule.type != "whitespace":
            yield rule.serialize()


def _selectors(prelude: Iterable[Node]) -> Iterator[list[Node]]:
    """Yield the selectors of a rule, which commas part."""
    for is_comma, tokens in groupby(prelude, key=lambda token: token == ","):
        if not is_comma:
            yield [token for token in tokens if token.type != "comment"]


def _usable(selector: list[Node], words: Collection[str]) -> bool:
    return all(
        token.value in words
        for dot, token in pairwise(selector)
        if dot == "." and isinstance(token, IdentToken)
    )


def _without_comments(content: Iterable[Node]) -> str:
    return str(tinycss2.serialize([token for token in content if token.type != "comment"]))
