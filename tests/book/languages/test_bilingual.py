"""Three editions from one source; what breaks a pair fails every build, with file and line."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.book.conftest import PAGE, SmallBook


def test_each_edition_holds_its_languages_under_the_same_ids(small_book: SmallBook) -> None:
    code, output = small_book.make("html")
    assert code == 0, output
    zh, en, both = (small_book.html(edition) for edition in ("zh", "en", "zh-en"))
    ids = [re.findall(r'<section[^>]* id="([^"]+)"', page) for page in (zh, en, both)]
    assert ids == [["page"]] * 3
    assert [("中文段落" in page, "An English" in page) for page in (zh, en, both)] == [
        (True, False),
        (False, True),
        (True, True),
    ]
    assert [re.search("<title>(.*?) ", page)[1] for page in (zh, en)] == ["一页", "A"]  # type: ignore[index]
    assert [re.search('<html lang="([^"]+)"', page)[1] for page in (zh, en)] == ["zh-CN", "en"]  # type: ignore[index]
    assert re.search(r'class="[^"]*\bpair\b', both)
    assert 'lang="zh-Hans"' in both
    assert 'lang="en"' in both
    assert 'href="../en/page.html"' in zh
    assert "hreflang" not in zh  # absolute addresses only where BOOK_URL gives them
    root = (small_book.folder / "_build" / "html" / "index.html").read_text("utf-8")
    assert all(f'href="{edition}/index.html"' in root for edition in ("zh", "en", "zh-en"))


def test_hreflang_and_canonical_links_come_with_book_url(
    small_book: SmallBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOK_URL", "https://example.org/book")
    assert small_book.make()[0] == 0
    page = small_book.html()
    for edition, language in (("zh", "zh-Hans"), ("en", "en")):
        address = f"https://example.org/book/{edition}/page.html"
        assert f'<link rel="alternate" hreflang="{language}" href="{address}">' in page
    assert '<link rel="canonical" href="https://example.org/book/zh/page.html"' in page


BREACHES = {
    PAGE.replace("公式 $x$", "公式 $y$"): r"one\.md:10: WARNING: formulas differ",
    PAGE.replace("(page)=\n", ""): r"two\.md:7: WARNING: a heading without a \(label\)=",
    PAGE.replace("{en}`A page`", ""): r"three\.md:8: WARNING: .*roles must come in pairs",
    PAGE + "\n:::{zh}\n一\n:::\n": r"four\.md:23: WARNING: a \{zh\} block without its",
    PAGE + "\n$\\frac{1$\n": r"five\.md:.*KaTeX parse error",
    PAGE + "\n{eq}`eq-missing`\n": r"six\.md:23: WARNING: equation not found: eq-missing",
    PAGE + "\n:::{zh}\n{num}`2 | 3`\n:::\n:::{en}\n{num}`2 | 3`\n:::\n": "2 is printed, but 3 = 3",
}
NAMES = ("one", "two", "three", "four", "five", "six", "seven")


def test_a_broken_page_fails_this_build_and_the_next_with_file_and_line(
    small_book: SmallBook,
) -> None:
    for name, text in zip(NAMES, BREACHES, strict=True):
        small_book.write(text.replace("(page)=", f"({name})="), name)
    small_book.write(PAGE + "\n```{toctree}\n" + "\n".join(NAMES) + "\n```\n")
    for _ in range(2):
        code, output = small_book.make("execute", "html-zh")
        assert code != 0
        assert [m for m in BREACHES.values() if not re.search(m, output)] == [], output
        assert "Traceback" not in output


def test_the_preview_shows_the_problems_in_the_page_and_goes_on(small_book: SmallBook) -> None:
    small_book.write(PAGE.replace("公式 $x$", "公式 $y$") + "\n```{code-cell}\n1 / 0\n```\n")
    command = [sys.executable, "-m", "sphinx", "-q", "-c", ".", "-t", "zh-en", "-t", "preview"]
    done = subprocess.run(
        [*command, "book", "_build/html/zh-en"],
        cwd=small_book.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = small_book.html("zh-en")
    assert 'class="preview-problems' in page
    assert "page.md:10: formulas differ; only in zh: y; only in en: x" in page
    assert "ZeroDivisionError" in page


def test_an_unknown_edition_is_refused_without_a_traceback(small_book: SmallBook) -> None:
    code, output = small_book.make("html", "EDITIONS=fr")
    assert code != 0
    assert "no edition 'fr'; there are zh en zh-en" in output
    assert "Traceback" not in output
