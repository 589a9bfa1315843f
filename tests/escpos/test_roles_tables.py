"""Every command that plays a part in a job is missed when its table lacks it.

Each part is seen from outside, in what a reader of jobs does; a command that only
prepares does none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from agent.escpos import roles
from agent.escpos.jobs import Abandon, Ask, KickNow
from agent.escpos.roles import Role, role_of
from agent.escpos.tokens import Command, Tokeniser
from tests.escpos.notation import BY_HAND, printer_rows
from tests.escpos.splitting import DOC, ends, parts, read
from tests.escpos.test_graphics import graphics, large

Entry = tuple[str, int | None]


def _marks(raw: bytes) -> bool:
    """Alone it is a document."""
    return [end.shape for end in ends(read(raw + b"\x1b@"))] == ["document"]


def _feeds(raw: bytes) -> bool:
    """Behind a cut it belongs to what was cut."""
    return parts(DOC + raw + DOC)[1][0] == raw


def _cuts(raw: bytes) -> bool:
    return parts(b"A\n" + raw + b"B\n")[0] == (b"A\n" + raw, "document", "cut")


def _kicks(raw: bytes) -> bool:
    return [step.raw for step in read(b"A" + raw) if isinstance(step, KickNow)] == [raw]


def _asks(raw: bytes) -> bool:
    found = [step for step in read(b"A" + raw) if isinstance(step, Ask)]
    return [step.token.raw for step in found] == [raw]


def _begins(raw: bytes) -> bool:
    """What was set behind a cut and before it was the last document's."""
    return parts(DOC + b"\x1ba\x01" + raw + DOC)[1][0] == b"\x1ba\x01"


def _addresses(raw: bytes) -> bool:
    """The display: what follows marks no paper."""
    return not any(end.shape == "document" for end in ends(read(raw + b"TOTAL\n")))


def _gives_up(raw: bytes) -> bool:
    return any(isinstance(step, Abandon) for step in read(b"TOTAL" + raw))


def _spaces(raw: bytes) -> bool:
    """Behind a cut it prepares nothing: a feed after it still is the cut's."""
    return parts(DOC + raw + b"\n" + DOC)[1][0] == raw + b"\n"


SEEN: Final[Mapping[int, Callable[[bytes], bool]]] = {
    Role.MARK: _marks,
    Role.FEED: _feeds,
    Role.CUT: _cuts,
    Role.KICK: _kicks,
    Role.ASK: _asks,
    Role.INIT: _begins,
    Role.SELECT: _addresses,
    Role.ABANDON: _gives_up,
    Role.BLANK: _spaces,
}

_NAMES: Final[Mapping[int, str]] = {
    Role.MARK: "ESC *,FS p,GS /,GS Q 0,GS ^,GS c,GS k,GS v 0,GS ( A,GS ( Q",
    Role.FEED: "LF,CR,FF,ESC FF,ESC J,ESC K,ESC d,ESC e",
    Role.CUT: "GS V,GS ( V,ESC i,ESC m",
    Role.KICK: "ESC p",
    Role.ASK: "DLE EOT,GS I,GS a,GS g 2,GS j,GS r,GS ( H,ESC u,ESC v,FS g 2",
    Role.INIT: "ESC @",
    Role.SELECT: "ESC =",
    Role.ABANDON: "DLE ENQ",
    Role.BLANK: "HT",
}
_BY_HAND: Final[Mapping[str, bytes]] = {
    "DLE ENQ": b"\x10\x05\x02",
    "ESC =": b"\x1b=\x02",
    "GS ^": b"\x1d^\x01\x00\x00",
    "GS ( V": b"\x1d(V\x02\x00\x30\x00",
}


def _example(name: str) -> bytes:
    if name in _BY_HAND or name in BY_HAND:
        return _BY_HAND.get(name) or BY_HAND[name]
    return next(row.example for row in printer_rows() if row.name == name)


def _block(opcode: bytes, body: bytes) -> bytes:
    return opcode + len(body).to_bytes(2, "little") + body


def _graphics(fn: int) -> dict[Entry, bytes]:
    return {("GS ( L", fn): graphics(fn), ("GS 8 L", fn): large(fn)}


