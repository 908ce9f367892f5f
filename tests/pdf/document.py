"""What a typeset book holds, as poppler's tools see it, and what is wrong in LaTeX's log."""

from __future__ import annotations

import re
import subprocess
import zlib
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
HEAD, FOOT = 0.06, 0.91  # of a page's height: the header, and the page number
WIDEST_OVERFULL = 1.0  # points: less than anyone sees

OVERFULL = re.compile(r"^Overfull \\[hv]box \(([\d.]+)pt too .*", re.MULTILINE)
COMPLAINTS = (
    re.compile(r"^Missing character: .*", re.MULTILINE),
    re.compile(r"^(?:LaTeX|Package \S+|Class \S+) (?:Font )?Warning: .*", re.MULTILINE),
)


def faults_in_log(log: str) -> list[str]:
    """Return what LaTeX could not do well: lost glyphs, lines too wide, references undone."""
    wide = [m[0] for m in OVERFULL.finditer(log) if float(m[1]) > WIDEST_OVERFULL]
    return wide + [match for kind in COMPLAINTS for match in kind.findall(log)]


class Document:
    """A PDF."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def text(self) -> str:
        """All text, without any space: lines are broken anywhere in Chinese."""
        return squeezed(self._run("pdftotext", "-"))

    @cached_property
    def facts(self) -> dict[str, str]:
        """Title, author, pages and so on."""
        lines = self._run("pdfinfo").splitlines()
        return {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in lines)}

    @property
    def pages(self) -> int:
        """The number of pages."""
        return int(self.facts["Pages"])

    @cached_property
    def fonts(self) -> list[tuple[str, str, bool]]:
        """The fonts, of what type each is, and whether it is embedded."""
        head, _, *lines = self._run("pdffonts").splitlines()
        start, end = head.index("type"), head.index("encoding")
        return [
            (line.split()[0], line[start:end].strip(), line.split()[-5] == "yes") for line in lines
        ]

    @cached_property
    def outline(self) -> list[str]:
        """The titles of the bookmarks."""
        return [title for _, title in self._bookmarks]

    def titles(self, page: int) -> list[str]:
        """Return the headings of a page, without spaces."""
        return [squeezed(title) for number, title in self._bookmarks if int(number) == page]

    @cached_property
    def _bookmarks(self) -> list[tuple[str, str]]:
        return re.findall(r'<item page="(\d+)">(.*?)</item>', self._structure)

    @cached_property
    def chapters(self) -> list[int]:
        """The pages on which chapters begin: all but the preface stand below a part."""
        start, end = self._structure.index("<outline>"), self._structure.rindex("</outline>")
        outline = ElementTree.fromstring(self._structure[start : end + len("</outline>")])
        preface, *_ = outline.findall("item")
        chapters = [preface, *outline.findall("outline/item")]
        return [int(item.get("page", 0)) for item in chapters]

    def depth(self, page: int) -> float:
        """Return how far down a page its text reaches: 1 is the edge of the paper."""
        return max(self.lines(page))

    def lines(self, page: int) -> dict[float, str]:
        """Return the text of a page between its header and its number, by the height of lines."""
        start = self._structure.index(f'<page number="{page}"')
        content = self._structure[start : self._structure.index("</page>", start)]
        height = float(re.findall(r'height="(\d+)"', content)[0])
        lines: dict[float, str] = {}
        for top, words in re.findall(r'<text top="(\d+)".*?>(.*?)</text>', content):
            if HEAD < (place := int(top) / height) < FOOT:
                lines[place] = lines.get(place, "") + re.sub("<.*?>", "", words)
        return dict(sorted(lines.items()))

    @property
    def links(self) -> int:
        """The number of places to click."""
        return self._structure.count("<a href=")

    @cached_property
    def alternatives(self) -> list[str]:
        """The alternative texts of the figures."""
        found = re.findall(rb"/Span<</Alt<feff([0-9a-f]+)>>>", self._content)
        return [bytes.fromhex(digits.decode()).decode("utf-16-be") for digits in found]

    @cached_property
    def language(self) -> str:
        """The language that the document says it is in."""
        match = re.search(rb"/Lang\s*\(([\w-]+)\)", self._content)
        return match[1].decode() if match else ""

    @cached_property
    def _content(self) -> bytes:
        """All streams, unpacked."""
        streams = re.findall(rb"stream\r?\n(.*?)endstream", self.path.read_bytes(), re.DOTALL)
        return b"\n".join(map(_unpacked, streams))

    @cached_property
    def _structure(self) -> str:
        return self._run("pdftohtml", "-xml", "-i", "-stdout")

    def _run(self, tool: str, *options: str) -> str:
        files = [str(self.path), "-"] if options == ("-",) else [*options, str(self.path)]
        return subprocess.run([tool, *files], capture_output=True, text=True, check=True).stdout


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def squeezed(text: str) -> str:
    """Return a text without spaces."""
    return re.sub(r"\s+", "", text)
