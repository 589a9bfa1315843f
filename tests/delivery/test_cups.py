"""A queue of CUPS as a printer, by python-escpos' own driver.

Against a scheduler in memory; where pycups is installed (``receipt-agent[cups]``), also
against the real one, with a simulated printer behind its queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.util import find_spec

import pytest
from escpos.printer import cups as driver

from agent.delivery.outcome import Deferred, Delivered
from agent.delivery.printer_clearing import CLEAR
from agent.delivery.settings import CupsLink, parse_link
from agent.delivery.transports.base import TransportError
from agent.delivery.transports.cups import CupsTransport, answer
from hardware_sim.printer import ThermalPrinter
from tests.clients.cups import scheduler, why_no_cups
from tests.delivery.rig import linked, quick, until
from tests.fakes.cups import ABORTED, CANCELED, FakeCups, start

LINK = "cups://TICKETS"
RECEIPT = (
    b"\x1b@BOUCHERIE MARTIN\nTOTAL 12,30  et le reste du ticket, assez long\n\x1dV\x00"
)
KICK = b"\x1bp\x00\x19\xfa"


@pytest.fixture
def cups(monkeypatch: pytest.MonkeyPatch) -> FakeCups:
    found = FakeCups()
    start(monkeypatch, found)
    return found


async def test_a_job_reaches_the_queue_byte_for_byte_once(cups: FakeCups) -> None:
    async with linked(quick(LINK)) as link:
        await until(lambda: link.state.known)
        assert await link.print(RECEIPT, deadline_s=5) == Delivered()
        assert await link.print(RECEIPT, deadline_s=5) == Delivered()
    assert [job.raw for job in cups.jobs.values()] == [RECEIPT, RECEIPT]
    assert cups.server == ("localhost", 631)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"reasons": ["media-empty-error"]}, "paper_out"),
        ({"reasons": ["cover-open-report"]}, "cover_open"),
        ({"reasons": ["offline-report"]}, "printer_offline"),
        ({"reasons": "media-jam-error"}, "printer_error"),
        ({"state": 5}, "printer_offline"),
    ],
)
async def test_the_queue_s_state_stands_for_the_printer_s(
    cups: FakeCups, changes: dict[str, object], reason: str
) -> None:
    for name, value in changes.items():
        setattr(cups, name, value)
    async with linked(quick(LINK)) as link:
        assert await link.print(RECEIPT, deadline_s=3) == Deferred(reason)
        assert cups.jobs == {}


async def test_a_low_roll_is_said_and_prints(cups: FakeCups) -> None:
    cups.reasons = ["media-low-warning"]
    async with linked(quick(LINK)) as link:
        await until(lambda: link.state.paper == "near_end")
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()


async def test_a_job_that_is_given_up_is_cancelled_and_printed_once(
    cups: FakeCups,
) -> None:
    cups.holds = True
    wire = CupsTransport(CupsLink("TICKETS"))
    await wire.open(within_s=2)
    await wire.write(RECEIPT, stall_s=1)
    await wire.settle(within_s=1)
    await wire.write(CLEAR, stall_s=1)
    assert cups.jobs[1].state == CANCELED
    cups.holds = False
    await wire.write(RECEIPT, stall_s=1)
    await wire.settle(within_s=1)
    assert cups.paper == RECEIPT
    wire.close()


async def test_what_waits_is_cancelled_when_another_job_comes(cups: FakeCups) -> None:
    cups.holds = True
    async with linked(quick(LINK, poll_s=60)) as link:
        await until(lambda: link.state.known)
        job = asyncio.create_task(link.print(RECEIPT, deadline_s=1))
        await until(lambda: len(cups.jobs) == 1)
        cups.reasons = ["media-empty-error"]
        assert await job == Deferred("paper_out")
        cups.reasons, cups.holds = ["none"], False
        other = RECEIPT.replace(b"MARTIN", b"DURAND")
        assert await link.print(other, deadline_s=3) == Delivered()
    assert cups.paper == other
    assert cups.jobs[1].state == CANCELED


async def test_what_waits_is_cancelled_when_the_wire_is_closed(cups: FakeCups) -> None:
    cups.holds = True
    wire = CupsTransport(CupsLink("TICKETS"))
    await wire.open(within_s=2)
    await wire.write(RECEIPT, stall_s=1)
    await wire.settle(within_s=1)
    wire.close()
    await until(lambda: cups.jobs[1].state == CANCELED)


async def test_an_aborted_job_is_lost_and_printed_again(cups: FakeCups) -> None:
    cups.holds = True
    async with linked(quick(LINK, poll_s=60, confirm_s=5)) as link:
        await until(lambda: link.state.known)
        job = asyncio.create_task(link.print(RECEIPT, deadline_s=5))
        await until(lambda: len(cups.jobs) == 1)
        cups.holds = False
        cups.finish(ABORTED)
        assert await job == Deferred("lost")
        assert await link.print(RECEIPT, deadline_s=5) == Delivered()
    assert cups.paper == RECEIPT


async def test_a_job_that_somebody_cancelled_there_is_over(cups: FakeCups) -> None:
    cups.holds = True
    async with linked(quick(LINK, poll_s=60, confirm_s=5)) as link:
        await until(lambda: link.state.known)
        job = asyncio.create_task(link.print(RECEIPT, deadline_s=5))
        await until(lambda: len(cups.jobs) == 1)
        cups.finish(CANCELED)
        assert await job == Delivered()
    assert len(cups.jobs) == 1


async def test_a_pulse_is_not_left_in_a_queue_that_stands(cups: FakeCups) -> None:
    wire = CupsTransport(CupsLink("TICKETS"))
    await wire.open(within_s=2)
    await wire.write(KICK, stall_s=1)
    assert cups.paper == KICK
    cups.state = 5
    with pytest.raises(TransportError) as told:
        await wire.write(KICK, stall_s=1)
    assert told.value.fault == "stalled"
    cups.state, cups.holds = 3, True
    await wire.write(RECEIPT[:20], stall_s=1)
    await wire.write(RECEIPT[20:], stall_s=1)
    await wire.settle(within_s=1)
    assert cups.jobs[2].raw == RECEIPT
    with pytest.raises(TransportError):
        await wire.write(KICK, stall_s=1)
    assert len(cups.jobs) == 2
    wire.close()


async def test_a_scheduler_that_goes_away_is_found_again(cups: FakeCups) -> None:
    async with linked(quick(LINK)) as link:
        await until(lambda: link.state.known)
        cups.gone = True
        assert isinstance(await link.print(RECEIPT, deadline_s=3), Deferred)
        assert not link.state.online
        cups.gone = False
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
    assert cups.paper == RECEIPT


@pytest.mark.parametrize(
    ("queue", "uri", "says"),
    [
        ("OTHER", "socket://x", "Incorrect printer name"),
        ("TICKETS", "receipt-agent:/", "to ourselves"),
    ],
)
async def test_why_it_does_not_open(
    cups: FakeCups, queue: str, uri: str, says: str
) -> None:
    cups.uri = uri
    with pytest.raises(TransportError, match=says) as told:
        await CupsTransport(CupsLink(queue)).open(within_s=2)
    assert told.value.fault == "unreachable"


async def test_without_the_library_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver, "_DEP_PYCUPS", False)
    with pytest.raises(TransportError, match=r"receipt-agent\[cups\]") as told:
        await CupsTransport(CupsLink("TICKETS")).open(within_s=5)
    assert told.value.fault == "unreachable"


def test_links_name_a_queue_here_or_elsewhere() -> None:
    assert parse_link("cups://TICKETS") == CupsLink("TICKETS")
    there = parse_link("cups://print.shop.example:1631/Tickets_2")
    assert there == CupsLink("Tickets_2", "print.shop.example", 1631)
    assert isinstance(there, CupsLink)
    assert there.written == "cups://print.shop.example:1631/Tickets_2"
    assert parse_link("cups://h/q") == CupsLink("q", "h", 631)


@pytest.mark.parametrize(
    "text", ["cups://", "cups:///q", "cups://a b", "cups://h:x/q", "cups://q?x=1"]
)
def test_any_other_address_is_told_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="cups://QUEUE"):
        parse_link(text)


def test_a_state_says_all_that_is_wrong_and_nothing_else() -> None:
    assert [answer(n, {"none"}) for n in (1, 2, 3, 4)] == [0x16, 0x12, 0x12, 0x12]
    both = {"media-empty", "cover-open-error"}
    assert [answer(n, both) for n in (1, 2, 3, 4)] == [0x1E, 0x36, 0x12, 0x72]


# -- the real scheduler -----------------------------------------------------------

REAL = pytest.mark.skipif(
    bool(why_no_cups()) or find_spec("cups") is None,
    reason=why_no_cups() or "pycups is not installed: pip install receipt-agent[cups]",
)


@asynccontextmanager
async def a_real_queue() -> AsyncGenerator[tuple[str, ThermalPrinter]]:
    async with ThermalPrinter() as printer, scheduler() as cups:
        await cups.queue("TICKETS", f"socket://127.0.0.1:{printer.port}")
        yield f"cups://{cups.address}/TICKETS", printer


@REAL
@pytest.mark.timeout(120)
async def test_a_real_scheduler_prints_it_byte_for_byte() -> None:
    async with a_real_queue() as (link_to, printer):
        settings = quick(link_to, confirm_s=20, connect_s=10)
        async with linked(settings) as link:
            await until(lambda: link.state.known, within_s=20)
            assert await link.print(RECEIPT, deadline_s=30) == Delivered()
        await until(lambda: printer.paper_bytes == RECEIPT, within_s=20)


@REAL
@pytest.mark.timeout(120)
async def test_a_real_scheduler_without_paper_prints_it_once() -> None:
    long = RECEIPT + b"ligne apres ligne\n" * 2000  # more than printer and kernel hold
    async with a_real_queue() as (link_to, printer):
        settings = quick(link_to, confirm_s=3, connect_s=10)
        async with linked(settings) as link:
            await until(lambda: link.state.known, within_s=20)
            printer.turn(paper_out=True)
            job = asyncio.create_task(link.print(long, deadline_s=60))
            await until(lambda: printer.buffered_bytes > 0, within_s=20)
            printer.turn(paper_out=False)
            assert await job == Delivered()
            await until(lambda: printer.paper_bytes == long, within_s=30)
