"""Code in colours, with an element only where a colour asks for one.

Pygments puts every name, bracket and comma into an element of its own, most of which look like the
text around them: on a page with much code half of all elements.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pygments.formatters import HtmlFormatter
from pygments.style import StyleMeta
from pygments.styles import get_style_by_name
from pygments.token import Generic, Name, Text, _TokenType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

Token = tuple[_TokenType, str]
PACKAGE = "dlref"
OF_PACKAGE, MARKED = Name.Other, "nx"  # what api.py may link, and the class that says so
# Sphinx wraps each word of code once more, to keep it on one line; `css` does so for one.
ONE_WORD = re.compile(r'<(\w+)((?: [\w-]+="[^"]*")*)><span class="pre">([^<]*)</span></\1>')


class Sparing(HtmlFormatter[str]):  # type: ignore[misc]  # Pygments has no types
    """Write code as Pygments does, and what has no colour of its own as plain text."""

    styles: tuple[StyleMeta, ...] = ()

    def format_unencoded(self, tokensource: Iterable[Token], outfile: Any) -> None:
        """Write the code."""
        super().format_unencoded(plain(tokensource, self.styles or (self.style,)), outfile)


def plain(tokens: Iterable[Token], styles: Iterable[StyleMeta]) -> Iterator[Token]:
    """Yield the tokens, as mere text those that look like it; what a session shows stays marked.

    >>> style = get_style_by_name("a11y-high-contrast-light")
    >>> [str(kind) for kind, _ in plain([(Name, "x"), (Generic.Prompt, ">>> ")], [style])]
    ['Token.Text', 'Token.Generic.Prompt']
    """
    styles, before = tuple(styles), ["", ""]
    for kind, value in tokens:
        named = kind in Name and before == [PACKAGE, "."]
        unmarked = OF_PACKAGE if named else Text
        yield (kind if kind in Generic or _is_coloured(kind, styles) else unmarked), value
        before = [before[1], value]


@cache
def _is_coloured(kind: _TokenType, styles: tuple[StyleMeta, ...]) -> bool:
    return any(style.style_for_token(kind) != style.style_for_token(Text) for style in styles)


def spare_elements(app: Sphinx) -> None:
    """Let the site's code be written so, for both of its styles."""
    if app.builder.name == "html":
        names = ("pygments_light_style", "pygments_dark_style")
        chosen = [app.config.html_theme_options.get(name) for name in names]
        styles = tuple(get_style_by_name(name) for name in chosen if name)
        formatter = type("Formatter", (Sparing,), {"styles": styles})
        app.builder.highlighter.formatter = formatter  # type: ignore[attr-defined]


def unwrap_words(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Unwrap the word of an element that holds no other."""
    if app.builder.name == "html":
        for part in {"body", "toc"} & context.keys():
            context[part] = ONE_WORD.sub(_unwrapped, context[part])


def _unwrapped(match: re.Match[str]) -> str:
    tag, attributes, word = match.groups()
    if tag == "code":
        attributes = attributes.replace('class="', 'class="one-word ', 1)
    return f"<{tag}{attributes}>{word}</{tag}>"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Wait until the builder has its highlighter, and api.py has linked the names."""
    app.connect("builder-inited", spare_elements)
    app.connect("html-page-context", unwrap_words, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
