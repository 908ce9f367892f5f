"""What readers take home: each page as a notebook, the package, and the book as PDF and EPUB.

A notebook holds one language of a page and its cells, in order; its first cell installs the package
that the others need.  What the folders ``wheel``, ``pdf`` and ``epub`` of the build hold is copied
into the editions and linked in the button that the theme shows above a page.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from pybtex.backends.plaintext import Backend
from sphinxcontrib.bibtex.domain import BibtexDomain

from book._ext.files import write
from book._ext.languages.bilingual import EDITIONS
from book._ext.paths import BUILD
from book._ext.site.notebooks import Cell, Markdown, escape
from book._ext.site.offline import PACKED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

FOLDER = "_downloads"
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
WORDS = {
    "zh": {
        "download": "下载",
        "notebook": "笔记本",
        "colab": "在 Colab 上运行",
        "book": "全书",
        "site": "离线网站",
        "references": "参考文献",
    },
    "en": {
        "download": "Download",
        "notebook": "Notebook",
        "colab": "Run on Colab",
        "book": "The book",
        "site": "The site, offline",
        "references": "References",
    },
}
OPENING = {
    "zh": "本笔记本是《深度学习概念》的{page}。文字和图以 CC BY-SA 4.0 发布，"
    "代码以 MIT 许可证发布。",
    "en": "This notebook is {page} of *Concepts in Deep Learning*. Text and figures are under "
    "CC BY-SA 4.0, code is under the MIT licence.",
}
A_PAGE = {"zh": "一页", "en": "a page"}
INSTALLS = {
    "zh": "第一段代码安装随书的程序包 `dlref`，每个环境运行一次即可。",
    "en": "The first cell installs the book's package, `dlref`; once in an environment is enough.",
}
INSTALLS_FROM_HERE = {
    "zh": "请先把随书的程序包 `{wheel}` 放到本笔记本所在的文件夹（网站的下载按钮里有；"
    "离线网站里两者本来就在一起）。第一段代码安装它，每个环境运行一次即可。",
    "en": "First put the book's package, `{wheel}`, into the folder of this notebook (the download "
    "button of the site offers it; in the site for reading offline they lie together). The first "
    "cell installs it; once in an environment is enough.",
}
# Colab opens notebooks that are on GitHub; of other sites it opens none.
GITHUB, COLAB = "https://github.com/", "https://colab.research.google.com/github/"


# ------------------------------------------------------------------ notebooks


def write_notebook(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the notebook of a page that has cells and one language."""
    language = app.config.edition
    if app.builder.name != "html" or language not in LANGUAGE_NAMES:
        return
    path = Path(app.outdir, FOLDER, f"{docname}.ipynb")
    if not has_cells(doctree):
        path.unlink(missing_ok=True)  # it had some
        return
    number_nodes(app, doctree, docname)
    page = Markdown(doctree)
    doctree.walkabout(page)
    cited = references_of(doctree, app)
    if cited:
        page.finish_text()
        page.blocks.append(f"## {WORDS[language]['references']}")
        page.blocks += cited
    page.finish_text()
    (_, opening, _), *cells = page.cells
    title, _, start = opening.partition("\n\n")
    head = opening_cells(app.config, docname, title)
    if start:
        head.append(("markdown", start, {}))
    write(path, notebook([*head, *cells], docname))


def opening_cells(config: Config, docname: str, title: str) -> list[Cell]:
    """Return what a notebook starts with: what it is, and the line that installs the package."""
    language, where = config.edition, package(config)
    page = A_PAGE[language]
    if config.book_url:
        page = f"[{page}]({config.book_url}/{language}/{docname}.html)"
    texts = [title, OPENING[language].format(page=page)]
    if not where:
        return [("markdown", "\n\n".join(texts), {})]
    how = INSTALLS if config.book_url else INSTALLS_FROM_HERE
    texts.append(how[language].format(wheel=wheel_of(config)))
    return [
        ("markdown", "\n\n".join(texts), {}),
        ("code", f'%pip install --quiet "{where}"', {}),
    ]


def has_cells(doctree: nodes.document) -> bool:
    """Say whether a page has code cells."""
    return any(n.get("nb_element") == "cell_code" for n in doctree.findall(nodes.container))


