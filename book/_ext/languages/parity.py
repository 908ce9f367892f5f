"""Check that a page says the same in both languages; reads Markdown, knows nothing of Sphinx.

A page holds its prose in pairs: a ``{zh}`` block and then its ``{en}`` block, or, inside a
line, a ``{zh}`` role and then its ``{en}`` role.  Both halves of a pair use the same formulas,
references, citations, code spans, numbers and facts.  :func:`check_page` lists what breaks that,
with line numbers; the build, the tests and the author's preview all ask it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import yaml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

MYST_EXTENSIONS = ("amsmath", "colon_fence", "deflist", "dollarmath")
LANGUAGES = ("zh", "en")
CITATIONS = ("cite", "cite:p", "cite:t")
NUMERAL = re.compile(r"(?<![A-Za-z_0-9.])[-−]?\d(?:[\d,]*\d)?(?:\.\d+)?%?")
DIRECTIVE = re.compile(r"\{([^}]+)\}\s*(.*)")
CELL_MISPLACED = "a code cell must stand at top level, in a fence of backticks"
CUT = re.compile(r"\{[\w:]+\}$")  # the backtick of a role within a role has ended the outer one
ROLE_IN_ROLE = (
    "a role within {zh} or {en} ends it: put two backticks around the outer one, "
    "{zh}``随{term}`温度 <temperature>`变化``"
)
SYMBOL = re.compile(r"[\w\\{}']+")
SCRIPTS = {"zh": re.compile(r"[\u3400-\u9fff]"), "en": re.compile(r"[A-Za-z]")}
STRAY_DOLLARS = {
    "＄": "a full-width dollar makes no formula: use $",
    "$": "a dollar that makes no formula: close it, with no space inside",
}
PICTURES = ("figure", "image")  # refused as a whole: see `accessible`
CAPTION = re.compile(r"^:caption: *(.*)$", re.MULTILINE)  # of a part of the book
SLIDER = "`explore: {rate: \\eta | 学习率 | learning rate}`"
OPTION_LINE = re.compile(r"^:[\w-]+:.*$", re.MULTILINE)

_parser = create_md_parser(MdParserConfig(enable_extensions=set(MYST_EXTENSIONS)), RendererHTML)


class Problem(NamedTuple):
    """One thing that is wrong with a page, and the line (from 1) where it stands."""

    line: int
    message: str


def check_page(text: str) -> list[Problem]:
    """Return every breach of parity in the source of a page, in order of line."""
    tokens = _parser.parse(text)
    if unclosed := list(_check_closed(tokens, text.splitlines())):
        return unclosed  # what follows was read as part of it
    listed = _front_matter(tokens).get("numerals", [])
    numerals = {str(n) for n in listed} if isinstance(listed, list) else set()
    return sorted(_check_blocks(tokens, 0, numerals))


def parse(markdown: str) -> list[Token]:
    """Return the tokens of a page's source."""
    return _parser.parse(markdown)


def formulas_in(markdown: str) -> Iterator[str]:
    """Yield the formulas in a line of text, those in its roles as well.

    >>> list(formulas_in("{zh}`当 $x$ 增大`{en}`as $x$ grows`, $y$"))
    ['x', 'x', 'y']
    """
    for token in _inline(markdown):
        if token.type == "math_inline":
            yield token.content
        elif token.type == "myst_role":
            yield from formulas_in(token.content)


# ------------------------------------------------------------------ the page's skeleton


def _front_matter(tokens: Sequence[Token]) -> dict[str, object]:
    if not tokens or tokens[0].type != "front_matter":
        return {}
    try:
        matter = yaml.safe_load(tokens[0].content)
    except yaml.YAMLError:
        return {}
    return matter if isinstance(matter, dict) else {}


