"""CONTRIBUTING.md lists all that the extensions add to Sphinx, and its sample page is one."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from unittest.mock import MagicMock

import pytest

import book._ext
import eqcheck.sphinx
from book._ext.build.check import doctests_of, failed_doctests
from book._ext.languages.glossary import GLOSSARY
from tests.book.app import Build
from tests.book.whole_page import build_whole

TEXT = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text("utf-8")
(SAMPLE,) = re.findall(r"^````markdown\n(.*?)^````$", TEXT, re.MULTILINE | re.DOTALL)


def registered(method: str) -> set[str]:
    """Return the names that the ``setup`` of any module of an extension hands to a method."""
    names = set()
    for module in [
        *pkgutil.walk_packages(book._ext.__path__, "book._ext."),
        *pkgutil.walk_packages(eqcheck.sphinx.__path__, "eqcheck.sphinx."),
    ]:
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


def test_the_sample_page_is_built_and_executed_without_a_warning_in_either_language(
    build: Build, tmp_path: Path
) -> None:
    built = build_whole(build, tmp_path, "sigmoid", SAMPLE)
    for edition, alt in (("zh", "一条从零升到一的曲线"), ("en", "A curve that rises")):
        assert f'alt="{alt}' in built[edition]


def test_the_doctests_of_the_sample_page_pass(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(SAMPLE, "utf-8")
    assert failed_doctests(path) == []
    assert sum(block.count(">>>") for _, block in doctests_of(SAMPLE)) == SAMPLE.count("\n>>>") > 0


def test_the_codes_in_the_table_of_checks_are_those_of_the_sample_page() -> None:
    codes = re.findall(r"`(:code: [^`]+)`", TEXT.replace(SAMPLE, ""))
    assert len(codes) == 2
    assert [code for code in codes if f"\n{code}\n" not in SAMPLE] == []


def test_the_entry_of_the_glossary_that_is_shown_stands_there() -> None:
    (entry,) = re.findall(r"^```text\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert f"\n{entry}\n" in GLOSSARY.read_text("utf-8")
