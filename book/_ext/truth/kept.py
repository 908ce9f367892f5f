"""Which pages are known to have their outputs in the cache, without reading them again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from book._ext.files import write
from book._ext.findings import shown


class KeptPages:
    """A list beside the cache: of each page what it was when its outputs were seen, and where.

    ``rules`` is a hash of what decides whether outputs may be shown.
    """

    def __init__(self, cache: Path, rules: str) -> None:
        self.cache, self.rules = cache, rules
        self.file = cache / "kept.json"
        try:
            self.pages: dict[str, tuple[str, str, int]] = json.loads(self.file.read_text("utf-8"))
        except (FileNotFoundError, ValueError):  # none, or a build was killed
            self.pages = {}

    def __contains__(self, page: Path) -> bool:
        """Tell whether the outputs of a page as it is now are in the cache."""
        digest, key, size = self.pages.get(shown(page), ("", "", 0))
        outputs = self._outputs(key)
        whole = outputs.exists() and outputs.stat().st_size == size  # a build may be killed
        return whole and digest == self._digest(page.read_bytes())

    def add(self, page: Path, content: bytes, key: str) -> None:
        """Note that the outputs of a page, as it was read, are in the cache under a key."""
        size = self._outputs(key).stat().st_size
        self.pages[shown(page)] = self._digest(content), key, size

    def save(self) -> None:
        """Write the list."""
        write(self.file, json.dumps(self.pages, indent=1))

    def _outputs(self, key: str) -> Path:
        return self.cache / "executed" / key / "base.ipynb"

    def _digest(self, content: bytes) -> str:
        return hashlib.sha256(self.rules.encode() + content).hexdigest()
