"""Can a page be read at all: its encoding, its front matter, the options of its cells.

A page that cannot be read is read as far as it can be: what is wrong is left out, and its lines
keep their numbers.  So a build says what is wrong in one line, and goes on to the other pages.
"""

from __future__ import annotations

import codecs
import re

import yaml

from book._ext.languages.parity import Problem, figure_of, parse

MATTER = "{file_format: mystnb, kernelspec: {name: python3}}"
WANTED = (
    "the page must open with front matter that has `file_format: mystnb` and "
    "`kernelspec: {name: python3}`, as gradient.md does"
)
EMPTY = f"---\n{MATTER}\n---\n\n# {{zh}}`空页`{{en}}`Empty page`\n"
NO_TITLE = "# {zh}`无题`{en}`Untitled`"
NO_FIGURE = (
    "`mystnb` in the head of a cell is a `figure` with `name` and `caption`, as in gradient.md"
)
CONTROL = re.compile(r"[\0\a\b\t\f\r\v\x1b]")  # of \alpha, say, YAML makes the sign \a, and lpha
ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\[0abefrtv]")
CELL = re.compile(r"\{code-cell\}.*")


def read(raw: bytes) -> tuple[str, list[Problem]]:
    """Return the text of a page, mended where it cannot be read, and what had to be mended."""
    text, problems = _decode(raw)
    if not text.strip() or "\0" in text:  # zero bytes are UTF-16's
        said = (
            "the page is empty: write it as CONTRIBUTING.md shows, or take it out of the contents"
        )
        return EMPTY, problems or [Problem(1, said)]
    text, of_matter = _read_front_matter(text)
    text, of_cells = _read_cells(text)
    text, of_title = _read_title(text)
    return text, problems or sorted(of_matter + of_cells) or of_title


def _decode(raw: bytes) -> tuple[str, list[Problem]]:
    problems = []
    if raw.startswith(codecs.BOM_UTF8):
        raw = raw.removeprefix(codecs.BOM_UTF8)
        problems.append(
            Problem(1, "the page opens with a byte order mark: save it as UTF-8 without one")
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        byte = f"the byte 0x{raw[error.start]:02X} is not UTF-8"
        problems.append(Problem(line, f"{byte}: save the page as UTF-8"))
        text = raw.decode("utf-8", "replace")
    return text.replace("\r\n", "\n"), problems


def _read_front_matter(text: str) -> tuple[str, list[Problem]]:
    lines = text.split("\n")
    ends = [place for place, line in enumerate(lines) if place and line.startswith("---")]
    if not lines[0].startswith("---"):
        return _without_cells(text), [Problem(1, WANTED)]
    if not ends:
        lines[0] = ""
        unclosed = "the front matter has no end: close it with a line `---`"
        return _without_cells("\n".join(lines)), [Problem(1, unclosed)]
    matter, problem = _read_yaml("\n".join(lines[1 : ends[0]]), 2, "the front matter")
    kernel = matter.get("kernelspec")
    named = isinstance(kernel, dict) and kernel.get("name") == "python3"
    if problem is None and not (named and matter.get("file_format") == "mystnb"):
        problem = Problem(1, WANTED)
    if problem is None:
        return text, []
    if ends[0] == 1:
        return _without_cells("\n".join(["", "", *lines[2:]])), [problem]
    lines[1 : ends[0]] = [MATTER, *[""] * (ends[0] - 2)]
    return "\n".join(lines), [problem]


def _without_cells(text: str) -> str:
    """Let cells be plain code: without front matter a page has none."""
    return CELL.sub("", text)


def _read_cells(text: str) -> tuple[str, list[Problem]]:
    lines, problems = text.split("\n"), []
    for token in parse(text):
        if token.type == "fence" and not token.level and CELL.match(token.info) and token.map:
            first = token.map[0] + 1  # counted from 0, the line below the fence
            start, options = _options(lines[first : token.map[1] - 1])
            line = first + start + 1
            found, problem = _read_yaml("\n".join(options), line, "the head of the cell")
            if problem is None and _has_odd_figure(found):
                rows = (n for n, row in enumerate(options, line) if "mystnb" in row)
                problem = Problem(next(rows, line), NO_FIGURE)
            if problem is not None:
                problems.append(problem)
                height = len(options) + 2 * start
                lines[first : first + height] = [""] * len(lines[first : first + height])
    return "\n".join(lines), problems


def _read_title(text: str) -> tuple[str, list[Problem]]:
    """Give a page that has no title one, below its front matter, so that contents can list it."""
    tokens = parse(text)
    if any(token.tag == "h1" and not token.level for token in tokens):
        return text, []
    front = tokens[0].map[1] if tokens and tokens[0].type == "front_matter" and tokens[0].map else 0
    lines = text.split("\n")
    lines[front : front + 1] = [NO_TITLE]
    said = "the page has no title: write one, `# {zh}`题目`{en}`A title``, and a (label)= above it"
    return "\n".join(lines), [Problem(front + 1, said)]


def _options(cell: list[str]) -> tuple[int, list[str]]:
    """Return the lines of a cell that hold its options, and how many stand above them."""
    fenced = bool(cell) and cell[0].startswith("---")
    options = []
    for line in cell[1:] if fenced else cell:
        if line.startswith("---") if fenced else not line.lstrip().startswith(":"):
            break
        options.append(line if fenced else line.lstrip()[1:])
    return int(fenced), options


def _has_odd_figure(options: dict[str, object]) -> bool:
    mystnb = options.get("mystnb", {})
    return not isinstance(mystnb, dict) or ("figure" in mystnb and not figure_of(options))


def _joined(value: object) -> str:
    """Return all the text in what YAML gave."""
    if isinstance(value, dict | list):
        return "".join(map(_joined, value.values() if isinstance(value, dict) else value))
    return str(value)


def _read_yaml(text: str, line: int, what: str) -> tuple[dict[str, object], Problem | None]:
    """Read keys and values that start in a line of the page."""
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = " ".join(str(getattr(error, "problem", None) or error).split())
        at = line + (min(mark.line, text.count("\n")) if mark else 0)
        return {}, Problem(at, f"{what} is not YAML, mend or quote it: {reason}")
    slip = next((n for n, row in enumerate(text.split("\n")) if ESCAPE.search(row)), None)
    if slip is not None and CONTROL.search(_joined(found)):
        said = f"{what} has a single backslash between double quotes: write two"
        return {}, Problem(line + slip, said)
    if found is not None and not isinstance(found, dict):
        return {}, Problem(line, f"{what} must be lines `key: value`, as in gradient.md")
    return found or {}, None
