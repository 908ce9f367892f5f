"""What a value cannot be, by the domains of its names: negative, or zero."""

from __future__ import annotations

import re

from ...grammar import tree
from ...grammar.tree import Node
from .forms import Form
from .normal import Normal


def is_never_negative(normal: Normal, form: Form) -> bool:
    """Whether a sum has no term that can be negative."""
    return form.shape == () and all(
        count > 0 and all(k % 2 == 0 or _is_not_negative(normal, node) for node, k in scalars)
        for (scalars, _), count in form.terms.items()
    )


def is_never_zero(normal: Normal, form: Form) -> bool:
    """Whether a number is a product of what cannot be zero."""
    if form.shape != () or len(form.terms) != 1:
        return False
    [(scalars, _)] = form.terms
    return all(normal.kind(node) in ("R+", "R*") for node, _ in scalars)


def _is_not_negative(normal: Normal, node: Node) -> bool:
    if isinstance(node, tree.Norm | tree.Magnitude):
        return True
    domain = normal.domain(getattr(node, "name", ""))
    if domain is None:
        return False
    low = domain.parameters[0] if domain.kind == "interval" else ""
    return domain.kind == "R+" or bool(re.fullmatch(r"\d+(\.\d+)?", low))
