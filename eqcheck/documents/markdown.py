r"""Reads Markdown: displays, and what fences or comments say of them.

Fences are those of MyST, ``{symbols}``, ``{check} label`` and ``{math}``; HTML comments that begin
with the same words show nothing on GitHub, in Quarto or in Jupyter Book.  A display is
``$$ … $$ (label)``, ``$$ … $$ {#label}``, an environment such as ``\begin{align}``, or a fence
``math``.  Code is passed over.
"""

from __future__ import annotations

import re
from itertools import takewhile

from .blocks import Place
from .captions import caption_of, unquoted
from .causes import Cause
from .document import Document
from .reading import Reading, Source, indent_of
from .rules import PLAIN, Rules

_LITERAL = (  # what no formula stands in, of MyST and of Quarto
    *("code", "code-block", "code-cell", "sourcecode", "parsed-literal", "literalinclude", "raw"),
    *("doctest", "testcode", "testsetup", "testoutput", "eval-rst", "values", "answer", "toctree"),
    *("python", "r", "julia", "javascript", "ojs", "bash", "sh", "sql", "html", "css"),
    *("dot", "graphviz", "mermaid", "tikz", "plantuml", "bibliography", "image", "include"),
)
_MARK = re.compile(
    r"""^(?P<indent>[ \t>]*)(?P<fence>`{3,}(?=[^`\n]*$)|~{3,}|:{3,})[ \t]*(?P<info>[^\n]*)$
      | (?P<comment><!--)
      | ^[ \t>]*(?P<environment>\\begin\{(?P<name>(?:equation|align|alignat|gather|multline|flalign
            |eqnarray)\*?)\})
      | (?P<escape>\\.)
      | (?P<code>`+)
      | (?P<display>\$\$)
      | (?P<formula>\$(?=[^\s$]))""",
    re.VERBOSE | re.MULTILINE,
)
# At the margin: prose, a heading, a display, or a comment, before which lists end; no item of one.
_ENDS_LISTS = re.compile(r"(?!\w{1,5}[.)]\s)(?:[^\W\d_]{2}|[^\W\d_]\s|[#$\\]|<!--|-->)")
_QUOTES = re.compile(r"[ \t>]*")
_LABEL = re.compile(r"[ \t]*(?:\(([^()\s]+)\)|\{#([^}\s]+)[^}]*\})")
_INFO = re.compile(r"\{([^}\s]*)\}[ \t]*(.*)")
_FORMULA = re.compile(r"\$((?:[^$\\\n]|\\.|\n(?![ \t]*\n))*?[^\s\\$]|[^\s\\$])\$(?!\d)", re.DOTALL)


def read_markdown(
    text: str, file: str, *, rules: Rules = PLAIN, cell: int = 0, first: int = 1
) -> Document:
    r"""Return the document that a Markdown text is.

    Parameters
    ----------
    text : str
        The Markdown.
    file : str
        What it is called in places.
    rules : Rules, optional
        What is asked of meanings.
    cell, first : int, optional
        Of which cell of a notebook it is, and the number of its first line.

    Examples
    --------
    >>> text = "<!-- symbols\nx : R\n-->\n$$\nx + x = 2 x\n$$ (eq-x)\n"
    >>> [type(block).__name__ for block in read_markdown(text, "notes.md").blocks]
    ['Symbols', 'Display']
    """
    reader = _Markdown(Source(text, file, cell=cell, first=first), rules)
    reader.read()
    return reader.reading.document()


