"""A POS that stalls inside a picture and goes on: its other half is no text."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from agent.bus import Bus
from agent.clock import SystemClock
from agent.entropy import SystemEntropy
from agent.escpos import jobs
from agent.escpos.status import Identity
from agent.escpos.tokens import completion
from agent.events import PrinterState
from agent.intake.dialect import escpos
from agent.intake.reception import Reception
from agent.intake.resumed import Resumed
from agent.intake.surroundings import Surroundings
from tests.intake.book import Book
from tests.intake.test_strangers import Pieces

PICTURE = b"\x1dv0\x00\x48\x00\x50\x00" + b"\xaa" * (72 * 80)
GREY = b"\x1dv0\x00\x48\x00\x50\x00" + (b"\x55" * 72 + b"\xaa" * 72) * 40
DRESSED = b"\x1bt\x13\x1ba\x01\x1b!\x30LE COMPTOIR\n\x1b!\x00\x1ba\x00DES HALLES\nCAFE 1,20\n\n\n"
KICK = b"\x1bp\x00\x19\x19"
END = b"END A\n\n\n\n\x1dV\x00"
RECEIPT = b"\x1b@TOTAL   9,50\n\n\n\n\x1dV\x00"
RULED = b"=" * 48 + b"\nLE COMPTOIR DES HALLES\nTOTAL   9,50\n\n\n\n\x1dV\x00"
PLAIN = b"LE COMPTOIR DES HALLES\nTOTAL   9,50\n\n\n\n\x1dV\x00"


async def heard(line: Resumed) -> bytes:
    said = b""
    for _ in range(100_000):
        data = await line.read(60.0)
        if data == b"":
            return said
        said += data or b""
    raise AssertionError("it never ends")


def resumed(torn: bytes, *pieces: bytes | None) -> Resumed:
    line = Resumed(Pieces(*pieces), completion)
    assert line.fill_up(torn) == completion(torn)
    return line


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("command", [PICTURE, GREY], ids=["dots", "grey"])
@pytest.mark.parametrize("cut", [1, 3, 7, 8, 20, 5000])
@pytest.mark.parametrize("size", [1, 100, 65_536])
async def test_the_rest_of_a_command_is_swallowed_and_what_follows_is_heard(
    command: bytes, cut: int, size: int
) -> None:
    torn, rest = command[:cut], command[cut:]
    if rest:
        line = resumed(torn, *in_pieces(rest + END, size))
        assert await heard(line) == END


@pytest.mark.parametrize(
    "new", [RECEIPT, PLAIN, RULED, DRESSED, b"\x10\x04\x01" + RECEIPT]
)
@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("cut", [3, 5000])
async def test_a_pos_that_was_started_anew_is_heard(
    new: bytes, size: int, cut: int
) -> None:
    line = resumed(PICTURE[:cut], *in_pieces(new, size))
    assert await heard(line) == new


@pytest.mark.parametrize("first", [b"CAFE 1,20\n", b"A", KICK])
@pytest.mark.parametrize("behind", [b"", b"\x1b@", RECEIPT, PICTURE])
async def test_what_says_little_and_waits_is_no_picture_that_goes_on(
    first: bytes, behind: bytes
) -> None:
    line = resumed(PICTURE[:5000], first, None, behind)
    assert await line.read(60.0) == first
    assert await heard(line) == behind


async def test_a_rest_that_is_short_is_swallowed_as_well() -> None:
    line = resumed(PICTURE[:-9], PICTURE[-9:], None, RECEIPT)
    assert await heard(line) == RECEIPT


async def test_a_question_is_answered_while_the_rest_is_waited_for() -> None:
    line = resumed(PICTURE[:5000], b"\x10\x04\x01", None, PICTURE[5000:] + END)
    assert await line.read(60.0) == b"\x10\x04\x01"
    assert await line.read(60.0) is None
    assert await heard(line) == END


async def test_nothing_is_swallowed_of_a_line_that_did_not_stall() -> None:
    line = Resumed(Pieces(PICTURE, END), completion)
    assert await heard(line) == PICTURE + END
    assert (line.broken, line.source) == (False, "192.168.1.20")


async def test_more_than_the_rest_is_never_swallowed() -> None:
    line = resumed(PICTURE[:5000], PICTURE[5000:] + PICTURE + END)
    assert await heard(line) == PICTURE + END


async def test_both_halves_of_a_picture_are_one_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From the stall to the end of the receipt, by the way that a door takes."""
    monkeypatch.setattr(jobs, "STALL_S", 1.0)
    book = Book()
    around = Surroundings(
        door="tcp",
        counter=book,
        state=lambda: PrinterState(known=True),
        clock=SystemClock(),
        entropy=SystemEntropy(),
        idle_close_s=60.0,
        dialect=replace(escpos(Identity()), completion=completion),
    )
    line = Pieces(b"\x1b@HELLO A\n" + PICTURE[:5000], None, PICTURE[5000:] + END)
    async with asyncio.timeout(10):
        await Reception(around, Bus()).talk(line, lambda: None)
    white = PICTURE[:5000].ljust(len(PICTURE), b"\0")
    assert b"".join(raw for _, raw in book.jobs) == b"\x1b@HELLO A\n" + white + END
