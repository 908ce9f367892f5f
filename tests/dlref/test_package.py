"""What `import dlref` promises: flat names, nothing but NumPy, and little time."""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
import subprocess
import sys

import dlref

MEASURE = """
import sys, time
import numpy
before, start = set(sys.modules), time.perf_counter()
import dlref
seconds = time.perf_counter() - start
print(seconds, *{name.partition(".")[0] for name in set(sys.modules) - before})
"""


def public_names(module):
    """Yield the functions and classes that a module defines for others."""
    for name, value in vars(module).items():
        defined_here = getattr(value, "__module__", None) == module.__name__
        if (
            not name.startswith("_")
            and defined_here
            and inspect.isroutine(value) | inspect.isclass(value)
        ):
            yield name


def test_all_public_names_are_exported_flat_and_once():
    assert len(dlref.__all__) == len(set(dlref.__all__))
    internal = {"validation"}
    names = {"BFLOAT16", "FLOAT16"}
    for info in pkgutil.iter_modules(dlref.__path__):
        if info.name not in internal:
            names |= set(public_names(importlib.import_module(f"dlref.{info.name}")))
    for_equations = {"cross_validate_least_squares", "fit_least_squares", "predict_without"}
    unexported = {"LatentModel", "linear", "shortest_solution"} | for_equations
    assert names - set(dlref.__all__) == unexported
    for name in dlref.__all__:
        assert getattr(dlref, name).__doc__


def test_import_adds_only_the_standard_library_and_at_most_20_ms(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(tmp_path)  # the first run compiles, as an install does
    runs = [
        subprocess.run(
            [sys.executable, "-c", MEASURE],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout.split()
        for _ in range(5)
    ]
    assert min(float(seconds) for seconds, *_ in runs) < 0.020
    assert set(runs[0][1:]) <= {"dlref", "numpy", *sys.stdlib_module_names}