def _functions(opcode: bytes, functions: tuple[int, ...]) -> dict[Entry, bytes]:
    """``pL pH fn``, or ``pL pH m fn`` for the POS's own memory."""
    lead = {0x1B: "ESC", 0x1C: "FS", 0x1D: "GS"}[opcode[0]]
    name = f"{lead} ( {opcode[2:].decode()}"
    head = b"\0" if name == "GS ( C" else b""
    return {
        (name, fn): _block(opcode, head + bytes((fn,)) + b"\0\0") for fn in functions
    }


_BY_FUNCTION: Final[Mapping[int, Mapping[Entry, bytes]]] = {
    Role.MARK: {
        **{k: v for fn in (2, 50, 69, 85) for k, v in _graphics(fn).items()},
        ("GS ( k", 81): b"\x1d(k\x03\x001Q0",
    },
    Role.ASK: {
        **{
            entry: raw
            for fn in (0, 3, 4, 48, 51, 52, 64, 80)
            for entry, raw in _graphics(fn).items()
        },
        ("DLE DC4", 7): b"\x10\x14\x07\x01",
        ("GS ( k", 82): b"\x1d(k\x03\x001R0",
        **_functions(b"\x1d(C", (2, 3, 4, 5, 50, 51, 52, 53)),
        **_functions(b"\x1d(E", (1, 4, 6, 12, 14, 16, 50, 52, 100)),
        **_functions(b"\x1c(E", (61,)),
        **_functions(b"\x1c(L", (34, 48)),
        **_functions(b"\x1c(e", (51,)),
    },
    Role.KICK: {
        ("DLE DC4", 1): b"\x10\x14\x01\x00\x01",
        ("DLE DC4", 3): b"\x10\x14\x03\x01\x00\x01\x00\x01",
    },
    Role.ABANDON: {("DLE DC4", 8): b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"},
}

PARTS: Final[Mapping[Entry, tuple[int, bytes]]] = {
    **{
        (name, None): (role, _example(name))
        for role, names in _NAMES.items()
        for name in names.split(",")
    },
    **{
        entry: (role, raw)
        for role, entries in _BY_FUNCTION.items()
        for entry, raw in entries.items()
    },
}
PREPARES: Final = b"\x1ba\x01"


def _token(raw: bytes) -> Command:
    (found,) = [*(reader := Tokeniser()).feed(raw), *reader.close()]
    assert isinstance(found, Command)
    return found


def test_every_entry_has_its_example() -> None:
    named = {(name, None) for name in roles._BY_NAME}
    numbered = {
        (name, fn) for name, known in roles._BY_FUNCTION.items() for fn in known
    }
    assert named | numbered == PARTS.keys()


@pytest.mark.parametrize("role", SEEN)
def test_what_only_prepares_plays_no_part(role: int) -> None:
    assert role_of(_token(PREPARES)) == Role.SETTING
    assert not SEEN[role](PREPARES)


@pytest.mark.parametrize("entry", PARTS)
def test_a_command_plays_its_part_in_a_job(entry: Entry) -> None:
    role, raw = PARTS[entry]
    assert SEEN[role](raw)


@pytest.mark.parametrize("entry", PARTS)
def test_without_its_entry_a_command_would_only_prepare(
    entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, raw = PARTS[entry]
    name, fn = entry
    assert role_of(_token(raw)) == role
    if fn is None:
        left = {each: part for each, part in roles._BY_NAME.items() if each != name}
        monkeypatch.setattr(roles, "_BY_NAME", left)
    else:
        known = dict(roles._BY_FUNCTION[name])
        del known[fn]
        monkeypatch.setattr(roles, "_BY_FUNCTION", {**roles._BY_FUNCTION, name: known})
    assert role_of(_token(raw)) == Role.SETTING


@pytest.mark.parametrize(
    "name", ["ESC *", "GS k", "GS v 0", "GS Q 0", "GS 8 L", "GS ( L"]
)
def test_a_piece_of_what_paints_is_a_document(name: str) -> None:
    whole = {"GS ( L": graphics(112, bytes(99)), "GS 8 L": large(112, bytes(99))}
    raw = whole.get(name) or _example(name)
    assert [end.shape for end in ends(read(raw[:-1]))] == ["document"]
    assert name in roles._PAINTS


@pytest.mark.parametrize("raw", [b"\x10\x05\x00", b"\x10\x05\x01", b"\x10\x04\x01"])
def test_real_time_questions_do_not_wait(raw: bytes) -> None:
    (ask,) = (step for step in read(b"A" + raw) if isinstance(step, Ask))
    assert ask.realtime
