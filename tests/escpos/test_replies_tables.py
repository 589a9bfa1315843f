"""Every entry of the tables of questions is missed when it is taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from agent.escpos.jobs import Ask, JobReader
from agent.escpos.replies import table
from agent.escpos.replies.contents import Contents, Size
from agent.escpos.replies.identity import Identity, Setup
from agent.escpos.replies.readouts import Moment
from agent.escpos.roles import REALTIME, SHAKES
from agent.escpos.status import Answering
from agent.escpos.tokens import Command
from agent.events import PrinterState
from tests.escpos.test_graphics import graphics, large

Entry = tuple[str, int | None]

READY: Final = PrinterState(known=True)
WHO: Final = Identity(setup=Setup(counters={20: 120}))
FULL: Final = Contents(
    nv_keys=("A1",),
    nv_bytes=4,
    ram_keys=("D1", "D2"),
    ram_bytes=8,
    mounted=("top",),
    size=Size(84, 84, printable=True),
    own_keys=("K1", "K2"),
    own_bytes=12,
    record="till 4",
)
OTHER: Final = Contents(mounted=("bottom",))

_LISTS: Final[Mapping[int, tuple[bytes, bytes]]] = {
    0: (b"", b"\x370262144\0"),
    48: (b"", b"\x370262144\0"),
    3: (b"", b"\x371262140\0"),
    51: (b"", b"\x371262140\0"),
    4: (b"", b"\x37212280\0"),
    52: (b"", b"\x37212280\0"),
    64: (b"KC", b"\x37\x72\x40A1\0"),
    80: (b"KC", b"\x37\x73\x40D1D2\0"),
}
_RECORDS: Final[Mapping[int, tuple[bytes, bytes]]] = {
    2: (b"\0K1", b"\x37\x70\x40till 4\0"),
    3: (b"\0", b"\x37\x2812\0"),
    4: (b"\0", b"\x37\x291012\0"),
    5: (b"\0", b"\x37\x71\x40K1K2\0"),
}


def _record(fn: int, body: bytes) -> bytes:
    return b"\x1d(C" + (len(body) + 2).to_bytes(2, "little") + bytes((0, fn)) + body


QUESTIONS: Final[Mapping[Entry, tuple[bytes, bytes]]] = {
    ("DLE EOT", None): (b"\x10\x04\x01", b"\x16"),
    ("DLE DC4", 7): (b"\x10\x14\x07\x04", b"\x37\x23\0"),
    ("DLE DC4", 8): (b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", b"\x37\x25\0"),
    ("GS r", None): (b"\x1dr\x02", b"\x01"),
    ("ESC u", None): (b"\x1bu\0", b"\x01"),
    ("ESC v", None): (b"\x1bv", b"\0"),
    ("GS I", None): (b"\x1dI\x01", b"\x20"),
    ("GS ( H", 48): (b"\x1d(H\x06\x00001234", b"\x37\x221234\0"),
    ("GS g 2", None): (b"\x1dg2\0\x14\0", b"_120\0"),
    ("FS ( E", 61): (b"\x1c(E\x03\0\x3d\x021", b"\x37\x4821\0"),
    ("GS ( E", 1): (b"\x1d(E\x03\0\x01IN", b"\x37\x20\0"),
    ("GS ( E", 4): (b"\x1d(E\x02\0\x04\x02", b"\x37\x2100000000\0"),
    ("GS ( E", 6): (b"\x1d(E\x02\0\x06\x03", b"\x37\x273\x1f6\0"),
    ("GS ( E", 12): (b"\x1d(E\x02\0\x0c\x01", b"\x37\x331\x1f38400\0"),
    ("GS ( E", 16): (b"\x1d(E\x02\0\x10\x01", b"\x37\x521\x1f1\0"),
    ("GS ( k", 82): (b"\x1d(k\x03\x001R0", b"\x37\x3684\x1f84\x1f1\x1f0\0"),
    **{("GS ( L", fn): (graphics(fn, body), a) for fn, (body, a) in _LISTS.items()},
    **{("GS 8 L", fn): (large(fn, body), a) for fn, (body, a) in _LISTS.items()},
    **{
        ("GS ( C", fn): (_record(fn, body), answer)
        for digit, (body, answer) in _RECORDS.items()
        for fn in (digit, digit + 48)
    },
}
"""A question and its answer from a printer that holds :data:`FULL`, by entry."""

TOLD_LATER: Final = {("GS a", None), ("GS ( H", 49)}
"""Entries that answer nothing themselves: :mod:`agent.escpos.status` does."""


def ask(entry: Entry) -> Ask:
    """The question as the POS's bytes give it, behind a line of text."""
    raw, _answer = QUESTIONS[entry]
    steps = JobReader().feed(b"TOTAL\n" + raw)
    (only,) = (step for step in steps if isinstance(step, Ask))
    assert only.token.raw == raw
    return only


