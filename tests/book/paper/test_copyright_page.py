"""The back of the title page: what it says of this copy, in each language."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book._ext.paper.copyright_page import imprint

COPYRIGHT = {
    "zh": "2026 各位作者。文字和图采用 CC BY-SA 4.0 许可",
    "en": "2026, The authors. Text and figures CC BY-SA 4.0",
}


def result(state: str) -> dict[str, object]:
    return {"state": state, "killed": 3, "mutants": 4, "restates": False}


def book(edition: str, *, numbers: int = 5, url: str = "") -> SimpleNamespace:
    """Return an environment with four displayed equations, of which three were executed."""
    states = ("checked", "checked", "wrong-as-expected", "definition")
    inline = [{"kind": "bound", "state": "checked"}] * 7
    inline += [{"kind": "condition", "state": "checked"}, {"kind": "model", "state": "model"}]
    page = {"equations": [result(state) for state in states], "inline": inline}
    config = SimpleNamespace(copyright=COPYRIGHT[edition], edition=edition, book_url=url)
    return SimpleNamespace(
        config=config,
        eqcheck_results={"page": page},
        toc_secnumbers={"page": {"": (1,)}},
        claims=[{"page": "page", "kind": "num"}] * numbers + [{"page": "page", "kind": "fact"}] * 6,
    )


def paragraphs(env: SimpleNamespace) -> list[str]:
    return imprint(env, str).split("\\par\n")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("edition", "words"),
    [
        ("zh", ["4 个行间公式里有 3 个", "9 个关系式，7 个执行过，1 个条件", "5 个数和 6 处"]),
        (
            "en",
            [
                "4 displayed equations 3 were",
                "9 relations in sentences 7",
                "5 numbers and 6 statem",
            ],
        ),
    ],
)
def test_it_counts_what_was_executed_in_this_copy(edition: str, words: list[str]) -> None:
    text = " ".join(paragraphs(book(edition))[2].split())
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("edition", "first"), [("zh", "© 2026 各位作者"), ("en", "© 2026, The authors")]
)
def test_it_opens_with_the_holders_and_without_the_licences_that_follow(
    edition: str, first: str
) -> None:
    opening, licences, *_ = paragraphs(book(edition))
    assert opening == first
    assert "CC BY-SA 4.0" in licences
    assert "MIT" in licences


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_it_names_the_site_only_where_its_address_is_known(edition: str) -> None:
    unknown = paragraphs(book(edition))
    known = paragraphs(book(edition, url="https://example.org"))
    assert "example.org" not in "".join(unknown)
    assert [a == b for a, b in zip(unknown, known, strict=True)] == [True, True, True, False, True]
    assert "(https://example.org)" in known[3]


@given(st.text(alphabet="&%$#_{}~^\\a", min_size=1))
def test_everything_that_it_says_is_escaped_for_latex(name: str) -> None:
    env = book("en", url=name)
    env.config.copyright = f"2026, {name}. MIT"
    escaped: list[str] = []

    def escape(text: str) -> str:
        escaped.append(text)
        return "ESCAPED"

    assert imprint(env, escape) == "\\par\n".join(["ESCAPED"] * len(escaped))  # type: ignore[arg-type]
    assert escaped[0] == f"© 2026, {name}"
