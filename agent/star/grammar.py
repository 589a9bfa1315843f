"""The grammar: one row per Star command, and how many bytes each one takes.

Families that say their length themselves (ESC GS ( X, ESC GS ) X, ESC RS X n, ESC * r X)
are stepped over for letters and functions that we never heard of.  Meaning is elsewhere;
here only the length counts, because a wrong length turns a picture into text.

What no row knows: "ESC, FS, GS and subsequent codes are discarded" (3.2); FS alone is a
drawer.  DLE swallows what follows too, so that the probe of a POS that does not know yet
whom it talks to (DLE EOT n ESC ACK SOH) asks a Star printer one question, not two.

Source: Star, Line Mode Command Specifications (TSP600 to TSP800II, TUP500, FVP10); what
StarPRNT adds is marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_letters
from typing import Final, NamedTuple

from agent.escpos.lengths import REFUSED, Length, counted
from agent.star.lengths import (
    MAX_BAR_CODE_BYTES,
    MAX_REPORT_BYTES,
    behind_first,
    block_raster,
    blocks,
    by_first,
    characters,
    digits,
    discarded,
    logos,
    marks,
    tabs,
    up_to,
)

DLE, ESC, GS = b"\x10", b"\x1b", b"\x1d"
LEADS: Final = frozenset(b"\x10\x1b\x1d")


class Row(NamedTuple):
    """A command: its mnemonic, opcode, parameters, and where its function stands.

    ``fn_at`` is the offset in the whole command of the byte that says which function
    of a family this is, or ``None``.
    """

    name: str
    opcode: bytes
    params: int | Length
    fn_at: int | None = None


_SPELT: Final = {
    "BEL": b"\x07", "HT": b"\t", "LF": b"\n", "VT": b"\x0b", "FF": b"\x0c",
    "CR": b"\r", "SO": b"\x0e", "SI": b"\x0f", "DC1": b"\x11", "DC2": b"\x12",
    "DC3": b"\x13", "DC4": b"\x14", "SYN": b"\x16", "ETB": b"\x17", "CAN": b"\x18",
    "EM": b"\x19", "SUB": b"\x1a", "ESC": ESC, "FS": b"\x1c", "GS": GS, "RS": b"\x1e",
    "ENQ": b"\x05", "EOT": b"\x04", "ACK": b"\x06", "SOH": b"\x01", "ETX": b"\x03",
    "SP": b"\x20",
}  # fmt: skip

# Parameter bytes of the commands of fixed length, by mnemonic.
_FIXED: Final[Mapping[int, str]] = {
    0: """BEL HT LF VT FF CR SO SI DC2 DC4 ETB CAN EM SUB FS ENQ EOT
        ESC_M ESC_P ESC_: ESC_g ESC_6 ESC_7 ESC_SO ESC_DC4 ESC_E ESC_F ESC_4 ESC_5
        ESC_0 ESC_1 ESC_2 ESC_O ESC_p ESC_q ESC_@ ESC_ACK_SOH ESC_ACK_CAN
        ESC_*_r_R ESC_*_r_A ESC_*_r_B ESC_*_r_C ESC_*_r_S""",
    1: """ESC_/ ESC_R ESC_SP ESC_W ESC_h ESC_- ESC_a ESC_z ESC_J ESC_j ESC_I
        ESC_A ESC_3 ESC_y ESC_N ESC_l ESC_Q ESC_% ESC_d ESC_$ ESC_U ESC_FF
        ESC_GS_t ESC_GS_a""",
    2: "ESC_i ESC_s ESC_t ESC_BEL ESC_? ESC_FS_p ESC_GS_A ESC_GS_R ESC_GS_c ESC_GS_4",
    3: """ESC_GS_ETX ESC_GS_BEL ESC_GS_g ESC_GS_EM_DC1 ESC_GS_EM_DC2
        ESC_GS_SUB_DC1 ESC_GS_SUB_DC2 ESC_GS_SUB_DC3""",
    4: "ESC_GS_h",
    8: "ESC_GS_#",
    74: "ESC_r",
}

# ESC GS ETX s: the function stands first.
_FN_FIRST: Final = frozenset({"ESC GS ETX", "ESC GS P", "ESC GS x", "ESC GS y"})


def _opcode(name: str) -> bytes:
    return b"".join(_SPELT.get(word) or word.encode("ascii") for word in name.split())


def _row(name: str, params: int | Length) -> Row:
    opcode = _opcode(name)
    return Row(name, opcode, params, len(opcode) if name in _FN_FIRST else None)


def _fixed() -> list[Row]:
    return [
        _row(word.replace("_", " "), size)
        for size, words in _FIXED.items()
        for word in words.split()
    ]


_PAGE: Final[Mapping[int, int | Length]] = {
    **dict.fromkeys(b"01678", 1),
    0x32: 2,
    0x33: 9,
    0x34: 3,
    0x35: 3,
}
_SYMBOL: Final[Mapping[int, int | Length]] = {0x50: 1, 0x49: 1}  # P print, I inquire
_PDF417: Final[Mapping[int, int | Length]] = {
    **_SYMBOL,
    0x44: counted(1, 2),
    0x53: behind_first(by_first({0x30: 4}, 2)),
}
_QR: Final[Mapping[int, int | Length]] = {
    **_SYMBOL,
    0x53: 3,
    0x44: behind_first(by_first({0x31: counted(2, 2), 0x32: behind_first(blocks)})),
}
_MARKS: Final[Mapping[int, int | Length]] = {
    0x30: marks,
    0x31: 7,
    0x32: 6,
    0x43: 1,
    0x57: 1,
}
_AUTO_LOGO: Final[Mapping[int, int | Length]] = {
    **dict.fromkeys(b"CW", 1),
    **dict.fromkeys(b"1256", 2),
    **dict.fromkeys(b"34", counted(1, 2)),
}
_AUDIO: Final[Mapping[int, int | Length]] = {0x4F: 10, 0x50: 1, 0x52: counted(2, 3)}

_MEASURED: Final = (
    _row("ESC _", 1),
    _row("ESC C", by_first({0: 2}, 1)),
    _row("ESC B", tabs),
    _row("ESC D", tabs),
    _row("ESC &", characters),
    _row("ESC K", counted(0, 2)),
    _row("ESC L", counted(0, 2)),
    _row("ESC k", counted(0, 2, unit=24)),
    _row("ESC X", counted(0, 2, unit=3)),
    # ESC ^ m n1 n2, then two bytes for the nine wires of each column (dot impact)
    _row("ESC ^", counted(1, 2, unit=2)),
    _row("ESC b", up_to(b"\x1e", 4, MAX_BAR_CODE_BYTES)),
    _row("ESC #", up_to(b"\n\0", 0, MAX_REPORT_BYTES)),
    _row("ESC FS q", logos),
    _row("ESC GS =", counted(0, 2)),
    _row("ESC GS +", blocks),
    _row("ESC GS P", by_first(_PAGE)),
    _row("ESC GS x", by_first(_PDF417)),
    _row("ESC GS y", by_first(_QR)),
    _row("ESC GS *", by_first(_MARKS)),
    _row("ESC GS /", by_first(_AUTO_LOGO)),
    _row("ESC GS s", by_first(_AUDIO)),
    _row("ESC GS S", block_raster),  # StarPRNT
    _row("ESC GS ( S", counted(1, 1)),  # StarPRNT: n m d1..dm
    _row("ESC * r N", discarded),
    _row("ESC * r m l", digits),
    _row("ESC * r m r", digits),
)

_FN_AFTER_M: Final = "ESC GS ( L"


def _family(bracket: str, letter: str) -> Row:
    """StarPRNT: pL pH, then fn, or m fn for pictures."""
    name = f"ESC GS {bracket} {letter}"
    return Row(name, _opcode(name), counted(0, 2), 7 if name == _FN_AFTER_M else 6)


_FAMILIES: Final = [
    *(_family(bracket, letter) for bracket in "()" for letter in ascii_letters),
    *(_row(f"ESC RS {chr(code)}", 1) for code in range(0x21, 0x7F)),
    *(_row(f"ESC SYN {digit}", 1) for digit in range(10)),
    *(_row(f"ESC * r {letter}", digits) for letter in ascii_letters if letter != "m"),
]

ROWS: Final[Mapping[bytes, Row]] = {
    row.opcode: row for row in (*_FAMILIES, *_fixed(), *_MEASURED)
}

QUICK: Final[Mapping[bytes, tuple[Row, int]]] = {
    row.opcode: (row, len(row.opcode) + row.params)
    for row in ROWS.values()
    if isinstance(row.params, int) and len(row.opcode) <= 3
}
"""Commands of fixed length and how long they are: most of a receipt's."""

