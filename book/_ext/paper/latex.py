r"""How the PDF editions are set: Sphinx's LaTeX builder, XeLaTeX, the fonts, the writer.

What a page looks like is in ``book/_latex``; which parts of the book go where is in ``arrange.py``.
Here stand the settings of the builder, and a writer that knows the book's own nodes and gives
equations and figures the numbers of the site.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.util.math import wrap_displaymath
from sphinx.writers.latex import LaTeXTranslator

from book._ext.letters import plain
from book._ext.paper.breaking import broken
from book._ext.paper.copyright_page import imprint
from book._ext.paper.index import HAN, sort_key, sounds_of_terms
from book._ext.paths import BOOK

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

STYLE = BOOK / "_latex"
KEYWORDS = {
    "zh": "深度学习, 梯度, 线性模型, 多层感知机, 权重衰减, 丢弃法, 数值稳定性, 可执行的公式",
    "en": "deep learning, gradient, linear model, multilayer perceptron, weight decay, dropout, "
    "numerical stability, executable equations",
}
SUBJECT = {
    "zh": "会自己运行的深度学习概念书：代码、公式与数字都经过程序核对",
    "en": "Deep-learning concepts in a book that executes itself: code, equations and numbers",
}
AUTHOR = {"zh": "《深度学习概念》作者", "en": "The authors of Concepts in Deep Learning"}

INDEX_KEY = re.compile(r"(?<=\\index\{)[^@]*(?=@\\spxentry)|(?<=!)[^@]*(?=@\\spxentry)")
INCLUDED = re.compile(r"\\sphinxincludegraphics(\[[^]]*\])?\{")
PARAGRAPHS = {"equations-page": r"\equationspage", "glossary-where": r"\nopagebreak"}
LINES_OF_A_PAGE, LINES_OF_A_CELL = 40, 16  # kept on one page: of code, of code and its output

NOTO = "Path=/usr/share/fonts/opentype/noto/"  # collections of fonts, face by face
SC, SC_MONO = "FontIndex=2", "FontIndex=7"  # the faces for simplified Chinese
FONTS = r"""
\usepackage[bold-style=ISO,warnings-off={mathtools-colon,mathtools-overbracket}]{unicode-math}
\setmainfont{texgyrepagella}[Extension=.otf,UprightFont=*-regular,ItalicFont=*-italic,
  BoldFont=*-bold,BoldItalicFont=*-bolditalic]
\setmathfont{texgyrepagella-math.otf}
\setsansfont{texgyreheros}[Extension=.otf,Scale=MatchLowercase,UprightFont=*-regular,
  ItalicFont=*-italic,BoldFont=*-bold,BoldItalicFont=*-bolditalic]
% At this scale two Latin columns are exactly as wide as one Chinese character.
\setmonofont{DejaVuSansMono}[Extension=.ttf,Scale=0.8305,HyphenChar=None,UprightFont=*,
  BoldFont=*-Bold,ItalicFont=*,BoldItalicFont=*-Bold]
