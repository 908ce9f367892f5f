"""The index of the PDF editions: each term, in both languages, where the text defines or links it.

A definition is a term in bold letters with the other language's term in brackets behind it:
``**偏导数**（partial derivative）`` in Chinese, ``**partial derivative** (偏导数)`` in English.
Chinese is sorted by its sound, as the glossary gives it.
"""

from __future__ import annotations

import re
from bisect import bisect
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from book._ext.languages.glossary import by_pinyin, entries_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

HAN = re.compile("[\u3400-\u9fff]")
TRANSLATION = re.compile(r"（([A-Za-z][^（），；]*)[），；]|\s?\(([\u3400-\u9fff][^(),;]*)[),;]")
# The first of the common characters in GB 2312, which are in order of sound, for each initial.
INITIALS = "abcdefghjklmnopqrstwxyz"
FIRSTS = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"


def sort_key(text: str, sounds: dict[str, str]) -> str:
    """Return what a term is sorted by: its sound if it is Chinese, else the term itself.

    Where the glossary does not give the sound, the order of GB 2312 comes close to it.

    Examples
    --------
    >>> sort_key("gradient", {})
    'gradient'
    >>> sort_key("梯度", {"梯度": "ti1 du4"})
    'ti1 du4'
    >>> sort_key("梯度", {})[0]
    't'
    """
    if not HAN.search(text):
        return text
    return sounds.get(text) or " ".join(sounds.get(one) or _near_sound(one) for one in text)


def _near_sound(character: str) -> str:
    code = character.encode("gb18030")
    starts = [first.encode("gb18030") for first in FIRSTS]
    return INITIALS[max(0, bisect(starts, code) - 1)] + code.hex() if len(code) > 1 else character


def sounds_of_terms(env: BuildEnvironment) -> dict[str, str]:
    """Return the sounds of the glossary's Chinese terms, and of the characters in them.

    ``{"梯度": "ti1 du4", "梯": "ti1", "度": "du4", …}``
    """
    terms: dict[str, str] = {}
    characters: dict[str, str] = {}
    for entry in entries_of(Path(env.doc2path("glossary"))):
        sounds = [(f"{sound}{tone}", character) for sound, tone, character in by_pinyin(entry)]
        terms[entry.names["zh"].term] = " ".join(sound for sound, _ in sounds)
        characters |= {character: sound for sound, character in sounds}
    return characters | terms


def add_entries(app: Sphinx, book: nodes.document, docname: str) -> None:
    """Put two index entries, one for each language, where a term is defined or linked."""
    if app.builder.name != "latex":
        return
    pairs = _pair_in_glossary(book)
    known = {name: pair for pair in pairs.values() for name in pair if HAN.search(name)}
    for strong in list(book.findall(nodes.strong)):
        translation = TRANSLATION.match(_text_behind(strong))
        if translation and not isinstance(strong.parent, nodes.term):
            pair = (strong.astext(), translation[1] or translation[2])
            chinese = next(filter(HAN.search, pair))  # the English word may be a plural
            _index(strong, known.get(chinese, pair))
    for reference in list(book.findall(nodes.reference)):
        term = reference.get("refuri", "").partition("#")[2]
        if term in pairs and not isinstance(reference.parent.parent, nodes.definition):
            _index(reference, pairs[term])


def _pair_in_glossary(book: nodes.document) -> dict[str, tuple[str, str]]:
    """Let the entries of the glossary look as all others do; return its terms by their ids."""
    pairs = {}
    for term in book.findall(nodes.term):
        for node in term.findall(addnodes.index):
            names = [entry[1] for entry in node["entries"] if entry[0] == "single"]
            if len(names) == 2:
                pairs[term["ids"][0]] = (names[0], names[1])
                node["entries"] = [
                    *_both_ways(pairs[term["ids"][0]], main=True),
                    *(entry for entry in node["entries"] if entry[0] != "single"),
                ]
    return pairs


def _index(node: nodes.Element, pair: tuple[str, str]) -> None:
    entry = addnodes.index(entries=_both_ways(pair), inline=True)
    node.parent.insert(node.parent.index(node) + 1, entry)


def _both_ways(
    pair: tuple[str, str], *, main: bool = False
) -> list[tuple[str, str, str, str, str]]:
    ways = [pair] if pair[0] == pair[1] else [pair, pair[::-1]]
    texts = [a if a == b else f"{a} ({b})" for a, b in ways]
    return [("single", text, "", "main" if main else "", "") for text in texts]


def _text_behind(node: nodes.Element) -> str:
    return "".join(child.astext() for child in node.parent[node.parent.index(node) + 1 :])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the entries before the book is rearranged."""
    app.connect("doctree-resolved", add_entries, priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
