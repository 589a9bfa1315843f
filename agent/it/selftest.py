"""``receipt-agent selftest``: a receipt through the whole program, to a printer that is none.

The real daemon with its worker, in a folder and on ports of its own, for as long as it
takes; the till's agent, its store and its printer are not touched.  One line a stage.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import socket
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from agent import app
from agent.config import Config
from agent.it import running

T = TypeVar("T")

EXIT_BROKEN: Final = 1
TRIES: Final = 5
REST_S: Final = 4.0
STAGE_S: Final = 60.0
LOOK_S: Final = 0.05
ANSWERS: Final = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}
"""To DLE EOT, by a printer that is well."""
RECEIPT: Final = (
    b"\x1b@\x1ba\x01RECEIPT-AGENT SELFTEST\nTICKET D'ESSAI\n\x1ba\x00"
    b"21/11/2026 12:00  Ticket %04d\n"
    b"PAIN DE CAMPAGNE          4,20\nCROISSANT x2              2,60\n"
    b"TOTAL EUR                 6,80\nCB                        6,80\n"
    b"TVA 5,5%%  HT 6,45  TVA 0,35  TTC 6,80\n\n\n\x1dV\x00"
)


class Paper:
    """A printer on loopback: answers, and keeps what it is given."""

    def __init__(self) -> None:
        self.said = bytearray()
        self.port = 0

    @asynccontextmanager
    async def on(self) -> AsyncGenerator[None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(4096):
                self._answer(data, writer)
        except OSError:
            return
        finally:
            writer.close()

    def _answer(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        for number, answer in ANSWERS.items():
            question = bytes((0x10, 0x04, number))
            for _ in range(data.count(question)):
                writer.write(bytes((answer,)))
            data = data.replace(question, b"")
        for _ in range(data.count(b"\x1dr\x01")):
            writer.write(b"\0")
        self.said += data.replace(b"\x1dr\x01", b"")


class Stages:
    """What passed, and how long it took."""

    def __init__(self, told: Callable[[Mapping[str, Any]], None]) -> None:
        self.done: list[dict[str, Any]] = []
        self._told = told

    async def pass_(self, name: str, work: Awaitable[T]) -> T:
        """Raises what the stage raised, once it is told."""
        begun_s = time.monotonic()
        line: dict[str, Any] = {"stage": name, "passed": False, "why": ""}
        try:
            async with asyncio.timeout(STAGE_S):
                result = await work
        except Exception as error:
            line["why"] = f"{type(error).__name__} {error}".strip()
            raise
        else:
            line["passed"] = True
            return result
        finally:
            line["seconds"] = round(time.monotonic() - begun_s, 2)
            self.done.append(line)
            self._told(line)


def run(arguments: argparse.Namespace) -> int:
    """1 when a stage did not pass."""
    logging.getLogger("agent").setLevel(logging.CRITICAL)
    stages = Stages(_quiet if arguments.json else _say)
    try:
        asyncio.run(selftest(stages))
        passed = True
    except Exception:  # noqa: BLE001 -- the stage has said it
        passed = False
    if arguments.json:
        said = {"schema": "selftest/1", "passed": passed, "stages": stages.done}
        sys.stdout.write(json.dumps(said) + "\n")
    return 0 if passed else EXIT_BROKEN


async def selftest(stages: Stages) -> None:
    """Raises whatever kept a stage from passing."""
    paper = Paper()
    with tempfile.TemporaryDirectory(prefix="receipt-agent-selftest-") as folder:
        async with paper.on():
            config = _config(Path(folder), paper.port)
            outside = app.Outside()
            daemon = asyncio.create_task(app.run(config, outside))
            try:
                await _Shop(config, paper, daemon).walk(stages)
                outside.stop.set()
                await stages.pass_("stop / arrêt", daemon)
            finally:
                outside.stop.set()
                await asyncio.wait([daemon])


@dataclass(frozen=True, slots=True)
class _Shop:
    """The daemon that runs, its printer, and what a POS and a cashier do."""

    config: Config
    paper: Paper
    daemon: asyncio.Task[None]

    async def walk(self, stages: Stages) -> None:
        await stages.pass_("start / démarrage", self._until(lambda _: True))
        await stages.pass_("accept / réception", _hand_in(self.config, RECEIPT % 1))
        shown, receipt = await stages.pass_(
            "understand, offer / lecture, choix", self._offered()
        )
        said = {"receipt": shown, "choice": "paper", "contact": None, "by": "cashier"}
        press = running.post(self.config, "/api/choice", said)
        await stages.pass_("choose / papier", press)
        await stages.pass_("print, byte for byte / impression", self._printed(receipt))
        await stages.pass_(
            "account for / comptabilité",
            self._until(
                lambda now: now["shown"] and now["shown"]["progress"] == "done"
            ),
        )

    async def _until(
        self, true: Callable[[Mapping[str, Any]], object]
    ) -> Mapping[str, Any]:
        while True:
            if self.daemon.done():
                await self.daemon
            picture = await running.snapshot(self.config, view="cashier")
            if picture is not None and true(picture):
                return picture
            await asyncio.sleep(LOOK_S)

    async def _offered(self) -> tuple[str, bytes]:
        """A slow machine does not understand the first in time, and prints it."""
        for number in range(1, TRIES + 1):
            receipt = RECEIPT % number
            if number > 1:
                await asyncio.sleep(REST_S)  # the worker is warmed anew
                await _hand_in(self.config, receipt)
            out = partial(self._offered_or_out, receipt)
            seen = await self._until(out)
            if _offered(seen):
                return str(seen["shown"]["id"]), receipt
        raise TimeoutError(
            "printed without a choice each time: the machine is too slow"
        )

    def _offered_or_out(self, receipt: bytes, picture: Mapping[str, Any]) -> bool:
        return _offered(picture) or receipt in self.paper.said

    async def _printed(self, receipt: bytes) -> None:
        while True:
            if receipt in self.paper.said:
                return
            await asyncio.sleep(LOOK_S)


def _offered(picture: Mapping[str, Any]) -> bool:
    return picture["shown"] is not None and picture["shown"]["phase"] == "offered"


async def _hand_in(config: Config, receipt: bytes) -> None:
    """As a POS that waits until its job is taken: it is durable then."""
    reader, writer = await asyncio.open_connection(*config.door.tcp.address)
    try:
        writer.write(receipt)
        writer.write_eof()
        while await reader.read(256):
            continue
    finally:
        writer.close()


def _config(folder: Path, printer: int) -> Config:
    ports = iter(_free_ports(2))
    till = {
        **dict.fromkeys(("tenant", "store", "till"), "selftest"),
        "shop": "Selftest",
        "tickets_url": "http://127.0.0.1",
        "state_dir": str(folder),
    }
    return Config.model_validate(
        {
            "till": till,
            "printer": {"link": f"tcp://127.0.0.1:{printer}"},
            "door": {"tcp": {"listen": f"127.0.0.1:{next(ports)}"}},
            "screens": {"listen": f"127.0.0.1:{next(ports)}"},
            "choice": {"window_s": 300.0},
            "ocr": {"engine": ""},
        }
    )


def _free_ports(count: int) -> list[int]:
    lines = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(line.getsockname()[1]) for line in lines]
    for line in lines:
        line.close()
    return ports


def _say(line: Mapping[str, Any]) -> None:
    mark = "PASS" if line["passed"] else "FAIL"
    sys.stdout.write(
        f"{mark}  {line['stage']:<36} {line['seconds']:6.2f} s  {line['why']}\n"
    )
    sys.stdout.flush()


def _quiet(_line: Mapping[str, Any]) -> None:
    return
