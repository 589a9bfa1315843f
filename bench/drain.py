"""A backlog goes up: how fast, and what the till's own work feels of it.

* drained: the uplink over its real store to the real RCU in a process of its own; beside
  it the same entries one a request, and the RCU's pace when ready-made batches
  are posted to it one by one, all in this run;
* loop lag: a timer every 5 ms on the loop that drains, beside the same in a process that
  does nothing else, at the same time: what the machine costs, both have; and that loop's
  steps in CPU time, which other programs of this machine do not touch;
* print path: the real daemon with that backlog; in turns some sales while all stands
  still, while another RCU takes in as much from somebody else, and while it drains: a job's
  last byte to its hang-up (it is durable), and DLE EOT answered.

The RCU shares these cores, niced, and this disk: at a shop it has a machine of its own.
What the second turn costs is its, and not the drain's.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import gzip
import hashlib
import signal
import sqlite3
import sys
import tempfile
import time
import zlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from agent import cellar
from agent.app import SWITCH_INTERVAL_S
from agent.bus import Bus
from agent.clock import SystemClock
from agent.config import Config, load
from agent.entropy import SystemEntropy
from agent.events import Event
from agent.store.records import Entry, LoggedEntry
from agent.store.store import Store
from agent.sync.batch import GZIP_LEVEL, pack
from agent.sync.transport import HttpTransport, connected
from agent.sync.uplink import DESTINATION, Uplink
from bench.backlog import (
    AGENT,
    RCU,
    enrol,
    entries,
    fill,
    listens,
    opened,
    rcu_up,
    speaker,
)
from bench.journey import ask_openly, free_ports, jobs, say, send
from bench.late import idle_beside, lags
from hardware_sim.printer import ThermalPrinter

BACKLOG = 12_000
ONE_BY_ONE = 300
READY_MADE = 16
MAX_READY = 120
"""600 KB, as the uplink's own."""
FAR = 10_000_000
"""Numbers that the till's own log does not reach."""
TURNS = 8
SALES = 5
"""In a turn of each kind."""
OTHER = "urn:edge:bench:S1:T2"


def watched(steps: list[float]) -> None:
    """From now on each step of the loop, in CPU time of its thread."""
    handle = asyncio.Handle
    run = vars(handle)["_run"]

    def timed(self: Any) -> None:
        begun = time.thread_time()
        run(self)
        steps.append(time.thread_time() - begun)

    setattr(handle, "_run", timed)  # noqa: B010 -- nobody else offers a stopwatch here


