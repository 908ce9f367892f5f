"""The look of the book's figures: importing this module sets it, in a notebook as in the build.

Words live in captions, which speak both languages; inside a figure stand symbols and numbers.
Every colour comes with a line style or a marker of its own, so that grey loses nothing.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import set_matplotlib_formats

BLUE, ORANGE, GREEN, PURPLE, OCHRE = "#1f5fa8", "#c4511c", "#2f7d4f", "#7a4fa3", "#8a6d00"
INK, GREY = "#1a1a1a", "#7a7a7a"

plt.style.use(Path(__file__).with_name("book.mplstyle"))
set_matplotlib_formats("svg", "pdf")  # the site takes the one, the PDF edition the other
