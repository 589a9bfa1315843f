"""The grammar: one row per command, and how many bytes each one takes.

All 301 printer commands of ``escpos_commands.csv`` are framed by these rows.
The families ``( X`` (ESC, FS, GS) and ``GS 8 X`` say their length themselves,
so they are stepped over for letters and functions that we never heard of.
Meaning is elsewhere; here only the length counts, because a wrong length
turns a picture into text and text into commands.

``FOREIGN`` are other makers' sequences that POS send to find out what they talk
to, or that clones understand.  They do nothing on an Epson printer, but their
arguments must not come out as text or, worse, as commands.

Source: Epson ESC/POS Application Programming Guide, command list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from string import ascii_letters
from typing import Final, NamedTuple

from agent.escpos import pcl
from agent.escpos.lengths import (
    REFUSED,
    Length,
    asciiz,
    bitmap,
    by_first,
    characters,
    counted,
    counter,
    downloaded,
    pictures,
    raster,
    tabs,
)

DLE, ESC, FS, GS = b"\x10", b"\x1b", b"\x1c", b"\x1d"
LEADS: Final = frozenset(b"\x10\x1b\x1c\x1d")
_OPEN: Final = {"DLE": DLE, "ESC": ESC, "FS": FS, "GS": GS}


class Row(NamedTuple):
    """A command: its mnemonic, opcode, parameters, and where its fn stands.

    ``params`` is a number of bytes or a function that measures them;
    ``fn_at`` is the offset of the function number in the whole command.
    """

    name: str
    opcode: bytes
    params: int | Length
    fn_at: int | None = None


# The exact second byte or bytes of an opcode are the rest of the mnemonic, except
# for these.
_SPELT: Final = {
    "HT": b"\x09",
    "LF": b"\x0a",
    "FF": b"\x0c",
    "CR": b"\x0d",
    "CAN": b"\x18",
    "DLE EOT": b"\x10\x04",
    "DLE ENQ": b"\x10\x05",
    "DLE DC4": b"\x10\x14",
    "ESC FF": b"\x1b\x0c",
    "ESC SP": b"\x1b\x20",
}

# Parameter bytes of the commands of fixed length, by mnemonic.
_FIXED: Final[Mapping[int, str]] = {
    0: """HT LF FF CR CAN  ESC_FF ESC_2 ESC_< ESC_@ ESC_L ESC_S ESC_i ESC_m ESC_q
        ESC_v  FS_& FS_. FS_L FS_a_1 FS_a_2 FS_b FS_c  GS_: GS_c""",
    1: """DLE_ENQ  ESC_SP ESC_! ESC_% ESC_- ESC_3 ESC_= ESC_? ESC_C ESC_E ESC_F ESC_G
        ESC_J ESC_K ESC_M ESC_R ESC_T ESC_U ESC_V ESC_a ESC_c_0 ESC_c_1 ESC_c_3
        ESC_c_4 ESC_c_5 ESC_d ESC_e ESC_r ESC_t ESC_u ESC_{  FS_! FS_- FS_C FS_W
        FS_a_0  GS_! GS_/ GS_B GS_E GS_H GS_I GS_T GS_a GS_b GS_f GS_h GS_j GS_r
        GS_w""",
    2: """ESC_$ ESC_\\ ESC_f  FS_? FS_S FS_p  GS_$ GS_C_0 GS_C_2 GS_L GS_P GS_W GS_\\
        GS_z_0""",
    3: "ESC_p  GS_^ GS_g_0 GS_g_2",
    6: "GS_C_1",
    7: "FS_g_2",
    8: "ESC_W",
    74: "FS_2",
}


def _opcode(name: str) -> bytes:
    if name in _SPELT:
        return _SPELT[name]
    lead, *rest = name.split(" ")
    return _OPEN[lead] + "".join(rest).encode("ascii")


def _fixed() -> list[Row]:
    names = [
        (word.replace("_", " "), params)
        for params, words in _FIXED.items()
        for word in words.split()
    ]
    return [Row(name, _opcode(name), params) for name, params in names]


# Parameter bytes, or their layout, by the first one.
_BY_FIRST: Final[Mapping[bytes, Mapping[int, int | Length]]] = {
    # DLE EOT n, or n a for ink, MICR and interface
    b"\x10\x04": {1: 1, 2: 1, 3: 1, 4: 1, 7: 2, 8: 2, 0x12: 2},
    b"\x10\x14": {1: 3, 2: 3, 3: 6, 7: 2, 8: 8},
    # ESC * m nL nH: one byte a column in 8-dot modes, three in 24-dot modes
    b"\x1b*": dict.fromkeys((0, 1), counted(1, 2))
    | dict.fromkeys((32, 33), counted(1, 2, unit=3)),
    # GS V m, or m n with a feed
    b"\x1dV": dict.fromkeys(b"\0\1\x30\x31", 1) | dict.fromkeys(b"ABabgh", 2),
    # GS k m d..NUL for m 0-6, m n d1..dn for m 65-79
    b"\x1dk": dict.fromkeys(range(7), asciiz)
    | dict.fromkeys(range(0x41, 0x50), counted(1, 1)),
}


def _chosen(name: str, fn_at: int | None = None) -> Row:
    return Row(name, _opcode(name), by_first(_BY_FIRST[_opcode(name)]), fn_at)


_MEASURED: Final = (
    _chosen("DLE EOT"),
    _chosen("DLE DC4", fn_at=2),
    Row("ESC &", b"\x1b&", characters),
    _chosen("ESC *"),
    Row("ESC D", b"\x1bD", tabs),
    # FS g 1 NUL a1..a4 nL nH d1..dn
    Row("FS g 1", b"\x1cg1", counted(5, 2)),
    Row("FS q", b"\x1cq", pictures),
    Row("GS *", b"\x1d*", downloaded),
    Row("GS C ;", b"\x1dC;", counter),
    Row("GS D", b"\x1dD", bitmap, fn_at=3),
    Row("GS Q 0", b"\x1dQ0", raster),
    _chosen("GS V", fn_at=2),
    _chosen("GS k"),
    Row("GS v 0", b"\x1dv0", raster),
)

# Where the function number stands after pL pH, when not at once or not at all.
_FN_AFTER_M: Final = frozenset({"GS ( C", "GS ( L", "GS ( k"})
_NO_FN: Final = frozenset({"GS ( A", "GS ( B", "GS ( J"})


def _family(lead: str, letter: str) -> Row:
    name = f"{lead} ( {letter}"
    fn_at = None if name in _NO_FN else 6 if name in _FN_AFTER_M else 5
    return Row(name, _OPEN[lead] + f"({letter}".encode(), counted(0, 2), fn_at)


_FAMILIES: Final = [
    _family(lead, letter) for lead in ("ESC", "FS", "GS") for letter in ascii_letters
] + [
    # m and fn follow four length bytes
    Row(f"GS 8 {letter}", f"\x1d8{letter}".encode(), counted(0, 4), 8)
    for letter in ascii_letters
]

ROWS: Final[Mapping[bytes, Row]] = {
    row.opcode: row for row in (*_fixed(), *_MEASURED, *_FAMILIES)
}

FOREIGN: Final[Mapping[bytes, int]] = {
    b"\x1b\x06\x01": 0,  # Star ESC ACK SOH: status
    b"\x1b\x1ea": 1,  # Star ESC RS a n: automatic status
    b"\x1b\x1da": 1,  # Star ESC GS a n: alignment
    b"\x1b\x1dt": 1,  # Star ESC GS t n: code page
    b"\x1bB": 2,  # clones, ESC B n t: beep
    b"\x1c}`": 1,  # clones, FS } 60 n: cut
    b"\x1c<EPOS>": 0,  # Custom: change to ESC/POS
}

PCL: Final = frozenset({b"\x1b*", b"\x1b&"})
"""Before a small letter these begin a sequence of :mod:`agent.escpos.pcl`."""

_OPCODES: Final = ROWS.keys() | FOREIGN.keys()
# No opcode begins another one, so what is begun is never whole.
_BEGUN: Final = frozenset(op[:size] for op in _OPCODES for size in range(1, len(op)))
# A byte with a meaning of its own is not taken along by a command we don't know.
_STANDS: Final = LEADS | frozenset(b"\t\n\r")


class Frame(NamedTuple):
    """What stands at an offset: the command's row, or ``None``, and its bytes.

    A negative ``size`` is ``~n``: n bytes are needed before it can be told.
    """

    row: Row | None
    size: int


def frame(data: bytes, at: int) -> Frame:
    """Measure the command that begins at ``at`` with a lead-in byte."""
    size = 1
    while (opcode := data[at : at + size]) in _BEGUN:
        size += 1
        if at + size > len(data):
            return Frame(None, ~size)
    if opcode in PCL and data[at + 2 : at + 3] and data[at + 2] in pcl.GROUPS:
        length = pcl.length(data, at + 2)
        if length:
            return Frame(None, length - 2 if length < 0 else length + 2)
    if opcode in ROWS:
        return _measure(ROWS[opcode], data, at)
    if opcode in FOREIGN:
        return Frame(None, size + FOREIGN[opcode])
    return Frame(None, _unknown(opcode))


def _measure(row: Row, data: bytes, at: int) -> Frame:
    lead = len(row.opcode)
    if isinstance(row.params, int):
        return Frame(row, lead + row.params)
    params = row.params(data, at + lead)
    if params == REFUSED:
        argument = data[at + lead]
        return Frame(None, lead + (argument not in _STANDS))
    return Frame(row, params - lead if params < 0 else params + lead)


def _unknown(opcode: bytes) -> int:
    """How many bytes to set aside: the lead-in and what it visibly governs."""
    size = 1
    while size < len(opcode) and opcode[size] >= 0x20:
        size += 1
    return size


# One alternative of a pattern: bytes it begins with, and what follows them.
_Branch = tuple[bytes, bytes]


def _any(size: int) -> bytes:
    return b"[\\x00-\\xff]{%d}" % size if size else b""


def _one_of(values: Iterable[int]) -> bytes:
    members = frozenset(values)
    sign = b"^" if len(members) > 128 else b""
    listed = members if not sign else frozenset(range(256)) - members
    return b"[" + sign + b"".join(b"\\x%02x" % each for each in sorted(listed)) + b"]"


def _either(branches: Iterable[_Branch]) -> bytes:
    """Grouped by the lead-in, so that a text's line feed passes them quickly."""
    groups: dict[bytes, list[bytes]] = {}
    for head, rest in branches:
        groups.setdefault(head[:1], []).append(re.escape(head[1:]) + rest)
    return b"|".join(
        re.escape(lead) + b"(?:" + b"|".join(rests) + b")"
        for lead, rests in groups.items()
    )


def fixed_pattern(rows: Iterable[Row]) -> bytes:
    """The commands of fixed length among these, the shortest table a regex can be."""
    groups: dict[tuple[int, bytes], list[int]] = {}
    for row in rows:
        if isinstance(row.params, int):
            key = (row.params, row.opcode[:-1])
            groups.setdefault(key, []).append(row.opcode[-1])
    return _either(
        (head, _one_of(last) + _any(params)) for (params, head), last in groups.items()
    )


def chosen_pattern(opcodes: Iterable[bytes] = _BY_FIRST) -> bytes:
    """Commands that their first parameter measures."""
    return _either(
        (opcode, _one_of({first}) + _any(params - 1))
        for opcode in opcodes
        for first, params in _BY_FIRST[opcode].items()
        if isinstance(params, int)
    )


def _refused_branches() -> Iterator[_Branch]:
    for opcode, known in _BY_FIRST.items():
        refused = frozenset(range(256)) - known.keys()
        if opcode in PCL:
            refused -= pcl.GROUPS
        yield opcode, _one_of(refused - _STANDS)
        yield opcode, b"(?=" + _one_of(refused & _STANDS) + b")"


def _unknown_branches() -> Iterator[_Branch]:
    """Foreign sequences, and every way to go on that no opcode goes."""
    for opcode, params in FOREIGN.items():
        yield opcode, _any(params)
    for begun in _BEGUN:
        sizes: dict[int, list[int]] = {}
        for last in range(256):
            opcode = begun + bytes((last,))
            if opcode not in _BEGUN and opcode not in _OPCODES:
                sizes.setdefault(_unknown(opcode), []).append(last)
        for size, lasts in sizes.items():
            if size > len(begun):
                yield begun, _one_of(lasts)
            else:
                ahead = re.escape(begun[size:]) + _one_of(lasts)
                yield begun[:size], b"(?=" + ahead + b")"


MAX_RUN_BYTES: Final = 1024
"""Longest run of text, or of ignored control bytes, in one token.  A printed
line is at most 64 columns; a run is held back until its end is seen."""

TEXT: Final = b"[\\x20-\\xff]"
IGNORED: Final = b"[\\x00-\\x08\\x0b\\x0e\\x0f\\x11-\\x17\\x19\\x1a\\x1e\\x1f]"
"""Control bytes without a meaning."""

NONE: Final = _either([*_refused_branches(), *_unknown_branches()])
"""What is no command of ours, and how far it goes."""

SMALL: Final = b"|".join(
    (
        TEXT + b"{1,%d}" % MAX_RUN_BYTES,
        fixed_pattern(ROWS.values()),
        chosen_pattern(),
        NONE,
        IGNORED + b"{1,%d}" % MAX_RUN_BYTES,
    )
)
"""All that a regex can measure: a run of text, a command or a piece of none, or
control bytes that a printer ignores."""

PLAIN: Final = re.compile(SMALL + b"|[\\x10\\x1b-\\x1d](?s:.*)")
"""As above or, to the end of what it is given, what follows a lead-in that only
:func:`frame` can measure: each byte begins something."""

KNOWN: Final[Mapping[bytes, tuple[str, int, int | None]]] = {
    row.opcode: (row.name, len(row.opcode), None)
    for row in ROWS.values()
    if isinstance(row.params, int)
} | {
    opcode + bytes((first,)): (row.name, len(opcode), first if row.fn_at else None)
    for opcode, known in _BY_FIRST.items()
    for first, params in known.items()
    if isinstance(params, int) and (row := ROWS[opcode])
}
"""Name, size of the opcode, and fn of a command that ``SMALL`` finds, by its first
two bytes or by its first three (or its only one)."""
