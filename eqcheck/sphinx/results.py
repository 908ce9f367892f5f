"""What was found on each page, kept with Sphinx's environment from one build to the next."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

Results = dict[str, dict[str, list[dict[str, Any]]]]


def results_of(env: BuildEnvironment) -> Results:
    """Return what the environment knows of each page.

    That is the results of its ``equations``, those of the relations that stand ``inline``, and the
    ``faults`` that are to mend.  With the ``steps`` its equations are run again elsewhere, in the
    order of the page.
    """
    return cast(Results, vars(env).setdefault("eqcheck_results", {}))


def codes_of(env: BuildEnvironment) -> dict[str, str]:
    """Return the hash of the code that each page was run with."""
    return cast(dict[str, str], vars(env).setdefault("eqcheck_codes", {}))


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Drop the results of a page that is read anew, or gone."""
    results_of(env).pop(docname, None)
    codes_of(env).pop(docname, None)


def merge(
    app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over the results of pages that another process has read."""
    for docname in docnames:
        for store in (results_of, codes_of):
            found: dict[str, Any] = store(other)
            if docname in found:
                store(env)[docname] = found[docname]


def run_with_other_code(env: BuildEnvironment, code: str) -> Set[str]:
    """Return the pages with formulas that were run with other code than the present."""
    return {docname for docname, ran_with in codes_of(env).items() if ran_with != code}
