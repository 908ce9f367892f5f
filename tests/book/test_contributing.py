"""CONTRIBUTING.md lists all that the extensions add to Sphinx, and its sample page is one."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from unittest.mock import MagicMock

import pytest

import book._ext
from book._ext.languages.parity import check_page

TEXT = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text("utf-8")


def registered(method: str) -> set[str]:
    """Return the names that the ``setup`` of any module of ``book/_ext`` hands to a method."""
    names = set()
    for module in pkgutil.walk_packages(book._ext.__path__, "book._ext."):
        app = MagicMock()
        getattr(importlib.import_module(module.name), "setup", lambda app: None)(app)
        added = [call.args[0] for call in getattr(app, method).call_args_list]
        names.update(getattr(what, "name", what) for what in added)
    return names


def listed(heading: str) -> set[str]:
    """Return the names in the first column of the table under a heading."""
    section = TEXT.split(f"### {heading}\n")[1].split("\n#")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "method"),
    [
        ("Directives", "add_directive"),
        ("Roles", "add_role"),
        ("Builders", "add_builder"),
        ("Settings", "add_config_value"),
    ],
)
def test_what_the_extensions_add_is_listed_and_nothing_else(heading: str, method: str) -> None:
    assert listed(heading) == registered(method)


def test_the_sample_page_says_the_same_in_both_languages() -> None:
    (page,) = re.findall(r"^````markdown\n(.*?)^````$", TEXT, re.MULTILINE | re.DOTALL)
    assert check_page(page) == []
