"""A till with a backlog, and the RCU that it goes to, for the benchmarks."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Final

from agent import cellar
from agent.clock import SystemClock
from agent.config import Config
from agent.enrol import exchange
from agent.entropy import SystemEntropy
from agent.ids import EntryId, uuid7
from agent.keyring.ring import Keyring
from agent.store.records import Append, Entry
from agent.store.store import Store
from agent.sync import credentials
from agent.sync.speaker import Speaker
from agent.wire import enrolment

ENTRY: Final = (
    Path(__file__).parent.parent / "tests" / "rcu" / "examples" / "receipt_fr.json"
)
FIGURES: Final = re.compile(rb"\d{2,}")
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
async def rcu_up(folder: Path, port: int) -> AsyncGenerator[asyncio.subprocess.Process]:
    """The server, until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *("nice", "-n", "5", sys.executable, "-m", "rcu", "serve"),
        *("--config", str(folder / "rcu.toml")),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        while not listens(port):  # noqa: ASYNC110 -- a process
            await asyncio.sleep(0.05)
        yield process
    finally:
        process.terminate()
        await process.wait()


def listens(port: int) -> bool:
    """Whether somebody takes calls there."""
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
    """Receipts of some three kilobytes (4.9 as JSON), no two alike: other numbers in each.

    Of a type that the RCU keeps as it is.
    """
    body = json.dumps(json.loads(ENTRY.read_bytes())).encode()
    dice, entropy = Random(count), SystemEntropy()
    at_ms = round(time.time() * 1000) - 86_400_000

    def other(found: re.Match[bytes]) -> bytes:
        digits = len(found[0])
        return str(dice.randrange(10 ** (digits - 1), 10**digits)).encode()

    return [
        Entry(
            EntryId(uuid7(at_ms + number, entropy.draw(10))),
            "bench.receipt.v1",
            at_ms + number,
            None,
            b'{"n":%d,"receipt":%s}' % (number, FIGURES.sub(other, body)),
        )
        for number in range(count)
    ]


async def fill(config: Config, made: Sequence[Entry]) -> None:
    """The backlog, in the till's own encrypted store."""
    async with opened(config) as store:
        for at in range(0, len(made), 250):
            await store.commit(*map(Append, made[at : at + 250]))


@asynccontextmanager
async def opened(config: Config) -> AsyncGenerator[Store]:
    """The till's own store."""
    config.till.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with cellar.opened(config) as store:
        yield store


def speaker(config: Config) -> Speaker:
    """Who the till is before the RCU."""
    ring, clock = Keyring(config.keys_dir), SystemClock()
    held = credentials.load(config.sync, config.till.state_dir, ring, clock.now())
    return Speaker(held, config.till.source, clock, SystemEntropy())
