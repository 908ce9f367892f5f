"""The site without a network: a zip for a USB stick, and a service worker for phones.

``python -m book._ext.site.offline`` reads the built site, follows its links from the root page,
and writes next to it ``concepts-offline.zip``, with a copy among its files for readers to
download, and into it ``service-worker.js`` and ``offline.json``, the list of what each page of
each edition needs.  All of them are made of the site's content alone: the same site gives the
same bytes, and only another site is packed anew.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from book._ext import files
from book._ext.languages.bilingual import EDITIONS
from book._ext.paths import BOOK, SITE

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

TEMPLATES = BOOK / "_templates"
START = "index.html"
PACKED = "concepts-offline.zip"
LIVE = "_live"  # what runs code in pages, if there is any: no page links it
# What search.js loads when it is opened.
ON_DEMAND = ("search-index.js", "_static/minisearch.js")
PARALLEL = ("search-index-en.js", *ON_DEMAND)
TAG = re.compile(r'<(a|form|img|link|script|source)\b[^>]*?\s(?:href|src|srcset|action)="([^"#]+)')
FRAMES = re.compile(r'\sdata-(?:explore|narrow)="([^"]+)"')  # what explore.js loads
IN_STYLE = re.compile(r"(?:url\(|@import )['\"]?(?!data:)([^'\")#]+)")
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


class Site(NamedTuple):
    """What the site holds: ``needs`` of each page, as it asks for it, and all ``files``."""

    folder: Path
    needs: dict[str, list[str]]
    files: list[str]


def read_site(folder: Path) -> Site:
    """Follow the links of a site from its root page.

    Raises
    ------
    ValueError
        If a page needs a file that is not there.
    """
    needs: dict[str, list[str]] = {}
    files: set[str] = set()
    waiting = [START]
    while waiting:
        name = waiting.pop()
        path = name.partition("?")[0]
        if path in files or path == PACKED or not (folder / path).is_file():
            continue
        files.add(path)
        file = folder / path
        if file.suffix == ".html":
            needs[name], linked = _read_page(file.read_text("utf-8"), name)
            waiting += [*needs[name], *linked]
        elif file.suffix == ".css":
            waiting += _read_style(file, name)
    files |= {path.relative_to(folder).as_posix() for path in _live(folder)}
    for page, names in needs.items():
        for name in names:
            if name.partition("?")[0] not in files:
                raise ValueError(f"{page} needs {name}, which is not there")
    return Site(folder, needs, sorted(files))


def _read_page(text: str, name: str) -> tuple[list[str], list[str]]:
    """Return what a page shows or runs, and what it links to."""
    shown, linked = dict.fromkeys(_at(name, file) for file in _on_demand(name)), []
    shown |= dict.fromkeys(_at(name, file) for file in FRAMES.findall(text))
    for tag, target in TAG.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path = _at(name, unescape(target))
        if tag in ("a", "form") or path.endswith(".html"):
            linked.append(path.partition("?")[0])
        else:
            shown[path] = None
    return list(shown), linked


def _live(folder: Path) -> list[Path]:
    return [path for path in (folder / LIVE).rglob("*") if path.is_file()]


def _on_demand(page: str) -> tuple[str, ...]:
    edition, of_edition, _ = page.partition("/")
    return (PARALLEL if "-" in edition else ON_DEMAND) if of_edition else ()


def _read_style(file: Path, name: str) -> list[str]:
    return [_at(name, target) for target in IN_STYLE.findall(file.read_text("utf-8"))]


def _at(page: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), target))


def version_of(site: Site) -> str:
    """Return a hash of all that the site holds."""
    digest = hashlib.sha256()
    for name in site.files:
        content = (site.folder / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


# ------------------------------------------------------------------ for the service worker


def manifest(site: Site, version: str) -> dict[str, object]:
    """Return what a browser must keep for each edition, and of what runs code in its pages."""
    listed: dict[str, object] = {"version": version, "editions": dict(_editions(site))}
    kept = (name for name in site.files if name.startswith(f"{LIVE}/"))
    live = [name for name in kept if not name.endswith(".txt")]  # licences run nothing
    if live:
        size = sum((site.folder / name).stat().st_size for name in live)
        listed["live"] = {"bytes": size, "files": live}
    return listed


def _editions(site: Site) -> Iterator[tuple[str, dict[str, object]]]:
    for edition in EDITIONS:
        names = sorted(name for name in site.needs if name.startswith(f"{edition}/"))
        if not names:
            continue
        every = set().union(*(site.needs[name] for name in names))
        own = {path for path in every if "/_images/" in path}
        shared = every - own
        for style in [path for path in shared if path.partition("?")[0].endswith(".css")]:
            file = site.folder / style.partition("?")[0]
            shared |= {path for path in _read_style(file, style) if path in site.files}
        pages = {
            name: {
                "title": _title(site.folder / name),
                "files": [path for path in site.needs[name] if path in own],
            }
            for name in names
        }
        kept = {path.partition("?")[0] for path in every | shared | set(names)}
        size = sum((site.folder / path).stat().st_size for path in kept)
        yield edition, {"bytes": size, "shared": sorted(shared), "pages": pages}


def _title(page: Path) -> str:
    match = TITLE.search(page.read_text("utf-8"))
    return unescape(match[1]).split(" — ")[0].strip() if match else page.stem


# ------------------------------------------------------------------ the zip


def pack(site: Site, version: str, target: Path) -> bool:
    """Write the site as a zip that depends on nothing else; return False if it stood already."""
    if target.exists() and zipfile.is_zipfile(target):
        with zipfile.ZipFile(target) as packed:
            if packed.comment == version.encode():
                return False
    held = ((f"{target.stem}/{name}", (site.folder / name).read_bytes()) for name in site.files)
    zips = [f"{target.stem}/{name}" for name in site.files if name.endswith(".zip")]
    files.pack(target, held, stored=zips, comment=version)
    return True


# ------------------------------------------------------------------ the build


def make_offline(folder: Path) -> None:
    """Write all that the site needs to be read without a network."""
    site = read_site(folder)
    version = version_of(site)
    worker = (TEMPLATES / "service-worker.js").read_text("utf-8")
    listing = json.dumps(manifest(site, version), ensure_ascii=False, separators=(",", ":"))
    files.write(folder / "offline.html", (TEMPLATES / "offline.html").read_bytes())
    files.write(folder / "offline.json", listing)
    files.write(folder / "service-worker.js", f'const VERSION = "{version}";\n{worker}')
    target = folder.parent / PACKED
    if pack(site, version, target):
        print(f"==> packed {target} ({target.stat().st_size / 1e6:.1f} MB)")
    files.write(folder / PACKED, target.read_bytes())


def add_script(app: Sphinx) -> None:
    """Let pages ask for the service worker; the author's preview has none."""
    if app.builder.name == "html" and not app.tags.has("preview"):
        app.add_js_file("offline.js", defer="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the build."""
    app.connect("builder-inited", add_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    make_offline(Path(sys.argv[1]) if len(sys.argv) > 1 else SITE)
