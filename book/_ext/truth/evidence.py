"""What readers are told of an equation's check, in both languages; on paper it is a line.

How it was run is told by ``eqcheck.sphinx``, in words of one language; these are the book's two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from docutils import nodes

from book._ext.languages.bilingual import EDITIONS, LANG, say
from eqcheck.sphinx.nodes import equation_evidence
from eqcheck.sphinx.words import FoundResult, Table, Words, format_error, mark_of, plain


class English(Words):
    """The English of the book."""

    classes: ClassVar[tuple[str, ...]] = ("en", f"language-{LANG['en']}")
    PLACES: ClassVar[Table] = {**Words.PLACES, "exercise": "Symbols of this exercise"}


class Chinese(Words):
    """The Chinese of the book."""

    tag: ClassVar[str] = LANG["zh"]
    classes: ClassVar[tuple[str, ...]] = ("zh", f"language-{LANG['zh']}")
    STATES: ClassVar[Table] = {
        "checked": "已验算",
        "wrong-as-expected": "确有错误",
        "definition": "定义",
        "notation": "记号",
        "model": "模型假设",
    }
    RESTATED: ClassVar[str] = "代码照公式写成"
    RESTATED_IN_TABLE: ClassVar[str] = "照公式写成"
    FAILED: ClassVar[Table] = {  # authors see these in the preview; a build that finds one fails
        "wrong": "没有通过验算：",
        "refused": "公式无法执行：",
        "survived": "改错的写法与所列的不符：",
        "unbound": "公式没有验算：",
    }
    DONE: ClassVar[Table] = {
        "identity": "等号两边分别计算，在 {draws} 组随机取值上结果一致",
        "code": "公式与代码分别计算，在 {draws} 组随机取值上结果一致",
        "bound": "在 {draws} 组随机取值上都成立",
        "optimality": "在 {draws} 组随机取值上，所给之处满足最优的条件，附近也没有更好的",
        "limit": "在 {draws} 组随机取值上，两边的差以应有的快慢趋于零",
        "distribution": "在 {draws} 组随机取值上，照公式和照代码抽出的数一致",
    }
    RESTATES: ClassVar[str] = (
        "代码就是照这个公式写的：两者在 {draws} 组随机取值上一致，"
        "只说明代码没有写错，并不能证明公式"
    )
    KINDS: ClassVar[Table] = {
        "identity": "等式两边",
        "bound": "不等式",
        "code": "公式与代码",
        "optimality": "最优性",
        "limit": "极限",
        "distribution": "分布",
        "definition": "定义",
        "notation": "记号",
        "model": "模型假设",
    }
    IMPOSSIBLE: ClassVar[tuple[str, ...]] = (
        r"\1 × \2 的矩阵加标量",
        r"\1 × \2 的矩阵与 \4 × \5 的矩阵，形状不合",
        "奇异矩阵没有逆",
        "求导的式子里没有求导的变量",
        "有记号没有定义",
        "所给之处不满足约束条件",
        r"函数有 \1 个自变量，只给了 \2 个",
    )
    PLACES: ClassVar[Table] = {
        "page": "本页的记号",
        "opening": "本页开头的记号",
        "section": "本节的记号",
        "exercise": "本题的记号",
    }
    COLUMNS: ClassVar[tuple[str, ...]] = ("记号", "取值范围", "含义")
    HEADINGS: ClassVar[tuple[str, ...]] = ("公式", "种类", "状态", "误差", "取样", "变体")
    ERROR: ClassVar[str] = "误差"
    BETWEEN: ClassVar[str] = "；"
    SIDES: ClassVar[Table] = {  # the words of a counterexample
        "with ": "取 ",
        ": ": "：",
        "left ": "左边为 ",
        ", right ": "，右边为 ",
        "formula ": "公式得 ",
        ", code ": "，代码得 ",
        "at the candidate ": "所给之处为 ",
        ", nearby ": "，附近为 ",
        ", in ": "，对于 ",
    }

    def failed(self, result: FoundResult) -> str:
        """Return the name of a state that is to mend."""
        return "未通过"

    def used(self, uses: int) -> str:
        """Say how many executed formulas use a definition."""
        return f"，{f'有 {uses} 项' if uses else '没有'}验算用到"

    def label(self, result: FoundResult) -> str:
        """Return the name of a mark that opens, for those who cannot see it."""
        return f"{self.state(result)}：详情"

    def sentences(self, first: str, second: str) -> str:
        """Return two sentences, of which the first has no full stop."""
        return f"{first}。{second}"

    def caught(self, mutants: int, killed: int) -> str:
        """Say how many of the wrong versions were caught; this ends a sentence."""
        rest = mutants - killed
        if not mutants:
            return "。"
        if rest:
            return f"；故意改动的 {mutants} 种写法识破了 {killed} 种，其余 {rest} 种同样成立。"
        return f"；故意改错的 {mutants} 种写法全部被识破。"

    def impossible(self, reason: str) -> str:
        """Say that a formula cannot be executed."""
        return f"无法计算：{reason}。"

    def not_always(self) -> str:
        """Say that a relation fails which has no error."""
        return "式中的关系并不总成立。"

    def differ(self, error: str) -> str:
        """Say how far the sides are apart."""
        return f"在随机取值上，两边的相对差达到 {error}。"

    def counterexample(self, shown: str) -> str:
        """Say on which values the sides differ."""
        shown = re.sub("^in ", "对于 ", plain(shown))
        for english, chinese in self.SIDES.items():
            shown = shown.replace(english, chinese)
        return f"{shown}。"

    def drawn(self, sizes: str) -> str:
        """Say with which sizes values were drawn."""
        return f"取值的大小：{sizes}"

    def relative(self, error: str, rounding: bool) -> str:
        """Say how large the relative error is, and whether that is rounding alone."""
        return f"相对误差 {error}{'（舍入误差）' * rounding}"


VOICES: Mapping[str, Words] = {"zh": Chinese(0), "en": English(1)}  # as authors write them


def voices_of(edition: str) -> Sequence[Words]:
    """Return the words of the languages of an edition."""
    return [VOICES[language] for language in EDITIONS[edition]]


def summary(result: Mapping[str, Any], edition: str) -> str:
    """Return the one line under an equation, state and error, in the languages of an edition."""
    voices = voices_of(edition)
    state = " ".join([mark_of(result), *(words.state(result) for words in voices)])
    # a limit holds or fails by its rate of convergence: there is no single error to show
    error = "" if result["kind"] == "limit" else format_error(result["error"])
    return f"{state} · {' '.join(words.ERROR for words in voices)} {error}" if error else state


def visit_evidence_latex(self: Any, node: equation_evidence) -> None:
    """Write a small line at the right margin."""
    result, edition = node["result"], self.config.edition
    mark, _, words = summary(result, edition).partition(" ")
    if result["state"] == "wrong-as-expected" and result["error"] is None:
        words += " · " + say(edition, "无法执行", "cannot be executed")
    self.body.append(rf"\evidence{{\evidencemark{{{mark}}} {self.encode(words)}}}" + "\n")
    raise nodes.SkipNode
