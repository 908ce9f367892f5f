"""Figures that move: sliders below a picture, and a sentence, which say the frame that is shown.

The cell has executed all frames (see ``dlref.figures.explore``).  The page shows the first, which
is all that paper and readers without scripts get, with its values; the others are data, one script
for each variant of the figure, loaded by ``explore.js`` when a reader comes to the sliders.  What
the caption says of the frames is evaluated in each of them (see ``truth.claims``).
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence
from math import floor, inf, log10, prod
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.util import logging

from book._ext.languages.bilingual import spoken_nodes
from book._ext.languages.parity import sliders_of
from book._ext.site.figures import SVG, keep_beside
from book._ext.truth.cells import cells_with_outputs, verdicts_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

    from book._ext.truth.claims import Verdict

POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALL, LARGE = 1e-3, 1e5  # beyond these a number is written with a power of ten
DIGITS = re.compile(r"^[^1-9]*(?=\d)|\D")  # what is not a digit that counts
Key = tuple[str, str]  # kind and expression of what is said
logger = logging.getLogger(__name__)


class moving_figure(nodes.General, nodes.Element):  # noqa: N801 (docutils nodes are lower case)
    """A picture with what belongs to its frames; ``data`` and ``narrow`` are files of them."""


class slider(nodes.General, nodes.Element):  # noqa: N801
    """What sets a parameter: its name, in words and as a symbol, and its value.

    It has ``last + 1`` values, and is ``at`` one of them, ``text``, first.
    """


class slider_value(nodes.General, nodes.Inline, nodes.TextElement):  # noqa: N801
    """The value that a slider has, in words."""


class said_of_frame(nodes.legend):  # noqa: N801
    """The sentence that belongs to a frame."""


class said_part(nodes.General, nodes.Inline, nodes.TextElement):  # noqa: N801
    """A number or words of it; ``number`` leads to its values, ``hidden`` if not said first."""


# ------------------------------------------------------------------ numbers as readers see them


def written(value: float, digits: int = 4) -> str:
    """Return a number with at most so many digits that count.

    >>> written(0.05), written(-1234.5), written(3.2e-7), written(float("inf"))
    ('0.05', '−1,234', '3.2 × 10⁻⁷', '∞')
    """
    size = abs(value)
    if size == inf:
        text = "∞"
    elif size and not SMALL <= size < LARGE:
        mantissa, _, power = f"{size:.{digits - 1}e}".partition("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        ten = f"10{str(int(power)).translate(POWERS)}"
        text = ten if mantissa == "1" else f"{mantissa} × {ten}"
    else:
        text = f"{float(f'{size:.{digits}g}'):,}".removesuffix(".0")
    return "−" + text if value < 0 else text


def like(literal: str, value: float) -> str:
    """Return a number as an author has written another: as a percentage, whole, or with decimals.

    What is much smaller keeps as many digits that count, and what is large loses decimals.

    >>> like("12%", 0.346), like("7", 12.4), like("0.25", 0.01), like("0.25", 840)
    ('35%', '12', '0.010', '840')
    """
    decimals, digits = len(literal.rstrip("%").partition(".")[2]), len(DIGITS.sub("", literal))
    if literal.endswith("%"):
        return f"{100 * value:.{decimals}f}%".replace("-", "−")
    size = abs(value)
    if size and not SMALL <= size < LARGE:
        return written(value, digits)
    whole = not decimals and (size >= 10 or size == int(size))
    if size and not whole:
        counting = (digits if decimals else 2) - 1 - floor(log10(size))
        decimals = max(counting, 0 if size >= 100 else decimals)
    return f"{value:,.{decimals}f}".replace("-", "−")


def said_in_frames(verdict: Verdict, first: int) -> list[Any]:
    """Return what is said in each frame: a number as text, of words whether they are true."""
    if verdict.kind == "fact":
        return [int(true) for true in verdict.each]
    texts = [like(verdict.words, value) for value in verdict.each]
    return [verdict.words if text == texts[first] else text for text in texts]


# ------------------------------------------------------------------ reading


def arrange(app: Sphinx, doctree: nodes.document) -> None:
    """Put the sliders and the sentence of each figure that moves below its picture."""
    docname = app.env.docname
    lines = app.env.metadata[docname].get("source_map", [])
    for cell, outputs in cells_with_outputs(app, doctree):
        about = next((found for output in outputs if (found := _frames_of(output))), None)
        figure = next(cell.findall(nodes.figure), None)
        if not about or figure is None:
            continue
        line, named = lines[cell["cell_index"]], sliders_of(cell["cell_metadata"])
        if list(named) != list(about["grid"]):
            said = f"the figure moves by {', '.join(about['grid'])}: name them under `explore`"
            logger.warning("%s", said, location=(docname, line), type="explore")
            continue
        verdicts = [v for v in verdicts_of(app, docname) if v.each and v.line == line]
        _arrange(app, named, figure, about, verdicts)


def _frames_of(output: dict[str, Any]) -> dict[str, Any] | None:
    about = cast("dict[str, Any]", output.get("metadata", {}).get(SVG, {}))
    return about if "frames" in about else None


def _arrange(
    app: Sphinx,
    named: dict[str, list[str]],
    figure: nodes.figure,
    about: dict[str, Any],
    verdicts: Sequence[Verdict],
) -> None:
    first = about["first"]
    said = {(v.kind, v.expression): said_in_frames(v, first) for v in verdicts}
    texts = [[written(value) for value in values] for values in about["grid"].values()]
    image = next(i for i in figure.findall(nodes.image) if i["uri"].endswith(".svg"))
    moving = moving_figure()
    for name, key in (("data", "frames"), ("narrow", "narrow_frames")):
        if key in about:
            svg, changes = about[key]
            data = {"svg": svg, "changes": changes, "sliders": texts, "said": [*said.values()]}
            moving[name] = keep_beside(app, image["uri"], _as_script(data), "js")
    picture = figure.children[0]
    figure.remove(picture)
    moving += picture
    for name, values, stride in zip(about["grid"], texts, _strides(texts), strict=True):
        at = first // stride % len(values)
        ids = [f"{figure['ids'][0]}-{name}"]
        turned = slider(ids=ids, last=len(values) - 1, at=at, text=values[at])
        moving += _named(turned, named[name], app.config.edition)
    for legend in list(figure.findall(nodes.legend)):
        figure.remove(legend)
        sentence = said_of_frame("", *legend.children)
        moving += sentence
        for node in list(sentence.findall(nodes.inline)):
            _bind(node, said, first)
    figure.insert(0, moving)


def _strides(values: Sequence[Sequence[str]]) -> list[int]:
    """Return how many frames a step of each parameter skips."""
    return [prod(map(len, values[place:])) for place in range(1, len(values) + 1)]


def _named(node: slider, words: Sequence[str], edition: str) -> slider:
    """Name a slider in the languages of the edition, and by its symbol."""
    symbol, *names = words
    node += spoken_nodes(edition, *names)
    node += [nodes.Text(" "), nodes.math(symbol, symbol), nodes.Text(" ")]
    node += slider_value(text=f"= {node['text']}", ids=node["ids"])
    return node


def _bind(node: nodes.inline, said: dict[Key, list[Any]], first: int) -> None:
    """Let a number or words of a sentence be those of the frame that is shown."""
    if "claim" not in node:
        return
    kind, _, expression = node["claim"]
    if (kind, expression) in said:
        number = list(said).index((kind, expression))
        part = said_part("", "", number=number, hidden=said[kind, expression][first] == 0)
        part += node.children
        node.replace_self(part)


def _as_script(data: dict[str, Any]) -> str:
    """Return data of frames as a script, which a page loads from a file, too."""
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"document.currentScript.figure={packed};\n"


# ------------------------------------------------------------------ writing


def visit_moving(self: HTML5Translator, node: moving_figure) -> None:
    """Open a figure that moves; in an EPUB it does not."""
    if self.builder.name == "epub":
        return
    narrow = f' data-narrow="{_address(self, node["narrow"])}"' if "narrow" in node else ""
    self.body.append(f'<div class="explore" data-explore="{_address(self, node["data"])}"{narrow}>')


def _address(self: HTML5Translator, uri: str) -> str:
    name = self.builder.images[uri] = self.builder.env.images[uri][1]
    return posixpath.join(self.builder.imgpath, name)


def depart_moving(self: HTML5Translator, node: moving_figure) -> None:
    """Close it, and ask, once in a page, for the script that moves it."""
    if self.builder.name == "epub":
        return
    up = "../" * self.builder.current_docname.count("/")
    tag = f'<script src="{up}_static/explore.js?v=0" defer></script>\n'
    self.body += ["" if tag in self.body else tag, "</div>\n"]


def visit_slider(self: HTML5Translator, node: slider) -> None:
    """Open a slider with its name."""
    epub = self.builder.name == "epub"
    self.body.append('<p class="slider">' + ("" if epub else f'<label for="{node["ids"][0]}">'))


def depart_slider(self: HTML5Translator, node: slider) -> None:
    """Write what is moved, once the script is there."""
    if self.builder.name != "epub":
        self.body.append(
            f'<input type="range" id="{node["ids"][0]}" min="0" max="{node["last"]}" '
            f'value="{node["at"]}" aria-valuetext="{node["text"]}" autocomplete="off" disabled>'
        )
    self.body.append("</p>\n")


def visit_value(self: HTML5Translator, node: slider_value) -> None:
    """Close the name, and open the value."""
    if self.builder.name != "epub":
        self.body.append(f'</label><output for="{node["ids"][0]}">')


def depart_value(self: HTML5Translator, node: slider_value) -> None:
    """Close the value."""
    if self.builder.name != "epub":
        self.body.append("</output>")


def visit_said(self: HTML5Translator, node: said_of_frame) -> None:
    """Open the sentence; a change of it is spoken."""
    self.body.append('<div class="said" aria-live="polite">')


def depart_said(self: HTML5Translator, node: said_of_frame) -> None:
    """Close the sentence."""
    self.body.append("</div>\n")


def visit_part(self: HTML5Translator, node: said_part) -> None:
    """Open what changes in a sentence; what is not true of the first frame waits."""
    if self.builder.name == "epub" and node["hidden"]:
        raise nodes.SkipNode
    hidden = " hidden" if node["hidden"] else ""
    self.body.append(f'<span data-said="{node["number"]}"{hidden}>')


def depart_part(self: HTML5Translator, node: said_part) -> None:
    """Close it."""
    self.body.append("</span>")


def enter(self: Any, node: nodes.Element) -> None:
    """Enter a node on paper, but for what is not true of the first frame."""
    if node.get("hidden"):
        raise nodes.SkipNode


def leave(self: Any, node: nodes.Element) -> None:
    """Leave it."""


def enter_line(self: Any, node: nodes.Element) -> None:
    """Open a line of a legend."""
    self.visit_legend(node)


def leave_line(self: Any, node: nodes.Element) -> None:
    """Close it."""
    self.depart_legend(node)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the nodes, and arrange figures once their variants are kept."""
    html_and_paper: dict[type[nodes.Element], tuple[Any, Any]] = {
        moving_figure: ((visit_moving, depart_moving), (enter, leave)),
        slider: ((visit_slider, depart_slider), (enter_line, leave_line)),
        slider_value: ((visit_value, depart_value), (enter, leave)),
        said_of_frame: ((visit_said, depart_said), (enter_line, leave_line)),
        said_part: ((visit_part, depart_part), (enter, leave)),
    }
    for node, (html, paper) in html_and_paper.items():
        app.add_node(node, html=html, epub=html, latex=paper)
    app.connect("doctree-read", arrange, priority=600)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": False,
    }
