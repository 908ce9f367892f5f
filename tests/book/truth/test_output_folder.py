"""What MyST-NB writes while it reads is no part of the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from book._ext.truth.output_folder import FOLDER
from tests.book.app import Build

FIGURE = """\
# Page

```{code-cell}
import matplotlib.pyplot as plt

plt.plot([1, 2]);
```
"""


@pytest.mark.parametrize("builder", ["html", "latex"])
def test_next_to_what_a_build_writes_there_is_nothing_else(builder: str, build: Build) -> None:
    built = build(FIGURE, "book._ext.truth.output_folder", builder=builder)
    assert {path.name for path in Path(built.app.outdir).parent.iterdir()} == {"doctrees", builder}
    assert (Path(built.app.doctreedir) / FOLDER / "page.ipynb").is_file()


def test_a_drawn_figure_gets_into_the_site(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    built = build(FIGURE, "book._ext.truth.output_folder", nb_execution_mode="force")
    [image] = (Path(built.app.outdir) / "_images").iterdir()
    assert f'src="_images/{image.name}"' in built.html()
    [kept] = (Path(built.app.doctreedir) / FOLDER).glob("*.png")
    assert kept.read_bytes() == image.read_bytes()
