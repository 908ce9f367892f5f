"""Run all benchmarks and print one table: ``make bench``."""

from tests.bench import bench_build

for what, result in bench_build.rows():
    print(f"{what:44}{result}", flush=True)
