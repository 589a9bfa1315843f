"""A backlog goes up: how fast, and what the till's own work feels of it.

* drained: the uplink over its real store to the real RCU in a process of its own; beside
  it the same entries one a request, and the RCU's pace when ready-made batches
  are posted to it one by one, all in this run;
* loop lag: a timer every 5 ms on the loop that drains, beside the same while it is idle;
  and that loop's steps in CPU time, which other programs of this machine do not touch;
* print path: the real daemon with that backlog, first while the RCU is down, then while
  it drains: a job's last byte to its hang-up (it is durable), and DLE EOT answered.

The RCU shares these cores, niced: at a shop it has a machine of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import socket
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from agent import cellar
from agent.app import SWITCH_INTERVAL_S
from agent.bus import Bus
from agent.clock import SystemClock
from agent.config import Config, load
from agent.enrol import exchange
from agent.entropy import SystemEntropy
from agent.events import Event
from agent.ids import EntryId, uuid7
from agent.keyring.ring import Keyring
from agent.store.records import Append, Entry, LoggedEntry
from agent.store.store import Store
from agent.sync import credentials
from agent.sync.batch import pack
from agent.sync.speaker import Speaker
from agent.sync.transport import connected
from agent.sync.uplink import DESTINATION, Uplink
from agent.wire import enrolment
from bench.journey import ask_openly, free_ports, jobs, say, send
from hardware_sim.printer import ThermalPrinter

BACKLOG = 12_000
ONE_BY_ONE = 300
READY_MADE = 16
MAX_READY = 120
"""600 KB, as the uplink's own."""
FAR = 10_000_000
"""Numbers that the till's own log does not reach."""
SALES = 40
TICK_S = 0.005
ENTRY = Path(__file__).parent.parent / "tests" / "rcu" / "examples" / "receipt_fr.json"
RCU = '[server]\nport = {rcu}\n[store]\ndirectory = "rcu"\n'
AGENT = """
[till]
tenant = "bench"
store = "S1"
till = "T1"
shop = "Le Comptoir des Halles"
tickets_url = "http://127.0.0.1:{rcu}"
state_dir = "{folder}/state"
[door.tcp]
listen = "127.0.0.1:{door}"
[printer]
link = "tcp://127.0.0.1:{printer}"
[screens]
listen = "127.0.0.1:{screens}"
[sync]
url = "http://127.0.0.1:{rcu}"
retry_base_s = 0.1
retry_cap_s = 0.3
"""


@asynccontextmanager
async def rcu_up(folder: Path, port: int) -> AsyncGenerator[None]:
    """The server, until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *("nice", "-n", "5", sys.executable, "-m", "rcu", "serve"),
        *("--config", str(folder / "rcu.toml")),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        while not _listens(port):  # noqa: ASYNC110 -- a process
            await asyncio.sleep(0.05)
        yield
    finally:
        process.terminate()
        await process.wait()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


async def enrol(folder: Path, config: Config) -> None:
    """By a code, as a person does it; the RCU is up."""
    made = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rcu", "enrol-code", "--till", config.till.source),
        *("--config", str(folder / "rcu.toml")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    told, _ = await made.communicate()
    code = enrolment.tidy(told.decode().strip()) or ""
    answer, pin = await asyncio.to_thread(exchange, config, config.sync, code)
    place = credentials.folder_of(config.till.state_dir)
    await asyncio.to_thread(credentials.keep, place, None, answer.token, pin)


def entries(count: int) -> list[Entry]:
    """Receipts of three kilobytes, as the log holds them; of a type that is kept as it is."""
    body = ENTRY.read_bytes()
    dice = SystemEntropy()
    at_ms = round(time.time() * 1000) - 86_400_000
    return [
        Entry(
            EntryId(uuid7(at_ms + number, dice.draw(10))),
            "bench.receipt.v1",
            at_ms + number,
            None,
            json.dumps({"n": number, "receipt": json.loads(body)}).encode(),
        )
        for number in range(count)
    ]


async def fill(config: Config, made: Sequence[Entry]) -> None:
    """The backlog, in the till's own encrypted store."""
    async with _store(config) as store:
        for at in range(0, len(made), 250):
            await store.commit(*map(Append, made[at : at + 250]))


