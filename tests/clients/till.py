"""A till for clients: the real daemon before a simulated printer, on port 9100.

Some clients know that port only, so each till has a loopback address of its own
(Linux answers on all of 127.0.0.0/8).  Enter and leave it in one task.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from agent.config import load
from agent.errors import ConfigError
from hardware_sim.counter import Counter
from hardware_sim.line import dial
from hardware_sim.printer import Changes, ThermalPrinter
from hardware_sim.programs import Program, free_port

Mode = Literal["direct", "holding", "pass-through"]
State = Literal["there", "paper out", "cover open", "away"]
STATES: tuple[State, ...] = ("there", "paper out", "cover open", "away")
PORT = 9100
WAIT_S = 20.0
"""For what takes a blink on a quiet machine."""
WELL: Changes = {"paper_out": False, "cover_open": False, "refusing": False}
TURNS: dict[State, Changes] = {
    "there": {},
    "paper out": {"paper_out": True},
    "cover open": {"cover_open": True},
    "away": {"refusing": True},
}
SEEN: dict[State, tuple[int, int]] = {
    "there": (0x08 | 0x60 << 8 | 0x04 << 16, 0),
    "paper out": (0x60 << 8, 0x60 << 8),
    "cover open": (0x04 << 16, 0x04 << 16),
    "away": (0x08, 0x08),
}
"""Of the answers to DLE EOT 1, 4 and 2: mask, and what says that state."""
QUESTIONS = b"\x10\x04\x01\x10\x04\x04\x10\x04\x02"

DOORS: dict[str, str] = {"tcp": ""}
"""What each door wants in the agent's file beside the TCP door, which all tills have;
``{folder}`` and ``{host}`` are the till's."""

CONFIG = """\
[till]
tenant = "clients"
store = "S1"
till = "T1"
shop = "Le Comptoir des Halles"
tickets_url = "https://tickets.enseigne.example"
state_dir = "{folder}/state"
[door.tcp]
listen = "{host}:{port}"
[printer]
link = "tcp://127.0.0.1:{printer}"
poll_s = 0.2
stall_s = 2.0
[screens]
listen = "127.0.0.1:{screens}"
[choice]
window_s = 300.0
{hold}
[ocr]
engine = ""
{door}
"""


@dataclass(frozen=True, slots=True)
class Till:
    """Where a client finds its printer, and what stands behind.

    ``counter`` is ``None`` where there is no agent (direct).
    """

    mode: Mode
    host: str
    printer: ThermalPrinter
    counter: Counter | None
    agent: Program | None
    port: int = PORT

    async def enter(self, state: State) -> None:
        """Turn the printer, and wait until whoever answers the clients knows."""
        self.printer.turn(**WELL)
        self.printer.turn(**TURNS[state])
        if state == "away":
            self.printer.hang_up()
        if self.agent is None:
            return
        mask, wanted = SEEN[state]
        async with asyncio.timeout(WAIT_S):
            while await self._seen() & mask != wanted:  # noqa: ASYNC110 -- asked, not told
                await asyncio.sleep(0.05)

    async def shown(self) -> str | None:
        """The receipt that the screens show."""
        if self.counter is None:
            return None
        shown = (await self.counter.snapshot())["shown"]
        return None if shown is None else str(shown["id"])

    async def choose_paper(self) -> None:
        """Whatever is offered from now on gets its paper; until cancelled."""
        before: str | None = None
        while self.counter is not None:
            try:
                now = await self.counter.offered(before, WAIT_S)
            except TimeoutError:
                continue
            before = str(now["shown"]["id"])
            with contextlib.suppress(httpx.HTTPStatusError):  # settled meanwhile
                await self.counter.choose(before, "paper")

    async def _seen(self) -> int:
        line = await dial(self.host, self.port, WAIT_S)
        answers = b""
        try:
            await line.write(QUESTIONS)
            while len(answers) < 3 and (more := await line.read()):
                answers += more
        finally:
            line.close()
        return int.from_bytes(answers, "little")


@asynccontextmanager
async def open_till(folder: Path, mode: Mode, door: str = "tcp") -> AsyncIterator[Till]:
    """A till that is ready for its first client."""
    host = free_address()
    if mode == "direct":
        async with ThermalPrinter(PORT, host=host) as printer:
            yield Till(mode, host, printer, None, None)
        return
    screens = free_port()
    async with (
        ThermalPrinter() as printer,
        Counter(f"http://127.0.0.1:{screens}") as counter,
    ):
        ports = (printer.port, screens)
        config = configuration(folder, mode, host, ports, DOORS[door])
        run = ("-m", "agent", "run", "--config", str(config))
        agent = Program("agent", run, folder / "agent.log")
        try:
            await agent.start(counter.healthy, WAIT_S)
            yield Till(mode, host, printer, counter, agent)
        finally:
            await agent.stop()


def configuration(
    folder: Path, mode: Mode, host: str, ports: tuple[int, int], door: str = ""
) -> Path:
    """The agent's file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "agent.toml"
    hold = "hold = false" if mode == "pass-through" else ""
    path.write_text(
        CONFIG.format(
            folder=folder,
            host=host,
            port=PORT,
            printer=ports[0],
            screens=ports[1],
            hold=hold,
            door=door.format(folder=folder, host=host),
        )
    )
    path.chmod(0o600)
    return path


def why_no_pass_through(folder: Path) -> str:
    """Nothing when the configuration knows ``[choice] hold``."""
    try:
        load(configuration(folder, "pass-through", "127.0.0.1", (1, 2)))
    except ConfigError as error:
        return f"the configuration does not know [choice] hold: {error}"
    return ""


def free_address() -> str:
    """A loopback address whose port 9100 nobody has."""
    dice = random.Random(os.urandom(8))
    while True:
        host = (
            f"127.{dice.randint(1, 250)}.{dice.randint(1, 250)}.{dice.randint(2, 250)}"
        )
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind((host, PORT))
            except OSError:
                continue
        return host
