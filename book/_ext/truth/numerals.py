"""Numbers in prose that cannot be wrong: ``{num}`0.25 | dlref.sigmoid_derivative(0)```.

The role prints what stands before the bar, and fails the build unless that is the value of the
expression behind it, rounded as printed.  Expressions see ``dlref``, ``np`` and the names that
``{values}`` blocks of the same page have assigned.
"""

from __future__ import annotations

import re
import traceback
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

import dlref
from book._ext.truth.causes import Cause

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

LITERAL = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?(?:e[-−+]?\d+)?%?")
STATEMENTS = "{values}"  # the name of their file in a traceback
logger = logging.getLogger(__name__)


def check_number(text: str, names: dict[str, Any]) -> str:
    """Return the literal of ``literal | expression``.

    Raises
    ------
    ValueError
        If the text has another form, or the value is not the literal at its printed precision.
    """
    literal, bar, expression = (part.strip() for part in text.partition("|"))
    if not (bar and expression and LITERAL.fullmatch(literal)):
        raise ValueError(f"a number is written {{num}}`0.25 | expression`, got '{text}'")
    try:
        found = eval(expression, dict(names))
    except Exception as error:
        known = "; known are dlref, np and what {values} above assign"
        hint = known if isinstance(error, NameError) else ""
        raise ValueError(f"{expression} raised {_said(error)}{hint}") from error
    try:
        value = float(found)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{expression} is no number, but of type {type(found).__name__}"
        ) from error
    printed = Decimal(re.sub(r"[,%+]", "", literal.replace("−", "-")))
    if literal.endswith("%"):
        value *= 100
    half_unit = float(Decimal(5).scaleb(int(printed.as_tuple().exponent) - 1))
    if not abs(value - float(printed)) <= half_unit * (1 + 1e-9):
        raise ValueError(f"{literal} is printed, but {expression} = {value:.10g}")
    return literal


def _said(error: Exception) -> str:
    message = error.msg if isinstance(error, SyntaxError) else error
    return f"{type(error).__name__}: {message}"


class NumberRole(SphinxRole):
    """``{num}``: a number that is bound to the expression that computes it."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Print the literal, or report what is wrong with it."""
        numbers_of(self.env).append({"page": self.env.docname, "number": self.text})
        try:
            return [nodes.inline(text=check_number(self.text, _names(self.env)))], []
        except ValueError as error:
            causes = _causes(self.env)
            if causes and isinstance(error.__cause__, NameError):
                causes[-1].counts["number"] += 1
            else:
                logger.warning("%s", error, location=self.get_location(), type="num")
            return [nodes.inline(text=f"{self.text}: {error}", classes=["num-wrong"])], []


class ValuesDirective(SphinxDirective):
    """``{values}``: statements, unseen by readers, whose names ``{num}`` may use on this page."""

    has_content = True

    def run(self) -> list[Node]:
        """Execute the statements."""
        try:
            exec(compile("\n".join(self.content), STATEMENTS, "exec"), _names(self.env))
        except Exception as error:
            place = (self.env.docname, self.lineno + self.content_offset + _line_of(error))
            _causes(self.env).append(Cause(f"{{values}} raised {_said(error)}", place))
        return []


def _line_of(error: Exception) -> int:
    """Return which of the statements failed."""
    if isinstance(error, SyntaxError):
        return error.lineno or 1
    frames = traceback.extract_tb(error.__traceback__)
    return next(frame.lineno or 1 for frame in frames if frame.filename == STATEMENTS)


def _causes(env: BuildEnvironment) -> list[Cause]:
    return cast(list[Cause], env.temp_data.setdefault("num_causes", []))


def report(app: Sphinx, doctree: nodes.document) -> None:
    """Report the blocks of statements of a page that failed, and how many numbers need them."""
    for cause in _causes(app.env):
        logger.warning("%s", cause, location=cause.place, type="num")


def _names(env: BuildEnvironment) -> dict[str, Any]:
    return cast(dict[str, Any], env.temp_data.setdefault("num_names", {"dlref": dlref, "np": np}))


def numbers_of(env: BuildEnvironment) -> list[dict[str, str]]:
    """Return the numbers in prose that the environment knows, page by page."""
    return cast(list[dict[str, str]], vars(env).setdefault("numbers", []))


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Drop the numbers of a page that is read anew, or gone."""
    numbers_of(env)[:] = [number for number in numbers_of(env) if number["page"] != docname]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the role and the directive."""
    app.add_role("num", NumberRole())
    app.add_directive("values", ValuesDirective)
    app.connect("doctree-read", report)
    app.connect("env-purge-doc", forget)
    return {"version": "1", "env_version": 1, "parallel_read_safe": False}
