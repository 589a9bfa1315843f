from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from agent.bus import Bus
from agent.delivery.outcome import Deferred, Delivered
from agent.delivery.printer import PrinterLink
from agent.delivery.printer_queue import (
    MAX_KICK_BYTES,
    MAX_QUEUED_JOBS,
    MAX_QUEUED_KICKS,
)
from agent.delivery.settings import PrinterSettings
from agent.delivery.transports.opening import transport_for
from agent.events import Event, PrinterChanged
from tests.delivery.rig import heard, linked, quick, turns_watched, until
from tests.fakes.entropy import FakeEntropy
from tests.fakes.printer import GS_R, FakePrinter

RECEIPT = b"\x1b@BOUCHERIE MARTIN\nTOTAL 12,30\n\x1dV\x00"
KICK = b"\x1bp\x00\x19\xfa"


def at(printer: FakePrinter, **changes: Any) -> PrinterSettings:
    return quick(f"tcp://127.0.0.1:{printer.port}", **changes)


async def test_a_job_reaches_the_paper_byte_for_byte() -> None:
    raster = bytes(range(256)) * 80  # 20 KB: more than one piece, and no 10 04
    async with FakePrinter() as printer, linked(at(printer)) as link:
        outcome = await link.print(RECEIPT + raster, deadline_s=3)
        assert outcome == Delivered()
        assert printer.paper == RECEIPT + raster


async def test_jobs_come_out_whole_and_in_order() -> None:
    jobs = [b"<%d>" % n + bytes([65 + n]) * 9000 for n in range(8)]
    async with FakePrinter() as printer, linked(at(printer)) as link:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(link.print(j, deadline_s=5)) for j in jobs]
        assert [task.result() for task in tasks] == [Delivered()] * 8
        assert printer.paper == b"".join(jobs)


async def test_a_printer_without_paper_gets_nothing() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        printer.mood.out_of_paper()
        started = time.monotonic()
        assert await link.print(RECEIPT, deadline_s=25) == Deferred("paper_out")
        assert time.monotonic() - started < 15
        assert printer.paper == b""
        printer.mood.all_well()
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()


@pytest.mark.parametrize(
    ("number", "byte", "reason"),
    [
        (2, 0x16, "cover_open"),
        (4, 0x72, "paper_out"),
        (3, 0x1A, "printer_error"),
        (1, 0x1E, "printer_offline"),
    ],
)
async def test_every_reason_to_wait_has_its_code(
    number: int, byte: int, reason: str
) -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        printer.mood.answers[number] = byte
        assert await link.print(RECEIPT, deadline_s=3) == Deferred(reason)


async def test_a_new_roll_within_the_deadline_saves_a_second_copy() -> None:
    async with FakePrinter() as printer, linked(at(printer, poll_s=60)) as link:
        await until(lambda: link.state.known)
        printer.mood.roll_ends_after = len(RECEIPT)
        job = asyncio.create_task(link.print(RECEIPT, deadline_s=5))
        await until(lambda: link.state.paper == "out")
        assert not job.done()
        printer.mood.roll_ends_after = None
        printer.mood.all_well()
        assert await job == Delivered()
        assert printer.paper == RECEIPT


async def test_paper_that_stays_out_after_the_job_defers_it() -> None:
    async with FakePrinter() as printer, linked(at(printer, poll_s=60)) as link:
        await until(lambda: link.state.known)
        printer.mood.roll_ends_after = len(RECEIPT)
        assert await link.print(RECEIPT, deadline_s=0.8) == Deferred("paper_out")
        assert printer.paper == RECEIPT
        assert link.state.paper == "out"


async def test_a_drawer_opens_while_a_printed_job_waits_for_paper() -> None:
    async with FakePrinter() as printer, linked(at(printer, poll_s=60)) as link:
        await until(lambda: link.state.known)
        printer.mood.roll_ends_after = len(RECEIPT)
        job = asyncio.create_task(link.print(RECEIPT, deadline_s=2))
        await until(lambda: link.state.paper == "out")
        link.kick(KICK)
        await until(lambda: printer.paper == RECEIPT + KICK)
        assert not job.done()
        printer.mood.roll_ends_after = None
        printer.mood.all_well()
        assert await job == Delivered()


async def test_a_mute_printer_still_prints() -> None:
    async with FakePrinter() as printer:
        printer.mood.mute = True
        async with linked(at(printer)) as link:
            assert await link.print(RECEIPT, deadline_s=3) == Delivered()
            await until(lambda: printer.paper == RECEIPT)
            assert not link.state.known
            assert link.state.online
            assert link.state.mute


async def test_a_printer_that_must_not_be_asked_gets_the_job_and_nothing_else() -> None:
    async with FakePrinter() as printer, linked(at(printer, asks="never")) as link:
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        await until(lambda: printer.paper == RECEIPT)
        assert printer.asked == []
        assert not link.state.mute


async def test_one_that_used_to_answer_and_is_silent_gets_nothing() -> None:
    async with FakePrinter() as printer, linked(at(printer, poll_s=60)) as link:
        await until(lambda: link.state.known)
        printer.mood.mute = True
        assert await link.print(RECEIPT, deadline_s=3) == Deferred("silent")
        assert printer.paper == b""
        assert not link.state.online
        printer.mood.mute = False
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()


