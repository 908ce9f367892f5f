"""Why a wrong version of a formula is none: normal forms, which the same expressions share."""

from . import (
    algebra,
    definitions,
    derivatives,
    means,
    sums,
)  # these tell what the normal form of a node is

__all__ = ["algebra", "definitions", "derivatives", "means", "sums"]
