"""The entry of the command ``eqcheck``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from difflib import get_close_matches

from .lines import as_json, lines_of, listed, sum_of
from .options import Options, read_options
from .progress import Progress
from .work import Checked, check_files

HOLDS, FAILS, CANNOT_RUN = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code: 0, all holds; 1, something fails; 2, it cannot run."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments[:1] == ["explain"]:
            from .explain import explain  # no other needs it

            return explain(arguments[1:])
        return check(read_options(arguments))
    except BrokenPipeError:  # who reads it has seen enough; Python would complain at its end
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT_RUN
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return CANNOT_RUN


def check(options: Options) -> int:
    """Check files and print what is found; return the exit code."""
    progress = Progress(sys.stderr, len(options.files) + len(options.docstrings))
    every = []
    for checked in check_files(options, progress.tell):
        progress.clear()
        every.append(checked)
        if checked.trouble:
            print(checked.trouble, file=sys.stderr)
        elif not options.json:
            _print(checked, options)
    progress.clear()
    unknown = _unknown_labels(every, options)
    if unknown:
        print(unknown, file=sys.stderr)
    if options.json:
        print(as_json(every))
    elif not (options.quiet or options.list or all(checked.trouble for checked in every)):
        print(sum_of(every))
    if unknown or any(checked.trouble for checked in every):
        return CANNOT_RUN
    fails = any(not finding.passed for checked in every for finding in checked.findings)
    return FAILS if fails else HOLDS


def _print(checked: Checked, options: Options) -> None:
    for finding in checked.findings:
        if options.list:
            print(listed(finding))
        elif not (options.quiet and finding.passed):
            print(*lines_of(finding), sep="\n")


def _unknown_labels(every: list[Checked], options: Options) -> str:
    """Return what is said of labels that no formula has; "" if there are none."""
    known = {label for checked in every for label in checked.labels if label}
    missing = [name for name in options.only if "*" not in name and name not in known]
    if not missing or any(checked.trouble for checked in every):
        return ""
    near = get_close_matches(missing[0], known, 1)
    how = f"did you mean {near[0]}?" if near else "eqcheck --list names all labels"
    return f"--only: no formula has the label {missing[0]}; {how}"
