"""A page's worker knows at each equation what the build knew there, no more and no less."""

from __future__ import annotations

import json
from typing import Any

import pytest

import dlref
from book._ext.live import pages as written
from book._ext.live.reader import pages
from eqcheck import check
from eqcheck.documents import public_functions
from eqcheck.documents.runner import Runner
from tests.book.app import PAGE, Build
from tests.book.live.test_pages import EQUATIONS, EXTENSIONS

TWO_TABLES = (
    EQUATIONS
    + r"""
```{symbols} more
d : R; defined | 差 | the difference
```

$$
d = a - b
$$ (eq-difference)

```{check} eq-difference
:kind: definition
:why: 没有可比的 | there is nothing to compare
```

$$
c d = a^2 - b^2
$$ (eq-product)

```{check} eq-product
```

```{symbols}
c, x : R | 数 | numbers
```

$$
(c - x)^2 = (x - c)^2
$$ (eq-other)

```{check} eq-other
```
"""
)


@pytest.fixture
def known(build: Build, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Build a page and open what was written of it; return what the build knew, by labels."""
    found: dict[str, str] = {}
    execute = Runner.execute

    def noting(self: Runner, latex: str, label: str, *rest: Any) -> Any:
        found[label] = self.page.fingerprint()
        return execute(self, latex, label, *rest)

    monkeypatch.setattr(Runner, "execute", noting)
    site = build(PAGE + TWO_TABLES, *EXTENSIONS, edition="en", warns=None)
    pages.open_page(written.data(site.app.env, "page"))
    return found


def test_a_page_knows_at_each_equation_what_the_build_knew(known: dict[str, str]) -> None:
    labels = ("eq-square", "eq-product", "eq-other")
    assert {k: pages.before(k).fingerprint() for k in labels} == {k: known[k] for k in labels}


def test_equations_are_checked_as_at_build(known: dict[str, str]) -> None:
    step = pages.step("eq-square")
    result = check(pages.before("eq-square"), step["latex"])
    assert (result.state, result.killed == result.mutants) == ("checked", True)


def test_another_page_takes_the_place_of_one() -> None:
    for names in (("x",), ("x", "y")):
        lines, latex = [f"{', '.join(names)} : R"], f"x + {names[-1]} = {names[-1]} + x"
        pages.open_page(json.dumps([{"lines": lines}, {"label": "eq-x", "latex": latex}]))
        assert pages.step("eq-x")["latex"] == latex
        assert pages.before("eq-x").lines[0].names == names


def test_what_else_stands_among_the_equations_is_found_by_its_own_key() -> None:
    lines = [{"lines": ["x : R"]}, {"more": True, "lines": ["y : R"]}]
    pages.open_page(json.dumps([lines[0], {"try": "ex-x"}, lines[1], {"try": "ex-y"}]))
    assert [len(pages.before(name, "try").lines) for name in ("ex-x", "ex-y")] == [1, 2]


def test_a_check_may_call_what_it_may_call_at_build() -> None:
    assert pages.functions() == public_functions(dlref)