RASTER_ROWS: Final[Mapping[bytes, Row]] = {
    letter: Row(letter.decode(), letter, counted(0, 2)) for letter in (b"b", b"k")
}
"""Commands in raster mode, letters outside of it: n1 n2 d1..dk."""

# No opcode begins another one, so what is begun is never whole.
_BEGUN: Final = frozenset(op[:size] for op in ROWS for size in range(1, len(op)))

SINGLE: Final = frozenset(op[0] for op in ROWS if len(op) == 1)
_STANDS: Final = LEADS | SINGLE
"""Bytes with a meaning of their own are not taken along by a command we don't know."""

MAX_RUN_BYTES: Final = 1024
"""Longest run of text, or of ignored control bytes, in one token.  A printed line is at
most 64 columns; a run is held back until its end is seen."""

TEXT: Final = b"[\\x20-\\xff]"
STRAY: Final = b"[\\x20-\\x61\\x63-\\x6a\\x6c-\\xff]"
"""Raster mode: no command, and not printed either."""
IGNORED: Final = b"[" + b"".join(
    b"\\x%02x" % byte for byte in range(0x20) if byte not in _STANDS
) + b"]"  # fmt: skip


class Frame(NamedTuple):
    """What stands at an offset: the command's row, or ``None``, and its bytes.

    A negative ``size`` is ``~n``: n bytes are needed before it can be told.
    """

    row: Row | None
    size: int


