"""Run all benchmarks and print one table: ``make bench``. Each also runs alone, by its name."""

import subprocess
import sys

BENCHMARKS = (
    "bench_import",
    "bench_gradcheck",
    "bench_training_step",
    "bench_build",
    "bench_growth",
    "bench_live",
    "bench_site",
)

# Each in a process of its own: what one imports and pins must not touch another.
failed = [
    name
    for name in BENCHMARKS
    if subprocess.run([sys.executable, "-m", f"tests.bench.{name}"]).returncode
]
sys.exit(f"above its limit, or broken: {', '.join(failed)}" if failed else 0)
