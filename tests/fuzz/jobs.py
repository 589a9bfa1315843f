"""Jobs made by dice: real commands with wild arguments, broken ones, noise.

Commands come from the notation of ``escpos_commands.csv``, never from the grammar
under test, so a *well-formed* job knows which of its bytes are text.  The dice
are a seeded ``random.Random``: a number names a job for good.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.escpos.notation import BY_HAND, Listed, printer_rows
from tests.escpos.streams import CORPUS

MOST_PIECES = 4
MOST_DATA = 80
REPEAT_ONE_IN = 1000
REPEATED_BYTES = 20_000
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ "
"""Text of well-formed jobs; capitals, so that argument bytes stand out."""

ROWS = [row for row in printer_rows() if row.mnemonic not in BY_HAND]
EXAMPLES = {row.mnemonic: row.example for row in ROWS}
WORDS = [b"TOTAL 12,50", "Crème brûlée".encode("cp858"), b"\n", b"\t", b"\r\n"]
SAMPLES = [path.read_bytes() for path in CORPUS]


class Job(NamedTuple):
    """``text``: what of ``raw`` is text, when the job is well formed."""

    raw: bytes
    text: bytes | None


def job(dice: Random) -> Job:
    """One job, of one kind in five; now and then a long one."""
    kind = _repeated if dice.randrange(REPEAT_ONE_IN) == 0 else dice.choice(_KINDS)
    return kind(dice)


def _repeated(dice: Random) -> Job:
    """A few pieces again and again: what costs the square of its length shows."""
    first = b"".join(_piece(dice) for _ in range(dice.randint(0, 3)))
    again = b"".join(_piece(dice) for _ in range(dice.randint(1, 3)))
    page = dice.choice(
        (b"", b"", b"\x1bL", b"\x1bL\x1bW\0\0\0\0\x40\1\x40\1", b"\x1bK\x1e")
    )
    return Job(page + first + again * (REPEATED_BYTES // len(again)), None)


def _well_formed(dice: Random) -> Job:
    """Whole commands between runs of capitals; ESC D and GS k close themselves."""
    raw, text = bytearray(), bytearray()
    for _ in range(dice.randint(1, MOST_PIECES)):
        if dice.random() < 0.4:
            run = bytes(dice.choices(LETTERS, k=dice.randint(1, 16)))
            raw += run
            text += run
        else:
            raw += _command(dice)
    return Job(bytes(raw), bytes(text))


def _pieces(dice: Random) -> Job:
    made = (_piece(dice) for _ in range(dice.randint(1, MOST_PIECES)))
    return Job(b"".join(made), None)


def _piece(dice: Random) -> bytes:
    roll = dice.random()
    if roll < 0.5:
        return _command(dice)
    if roll < 0.65:
        whole = _command(dice)
        return whole[: dice.randint(1, len(whole))]
    if roll < 0.8:
        return dice.choice(WORDS)
    return dice.randbytes(dice.randint(1, 20))


def _noise(dice: Random) -> Job:
    return Job(dice.randbytes(dice.randint(1, 30)), None)


def _lead_ins(dice: Random) -> Job:
    """Noise of the bytes that begin something, and of small numbers."""
    bytes_ = b"\x10\x1b\x1c\x1d(8kLVv*&\x00\x01\x02\x30\x31\x41\xff\n"
    return Job(bytes(dice.choices(bytes_, k=dice.randint(2, 30))), None)


def _maimed(dice: Random) -> Job:
    """A slice of a recorded job with some bytes changed, left out or doubled."""
    sample = dice.choice(SAMPLES)
    start = dice.randrange(len(sample))
    raw = bytearray(sample[start : start + dice.randint(1, 120)])
    for _ in range(dice.randint(0, 6)):
        at = dice.randrange(len(raw))
        raw[at : at + dice.randint(0, 2)] = dice.randbytes(dice.randint(0, 2))
        if not raw:
            break
    return Job(bytes(raw), None)


_KINDS: tuple[Callable[[Random], Job], ...] = (
    _well_formed,
    _pieces,
    _noise,
    _lead_ins,
    _maimed,
)


# -- commands by their notation ---------------------------------------------


def _command(dice: Random) -> bytes:
    """A whole command of the list, its arguments within and beyond its ranges."""
    if dice.random() < 0.2:
        return _by_hand(dice)
    row = dice.choice(ROWS)
    if " ( " in row.name:
        return _counted(row, dice, width=2)
    if " 8 " in row.name:
        return _counted(row, dice, width=4)
    return _opcode(row) + _arguments(row, dice)


def _parts(row: Listed) -> tuple[int, list[str]]:
    """How many bytes the opcode has, and the notation's parts."""
    words = row.name.split(" ")
    known = 1 if len(words) == 1 else len(words)
    return known, row.notation.split()


