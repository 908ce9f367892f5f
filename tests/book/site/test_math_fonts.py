"""The letters of the formulas: found in pages, cut out of KaTeX's fonts, and put into CSS."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
import tinycss2
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from book._ext.paths import BOOK
from book._ext.site.katex import DIST, render
from book._ext.site.math_fonts import font_faces, letters_of_site, subset

STYLES = (DIST / "katex.min.css").read_text("utf-8")
STATIC = BOOK / "_static"
ITALIC = DIST / "fonts" / "KaTeX_Math-Italic.ttf"


def drawing(font: TTFont, letter: str) -> list[object]:
    """Return the strokes of a letter."""
    pen = RecordingPen()
    font.getGlyphSet()[font.getBestCmap()[ord(letter)]].draw(pen)
    return pen.value


def style(name: str) -> tuple[str, str, str]:
    """Return what KaTeX's own style sheet calls a font: its family, weight and style."""
    for rule in tinycss2.parse_stylesheet(STYLES):
        if rule.type == "at-rule" and f"KaTeX_{name}.woff2" in tinycss2.serialize(rule.content):
            return described(rule)
    raise AssertionError(f"KaTeX has no font {name}")


def described(face: tinycss2.ast.AtRule) -> tuple[str, str, str]:
    block = tinycss2.parse_declaration_list(face.content)
    values = {d.name: tinycss2.serialize(d.value) for d in block if d.type == "declaration"}
    return values["font-family"].strip('"'), values["font-weight"], values["font-style"]


@pytest.mark.parametrize(
    ("latex", "font", "letters"),
    [
        ("x + y", "Math-Italic", "xy"),
        ("x + y", "Main-Regular", "+"),
        (r"\mathbf{w}", "Main-Bold", "w"),
        (r"\boldsymbol{\theta}", "Math-BoldItalic", "θ"),
        (r"\mathbb{R}", "AMS-Regular", "R"),
        (r"\mathcal{L}", "Caligraphic-Regular", "L"),
        (r"\mathit{a}", "Main-Italic", "a"),
        (r"\mathsf{a}", "SansSerif-Regular", "a"),
        (r"\mathtt{a}", "Typewriter-Regular", "a"),
        (r"\texttt{a}", "Typewriter-Regular", "a"),
        (r"\textbf{a}", "Main-Bold", "a"),
        (r"\textrm{\textbf{a}}", "Main-Bold", "a"),
        (r"\mathscr{L}", "Script-Regular", "L"),
        (r"\mathfrak{g}", "Fraktur-Regular", "g"),
        (r"a < b", "Main-Regular", "<"),
        (r"\sum_i", "Size1-Regular", "∑"),
        (r"\displaystyle\sum_i", "Size2-Regular", "∑"),
        (r"x^{(2)}", "Main-Regular", "(2)"),
        (r"\Bigl( x", "Size2-Regular", "("),
        (r"\left( \sum_i \right)", "Size1-Regular", "∑"),
        (r"\biggl\{ x", "Size3-Regular", "{"),
        (r"\Biggl[ x", "Size4-Regular", "["),
    ],
)
def test_letters_are_found_under_the_font_that_sets_them(
    tmp_path: Path, latex: str, font: str, letters: str
) -> None:
    (tmp_path / "page.html").write_text(render(latex, display=False), "utf-8")
    found = letters_of_site(tmp_path)[font]
    assert set(letters) == set(found) - {"\u200b"}


def test_the_letters_of_all_pages_come_together_in_order(tmp_path: Path) -> None:
    for name, latex in (("a", "z + x"), ("b", "y")):
        (tmp_path / f"{name}.html").write_text(render(latex, display=False), "utf-8")
    found = letters_of_site(tmp_path)
    assert found["Math-Italic"] == "xyz"
    assert list(found) == sorted(found)


def test_a_subset_draws_its_letters_as_the_whole_font_does_and_no_others() -> None:
    data, codes = subset(ITALIC, map(ord, "xλ好"))
    part, whole = TTFont(io.BytesIO(data)), TTFont(ITALIC)
    assert codes == [ord("x"), ord("λ")]  # what the font does not have is left to another
    assert set(part.getBestCmap()) == {ord("x"), ord("λ")}
    assert [drawing(part, letter) for letter in "xλ"] == [drawing(whole, letter) for letter in "xλ"]
    assert drawing(part, "x") != drawing(part, "λ")
    assert part.flavor == "woff"
    assert len(data) < ITALIC.stat().st_size / 5


def test_every_font_has_the_space_without_width_that_fractions_hold() -> None:
    data, codes = subset(DIST / "fonts" / "KaTeX_Main-Regular.ttf", [0x200B])
    assert codes == [0x200B]
    assert drawing(TTFont(io.BytesIO(data)), "\u200b") == []


def test_the_same_letters_give_the_same_bytes() -> None:
    assert subset(ITALIC, map(ord, "xy")) == subset(ITALIC, map(ord, "yx"))


def test_the_css_names_each_font_as_katex_does_and_holds_its_letters(tmp_path: Path) -> None:
    letters = {"Main-Bold": "w", "Math-BoldItalic": "θ", "Math-Italic": "ab", "Size1-Regular": "好"}
    css = font_faces(letters, tmp_path)
    faces = [rule for rule in tinycss2.parse_stylesheet(css) if rule.type == "at-rule"]
    assert list(map(described, faces[:3])) == [style(name) for name in list(letters)[:3]]
    for face, held in zip(faces[:3], letters.values(), strict=False):
        block = tinycss2.serialize(face.content)
        ranges = re.findall(r"U\+([0-9A-F]+)", block)
        assert "".join(chr(int(code, 16)) for code in ranges) == held
        data = re.search(r"base64,([^)]*)\)", block)
        assert data is not None
        font = TTFont(io.BytesIO(base64.b64decode(data[1])))
        assert set(map(chr, font.getBestCmap())) == set(held)


def test_the_text_takes_its_digits_from_the_formulas_and_as_large(tmp_path: Path) -> None:
    css = font_faces({}, tmp_path)
    text, formulas = (
        (STATIC / "css" / f"{n}.css").read_text("utf-8") for n in ("text", "formulas")
    )
    assert re.findall(r'font-family:"Book Digits";size-adjust:110%;font-weight:(\d+)', css) == [
        "400",
        "700",
    ]
    assert css.count("unicode-range:U+30,U+31,U+32,U+33,U+34,U+35,U+36,U+37,U+38,U+39,U+2212") == 2
    assert '--pst-font-family-base:\n    "Book Digits", ' in text
    assert "html .katex {\n  font-size: 1.1em;\n}" in formulas


def test_the_css_is_made_once_for_the_same_letters(tmp_path: Path) -> None:
    css = font_faces({"Math-Italic": "x"}, tmp_path / "cache")
    [kept] = (tmp_path / "cache").iterdir()
    kept.write_text(kept.read_text("utf-8") + "/* kept */", "utf-8")
    assert font_faces({"Math-Italic": "x"}, tmp_path / "cache") == css + "/* kept */"
    assert "/* kept */" not in font_faces({"Math-Italic": "y"}, tmp_path / "cache")