async def drain(config: Config) -> float:
    """In this process; the first half for the pace, the second for the loop.

    Returns:
        Receipts a second.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)  # as the daemon does
    bus: Bus[Event] = Bus()
    known = await asyncio.to_thread(speaker, config)
    clock, dice = SystemClock(), SystemEntropy()
    async with opened(config) as store, asyncio.TaskGroup() as group:
        uplink = Uplink(store, bus, clock, dice, config.sync, known)
        begun_s, cpu_s = time.perf_counter(), time.process_time()
        running = group.create_task(uplink.run())
        await _until(store, 1)
        loading_s = time.process_time() - cpu_s
        first, cpu_s = await store.cursor(DESTINATION), time.process_time()
        await _until(store, BACKLOG // 2)
        cpu_s = time.process_time() - cpu_s
        half = await store.cursor(DESTINATION)
        took_s = time.perf_counter() - begun_s
        steps: list[float] = []
        watched(steps)
        over = asyncio.Event()
        async with idle_beside() as beside:
            during = group.create_task(lags(over))
            await _until(store, BACKLOG)
            own = steps[:]
            over.set()
        running.cancel()
    rate = half / took_s
    single, ready = await peers(config)
    print(
        f"drained {half} receipts in {took_s:.1f} s: {rate:.0f} a second, "
        f"{cpu_s / (half - first) * 1e6:.0f} us of the till's CPU each "
        f"(goal 75; {libraries_us():.0f} in zlib and SHA-256 alone), and "
        f"{loading_s * 1e3:.0f} ms once\n"
        f"  {rate / single:.1f}x of one a request ({single:.0f} a second); "
        f"{rate / ready:.2f}x of ready-made batches to the same RCU ({ready:.0f})"
    )
    ratio = _at(during.result(), 0.99) / max(_at(beside, 0.99), 1e-4)
    say("loop lag while it drains", during.result(), f"goal p99 20 ms; {ratio:.1f}x")
    say("  beside: an idle process, then", beside)
    say("a step of that loop, in CPU time", own)
    return rate


def libraries_us() -> float:
    """CPU of one receipt that no code of ours can save: off the disk, onto the line."""
    made = [each.body for each in entries(MAX_READY)]
    stored, plain = [zlib.compress(body) for body in made], b",".join(made)
    begun_s = time.thread_time()
    for _ in range(TURNS):
        for each in stored:
            zlib.decompress(each)
        gzip.compress(plain, GZIP_LEVEL)
        hashlib.sha256(plain).digest()
    return (time.thread_time() - begun_s) / TURNS / MAX_READY * 1e6


async def _until(store: Store, sent: int) -> None:
    while await store.cursor(DESTINATION) < sent:  # noqa: ASYNC110 -- a row
        await asyncio.sleep(0.1)


def _at(figures: Sequence[float], share: float) -> float:
    return sorted(figures)[int(len(figures) * share)]


async def peers(config: Config) -> tuple[float, float]:
    """Entries a second: one a request as httpx does it, and batches that lie ready."""
    known = await asyncio.to_thread(speaker, config)
    fresh = [
        LoggedEntry(FAR + number, each)
        for number, each in enumerate(entries(ONE_BY_ONE + READY_MADE * MAX_READY))
    ]
    source = config.till.source
    singles = [pack([each], source) for each in fresh[:ONE_BY_ONE]]
    rest = fresh[ONE_BY_ONE:]
    batches = [
        pack(rest[at : at + MAX_READY], source) for at in range(0, len(rest), MAX_READY)
    ]
    async with connected(config.sync, known) as transport:
        rates = []
        for made in (singles, batches):
            begun_s = time.perf_counter()
            for each in made:
                await transport.post(each.body, each.headers)
            count = sum(each.count for each in made)
            rates.append(count / (time.perf_counter() - begun_s))
    return rates[0], rates[1]


class Work:
    """What a POS feels."""

    def __init__(self) -> None:
        self.durable: list[float] = []
        self.status: list[float] = []

    async def sell(self, door: int, sales: Sequence[bytes]) -> None:
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(ask_openly(door, over, self.status))
            for raw in sales:
                sent_s, done_s = await send(door, raw)
                self.durable.append(done_s - sent_s)
                await asyncio.sleep(0.1)
            over.set()


class Other:
    """Somebody else, who sends ready-made batches to an RCU of his own at that pace."""

    def __init__(
        self, rcu: asyncio.subprocess.Process, transport: HttpTransport, rate: float
    ) -> None:
        self._rcu = rcu
        self._transport = transport
        self._every_s = MAX_READY / rate
        self._sent = 0

    @asynccontextmanager
    async def sending(self) -> AsyncGenerator[None]:
        """While the block runs; before and after it his RCU stands still."""
        self._rcu.send_signal(signal.SIGCONT)
        sending = asyncio.create_task(self._send())
        try:
            yield
        finally:
            sending.cancel()
            await asyncio.wait((sending,))
            self._rcu.send_signal(signal.SIGSTOP)

    async def _send(self) -> None:
        while True:
            made = [
                LoggedEntry(FAR + self._sent + number, each)
                for number, each in enumerate(await asyncio.to_thread(_some))
            ]
            batch = await asyncio.to_thread(pack, made, OTHER)
            self._sent += len(made)
            due_s = time.perf_counter() + self._every_s
            await self._transport.post(batch.body, batch.headers)
            await asyncio.sleep(max(0.0, due_s - time.perf_counter()))


def _some() -> list[Entry]:
    return entries(MAX_READY)


@asynccontextmanager
async def another(folder: Path, rate: float) -> AsyncGenerator[Other]:
    """With his till enrolled, and at rest."""
    await asyncio.to_thread(folder.mkdir)
    names = ("rcu", "door", "screens", "printer")
    ports = dict(zip(names, free_ports(4), strict=True))
    text = AGENT.format(folder=folder, **ports).replace('"T1"', '"T2"')
    (folder / "agent.toml").write_text(text)
    (folder / "rcu.toml").write_text(RCU.format(**ports))
    config = load(folder / "agent.toml")
    async with rcu_up(folder, ports["rcu"]) as rcu:
        await enrol(folder, config)
        known = await asyncio.to_thread(speaker, config)
        async with connected(config.sync, known) as transport:
            rcu.send_signal(signal.SIGSTOP)
            try:
                yield Other(rcu, transport, rate)
            finally:
                rcu.send_signal(signal.SIGCONT)


async def beside(
    folder: Path, config: Config, ports: dict[str, int], other: Other
) -> None:
    """The daemon's print path with a drain and without one, in turns."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agent", "run", "--config", str(folder / "agent.toml")),
        stderr=asyncio.subprocess.DEVNULL,
    )
    quiet, busy, during, sales, sent = Work(), Work(), Work(), jobs(), 0
    try:
        async with rcu_up(folder, ports["rcu"]) as rcu, asyncio.timeout(600):
            rcu.send_signal(signal.SIGSTOP)
            while not listens(ports["screens"]):  # noqa: ASYNC110 -- a process
                await asyncio.sleep(0.1)
            await asyncio.sleep(6)
            for turn in range(TURNS):
                own = [sales[(turn * SALES + n) % len(sales)] for n in range(SALES)]
                await quiet.sell(ports["door"], own)
                async with other.sending():
                    await busy.sell(ports["door"], own)
                before = await _acked(config)
                rcu.send_signal(signal.SIGCONT)
                while await _acked(config) == before:  # noqa: ASYNC110 -- a row
                    await asyncio.sleep(0.02)
                await during.sell(ports["door"], own)
                rcu.send_signal(signal.SIGSTOP)
                sent += await _acked(config) - before
            rcu.send_signal(signal.SIGCONT)
    finally:
        process.terminate()
        await process.wait()
    print(f"while {TURNS * SALES} of {3 * TURNS * SALES} sales came, {sent} went up")
    for name, of in (("a job durable", "durable"), ("DLE EOT answered", "status")):
        now, then, still = (vars(each)[of] for each in (during, busy, quiet))
        p50, p99 = (_at(now, q) / _at(then, q) for q in (0.5, 0.99))
        say(f"{name}, while it drains", now, f"{p50:.2f}x at p50, {p99:.2f}x at p99")
        say("  beside: another RCU as busy", then)
        say("  beside: all stands still", still)


