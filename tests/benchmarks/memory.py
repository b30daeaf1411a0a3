# SPDX-License-Identifier: Apache-2.0
"""Memory of an idle installation and the time of its second start: `python -m tests.benchmarks.memory`.

Figures: PSS of all Python processes at most 350 MB; second start at most 5 s.
"""

import re
import sys
import time
from pathlib import Path

from tests.operating.marsa import children, cluster_in, end, started
from tests.places import DISK, folder

SETTLE_S = 5


def pss_mb(pid: int) -> float:
    """Proportional set size: what is shared counts once among those that share it."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def main() -> int:
    with folder(DISK) as place:
        first = started(place / "data")  # with Sirte
        try:
            first.await_ready()
            time.sleep(SETTLE_S)
            pids = [first.process.pid, *children(first.process.pid)]
            ours = [pid for pid in pids if pid != cluster_in(place / "data").postmaster_pid()]
            memory_mb = sum(pss_mb(pid) for pid in ours)
            first.stop()
        finally:
            end(first)
        second = started(place / "data")
        try:
            second.await_ready()
        finally:
            end(second)
    sys.stdout.write(
        f"PSS of {len(ours)} Python processes: {memory_mb:.0f} MB (at most 350)\n"
        f"first start {first.seconds:.1f} s, second {second.seconds:.1f} s (at most 5)\n"
    )
    return 0 if memory_mb <= 350 and second.seconds <= 5 else 1


if __name__ == "__main__":
    sys.exit(main())