@asynccontextmanager
async def _store(config: Config) -> AsyncGenerator[Store]:
    config.till.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with Store.open(
        cellar.database(config),
        sealer=cellar.vault(config),
        clock=SystemClock(),
        settings=config.store,
    ) as store:
        yield store


def speaker(config: Config) -> Speaker:
    ring, clock = Keyring(config.keys_dir), SystemClock()
    held = credentials.load(config.sync, config.till.state_dir, ring, clock.now())
    return Speaker(held, config.till.source, clock, SystemEntropy())


async def lags(until: asyncio.Event) -> list[float]:
    """How late a timer is, again and again."""
    found = []
    loop = asyncio.get_running_loop()
    while not until.is_set():
        due = loop.time() + TICK_S
        await asyncio.sleep(TICK_S)
        found.append(max(0.0, loop.time() - due))
    return found


def watched(steps: list[float]) -> None:
    """From now on each step of the loop, in CPU time of its thread."""
    handle = asyncio.Handle
    run = vars(handle)["_run"]

    def timed(self: Any) -> None:
        begun = time.thread_time()
        run(self)
        steps.append(time.thread_time() - begun)

    setattr(handle, "_run", timed)  # noqa: B010 -- nobody else offers a stopwatch here


async def drain(config: Config) -> None:
    """In this process; the lag is this loop's."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)  # as the daemon does
    bus: Bus[Event] = Bus()
    known = await asyncio.to_thread(speaker, config)
    async with _store(config) as store:
        idle, over = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            before = group.create_task(lags(idle))
            await asyncio.sleep(2)
            idle.set()
        steps: list[float] = []
        watched(steps)
        clock, dice = SystemClock(), SystemEntropy()
        uplink = Uplink(store, bus, clock, dice, config.sync, known)
        cpu_s, begun_s = time.process_time(), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            running = group.create_task(uplink.run())
            during = group.create_task(lags(over))
            while await store.cursor(DESTINATION) < BACKLOG:  # noqa: ASYNC110 -- a row
                await asyncio.sleep(0.02)
            took_s = time.perf_counter() - begun_s
            own = steps[:]
            cpu_s = time.process_time() - cpu_s
            over.set()
            running.cancel()
    rate = BACKLOG / took_s
    single, ready = await peers(config)
    print(
        f"drained {BACKLOG} receipts in {took_s:.1f} s: {rate:.0f} a second, "
        f"{cpu_s / BACKLOG * 1e6:.0f} us of the till's CPU each\n"
        f"  {rate / single:.1f}x of one a request ({single:.0f} a second); "
        f"{rate / ready:.2f}x of ready-made batches to the same RCU ({ready:.0f})"
    )
    say("loop lag while it drains", during.result(), "limit: p99 20 ms")
    say("  beside: the same loop, idle", before.result())
    say("a step of that loop, in CPU time", own)


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


async def beside(folder: Path, config: Config, ports: dict[str, int]) -> None:
    """The daemon: its print path without a drain, then with one."""
    sales = jobs()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agent", "run", "--config", str(folder / "agent.toml")),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(60):
            while not _listens(ports["screens"]):  # noqa: ASYNC110 -- a process
                await asyncio.sleep(0.1)
        await asyncio.sleep(6)
        first, second = Work(), Work()
        await first.sell(ports["door"], sales[:SALES])
        async with rcu_up(folder, ports["rcu"]):
            before = await _acked(config)
            await second.sell(ports["door"], sales[SALES : 2 * SALES])
            after = await _acked(config)
    finally:
        process.terminate()
        await process.wait()
    print(f"while the second {SALES} sales came, {after - before} entries went up")
    for name, now, then in (
        ("a job durable", second.durable, first.durable),
        ("DLE EOT answered", second.status, first.status),
    ):
        ratio = sorted(now)[len(now) // 2] / sorted(then)[len(then) // 2]
        say(f"{name}, while it drains", now, f"{ratio:.2f}x at p50")
        say("  beside: the same, the RCU down", then)


async def _acked(config: Config) -> int:
    import sqlite3

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
            await drain(config)
        await fill(config, entries(BACKLOG))
        await beside(folder, config, ports)


def main() -> None:
    """Measure in a folder of this disk."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        asyncio.run(run(Path(folder)))


if __name__ == "__main__":
    main()
