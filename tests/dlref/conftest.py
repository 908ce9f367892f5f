"""What a test draws from its module's generator does not depend on which tests ran before it."""

import numpy as np
import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Start the generator of the test's module anew, apart from what the module drew itself."""
    rng = getattr(getattr(item, "module", None), "rng", None)
    if rng is not None:
        rng.bit_generator.state = np.random.default_rng(1).bit_generator.state
