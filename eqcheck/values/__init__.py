"""A tree to numbers: what formulas and names are worth on one random draw."""

from . import differentiate, evaluate  # these tell the scope what a node is worth

__all__ = ["differentiate", "evaluate"]
