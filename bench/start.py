"""From the start of the process to READY, as systemd hears it, beside its limit.

* warm: started again, as after an update; the files are in memory;
* cold: the pages of the agent's and its libraries' files have been dropped first, as
  after the till was switched on (what the kernel keeps of its file system stays);
* first: no database, no bytecode; once in the life of a till.

The CPU time beside it is the process's own up to READY: on a machine that does other
things as well it says what the start costs.  Peer: an interpreter that does nothing.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bench.journey import daemon
from hardware_sim.printer import ThermalPrinter

LIMIT_MS: Final = 300.0
RUNS: Final = 12
ROOT: Final = Path(__file__).parents[1]


def files() -> Iterator[Path]:
    """What a start may read."""
    for folder in ("stdlib", "purelib"):
        yield from Path(sysconfig.get_path(folder)).rglob("*.[ps][yo]*")
    yield from (ROOT / "agent").rglob("*.py*")


def drop_pages() -> None:
    """Of those; what is dirty or mapped stays."""
    for path in files():
        try:
            fd = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def cpu_ms(pid: int) -> float:
    """On a processor so far, all threads."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    spent = (int((task / "schedstat").read_text().split()[0]) for task in tasks)
    return sum(spent) / 1e6


def interpreter_ms() -> float:
    """The peer."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return (time.perf_counter() - begun) * 1e3


async def starts(printer: int, before: Callable[[Path], Path]) -> None:
    """``before`` makes ready and says in which folder the agent lives."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as made:
        took, spent = list[float](), list[float]()
        for _ in range(RUNS + 1):
            async with daemon(before(Path(made)), printer) as agent:
                took.append(agent.ready_s * 1e3)
                spent.append(cpu_ms(agent.pid))
    # The first one made the database.
    _say(before.__name__, took[1:], f"CPU {statistics.median(spent[1:]):4.0f} ms")


def _say(what: str, took: list[float], beside: str) -> None:
    p50 = statistics.median(took)
    print(
        f"{what:12} p50 {p50:5.0f} ms  max {max(took):5.0f} ms  "
        f"{p50 / LIMIT_MS:5.2f}x the limit  {beside}"
    )


def warm(made: Path) -> Path:
    """The same folder again; what is left of READY's socket goes."""
    os.environ.pop("PYTHONPYCACHEPREFIX", None)
    (made / "notify").unlink(missing_ok=True)
    return made


def cold(made: Path) -> Path:
    """The same, from the disk."""
    drop_pages()
    return warm(made)


def first(made: Path) -> Path:
    """A new till each time."""
    folder = Path(tempfile.mkdtemp(dir=made))
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    return folder


async def all_starts() -> None:
    """Beside each other."""
    print(f"limit: {LIMIT_MS:.0f} ms from the start of the process to READY")
    _say("interpreter", [interpreter_ms() for _ in range(RUNS)], "peer: -c pass")
    async with ThermalPrinter() as printer:
        for before in (warm, cold, first):
            await starts(printer.port, before)


def main() -> None:
    """On the disk of this folder."""
    asyncio.run(all_starts())


if __name__ == "__main__":
    main()
