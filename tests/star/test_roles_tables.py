"""Every command that plays a part in a Star job is missed when its table lacks it.

Each part is seen from outside, in what a reader of jobs does; a command that only
prepares does none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from agent.escpos.jobs import FED_S, Abandon, Ask, JobEnd, KickNow
from agent.escpos.roles import Role
from agent.paper.strip import Cut, Raster
from agent.star import roles
from agent.star.jobs import JobReader
from agent.star.roles import Parts
from agent.star.tokens import Tokeniser
from tests.escpos.splitting import ends
from tests.star.printed import elements
from tests.star.streams import DOC, ROW
from tests.star.test_jobs import ENTER, QUIT, parts, read

Entry = tuple[str, int | None]

SET: Final = b"\x1b\x1da1"


def _marks(raw: bytes) -> bool:
    """Alone, or in a raster session, it is a document."""
    head = ENTER if raw[:1] in b"bk" else b""
    return ends(read(head + raw))[0].shape == "document"


def _feeds(raw: bytes) -> bool:
    """Behind a cut it belongs to what was cut."""
    return parts(DOC + raw + DOC)[1][0] == raw


def _kicks(raw: bytes) -> bool:
    return [step.raw for step in read(b"A" + raw) if isinstance(step, KickNow)] == [raw]


def _asks(raw: bytes) -> bool:
    found = [step for step in read(b"\n" + raw) if isinstance(step, Ask)]
    return [step.token.raw for step in found] == [raw]


def _begins(raw: bytes) -> bool:
    """What was set behind a cut and before it was the last document's."""
    return parts(DOC + SET + raw + DOC)[1][0] == SET


def _spaces(raw: bytes) -> bool:
    """Behind a cut it prepares nothing: a feed after it still is the cut's."""
    return parts(DOC + raw + b"\n" + DOC)[1][0] == raw + b"\n"


SEEN: Final[Mapping[int, Callable[[bytes], bool]]] = {
    Role.MARK: _marks,
    Role.FEED: _feeds,
    Role.KICK: _kicks,
    Role.ASK: _asks,
    Role.INIT: _begins,
    Role.BLANK: _spaces,
}
_BAND: Final = b"\x01\x00" + bytes(24)
NAMED: Final[Mapping[int, Mapping[str, bytes]]] = {
    Role.BLANK: {"HT": b"\t"},
    Role.INIT: {
        "ESC @": b"\x1b@",
        "CAN": b"\x18",
        "ESC ACK CAN": b"\x1b\x06\x18",
        "ESC ?": b"\x1b?\n\0",
    },
    Role.FEED: {
        "LF": b"\n",
        "CR": b"\r",
        "VT": b"\x0b",
        "FF": b"\x0c",
        "ESC a": b"\x1ba\3",
        "ESC J": b"\x1bJ\x10",
        "ESC j": b"\x1bj\x10",
        "ESC I": b"\x1bI\x10",
        "ESC 3": b"\x1b3\x10",
        "ESC * r Y": b"\x1b*rY40\0",
    },
    Role.KICK: {
        "BEL": b"\x07",
        "FS": b"\x1c",
        "SUB": b"\x1a",
        "EM": b"\x19",
        "ESC BEL": b"\x1b\x07\x14\x14",
        "ESC * r D": b"\x1b*rD1\0",
        "ESC * r V": b"\x1b*rV1\0",
        "ESC GS BEL": b"\x1b\x1d\x07\1\5\5",
        "ESC GS EM DC1": b"\x1b\x1d\x19\x11\1\5\5",
        "ESC GS EM DC2": b"\x1b\x1d\x19\x12\1\5\0",
    },
    Role.ASK: {
        "ENQ": b"\x05",
        "EOT": b"\x04",
        "ETB": b"\x17",
        "ESC ACK SOH": b"\x1b\x06\x01",
        "ESC GS ETX": b"\x1b\x1d\x03\1\0\0",
        "ESC RS a": b"\x1b\x1ea1",
        "ESC RS E": b"\x1b\x1eE0",
        "ESC #": b"\x1b#*\n\0",
        "ESC SYN 3": b"\x1b\x163\0",
        "ESC GS ) I": b"\x1b\x1d)I\2\0\x31\0",
    },
    Role.MARK: {
        "ESC K": b"\x1bK\2\0ab",
        "ESC L": b"\x1bL\2\0ab",
        "ESC k": b"\x1bk" + _BAND,
        "ESC X": b"\x1bX\1\0abc",
        "ESC ^": b"\x1b^\0\1\0ab",
        "ESC b": b"\x1bb621P0ABC\x1e",
        "ESC FS p": b"\x1b\x1cp10",
        "ESC RS L": b"\x1b\x1eL0",
        "ESC GS S": b"\x1b\x1dS\1\1\0\2\0\0\xff\0",
        "b": ROW,
        "k": b"k\1\0\x08",
    },
}
FUNCTIONS: Final[Mapping[Entry, tuple[int, bytes]]] = {
    ("ESC GS x", 0x50): (Role.MARK, b"\x1b\x1dxP"),
    ("ESC GS x", 0x49): (Role.ASK, b"\x1b\x1dxI"),
    ("ESC GS y", 0x50): (Role.MARK, b"\x1b\x1dyP"),
    ("ESC GS y", 0x49): (Role.ASK, b"\x1b\x1dyI"),
    ("ESC GS ( L", 0x45): (Role.MARK, b"\x1b\x1d(L\6\x000EAB\1\1"),
    ("ESC GS P", 0x36): (Role.FEED, b"\x1b\x1dP6"),
    ("ESC GS P", 0x37): (Role.FEED, b"\x1b\x1dP7"),
}
PARTS: Final[Mapping[Entry, tuple[int, bytes]]] = {
    **{
        (name, None): (role, raw)
        for role, of in NAMED.items()
        for name, raw in of.items()
    },
    **FUNCTIONS,
}
SPOKEN: Final = {"ESC * r D": b"\x07"}
"""Goes ahead in other words."""