def number_nodes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write into equations and figures the numbers that the site prints."""
    numbers = app.env.toc_fignumbers.get(docname, {})
    figure_form = app.config.numfig_format["figure"]
    for kind, form, node_class in (
        ("displaymath", "%s", nodes.math_block),
        ("figure", figure_form, nodes.figure),
    ):
        for node in cast("Iterable[nodes.Element]", doctree.findall(node_class)):
            for identifier in node["ids"]:
                if number := numbers.get(kind, {}).get(identifier):
                    node["number_text"] = form % ".".join(map(str, number))


def references_of(doctree: nodes.document, app: Sphinx) -> list[str]:
    """Return the works that a page cites, each with the label by which it is cited."""
    citations = {c.citation_id: c for c in cast(BibtexDomain, app.env.get_domain("cite")).citations}
    works = {}
    for link in doctree.findall(nodes.reference):
        citation = citations.get(link.get("refid") or link.get("refuri", "").partition("#")[2])
        if citation:
            work = citation.formatted_entry
            works[int(work.label)] = escape(f"[{work.label}] {work.text.render(Backend())}")
    return [works[label] for label in sorted(works)]


def notebook(cells: list[Cell], name: str) -> str:
    """Return a notebook file; the same cells give the same bytes."""
    return (
        json.dumps(
            {
                "cells": [_cell(*cell, name=f"{name}-{i}") for i, cell in enumerate(cells)],
                "metadata": {
                    "kernelspec": {
                        "display_name": "Python 3",
                        "language": "python",
                        "name": "python3",
                    },
                    "language_info": {"name": "python"},
                },
                "nbformat": 4,
                "nbformat_minor": 5,
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )


def _cell(kind: str, source: str, metadata: dict[str, Any], *, name: str) -> dict[str, Any]:
    cell = {
        "cell_type": kind,
        "id": hashlib.sha256(name.encode()).hexdigest()[:8],
        "metadata": metadata,
        "source": source.splitlines(keepends=True),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


# ------------------------------------------------------------------ the book as a whole


def wheel_of(config: Config) -> str:
    """Return the name of the package's wheel, if this build has made one."""
    names = [Path(name).name for name in config.downloads if name.endswith(".whl")]
    return names[-1] if names else ""


def package(config: Config) -> str:
    """Return what pip is to install: the wheel of the site, or one that lies beside."""
    wheel = wheel_of(config)
    if wheel and config.book_url:
        return f"dlref[notebooks] @ {config.book_url}/{config.edition}/{FOLDER}/{wheel}"
    return wheel and f"./{wheel}[notebooks]"


def on_colab(config: Config, language: str, page: str) -> str:
    """Return where Colab opens a notebook, which is on GitHub and finds the wheel on the site."""
    if not (config.book_url and config.book_notebooks.startswith(GITHUB)):
        return ""
    folder = config.book_notebooks.replace(GITHUB, COLAB, 1)
    return f"{folder}/{language}/{FOLDER}/{page}.ipynb"


def files_for(edition: str) -> list[str]:
    """Return what was built of the book as a whole, as paths in the build's folder."""
    patterns = ["wheel/*.whl", *(f"{kind}/concepts-{edition}.{kind}" for kind in ("pdf", "epub"))]
    return [path.relative_to(BUILD).as_posix() for p in patterns for path in sorted(BUILD.glob(p))]


def find_files(app: Sphinx, config: Config) -> None:
    """Keep the list in the configuration: pages are written again when it changes."""
    config.downloads = files_for(config.edition)


def copy_files(app: Sphinx, exception: Exception | None) -> None:
    """Put the files next to the notebooks; remove those of earlier builds."""
    if exception is None and app.builder.name == "html":
        wanted = {f"{page}.ipynb" for page in app.env.found_docs}
        wanted |= {Path(name).name for name in app.config.downloads}
        for file in Path(app.outdir, FOLDER).glob("*.*"):
            if file.name not in wanted:
                file.unlink()
        for name in app.config.downloads:
            write(Path(app.outdir, FOLDER, Path(name).name), (BUILD / name).read_bytes())


def add_button(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Add the button above a page: its notebooks, and the book as a whole."""
    if app.tags.has("preview") or "header_buttons" not in context:
        return
    context["package"] = package(app.config)
    words = WORDS["en" if app.config.edition == "en" else "zh"]
    languages = EDITIONS[app.config.edition]
    links = []
    if doctree is not None and has_cells(doctree):
        for language in languages:
            folder = FOLDER if len(languages) == 1 else f"../{language}/{FOLDER}"
            name = f" {LANGUAGE_NAMES[language]}" if len(languages) > 1 else ""
            links.append((f"{folder}/{pagename}.ipynb", f"{words['notebook']}{name} .ipynb"))
            if colab := on_colab(app.config, language, pagename):
                links.append((colab, f"{words['colab']}{name}"))
    for file in app.config.downloads:
        kind = "dlref .whl" if file.endswith(".whl") else f"{words['book']} .{file.split('.')[-1]}"
        links.append((f"{FOLDER}/{Path(file).name}", kind))
    links.append((f"../{PACKED}", f"{words['site']} .zip"))
    context["header_buttons"].append(
        {
            "type": "group",
            "tooltip": words["download"],
            "icon": "fa-solid fa-download",
            "label": "download-buttons",
            "buttons": [{"type": "link", "url": url, "text": text} for url, text in links],
        }
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write notebooks as pages are written, and offer them."""
    app.add_config_value("downloads", [], "html", types=frozenset({list}))
    app.add_config_value("book_notebooks", "", "html", types=frozenset({str}))
    app.connect("config-inited", find_files)
    app.connect("doctree-resolved", write_notebook, priority=950)
    app.connect("html-page-context", add_button, priority=700)
    app.connect("build-finished", copy_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
