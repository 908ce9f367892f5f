"""Numbers to a verdict: whether a formula holds, and whether its wrong versions are caught."""