"""


def _chinese(command: str, stem: str, face: str, italic: str) -> str:
    """Return the declaration of a Chinese font family."""
    features = ",".join(
        [
            NOTO,
            f"UprightFont=*-Regular.ttc,UprightFeatures={{{face}}}",
            f"BoldFont=*-Bold.ttc,BoldFeatures={{{face}}}",
            f"BoldItalicFont=*-Bold.ttc,BoldItalicFeatures={{{face}}}",
            italic,
        ]
    )
    return rf"\{command}{{{stem}}}[{features}]" + "\n"


def _upright(face: str) -> str:
    return f"ItalicFont=*-Regular.ttc,ItalicFeatures={{{face}}}"


# Chinese is never slanted: what is emphasised is set in the style of handwriting, Kai.
KAI = "ItalicFont={FandolKai-Regular.otf},ItalicFeatures={Path=,FontIndex=0,Scale=1.05}"
FONTS += _chinese("setCJKmainfont", "NotoSerifCJK", SC, KAI)
FONTS += _chinese("setCJKsansfont", "NotoSansCJK", SC, _upright(SC))
FONTS += _chinese("setCJKmonofont", "NotoSansCJK", SC_MONO, _upright(SC_MONO))


def configure(app: Sphinx, config: Config) -> None:
    """Set what the LaTeX builder reads; the parallel edition has no PDF."""
    edition = config.edition if config.edition in KEYWORDS else "zh"
    config.latex_engine = "xelatex"
    config.latex_use_xindy = False
    config.latex_documents = [
        ("index", f"concepts-{edition}.tex", config.project, AUTHOR[edition], "manual")
    ]
    config.latex_show_urls = "footnote"
    config.latex_table_style = ["booktabs"]
    config.latex_domain_indices = False
    config.latex_additional_files = [
        str(STYLE / name) for name in ("concepts.sty", f"concepts-{edition}.def")
    ]
    language = {"zh": "zh-Hans", "en": "en"}[edition]
    config.latex_elements = {
        "papersize": "a4paper",
        "pointsize": "11pt",
        "extraclassoptions": "openany,oneside",
        "fncychap": "",
        "cmappkg": "",
        "polyglossia": "",
        "babel": r"\usepackage{babel}",
        "fontenc": "\\usepackage{fontspec}\n\\usepackage{xeCJK}",
        "amsmath": r"\usepackage{amsmath,amssymb,mathtools}",
        "fontpkg": FONTS,
        "fvset": "",
        "sphinxsetup": "hmargin={35mm,35mm},vmargin={27mm,30mm}",
        "preamble": rf"\usepackage[{edition}]{{concepts}}"
        "\n"
        rf"\hypersetup{{pdflang={{{language}}},pdfdisplaydoctitle=true,"
        rf"pdftitle={{{config.project}}},pdfauthor={{{AUTHOR[edition]}}},"
        rf"pdfsubject={{{SUBJECT[edition]}}},pdfkeywords={{{KEYWORDS[edition]}}}}}",
        "figure_align": "!htbp",
        "releasename": {"zh": "版本", "en": "Version"}[edition],
    }


class BookTranslator(LaTeXTranslator):
    """Writes the book's own nodes, and the numbers of the site."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.sentence_goes_on = False
        self.sounds = sounds_of_terms(self.builder.env)
        self.elements["preamble"] += (
            f"\n\\newcommand\\colophon{{{imprint(self.builder.env, self.escape)}}}"
        )

    # -------------------------------------------------------------- equations and figures

    def visit_math_block(self, node: nodes.math_block) -> None:
        """Write a displayed equation under its number of the site, broken if it is too wide."""
        self._join_paragraph(node)
        latex = node.astext().strip()
        label = f"equation:{node['docname']}:{node['label']}" if node.get("label") else None
        number = self._number("displaymath", node)
        display = str(wrap_displaymath(latex, label, False))
        if number:
            display = display.replace(rf"\label{{{label}}}", rf"\label{{{label}}}\tag{{{number}}}")
        if parts := broken(latex):
            one_line = rf"\begin{{split}}{latex}\end{{split}}"
            lines = rf"\begin{{split}}{parts}\end{{split}}"
            display = display.replace(one_line, rf"\fitted{{{latex}}}{{{lines}}}")
        self.body.append(display)
        raise nodes.SkipNode

    def visit_math(self, node: nodes.math) -> None:
        """Write an inline formula; in a title, with letters that a bookmark can hold."""
        if HAN.search(node.astext()):
            node = nodes.math("", HAN.sub(r"\\text{\g<0>}", node.astext()))
        if not self.in_title:
            super().visit_math(node)
        self.body.append(rf"\texorpdfstring{{\({node.astext()}\)}}{{{plain(node.astext())}}}")
        raise nodes.SkipNode

    def _join_paragraph(self, node: nodes.math_block) -> None:
        """Let an equation be part of the paragraph before it, and of the one after it."""
        parent = node.parent
        before = [child for child in parent[: parent.index(node)] if child.astext()][-1:]
        self.sentence_goes_on = False
        if before and isinstance(before[0], nodes.paragraph):
            while self.body and not self.body[-1].strip():
                self.body.pop()
            self.body.append("%\n")
            self.sentence_goes_on = before[0].astext()[-1] not in "：。:."

    def visit_paragraph(self, node: nodes.Element) -> None:
        """Indent no paragraph that only goes on after an equation."""
        for name, command in PARAGRAPHS.items():
            if name in node["classes"]:
                self.body.append(f"\n{command}")
        super().visit_paragraph(node)
        if self.sentence_goes_on:
            self.body.append(r"\noindent ")
        self.sentence_goes_on = False

    def visit_caption(self, node: nodes.Element) -> None:
        """Give a figure its number of the site."""
        number = isinstance(node.parent, nodes.figure) and self._number("figure", node.parent)
        if number:
            self.body.append(rf"\renewcommand\thefigure{{{number}}}")
        super().visit_caption(node)

    def _number(self, kind: str, node: nodes.Element) -> str:
        numbers = self.builder.env.toc_fignumbers.get(self.curfilestack[-1], {}).get(kind, {})
        ids = (number for label, number in numbers.items() if label in node["ids"])
        return ".".join(map(str, next(ids, ())))

    def visit_image(self, node: nodes.Element) -> None:
        """Give the figure of a cell its alternative text."""
        start = len(self.body)
        super().visit_image(node)
        if alt := node.get("alt"):
            digits = BOM_UTF16_BE.hex() + alt.encode("utf-16-be").hex()
            described = rf"\\bookfigure{{{digits}}}\1{{"
            self.body[start:] = [INCLUDED.sub(described, part) for part in self.body[start:]]

    # -------------------------------------------------------------- code

    def visit_container(self, node: nodes.Element) -> None:
        """Keep a cell and what it prints on one page, where they fit one."""
        if "cell" in node["classes"]:
            self._reserve(list(node.findall(nodes.literal_block)), LINES_OF_A_CELL)
        super().visit_container(node)

    def visit_literal_block(self, node: nodes.Element) -> None:
        """Keep code on one page where it fits one."""
        self._reserve([node], LINES_OF_A_PAGE)
        super().visit_literal_block(node)

    visit_doctest_block = visit_literal_block

    def _reserve(self, blocks: Sequence[nodes.Element], most: int) -> None:
        lines = sum(len(block.astext().splitlines()) for block in blocks)
        if blocks and lines <= most:
            self.body.append(f"\n\\codespace{{{lines}}}{{{len(blocks)}}}")

    # -------------------------------------------------------------- tables of the book

    def visit_symbols_box(self, node: nodes.Element) -> None:
        """Write the symbols of a page: its name, where it lives, and what it means."""
        self.body.append("\n\\begin{symboltable}\n")
        [body] = node.findall(nodes.tbody)  # columns need no names where each has its place
        for row in body.findall(nodes.row):
            entry = "".join(f"{{{self._written(cell[0])}}}" for cell in _cells(row))
            self.body.append(rf"\symbolentry{entry}" + "\n")
        self.body.append("\\end{symboltable}\n")
        raise nodes.SkipNode

    def visit_table(self, node: nodes.Element) -> None:
        """Write the list of all equations in a form of its own."""
        if "equations" not in node["classes"]:
            super().visit_table(node)
            return
        rows = [
            " & ".join(self._written(cell[0]) for cell in _cells(row))
            for row in node.findall(nodes.row)
        ]
        body = "\\\\\n".join(rows[1:])
        self.body.append(
            f"\n\\begin{{equationtable}}{{{rows[0]}}}\n{body}\\\\\n\\end{{equationtable}}\n"
        )
        raise nodes.SkipNode

    def _written(self, paragraph: nodes.Node) -> str:
        """Return the LaTeX of what stands in a paragraph."""
        self.pushbody([])
        for child in cast(nodes.Element, paragraph).children:
            child.walkabout(self)
        return "".join(self.popbody())

    # -------------------------------------------------------------- index

    def visit_index(self, node: nodes.Element) -> None:
        """Let makeindex, which knows bytes alone, sort Chinese by its sound."""
        start = len(self.body)
        try:
            super().visit_index(node)
        finally:
            self.body[start:] = [
                INDEX_KEY.sub(self._with_sound, part.replace(r"\sphinxhyphen{}", "-"))
                for part in self.body[start:]
            ]

    def _with_sound(self, key: re.Match[str]) -> str:
        """Return the key of ``term`` or ``term (its translation)``."""
        term, _, translation = key[0].partition(" (")
        return f"{sort_key(term, self.sounds)} ,{translation}"  # the comma: short terms come first


def set_writer(app: Sphinx) -> None:
    """Let LaTeX be written by the writer above.

    For LaTeX alone: where any writer is registered, the theme of the site leaves out its own.
    """
    if app.builder.name == "latex":
        app.set_translator("latex", BookTranslator)


def _cells(row: nodes.row) -> list[nodes.Element]:
    return cast("list[nodes.Element]", row.children)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the settings and the writer."""
    app.connect("config-inited", configure)
    app.connect("builder-inited", set_writer)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
