"""Processor time, memory and descriptors of a process, from /proc.  Blocking.

prometheus-client's own collector wants /proc/stat, which our unit hides (ProcSubset=pid).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from agent.metrics.picture import ProcessSeen

_UTIME, _STIME, _RSS = 11, 12, 21
"""Fields behind the command's name: proc(5), /proc/pid/stat, 14, 15 and 24."""
TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGESIZE")


def seen(pid: int | str) -> ProcessSeen | None:
    """``None``: it is gone, or there is no such folder (macOS)."""
    folder = Path("/proc", str(pid))
    try:
        said = (folder / "stat").read_bytes()
        fds = sum(1 for _ in os.scandir(folder / "fd"))
    except OSError:
        return None
    fields = said.rpartition(b")")[2].split()
    cpu = int(fields[_UTIME]) + int(fields[_STIME])
    return ProcessSeen(cpu / TICKS, int(fields[_RSS]) * PAGE, fds)
