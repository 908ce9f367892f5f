"""Run functions in processes of their own, which start at once: libraries are imported already.

Sphinx and its extensions keep state in their modules, and so a process builds once.  A server
process imports the libraries, and nothing of the book, and forks: what has changed in the book's
own code is imported anew.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import parent_process
from typing import Any, TypeVar

T = TypeVar("T")
LIBRARIES = (
    "sphinx.application",
    "sphinx.builders.html",
    "sphinx.builders.latex",
    "sphinx.domains.c",
    "sphinx.domains.cpp",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "sphinx_book_theme",
    "sphinxcontrib.bibtex",
    "sphinxcontrib.bibtex.plugin",
    "myst_nb.sphinx_ext",
    "jupyter_cache.cache.main",
    "nbclient",
    "numpy",
    "pybtex.plugin",
    "tinycss2",
)
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(list(LIBRARIES))


class ProcessDiedError(Exception):
    """A process ended without an answer."""


class Task:
    """A function that runs in a process of its own."""

    def __init__(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> None:
        self._answer, theirs = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(
            target=_work, args=(theirs, function, arguments, options), daemon=False
        )
        self._process.start()
        theirs.close()

    def result(self) -> Any:
        """Wait for what the function returns.

        Raises
        ------
        OSError
            If the function raised it: a disk is full, or may not be written.
        ProcessDiedError
            If the function raised something else, or the process ended before it could answer.
        """
        try:
            result, error = self._answer.recv()
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            said = f"a process of the build ended with code {code}: is memory short?"
            raise ProcessDiedError(said) from None
        self._process.join()
        if error is not None:
            raise error
        return result

    def stop(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.join()


def side_by_side(function: Callable[..., T], calls: Iterable[tuple[Any, ...]]) -> Iterator[T]:
    """Run calls of a function at once, and yield what they return in their order; or end all."""
    tasks = [Task(function, *call) for call in calls]
    try:
        yield from (task.result() for task in tasks)
    finally:
        for task in tasks:
            task.stop()


def _work(
    answer: Connection,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends all without a traceback
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        answer.send((function(*arguments, **options), None))
    except OSError as error:
        error.add_note(traceback.format_exc())  # an error that is sent has no traceback
        answer.send((None, error))
    except Exception:
        traceback.print_exc()
        answer.send((None, ProcessDiedError("this is a fault of the build, not of a page")))
    sys.stdout.flush()


def _end_with_parent() -> None:
    """Let no build go on after the one who holds its lock is gone."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
