"""What a project decides of its own: a subclass of :class:`House` that ``eqcheck_house`` names.

A project in one language needs none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.errors import ConfigError
from sphinx.util import logging

from ..documents import Place, Rules, functions_of
from .nodes import equation_check, is_within, page_step, symbols_table
from .words import Words

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

KINDS = (symbols_table, nodes.math_block, equation_check, nodes.math, page_step)
logger = logging.getLogger(__name__)


class House:
    """How the formulas of a project are found and run, and what its readers are told of them.

    Methods may be overridden; none keeps anything.
    """

    stylesheets: ClassVar[tuple[str, ...]] = ("eqcheck.css",)

    def rules(self, config: Config) -> Rules:
        """Return what is asked of pages, besides that their formulas hold."""
        return Rules(tuple(config.eqcheck_languages), config.eqcheck_strict)

    def functions(self, config: Config) -> Mapping[str, Callable[..., Any]]:
        """Return the functions that checks may name, by their dotted names."""
        return functions_of(config.eqcheck_functions, _imported)

    def formulas(self, doctree: nodes.document) -> Iterator[nodes.Element]:
        """Yield tables, displays, checks and formulas in running text, in the order of the page."""
        for node in list(doctree.findall(nodes.Element)):
            yield from self.formulas_at(node)

    def formulas_at(self, node: nodes.Element) -> Iterator[nodes.Element]:
        """Yield what a node of a page is of these, without what stands in it."""
        if isinstance(node, KINDS) and not in_description(node):
            yield node

    def conditions(self, app: Sphinx, docname: str) -> Mapping[str, Place] | None:
        """Return the conditions that the front matter of a page lists, each with its line.

        None: of the relations in its running text those are run that have a check, and no others.
        """
        written = app.env.metadata[docname].get("conditions")
        if written is None:
            return {} if app.config.eqcheck_strict else None
        lines = Path(app.env.doc2path(docname)).read_text("utf-8").splitlines()
        try:
            listed = json.loads(written)
        except ValueError:  # a text, or nothing
            listed = None
        if not (isinstance(listed, list) and all(isinstance(latex, str) for latex in listed)):
            line = next((n for n, line in enumerate(lines, 1) if line.startswith("conditions")), 1)
            message = "`conditions` is a list of formulas: a line `- 'a = 1'` for each"
            logger.warning("%s", message, location=(docname, line), type="eqcheck")
            return None
        places = {}
        for latex in listed:
            wanted = (latex, "conditions:")
            found = (n for part in wanted for n, line in enumerate(lines, 1) if part in line)
            places[latex] = Place(docname, next(found, 1))
        return places

    def voices(self, config: Config) -> Sequence[Words]:
        """Return the words of each language in which readers are told of checks."""
        languages = list(config.eqcheck_languages)
        return [Words(languages.index("en") if "en" in languages else 0)]

    def meanings(self, config: Config, said: Sequence[str]) -> Sequence[tuple[list[str], str]]:
        """Return what authors said in each language, for readers: with classes of its node."""
        classes = [[f"language-{tag}"] for tag in config.eqcheck_languages] or [[]]
        return list(zip(classes, said, strict=False))

    def place_of(self, table: symbols_table) -> str:
        """Return whose symbols a table holds: a key of ``Words.PLACES``."""
        section: nodes.Element | None = table
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        if section is not None and not isinstance(section.parent, nodes.document):
            return "section"
        alone = table.document is None or len(list(table.document.findall(symbols_table))) == 1
        return "page" if alone else "opening"

    def attributes(self, result: Mapping[str, Any]) -> str:
        """Return attributes of the evidence in HTML, for scripts of the project."""
        return ""


def _imported(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigError(f"eqcheck_functions: {name} cannot be imported: {error}") from error


def in_description(node: nodes.Node) -> bool:
    """Tell whether a node is of a docstring: its formulas are not displays of a page."""
    return is_within(node, addnodes.desc)


def house_of(config: Config) -> House:
    """Return the house of a project; ConfigError if ``eqcheck_house`` names none."""
    name = config.eqcheck_house
    return _house(name) if name else House()


@lru_cache(maxsize=8)
def _house(name: str) -> House:
    module, _, attribute = name.rpartition(".")
    try:
        house = getattr(import_module(module), attribute)()
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(f"eqcheck_house: there is no {name}: {error}") from error
    if not isinstance(house, House):
        raise ConfigError(f"eqcheck_house: {name} is no subclass of eqcheck.sphinx.house.House")
    return house
