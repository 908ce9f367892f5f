"""One glossary in two languages: ``{terms}`` reads its entries, ``{term}`` links to them.

An entry is three lines: its names, a sentence in Chinese, a sentence in English::

    权重衰退; 权重衰减 | quán zhòng shuāi tuì | weight decay | weight-decay
    每一步更新之前先把权重缩小一点……
    Shrinking the weights a little before every update ...

The first line holds the Chinese term, its pinyin (a syllable a character), the English term, and
the label of the section where the term lives.  A name may be followed by a short form that pages
use too, in parentheses, and by synonyms that they do not, after semicolons.  The English term is
the key of ``{term}`` in both languages, and makes the id.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from docutils import nodes
from docutils.nodes import make_id
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from book._ext.languages.bilingual import EDITIONS, LANG
from book._ext.languages.messages import EXCUSED
from book._ext.paths import BOOK

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

GLOSSARY = BOOK / "glossary.md"
BLOCK = re.compile(r"^```\{terms\}\n(.*?)^```", re.DOTALL | re.MULTILINE)
NAME = re.compile(r"(?P<term>[^();]+?)(?: \((?P<short>[^()]+)\))?(?:; (?P<synonyms>[^()]+))?")
CHARACTERS = re.compile(r"[A-Za-z0-9]+|[\u3400-\u9fff]")
MARKS = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4, "\u0308": 5}  # ü after u in all tones
TONES = set(MARKS) - {"\u0308"}
NEUTRAL = set("的地得了着们子头")  # characters that may have no tone
PINYIN = ["pinyin", "language-zh-Latn"]
SHOWN = "terms"  # in the metadata of a page
SortKey = tuple[tuple[str, int, str], ...]
logger = logging.getLogger(__name__)


# ------------------------------------------------------------------ what an entry is


class Name(NamedTuple):
    """A term in one language: as pages write it, its short form ("" if none), its synonyms."""

    term: str
    short: str
    synonyms: tuple[str, ...]

    @property
    def others(self) -> tuple[str, ...]:
        """What else the term is called."""
        return (*filter(None, [self.short]), *self.synonyms)


class Entry(NamedTuple):
    """One concept: its names and its meaning in both languages, and where it lives."""

    names: dict[str, Name]
    pinyin: str
    label: str
    meanings: dict[str, str]
    line: int

    @property
    def key(self) -> str:
        """The English term, which ``{term}`` names in both languages."""
        return self.names["en"].term

    @property
    def id(self) -> str:
        """The id of the entry in HTML."""
        return f"term-{make_id(self.key)}"

    @property
    def all_names(self) -> set[str]:
        """What the concept is called in either language, in small letters."""
        names = [name for both in self.names.values() for name in (both.term, *both.others)]
        return {name.lower() for name in names}

    @property
    def toneless(self) -> list[str]:
        """The syllables of the pinyin that lack their tone."""
        pairs = zip(CHARACTERS.findall(self.names["zh"].term), self.pinyin.split(), strict=True)
        return [
            syllable
            for character, syllable in pairs
            if character > "\u2fff" and character not in NEUTRAL and not TONES & _marks(syllable)
        ]


def read_entries(text: str) -> list[Entry]:
    """Return the entries of the content of ``{terms}``; ``line`` counts its lines from 0.

    Raises
    ------
    ValueError
        If an entry has another form, or the pinyin does not have one syllable a character.
    """
    entries, faults = read_what_can_be(text)
    for _, message in faults:
        raise ValueError(message)
    return entries


def read_what_can_be(text: str) -> tuple[list[Entry], list[tuple[int, str]]]:
    """Return the good entries, and the lines of the others, from 0, with what is wrong there."""
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if line and (i == 0 or not lines[i - 1])]
    entries: dict[str, Entry] = {}
    faults = []
    for i in starts:
        try:
            entry = _read_entry([line for line in lines[i : i + 4] if line], i)
            if entry.id in entries:
                raise ValueError(f"a second entry for {entry.key}: make one of both")
            entries[entry.id] = entry
        except ValueError as error:
            faults.append((i, str(error)))
    return list(entries.values()), faults


def entries_of(page: Path = GLOSSARY) -> list[Entry]:
    """Return the entries of the book's glossary, or of another page; none if it is not there."""
    block = BLOCK.search(page.read_text("utf-8")) if page.exists() else None
    return read_entries(block[1]) if block else []


def _read_entry(lines: Sequence[str], number: int) -> Entry:
    fields = lines[0].split(" | ")
    if len(lines) != 3 or len(fields) != 4:
        raise ValueError(f"an entry is `中文 | pinyin | English | label`, 一句, one: {lines[0]!r}")
    zh, pinyin, en, label = fields
    entry = Entry(
        {"zh": _read_name(zh), "en": _read_name(en)},
        pinyin,
        label,
        {"zh": lines[1], "en": lines[2]},
        number,
    )
    if len(pinyin.split()) != len(CHARACTERS.findall(entry.names["zh"].term)):
        raise ValueError(f"pinyin has one syllable a character: {zh} | {pinyin}")
    return entry


