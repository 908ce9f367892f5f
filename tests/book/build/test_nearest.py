"""A name that is nowhere is answered with the nearest one that there is, of its kind."""

from __future__ import annotations

import pytest

from book._ext.build.nearest import with_nearest
from tests.book.app import PAGE, Build

FORMULA = PAGE + "\n$$\nx = x\n$$ (eq-front)\n"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("undefined label: 'pagee'", "'page'"),
        ("equation not found: eq-frnt", "'eq-front'"),
        ("unknown document: 'paeg'", "'page'"),
    ],
)
def test_the_nearest_name_of_the_kind_is_named(build: Build, said: str, meant: str) -> None:
    env = build(FORMULA, "book._ext.languages.bilingual").app.env
    assert with_nearest(said, env) == f"{said}: is {meant} meant?"


@pytest.mark.parametrize("said", ["undefined label: 'eq-frnt'", "undefined label: 'zzz'", "page"])
def test_where_nothing_is_near_nothing_is_added(build: Build, said: str) -> None:
    env = build(FORMULA, "book._ext.languages.bilingual").app.env
    assert with_nearest(said, env) == said


def test_terms_and_sources_are_found_too(build: Build) -> None:
    page = PAGE + "\n```{glossary}\ngradient\n  x\n```\n"
    with_sources = ("book._ext.languages.bilingual", "sphinxcontrib.bibtex")
    env = build({"page": page}, *with_sources, bibtex_bibfiles=[], warns=None).app.env
    assert with_nearest("term not in glossary: 'gradeint'", env).endswith("'gradient' meant?")
    assert with_nearest('could not find bibtex key "hinton"', env).endswith('"hinton"')
    env.get_domain("cite").bibdata.data.entries["hinton2012"] = None
    assert with_nearest('could not find bibtex key "hinton"', env).endswith("'hinton2012' meant?")
