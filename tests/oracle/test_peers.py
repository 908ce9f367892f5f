"""The peers are the ones that were asked for; a peer that is missing is a failure, not a skip."""

from importlib.metadata import version
from pathlib import Path

import pytest

REQUIRED = dict(
    line.split("==")
    for line in (Path(__file__).parent / "requirements.txt").read_text().splitlines()
    if "==" in line and not line.startswith("#")
)


@pytest.mark.parametrize("name", REQUIRED)
def test_peer_is_installed_in_the_pinned_version(name):
    assert version(name).split("+")[0] == REQUIRED[name]


def test_pytorch_and_scikit_learn_are_among_the_peers():
    assert {"torch", "scikit-learn"} <= set(REQUIRED)
