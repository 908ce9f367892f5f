"""Sphinx settings of all editions: ``sphinx-build -t zh | en | zh-en -c . book …`` chooses one."""

import os
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from book._ext.languages import bilingual, parity  # noqa: E402
from book._ext.site import citation, colophon  # noqa: E402
from book._ext.truth import equations, execution  # noqa: E402

edition = bilingual.chosen_edition(tags)  # noqa: F821 (Sphinx provides `tags`)
BOOK = citation.read_book()

# ------------------------------------------------------------------ the project
project = html_title = " · ".join(BOOK.titles[language] for language in bilingual.EDITIONS[edition])
author = citation.listed(BOOK.authors)
copyright = {
    "zh": "2026 各位作者。文字和图采用 CC BY-SA 4.0 许可，代码采用 MIT 许可。",
    "en": "2026 The authors. Text and figures are under CC BY-SA 4.0, code under MIT.",
    "zh-en": "2026 各位作者 The authors · CC BY-SA 4.0 · MIT",
}[edition]
with open(ROOT / "pyproject.toml", "rb") as file:
    version = release = tomllib.load(file)["project"]["version"]
language = "en" if edition == "en" else "zh_CN"

extensions = [
    "book._ext.build",
    "myst_nb",
    "sphinxcontrib.bibtex",
    "book._ext.bibliography",
    "book._ext.languages",
    "book._ext.truth",
    "book._ext.exercises",
    "book._ext.site",
    "book._ext.live",
    "book._ext.paper",
    "book._ext.epub",
]
exclude_patterns = ["_*", "**/.*"]
nitpicky = True
pygments_style = "a11y-high-contrast-light"  # of PDF and EPUB; the site has a dark one as well
smartquotes = False  # they would take the class of a Chinese block for the name of a language
templates_path = ["book/_templates"]

# ------------------------------------------------------------------ pages and cells
myst_enable_extensions = list(parity.MYST_EXTENSIONS)
myst_dmath_double_inline = True
nb_execution_mode = "cache"
nb_execution_cache_path = str(execution.cache_path())
nb_merge_streams = True
nb_code_prompt_show, nb_code_prompt_hide = {
    "zh": ("显示代码", "隐藏代码"),
    "en": ("Show code", "Hide code"),
    "zh-en": ("显示代码 Show code", "隐藏代码 Hide code"),
}[edition]
execution_hash = execution.execution_hash()
eqcheck_functions = ["dlref"]
eqcheck_languages = ["zh-Hans", "en"]
eqcheck_strict = True
eqcheck_cache = "_build/equations/cache"
eqcheck_house = "book._ext.truth.equations.BookHouse"
eqcheck_key = equations.equations_hash()

# ------------------------------------------------------------------ numbers and references
numfig = True
numfig_secnum_depth = 1
math_numfig = True
math_eqref_format = "({number})"
numfig_format = bilingual.NUMBERED[edition]
bibtex_bibfiles = ["book/references.bib"]
bibtex_default_style = "unsrt"

# ------------------------------------------------------------------ links that lead out
linkcheck_retries, linkcheck_timeout = 2, 30
linkcheck_request_headers = {  # of a DOI its record: many publishers refuse programs
    "https://doi.org/": {"Accept": "application/vnd.citationstyles.csl+json"}
}

# ------------------------------------------------------------------ docstrings
autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "none"  # the docstrings say types and shapes
add_module_names = False
doctest_default_flags = 0  # an output is what it is said to be, here as in pytest
napoleon_google_docstring = False
napoleon_use_param = napoleon_use_rtype = False  # a type is words, not the name of a class
napoleon_custom_sections = [("Attributes", "params_style")]

# ------------------------------------------------------------------ the site
html_theme = "sphinx_book_theme"
book_url = os.environ.get("BOOK_URL", "").rstrip("/")
canonical_edition = "en" if edition == "en" else "zh"  # the parallel edition repeats the Chinese
html_baseurl = f"{book_url}/{canonical_edition}/" if book_url else ""
book_commit, book_date = colophon.last_commit()
book_issues = os.environ.get("BOOK_ISSUES", "")  # where readers may report errors
book_repository = os.environ.get("BOOK_REPOSITORY", "").rstrip("/")  # for source and edit links
book_notebooks = os.environ.get("BOOK_NOTEBOOKS", "").rstrip("/")  # on GitHub, for Colab
html_static_path = ["book/_static"]
html_css_files = [
    *("css/text.css", "css/header.css", "css/front.css", "css/page.css", "css/formulas.css"),
    *("css/folds.css", "css/tries.css", "css/cells.css", "css/explore.css", "css/icons.css"),
    *("css/reference.css", "css/search.css", "css/print.css"),
]
html_js_files = [("book.js", {"defer": "defer"}), ("preview.js", {"defer": "defer"})]
html_copy_source = False
html_show_sphinx = False
html_use_index = False  # the search finds what an index would hold, and each build would write it
html_domain_indices = False  # nor one of modules: that is the page `api`
html_context = {"default_mode": "auto"}
html_theme_options = {
    "search_bar_text": {"en": "Search: concepts, symbols, functions"}.get(
        edition, "搜索：概念、公式、函数"
    ),
    "article_header_end": ["language-switch", "fade-language", "article-header-buttons"],
    "footer_content_items": ["page-folds", "colophon"],
    "repository_url": book_repository,
    "path_to_docs": "book",
    "use_source_button": bool(book_repository),
    "use_edit_page_button": bool(book_repository),
    "navbar_persistent": [],
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_navbar_depth": 1,
    "collapse_navbar": True,  # else each page lists all sections of all pages
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}

# ------------------------------------------------------------------ the EPUB editions
epub_basename = f"concepts-{edition}"
epub_language = {"en": "en"}.get(edition, "zh-Hans")
epub_description = {
    "zh": "从梯度到注意力的深度学习概念，写给想知道公式为什么成立的初学者；"
    "公式、代码与数字都由程序核对过。",
    "en": "Concepts of deep learning, from the gradient to attention, for beginners who want to "
    "know why the formulas hold; equations, code and numbers were checked by programs.",
}.get(edition, "深度学习概念，中英对照 · Concepts in deep learning, in Chinese and English")
epub_contributor = epub_publisher = author
epub_uid = epub_identifier = f"concepts-in-deep-learning-{edition}"
epub_scheme = "ID"
epub_cover = ("_static/card.png", "epub-cover.html")
epub_css_files = ["epub.css"]
epub_exclude_files = ["search.xhtml"]
epub_exclude_files += [
    f"_static/{n}" for n in (*html_css_files, "icon.png", "icon.svg", "katex.min.css")
]
epub_exclude_files += [f"_static/{n}.png" for n in ("file", "minus", "plus")]
epub_show_urls = "no"
epub_tocdepth = 2
epub_tocscope = "includehidden"
