"""Let pytest run the doctests of the pages: what stands in a ``{doctest}`` block is true."""

from sybil import Sybil
from sybil.parsers.myst import DocTestDirectiveParser

pytest_collect_file = Sybil(parsers=[DocTestDirectiveParser()], pattern="*.md").pytest()
