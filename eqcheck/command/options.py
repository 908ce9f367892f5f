"""What may stand on the command line, and what it means."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from typing import NoReturn

EPILOG = """\
exit codes:
  0  all that was checked holds
  1  something needs mending: a formula, a table, a check
  2  it could not run: no such file, no such option, a module that cannot be imported

eqcheck explain FILE:LINE says how the formula in that line is understood.
"""


@dataclass(frozen=True)
class Options:
    """How files are checked; plain data, which other processes take along."""

    files: tuple[str, ...] = ()
    docstrings: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    fast: bool = False
    list: bool = False
    json: bool = False
    quiet: bool = False
    strict: bool = False
    jobs: int = 1


def read_options(arguments: list[str]) -> Options:
    """Read the command line; what is wrong with it ends the program with the exit code 2.

    >>> read_options(["--fast", "--functions", "a.b,c", "notes.md"]).functions
    ('a.b', 'c')
    """
    parser = _parser()
    found = parser.parse_args(arguments)
    if not (found.files or found.docstrings):
        parser.error("the following arguments are required: FILE")
    jobs = found.jobs or os.cpu_count() or 1
    return Options(
        files=tuple(found.files),
        docstrings=_each(found.docstrings),
        functions=_each(found.functions),
        only=_each(found.only),
        jobs=max(1, jobs),
        **{key: getattr(found, key) for key in ("fast", "list", "json", "quiet", "strict")},
    )


def _each(given: list[str]) -> tuple[str, ...]:
    return tuple(name for names in given for name in names.replace(",", " ").split())


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in one line."""

    def error(self, message: str) -> NoReturn:
        """End the program with the exit code 2."""
        self.exit(2, f"{self.prog}: {message}; {self.prog} --help says what there is\n")


class _Version(argparse.Action):
    """Prints which version is installed; it is looked up for that alone."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            installed = version("eqcheck")
        except PackageNotFoundError:
            installed = "that is not installed"
        print(f"eqcheck {installed}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="eqcheck",
        description="Run the formulas of files from their own LaTeX, and try to break them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help="Markdown, LaTeX, reStructuredText, .ipynb or .py")
    add(
        *("--docstrings", "-d"),
        metavar="PACKAGE",
        action="append",
        default=[],
        help="check the formulas in its docstrings against its functions; may be repeated",
    )
    add(
        *("--functions", "-f"),
        metavar="MODULE",
        action="append",
        default=[],
        help="a module whose functions checks may name, imported for that; may be repeated",
    )
    add(
        *("--only", "-k"),
        metavar="LABEL",
        action="append",
        default=[],
        help="check the formula of this label alone; may be repeated, and have * in it",
    )
    add("--fast", action="store_true", help="few draws, and no wrong versions of what holds")
    add("--list", action="store_true", help="say what would be checked, and run nothing")
    add("--json", action="store_true", help="print JSON")
    add("--quiet", "-q", action="store_true", help="print only what needs mending")
    add("--strict", action="store_true", help="ask for a label and a check of every display")
    add(
        *("--jobs", "-j"),
        metavar="N",
        type=_number,
        default=0,
        help="check this many files at once; by default, as many as there are processors",
    )
    add("--version", action=_Version, nargs=0, help="print which version is installed")
    return parser


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a whole number is wanted, got '{text}'")
    return int(text)
