"""Every command that makes a printer transmit: who answers it, or why nobody does.

By mnemonic and function number, for the 41 rows of the catalogue whose meaning is a
reply, and DLE DC4 fn 8.  What stands in ``SILENT`` gets no byte, as from a model
without that option.

Source: Epson ESC/POS; the mnemonic and the function number are the clause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from agent.escpos.replies import readouts, sensors
from agent.escpos.replies.blocks import block
from agent.escpos.replies.identity import introduction
from agent.escpos.replies.readouts import Answer, Moment
from agent.escpos.tokens import Command

Reply = Callable[[bytes, Moment], Answer]
"""From the parameters behind the opcode."""


def realtime(params: bytes, moment: Moment) -> bytes:
    """DLE EOT n."""
    return sensors.realtime(params[0], moment.state)


def at_once(params: bytes, moment: Moment) -> bytes:
    """DLE DC4 fn 7 m: 1 is automatic status, 4 the offline response.

    When the printer is offline, 4 wants a cause, which models code differently.
    """
    if params[1] == 1:
        return sensors.asb(moment.state)
    if params[1] == 4 and not sensors.offline(moment.state):
        return sensors.OFFLINE_RESPONSE
    return b""


def cleared(_params: bytes, _moment: Moment) -> bytes:
    """DLE DC4 fn 8: the buffers are empty."""
    return block(0x25)


def sensor(params: bytes, moment: Moment) -> bytes:
    """GS r n: paper (1) or drawer (2), as numbers or as digits; 4 is ink."""
    if params[0] in {1, 0x31}:
        return bytes((sensors.paper(moment.state),))
    return bytes((sensors.drawer(moment.state),)) if params[0] in {2, 0x32} else b""


def drawer(params: bytes, moment: Moment) -> bytes:
    """ESC u n."""
    return bytes((sensors.drawer(moment.state),)) if params in (b"\0", b"0") else b""


def paper(_params: bytes, moment: Moment) -> bytes:
    """ESC v."""
    return bytes((sensors.paper(moment.state),))


def introduced(params: bytes, moment: Moment) -> bytes:
    """GS I n."""
    return introduction(params[0], moment.who)


def process(params: bytes, _moment: Moment) -> bytes:
    """GS ( H fn 48: 37H 22H, the four characters of the process, NUL."""
    name = params[4:]
    fits = len(name) == 4 and all(0x20 <= byte <= 0x7E for byte in name)
    return block(0x22, name) if fits and params[3] == 0x30 else b""


def unasked(_params: bytes, _moment: Moment) -> bytes:
    """GS a, GS ( H fn 49: who keeps what was asked for says it (status.Answering)."""
    return b""


_GRAPHICS: Final[Mapping[int, Reply]] = {
    0: readouts.nv_capacity,
    48: readouts.nv_capacity,
    3: readouts.nv_left,
    51: readouts.nv_left,
    4: readouts.ram_left,
    52: readouts.ram_left,
    64: readouts.nv_keys,
    80: readouts.ram_keys,
}
REPLIES: Final[Mapping[tuple[str, int | None], Reply]] = {
    ("DLE EOT", None): realtime,
    ("DLE DC4", 7): at_once,
    ("DLE DC4", 8): cleared,
    ("GS a", None): unasked,
    ("GS r", None): sensor,
    ("ESC u", None): drawer,
    ("ESC v", None): paper,
    ("GS I", None): introduced,
    ("GS ( H", 48): process,
    ("GS ( H", 49): unasked,
    ("GS g 2", None): readouts.counter,
    ("FS ( E", 61): readouts.logo,
    ("GS ( E", 1): readouts.enters,
    ("GS ( E", 4): readouts.switches,
    ("GS ( E", 6): readouts.value,
    ("GS ( E", 12): readouts.serial,
    ("GS ( E", 16): readouts.usb,
    ("GS ( k", 82): readouts.symbol,
    **{(name, fn): r for name in ("GS ( L", "GS 8 L") for fn, r in _GRAPHICS.items()},
    **{("GS ( C", fn): readouts.record for fn in (2, 50)},
    **{("GS ( C", fn): readouts.memory_used for fn in (3, 51)},
    **{("GS ( C", fn): readouts.memory_left for fn in (4, 52)},
    **{("GS ( C", fn): readouts.record_keys for fn in (5, 53)},
}

_LABELS: Final = "labels and black marks: not with a receipt printer"
_IDENTIFIER: Final = "the identifier of the answer is not known to us"
SILENT: Final[Mapping[str, str]] = {
    "FS ( L fn=22": _LABELS,
    "FS ( L fn=30": _LABELS,
    "GS ( E fn=32": _LABELS,
    "GS ( E fn=34": _LABELS,
    "GS ( k fn=34/52": _IDENTIFIER,
    "GS ( k fn=35/52": _IDENTIFIER,
    "GS ( k fn=36/52": _IDENTIFIER,
    "FS ( e fn=33": "batteries: not in a printer with a mains adapter",
    "GS j": "ink: not with a thermal printer",
    "GS g 2": "the real printer's counters are not known; said when configured",
    "FS g 2": "what the POS wrote there is the real printer's to know",
    "GS ( E fn=0E": "Bluetooth: not with this printer",
    "GS ( E fn=64": "buzzer patterns: not with this printer",
}
"""Rows of the catalogue by mnemonic, and why there is no answer."""

REMEMBERED: Final = frozenset(
    {("FS ( E", 61), ("GS ( k", 82)}
    | {(name, fn) for name in ("GS ( L", "GS 8 L") for fn in (3, 4, 51, 52, 64, 80)}
    | {("GS ( C", fn) for fn in (2, 3, 4, 5, 50, 51, 52, 53)}
)
"""What is asked about may stand in the job before the question, or in earlier ones."""


def find(token: Command) -> Reply | None:
    return REPLIES.get((token.name, token.fn)) or REPLIES.get((token.name, None))


def needs_work(token: Command) -> bool:
    """Can only who reads the job (:mod:`.worked`) say it rightly?"""
    return (token.name, token.fn) in REMEMBERED
