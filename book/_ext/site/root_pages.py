"""The files at the root of the site: where to go, the page for dead links, and the map of pages.

``python -m book._ext.site.root_pages`` writes them; the map needs the site's address,
``BOOK_URL``.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from jinja2 import Environment, FileSystemLoader

from book._ext.files import write
from book._ext.languages.bilingual import EDITIONS, LANG
from book._ext.paths import BOOK, SITE

PAGES = ("index.html", "404.html")


def sitemap(base: str, pages: list[str]) -> str:
    """Return the map of a site: each page of each language, with its translations."""
    entries = []
    for page in pages:
        addresses = {LANG[name]: f"{base}/{name}/{page}.html" for name in LANG}
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(address)}"/>'
            for language, address in addresses.items()
        )
        entries += [f"<url><loc>{escape(a)}</loc>{links}</url>" for a in addresses.values()]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            ' xmlns:xhtml="http://www.w3.org/1999/xhtml">',
            *entries,
            "</urlset>\n",
        ]
    )


def write_root(site: Path, base: str) -> None:
    """Write the files at the root of ``site``; ``base`` is its address, or empty."""
    loader = FileSystemLoader(BOOK / "_templates")
    templates = Environment(loader=loader, autoescape=True, keep_trailing_newline=True)
    for name in PAGES:
        template = templates.get_template(f"root/{name}")
        path = urlsplit(base).path.rstrip("/") + "/" if base else ""
        text = template.render(base=base, path=path, editions=list(EDITIONS), languages=LANG)
        write(site / name, text)
    if base:
        write(site / "sitemap.xml", sitemap(base, sorted(page.stem for page in BOOK.glob("*.md"))))
    else:
        (site / "sitemap.xml").unlink(missing_ok=True)


if __name__ == "__main__":
    write_root(SITE, os.environ.get("BOOK_URL", "").rstrip("/"))
