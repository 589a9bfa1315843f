"""Read-outs of what the printer holds and is set to: GS ( C, GS ( E, GS ( L, ...

Each function takes the parameters behind the opcode (``pL pH fn ..``) and the moment;
``b""`` is a question that this printer does not answer.  Capacities are in bytes of
dots: what a model adds for its own book-keeping is not known.

Source: Epson ESC/POS; the mnemonic and the function number are the clause.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from agent.escpos.replies.blocks import SEPARATOR, block, blocks, number
from agent.escpos.replies.contents import Contents, Size
from agent.escpos.replies.identity import Identity
from agent.events import PrinterState


class Moment(NamedTuple):
    """What an answer may depend on."""

    who: Identity
    state: PrinterState
    contents: Contents


Answer = bytes | tuple[bytes, ...]
"""One piece, or blocks between which the POS is waited for."""


# -- graphics: GS ( L, GS 8 L ---------------------------------------------


def nv_capacity(_params: bytes, moment: Moment) -> bytes:
    """Fn 48: header 37H, identifier 30H, digits."""
    return number(0x30, moment.who.setup.nv_graphics_bytes)


def nv_left(_params: bytes, moment: Moment) -> bytes:
    """Fn 51."""
    left = moment.who.setup.nv_graphics_bytes - moment.contents.nv_bytes
    return number(0x31, max(0, left))


def ram_left(_params: bytes, moment: Moment) -> bytes:
    """Fn 52."""
    left = moment.who.setup.ram_graphics_bytes - moment.contents.ram_bytes
    return number(0x32, max(0, left))


def _keys(identifier: int, keys: Iterable[str]) -> tuple[bytes, ...]:
    return blocks(identifier, "".join(keys).encode("ascii", "replace"))


def nv_keys(params: bytes, moment: Moment) -> Answer:
    """Fn 64 "KC"."""
    return _keys(0x72, moment.contents.nv_keys) if params.endswith(b"KC") else b""


def ram_keys(params: bytes, moment: Moment) -> Answer:
    """Fn 80 "KC"."""
    return _keys(0x73, moment.contents.ram_keys) if params.endswith(b"KC") else b""


# -- logos on each receipt: FS ( E ----------------------------------------


def logo(params: bytes, moment: Moment) -> bytes:
    """Fn 61 m c: top (48) or bottom (49), not set; how a set one is said is not known."""
    name = {48: "top", 49: "bottom"}.get(params[4]) if len(params) > 4 else None
    if name is None or params[3] != 2 or name in moment.contents.mounted:
        return b""
    return block(0x48, b"2" + params[4:5])


# -- the POS's own memory: GS ( C -----------------------------------------


def record(_params: bytes, moment: Moment) -> Answer:
    """Fn 2; empty when there is no such record."""
    return blocks(0x70, moment.contents.record.encode("latin-1"))


def memory_used(_params: bytes, moment: Moment) -> bytes:
    """Fn 3: of keys and data."""
    return number(0x28, moment.contents.own_bytes)


def memory_left(_params: bytes, moment: Moment) -> bytes:
    """Fn 4."""
    left = moment.who.setup.user_memory_bytes - moment.contents.own_bytes
    return number(0x29, max(0, left))


def record_keys(_params: bytes, moment: Moment) -> Answer:
    """Fn 5."""
    return _keys(0x71, moment.contents.own_keys)


# -- settings: GS ( E -----------------------------------------------------


def enters(params: bytes, _moment: Moment) -> bytes:
    """Fn 1 "IN": the printer is in its user setting mode."""
    return block(0x20) if params[3:] == b"IN" else b""


def _asked(params: bytes) -> int:
    return params[3] if len(params) == 4 else -1


def switches(params: bytes, moment: Moment) -> bytes:
    """Fn 4 a: eight digits, bit 8 first."""
    bits = moment.who.setup.switches.get(_asked(params))
    return b"" if bits is None else block(0x21, bits.encode("ascii"))


def _item(identifier: int, asked: int, value: str) -> bytes:
    """The number asked for in digits, a separator, the value."""
    return block(
        identifier,
        str(asked).encode("ascii") + SEPARATOR + value.encode("ascii"),
    )


def value(params: bytes, moment: Moment) -> bytes:
    """Fn 6 a."""
    found = moment.who.setup.values.get(_asked(params))
    return b"" if found is None else _item(0x27, _asked(params), str(found))


def serial(params: bytes, moment: Moment) -> bytes:
    """Fn 12 a."""
    found = moment.who.setup.line.get(_asked(params))
    return b"" if found is None else _item(0x33, _asked(params), found)


def usb(params: bytes, moment: Moment) -> bytes:
    """Fn 16 a: the class (1); of the IEEE 1284 id (32) nothing is known."""
    if _asked(params) != 1:
        return b""
    return _item(0x52, 1, str(moment.who.setup.usb_class))


# -- counters and symbols -------------------------------------------------


def counter(params: bytes, moment: Moment) -> bytes:
    """GS g 2: m nL nH."""
    asked = int.from_bytes(params[1:3], "little")
    found = moment.who.setup.counters.get(asked)
    return b"" if found is None else b"\x5f" + str(found).encode("ascii") + b"\0"


_SYMBOLS = {48: 0x2F, 49: 0x36, 50: 0x37, 51: 0x4F}
"""Identifiers by cn.  51 is from a maker who follows Epson in all the others (Citizen
CT-S280, Function 382); those of 52 to 54 we have not found."""


def symbol(params: bytes, moment: Moment) -> bytes:
    """GS ( k fn 82: width, height, 1, and 0 when it can be printed, 1 when not."""
    identifier = _SYMBOLS.get(params[2])
    size: Size | None = moment.contents.size
    if identifier is None or size is None:
        return b""
    values = (size.width, size.height, 1, 0 if size.printable else 1)
    return block(identifier, SEPARATOR.join(str(n).encode("ascii") for n in values))
