# SPDX-License-Identifier: Apache-2.0
"""How long a start takes when all is prepared: python -m tests.benchmarks.start_time [--starts 5]

`up` with a cluster and Sirte in a folder of its own: once to make them, then over again. From the command to the first
answer of /health/ready. Goal: 5 s. `./marsa` itself adds its look at the environment before that.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from tests.benchmarks.load import show
from tests.benchmarks.servers import up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=5)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="marsa-start-"))
    folder.chmod(0o755)
    try:
        first = _start_s(folder / "data")
        later = [_start_s(folder / "data") for _ in range(options.starts)]
    finally:
        shutil.rmtree(folder)
    each = " ".join(f"{seconds:.1f}" for seconds in later)
    show(f"first {first:.1f} s, later {statistics.median(later):.1f} s (median of {each})")


def _start_s(data: Path) -> float:
    began = time.monotonic()
    with up(data, {}):
        return time.monotonic() - began


if __name__ == "__main__":
    main()
