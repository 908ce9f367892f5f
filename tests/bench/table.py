"""The table that all benchmarks print, each line as soon as it is measured."""

WIDTH = 52


def line(what: str, result: str) -> None:
    """Print what was measured, and what came out."""
    print(f"{what:{WIDTH}}{result}", flush=True)


def verdict(value: float, limit: float) -> str:
    """Say how a value stands to the most that is wanted."""
    return f"(limit {limit:g}: {'ok' if value <= limit else 'TOO MUCH'})"
