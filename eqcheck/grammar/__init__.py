"""LaTeX to a tree: what is written, and where; what has two readings is refused."""

from . import (
    brackets,
    functions,
    operators,
    optima,
)  # these tell the parser what a factor begins with

__all__ = ["brackets", "functions", "operators", "optima"]
