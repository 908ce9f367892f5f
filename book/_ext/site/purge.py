"""Drop from a style sheet what no page of the site can use: most of the theme's.

A rule stays if all classes that one of its selectors asks for occur in the site, as a class of a
page or as a word of a script, which may set it.  It reads CSS as far as that needs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from eqcheck.symbols import split_at_commas

COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)  # licences, /*! … */, stay
STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
FUNCTION = re.compile(
    r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)|\[[^]]*\]|/\*.*?\*/", re.DOTALL
)
GROUPS = ("@media", "@supports", "@layer", "@container")


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

    >>> purge(".a .b,.c{color:red}@media print{.b{color:red}}p{margin:0}", {"c"})
    '.c{color:red}p{margin:0}'
    """
    return "".join(_kept(COMMENT.sub("", css), words))


def _kept(css: str, words: Collection[str]) -> Iterator[str]:
    for prelude, block in _rules(css):
        head = FUNCTION.sub("", prelude).strip()
        if block is None:
            yield prelude
        elif head.startswith(GROUPS):
            inside = purge(block, words)
            if inside.strip():
                yield f"{prelude}{{{inside}}}"
        elif head.startswith("@") or not head:
            yield f"{prelude}{{{block}}}"
        else:
            selectors = [s for s in split_at_commas(prelude) if _usable(s, words)]
            if selectors:
                yield f"{','.join(selectors)}{{{block}}}"


def _usable(selector: str, words: Collection[str]) -> bool:
    return all(name in words for name in CLASS.findall(FUNCTION.sub("", selector)))


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield the rules of a style sheet: what stands before the braces, and in them."""
    masked = STRING.sub(lambda match: "x" * len(match[0]), css)
    start = 0
    while start < len(css):
        opening, semicolon = masked.find("{", start), masked.find(";", start)
        if 0 <= semicolon < opening:  # @charset "UTF-8";
            yield css[start : semicolon + 1], None
            start = semicolon + 1
            continue
        if opening < 0:
            yield css[start:], None
            return
        depth, end = 1, opening + 1
        while depth:
            brace = re.compile("[{}]").search(masked, end)
            if brace is None:
                raise ValueError(f"a brace is not closed: {css[start : start + 60]!r}")
            depth += 1 if brace[0] == "{" else -1
            end = brace.end()
        yield css[start:opening], css[opening + 1 : end - 1]
        start = end
