"""What the daemon needs under its unit: start to ready, memory, the processor while idle.

Each beside what a bare interpreter of the same machine takes in the same minute, since a
number of seconds alone says more of the machine than of us.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Final

from tests.booted.guest import Guest

AGENT: Final = "receipt-agent.service"
WORKER: Final = "receipt-agent-worker@*.service"
STARTS: Final = 7
IDLE_S: Final = 20.0
PYTHON: Final = "/opt/receipt-agent/venv/bin/python"
BARE: Final = f"""\
import subprocess, time
began = time.perf_counter()
subprocess.run(["{PYTHON}", "-I", "-c", "import asyncio, ssl, sqlite3, pydantic"])
print(time.perf_counter() - began)
"""
TICK_S: Final = 0.01


def measured(guest: Guest) -> Iterator[str]:
    """A line each."""
    ready_ms, bare_ms = [], []
    for _ in range(STARTS):
        guest.run("systemctl", "restart", AGENT)
        ready_ms.append(_ready_ms(guest))
        bare_ms.append(float(guest.run("/usr/bin/python3", "-c", BARE)) * 1000)
        time.sleep(1)
    ready, bare = statistics.median(ready_ms), statistics.median(bare_ms)
    yield (
        f"start to ready: {ready:.0f} ms (median of {STARTS}, worst {max(ready_ms):.0f}); "
        f"bare imports of asyncio, ssl, sqlite3, pydantic: {bare:.0f} ms; "
        f"ratio {ready / bare:.2f}"
    )
    time.sleep(5)
    agent, worker = _pid(guest, AGENT), _pid(guest, WORKER)
    for name, pid in (("agent", agent), ("worker", worker)):
        yield f"{name}: resident {_resident_mb(guest, pid):.0f} MB"
    before = _cpu_s(guest, agent), _cpu_s(guest, worker)
    began = time.monotonic()
    time.sleep(IDLE_S)
    took = time.monotonic() - began
    after = _cpu_s(guest, agent), _cpu_s(guest, worker)
    shares = [
        100 * (now - then) / took for then, now in zip(before, after, strict=True)
    ]
    yield f"idle for {took:.0f} s: agent {shares[0]:.2f} %, worker {shares[1]:.2f} % of one CPU"


def _ready_ms(guest: Guest) -> float:
    names = "ExecMainStartTimestampMonotonic,ActiveEnterTimestampMonotonic"
    said = guest.run("systemctl", "show", AGENT, "-p", names)
    at = dict(line.split("=") for line in said.split())
    began, ready = (int(at[name]) for name in names.split(","))
    return (ready - began) / 1000


def _pid(guest: Guest, units: str) -> int:
    said = guest.run("systemctl", "show", units, "-p", "MainPID", "--value")
    return next(int(word) for word in said.split() if word != "0")


def _resident_mb(guest: Guest, pid: int) -> float:
    lines = guest.path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = [each for each in lines if each.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


def _cpu_s(guest: Guest, pid: int) -> float:
    fields = guest.path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S
