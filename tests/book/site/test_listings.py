"""What a cell prints bears the label of the edition; code and figures bear none."""

from __future__ import annotations

import pytest

from tests.book.app import Build

PAGE = """\
(page)=
# {zh}`一页`{en}`A page`

```{code-cell}
print(1)
2
```

```{code-cell}
x = 3
```

```{code-cell}
import matplotlib.pyplot as plt

plt.plot([1, 2]);
```
"""
EXTENSIONS = ("book._ext.languages.bilingual", "book._ext.site.listings")
LABELS = {
    "zh": "输出",
    "en": "Output",
    "zh-en": '<span class="zh" lang="zh-Hans">输出</span> <span class="en" lang="en">Output</span>',
}


@pytest.mark.parametrize("edition", LABELS)
def test_what_a_cell_prints_is_called_output_once(
    build: Build, monkeypatch: pytest.MonkeyPatch, edition: str
) -> None:
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    html = build(PAGE, *EXTENSIONS, edition=edition, nb_execution_mode="force").html()
    assert html.count("output-label") == 1
    assert f'<p class="output-label">{LABELS[edition]}</p>\n<div class="output' in html


def test_paper_has_marks_of_its_own(build: Build) -> None:
    built = build(PAGE, *EXTENSIONS, builder="latex", edition="en", nb_execution_mode="force")
    [tex] = built.app.outdir.glob("*.tex")
    assert "Output" not in tex.read_text("utf-8")
