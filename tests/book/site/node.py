"""Scripts of the site in Node, where no page is: what they compute without one."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from typing import Any

from book._ext.paths import BOOK
from book._ext.site.bundle import join_scripts
from book._ext.site.katex import NODE


def read_scripts(names: Iterable[str]) -> str:
    """Return scripts of ``book/_static``, put end to end as the site's bundle does it."""
    return join_scripts({name: (BOOK / "_static" / name).read_text("utf-8") for name in names})


def worth(expression: str, scripts: str) -> Any:
    """Return what a JavaScript expression is worth after scripts; what fails in Node fails here."""
    done = subprocess.run(
        [NODE, "--input-type=module"],
        input=f"{scripts}\nconsole.log(JSON.stringify({expression}));",
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
