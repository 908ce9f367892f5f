"""The page ``api``: docstrings of ``dlref`` as they stand, and links to them from the pages' code.

Sphinx's own autodoc and napoleon read the docstrings.  Here is what they cannot know: which names
are public, that the text is English in every edition, and where pages use them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

import dlref
from book._ext.languages.bilingual import EDITIONS, LANG
from book._ext.site.highlight import MARKED
from eqcheck.sphinx.house import in_description

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

PAGE = "api"
LEFT_TO_SITE = {
    "zh": (
        "程序包 dlref 的公开名字，按概念的次序列在下面；它们的参数、出处和例子，见本书的网站",
        "。",
    ),
    "en": (
        "Below are the public names of the package dlref, in the order of the concepts; their "
        "parameters, sources and examples are on the site of the book",
        ".",
    ),
}
# Addresses never break: what a name of the page was called before it came to another module.
FORMER_IDS: dict[str, list[str]] = defaultdict(list)
FORMER_IDS["module-dlref.regression"] = ["module-dlref.linear"]
for module, former, names in (
    ("losses", "selection", ["mean_loss"]),
    ("losses", "linear", ["squared_loss"]),
    ("losses", "regression", ["mean_loss", "squared_loss"]),
    ("regression", "linear", ["predict", "training_loss", "training_loss_gradient"]),
    ("regression", "linear", ["add_bias_column", "normal_equations", "least_squares"]),
    ("classification", "functional", ["logsumexp", "log_softmax", "softmax", "softmax_jacobian"]),
    ("classification", "functional", ["cross_entropy", "cross_entropy_gradient"]),
    ("activations", "functional", ["relu", "relu_derivative", "sigmoid", "sigmoid_derivative"]),
    ("activations", "functional", ["tanh_derivative"]),
):
    for name in names:
        FORMER_IDS[f"dlref.{module}.{name}"].append(f"dlref.{former}.{name}")
FORMER_IDS["dlref.selection.prediction_error"].append("dlref.selection.training_error")
DASH = re.compile(r"^(\)?) -- ")
IN_CELLS = re.compile(
    r'(?P<before>\bdlref<span class="o">\.</span>)'
    rf'<span class="{MARKED}">(?P<code>(?P<name>\w+))</span>'
)
# What autodoc wraps though it is all there is, and what looks like the text around it.
PARAMETER = re.compile(r'(<em class="sig-param">)(.*?)(</em>)', re.DOTALL)
WRAPPED = re.compile(
    r"(<(?:li|dd)\b[^>]*>)<p>((?:(?!</?(?:p|li|dd|ul|dl)\b).)*)</p>\s*(?=</)", re.DOTALL
)
PLAIN = re.compile(r'<span class="(?:sig-paren|colon)">(.)</span>')
IN_PROSE = re.compile(
    r'(?P<before>)(?P<code><code class="docutils literal notranslate">'
    r'<span class="pre">(?:dlref\.)?(?P<name>\w+)</span></code>)(?!</a>)'
)


def skip_what_is_not_public(
    app: Sphinx, what: str, name: str, obj: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out functions of a module that ``dlref`` does not export; leave the rest to autodoc."""
    return True if what == "module" and name not in dlref.__all__ else None


