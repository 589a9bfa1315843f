"""A till for clients: the real daemon, every door open, before a simulated printer.

Some clients know port 9100 only, so each till has loopback addresses of its own (Linux
answers on all of 127.0.0.0/8).  A Star is another printer, and a till of its own.  Enter
and leave it in one task.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx

from hardware_sim.counter import Counter
from hardware_sim.epos_printer import EposPrinter
from hardware_sim.line import dial
from hardware_sim.printer import Changes, ThermalPrinter
from hardware_sim.programs import Program, free_port
from hardware_sim.serial_pair import SerialPair
from hardware_sim.star_printer import StarPrinter
from tests.clients.place import Door, Way

Mode = Literal["direct", "holding", "pass-through"]
State = Literal["there", "paper out", "cover open", "away"]
Make = Literal["escpos", "star"]
STATES: tuple[State, ...] = ("there", "paper out", "cover open", "away")
PORT = 9100
WAIT_S = 40.0
"""For what takes a blink on a quiet machine."""
START_S = 60.0
"""A second on a quiet machine."""
WELL: Changes = {
    "paper_out": False,
    "cover_open": False,
    "refusing": False,
    "deaf": False,
}
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
PAGE = "http://127.0.0.1:9"
"""Of a till where no web page prints."""

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
answer_s = 3.0
{printer_asks}
[screens]
listen = "127.0.0.1:{screens}"
[choice]
window_s = 300.0
{hold}
[ocr]
engine = ""
{doors}
"""
ALL_DOORS = """\
[door.serial]
device = "{tty}"
baud = 115200
flow = "none"
[door.device]
path = "{folder}/fifo"
[door.folder]
path = "{folder}/jobs"
settle_s = 0.1
[door.http]
listen = "127.0.0.1:{http}"
token_file = "{folder}/token"
origins = ["{page}"]
"""
STAR_DOOR = """\
[door.star]
listen = "{star}:9100"
"""


@dataclass(frozen=True, slots=True)
class Till:
    """Where clients find their printer, and what stands behind.

    ``counter`` is ``None`` where there is no agent (direct).
    """

    mode: Mode
    printer: ThermalPrinter
    counter: Counter | None
    agent: Program | None
    ways: Mapping[Door, Way]
    turns: Mapping[State, Changes] = field(default_factory=lambda: TURNS)

    @property
    def host(self) -> str:
        """Of the TCP door."""
        return self.ways["tcp"].host

    @property
    def port(self) -> int:
        return self.ways["tcp"].port

    async def enter(self, state: State) -> None:
        """Turn the printer, and wait until whoever answers the clients knows."""
        self.printer.turn(**WELL)
        self.printer.turn(**self.turns[state])
        if state == "away":
            self.printer.hang_up()
        if self.agent is None:
            return
        mask, wanted = SEEN[state]
        async with asyncio.timeout(WAIT_S):
            while await self._seen() & mask != wanted:  # noqa: ASYNC110 -- asked, not told
                await asyncio.sleep(0.02)

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
async def open_till(
    folder: Path, mode: Mode, make: Make = "escpos", page: str = PAGE
) -> AsyncIterator[Till]:
    """A till with an agent, ready for its first client."""
    kind = StarPrinter if make == "star" else ThermalPrinter
    screens = free_port()
    async with (
        SerialPair() as cable,
        kind() as printer,
        Counter(f"http://127.0.0.1:{screens}") as counter,
    ):
        ways = _ways(folder, make, cable)
        config = configuration(folder, mode, (printer.port, screens), ways, page, cable)
        run = ("-m", "agent", "run", "--config", str(config))
        agent = Program("agent", run, folder / "agent.log")
        try:
            await agent.start(counter.healthy, START_S)
            if make == "escpos":
                await _reads(ways["json"])
            yield Till(mode, printer, counter, agent, ways)
        finally:
            await agent.stop()


async def _reads(way: Way) -> None:
    """Until the worker is up: before that a document is to be sent again."""
    head, wrong = {"authorization": f"Bearer {way.token}"}, {"lines": [{"feed": 0}]}
    async with (
        asyncio.timeout(START_S),
        httpx.AsyncClient(
            timeout=START_S, trust_env=False, verify=False, headers=head
        ) as http,
    ):
        while True:
            answer = await http.post(f"{way.url}/api/print", json=wrong)
            if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
                return
            await asyncio.sleep(0.1)


def _ways(folder: Path, make: Make, cable: SerialPair) -> dict[Door, Way]:
    """The doors, and what must be there before they open."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    tcp = Way(host=free_address(), port=PORT)
    star = Way(host=free_address(), port=PORT)
    if make == "star":
        return {"tcp": tcp, "star": star}
    token = secrets.token_hex(16)
    (folder / "token").write_text(token)
    (folder / "jobs").mkdir()
    os.mkfifo(folder / "fifo")
    http = Way(url=f"http://127.0.0.1:{free_port()}", token=token)
    return {
        "tcp": tcp,
        "star": star,
        "serial": Way(tty=cable.till_path),
        "device": Way(tty=folder / "fifo", path=folder / "fifo"),
        "folder": Way(path=folder / "jobs"),
        "epos": http,
        "json": http,
    }


@asynccontextmanager
async def open_direct(door: Door) -> AsyncIterator[Till]:
    """The printer that its clients know, without an agent."""
    host = free_address()
    kind = StarPrinter if door == "star" else ThermalPrinter
    async with SerialPair() as cable, kind(PORT, host=host) as printer:
        ways: dict[Door, Way] = {}
        turns = TURNS
        match door:
            case "tcp" | "star":
                ways[door] = Way(host=host, port=PORT)
            case "serial" | "device":
                printer.attach_path(cable.printer_path)
                ways[door] = Way(tty=cable.till_path, path=cable.till_path)
                turns = {**TURNS, "away": {"deaf": True}}
            case "epos":
                async with EposPrinter(printer) as epos:
                    yield Till("direct", printer, None, None, {door: Way(url=epos.url)})
                return
            case "json" | "folder":
                raise ValueError(f"no printer has a {door} door")
        yield Till("direct", printer, None, None, ways, turns)


def configuration(
    folder: Path,
    mode: Mode,
    ports: tuple[int, int],
    ways: Mapping[Door, Way],
    page: str,
    cable: SerialPair,
) -> Path:
    """The agent's file."""
    path, star = folder / "agent.toml", "json" not in ways
    doors = STAR_DOOR.format(star=ways["star"].host)
    if not star:
        http = ways["json"].url.rpartition(":")[2]
        tty = cable.printer_path
        doors += ALL_DOORS.format(folder=folder, tty=tty, http=http, page=page)
    path.write_text(
        CONFIG.format(
            folder=folder,
            host=ways["tcp"].host,
            port=PORT,
            printer=ports[0],
            printer_asks='asks = "star"' if star else "",
            screens=ports[1],
            hold="hold = false" if mode == "pass-through" else "",
            doors=doors,
        )
    )
    path.chmod(0o600)
    return path


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
