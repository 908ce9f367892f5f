"""One build at a time: another in the same folder waits, and is told for whom."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(file: Path, what: str) -> Iterator[None]:
    """Hold the lock of a file; the system lets go of it when this process ends, however it does."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "another build"
            print(f"==> waiting: {holder} builds in this folder", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"`{what}` (process {os.getpid()}, since {time.strftime('%H:%M:%S')})")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)
