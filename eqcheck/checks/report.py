"""The result of a check, as data and as a line for a log."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ..errors import Refusal
from .sentence import Counterexample

GREY = ("definition", "notation", "model")
KINDS = ("identity", "bound", "code", "optimality", "limit", "distribution", *GREY)
EXECUTED = ("checked", "wrong-as-expected")
PASSING = (*EXECUTED, *GREY)
FAILING = ("wrong", "refused", "unbound", "survived")


@dataclass(frozen=True)
class Result:
    """The outcome of one check.

    ``error`` is the largest relative disagreement of all draws; ``missing`` is the name without a
    meaning for whose sake it is refused; ``counterexample`` is a draw that shows it wrong, which
    ``witness`` tells apart into names and values.  ``refusal`` says where, what and how.  ``steps``
    is the work of it all, the same on all machines.  ``true`` names the mutants that live because
    they are true: proved to be, or listed.
    """

    label: str
    page: str
    kind: str
    state: str
    latex: str
    error: float | None = None
    draws: int = 0
    mutants: int = 0
    killed: int = 0
    message: str = ""
    missing: str = ""
    counterexample: str = ""
    steps: int = 0
    true: tuple[str, ...] = ()
    witness: Counterexample | None = field(default=None, compare=False)
    refusal: Refusal | None = field(default=None, compare=False)

    @property
    def passed(self) -> bool:
        """Whether a build may go on."""
        return self.state in PASSING

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain data, for a cache or a table: what can be told in words."""
        told = asdict(replace(self, witness=None, refusal=None))
        del told["witness"], told["refusal"]
        return told

    def __str__(self) -> str:
        """Return one line for a log."""
        evidence = "" if self.error is None else f" error {self.error:.0e}"
        if self.draws:
            evidence += f", {self.draws} draws, {self.killed} of {self.mutants} mutants killed"
        return f"{self.label or self.latex}: {self.state}{evidence} {self.message}".rstrip()