async def test_a_deaf_printer_stalls_one_job_and_not_the_loop() -> None:
    async with FakePrinter() as printer, linked(at(printer, asks="never")) as link:
        await until(lambda: printer.connections == 1)
        printer.mood.deaf = True
        async with turns_watched() as turns:
            outcome = await link.print(b"x" * 400_000, deadline_s=5)
        assert outcome == Deferred("stalled")
        assert turns.taken > 20
        assert turns.longest_cpu_s < 0.1


async def test_the_deadline_holds_when_the_printer_takes_nothing() -> None:
    async with (
        FakePrinter() as printer,
        linked(at(printer, asks="never", stall_s=30)) as link,
    ):
        await until(lambda: printer.connections == 1)
        printer.mood.deaf = True
        started = time.monotonic()
        outcome = await link.print(b"x" * 400_000, deadline_s=0.5)
        assert outcome == Deferred("stalled")
        assert time.monotonic() - started < 15


async def test_a_printer_that_dies_within_a_job_defers_it_and_the_next_one_prints() -> (
    None
):
    async with FakePrinter() as printer, linked(at(printer)) as link:
        printer.mood.dies_after = 3000
        outcome = await link.print(b"y" * 100_000, deadline_s=3)
        assert outcome == Deferred("lost")
        printer.mood.dies_after, printer.paper = None, b""
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        assert printer.paper == RECEIPT


async def test_a_stale_connection_is_replaced_without_a_word() -> None:
    async with FakePrinter() as printer, linked(at(printer, poll_s=60)) as link:
        await until(lambda: link.state.known)
        printer.hang_up()
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        assert printer.paper == RECEIPT
        assert printer.connections == 2


async def test_an_absent_printer_defers_at_once_and_is_found_when_it_is_back() -> None:
    async with FakePrinter() as printer:
        await printer.switch_off()
        async with linked(at(printer)) as link:
            started = time.monotonic()
            assert await link.print(RECEIPT, deadline_s=25) == Deferred("unreachable")
            assert time.monotonic() - started < 15
            assert not link.state.online
            await printer.switch_on()
            await until(lambda: link.state.known)


async def test_only_changes_ring_the_bell() -> None:
    bus: Bus[Event] = Bus()
    with bus.subscribe() as events:
        async with FakePrinter() as printer, linked(at(printer), bus) as link:
            first = await heard(events, PrinterChanged)
            assert first.state.known
            asked = len(printer.asked)
            await until(lambda: len(printer.asked) > asked + 12)
            printer.mood.cover_open()
            second = await heard(events, PrinterChanged)
            assert second.state.cover_open
            assert second.state == link.state


async def test_a_kick_overtakes_waiting_jobs_and_never_enters_one() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        await until(lambda: link.state.known)
        big = b"z" * 60_000
        async with asyncio.TaskGroup() as group:
            first = group.create_task(link.print(big, deadline_s=5))
            await until(lambda: bool(printer.paper))
            second = group.create_task(link.print(RECEIPT, deadline_s=5))
            await asyncio.sleep(0)
            assert link.kick(KICK)
        assert first.result() == second.result() == Delivered()
        assert printer.paper == big + KICK + RECEIPT


async def test_a_kick_alone_reaches_the_printer() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        assert link.kick(KICK)
        await until(lambda: printer.paper == KICK)


async def test_kicks_are_bounded() -> None:
    async with FakePrinter() as printer:
        settings = at(printer)
        link = PrinterLink(transport_for(settings.wire), settings, Bus(), FakeEntropy())
        assert not link.kick(b"\x1bp" * MAX_KICK_BYTES)
        taken = [link.kick(KICK) for _ in range(MAX_QUEUED_KICKS + 2)]
        assert taken == [True] * MAX_QUEUED_KICKS + [False] * 2


async def test_a_kick_for_an_absent_printer_does_not_open_the_drawer_later() -> None:
    async with FakePrinter() as printer:
        await printer.switch_off()
        async with linked(at(printer)) as link:
            await until(lambda: not link.state.online)
            link.kick(KICK)
            await until(lambda: not link._queue.kicks)
            await asyncio.sleep(0.05)
            await printer.switch_on()
            await until(lambda: link.state.known)
            assert printer.paper == b""


async def test_the_queue_is_bounded_and_a_waiting_job_knows_its_deadline() -> None:
    async with FakePrinter() as printer:
        settings = at(printer)
        idle = PrinterLink(transport_for(settings.wire), settings, Bus(), FakeEntropy())
        async with asyncio.TaskGroup() as group:
            waiting = [
                group.create_task(idle.print(RECEIPT, deadline_s=0.2))
                for _ in range(MAX_QUEUED_JOBS)
            ]
            await asyncio.sleep(0)
            assert await idle.print(RECEIPT, deadline_s=9) == Deferred("busy")
        assert {task.result() for task in waiting} == {Deferred("busy")}


