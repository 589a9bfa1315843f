"""Questions to the printer within a stream: no byte moves, and no answer is another's."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from agent.bus import Bus
from agent.delivery.flow import Flow
from agent.delivery.outcome import Deferred, Delivered
from agent.delivery.places import Speech
from agent.delivery.printer import PrinterLink
from agent.delivery.printer_pace import MOST, STEP
from agent.escpos.tokens import Tokeniser
from agent.intake.aside import Seams, in_real_time, places
from tests.delivery.rig import quick, until
from tests.escpos.streams import EXAMPLES, JOBS
from tests.fakes.entropy import FakeEntropy
from tests.fakes.wire import STATES, FakeWire

LINE = b"CAFE CREME           2,50\n"
SHEET = b"\x1b@" + LINE * 400 + b"\x1dV\x00"
ESCPOS = Speech(in_real_time, lambda: Seams(star=False))


@asynccontextmanager
async def linked(wire: FakeWire, **changes: Any) -> AsyncGenerator[PrinterLink]:
    """That the printer answers GS r is known."""
    patient = {"stall_s": 20.0, "hold_s": 60.0, "confirm_s": 20.0, "poll_s": 0.5}
    settings = quick("tcp://127.0.0.1:9", **(patient | changes))
    link = PrinterLink(wire, settings, Bus(), FakeEntropy(), ESCPOS)
    service = asyncio.create_task(link.run())
    try:
        await until(lambda: link._proof.known and link._at_rest)
        yield link
    finally:
        service.cancel()
        with suppress(asyncio.CancelledError):
            await service


async def flowing(link: PrinterLink) -> Flow:
    async with asyncio.timeout(5):
        while (flow := link.flow()) is None or not flow.begun:
            if flow is not None:
                flow.end()
            await asyncio.sleep(0.01)
    return flow


def write(flow: Flow, piece: bytes) -> None:
    """And read it, whose commands are whole."""
    flow.write(piece)
    at = flow.given - len(piece)
    for seam in range(at, flow.given + 1, len(LINE)):
        flow.place(seam, seam)
    flow.known(flow.given)
    flow.stands(None)


def seams(job: bytes) -> set[int]:
    """Where two commands meet."""
    reader = Tokeniser()
    tokens = [*reader.feed(job), *reader.close()]
    return {token.at for token in tokens} | {len(job)}


def random_job(dice: random.Random) -> bytes:
    """Some kilobytes that a POS could send, and some that none should."""
    parts = [b"\x1b@"]
    while sum(map(len, parts)) < dice.randrange(3000, 9000):
        kind = dice.randrange(6)
        if kind == 0:
            whole = dice.choice(list(JOBS.values()))
            at = dice.randrange(len(whole))
            parts.append(whole[at : at + dice.randrange(2000)])
        elif kind == 1:
            parts.append(dice.choice(EXAMPLES))
        elif kind == 2:
            parts.append(dice.randbytes(dice.randrange(40)))
        elif kind == 3:
            rows = dice.randrange(1, 60)
            head = b"\x1dv0\0\x48\0" + rows.to_bytes(2, "little")
            parts.append(head + dice.randbytes(72 * rows))
        else:
            parts.append(LINE * dice.randrange(1, 30))
    return b"".join(parts)


@pytest.mark.parametrize("seed", range(24))
async def test_a_sheet_is_the_job_once_the_questions_are_taken_out(seed: int) -> None:
    dice = random.Random(seed)
    job = random_job(dice)
    wire = FakeWire(seed, narrow=seed % 2 == 0)
    async with linked(wire) as link:
        before = len(wire.marks)
        wire.answers = lambda _nth: dice.choice((0.0, 0.0, 0.001, 0.01))
        outcome = await link.print(job, deadline_s=60)
        assert outcome == Delivered()
        assert bytes(wire.job) == job
        assert set(wire.marks[before:]) <= seams(job)


@pytest.mark.parametrize("seed", range(24))
async def test_a_job_that_comes_in_pieces_is_the_job(seed: int) -> None:
    dice = random.Random(seed)
    job = random_job(dice)
    wire = FakeWire(seed, narrow=seed % 2 == 0)
    async with linked(wire) as link:
        before = len(wire.marks)
        wire.answers = lambda _nth: dice.choice((0.0, 0.001, 0.01))
        flow, reader, at = await flowing(link), Tokeniser(), 0
        while at < len(job):
            size = dice.choice((1, 30, 500, 1460, 4000))
            piece = job[at : at + size]
            flow.write(piece)
            for start in range(0, len(piece), 512):
                reader.feed(piece[start : start + 512])
                for place in places(reader):
                    flow.place(*place)
                flow.known(at + min(len(piece), start + 512))
            at += len(piece)
            flow.stands(None if not reader.mid_command else lambda _p, _n: None)
            flow.known(flow.given)
            await asyncio.sleep(dice.choice((0.0, 0.0, 0.001)))
        async with asyncio.timeout(30):
            assert await flow.taken(len(job))
        flow.end()
        assert bytes(wire.job) == job
        assert set(wire.marks[before:]) <= seams(job)


async def test_nothing_is_asked_behind_a_job_within_the_one_that_follows() -> None:
    """The first is not acknowledged yet; the second stands in half a picture."""
    wire = FakeWire()
    async with linked(wire) as link:
        before = len(wire.marks)
        first = await flowing(link)
        first.write(LINE * 10)
        first.known(first.given)
        first.stands(None)
        wire.settles.clear()
        first.end()
        await until(lambda: first._settling)
        second = await flowing(link)
        picture = b"\x1dv0\x00\x48\x00\x30\x00" + b"\x55" * (72 * 48)
        second.write(picture[:1200])
        second.known(1200)
        second.stands(lambda _pulse, _left_out: None)
        wire.settles.set()
        await until(lambda: link._flows.current is second)
        second.write(picture[1200:])
        second.known(second.given)
        second.stands(None)
        async with asyncio.timeout(5):
            assert await second.taken(len(picture))
        second.end()
        assert bytes(wire.job) == LINE * 10 + picture
        assert set(wire.marks[before:]) <= {0, 260, 260 + len(picture)}


async def test_answers_to_a_job_that_came_at_once_prove_nothing_of_the_next() -> None:
    wire = FakeWire()
    async with linked(wire) as link:
        wire.answers = lambda _nth: None
        flow = await flowing(link)
        for _ in range(2):
            write(flow, LINE * 40)
            await asyncio.sleep(0.05)
        flow.end()
        await until(lambda: link._flows.current is None)
        asked = len(wire.marks)
        assert asked > 1
        printing = asyncio.create_task(link.print(LINE * 10, deadline_s=30))
        await until(lambda: len(wire.marks) > asked)
        for _ in range(asked - 1):  # the first was the greeting's, which is answered
            wire.say(b"\0")
            await asyncio.sleep(0.03)
        await asyncio.sleep(0.3)
        assert not printing.done()
        wire.answers = lambda _nth: 0.0
        wire.say(b"\0")
        assert await printing == Delivered()


async def test_a_question_that_has_no_room_waits_as_the_job_does() -> None:
    """Out of paper, and a small buffer is full: the job is not begun anew."""
    wire = FakeWire()
    async with linked(wire) as link:
        assert await link.print(SHEET, deadline_s=30) == Delivered()
        first = next(at for at in wire.marks if at)
        wire.job.clear()
        wire.room = first
        printing = asyncio.create_task(link.print(SHEET, deadline_s=60))
        await until(lambda: wire.room == 0)
        await asyncio.sleep(0.5)
        assert not printing.done()
        wire.room = None
        assert await printing == Delivered()
        assert bytes(wire.job) == SHEET
        assert wire.opened == 1


async def test_what_comes_while_a_question_has_no_room_does_not_go_before_it() -> None:
    wire = FakeWire()
    async with linked(wire) as link:
        before = len(wire.marks)
        flow = await flowing(link)
        wire.room = 40 * len(LINE)
        write(flow, LINE * 40)
        await until(lambda: link._interview.owed > 0)
        await asyncio.sleep(0.05)
        wire.room = 2
        flow.write(LINE[:10])
        await asyncio.sleep(0.05)
        wire.room = None
        write(flow, LINE[10:])
        async with asyncio.timeout(5):
            assert await flow.taken(41 * len(LINE))
        flow.end()
        assert wire.marks[before:] == [40 * len(LINE)]
        assert bytes(wire.job) == LINE * 41


async def test_one_that_has_no_room_to_be_asked_how_it_is_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent.delivery.printer_pace.LATE_S", 0.1)
    wire = FakeWire()
    async with linked(wire, hold_s=30.0) as link:
        wire.answers = lambda _nth: None
        printing = asyncio.create_task(link.print(SHEET, deadline_s=60))
        await until(lambda: len(wire.job) > STEP)
        wire.room = 0
        await asyncio.sleep(0.6)
        assert not printing.done()
        wire.answers = lambda _nth: 0.0
        wire.room = None
        for _ in range(len(wire.marks)):
            wire.say(b"\0")
        assert await printing == Delivered()
        assert bytes(wire.job) == SHEET
        assert wire.opened == 1


async def test_automatic_status_that_comes_byte_by_byte_is_no_answer() -> None:
    wire = FakeWire()
    async with linked(wire) as link:
        wire.answers = lambda _nth: None
        printing = asyncio.create_task(link.print(LINE * 10, deadline_s=30))
        await until(lambda: len(wire.job) == 260)
        for byte in b"\x14\x00\x00\x0f":
            wire.say(bytes((byte,)))
        await asyncio.sleep(0.3)
        assert not printing.done()
        wire.say(b"\0")
        assert await printing == Delivered()


@pytest.mark.parametrize("cut", [1, 2])
async def test_a_display_that_is_selected_in_two_pieces_is_asked_nothing(
    cut: int,
) -> None:
    wire = FakeWire()
    select = b"\x1b=\x02"
    async with linked(wire) as link:
        before = len(wire.marks)
        flow = await flowing(link)
        for piece in (LINE + select[:cut], select[cut:] + LINE * 80):
            flow.write(piece)
            flow.known(flow.given)
            flow.stands(None)
            await asyncio.sleep(0.02)
        flow.end()
        await until(lambda: link._flows.current is None)
        # Nor is a later job that says nothing of it.
        flow = await flowing(link)
        flow.write(LINE * 80)
        flow.known(flow.given)
        flow.stands(None)
        async with asyncio.timeout(5):
            assert await flow.taken(flow.given)
        flow.end()
        assert wire.marks[before:] == []


async def test_what_a_printer_was_made_to_forget_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent.delivery.printer_interview.PASSED_S", 0.0)
    wire = FakeWire()
    async with linked(wire) as link:
        wire.answers = lambda _nth: None
        flow = await flowing(link)
        write(flow, LINE * 80)
        flow.end()
        await until(lambda: link._flows.current is None)
        assert link._interview.owed
        printing = asyncio.create_task(link.print(LINE * 10, deadline_s=1.0))
        await until(lambda: wire.job.endswith(LINE * 90))
        wire.states = {1: 0x1E, 2: 0x32, 3: 0x12, 4: 0x72}
        assert await printing == Deferred("paper_out")
        assert wire.cleared == 1
        wire.states, wire.answers = dict(STATES), lambda _nth: 0.0
        await until(lambda: link.state.paper == "ok")
        flow = await flowing(link)
        write(flow, SHEET)
        async with asyncio.timeout(5):
            assert await flow.taken(len(SHEET))
        flow.end()


async def test_a_text_without_an_end_is_not_asked_within_a_letter() -> None:
    """Two bytes make a letter; a run of text is cut at 1024 bytes by who reads it."""
    wire = FakeWire()
    job = b"\x1b@" + b"\n" + b"A" + b"\xb0\xa1" * (2 * MOST)
    async with linked(wire) as link:
        before = len(wire.marks)
        assert await link.print(job + b"\n", deadline_s=30) == Delivered()
        inside = [at for at in wire.marks[before:] if 4 < at < len(job)]
        assert all((at - 4) % 2 == 0 for at in inside)


async def test_a_piece_of_a_job_that_ends_within_a_letter_is_asked_nothing() -> None:
    """A segment of TCP ends anywhere, and the POS may not go on at once."""
    wire = FakeWire()
    piece = b"\x1b@" + LINE * 38 + "é".encode()[:1]
    assert STEP < len(piece) < STEP + 100
    async with linked(wire) as link:
        before = len(wire.marks)
        flow, reader = await flowing(link), Tokeniser()
        for data in (piece, "é".encode()[1:] + LINE):
            at = flow.given
            flow.write(data)
            reader.feed(data)
            for place in places(reader):
                flow.place(*place)
            flow.known(at + len(data))
            flow.stands(None)
            await asyncio.sleep(0.05)
        flow.end()
        await until(lambda: link._flows.current is None)
        assert len(piece) not in wire.marks[before:]
        assert wire.marks[before:] == [len(wire.job)]


@pytest.mark.parametrize("how", ["never", "sometimes", "twice", "late", "chatters"])
async def test_whatever_it_answers_a_sheet_comes_whole_and_once(how: str) -> None:
    wire = FakeWire(7)
    dice = random.Random(how)
    async with linked(wire, confirm_s=0.3) as link:
        if how == "twice":
            wire.says = b"\0\0"
        if how == "chatters":
            wire.says = b"\x14\0\0\x0f\0\x13\x11"
        wire.answers = {
            "never": lambda _nth: None,
            "sometimes": lambda _nth: dice.choice((None, 0.01)),
            "late": lambda _nth: 0.1,
        }.get(how, lambda _nth: 0.001)
        for nth in range(3):
            assert await link.print(SHEET, deadline_s=60) == Delivered()
            assert bytes(wire.job) == SHEET * (nth + 1)
        flow = await flowing(link)
        write(flow, SHEET)
        async with asyncio.timeout(20):
            assert await flow.taken(len(SHEET))
        flow.end()
        assert bytes(wire.job) == SHEET * 4
        assert (wire.opened, wire.cleared) == (1, 0)
