"""The last lines of a page: the commit and its date, never the clock's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ConfigError

from book._ext.site.colophon import add_colophon, last_commit
from tests.book.site.small_site import build_site


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    environment = os.environ | {"GIT_COMMITTER_DATE": "@86400 +0000"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with one commit, of the second day of 1970."""
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")
    return tmp_path


def test_the_version_is_the_last_commit_with_its_date(repository: Path) -> None:
    name = git(repository, "rev-parse", "--short", "HEAD")
    assert last_commit(repository) == (name, "1970-01-02")


def test_a_packager_may_set_the_date(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    name, date = last_commit(repository)
    assert date == "1970-01-01"
    assert name == git(repository, "rev-parse", "--short", "HEAD")


def test_without_a_repository_nothing_is_known_but_the_packagers_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert last_commit(tmp_path) == ("", "")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert last_commit(tmp_path) == ("", "1970-01-01")


def test_a_repository_without_an_answer_fails_the_build_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q")  # and no commit
    with pytest.raises(ConfigError, match=r"has a \.git, but git does not tell .*: fatal: "):
        last_commit(tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match=r"git does not tell its last commit: .*No such file"):
        last_commit(tmp_path)


def test_a_folder_within_a_repository_is_not_mistaken_for_one(repository: Path) -> None:
    (repository / "unpacked").mkdir()
    assert last_commit(repository / "unpacked") == ("", "")


@pytest.mark.parametrize(
    ("doctree", "source"), [(object(), "book/mlp.md"), (None, "")], ids=["page", "search"]
)
def test_a_page_names_version_issues_and_its_file_if_it_has_one(
    doctree: object, source: str
) -> None:
    config = SimpleNamespace(book_commit="abc", book_date="1970-01-02", book_issues="https://i")
    context: dict[str, Any] = {}
    add_colophon(SimpleNamespace(config=config), "mlp", "page.html", context, doctree)  # type: ignore[arg-type]
    assert context == {
        "commit": "abc",
        "commit_date": "1970-01-02",
        "issues": "https://i",
        "source_file": source,
        "source_link": "",
        "edit_link": "",
    }


def test_a_built_page_says_its_date_its_file_and_where_errors_go(tmp_path: Path) -> None:
    environment = {"SOURCE_DATE_EPOCH": "86400", "BOOK_ISSUES": "https://example.org/issues"}
    built = build_site(tmp_path, environment=environment)
    page = BeautifulSoup(built.html(), "html.parser")
    said = " ".join(page.select_one(".colophon").get_text().split())
    assert "1970-01-02" in said
    assert "book/page.md" in said
    assert page.select_one('details.report a[href="https://example.org/issues"]') is not None
    assert "https://example.org/issues" not in built.html("search")


def test_a_built_page_without_an_address_for_errors_has_no_form(tmp_path: Path) -> None:
    page = BeautifulSoup(build_site(tmp_path).html(), "html.parser")
    assert page.select("details.cite") != []
    assert page.select("details.report") == []


@pytest.mark.parametrize(
    ("repository", "source", "edit"),
    [
        (
            "https://github.com/a/b",
            "https://github.com/a/b/blob/main/book/page.md?plain=1",
            "https://github.com/a/b/edit/main/book/page.md",
        ),
        (
            "https://gitlab.com/a/b/",
            "https://gitlab.com/a/b/-/blob/main/book/page.md?plain=1",
            "https://gitlab.com/a/b/-/edit/main/book/page.md",
        ),
    ],
)
def test_with_a_repository_a_page_offers_its_source_and_an_edit_at_its_foot_alone(
    tmp_path: Path, repository: str, source: str, edit: str
) -> None:
    built = build_site(tmp_path, environment={"BOOK_REPOSITORY": repository})
    page = BeautifulSoup(built.html(), "html.parser")
    assert [str(link["href"]) for link in page.select(".colophon a")] == [source, edit]
    assert len(page.select(f'a[href^="{repository.rstrip("/")}"]')) == 2
    assert repository.rstrip("/") not in built.html("search")


def test_without_a_repository_nothing_leads_to_one(tmp_path: Path) -> None:
    page = BeautifulSoup(build_site(tmp_path).html(), "html.parser")
    assert page.select(".colophon a") == []
