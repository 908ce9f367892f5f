"""Corrections of the notes are lines that unfold, and what leads to one opens it."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.book.site.small_site import build_site

INDEX = "(index)=\n# {zh}`书`{en}`Book`\n\n{ref}`errata-sign`\n\n```{toctree}\nerrata\n```\n"
ERRATA = """\
(errata)=
# {zh}`勘误`{en}`Corrected`

(errata-part)=
## {zh}`一节`{en}`A part`

(errata-sign)=
### 1. {zh}`负号`{en}`The sign`

$$
a = a
$$ (eq-errata)

```{check} eq-errata
:kind: notation
:why: 一例 | an example
```

(errata-more)=
### {zh}`其他`{en}`Other things`

:::{zh}
别的。
:::
:::{en}
More.
:::
"""


@pytest.mark.parametrize("edition", ["zh", "en", "zh-en"])
def test_a_numbered_entry_is_a_heading_that_unfolds_and_has_its_id_inside(
    tmp_path: Path, edition: str
) -> None:
    built = build_site(tmp_path, {"index": INDEX, "errata": ERRATA}, edition)
    page = BeautifulSoup(built.html("errata"), "html.parser")
    [fold] = page.select("details.correction")
    [heading] = fold.select("summary > h3")
    assert heading.get_text().startswith("1. ")
    inside = fold.find(id="errata-sign")
    assert inside is not None
    assert inside.find_parent("summary") is None
    assert inside.find(id="equation-eq-errata") is not None
    assert page.select("section#errata-part > section#errata-more")
    assert page.select("#pst-page-toc-nav a[href='#errata-sign']")
    assert "errata.html#errata-sign" in built.html("index")


def test_in_the_epub_nothing_is_folded(tmp_path: Path) -> None:
    pages = {"index": INDEX, "errata": ERRATA}
    built = build_site(tmp_path, pages, "en", builder="epub", templates_path=[])
    page = Path(built.app.outdir, "errata.xhtml").read_text("utf-8")
    assert 'id="errata-sign"' in page
    assert "<details" not in page
