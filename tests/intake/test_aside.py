"""A pulse in another's half command: the drawer opens, and the paper is as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.escpos.jobs import JobReader
from agent.intake.aside import Aside, Seams, in_real_time, inside, star_in_real_time
from agent.intake.dialect import Reader, completed
from agent.intake.limits import ASIDE_BYTES
from agent.intake.resumed import Resumed
from agent.star.jobs import JobReader as StarReader
from agent.star.tokens import completion as star_completion
from hardware_sim.commands import Framer
from tests.intake.test_strangers import Pieces

KICK = b"\x1bp\x00\x19\xfa"
NOW = b"\x10\x14\x01\x00\x01"
DOTS = bytes(range(0x20, 0x84))
PICTURES = {
    "GS v 0": b"\x1dv0\x00\x0a\x00\x0a\x00",
    "GS Q 0": b"\x1dQ0\x00\x0a\x00\x0a\x00",
    "GS ( L": b"\x1d(L\x6e\x000p0\x01\x011\x50\x00\x0a\x00",
    "GS 8 L": b"\x1d8L\x6e\x00\x00\x000p0\x01\x011\x50\x00\x0a\x00",
    "ESC *": b"\x1b*\x00\x64\x00",
}
COMMANDS = [
    b"\x1ba\x01",
    b"\x1dL\x10\x00",
    b"\x1d(k\x1b\x001P0https://shop.example/abc",
    b"\x1b!\x30",
    b"\x1dk\x49\x05{B123",
]


def names(raw: bytes) -> list[bytes]:
    return [frame.name for frame in Framer().feed(raw)]


@pytest.mark.parametrize("head", PICTURES.values(), ids=PICTURES)
@pytest.mark.parametrize("drawn", [0, 1, 50, 94, 95, 96, 99])
def test_in_a_picture_it_takes_the_place_of_dots_and_no_byte_is_too_many(
    head: bytes, drawn: int
) -> None:
    torn, rest = head + DOTS[:drawn], DOTS[drawn:]
    aside = inside(torn, completed)
    said = aside(KICK, 0)
    assert said is not None
    written, left_out = said
    paper = torn + written + rest[left_out:] + b"\x1dV\x00"
    if len(rest) > len(NOW):
        assert (written, left_out) == (NOW, len(NOW))
        assert names(paper) == names(head + DOTS + b"\x1dV\x00")
    else:
        # It ends there, and the pulse comes as it is.
        assert paper == torn + bytes(len(rest)) + KICK + b"\x1dV\x00"


def test_a_second_drawer_opens_behind_the_first() -> None:
    head = PICTURES["GS v 0"]
    aside = inside(head + DOTS[:88], completed)
    assert aside(KICK, 0) == (NOW, 5)
    assert aside(KICK, 5) == (NOW, 5)
    assert aside(KICK, 10) == (b"\0\0" + KICK, 2)
    assert aside(KICK, 12) == (KICK, 0)


@pytest.mark.parametrize("command", COMMANDS)
def test_any_other_command_is_ended_and_said_again(command: bytes) -> None:
    for cut in range(1, len(command)):
        torn = command[:cut]
        said = inside(torn, completed)(KICK, 0)
        assert said is not None
        written, left_out = said
        assert left_out == 0
        ended, _, again = written.partition(KICK)
        assert again == torn
        framed = names(torn + ended + KICK)
        assert framed[-1] == b"\x1bp"
        assert len(framed) == 2


@pytest.mark.parametrize(
    ("torn", "pulse"),
    [
        # A logo for years, a buzzer in a picture, a drawer on no known pin.
        (b"\x1cq\x01\x14\x00\x14\x00" + b"\xaa" * ASIDE_BYTES, KICK),
        (PICTURES["GS v 0"] + DOTS[:50], b"\x1b(A\x05\x00a\x64\x01\x0a\x0a"),
        (PICTURES["GS v 0"] + DOTS[:50], b"\x1bp\x05\x19\xfa"),
        # Half a number as a bar code, things printed twice, a cut in the text, a deaf printer.
        (b"\x1dk\x0421", KICK),
        (b"\x1d(k\x03\x001Q", KICK),
        (b"\x1cp\x01", KICK),
        (b"\x1d/", KICK),
        (b"\x1d^\x02", KICK),
        (b"\x1dV", KICK),
        (b"\x1b=", KICK),
    ],
)
def test_what_would_harm_is_not_said(torn: bytes, pulse: bytes) -> None:
    assert inside(torn, completed)(pulse, 0) is None


def aside_of(reader: Reader, completion: Callable[[bytes], bytes]) -> Aside | None:
    star = completion is star_completion
    return Resumed(Pieces(), completion, again=not star).aside(reader)


def test_in_a_picture_of_more_than_a_megabyte_it_stands_for_dots_too() -> None:
    reader, rows = JobReader(), 72 << 14
    reader.feed(b"\x1dv0\x00\x48\x00\x00\x40" + DOTS)
    aside = aside_of(reader, completed)
    assert aside is not None
    assert aside(KICK, 0) == (NOW, 5)
    reader.feed(bytes(rows - 100 - 8))
    aside = aside_of(reader, completed)
    assert aside is not None
    assert aside(KICK, 0) == (NOW, 5)
    assert aside(KICK, 5) == (b"\0\0\0" + KICK, 3)
    reader.feed(bytes(8))
    assert aside_of(reader, completed) is None


def test_in_a_long_command_that_is_no_picture_its_end_is_waited_for() -> None:
    reader = JobReader()
    reader.feed(b"\x1d8L\x0b\x00\x40\x000\x43\x30\x31\x31\x01" + DOTS)
    aside = aside_of(reader, completed)
    assert aside is not None
    assert aside(KICK, 0) is None


@pytest.mark.parametrize(
    "row", [b"b\x48\x00", b"k\x48\x00", b"\x1bK\x48\x00", b"\x1bX\x18\x00"]
)
@pytest.mark.parametrize("drawn", [0, 30, 71])
def test_what_is_to_come_of_a_star_s_row_is_left_white(row: bytes, drawn: int) -> None:
    head = b"\x1b@" + b"\x1b*rA\0" * (row[0] in b"bk")
    dots = bytes(range(100, 172))
    reader = StarReader()
    reader.feed(head + row + dots[:drawn])
    aside = aside_of(reader, star_completion)
    assert aside is not None
    said = aside(b"\x07", 0)
    assert said == (bytes(72 - drawn) + b"\x07", 72 - drawn)
    # A second one follows, and nothing more is left out.
    assert aside(b"\x1a", 72 - drawn) == (b"\x1a", 0)
    reader.feed(dots[drawn:])
    assert aside_of(reader, star_completion) is None


def test_in_any_other_command_of_a_star_its_end_is_waited_for() -> None:
    for torn in (b"\x1bd", b"\x1b*rY1", b"\x1bb4123", b"\x1bGS S", b"\x1b"):
        reader = StarReader()
        reader.feed(b"\x1b@" + torn)
        aside = aside_of(reader, star_completion)
        assert aside is None or aside(b"\x07", 0) is None


@pytest.mark.parametrize(
    "command",
    [
        b"\x1d(k\x03\x05" + b"1P0" + b"https://shop.example/" * 61,
        b"\x1d*\x08\x08" + DOTS * 5,
        b"\x1b&\x03\x20\x3f" + (b"\x0c" + bytes(36)) * 30,
        b"\x1d(L\x00\x04\x30\x53" + DOTS * 10,
    ],
    ids=["a symbol's data", "a picture", "characters", "graphics"],
)
def test_what_a_printer_keeps_until_it_is_off_is_said_twice_however_long(
    command: bytes,
) -> None:
    torn = command[: max(len(command) - 20, 5)]
    said = inside(torn, completed)(KICK, 0)
    assert said is not None
    written, left_out = said
    assert left_out == 0
    assert written.endswith(KICK + torn)
    assert names(torn + written[: -len(torn)])[-1] == b"\x1bp"
    assert len(torn + written) > ASIDE_BYTES


@pytest.mark.parametrize("star", [False, True], ids=["escpos", "star"])
def test_in_a_sheet_it_goes_between_two_commands(*, star: bool) -> None:
    line = b"TOTAL 9,50\n\x1ba\x01" if not star else b"TOTAL 9,50\n\x1bE"
    sheet = line * 20
    seams, found = Seams(star=star), set[tuple[int, int]]()
    for at in range(0, len(sheet), 7):
        found |= set(seams.feed(sheet[at : at + 7]))
    starts = {at for n in range(20) for at in (14 * n, 14 * n + 10, 14 * n + 11)}
    if star:
        starts = {at for n in range(20) for at in (13 * n, 13 * n + 10, 13 * n + 11)}
    assert {start for start, _ in found} <= starts | {len(sheet)}
    assert len(found) > 20
    assert all(start == end for start, end in found)


def test_in_a_sheet_s_picture_it_is_known_where_the_dots_are() -> None:
    head, dots = PICTURES["GS v 0"], DOTS
    seams = Seams(star=False)
    found = seams.feed(b"A\n" + head + dots[:10])
    begin = 2 + len(head)
    assert found == [(2, 2), (begin, begin + 100), (begin + 100, begin + 100)]


@pytest.mark.parametrize("family", [b"\x1b(", b"\x1c(", b"\x1d("])
def test_a_family_without_its_letter_leaves_the_next_job_whole(family: bytes) -> None:
    receipt = b"\x1b@TOTAL 9,50\n\x1dV\x00"
    assert names(family + completed(family) + receipt)[1:] == names(receipt)


def test_a_language_whose_commands_cannot_be_completed_waits() -> None:
    for torn in (b"\x1b*rY1", b"b\x48\x00" + b"\xaa" * 20, b"\x1dv0\x00\x0a"):
        assert inside(torn, lambda _torn: b"")(KICK, 0) is None


@pytest.mark.parametrize(
    ("pulse", "said"),
    [
        (b"\x1bp\x00\x19\x19", b"\x10\x14\x01\x00\x01"),
        (b"\x1bp\x01\x32\x32", b"\x10\x14\x01\x01\x01"),
        (b"\x1bp1\x33\x33", b"\x10\x14\x01\x01\x02"),
        (b"\x1bp0\x00\x00", b"\x10\x14\x01\x00\x01"),
        (b"\x1bp\x00\xff\xff", b"\x10\x14\x01\x00\x06"),
        (b"\x10\x14\x01\x00\x08", b"\x10\x14\x01\x00\x08"),
        (b"\x10\x14\x01\x00\x09", None),
        (b"\x1b@\x1bp\x00\x19\x19", None),
    ],
)
def test_a_pulse_in_real_time_is_as_long_at_least(
    pulse: bytes, said: bytes | None
) -> None:
    assert in_real_time(pulse) == said


def test_a_star_has_words_of_its_own() -> None:
    assert star_in_real_time(b"\x07") == b"\x1c"
    assert star_in_real_time(b"\x1a") == b"\x19"
    # How long it is, is no pulse.
    assert star_in_real_time(b"\x1b\x07\x14\x14") is None
