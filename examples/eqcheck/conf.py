"""Settings of a minimal project whose formulas are run: ``sphinx-build -W . _build``."""

project = "Two formulas"
extensions = ["eqcheck.sphinx"]
eqcheck_functions = ["statistics"]  # checks may name these functions