def said(entry: Entry, contents: Contents = FULL) -> bytes:
    return Answering(WHO).answer(ask(entry).token, READY, contents)


def test_every_entry_has_its_question() -> None:
    assert QUESTIONS.keys() | TOLD_LATER == table.REPLIES.keys()
    assert not QUESTIONS.keys() & TOLD_LATER


@pytest.mark.parametrize("entry", QUESTIONS)
def test_a_question_finds_its_entry_and_has_the_manuals_answer(entry: Entry) -> None:
    token = ask(entry).token
    name, fn = entry
    assert token.name == name
    assert fn is None or token.fn == fn
    assert said(entry) == QUESTIONS[entry][1]


@pytest.mark.parametrize("entry", QUESTIONS)
def test_an_entry_that_is_taken_away_changes_an_answer(
    entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {each: reply for each, reply in table.REPLIES.items() if each != entry}
    monkeypatch.setattr(table, "REPLIES", left)
    assert said(entry) == b""


@pytest.mark.parametrize("entry", QUESTIONS)
def test_what_depends_on_what_is_stored_needs_the_job_and_nothing_else(
    entry: Entry,
) -> None:
    depends = said(entry) != said(entry, OTHER)
    assert depends == table.needs_work(ask(entry).token)


@pytest.mark.parametrize("entry", QUESTIONS)
def test_answers_in_blocks_are_those_that_the_pos_is_waited_for(entry: Entry) -> None:
    token = ask(entry).token
    answer = table.REPLIES[entry](token.params, Moment(WHO, READY, FULL))
    assert isinstance(answer, tuple) == ((token.name, token.fn) in SHAKES)


@pytest.mark.parametrize("entry", QUESTIONS)
def test_only_real_time_questions_do_not_wait_for_what_prints(entry: Entry) -> None:
    assert ask(entry).realtime == (entry[0] in REALTIME) == entry[0].startswith("DLE")


# -- how the printer left the factory --------------------------------------

CUSTOMISED: Final[Mapping[int, int]] = {
    1: 1,
    2: 5,
    3: 6,
    5: 100,
    6: 13,
    8: 0,
    9: 0,
    10: 0,
    97: 1,
    98: 2,
    100: 0,
    101: 0,
    102: 0,
    103: 0,
    104: 0,
    105: 0,
    111: 0,
    112: 1,
}
SERIAL: Final[Mapping[int, str]] = {1: "38400", 2: "0", 3: "0", 4: "8"}


def _setting(fn: int, number: int) -> bytes:
    token = Command("GS ( E", b"\x1d(E\x02\0" + bytes((fn, number)), 3, fn, 0)
    return Answering(Identity()).answer(token, READY)


@pytest.mark.parametrize("number", [*CUSTOMISED, 0, 4, 7, 99, 106, 113, 255])
def test_each_setting_is_said_as_the_factory_left_it(number: int) -> None:
    values = {6: CUSTOMISED.get(number), 12: SERIAL.get(number)}
    for fn, identifier in ((6, b"\x37\x27"), (12, b"\x37\x33")):
        value = values[fn]
        said = b"" if value is None else identifier + f"{number}\x1f{value}\0".encode()
        assert _setting(fn, number) == said
    switches = b"\x37\x2100000000\0" if number in {1, 2, 8} else b""
    assert _setting(4, number) == switches
