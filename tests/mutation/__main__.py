"""Break `dlref` in every way that mutmut knows, and ask its tests: ``make mutants``.

Prints, module by module, how many mutants the tests kill. Fails if these are less than 95 %, if a
mutant survives that ``survivors.txt`` does not list with a reason, or if one that it lists does
not survive any more. With names of modules as arguments, only their mutants are made and judged.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import libcst as cst
from mutmut.__main__ import cli
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

LISTED = Path(__file__).parent / "survivors.txt"
WANTED = 0.95
PROCESSES = 2
KILLED = {"killed", "timeout", "segfault"}
# mutmut leaves all functions with a decorator alone, since a copy of them could have side effects.
# This decorator has none; else most formulas of `regression` and `regularize` would be skipped.
HARMLESS = "raise_on_overflow"


class Change(NamedTuple):
    """What a mutant does: to which function, and to which lines."""

    function: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.function}\n- {self.before}\n+ {self.after}"


def mutate_below(decorator: str) -> None:
    """Make mutmut mutate functions whose only decorator is this one."""
    skips = MutationVisitor._skip_node_and_children

    def skips_unless_harmless(visitor: MutationVisitor, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef):
            names = [getattr(d.decorator, "value", None) for d in node.decorators]
            if names == [decorator]:
                return False
        return bool(skips(visitor, node))

    MutationVisitor._skip_node_and_children = skips_unless_harmless


def results() -> Iterator[tuple[str, str, Change]]:
    """Yield of each mutant its module, what became of it, and what it does."""
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            status = status_by_exit_code[code]
            if status != "not checked":
                yield path.stem, status, change(name, path)


def change(name: str, path: Path) -> Change:
    """Return what a mutant does, of its lines those that differ."""
    # From dlref.regression.x_predict__mutmut_1 or dlref.latent.xǁPCAǁencode__mutmut_1
    function = name.rpartition("__mutmut")[0].replace(".xǁ", ".").replace("ǁ", ".")
    lines = get_diff_for_mutant(name, path=path).splitlines()[3:]
    before, after = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return Change(function.replace(".x_", "."), before, after)


def listed() -> dict[Change, str]:
    """Read the survivors that are known: paragraphs of function, - before, + after, reason."""
    known = {}
    for paragraph in LISTED.read_text("utf-8").split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line and not line.startswith("#")]
        if lines:
            function, before, after, *reason = lines
            if not (before.startswith("- ") and after.startswith("+ ") and reason):
                sys.exit(f"{LISTED}: wants function, - before, + after, reason; got\n{paragraph}")
            known[Change(function, before[2:], after[2:])] = " ".join(reason)
    return known


def judge(modules: list[str]) -> bool:
    """Print the table and what is wrong; return whether all is right."""
    known = {c: reason for c, reason in listed().items() if of(c, modules)}
    made, killed = Counter(), Counter()
    survivors = []
    for module, status, what in results():
        made[module] += 1
        if status in KILLED:
            killed[module] += 1
        else:
            survivors.append((what, status))
    print(f"{'module':14}{'mutants':>8}{'killed':>8}{'survived':>10}{'':>9}")
    for module in [*made, None]:
        n, k = (made[module], killed[module]) if module else (made.total(), killed.total())
        print(f"{module or 'all':14}{n:8}{k:8}{n - k:10}{k / n:9.1%}")
    alive = {what for what, _ in survivors}
    unlisted = [(what, status) for what, status in survivors if what not in known]
    stale = [what for what in known if what not in alive]
    for what, status in unlisted:
        print(f"\nnot listed in {LISTED.name} ({status}):\n{what}")
    for what in stale:
        print(f"\nlisted in {LISTED.name}, but not alive:\n{what}")
    enough = killed.total() >= WANTED * made.total()
    print(
        f"\n{killed.total() / made.total():.1%} killed (wanted: at least {WANTED:.0%}); "
        f"of the {len(survivors)} that survive, {len(survivors) - len(unlisted)} are listed with "
        f"a reason; {len(stale)} are listed in vain"
    )
    return enough and not unlisted and not stale


def of(what: Change, modules: list[str]) -> bool:
    """Whether a change is in one of the modules; no modules stand for all."""
    return not modules or what.function.split(".")[1] in modules


if __name__ == "__main__":
    modules = sys.argv[1:]
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the processes are as many as they should be
    shutil.rmtree("mutants", ignore_errors=True)  # each run tests anew what it reports
    mutate_below(HARMLESS)
    names = [f"dlref.{module}.*" for module in modules]
    cli(["run", "--max-children", str(PROCESSES), *names], standalone_mode=False)
    sys.exit(not judge(modules))
