"""``{try}``: an exercise that answers: the reader writes, and the page says whether it is right.

The question stands first, then ``{answer}`` with what is expected (see ``tasks``), then what the
solution says of it.  Each is proved while its page is read (see ``proofs``).  Without scripts, on
paper and in the EPUB it is an exercise with its solution.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from book._ext.exercises import pass_through, solution, solution_title
from book._ext.files import write
from book._ext.languages.bilingual import spoken_nodes
from book._ext.live import pages
from book._ext.live.proofs import faults
from book._ext.live.tasks import Task, read_task
from book._ext.truth.execution import hash_of
from eqcheck.sphinx.nodes import page_step
from eqcheck.sphinx.settings import kept_results

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

OWN = ("book/_ext/live/reader", "book/_ext/live/proofs.py", "requirements.txt")
TITLE = ("试一试", "Your turn: ")
SOLUTION = ("解答", "Solution")
logger = logging.getLogger(__name__)


class try_exercise(nodes.General, nodes.Element):  # noqa: N801 (docutils nodes are lower case)
    """A title, a question, what is given, and a ``solution``; ``task`` is what is asked."""


class try_title(nodes.title):  # noqa: N801
    """The line that names an exercise."""


class try_answer(nodes.Invisible, nodes.Element):  # noqa: N801
    """What an author expects, until its exercise is arranged: a ``task``."""


class try_given(nodes.General, nodes.Element):  # noqa: N801
    """What a reader starts from: a left side and perhaps more, or the beginning of a function."""


# ------------------------------------------------------------------ what authors write


class TryDirective(SphinxDirective):
    """``{try} TITLE``: a question, an ``{answer}``, and what the solution says."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[Node]:
        """Read what it holds; :class:`Tries` arranges it when its label is known."""
        box = try_exercise()
        self.set_source_info(box)
        children, messages = self.state.inline_text(self.arguments[0], self.lineno)
        edition, (zh, en) = self.config.edition, TITLE
        words = spoken_nodes(edition, f"{zh}：" if edition == "zh" else zh, en)
        box += try_title("", "", *words, *children)
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box, *messages]


class AnswerDirective(SphinxDirective):
    """``{answer}``: what is expected of a reader, as YAML."""

    has_content = True
    # No option_spec: MyST would take the first lines for options.

    def run(self) -> list[Node]:
        """Read it."""
        first = self.lineno + self.content_offset  # MyST counts one more within a directive
        answer = try_answer(task=read_task("\n".join(self.content), first), first=first)
        self.set_source_info(answer)
        return [answer]


class Tries(SphinxTransform):
    """Put the solution of each exercise into a fold, and give both their ids."""

    default_priority = 280  # labels are the ids of what they stand above by now

    def apply(self, **kwargs: Any) -> None:
        """Arrange each, and warn of what is wrong with it."""
        for box in self.document.findall(try_exercise):
            answers = [child for child in box.children if isinstance(child, try_answer)]
            if len(answers) != 1:
                self._warn(box, f"a {{try}} has one {{answer}}, between question and solution; "
                           f"this has {len(answers)}")  # fmt: skip
            elif not any(label.startswith("try-") for label in box["ids"]):
                self._warn(box, "a {try} has a label in the line above it: (try-name)=")
            else:
                self._arrange(box, answers[0])
        for answer in list(self.document.findall(try_answer)):
            answer.parent.remove(answer)

    def _arrange(self, box: try_exercise, answer: try_answer) -> None:
        task: Task = answer["task"]
        for line, message in task.faults.items():
            logger.warning("%s", message, location=(self.env.docname, line), type="tries")
        place = box.index(answer)
        explained = box.children[place + 1 :]
        del box.children[place + 1 :]
        name = next(label for label in box["ids"] if label.startswith("try-"))
        folded = solution("", ids=[f"{name}-solution"])
        folded += solution_title("", "", *spoken_nodes(self.env.config.edition, *SOLUTION))
        folded += explained
        if not task.faults:
            box["task"] = task._replace(data={"try": name, **task.data})
            box += page_step(step=box["task"].data, latex=_latex(task.data))
            box += try_given()
        box += folded

    def _warn(self, node: nodes.Element, message: str) -> None:
        logger.warning("%s", message, location=node, type="tries")


def _latex(data: dict[str, Any]) -> str:
    return f"{data['left']} = {data['right']}" if "left" in data else ""