def _check_closed(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Problem]:
    for token in tokens:
        if token.type.endswith("fence") and token.map and not token.level:
            start, end = token.map
            closing = lines[end - 1].strip() if end > start + 1 else ""
            if not re.fullmatch(f"{token.markup}{token.markup[0]}*", closing):
                yield Problem(start + 1, f"this block has no end: close it with {token.markup}")


def _check_blocks(tokens: Sequence[Token], offset: int, numerals: set[str]) -> Iterator[Problem]:
    """Check the blocks of a page, or of a directive whose content starts after ``offset`` lines."""
    yield from _check_pairs(tokens, offset, numerals)
    labelled = titled = False
    for token in tokens:
        name, argument = _directive(token)
        line = _line(token, offset)
        if name == "code-cell":
            yield from _check_cell(token, offset, numerals)
        elif name == "toctree":
            for title in CAPTION.findall(token.content):
                yield from _check_line(_inline(title), line, numerals)
        elif name == "terms":
            yield from _check_terms(token, offset, numerals)
        elif name == "doctest" and ">>> " not in token.content:
            yield Problem(line, "a {doctest} that tests nothing: write an example, `>>> …`")
        elif name in LANGUAGES and not token.content.strip():
            yield Problem(line, f"this {{{name}}} block is empty")
        elif name and name not in LANGUAGES and token.type == "colon_fence" and not _is_slip(name):
            if name not in PICTURES:
                yield from _check_line(_inline(argument), line, numerals)
            inside = _parser.parse(OPTION_LINE.sub("", token.content))
            yield from _check_blocks(inside, line, numerals)
        elif token.type == "heading_open" and not labelled:
            yield Problem(line, "a heading without a (label)= in the line above")
        elif token.type == "heading_open" and token.tag == "h1" and titled:
            yield Problem(line, "a second title: a section of the page has two hashes, ##")
        elif token.type == "inline":
            yield from _check_line(token.children or [], line, numerals)
        labelled = token.type == "myst_target"
        titled = titled or token.tag == "h1"


def _check_pairs(tokens: Sequence[Token], offset: int, numerals: set[str]) -> Iterator[Problem]:
    """Check that each {zh} block has its {en} block right after it, and that they agree."""
    names = _names(tokens)
    for place, name in enumerate(names):  # MyST reports a slip: its other half is no second fault
        if _is_slip(name) and names[place + 1 : place + 2] == ["en"]:
            names[place] = "zh"
        elif _is_slip(name) and names[:place][-1:] == ["zh"]:
            names[place] = "en"
    for place, (token, name) in enumerate(zip(tokens, names, strict=True)):
        if name == "zh" and names[place + 1 : place + 2] != ["en"]:
            yield Problem(_line(token, offset), "a {zh} block without its {en} block right after")
        elif name == "en" and names[:place][-1:] != ["zh"]:
            yield Problem(_line(token, offset), "an {en} block without its {zh} block right before")
        elif name == "en" and not any(map(_is_slip, _names(tokens[place - 1 : place + 1]))):
            yield from _check_pair(tokens[place - 1], token, offset, numerals)


def _check_cell(token: Token, offset: int, numerals: set[str]) -> Iterator[Problem]:
    line = _line(token, offset)
    if token.type != "fence" or token.level or offset:
        yield Problem(line, CELL_MISPLACED)
        return
    for number, code in enumerate(token.content.splitlines(), start=1):
        if "\t" in code:
            yield Problem(line + number, "a tab in a cell: indent by four spaces")
            break
    options = cell_options(token.content)
    if figure_of(options):
        caption = caption_of(options)
        if not caption.strip():
            yield Problem(line, "a figure without a caption: say in both languages what is seen")
        yield from _check_line(_inline(caption), line, numerals)
        for key in ("alt-zh", "alt-en"):
            if not options.get(key):
                yield Problem(line, f"a figure without {key}: what it shows, for screen readers")
    sliders = sliders_of(options)
    if "explore" in options and not (figure_of(options) and sliders):
        yield Problem(line, f"a cell that is explored draws a figure, and says {SLIDER}")
    for name, said in sliders.items():
        if len(said) != 3 or not all(said):
            yield Problem(line, f"of the parameter {name} is said {SLIDER}")


