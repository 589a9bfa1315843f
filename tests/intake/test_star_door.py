"""The port that speaks Star line mode: the same conversation, another language."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from agent.bus import Bus
from agent.clock import SystemClock
from agent.entropy import SystemEntropy
from agent.events import Event, PrinterChanged, PrinterState
from agent.intake.dialect import star
from agent.intake.doors.raw_tcp import RawTcpDoor
from agent.intake.listening import listening
from agent.intake.reception import Reception
from agent.intake.settings import StarDoorSettings
from agent.intake.surroundings import Surroundings
from agent.star.status import Identity
from agent.worker import tasks
from tests.intake.book import Book

RECEIPT = b"\x1b@CAFE          2,50\nTOTAL         2,50\n\x1bd\x02"
STATUS = b"\x1b\x06\x01"
FINE = bytes((0x23, 0x06, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00))


@asynccontextmanager
async def door(
    book: Book, *, greets: bool = False
) -> AsyncGenerator[tuple[int, Bus[Event]]]:
    bus, port = Bus[Event](), listening("127.0.0.1", 0)
    around = Surroundings(
        door="star",
        counter=book,
        state=lambda: PrinterState(known=True),
        clock=SystemClock(),
        entropy=SystemEntropy(),
        idle_close_s=60.0,
        dialect=star(Identity(greets=greets)),
    )
    with port:
        service = RawTcpDoor(
            "door.star", StarDoorSettings(), Reception(around, bus), [port]
        )
        async with asyncio.TaskGroup() as group:
            running = group.create_task(service.run())
            await asyncio.sleep(0)
            try:
                yield port.getsockname()[1], bus
            finally:
                running.cancel()


async def test_a_receipt_ends_at_its_cut_and_the_drawer_opens_at_once() -> None:
    book = Book()
    async with door(book) as (port, _):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x07" + RECEIPT + RECEIPT)
        await book.until(2)
        writer.close()
    assert book.kicks == [b"\x07"]
    assert [raw for _, raw in book.jobs] == [b"\x07" + RECEIPT, RECEIPT]
    assert [job.evidence for job, _ in book.jobs] == ["cut", "cut"]


async def test_its_status_is_the_star_s_own() -> None:
    async with door(Book()) as (port, bus):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(STATUS)
        async with asyncio.timeout(5):
            assert await reader.readexactly(9) == FINE
        bus.publish(PrinterChanged())
        writer.close()


async def test_one_that_greets_says_how_it_is_to_whoever_connects() -> None:
    async with door(Book(), greets=True) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(5):
            assert await reader.readexactly(9) == FINE
        writer.close()


async def test_the_counter_moves_when_what_was_before_it_is_durable() -> None:
    book = Book(durable_s=0.2)
    async with door(book) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x1b\x1ea\x01" + RECEIPT + b"\x17")
        async with asyncio.timeout(5):
            answer = await reader.readexactly(9)
        assert len(book.jobs) == 1
        writer.close()
    assert answer != FINE


def test_the_worker_reads_it_as_a_star_would() -> None:
    params = {"profile": "default", "country": "FR", "reads": False}
    done = tasks.understand({**params, "dialect": "star"}, RECEIPT)
    assert done.header["gist"][1] == 250
    assert b"TOTAL" in done.parts[1]
    assert done.parts[2] == b""
    # The cut of one is a feed of the other: no strip of ESC/POS ends there.
    assert b"strip-cut" in done.parts[1]
    assert b"strip-cut" not in tasks.understand(params, RECEIPT).parts[1]
