"""On a terminal one line says what is being done; elsewhere nothing does."""

import io

from eqcheck.command.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_is_told_the_file_and_the_line():
    terminal = Terminal()
    progress = Progress(terminal, 2)
    for place in ("a.md:3", "a.md:9", "b.md:1"):
        progress.tell(place)
    assert terminal.getvalue().split("\r\x1b[K") == [
        "", "[1/2] a.md:3", "[1/2] a.md:9", "[2/2] b.md:1"
    ]  # fmt: skip
    progress.clear()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_elsewhere_nothing_is_written():
    stream = io.StringIO()
    progress = Progress(stream, 1)
    progress.tell("a.md:3")
    progress.clear()
    assert stream.getvalue() == ""
