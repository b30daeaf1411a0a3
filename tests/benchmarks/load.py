# SPDX-License-Identifier: Apache-2.0
"""Load on a server, and what a request costs it: processor time of server and database, which noise hardly moves.

Needs `wrk` and `pgbench` on the PATH (Debian: wrk, postgresql-15). Load goes to loopback only.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 4
REPLAY = """
local paths, i = {}, 0
function init()
  for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
end
function request()
  i = i % #paths + 1
  return wrk.format("GET", paths[i])
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %.1f %.1f\\n", summary.requests, summary.duration, summary.bytes,
    e.status + e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(95)))
end
"""


@dataclass(frozen=True)
class Sample:
    """One run. Times in milliseconds, `bad` answers other than 2xx or 3xx, processor time a request."""

    requests: int
    per_s: float
    bytes: float
    bad: int
    p50_ms: float
    p95_ms: float
    server_ms: float = 0.0
    database_ms: float = 0.0

    @property
    def cpu_ms(self) -> float:
        return self.server_ms + self.database_ms


Run = Callable[[], Sample]


def http(url: str, paths: Sequence[str], *, server: int, database: int, seconds: int) -> Sample:
    """Asks the paths in turn over a few connections. `server`, `database`: processes whose time counts, with children."""
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "replay.lua"
        listed.write_text("\n".join(paths) + "\n")
        script.write_text(REPLAY)
        before = cpu_s(server), cpu_s(database)
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s", "-s", str(script), url]
        done = subprocess.run(
            command, env={**os.environ, "PATHS": str(listed)}, capture_output=True, text=True, check=True
        )
        after = cpu_s(server), cpu_s(database)
    found = re.search(r"RESULT (.*)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    requests, us, size, bad, p50, p95 = map(float, found[1].split())
    count = max(requests, 1)
    return Sample(
        int(requests), requests / us * 1e6, size / count, int(bad), p50 / 1e3, p95 / 1e3,
        (after[0] - before[0]) * 1e3 / count, (after[1] - before[1]) * 1e3 / count,
    )  # fmt: skip


def pgbench(conninfo: str, script: str, *, database: int, seconds: int) -> Sample:
    """The floor: the same statement, prepared, without a server between."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        before = cpu_s(database)
        command = [
            "pgbench",
            "-n",
            "-M",
            "prepared",
            "-c",
            str(CONNECTIONS),
            "-T",
            str(seconds),
            "-f",
            file.name,
            conninfo,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        time.sleep(0.3)  # the backends end a moment later; their time counts
        after = cpu_s(database)
    found = [
        re.search(rf"{name}\D*([\d.]+)", done.stdout) for name in ("actually processed:", "tps =", "latency average =")
    ]
    if done.returncode or None in found:
        raise RuntimeError(done.stdout + done.stderr)
    requests, per_s, latency = (float(match[1]) for match in found if match)
    return Sample(int(requests), per_s, 0, 0, latency, 0, 0, (after - before) * 1e3 / max(requests, 1))


def interleaved(runs: dict[str, Run], repetitions: int) -> dict[str, list[Sample]]:
    """Every repetition runs everything in turn, so that slow noise cancels out of ratios. One more warms up."""
    samples: dict[str, list[Sample]] = {name: [] for name in runs}
    for repetition in range(repetitions + 1):
        for name, run in runs.items():
            sample = run()
            if repetition:
                samples[name].append(sample)
    return samples


def ratio(dear: list[Sample], cheap: list[Sample]) -> float:
    """How many times the processor time of `cheap` a request of `dear` takes: the median over repetitions."""
    return statistics.median(d.cpu_ms / c.cpu_ms if c.cpu_ms else 0.0 for d, c in zip(dear, cheap, strict=True))


def table(title: str, samples: dict[str, list[Sample]]) -> str:
    """Medians of every target, for people."""
    lines = [f"{title:14}{'req/s':>9}{'p50 ms':>8}{'p95 ms':>8}{'bytes':>9}{'srv ms':>8}{'db ms':>8}{'bad':>5}"]
    for name, found in samples.items():
        median = {
            field: statistics.median(getattr(sample, field) for sample in found)
            for field in ("per_s", "p50_ms", "p95_ms", "bytes", "server_ms", "database_ms")
        }
        lines.append(
            f"  {name:12}{median['per_s']:9.1f}{median['p50_ms']:8.2f}{median['p95_ms']:8.2f}{median['bytes']:9.0f}"
            f"{median['server_ms']:8.3f}{median['database_ms']:8.3f}{sum(sample.bad for sample in found):5}"
        )
    return "\n".join(lines)


def show(line: str) -> None:
    """What was measured, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def cpu_s(root: int) -> float:
    """Processor seconds of a process and all that it started, the dead included."""
    children: dict[int, list[int]] = {}
    own: dict[int, float] = {}
    tick = os.sysconf("SC_CLK_TCK")
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended meanwhile
        children.setdefault(int(words[1]), []).append(int(folder.name))
        own[int(folder.name)] = sum(map(int, words[11:15])) / tick
    total, todo = 0.0, [root]
    while todo:
        pid = todo.pop()
        total += own.get(pid, 0.0)
        todo += children.get(pid, [])
    return total
