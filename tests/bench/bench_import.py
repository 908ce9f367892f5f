"""What `import dlref` adds to `import numpy`: at most 20 ms, once the bytecode is compiled."""

import os
import subprocess
import sys
import tempfile

from tests.bench.table import line, verdict

LIMIT = 20.0
SCRIPT = """
import time, numpy
start = time.perf_counter()
import dlref
print((time.perf_counter() - start) * 1e3)
"""


def milliseconds(env: dict[str, str]) -> float:
    run = [sys.executable, "-c", SCRIPT]
    return float(subprocess.run(run, env=env, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        first, *rest = [milliseconds(env) for _ in range(6)]
    took = min(rest)
    line("import dlref", f"{took:.1f} ms {verdict(took, LIMIT)}, the first time {first:.1f} ms")
    sys.exit(took > LIMIT)