# ------------------------------------------------------------------ proving, and showing


def prove(app: Sphinx, doctree: nodes.document) -> None:
    """Prove the exercises of a page that was just read, after its equations were run."""
    docname = app.env.docname
    steps = json.loads(pages.data(app.env, docname) or "[]")  # as they will be in a browser
    for box in doctree.findall(try_exercise):
        task: Task | None = box.get("task")
        if task is None:
            continue
        for line, message in _faults(task, steps, kept_results(app).folder):
            logger.warning("%s", message, location=(docname, line), type="tries")
        _show(box, task)
        del box["task"]
        box["asks"] = "function" if "function" in task.data else "formula"


def _faults(task: Task, steps: list[dict[str, Any]], kept: Path) -> list[tuple[int, str]]:
    """Return what is wrong with an exercise; what was found before is kept by content."""
    above = steps[: steps.index(task.data) + 1]
    content = json.dumps([above, task, hash_of("eqcheck", "dlref", *OWN)])
    file = kept / f"try-{sha256(content.encode()).hexdigest()}.json"
    if file.exists():
        return [tuple(fault) for fault in json.loads(file.read_text("utf-8"))]
    found = [*faults(task, above)]
    write(file, json.dumps(found))
    return found


def _show(box: nodes.Element, task: Task) -> None:
    """Show what is given, and the answer in the solution.

    They are added when equations have been run: a start that is to be mended does not hold.
    """
    [given] = box.findall(try_given)
    [folded] = box.findall(solution)
    data = task.data
    if "function" in data:
        given += _code(data["start"])
        folded.insert(1, _code(task.solution))
        return
    mended = f" = {data['start']}" if data["start"] else ""
    asked = nodes.paragraph("", "", nodes.math("", f"\\displaystyle {data['left']}{mended}"))
    asked += [] if mended else [nodes.Text(" = ?")]
    given += asked
    answer = nodes.math("", f"\\displaystyle {_latex(data)}")
    folded.insert(1, nodes.paragraph("", "", answer, classes=["try-right"]))


def _code(text: str) -> nodes.literal_block:
    return nodes.literal_block(text.rstrip(), text.rstrip(), language="python")


def tell_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell the templates whether a page has exercises that answer."""
    context["tries"] = doctree is not None and any(doctree.findall(try_exercise))


def visit_html(self: Any, node: try_exercise) -> None:
    """Open an exercise: the hook that lets readers answer it."""
    self.body.append(self.starttag(node, "div", CLASS="try", **{"data-try": node.get("asks", "")}))


def depart_html(self: Any, node: nodes.Element) -> None:
    """Close it, or a part."""
    self.body.append("</div>\n")


def visit_title_html(self: Any, node: try_title) -> None:
    """Open the line that names it."""
    self.body.append(self.starttag(node, "p", "", CLASS="try-title"))


def depart_title_html(self: Any, node: try_title) -> None:
    """Close the line."""
    self.body.append("</p>\n")


def visit_given_html(self: Any, node: try_given) -> None:
    """Open what is given."""
    self.body.append(self.starttag(node, "div", CLASS="try-given"))


def visit_title_latex(self: Any, node: try_title) -> None:
    """Open the line that names it, which keeps to what follows."""
    self.body.append("\n\\par\\medskip\\noindent\\textbf{")


def depart_title_latex(self: Any, node: try_title) -> None:
    """Close the line."""
    self.body.append("}\\par\\nopagebreak\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives, their nodes, and the proof."""
    plain: Any = (pass_through, pass_through)
    app.add_directive("try", TryDirective)
    app.add_directive("answer", AnswerDirective)
    html: Any = (visit_html, depart_html)
    given: Any = (visit_given_html, depart_html)
    title: Any = (visit_title_html, depart_title_html)
    on_paper: Any = (visit_title_latex, depart_title_latex)
    app.add_node(try_exercise, html=html, epub=html, latex=plain, text=plain)
    app.add_node(try_given, html=given, epub=given, latex=plain, text=plain)
    app.add_node(try_title, html=title, epub=title, latex=on_paper, text=plain)
    app.add_node(try_answer)
    app.add_transform(Tries)
    app.connect("html-page-context", tell_page)
    app.connect("doctree-read", prove, priority=600)  # after equations
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
