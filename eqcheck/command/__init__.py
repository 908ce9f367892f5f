"""The command ``eqcheck``: runs the formulas of files, and tells how each fared."""
