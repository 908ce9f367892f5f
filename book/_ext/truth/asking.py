"""The client of a page's kernel: it runs the cells, and asks what the prose claims of them."""

from __future__ import annotations

import json
from ast import literal_eval
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nbclient import NotebookClient

from book._ext.truth.claims import Answer, Step

if TYPE_CHECKING:
    from nbformat import NotebookNode

ASK = "__import__('book._ext.truth.answers', fromlist=['in_kernel']).in_kernel(get_ipython(), {!r})"


class AskingClient(NotebookClient):
    """Runs cells, and asks before the first and after each what the prose wants to know."""

    def __init__(
        self, notebook: NotebookNode, steps: Sequence[Sequence[Step]], **options: Any
    ) -> None:
        super().__init__(notebook, **options)
        self.steps = steps
        self.answers: list[list[Answer]] = []

    async def async_execute_cell(
        self, cell: NotebookNode, cell_index: int, *args: Any, **options: Any
    ) -> NotebookNode:
        """Execute a cell, and ask."""
        if not self.answers:
            await self.ask()
        done = await super().async_execute_cell(cell, cell_index, *args, **options)
        if cell.cell_type == "code":
            await self.ask()
        return done

    async def ask(self) -> None:
        """Ask what stands between two cells, through the protocol's own ``user_expressions``."""
        steps = self.steps[len(self.answers)]
        answers: list[Answer] = []
        if steps:
            asked = {"answers": ASK.format(json.dumps(steps))}
            client: Any = self.kc
            try:
                reply = await client.execute(
                    "", silent=True, user_expressions=asked, reply=True, timeout=self.timeout
                )
            except TimeoutError:
                late = {"error": f"ran longer than {self.timeout} s, or ended its kernel"}
                answers = [late] * len(steps)
            else:
                found = reply["content"]["user_expressions"]["answers"]
                if found["status"] == "ok":
                    answers = json.loads(literal_eval(found["data"]["text/plain"]))
                else:  # what cells have made cannot be looked at
                    failed = {"error": f"raised {found['ename']}: {found['evalue']}"}
                    answers = [failed] * len(steps)
        self.answers.append(answers)
