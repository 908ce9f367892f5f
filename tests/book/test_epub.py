"""The EPUB editions: what is in them, as a reader unpacks it (``make epub`` runs epubcheck)."""

from __future__ import annotations

import re
import zipfile

import pytest

from tests.book.conftest import PAGE, SmallBook

MATH = PAGE + (
    "\n(page-length)=\n## {zh}`长度`{en}`Length`\n"
    "\n```{symbols}\nd = 3 | 维数 | dimension\n\\mathbf{x} : R[d] | 变量 | variable\n```\n\n"
    "$$\n\\mathbf{x}^{\\top} \\mathbf{x} = \\|\\mathbf{x}\\|_2^2\n$$ (eq-norm)\n\n"
    "```{check} eq-norm\n:kind: identity\n```\n"
)


@pytest.mark.parametrize(("edition", "words"), [("zh", "中文段落"), ("en", "An English paragraph")])
def test_an_epub_holds_mathml_in_one_language_and_says_so_in_its_manifest(
    small_book: SmallBook, edition: str, words: str
) -> None:
    small_book.write(MATH)
    code, output = small_book.make("epub", f"EDITIONS={edition}")
    assert code == 0, output
    path = small_book.folder / "_build" / "epub" / f"concepts-{edition}.epub"
    with zipfile.ZipFile(path) as book:
        page = book.read("page.xhtml").decode()
        manifest = book.read("content.opf").decode()
        contents = book.read("nav.xhtml").decode()
    assert 'href="page.xhtml#page-length"' in contents
    assert words in page
    assert ("English" in page) == (edition == "en")
    assert "<math" in page
    assert "katex-html" not in page
    assert "𝐱" in page
    assert "<details" not in page
    assert re.search(r'href="page\.xhtml"[^>]*properties="mathml"', manifest)
    assert not re.search(r'href="index\.xhtml"[^>]*properties="mathml"', manifest)
