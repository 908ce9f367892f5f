"""One build at a time: another in the same folder waits, and is told for whom.

``python -m book._ext.build.lock "make pdf" COMMAND …`` runs a command that builds.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from book._ext.paths import BUILD

LOCK = BUILD / "lock"


@contextmanager
def locked(what: str, file: Path = LOCK) -> Iterator[None]:
    """Hold the lock; the system lets go of it when this process ends, however it ends."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "another build"
            print(f"==> waiting: {holder} builds in this folder", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"`{what}` (process {os.getpid()}, since {time.strftime('%H:%M:%S')})")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


if __name__ == "__main__":
    with locked(sys.argv[1]):
        sys.exit(subprocess.call(sys.argv[2:]))
