"""The letters of the formulas come with the style sheet, so that no formula moves when it is set.

KaTeX's fonts weigh 250 KB, of which the book needs a few dozen letters of each.  Those stand in
the style sheet itself; whatever they lack still comes from the whole font, by ``unicode-range``.
The text takes its digits from there, too: 0.061 looks alike in a sentence and in a formula.
"""

from __future__ import annotations

import base64
import io
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import unescape
from pathlib import Path

import tinycss2

from book._ext.files import made_once
from book._ext.site.katex import DIST

FORMULA = '<span class="katex-html" aria-hidden="true">'
PIECE = re.compile(
    r'<(?P<end>/?)span(?: class="(?P<classes>[^"]*)")?[^>]*>|(?P<text>[^<]+)|<[^>]+>'
)
SIZE_OF_LETTERS = re.compile(r"\bkatex-sizing reset-size\d+ size\d+")
CLASS = re.compile(r"\.([\w-]+)")
ZERO_WIDTH_SPACE = "\u200b"  # in every fraction, in a span without a class
# The name and the size are those in `css`: the digits of the text, the size of the formulas.
DIGITS_OF_TEXT, DIGITS, SIZE = "Book Digits", "0123456789\N{MINUS SIGN}", "110%"
WEIGHTS = ("Regular", "Bold")


@cache
def font_of_class() -> dict[str, str]:
    """Return the font of each class that KaTeX's style sheet gives one of its own.

    ``{"mathbf": "Main-Bold", "mathnormal": "Math-Italic", "size1": "Size1-Regular", …}``
    """
    fonts = {}
    for rule in tinycss2.parse_stylesheet((DIST / "katex.min.css").read_text("utf-8")):
        if rule.type == "qualified-rule":
            said = {
                declaration.lower_name: tinycss2.serialize(declaration.value)
                for declaration in tinycss2.parse_blocks_contents(rule.content)
                if declaration.type == "declaration"
            }
            if not said.keys().isdisjoint(("font-family", "font-weight", "font-style")):
                family = said.get("font-family", "Main").removeprefix("KaTeX_")
                style = "Bold" * (said.get("font-weight") == "700")
                style += "Italic" * (said.get("font-style") == "italic")
                for selector in tinycss2.serialize(rule.prelude).split(","):
                    fonts[CLASS.findall(selector)[-1]] = f"{family}-{style or 'Regular'}"
    return fonts


def letters_of_site(folder: Path) -> dict[str, str]:
    """Return the letters that the formulas of all pages in a folder take from each font."""
    known = font_of_class()
    letters: defaultdict[str, set[str]] = defaultdict(set, {"Main-Regular": {ZERO_WIDTH_SPACE}})
    for page in folder.glob("*.html"):
        for formula in set(page.read_text("utf-8").split(FORMULA)[1:]):
            for classes, text in set_letters(formula):
                fonts = [known[name] for name in classes.split() if name in known]
                letters[fonts[-1] if fonts else "Main-Regular"].update(unescape(text))
    return {font: "".join(sorted(letters[font])) for font in sorted(letters)}


def set_letters(formula: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a formula, with the classes of all elements around each.

    The formula begins behind ``FORMULA``; what stands behind its end does not belong to it.

    >>> list(set_letters('a<span class="mathbf">x</span></span> and so on'))
    [('', 'a'), (' mathbf', 'x')]
    """
    around = [""]
    for piece in PIECE.finditer(formula):
        if piece["text"]:
            yield around[-1], piece["text"]
        elif piece["end"]:
            around.pop()
            if not around:
                return
        elif piece[0].startswith("<span"):
            # the same name says how large letters are, and which font large brackets come from
            own = SIZE_OF_LETTERS.sub("", piece["classes"] or "")
            around.append(f"{around[-1]} {own}".rstrip())


def font_faces(letters: Mapping[str, str], keeper: Path) -> str:
    """Return the CSS that holds these letters of the fonts; a folder keeps what was made last."""
    return made_once(
        keeper / "math-fonts.css",
        repr((DIGITS, SIZE, sorted(letters.items()))),
        lambda: "".join(
            [
                *(_font_face(*item) for item in letters.items()),
                *(_font_face(f"Main-{style}", DIGITS, of_text=True) for style in WEIGHTS),
            ]
        ),
    )


def _font_face(name: str, letters: str, *, of_text: bool = False) -> str:
    family, _, style = name.partition("-")
    data, codes = subset(DIST / "fonts" / f"KaTeX_{name}.ttf", map(ord, letters))
    if not codes:
        return ""
    ranges = ",".join(f"U+{code:X}" for code in codes)
    named = f'"{DIGITS_OF_TEXT}";size-adjust:{SIZE}' if of_text else f"KaTeX_{family}"
    return (
        f"@font-face{{font-family:{named};"
        f"font-weight:{700 if 'Bold' in style else 400};"
        f"font-style:{'italic' if 'Italic' in style else 'normal'};"
        f"src:url(data:font/woff;base64,{base64.b64encode(data).decode()}) format('woff');"
        f"unicode-range:{ranges}}}\n"
    )


def subset(path: Path, codes: Iterable[int]) -> tuple[bytes, list[int]]:
    """Return a font (WOFF) with those of the characters that it has, and their codes."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it warns of the fonts' dates
    font = TTFont(path, recalcTimestamp=False)
    for table in font["cmap"].tables:  # no font has it, and browsers would search the whole one
        table.cmap[ord(ZERO_WIDTH_SPACE)] = "space"
    found = sorted(set(codes) & set(font.getBestCmap()))
    options = Options(hinting=False, drop_tables=["FFTM"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=found)
    subsetter.subset(font)
    font.flavor = "woff"
    file = io.BytesIO()
    font.save(file)
    return file.getvalue(), found