async def _acked(config: Config) -> int:
    with contextlib.closing(
        sqlite3.connect(f"{cellar.database(config).as_uri()}?mode=ro", uri=True)
    ) as db:
        row = db.execute("SELECT acked FROM cursor WHERE dest = 'rcu'").fetchone()
    return int(row[0]) if row else 0


async def run(folder: Path) -> None:
    """One RCU, one till, all figures."""
    names = ("rcu", "door", "screens")
    ports = dict(zip(names, free_ports(3), strict=True))
    async with ThermalPrinter() as printer:
        text = AGENT.format(folder=folder, printer=printer.port, **ports)
        (folder / "agent.toml").write_text(text)
        (folder / "rcu.toml").write_text(RCU.format(**ports))
        config = load(folder / "agent.toml")
        made = entries(BACKLOG)
        print(f"{BACKLOG} entries of {len(made[0].body)} bytes each")
        async with rcu_up(folder, ports["rcu"]):
            await enrol(folder, config)
            await fill(config, made)
            gc.collect()
            gc.freeze()  # as the daemon does once it is loaded
            rate = await drain(config)
        await fill(config, entries(2 * BACKLOG))
        async with another(folder / "other", rate) as other:
            await beside(folder, config, ports, other)


def main() -> None:
    """Measure in a folder of this disk."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        asyncio.run(run(Path(folder)))


if __name__ == "__main__":
    main()
