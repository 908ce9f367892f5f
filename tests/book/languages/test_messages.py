"""A fault is said in one line, with file and line, and by the book alone."""

from __future__ import annotations

import pytest

from tests.book.app import PAGE, Build

EXTENSIONS = tuple(f"book._ext.languages.{part}" for part in ("bilingual", "messages"))
INDEX = "(index)=\n# {zh}`书`{en}`Book`\n\n```{toctree}\npage\n```\n"


@pytest.mark.parametrize("builder", ["html", "dummy"])
def test_a_page_that_no_contents_list_is_named_with_its_line(build: Build, builder: str) -> None:
    lost = PAGE.replace("(page)", "(lost)")
    said = "lost.md:1: WARNING: no reader finds this page: add lost to the toctree of index.md"
    pages = {"index": INDEX, "page": PAGE, "lost": lost}
    build(pages, *EXTENSIONS, builder=builder, warns=[said])
    build({**pages, "index": INDEX.replace("page\n", "page\nlost\n")}, *EXTENSIONS)


def test_a_page_that_says_it_is_an_orphan_is_left_in_peace(build: Build) -> None:
    orphan = "---\norphan: true\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n"
    lost = orphan + PAGE.replace("(page)", "(lost)")
    build({"index": INDEX, "page": PAGE, "lost": lost}, *EXTENSIONS, builder="dummy")


def test_a_cell_inside_a_block_is_named_once(build: Build) -> None:
    text = PAGE + "\n:::{zh}\n```{code-cell}\n1\n```\n:::\n:::{en}\nOne.\n:::\n"
    said = ["page.md:23: WARNING: a code cell must stand at top level"]
    build(text, *EXTENSIONS, builder="dummy", warns=said)


def test_a_page_without_a_title_is_named_once_whatever_the_number_of_pages(build: Build) -> None:
    pages = {"index": INDEX, "page": PAGE.replace("# {zh}", "## {zh}")}
    build(pages, *EXTENSIONS, warns=["page.md:6: WARNING: the page has no title: write one"])


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("{ref}`pagee`", "no label 'pagee': is it page? [references]"),
        (
            "{ref}`elsewhere`",
            "no label 'elsewhere': it stands above a heading, as (name)= [references]",
        ),
        ("{numref}`fig-a`", "no label 'fig-a': it stands above a heading, as (name)= [references]"),
        ("{eq}`eq-one-two`", "no equation 'eq-one-two': is it eq-one? [references]"),
        (
            "{eq}`other`",
            "no equation 'other': its label stands behind it, as $$ (eq-name) [references]",
        ),
        ("{doc}`pages`", "no page 'pages': is it page? [references]"),
        ("{term}`bia`", "no term 'bia': is it bias? [references]"),
        ("{term}`bin`", "no term 'bin': give it an entry in glossary.md"),
        ("{term}`x`", "no term 'x': give it an entry in glossary.md; its English name leads there"),
        ("{py:func}`f`", "py:func reference target not found: f [ref.func]"),
    ],
)
def test_what_is_missing_is_named_with_what_it_may_mean(build: Build, role: str, said: str) -> None:
    terms = "```{terms}\n偏置 | piān zhì | bias | page\n一句。\nA sentence.\n```\n"
    text = (
        f"\n$$\na\n$$ (eq-one)\n\n{terms}\n:::{{zh}}\n见{role}\n:::\n:::{{en}}\nSee {role}\n:::\n"
    )
    part = "book._ext.languages.glossary"
    warns = [f"page.md:34: WARNING: {said}"]
    build(PAGE + text, *EXTENSIONS, part, warns=warns, nitpicky=True, numfig=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (":::{zn}\nA block.\n:::\n", "no directive {zn}: the book's are answer, check, "),
        ("```{cod:a}\nA block.\n```\n", "no directive {cod:a}: the book's are answer, check, "),
        ("{cit:t}`a`\n", "no role {cit:t}: the book's are cite:p, cite:t, "),
        ("{trem}`a`\n", "no role {trem}: the book's are cite:p, cite:t, "),
    ],
)
def test_an_unknown_directive_or_role_is_one_finding_that_names_those_there_are(
    build: Build, text: str, said: str
) -> None:
    built = build(
        PAGE + "\n" + text, *EXTENSIONS, builder="dummy", warns=[f"md:23: WARNING: {said}"]
    )
    assert len(built.warnings.splitlines()) == 1
