"""A job is printed when the printer says so, not when its buffer has it."""

from __future__ import annotations

import asyncio
import logging

import pytest

from agent.delivery import printer_proof
from agent.delivery.outcome import Deferred, Delivered
from agent.delivery.printer_status import Sieve
from agent.delivery.settings import PrinterSettings
from tests.delivery.rig import linked, quick, until
from tests.fakes.printer import GS_R, FakePrinter

RECEIPT = b"\x1b@TOTAL 12,34\n\x1dV\x00"
KICK = b"\x1bp\x00\x19\x19"


def at(printer: FakePrinter, **changes: object) -> PrinterSettings:
    return quick(f"tcp://127.0.0.1:{printer.port}", poll_s=60, **changes)


async def test_it_is_not_printed_before_the_printer_says_so() -> None:
    async with FakePrinter() as printer, linked(at(printer, confirm_s=1.0)) as link:
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(RECEIPT, deadline_s=5))
        await until(lambda: printer.paper == RECEIPT * 2)
        # Well in every other respect, and a drawer opens meanwhile.
        assert link.kick(KICK)
        await until(lambda: printer.paper.endswith(KICK))
        await asyncio.sleep(1.1)  # longer than one that never answers is waited for
        assert not printing.done()
        printer.answer_marks()
        assert await printing == Delivered()


async def test_what_was_in_its_buffer_when_its_line_broke_is_not_printed() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(RECEIPT, deadline_s=5))
        await until(lambda: printer.paper == RECEIPT)
        printer.hang_up()
        assert await printing == Deferred("lost")


async def test_nor_when_one_that_knew_the_question_falls_silent() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(RECEIPT, deadline_s=5))
        await until(lambda: printer.paper == RECEIPT * 2)
        printer.mood.mute = True
        assert await printing == Deferred("silent")
        printer.mood.mute = printer.mood.busy = False
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()


async def test_one_that_does_not_know_the_question_is_believed_and_soon_not_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakePrinter() as printer:
        printer.mood.marks = False
        async with linked(at(printer)) as link:
            await until(lambda: printer.paper == GS_R)
            for _ in range(4):
                assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        # At rest, and behind its first job.
        assert printer.paper == (GS_R + RECEIPT) * 2 + RECEIPT * 2
    said = [each.message for each in caplog.records if each.levelno == logging.WARNING]
    assert said == ["the printer does not say when it has printed"]


async def test_one_that_is_stuck_is_believed_and_let_alone_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In half a picture, or with the customer display selected: not printed for ever."""
    monkeypatch.setattr(printer_proof, "REST_JOBS", 2)
    async with FakePrinter() as printer, linked(at(printer)) as link:
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        printer.mood.marks = False
        for _ in range(5):
            assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        # Twice without an answer, twice let alone, asked again.
        asked, alone = RECEIPT + GS_R, RECEIPT
        assert printer.paper == RECEIPT + asked * 2 + alone * 2 + asked


async def test_one_that_works_again_is_asked_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(printer_proof, "REST_JOBS", 0)
    async with FakePrinter() as printer, linked(at(printer)) as link:
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        printer.mood.marks = False
        for _ in range(2):
            assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        printer.mood.marks, printer.paper = True, b""
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(RECEIPT, deadline_s=5))
        await until(lambda: printer.paper == RECEIPT * 2)
        assert not printing.done()
        printer.answer_marks()
        assert await printing == Delivered()


async def test_a_printer_is_not_asked_when_it_would_print_the_question() -> None:
    async with (
        FakePrinter() as printer,
        linked(at(printer, confirms="status")) as link,
    ):
        printer.mood.marks = False
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        assert printer.paper == RECEIPT


@pytest.mark.parametrize("own", [1, 2, 5])
async def test_the_answers_to_the_job_s_own_questions_prove_nothing(own: int) -> None:
    job = b"\x1b@" + b"\x1dr\x02" * own + RECEIPT
    async with FakePrinter() as printer, linked(at(printer, confirm_s=2.0)) as link:
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(job, deadline_s=5))
        await until(lambda: printer.paper.endswith(job))
        for _ in range(own):
            printer.say(b"\0")
            await asyncio.sleep(0.15)
            assert not printing.done()
        printer.answer_marks()
        assert await printing == Delivered()


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        (b"\x00", 1),
        (b"\x0c\x03", 2),
        (b"\x14\x00\x00\x0f", 0),  # automatic status
        (b"\x14\x00\x00\x0f\x0c", 1),
        (b"\x16\x12\x72", 0),  # DLE EOT
        (b"\x14\x12\x00", 1),
        (b"\x5fTM-T88V\x00", 0),
        (b"\x37\x22abcd\x00\x00", 1),
        (b"\x11\x13", 0),  # XON, XOFF
    ],
)
def test_marks_are_found_among_what_else_it_says(said: bytes, marks: int) -> None:
    sieve = Sieve()
    for byte in said:
        sieve.feed(bytes((byte,)))
    assert sieve.marks == marks
