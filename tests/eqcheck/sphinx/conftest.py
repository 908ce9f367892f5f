"""Small projects, built in this process; without Sphinx there is nothing to test here."""

import shutil
from importlib.util import find_spec

import pytest

collect_ignore_glob = [] if find_spec("sphinx") else ["test_*.py"]


@pytest.fixture
def project(tmp_path):
    from tests.eqcheck.sphinx.projects import Project

    return Project(tmp_path)


@pytest.fixture
def example(project):
    from tests.eqcheck.sphinx.projects import EXAMPLE

    for file in EXAMPLE.iterdir():
        if file.is_file():
            shutil.copy(file, project.source / file.name)
    return project
