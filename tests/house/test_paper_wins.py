"""The whole house on real sockets and real SQLite; each room is broken in turn.

What counts is what the printer at the far end holds: the POS's own bytes.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent import app
from agent.choice import resuming, session
from agent.config import Config
from agent.errors import StoreError
from agent.escpos.jobs import JobReader, Step
from agent.intake import salvage
from agent.intake.arriving import Arriving, Left
from agent.intake.dialect import Dialect
from agent.intake.listening import listening
from agent.pipeline import law, reading, settling
from agent.pipeline.workshop import Workshop
from agent.rules.facts import Facts
from agent.rules.pack import Pack
from agent.screens.server import ScreensServer
from agent.store.records import Job
from agent.store.store import Store
from agent.worker.client import Worker
from agent.worker.frames import Frame
from tests.fakes.printer import FakePrinter

RECEIPT = (
    b"\x1b@\x1ba\x01LE COMPTOIR DES HALLES\n\x1ba\x00"
    b"BAGUETTE                         1,20\n"
    b"CROISSANT                        2,30\n"
    b"TOTAL TTC                        3,50\n"
    b"ESPECES                          3,50\n"
    b"21/11/2026 12:00  Ticket 0042\n\n\n\n\x1dV\x00"
)


@dataclass
class Till:
    port: int
    printer: FakePrinter
    state_dir: Path
    stop: asyncio.Event

    async def send(self, raw: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(raw)
        writer.write_eof()
        async with asyncio.timeout(15):
            assert await reader.read() == b""
        writer.close()

    async def paper(self, raw: bytes, within_s: float = 15.0) -> None:
        """Wait for exactly these bytes on paper."""
        try:
            async with asyncio.timeout(within_s):
                while len(self.printer.paper) < len(raw):  # noqa: ASYNC110 -- a device
                    await asyncio.sleep(0.02)
        finally:
            assert self.printer.paper == raw


class Understands:
    """Stands in for the worker where the worker is not what is broken."""

    async def call(
        self,
        task: str,
        params: Mapping[str, Any],
        body: bytes,
        deadline_s: float,
        *more: bytes,
    ) -> Frame:
        from agent.worker.tasks import TASKS

        return await asyncio.to_thread(TASKS[task], params, body, *more)


@asynccontextmanager
async def till(
    tmp_path: Path,
    worker: app.Workmate | None = None,
    window_s: float = 3.0,
    on: FakePrinter | None = None,
    also: Mapping[str, Mapping[str, Any]] | None = None,
) -> AsyncGenerator[Till]:
    """A running agent in this process, with a printer of its own or ``on`` that one.

    ``also`` is in its configuration besides.
    """
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    async with on or FakePrinter() as printer:
        sections: dict[str, dict[str, Any]] = {
            "till": {
                "tenant": "t",
                "store": "s",
                "till": "1",
                "shop": "Le Comptoir des Halles",
                "tickets_url": "https://tickets.example",
                "state_dir": tmp_path / "state",
            },
            "door": {"tcp": {"listen": f"127.0.0.1:{port}"}},
            "printer": {
                "link": f"tcp://127.0.0.1:{printer.port}",
                "profile": "default",
            },
            "screens": {"listen": "127.0.0.1:0"},
            "choice": {"window_s": window_s},
        }
        for name, keys in (also or {}).items():
            sections[name] = {**sections.get(name, {}), **keys}
        config = Config.model_validate(sections)
        outside = app.Outside(worker=worker or Understands())
        interval_s = sys.getswitchinterval()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(app.run(config, outside))
            here = Till(port, printer, tmp_path / "state", outside.stop)
            try:
                await _answers(port)
                yield here
            finally:
                outside.stop.set()
                await asyncio.wait([task])
                sys.setswitchinterval(interval_s)


async def _answers(port: int) -> None:
    """The door is really open: it tells its status."""
    async with asyncio.timeout(20):
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.write(b"\x10\x04\x01")
            try:
                await reader.readexactly(1)
            except (OSError, asyncio.IncompleteReadError):
                continue
            finally:
                writer.close()
            return


async def test_when_all_is_well_a_sale_waits_for_its_customer(tmp_path: Path) -> None:
    async with till(tmp_path, window_s=60) as here:
        await here.send(RECEIPT)
        await asyncio.sleep(0.5)
        assert here.printer.paper == b""


async def test_a_broken_tokeniser_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: JobReader, data: bytes) -> list[Step]:
        if b"COMPTOIR" in data:
            raise IndexError
        return feed(self, data)

    feed = JobReader.feed
    monkeypatch.setattr(JobReader, "feed", broken)
    async with till(tmp_path) as here:
        await here.send(RECEIPT)
        await here.paper(RECEIPT)


class Hanging:
    async def call(self, *_: object, **__: object) -> Frame:
        await asyncio.sleep(3600)
        raise AssertionError


class Babbling:
    async def call(self, *_: object, **__: object) -> Frame:
        return Frame({"kind": "no such kind"})


async def test_a_worker_that_makes_no_sense_prints(tmp_path: Path) -> None:
    async with till(tmp_path, Babbling()) as here:
        await here.send(RECEIPT)
        await here.paper(RECEIPT)


async def test_a_worker_that_cannot_be_started_prints(tmp_path: Path) -> None:
    async with till(tmp_path, Worker(("no-such-program",))) as here:
        await here.send(RECEIPT)
        await here.paper(RECEIPT)


async def test_a_worker_that_hangs_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "UNDERSTAND_AT_MOST_S", 0.2)
    async with till(tmp_path, Hanging()) as here:
        await here.send(RECEIPT)
        await here.paper(RECEIPT)


async def test_broken_rules_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(facts: Facts, pack: Pack) -> None:
        raise KeyError(facts.kind)

    monkeypatch.setattr(law, "decide", broken)
    async with till(tmp_path) as here:
        await here.send(RECEIPT)
        await here.paper(RECEIPT)


@pytest.mark.parametrize("pack", ["nowhere.toml", "bad.toml", "atlantis"])
async def test_rules_that_cannot_be_read_print(tmp_path: Path, pack: str) -> None:
    (tmp_path / "bad.toml").write_text("[[row]]\nid = 'R10'\n")
    named = str(tmp_path / pack) if pack.endswith(".toml") else pack
    async with till(tmp_path, also={"policy": {"pack": named}}) as here:
        await here.send(RECEIPT)
        await here.paper(RECEIPT)


async def test_a_broken_choice_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> session.Session:
        raise TypeError

    monkeypatch.setattr(resuming, "session", broken)
    async with till(tmp_path) as here:
        await here.send(RECEIPT)
        await here.paper(RECEIPT)


async def test_a_choice_that_breaks_when_it_is_settled_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(settling.Settling, "settle", broken)
    async with till(tmp_path) as here:
        await here.send(RECEIPT)
        await here.paper(RECEIPT)


async def test_broken_screens_leave_the_door_and_the_paper_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: ScreensServer) -> None:
        raise OSError("the port is taken")

    monkeypatch.setattr(ScreensServer, "run", broken)
    monkeypatch.setattr(Workshop, "understand", broken)
    async with till(tmp_path) as here:
        await here.send(RECEIPT)
        await here.paper(RECEIPT)


@pytest.mark.parametrize("what", ["garbage", "a newer version", "a folder"])
async def test_a_database_that_cannot_be_opened_prints(
    tmp_path: Path, what: str
) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    UNREADABLE[what](state / "agent.db")
    async with till(tmp_path) as here:
        await here.send(RECEIPT)
        await here.send(RECEIPT)
        await here.paper(RECEIPT + RECEIPT)


def _newer(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA application_id = 0x52435054")
    database.execute("PRAGMA user_version = 999")
    database.execute("CREATE TABLE t(x)")
    database.close()


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"not a database" * 1000),
    "a newer version": _newer,
    "a folder": Path.mkdir,
}


async def test_a_store_that_fails_while_we_run_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with till(tmp_path) as here:

        async def full(*_: object) -> None:
            raise StoreError("disk full")

        monkeypatch.setattr(Store, "commit", full)
        await here.send(RECEIPT)
        await here.paper(RECEIPT)


async def test_a_printer_that_comes_back_gets_what_it_missed(tmp_path: Path) -> None:
    async with till(tmp_path, Babbling()) as here:
        here.printer.mood.out_of_paper()
        await here.send(RECEIPT)
        await here.send(RECEIPT)
        assert here.printer.paper == b""
        here.printer.mood.all_well()
        await here.paper(RECEIPT + RECEIPT)


async def test_half_a_job_at_a_stop_is_printed(tmp_path: Path) -> None:
    async with till(tmp_path, window_s=60) as here:
        _, writer = await asyncio.open_connection("127.0.0.1", here.port)
        writer.write(RECEIPT[:80])
        await writer.drain()
        await asyncio.sleep(0.3)
        here.stop.set()
        await here.paper(RECEIPT[:80])
        writer.close()


async def test_what_was_left_by_a_crash_comes_before_what_comes_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though a POS is on the line before it is read."""
    first, second = b"PAIN        1,20\n", b"\x1b@\x1bd\x03"
    spool = Arriving(tmp_path / "state" / "arriving").spool("tcp", 1)
    assert spool is not None
    spool.write(0, first)
    spool.close(keep=True)
    at_once = salvage.jobs_of

    async def slowly(left: Left, dialect: Dialect | None) -> list[tuple[Job, bytes]]:
        await asyncio.sleep(0.5)
        return await at_once(left, dialect)

    monkeypatch.setattr(salvage, "jobs_of", slowly)
    async with till(tmp_path, Understands()) as here:
        await here.send(second)
        await here.paper(first + second)
