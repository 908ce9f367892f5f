"""The back of the title page: the licence, and how this very copy was checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from book._ext.truth.counts import tally

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

TEXTS = {
    "zh": (
        "{copyright}",
        "代码以 MIT 许可证发布；文字和图以 CC BY-SA 4.0 发布。",
        "排印本书之前，书中的代码都运行过；{displayed} 个行间公式里有 {executed} 个由程序照着 "
        "LaTeX 原文执行，其余 {defined} 个是定义、记号或假设。句子里的 {relations} 个关系式，"
        "{holding} 个执行过，{conditions} 个条件核对过可以成立，其余是定义或引语。正文里的 "
        "{numbers} 个数和 {facts} 处对结果的描述，都与运行得到的值核对。“已验算”不是“已证明”："
        "它说的是，在随机取值上，两边的差不超过舍入误差。没有核对什么，见“关于本书”。",
        "画图的代码、每个公式的验算详情、两种语言对照的版本和可以下载的笔记本在本书的网站上{site}。",
        "用 XeLaTeX 排版；字体为 TeX Gyre Pagella 与 Heros、Noto Serif CJK 与 Noto Sans CJK、"
        "Fandol 楷体、DejaVu Sans Mono。",
    ),
    "en": (
        "{copyright}",
        "The code is under the MIT licence; text and figures are under CC BY-SA 4.0.",
        "Before this copy was typeset, all code in it had been run. Of its {displayed} displayed "
        "equations {executed} were executed from their own LaTeX; the other {defined} are "
        "definitions, notation or assumptions. Of {relations} relations in sentences {holding} "
        "were executed, and {conditions} conditions were found to be possible; the others are "
        "definitions or quotations. {numbers} numbers and {facts} statements about results were "
        "compared with the values that the code gave. “Checked” does not mean “proved”: it says "
        "that on random values the two sides differ by no more than rounding. What was not checked "
        "is said in “About this book”.",
        "The code that draws the figures, the details of every check, the edition with both "
        "languages side by side, and the notebooks are on the book's site{site}.",
        "Set with XeLaTeX in TeX Gyre Pagella and Heros, Noto Serif CJK and Sans CJK, Fandol Kai "
        "and DejaVu Sans Mono.",
    ),
}


def imprint(env: BuildEnvironment, escape: Callable[[str], str]) -> str:
    """Return the colophon of the edition in LaTeX, a paragraph for each of its statements."""
    config = env.config
    facts = {
        **tally(env)._asdict(),
        "copyright": f"© {re.split('。|[.] ', config.copyright)[0]}",
        "site": f" ({config.book_url})" if config.book_url else "",
    }
    texts = TEXTS["en" if config.edition == "en" else "zh"]
    return "\\par\n".join(escape(text.format(**facts)) for text in texts)