def keep_initials(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Keep an author's initial at the start of a line from opening a list: ``W. H. Press``."""
    lines[:] = [re.sub(r"^(\s*[A-Z])\. ", r"\1\\. ", line) for line in lines]


class SetDocstrings(SphinxTransform):
    """Keep former addresses; mark docstrings as English, for screen readers; let a dash be one."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """Go through the summaries of modules, and through the descriptions."""
        for node in self.document.findall(nodes.Element):
            node["ids"] += [old for name in node["ids"] for old in FORMER_IDS.get(name, [])]
        for summary in self.document.findall(nodes.paragraph):
            if "docstring of" in (summary.source or "") and not in_description(summary):
                summary["classes"] += ["en", f"language-{LANG['en']}"]
        for see in list(self.document.findall(addnodes.seealso)):
            title = nodes.title(text="See also")  # else in the language of the edition
            see.replace_self(nodes.admonition("", title, *see.children, classes=["seealso"]))
        for description in self.document.findall(addnodes.desc):
            if in_description(description):
                continue
            description["classes"] += ["en", f"language-{LANG['en']}"]
            for text in list(description.findall(nodes.Text)):
                if DASH.match(text):
                    text.parent.replace(text, nodes.Text(DASH.sub(r"\1 – ", text)))


def leave_to_site(page: nodes.Element, config: Config) -> None:
    """Keep the names on the page ``api``, and say where its sixty pages of docstrings are."""
    section = next(page.findall(nodes.section))
    parts = [child for child in section.children if isinstance(child, nodes.section)]
    names = [_names_of(part, config) for part in parts]
    section.children = [section[0]]
    for language in EDITIONS[config.edition]:
        words, stop = LEFT_TO_SITE[language]
        note = nodes.paragraph(text=words, classes=[f"language-{LANG[language]}"])
        if config.book_url:
            address = f"{config.book_url}/{config.edition}/{PAGE}.html"
            note += [nodes.Text(" "), nodes.reference("", address, refuri=address)]
        note += nodes.Text(stop)
        section += note
    section += nodes.bullet_list("", *names)


def _names_of(part: nodes.section, config: Config) -> nodes.list_item:
    """Return the title of a part of the page, and the names that it describes."""
    title = [child.deepcopy() for child in part[0].children]
    item = nodes.paragraph("", "", nodes.strong("", "", *title))
    mark = ", " if config.edition == "en" else "、"
    for description in part.findall(addnodes.desc):
        if not in_description(description):
            first = len(item) == 1
            item += nodes.Text(("：" if mark == "、" else ": ") if first else mark)
            signature = cast(addnodes.desc_signature, description[0])
            item += nodes.literal(text=signature["fullname"])
    return nodes.list_item("", item)


def unlink(document: nodes.Element, start: str) -> None:
    """Keep the words of links to what is left to the site: their addresses begin with ``start``."""
    for link in list(document.findall(nodes.reference)):
        if link.get("refuri", "").startswith(start):
            unwrap(link)


def unwrap(node: nodes.Node) -> None:
    """Leave what a node holds in its place."""
    place = node.parent.index(node)
    node.parent[place : place + 1] = list(node.children)


def link_code(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Link names of ``dlref`` to their entries: the first in the cells of a page, all in prose."""
    if app.builder.name != "html":
        return
    objects = app.env.domains.python_domain.objects
    entries = {
        name.rpartition(".")[2]: name
        for name, entry in objects.items()
        if entry.docname == PAGE and entry.objtype in ("function", "class", "data")
    }
    linked: set[str] = set()

    def link(match: re.Match[str], *, once: bool) -> str:
        name = match["name"]
        if name not in entries or (once and name in linked) or pagename == PAGE:
            return match["before"] + match["code"]
        linked.add(name)
        address = f"{app.builder.get_relative_uri(pagename, PAGE)}#{entries[name]}"
        return f'{match["before"]}<a class="api" href="{address}">{match["code"]}</a>'

    if doctree is not None:
        body = IN_CELLS.sub(lambda match: link(match, once=True), context["body"])
        context["body"] = IN_PROSE.sub(lambda match: link(match, once=False), body)


def lighten(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Drop elements of the page, the longest of all, that nobody would miss: a quarter of them."""
    if app.builder.name == "html" and pagename == PAGE and "body" in context:
        body = PARAMETER.sub(
            lambda m: m[1] + re.sub("</?span[^>]*>", "", m[2]) + m[3], context["body"]
        )
        context["body"] = PLAIN.sub(r"\1", WRAPPED.sub(r"\1\2", body))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to autodoc and to the pages."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.add_transform(SetDocstrings)
    app.connect("autodoc-process-docstring", keep_initials, priority=600)  # after napoleon
    app.connect("autodoc-skip-member", skip_what_is_not_public)
    app.connect("html-page-context", link_code)
    app.connect("html-page-context", lighten, priority=700)  # when highlight.py is done
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