def _opcode(row: Listed) -> bytes:
    known, parts = _parts(row)
    return bytes.fromhex("".join(parts[:known]))


def _arguments(row: Listed, dice: Random) -> bytes:
    known, parts = _parts(row)
    return b"".join(_value(part, dice) for part in parts[known:])


def _value(part: str, dice: Random) -> bytes:
    """One argument, by its notation: fixed, ``00-FF``, ``0000-FFFF``, ``b000x``."""
    if re.fullmatch("[0-9A-F]{2}", part):
        return bytes.fromhex(part)
    if part.startswith("b"):
        return dice.randbytes(1)
    choice = dice.choice(part.split("/"))
    low, _, high = choice.partition("-")
    first = int(low, 16)
    last = int(high, 16) if high else first
    if last < first:  # signed ranges are written 8000-7FFF
        first, last = 0, (1 << 4 * len(low)) - 1
    return dice.randint(first, last).to_bytes(len(low) // 2, "little")


def _counted(row: Listed, dice: Random, width: int) -> bytes:
    """A family: what its function is called by, then data of any length."""
    example = EXAMPLES[row.mnemonic]
    body = example[3 + width :][: dice.randint(1, 12)]
    body += dice.randbytes(dice.randint(0, dice.choice((0, 8, MOST_DATA))))
    return example[:3] + len(body).to_bytes(width, "little") + body


def _picture(dice: Random) -> bytes:
    wide, high = dice.randint(0, 8), dice.randint(0, 12)
    head = b"\x1dv0" + bytes((dice.randint(0, 3), wide, 0, high, 0))
    return head + dice.randbytes(wide * high)


def _columns(dice: Random) -> bytes:
    mode, count = dice.choice(((0, 1), (1, 1), (32, 3), (33, 3))), dice.randint(0, 40)
    head = b"\x1b*" + bytes((mode[0], count, 0))
    return head + dice.randbytes(mode[1] * count)


def _bars(dice: Random) -> bytes:
    data = bytes(dice.choices(b"0123456789ABC$*{", k=dice.randint(1, 20)))
    if dice.random() < 0.5:
        return b"\x1dk" + bytes((dice.randint(0, 6),)) + data + b"\0"
    return b"\x1dk" + bytes((dice.randint(65, 79), len(data))) + data


def _tabs(dice: Random) -> bytes:
    stops = sorted({dice.randint(1, 255) for _ in range(dice.randint(0, 12))})
    return b"\x1bD" + bytes(stops) + b"\0"


def _drawn(dice: Random) -> bytes:
    rows, first = dice.randint(1, 3), dice.randint(0x20, 0x7E)
    last = min(0x7E, first + dice.randint(0, 3))
    made = bytearray(b"\x1b&" + bytes((rows, first, last)))
    for _ in range(first, last + 1):
        wide = dice.randint(0, 12)
        made += bytes((wide,)) + dice.randbytes(wide * rows)
    return bytes(made)


def _pcl(dice: Random) -> bytes:
    data = dice.randbytes(dice.randint(0, 80))
    row = b"\x1b*b%dW" % len(data) + data
    return dice.choice((row, row, b"\x1b*b%dM" % dice.randint(0, 4), b"\x1b*r1A"))


def _listed(dice: Random) -> bytes:
    return dice.choice(list(BY_HAND.values()))


_BY_HAND: tuple[Callable[[Random], bytes], ...] = (
    _picture,
    _columns,
    _bars,
    _tabs,
    _drawn,
    _pcl,
    _listed,
)


def _by_hand(dice: Random) -> bytes:
    return dice.choice(_BY_HAND)(dice)