def _read_name(field: str) -> Name:
    match = NAME.fullmatch(field)
    if match is None:
        raise ValueError(f"a name is `term (short form); synonym; synonym`: {field!r}")
    synonyms = match["synonyms"].split("; ") if match["synonyms"] else []
    return Name(match["term"], match["short"] or "", tuple(synonyms))


def synonyms(entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """Return what else each term is called, in its language: ``{"权重衰减": ("权重衰退",), …}``."""
    names = [name for entry in entries for name in entry.names.values()]
    return {name.term: name.others for name in names if name.others}


# ------------------------------------------------------------------ in which order


def by_pinyin(entry: Entry) -> SortKey:
    """Sort as a Chinese dictionary does: by syllable, tone and character, one after the other."""
    characters = CHARACTERS.findall(entry.names["zh"].term)
    return tuple(
        (*_without_marks(syllable.lower()), character.lower())
        for syllable, character in zip(entry.pinyin.split(), characters, strict=True)
    )


def by_alphabet(entry: Entry) -> SortKey:
    """Sort by the English term, word by word; capitals and hyphens do not count."""
    return tuple((word, 0, "") for word in re.findall(r"\w+", entry.key.lower()))


def _marks(syllable: str) -> set[str]:
    return set(unicodedata.normalize("NFD", syllable)) & set(MARKS)


def _without_marks(syllable: str) -> tuple[str, int]:
    """Return the letters of a syllable, and a number for its marks: ``("lu", 9)`` of ``lǜ``."""
    parts = unicodedata.normalize("NFD", syllable)
    return "".join(p for p in parts if p not in MARKS), sum(MARKS.get(p, 0) for p in parts)


def by_letter(
    entries: Sequence[Entry], order: Callable[[Entry], SortKey]
) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the entries in an order, under the letters with which they start."""
    for letter, group in groupby(sorted(entries, key=order), lambda e: order(e)[0][0][0].upper()):
        yield letter, list(group)


# ------------------------------------------------------------------ what readers see


class TermsDirective(SphinxDirective):
    """``{terms}``: all entries, in the order of the edition's first language."""

    has_content = True

    def run(self) -> list[Node]:
        """Make a glossary for each letter."""
        entries, faults = read_what_can_be("\n".join(self.content))
        self.env.metadata[self.env.docname][EXCUSED] = ["term"] if faults else []
        for entry in entries:
            if entry.toneless:
                message = (
                    f"pinyin without its tone: {', '.join(entry.toneless)} in {entry.pinyin!r}"
                )
                message += f", of {entry.names['zh'].term}: write it with marks, as in quán zhòng"
                faults.append((entry.line, message))
        for number, message in faults:
            place = (self.env.docname, self.lineno + self.content_offset + number + 1)
            logger.warning("%s", message, location=place, type="glossary")
        self.env.temp_data["glossary"] = entries
        main, _ = _orders(self.config.edition)
        found: list[Node] = []
        for letter, group in by_letter(entries, main):
            items = nodes.definition_list("", *map(self._item, group), classes=["glossary"])
            found.append(nodes.rubric(text=letter, classes=["glossary-letter"]))
            found.append(addnodes.glossary("", items, sorted=False))
        return found

    def _item(self, entry: Entry) -> nodes.definition_list_item:
        return nodes.definition_list_item("", self._term(entry), self._definition(entry))

    def _term(self, entry: Entry) -> nodes.term:
        """Make the target of ``{term}``, with the term in both languages."""
        languages = EDITIONS[self.config.edition]
        first = languages[0]
        other = "en" if first == "zh" else "zh"
        term = nodes.term(ids=[entry.id])
        self.set_source_info(term)
        term += _named(entry, first, nodes.strong, pinyin="en" in languages)
        if entry.names[other] != entry.names[first]:
            term += nodes.Text(" ")
            term += _named(entry, other, nodes.inline, pinyin="en" in languages)
        term += addnodes.index(entries=list(_index_entries(entry)))
        self.state.document.note_explicit_target(term)
        domain = self.env.domains.standard_domain
        domain.note_object("term", entry.key, entry.id, location=term)
        return term

    def _definition(self, entry: Entry) -> nodes.definition:
        """Say what the term means, what else it is called, and where it is treated."""
        languages = EDITIONS[self.config.edition]
        line = self.lineno + self.content_offset + entry.line
        definition = nodes.definition()
        for language in languages:
            children, _ = self.parse_inline(entry.meanings[language], lineno=line)
            half = nodes.paragraph("", "", *children)
            half += nodes.Text(_also(entry, language, alone=len(languages) == 1))
            classes = [language, f"language-{LANG[language]}"]
            definition += nodes.container("", half, classes=classes)
        pages = [page for page in self.env.found_docs if f"{entry.label}-".startswith(f"{page}-")]
        labels = dict.fromkeys((max(pages, key=len, default=entry.label), entry.label))
        where = " · ".join(f"{{ref}}`{label}`" for label in labels)
        links, _ = self.parse_inline(where, lineno=line)
        definition += nodes.paragraph("", "→ ", *links, classes=["glossary-where"])
        return definition


class TermsIndexDirective(SphinxDirective):
    """``{terms-index}``: the terms alone, in the order that ``{terms}`` above did not choose."""

    def run(self) -> list[Node]:
        """Make a line for each letter."""
        entries = cast("list[Entry]", self.env.temp_data.get("glossary", []))
        _, other = _orders(self.config.edition)
        language = "zh" if other is by_pinyin else "en"
        lines = nodes.definition_list(classes=["glossary-index"])
        for letter, group in by_letter(entries, other):
            links = nodes.paragraph()
            for entry in group:
                text = entry.names[language].term
                link = nodes.reference("", text, internal=True, refid=entry.id)
                link["classes"] += [language, f"language-{LANG[language]}"]
                links += [nodes.Text(" · "), link] if links.children else [link]
            definition = nodes.definition("", links)
            lines += nodes.definition_list_item("", nodes.term(text=letter), definition)
        return [lines]


def _orders(edition: str) -> tuple[Callable[[Entry], SortKey], Callable[[Entry], SortKey]]:
    """Return the order of the entries, and that of the index below them."""
    orders = (by_pinyin, by_alphabet)
    return orders if EDITIONS[edition][0] == "zh" else (by_alphabet, by_pinyin)


def _named(
    entry: Entry, language: str, mark: type[nodes.TextElement], *, pinyin: bool
) -> Iterator[Node]:
    """Yield the name of an entry in one language; a Chinese one with its sound, if wanted."""
    text = _with_short(entry.names[language], language)
    yield mark(text=text, classes=[language, f"language-{LANG[language]}"])
    if language == "zh" and pinyin:
        yield from (nodes.Text(" "), nodes.inline(text=entry.pinyin, classes=PINYIN))


def _with_short(name: Name, language: str) -> str:
    opening, closing = ("（", "）") if language == "zh" else (" (", ")")
    return f"{name.term}{opening}{name.short}{closing}" if name.short else name.term


def _also(entry: Entry, language: str, *, alone: bool) -> str:
    """Return the synonyms: of this language, and of the other where it has no half of its own."""
    zh, en = (entry.names[name].synonyms for name in ("zh", "en"))
    if language == "zh":
        said = [f"又称{'、'.join(zh)}"] if zh else []
        said += [f"英文又作 {', '.join(en)}"] if en and alone else []
        return f"{'；'.join(said)}。" if said else ""
    said = [", ".join(en)] if en else []
    said += ["、".join(zh)] if zh and alone else []
    return f" Also {'; '.join(said)}." if said else ""


def _index_entries(entry: Entry) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield entries for the index, each with the letter under which it stands."""
    for language, order in (("zh", by_pinyin), ("en", by_alphabet)):
        name, letter = entry.names[language], order(entry)[0][0][0].upper()
        yield "single", name.term, entry.id, "main", letter
        for synonym in name.synonyms:
            yield "see", f"{synonym}; {name.term}", entry.id, "", ""


def note_terms(app: Sphinx, doctree: nodes.document) -> None:
    """Keep with a page the terms that it shows by a name of its own choice, and where."""
    app.env.metadata[app.env.docname][SHOWN] = [
        (reference.astext(), reference["reftarget"], logging.get_node_location(reference))
        for reference in doctree.findall(addnodes.pending_xref)
        if reference["reftype"] == "term" and reference["refexplicit"]
    ]


def check_terms(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of a term that is shown by the name of one entry, and leads to another.

    All pages are looked at, those as well that were not read now: the glossary may have changed.
    """
    with suppress(ValueError):  # the page of the glossary says what is wrong with it
        keys: dict[str, list[str]] = {}  # of the entries that have a name
        for entry in entries_of(Path(app.srcdir) / GLOSSARY.name):
            for name in entry.all_names:
                keys.setdefault(name, []).append(entry.key)
        known = {key.lower() for named in keys.values() for key in named}
        for _, page in sorted(env.metadata.items()):
            for text, target, place in page.get(SHOWN, []):
                named = keys.get(text.lower(), [])
                wrong = target.lower() not in [key.lower() for key in named]
                if named and wrong and target.lower() in known:  # else it is said to be missing
                    message = (
                        f"{{term}}`{text} <{target}>` leads to another entry than the one of "
                        f"that name: write <{named[0]}>"
                    )
                    logger.warning("%s", message, location=place, type="glossary")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives."""
    app.add_directive("terms", TermsDirective)
    app.add_directive("terms-index", TermsIndexDirective)
    app.connect("doctree-read", note_terms)
    app.connect("env-check-consistency", check_terms)
    return {
        "version": "1",
        "env_version": 1,  # pages that were read without `note_terms` are read again
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
