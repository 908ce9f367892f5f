"""Says on a terminal what is being done, in one line that goes away."""

from __future__ import annotations

from typing import TextIO


class Progress:
    """A line on a terminal; elsewhere nothing is written."""

    def __init__(self, stream: TextIO, files: int) -> None:
        self.stream, self.files = stream, files
        self.done: list[str] = []
        self.is_shown = stream.isatty()

    def tell(self, place: str) -> None:
        """Say where the work is: in which file, at which line."""
        file = place.partition(":")[0]
        if file not in self.done:
            self.done.append(file)
        if self.is_shown:
            self._write(f"[{len(self.done)}/{self.files}] {place}")

    def clear(self) -> None:
        """Let the line go away, so that something can be printed."""
        if self.is_shown:
            self._write("")

    def _write(self, text: str) -> None:
        self.stream.write(f"\r\x1b[K{text}")
        self.stream.flush()
