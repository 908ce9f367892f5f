"""A definition says how many executed formulas use what it defines, however indirectly."""

from __future__ import annotations

import pytest

from eqcheck.sphinx.results import results_of
from tests.book.app import PAGE, Build
from tests.book.truth.test_equations import EXTENSIONS

TABLE = r"""
```{symbols}
a, b : R | 数 | numbers
c, s : R; defined | 和 | sums
```
"""
DRAWN = TABLE.replace("c, s : R; defined", "c : R")
DEFINED = (
    "\n$$\nc = a + b\n$$ (eq-sum)\n\n```{check} eq-sum\n:kind: definition\n:why: 名 | it\n```\n"
)
OTHER = "\n$$\n(a + b)^2 = a^2 + 2 a b + b^2\n$$ (eq-other)\n\n```{check} eq-other\n```\n"
DIRECT = "\n$$\nc - a = b\n$$ (eq-direct)\n\n```{check} eq-direct\n```\n"
BY_CODE = """
$$
s = c
$$ (eq-code)

```{check} eq-code
:kind: code
:code: dlref.predict([a, b], [1, 1], 0)
```

$$
s - b = a
$$ (eq-through)

```{check} eq-through
```
"""
INLINE = "\n:::{zh}\n$c - b = a$。\n:::\n:::{en}\n$c - b = a$.\n:::\n"
NAMED = "\n```{check} eq-direct\n:kind: notation\n:why: 名 | it\n```\n"


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        (TABLE + DEFINED + OTHER + INLINE, 1),
        (TABLE + DIRECT.replace("c - a", "a + b - a") + DEFINED + BY_CODE, 2),
        (TABLE + DEFINED + DIRECT + BY_CODE + INLINE, 4),
        (TABLE + DEFINED + DIRECT + DRAWN + OTHER.replace("b", "c"), 1),
    ],
)
def test_a_definition_counts_the_executed_formulas_of_its_table_that_use_its_name(
    build: Build, text: str, uses: int
) -> None:
    built = build(PAGE + text, *EXTENSIONS, builder="equations", warns=None)
    found = results_of(built.app.env)["page"]["equations"]
    assert {r["label"]: r["uses"] for r in found if r["uses"] is not None} == {"eq-sum": uses}


def test_what_is_not_executed_or_wrong_is_no_use(build: Build) -> None:
    notation = DIRECT.split("```")[0] + NAMED.lstrip("\n")
    wrong = DIRECT.replace("direct", "wrong").replace("= b", "= 2 b")
    built = build(
        PAGE + TABLE + DEFINED + notation + wrong, *EXTENSIONS, builder="equations", warns=None
    )
    assert [r["uses"] for r in results_of(built.app.env)["page"]["equations"]] == [0, None, None]


def test_a_definition_that_only_words_define_is_used_by_none(build: Build) -> None:
    words = DEFINED.replace("a + b", r"\mathbb{E}_{x \sim \mathcal{D}}[x]").replace("c =", "R =")
    built = build(PAGE + TABLE + DIRECT.replace("c - a", "a + b - a") + words, *EXTENSIONS,
                  builder="equations", warns=None)  # fmt: skip
    assert [r["uses"] for r in results_of(built.app.env)["page"]["equations"]] == [None, 0]
