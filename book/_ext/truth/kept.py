"""What is known of pages without reading them again: where their outputs are, what they claim."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from book._ext.files import write
from book._ext.findings import shown
from book._ext.truth.claims import Verdict

Entry: TypeAlias = tuple[str, str, int, list[Verdict]]


class KeptPages:
    """A list beside the cache: of each page what it was when its outputs were seen, and where.

    With it stands what became of the page's claims: one that is wrong is told at each build.

    ``rules`` is a hash of what decides whether outputs may be shown.
    """

    def __init__(self, cache: Path, rules: str) -> None:
        self.cache, self.rules = cache, rules
        self.file = cache / "kept.json"
        self.pages: dict[str, Entry] = {}
        # None, or a build was killed, or its form is another.
        with suppress(FileNotFoundError, ValueError, AttributeError, KeyError, TypeError):
            kept = json.loads(self.file.read_text("utf-8"))
            if kept.get("rules") == rules:  # else its entries may have another form, too
                self.pages = dict(kept["pages"])

    def __contains__(self, page: Path) -> bool:
        """Tell whether the outputs of a page as it is now are in the cache."""
        digest, key, size, _ = self.pages.get(shown(page), ("", "", 0, []))
        outputs = self._outputs(key)
        whole = outputs.exists() and outputs.stat().st_size == size  # a build may be killed
        return whole and digest == sha256(page.read_bytes()).hexdigest()

    def add(self, page: Path, content: bytes, key: str, verdicts: Iterable[Verdict] = ()) -> None:
        """Note that the outputs of a page, as it was read, are in the cache under a key."""
        size = self._outputs(key).stat().st_size
        self.pages[shown(page)] = sha256(content).hexdigest(), key, size, [*verdicts]

    def verdicts(self, page: Path) -> list[Verdict]:
        """Return what became of the claims of a page that is known."""
        return [Verdict(*verdict) for verdict in self.pages[shown(page)][3]]

    def outputs(self, page: Path) -> list[list[dict[str, Any]]]:
        """Return what each cell of a page that is known has left."""
        executed = json.loads(self._outputs(self.pages[shown(page)][1]).read_text("utf-8"))
        return [cell["outputs"] for cell in executed["cells"] if cell["cell_type"] == "code"]

    def save(self) -> None:
        """Write the list."""
        write(self.file, json.dumps({"rules": self.rules, "pages": self.pages}, indent=1))

    def _outputs(self, key: str) -> Path:
        return self.cache / "executed" / key / "base.ipynb"