def _role(raw: bytes) -> int:
    raster = raw[:1] in b"bk"
    (token,) = Tokeniser(raster=raster).feed(raw)
    return Parts().of(token)


def test_every_entry_has_its_example() -> None:
    named = {(name, None) for name in roles._BY_NAME}
    numbered = {
        (name, fn) for name, known in roles._BY_FUNCTION.items() for fn in known
    }
    assert named | numbered == PARTS.keys()


@pytest.mark.parametrize("role", SEEN)
def test_what_only_prepares_plays_no_part(role: int) -> None:
    assert _role(SET) == Role.SETTING
    assert not SEEN[role](SET)


@pytest.mark.parametrize("entry", PARTS)
def test_a_command_plays_its_part_in_a_job(entry: Entry) -> None:
    role, raw = PARTS[entry]
    if entry[0] in SPOKEN:
        kicked = [step.raw for step in read(raw) if isinstance(step, KickNow)]
        assert kicked == [SPOKEN[entry[0]]]
    else:
        assert SEEN[role](raw)


@pytest.mark.parametrize("entry", PARTS)
def test_without_its_entry_a_command_would_only_prepare(
    entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, raw = PARTS[entry]
    name, fn = entry
    assert _role(raw) == role
    if fn is None:
        left = {each: part for each, part in roles._BY_NAME.items() if each != name}
        monkeypatch.setattr(roles, "_BY_NAME", left)
    else:
        known = dict(roles._BY_FUNCTION[name])
        del known[fn]
        monkeypatch.setattr(roles, "_BY_FUNCTION", {**roles._BY_FUNCTION, name: known})
    assert _role(raw) == Role.SETTING


PAINTS: Final = ("ESC K", "ESC L", "ESC k", "ESC X", "ESC GS S", "b", "k")


@pytest.mark.parametrize("name", PAINTS)
def test_a_piece_of_what_paints_is_a_document(name: str) -> None:
    assert _marks(NAMED[Role.MARK][name][:-1])
    assert name in roles._PAINTS
    assert len(PAINTS) == len(roles._PAINTS)


@pytest.mark.parametrize(
    "raw", [b"\x10\x04", b"\x10\x41", b"\x10", b"\0\1\2\3", b"\x08\x1f"]
)
def test_what_the_printer_discards_is_nothing(raw: bytes) -> None:
    assert ends(read(raw))[0].shape == "empty"


@pytest.mark.parametrize("raw", [b"\x05", b"\x04", b"\x1b\x06\x01"])
def test_real_time_questions_do_not_wait(raw: bytes) -> None:
    (ask,) = (step for step in read(b"A" + raw) if isinstance(step, Ask))
    assert ask.realtime


@pytest.mark.parametrize(("raw", "heard"), [(b"\x18", True), (b"\x1b\x06\x18", False)])
def test_who_cancels_gives_up_and_one_of_both_is_heard(raw: bytes, heard: bool) -> None:
    steps = read(b"A" + raw)
    assert any(isinstance(step, Abandon) for step in steps)
    assert any(isinstance(step, Ask) for step in steps) == heard


# -- raster sessions ---------------------------------------------------------

CUTTING: Final = {
    0: True,
    1: False,
    2: False,
    3: False,
    8: True,
    9: True,
    12: True,
    13: True,
    36: True,
    37: True,
    7: True,
}


@pytest.mark.parametrize("number", CUTTING)
@pytest.mark.parametrize(
    ("letter", "execute"), [("E", b"\x1b\x0c\4"), ("F", b"\x1b\x0c\0")]
)
def test_a_session_whose_mode_cuts_is_a_document_of_its_own(
    number: int, letter: str, execute: bytes
) -> None:
    """Behind the mode that cuts if this one does not, and the other way."""
    other = 1 if CUTTING[number] else 9
    modes = f"\x1b*rE1\0\x1b*r{letter}{other}\0\x1b*r{letter}{number}\0".encode()
    session = ENTER + modes + ROW + execute + QUIT
    found = parts(session + b"TOTAL\n")
    assert (found[0][0] == session) == CUTTING[number]


@pytest.mark.parametrize("row", [ROW, b"k\1\0\x08"])
def test_a_row_that_stays_is_printed_and_cut_like_any_other(row: bytes) -> None:
    session = ENTER + row + QUIT
    assert parts(session)[0] == (session, "document", "cut")
    raster, cut = elements(session)
    assert isinstance(raster, Raster)
    assert cut == Cut()


@pytest.mark.parametrize(
    ("fed", "lines"),
    [
        (b"\x1ba\4", 4),
        (b"\x1ba\3", 3),
        (b"\x1bJ\x40", 4),
        (b"\x1bJ\x30", 3),
        (b"\x1bI\x80", 4),
        (b"\x1bI\x60", 3),
        (b"\x1b*rY128\0", 4),
        (b"\x1b*rY96\0", 3),
        (b"\n" * 4, 4),
        (b"\x0c" * 4, 4),
        (b"\n" * 3 + b"\r", 3),
    ],
)
def test_four_lines_of_paper_are_fed_for_a_tear_bar(fed: bytes, lines: int) -> None:
    reader = JobReader()
    reader.feed(b"TOTAL" + fed)
    assert (reader.patience_s == FED_S) == (lines >= 4)
    found = [step for step in reader.quiet(FED_S) if isinstance(step, JobEnd)]
    assert bool(found) == (lines >= 4)