class _Markdown:
    """Walks over the marks of a text; what stands between them is prose."""

    def __init__(self, source: Source, rules: Rules) -> None:
        self.source, self.text = source, source.text
        self.reading = Reading(source.file, rules)
        self.open: list[tuple[str, Place]] = []  # fences whose content is text
        self.parted: Place | None = None  # the first display with an empty line: if it is one

    def read(self) -> None:
        at = self._front_matter()
        while (mark := _MARK.search(self.text, at)) is not None:
            at = self._take(mark)
        for fence, place in self.open:
            self._fault(place, f"the fence {fence} is never closed; end it with a line {fence}")

    def _take(self, mark: re.Match[str]) -> int:
        """Take in what a mark begins; return where to read on."""
        if self._is_indented_code(mark):
            end = self.text.find("\n", mark.end())
            return len(self.text) if end < 0 else end
        if mark["fence"]:
            return self._fence(mark)
        if mark["comment"]:
            return self._comment(mark)
        if mark["environment"]:
            return self._environment(mark)
        if mark["code"]:
            return self._code(mark)
        if mark["display"]:
            return self._display(mark)
        if mark["formula"]:
            return self._formula(mark.start())
        return mark.end()

    def _fault(self, place: Place, message: str) -> None:
        self.reading.faults.append(Cause(message, place))

    def _inside(self, mark: re.Match[str], start: int, end: int) -> str:
        """Return what a mark begins as it reads within the block quotes that it stands in."""
        line = self.text.rfind("\n", 0, mark.start()) + 1
        quotes = _QUOTES.match(self.text, line)
        depth = quotes[0].count(">") if quotes else 0
        quote = rf"^(?:[ \t]*>){{0,{depth}}}"
        return re.sub(quote, "", self.text[start:end], flags=re.MULTILINE)

    def _is_indented_code(self, mark: re.Match[str]) -> bool:
        """Tell whether a mark stands in a block that is code by its indentation alone.

        In a list, or in what extensions indent, it may be a part of that: where one may be open,
        it is read as text.
        """
        start = self.text.rfind("\n", 0, mark.start()) + 1
        if self.open or not _is_code_wide(self.text[start : mark.end()]):
            return False
        is_below_empty = False
        above = iter(reversed(self.text[:start].splitlines()))
        for line in above:
            if not line.strip():
                is_below_empty = True
            elif not _is_code_wide(line):
                block = [line, *takewhile(str.strip, above)]
                return is_below_empty and all(map(_ENDS_LISTS.match, block))
            else:
                is_below_empty = False
        return True

    # -------------------------------------------------------------- fences

    def _fence(self, mark: re.Match[str]) -> int:
        fence, info, place = mark["fence"], mark["info"].strip(), self.source.place(mark.end())
        closes = self.open and not info and fence[0] == self.open[-1][0][0]
        if closes and len(fence) >= len(self.open[-1][0]):
            self.open.pop()
            return mark.end()
        named = _INFO.fullmatch(info)
        name, argument = (named[1], named[2].strip()) if named else ("", "")
        if _is_text(fence, name):
            self.open.append((fence, place))
            return mark.end()
        end = re.compile(rf"^[ \t>]*{fence[0]}{{{len(fence)},}}[ \t]*$", re.MULTILINE)
        closing = end.search(self.text, mark.end())
        if closing is None:
            self._fault(place, f"the fence {fence} is never closed; end it with a line {fence}")
            return len(self.text)
        content = self._inside(mark, mark.end() + 1, closing.start()).splitlines()
        if info == "math":
            self.reading.display(place, "\n".join(content))
        elif name == "symbols":
            self.reading.symbols(place.below(1), content, argument)
        elif name == "check":
            self.reading.check(place, argument, enumerate(content, place.line + 1))
        elif name == "math":
            self._math(place, argument, content)
        elif name == "code-cell":
            number, caption = caption_of(content)
            for formula in _FORMULA.finditer(caption):
                self.reading.formula(place.below(1 + number), formula[1])
        return closing.end()

    def _math(self, place: Place, argument: str, content: list[str]) -> None:
        """Take in a MyST directive: options, with or without lines of dashes, and the formula."""
        options = {}
        lines = [argument, *content]
        for number, line in enumerate(content, start=1):
            option = re.fullmatch(r"\s*:?(label|name|nowrap|class|enumerated):\s*(.*)", line)
            if option:
                options[option[1]] = option[2].strip()
            elif line.strip() not in ("", "---"):
                break
            lines[number] = ""
        label = options.get("label") or options.get("name", "")
        self.reading.display(place, "\n".join(lines), label)

    # -------------------------------------------------------------- within lines

    def _comment(self, mark: re.Match[str]) -> int:
        end = self.text.find("-->", mark.end())
        if end < 0:
            place = self.source.place(mark.start())
            self._fault(place, "this comment is never closed; end it with -->")
            return len(self.text)
        inside = self._inside(mark, mark.end(), end)
        start = mark.end() + len(inside) - len(inside.lstrip())
        if inside.strip():
            self.reading.comment(self.source.place(start), inside.strip().splitlines())
        return end + len("-->")

    def _environment(self, mark: re.Match[str]) -> int:
        start = mark.start("environment")
        closing = self.text.find(f"\\end{{{mark['name']}}}", start)
        if closing < 0:
            message = f"{mark['environment']} is never closed; end it with \\end{{{mark['name']}}}"
            self._fault(self.source.place(start), message)
            return mark.end()
        end = closing + len(f"\\end{{{mark['name']}}}")
        self.reading.display(self.source.place(start), self._inside(mark, start, end))
        return end

    def _code(self, mark: re.Match[str]) -> int:
        """Pass over code; in a role, as a title may have, formulas are formulas."""
        ticks = mark["code"]
        end = re.compile(rf"(?<!`){ticks}(?!`)").search(self.text, mark.end())
        if end is None or "\n\n" in self.text[mark.end() : end.start()]:
            return mark.end()
        before = self.text[max(0, mark.start() - 12) : mark.start()]
        if before.endswith("{math}") or self._is_in_dollars(mark, end):
            start = mark.end()
            self.reading.formula(self.source.place(start), self.text[start : end.start()])
        elif before.endswith("}"):
            for formula in _FORMULA.finditer(self.text, mark.end(), end.start()):
                self.reading.formula(self.source.place(formula.start()), formula[1])
        return end.end()

    def _is_in_dollars(self, mark: re.Match[str], end: re.Match[str]) -> bool:
        """Tell whether code is a formula as GitHub has it, with ticks within dollars."""
        before, behind = mark.start() - 1, end.end()
        return self.text[before : before + 1] == "$" == self.text[behind : behind + 1]

    def _display(self, mark: re.Match[str]) -> int:
        end = self.text.find("$$", mark.end())
        place = self.source.place(mark.start())
        if end < 0:
            other = f", or that of line {self.parted.line}" if self.parted else ""
            self._fault(place, f"this $$ is never closed{other}; end the display with $$")
            return len(self.text)
        if self.parted is None and re.search(r"\n[ \t>]*\n", self.text[mark.end() : end]):
            self.parted = place
        label = _LABEL.match(self.text, end + 2)
        named = (label[1] or label[2]) if label else ""
        self.reading.display(place, self._inside(mark, mark.end(), end), named)
        return label.end() if label else end + 2

    def _formula(self, start: int) -> int:
        formula = _FORMULA.match(self.text, start)
        if formula is None or "`" in formula[1][:1]:
            return start + 1
        self.reading.formula(self.source.place(start), formula[1])
        return formula.end()

    # -------------------------------------------------------------- the front matter

    def _front_matter(self) -> int:
        """Take in the conditions that the front matter lists; return where it ends."""
        matter = re.match(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)", self.text, re.DOTALL)
        if matter is None:
            return 0
        listed = re.search(r"^conditions:[ \t]*(?:\[\])?\n((?:[ \t]*-[ \t].*\n)*)", matter[0], re.M)
        if listed:
            self.reading.conditions = {}
            for item in re.finditer(r"^[ \t]*-[ \t]+(.+)$", listed[1], re.MULTILINE):
                place = self.source.place(listed.start(1) + item.start())
                self.reading.condition(place, unquoted(item[1].strip()))
        return matter.end()


def _is_code_wide(line: str) -> bool:
    """Tell whether a line is indented as code is."""
    return indent_of(line.expandtabs(4)) >= 4


def _is_text(fence: str, name: str) -> bool:
    """Tell whether what stands in a fence is text, in which formulas are formulas.

    Without a name in braces, a fence of backticks is code, and one of colons a part of the text.
    """
    if name in ("symbols", "check", "math", *_LITERAL):
        return False
    return bool(name) or fence[0] == ":"
