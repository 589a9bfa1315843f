"""Peers that behave wrongly, at both ends of the daemon.

After each: the next receipt works, what was accepted comes on paper, and nothing
comes twice but what was torn on its way to the paper.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from hardware_sim import hand_bytes, library_bytes, receipts
from hardware_sim.bad_pos import READ_S, STATUS, BadPos
from hardware_sim.office import kitchen
from hardware_sim.pos import Manner, Pos
from hardware_sim.printer import ThermalPrinter
from tests.clients.conftest import kept
from tests.clients.till import WAIT_S, Till, open_till

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="package"),
]

SEEDS = count(1000)
RASTER = b"\x1dv0\x00\x30\x00\x40\x00" + bytes(range(256)) * 12
"""GS v 0: 48 bytes wide, 64 lines."""
CUT = b"\n\x1dV\x00"
SOON_S = 10.0
"""Milliseconds on a quiet machine."""


def order() -> bytes:
    """A kitchen order like no other: paper that nobody has to choose."""
    seed = next(SEEDS)
    raw = library_bytes.encode(kitchen(seed))
    return raw.replace(b"\x1b@", b"\x1b@BON %d\n" % seed, 1)


def bad(till: Till) -> BadPos:
    return BadPos(till.host, till.port)


def pos(till: Till) -> Pos:
    return Pos(till.host, till.port, Manner(deadline_s=WAIT_S))


async def printed(
    printer: ThermalPrinter, raw: bytes, since: int, wait_s: float = WAIT_S
) -> int:
    """Wait for it; how many times it is there."""
    await printer.wait_until(
        lambda: printer.paper_bytes.find(raw, since) >= 0, wait_s, "such order"
    )
    return printer.paper_bytes.count(raw, since)


async def next_receipt_works(till: Till, wait_s: float = WAIT_S) -> None:
    """An order is on paper whole, and a sale is offered."""
    assert till.counter is not None
    raw, before = order(), len(till.printer.paper_bytes)
    sheets, shown = len(till.printer.papers), await till.shown()
    played = await pos(till).play(raw)
    assert played.failure == ""
    assert await printed(till.printer, raw, before, wait_s) == 1
    papers = await till.printer.wait_paper(sheets + 1, WAIT_S)
    assert raw[2 : raw.index(b"\n")].decode("ascii") in papers[-1].text
    sale = hand_bytes.encode(receipts.sale("bakery", next(SEEDS)))
    assert (await pos(till).play(sale)).failure == ""
    await till.counter.offered(shown, WAIT_S)


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def apart(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Till]:
    """Another till, for what may still be on its way when a test is over."""
    async with kept(open_till(tmp_path_factory.mktemp("apart"), "holding")) as open_one:
        yield open_one


@pytest.mark.parametrize("reset", [True, False], ids=["RST", "FIN"])
async def test_a_pos_that_dies_inside_a_picture_spoils_nothing(
    apart: Till, reset: bool
) -> None:
    torn = b"\x1b@BON %d\n" % next(SEEDS) + RASTER + CUT
    await bad(apart).tears(torn, len(torn) // 2, reset=reset)
    await next_receipt_works(apart, wait_s=SOON_S)


@pytest.mark.parametrize("reset", [True, False], ids=["RST", "FIN"])
async def test_a_sale_that_is_torn_in_its_picture_and_comes_again_is_one_receipt(
    apart: Till, reset: bool
) -> None:
    sale = hand_bytes.encode(receipts.sale("bakery", next(SEEDS)))
    picture = RASTER[:8] + RASTER[:7:-1]
    raw = sale[:2] + picture + sale[2:]
    assert apart.counter is not None
    await next_receipt_works(apart)
    receipts_before = len((await apart.counter.snapshot("cashier"))["recent"])
    shown, before = await apart.shown(), len(apart.printer.paper_bytes)
    await bad(apart).tears(raw, len(picture) // 2, reset=reset)
    assert (await pos(apart).play(raw)).failure == ""
    await apart.counter.offered(shown, WAIT_S)
    listed = (await apart.counter.snapshot("cashier"))["recent"]
    assert len(listed) == receipts_before + 1
    assert apart.printer.paper_bytes.find(picture[:40], before) < 0


async def test_a_job_that_comes_a_byte_at_a_time_is_one_job(till: Till) -> None:
    raw, before = order(), len(till.printer.paper_bytes)
    await bad(till).trickles(raw, 0.0005)
    assert await printed(till.printer, raw, before) == 1
    await next_receipt_works(till)


async def test_a_half_close_is_answered_when_the_job_is_durable(till: Till) -> None:
    raw, before = order(), len(till.printer.paper_bytes)
    since_s = time.monotonic()
    async with asyncio.timeout(WAIT_S):
        assert await bad(till).half_closes(raw) == b""
    assert time.monotonic() - since_s < SOON_S
    assert await printed(till.printer, raw, before) == 1
    await next_receipt_works(till)


async def test_a_job_whose_socket_is_killed_behind_it_is_not_lost(till: Till) -> None:
    raw, before = order(), len(till.printer.paper_bytes)
    await bad(till).slams(raw)
    assert await printed(till.printer, raw, before) == 1
    await next_receipt_works(till)


async def test_a_job_that_is_sent_again_after_it_was_torn_comes_whole_and_once(
    till: Till,
) -> None:
    """What came before the line broke is on paper too, as on any printer: it began to
    print before anyone could know that the rest would come again."""
    raw, before = order(), len(till.printer.paper_bytes)
    await bad(till).tears(raw, len(raw) * 2 // 3)
    await pos(till).play(raw)
    assert await printed(till.printer, raw, before) == 1
    await next_receipt_works(till)


async def test_a_flood_neither_stops_the_others_nor_comes_on_paper(till: Till) -> None:
    nuls = bytes(8192)  # receiptio's way to flush a printer
    async with asyncio.TaskGroup() as group:
        flood = group.create_task(bad(till).floods(nuls, 4 << 20, SOON_S))
        polls = await pos(till).poll_status(20, 0.05)
    assert flood.result() > 0
    assert all(len(poll.answer) == 1 for poll in polls)
    await next_receipt_works(till)


async def test_a_pos_that_never_reads_its_answers_loses_its_line_alone(
    apart: Till,
) -> None:
    async with pos(apart).stay() as other:
        await bad(apart).never_reads(2_000, SOON_S)
        assert len(await other.ask(STATUS, 1, WAIT_S)) == 1
    await next_receipt_works(apart)


async def test_questions_that_break_off_are_not_asked_again_at_the_printer(
    apart: Till,
) -> None:
    before = apart.printer.received.count(STATUS)
    await bad(apart).half_closes(STATUS * 60_000 + STATUS[:1])
    await next_receipt_works(apart, wait_s=SOON_S)
    assert apart.printer.received.count(STATUS) - before < 1_000


async def test_a_crowd_of_silent_connections_leaves_the_till_its_line(
    till: Till,
) -> None:
    raw, before = order(), len(till.printer.paper_bytes)
    async with pos(till).stay() as early, bad(till).crowds(200) as lines:
        assert len(lines) > 0
        assert (await early.play(raw)).failure == ""
        assert await printed(till.printer, raw, before) == 1
    await next_receipt_works(till)


async def test_orders_taken_without_paper_come_once_and_in_order(till: Till) -> None:
    orders, before = [order() for _ in range(4)], len(till.printer.paper_bytes)
    await till.enter("paper out")
    for raw in orders:
        assert (await pos(till).play(raw)).failure == ""
    await till.enter("there")
    wanted = b"".join(orders)
    await till.printer.wait_printed(before + len(wanted), WAIT_S)
    # A pulse of the sale before may still have been on its way.
    assert bytes(till.printer.paper_bytes[before:]).endswith(wanted)
    await next_receipt_works(till)


async def test_a_printer_that_reboots_inside_a_job_prints_it_again_whole(
    till: Till,
) -> None:
    # Longer than the printer's buffer: what is in there is lost with its power.
    raw, before = order()[:-4] + RASTER * 16 + CUT, len(till.printer.paper_bytes)
    till.printer.turn(slow_bytes_s=20_000)
    assert (await pos(till).play(raw)).failure == ""
    await till.printer.wait_printed(before + 10_000, WAIT_S)
    await till.printer.reboot(0.2)
    till.printer.turn(slow_bytes_s=0)
    assert await printed(till.printer, raw, before) == 1
    await next_receipt_works(till)


async def test_what_was_in_the_printer_s_buffer_when_it_rebooted_comes_again(
    apart: Till,
) -> None:
    orders, before = [order() for _ in range(3)], len(apart.printer.paper_bytes)
    apart.printer.turn(slow_bytes_s=1_000)
    for raw in orders:
        assert (await pos(apart).play(raw)).failure == ""
    await apart.printer.wait_printed(before + 100, WAIT_S)
    await asyncio.sleep(READ_S)
    await apart.printer.reboot(0.2)
    apart.printer.turn(slow_bytes_s=0)
    for raw in orders:
        assert await printed(apart.printer, raw, before) == 1


async def test_a_slow_printer_does_not_make_the_till_wait(till: Till) -> None:
    raw, before = order(), len(till.printer.paper_bytes)
    till.printer.turn(slow_bytes_s=300)
    played = await pos(till).play(raw)
    assert played.accepted_s is not None
    assert played.accepted_s < SOON_S
    assert till.printer.paper_bytes.find(raw, before) < 0
    till.printer.turn(slow_bytes_s=0)
    assert await printed(till.printer, raw, before) == 1
    await next_receipt_works(till)


async def test_what_a_mute_printer_did_not_take_is_printed_when_it_speaks(
    till: Till,
) -> None:
    raw, before = order(), len(till.printer.paper_bytes)
    till.printer.turn(deaf=True)
    assert (await pos(till).play(raw)).failure == ""
    await asyncio.sleep(0.5)
    till.printer.turn(deaf=False)
    assert await printed(till.printer, raw, before) == 1
    await next_receipt_works(till)
    assert till.printer.paper_bytes.count(raw, before) == 1