def frame(data: bytes, at: int, *, raster: bool) -> Frame:
    """Measure what begins at ``at``: a lead-in, a single control byte, or a raster row."""
    size = 1
    opcode = data[at : at + 1]
    if raster and opcode in RASTER_ROWS:
        return _measure(RASTER_ROWS[opcode], data, at)
    if opcode in {DLE, GS}:
        return _swallowed(data, at)
    while (opcode := data[at : at + size]) in _BEGUN:
        size += 1
        if at + size > len(data):
            return Frame(None, ~size)
    if opcode in ROWS:
        return _measure(ROWS[opcode], data, at)
    return Frame(None, size - (opcode[-1] in _STANDS))


def _swallowed(data: bytes, at: int) -> Frame:
    """DLE and GS begin nothing here, and take what follows along."""
    if at + 2 > len(data):
        return Frame(None, ~2)
    after = data[at + 1]
    real_time = data[at] == DLE[0] and after in b"\x04\x05\x14"
    return Frame(None, 1 + (real_time or after not in _STANDS))


def _measure(row: Row, data: bytes, at: int) -> Frame:
    lead = len(row.opcode)
    if isinstance(row.params, int):
        return Frame(row, lead + row.params)
    params = row.params(data, at + lead)
    if params == REFUSED:
        return Frame(None, lead)
    return Frame(row, params - lead if params < 0 else params + lead)
