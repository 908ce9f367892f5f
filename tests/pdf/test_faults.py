"""The checks of the PDFs can fail: a lost glyph, a wide formula, a dead reference are reported."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.pdf.document import ROOT, Document, faults_in_log

LATEX = ROOT / "_build" / "latex" / "en"


def typeset(folder: Path, body: str) -> str:
    """Set a page in the look of the book, and return LaTeX's log."""
    for file in LATEX.iterdir():
        if file.suffix in (".sty", ".cls", ".def"):
            shutil.copy2(file, folder)
    preamble, _, _ = (LATEX / "concepts-en.tex").read_text("utf-8").partition(r"\begin{document}")
    (folder / "page.tex").write_text(
        f"{preamble}\\begin{{document}}\n{body}\n\\end{{document}}\n", "utf-8"
    )
    for _ in range(2):  # a second run sees the labels of the first
        subprocess.run(
            ["xelatex", "-interaction=nonstopmode", "page.tex"],
            cwd=folder,
            check=True,
            capture_output=True,
        )
    return (folder / "page.log").read_text("utf-8", "replace")


def test_a_sound_page_has_no_fault(tmp_path: Path) -> None:
    assert faults_in_log(typeset(tmp_path, r"A page, 一页, with $\mathbf{x}$.")) == []
    assert Document(tmp_path / "page.pdf").text.startswith("Apage,一页,with")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("A page with \U00012345.", "Missing character"),
        (rf"\[ x = {'+'.join('abcdefghijklmnopqrstuvwxyz' * 2)} \]", "Overfull"),
        (rf"\fitted{{{'a' * 99}}}{{{'a' * 99}}}", "Overfull"),
        (r"See \ref{nowhere}.", "undefined"),
        (r"A page.\label{here}\label{here}", "multiply"),
    ],
)
def test_a_seeded_fault_is_reported(tmp_path: Path, body: str, fault: str) -> None:
    faults = faults_in_log(typeset(tmp_path, body))
    assert any(fault in line for line in faults), faults


def test_a_font_that_is_not_embedded_is_reported(tmp_path: Path) -> None:
    plain = tmp_path / "plain.pdf"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</Font<</F 4 0 R>>>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    plain.write_text(
        f"{body}xref\n0 5\n0000000000 65535 f \n{table}trailer<</Size 5/Root 1 0 R>>\n"
        f"startxref\n{len(body)}\n%%EOF\n"
    )
    assert Document(plain).fonts == [("Helvetica", "Type 1", False)]