def _check_terms(token: Token, offset: int, numerals: set[str]) -> Iterator[Problem]:
    """Check the entries of a glossary: below the names, a line in each language."""
    lines = ["", *token.content.splitlines()]
    start = _line(token, offset)
    for number, line in enumerate(lines):
        if line and not lines[number - 1]:
            halves = [[(0, _inline(half))] for half in lines[number + 1 : number + 3]]
            if len(halves) == 2:
                yield from _compare(_contents(halves[0]), _contents(halves[1]), start + number + 1)
            for below, (language, half) in enumerate(zip(LANGUAGES, halves, strict=False), start=1):
                yield from _check_language(language, half, start + number + below)
                yield from _check_words(half, start + number + below, numerals)


def _check_line(children: Sequence[Token], line: int, numerals: set[str]) -> Iterator[Problem]:
    """Check a line outside the blocks: its words stand in pairs of roles."""
    roles = [t for t in children if t.type == "myst_role" and t.meta["name"] in LANGUAGES]
    names = [t.meta["name"] for t in roles]
    if any(CUT.search(role.content) for role in roles):
        yield Problem(line, ROLE_IN_ROLE)
        return  # what comes after was read as something else
    if names != list(LANGUAGES) * (len(names) // 2):
        yield Problem(line, f"{{zh}} and {{en}} roles must come in pairs, got {' '.join(names)}")
    else:
        for zh, en in zip(roles[::2], roles[1::2], strict=True):
            halves = [[(0, _inline(half.content))] for half in (zh, en)]
            for role in (zh, en):
                if not role.content.strip():
                    yield Problem(line, f"this {{{role.meta['name']}}} half is empty")
            yield from _compare(_contents(halves[0]), _contents(halves[1]), line)
            for language, half in zip(LANGUAGES, halves, strict=True):
                yield from _check_language(language, half, line)
                yield from _check_words(half, line, numerals)
    for child in children:
        fact = child.type == "myst_role" and child.meta["name"] == "fact"
        if (fact or child.type == "text") and re.search(r"[^\W\d_]{2,}", child.content):
            yield Problem(line, f"words outside {{zh}} and {{en}}: {child.content.strip()!r}")


def _check_pair(zh: Token, en: Token, offset: int, numerals: set[str]) -> Iterator[Problem]:
    start_zh, start_en = _line(zh, offset), _line(en, offset)
    tokens_zh, tokens_en = list(_lines(zh.content)), list(_lines(en.content))
    if not any(_stray_dollars(lines) for lines in (tokens_zh, tokens_en)):
        yield from _compare(_contents(tokens_zh), _contents(tokens_en), start_zh)
    for start, lines, half in ((start_zh, tokens_zh, zh), (start_en, tokens_en, en)):
        if re.search(r"^\s*[`:]{3,}\{code-cell\}", half.content, re.MULTILINE):
            yield Problem(start, CELL_MISPLACED)
        yield from _check_language(_directive(half)[0], lines, start)
        yield from _check_words(lines, start, numerals)
        for line, children in lines:
            for child in children:
                if child.type == "myst_role" and child.meta["name"] in LANGUAGES:
                    yield Problem(start + line, f"{{{child.meta['name']}}} inside a block")


# ------------------------------------------------------------------ what a half contains

Lines = list[tuple[int, list[Token]]]
EXECUTED = ("formulas", "bound numbers", "facts")
KINDS = (*EXECUTED, "references", "citations", "code spans", "numbers")


def _contents(lines: Lines) -> dict[str, Counter[str]]:
    """Collect what both halves must share, by kind; of what is executed, how often it stands."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    tokens = [token for _, children in lines for token in children]
    for token in tokens:
        for kind, item in _shared(token):
            found[kind][item] = found[kind][item] + 1 if kind in EXECUTED else 1
    items = sum(token.type == "list_item_open" for token in tokens)
    return {**found, "list lengths": Counter([str(items)])}


def _shared(token: Token) -> Iterator[tuple[str, str]]:
    """Yield what of a token the other half must have as well, each with its kind."""
    if token.type == "math_inline":
        yield "formulas", re.sub(r"\s+", "", token.content)
    elif token.type == "code_inline":
        yield "code spans", token.content
    elif token.type == "link_open":
        yield "references", str(token.attrs.get("href", ""))
    elif token.type == "myst_role":
        yield from _shared_by_role(token.meta["name"], token.content)
    elif token.type == "text":
        yield from (("numbers", numeral) for numeral in _numerals(token.content))


def _shared_by_role(name: str, content: str) -> Iterator[tuple[str, str]]:
    if name == "num":
        yield "bound numbers", re.sub(r"\s+", " ", content)
    elif name == "fact":
        yield "facts", re.sub(r"\s+", " ", content.rpartition(" | ")[2])
    elif name in CITATIONS:
        yield from (("citations", key.strip()) for key in content.split(","))
    elif name not in LANGUAGES:
        yield "references", f"{name} {_target(content)}"


def _compare(
    zh: dict[str, Counter[str]], en: dict[str, Counter[str]], line: int
) -> Iterator[Problem]:
    for kind in zh:
        parts = []
        for language, these, those in (("zh", zh[kind], en[kind]), ("en", en[kind], zh[kind])):
            if alone := sorted(set(these) - set(those)):
                parts.append(f"only in {language}: {', '.join(alone)}")
            if oftener := [item for item in sorted(those) if _is_oftener(item, these, those)]:
                parts.append(f"more often in {language}: {', '.join(oftener)}")
        if parts:
            yield Problem(line, f"{kind} differ; {'; '.join(parts)}")


def _is_oftener(item: str, these: Counter[str], those: Counter[str]) -> bool:
    """Tell if these hold an item of those more often; a symbol once more is no breach.

    One language repeats a symbol where the other says "it".
    """
    return these[item] > those[item] + bool(SYMBOL.fullmatch(item))


def _check_language(language: str, lines: Lines, line: int) -> Iterator[Problem]:
    """Check that a half with words has some of its own language: it may be copied, or swapped."""
    words = " ".join(text for _, children in lines for text in _words(children))
    if re.search(r"[^\W\d_]", words) and not SCRIPTS[language].search(words):
        other = "en" if language == "zh" else "zh"
        yield Problem(
            line,
            f"the {{{language}}} half has no word of its language: swapped with {{{other}}}, "
            f"or copied and not translated? It says {words.strip()[:40]!r}",
        )


def _words(children: Sequence[Token]) -> Iterator[str]:
    """Yield what readers read as words: text, and the names that terms have there."""
    for child in children:
        if child.type == "text":
            yield child.content
        elif child.type == "myst_role" and child.meta["name"] == "term":
            yield re.sub(r"<.*>", "", child.content)
        elif child.type == "myst_role" and child.meta["name"] == "fact":
            yield child.content.rpartition(" | ")[0]


def _stray_dollars(lines: Lines) -> list[tuple[int, str]]:
    """Return the lines in which a dollar stands that makes no formula, and what to do."""
    return [
        (line, message)
        for line, children in lines
        for child in children
        if child.type == "text"
        for dollar, message in STRAY_DOLLARS.items()
        if dollar in child.content
    ]


def _check_words(lines: Lines, start: int, allowed: set[str]) -> Iterator[Problem]:
    for line, message in _stray_dollars(lines):
        yield Problem(start + line, message)
    for line, children in lines:
        for child in children:
            if child.type != "text":
                continue
            for numeral in sorted(_numerals(child.content) - allowed):
                yield Problem(
                    start + line,
                    f"the number {numeral} is bound to nothing: write {{num}}`{numeral} | …`, "
                    "or list it under `numerals` in the front matter",
                )


def _numerals(text: str) -> set[str]:
    return set(NUMERAL.findall(text))


# ------------------------------------------------------------------ reading Markdown


def _directive(token: Token) -> tuple[str, str]:
    match = DIRECTIVE.fullmatch(token.info.strip()) if token.type.endswith("fence") else None
    return (match[1], match[2]) if match else ("", "")


def _names(tokens: Sequence[Token]) -> list[str]:
    return [_directive(token)[0] for token in tokens]


def _is_slip(name: str) -> bool:
    """Tell if a directive is a mistyped language: none but those have names of two letters."""
    return len(name) == 2 and name not in LANGUAGES


def _lines(markdown: str) -> Iterator[tuple[int, list[Token]]]:
    """Yield the inline tokens of a block with their lines, and its list items."""
    for token in _parser.parse(markdown):
        name, argument = _directive(token)
        line = (token.map or [0])[0] + 1
        if token.type == "inline":
            yield line, token.children or []
        elif token.type == "list_item_open":
            yield line, [token]
        elif name and token.type == "colon_fence":
            yield line, _inline(argument)
            for inner, children in _lines(OPTION_LINE.sub("", token.content)):
                yield line + inner, children


def _inline(markdown: str) -> list[Token]:
    return [child for token in _parser.parseInline(markdown) for child in token.children or []]


def _target(role_content: str) -> str:
    match = re.fullmatch(r".*<(.*)>", role_content, re.DOTALL)
    return match[1] if match else role_content


def _line(token: Token, offset: int) -> int:
    return offset + (token.map or [0])[0] + 1


def cell_options(content: str) -> dict[str, object]:
    """Read the options of a code cell: a YAML block, or lines that start with a colon."""
    if content.startswith("---"):
        block = content.split("---")[1]
    else:
        block = "\n".join(_leading_options(content.splitlines()))
    options = yaml.safe_load(block)
    return options if isinstance(options, dict) else {}


def figure_of(options: Mapping[str, object]) -> dict[str, object]:
    """Return what a cell's options say of its figure; nothing if they have another form.

    >>> figure_of({"mystnb": {"figure": {"name": "fig-a"}}}), figure_of({"mystnb": 5})
    ({'name': 'fig-a'}, {})
    """
    mystnb = options.get("mystnb")
    figure = mystnb.get("figure") if isinstance(mystnb, dict) else None
    return figure if isinstance(figure, dict) else {}


def caption_of(options: Mapping[str, object]) -> str:
    """Return the caption of a cell's figure; "" if it has none."""
    return str(figure_of(options).get("caption") or "")


def said_of_frames(options: Mapping[str, object]) -> str:
    r"""Return what the caption of a figure that moves says of each frame: all but its first lines.

    >>> options = {"mystnb": {"figure": {"caption": "A valley.\n\nThe loss is ..."}}}
    >>> said_of_frames(options), said_of_frames({**options, "explore": {"rate": ""}})
    ('', 'The loss is ...')
    """
    return caption_of(options).partition("\n\n")[2] if options.get("explore") else ""


def sliders_of(options: Mapping[str, object]) -> dict[str, list[str]]:
    r"""Return what the sliders of a figure set: by the parameter its symbol, and its two names.

    >>> sliders_of({"explore": {"rate": r"\eta | 学习率 | learning rate"}})
    {'rate': ['\\eta', '学习率', 'learning rate']}
    """
    sliders = options.get("explore")
    pairs = sliders.items() if isinstance(sliders, dict) else ()
    return {str(name): [part.strip() for part in str(said).split(" | ")] for name, said in pairs}


def _leading_options(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith(":"):
            return
        yield line[1:]
