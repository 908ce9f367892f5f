"""The peers are the ones that were asked for; a peer that is missing is a failure, not a skip."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

PEERS = ("scikit-learn", "torch")
FILES = ("requirements.txt", "torch.txt")
LOCKED = "".join((Path(__file__).parent / name).read_text() for name in FILES)


@pytest.mark.parametrize("name", PEERS)
def test_peer_is_installed_in_the_pinned_version(name):
    pinned = re.findall(rf"^{name}==([\d.]+)", LOCKED, re.MULTILINE)
    assert [version(name).split("+")[0]] == pinned