async def test_a_caller_that_leaves_takes_its_waiting_job_along() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        await until(lambda: link.state.known)
        big = b"z" * 60_000
        first = asyncio.create_task(link.print(big, deadline_s=5))
        await until(lambda: bool(printer.paper))
        second = asyncio.create_task(link.print(RECEIPT, deadline_s=5))
        await asyncio.sleep(0)
        second.cancel()
        first.cancel()  # this one has begun: it is printed to its end
        await until(lambda: printer.paper == big)
        assert await link.print(b"last\n", deadline_s=3) == Delivered()
        assert printer.paper == big + b"last\n"


async def test_a_cancelled_link_finishes_the_job_it_is_writing() -> None:
    async with FakePrinter() as printer:
        async with linked(at(printer)) as link:
            await until(lambda: link.state.known)
            big = b"z" * 60_000
            job = asyncio.create_task(link.print(big, deadline_s=5))
            late = asyncio.create_task(link.print(RECEIPT, deadline_s=5))
            await until(lambda: bool(printer.paper))
        assert await job == Delivered()
        assert await late == Deferred("stopping")
        await until(lambda: printer.paper == big)


async def test_stop_prints_what_waits_and_takes_nothing_new() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        jobs = [b"%d\n" % n for n in range(5)]
        tasks = [asyncio.create_task(link.print(job, deadline_s=5)) for job in jobs]
        await asyncio.sleep(0)
        await link.stop(deadline_s=3)
        assert [await task for task in tasks] == [Delivered()] * 5
        assert printer.paper == b"".join(jobs)
        assert await link.print(RECEIPT, deadline_s=1) == Deferred("stopping")


async def test_the_only_connection_is_given_back_after_a_while() -> None:
    async with FakePrinter() as printer:
        settings = at(printer, idle_close_s=0.05, poll_s=60)
        async with linked(settings) as link:
            assert await link.print(RECEIPT, deadline_s=3) == Delivered()
            await until(lambda: not printer._open)
            assert await link.print(RECEIPT, deadline_s=3) == Delivered()
            assert printer.paper == RECEIPT * 2
            assert link.state.known


async def test_the_answers_are_found_among_what_the_job_made_it_say() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        # automatic status, GS r, a name, XON: what GS a, GS r 1, GS I 67 bring
        printer.mood.says_first = b"\x14\x00\x00\x0f\x00_TM-T88V\x00\x11"
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        assert link.state.known
        assert not link.state.cover_open


async def test_ipv6_works() -> None:
    try:
        printer = FakePrinter("::1")
        await printer.switch_on()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    async with linked(quick(f"tcp://[::1]:{printer.port}")) as link:
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
    assert printer.paper == RECEIPT
    await printer.switch_off()


async def test_a_printer_that_knows_one_question_only_is_soon_asked_no_other() -> None:
    async with FakePrinter() as printer:
        printer.mood.answers = {1: 0x16}
        async with linked(at(printer, poll_s=0.02)) as link:
            assert await link.print(RECEIPT, deadline_s=3) == Delivered()
            assert link.state.known
            await until(lambda: printer.asked[-6:] == [1] * 6)
            assert {2, 3, 4} <= set(printer.asked)
            assert await link.print(RECEIPT, deadline_s=3) == Delivered()


async def test_silence_after_the_last_byte_is_taken_for_paper(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakePrinter() as printer:
        printer.mood.marks = False
        async with linked(at(printer, poll_s=60)) as link:
            await until(lambda: printer.paper == GS_R)
            printer.mood.silent_after = len(GS_R + RECEIPT)
            assert await link.print(RECEIPT, deadline_s=3) == Delivered()
            assert "did not confirm" in caplog.text


async def test_a_connection_lost_after_the_last_byte_means_again() -> None:
    async with FakePrinter() as printer, linked(at(printer, poll_s=60)) as link:
        await until(lambda: link.state.known)
        printer.mood.dies_after = len(RECEIPT)
        assert await link.print(RECEIPT, deadline_s=3) == Deferred("lost")


async def test_an_old_kick_is_dropped(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.delivery.printer_queue.KICK_LIFE_S", -1.0)
    async with FakePrinter() as printer, linked(at(printer)) as link:
        await until(lambda: link.state.known)
        link.kick(KICK)
        await until(lambda: "waited too long" in caplog.text)
        assert printer.paper == b""
        assert link.state.known  # and the connection is none the worse for it


async def test_going_away_and_coming_back_is_logged_once_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    async with FakePrinter() as printer, linked(at(printer)) as link:
        await until(lambda: link.state.known)
        await printer.switch_off()
        await until(lambda: not link.state.online)
        for _ in range(2):
            assert await link.print(RECEIPT, deadline_s=1) == Deferred("unreachable")
        await printer.switch_on()
        await until(lambda: link.state.known)
    assert caplog.text.count("printer went away") == 1
    assert caplog.text.count("printer is back") == 1
    assert "BOUCHERIE" not in caplog.text


async def test_the_state_follows_the_printer_within_a_poll() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        await until(lambda: link.state.known)
        printer.mood.answers[1] = 0x12
        await until(lambda: link.state.drawer_open)
        printer.mood.out_of_paper()
        await until(lambda: link.state.paper == "out")
