"""Whom we pose as, and how that printer was set up.

Source: Epson ESC/POS, GS I, GS ( E fn 3, 5, 11 and 15, GS g 2.  What is not configured
is as a TM-T88V leaves the factory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_TEXT: Final = 80
"""Characters of printer information (GS I, "0 to 80 bytes")."""
MAX_VALUE: Final = 65535
_ID_BITS: Final = 0x6F
"""An id of one byte is known by bits 4 and 7, which are off (GS I)."""

SWITCHES_OFF: Final = "00000000"
_VALUES: Final[Mapping[int, int]] = {
    1: 1,  # user memory: 1 KB
    2: 5,  # NV graphics: 256 KB
    3: 6,  # paper: 80 mm
    5: 100,  # density: 100 %
    6: 13,  # speed: the highest
    8: 0,  # code page: PC437
    9: 0,  # international characters: U.S.A.
    10: 0,  # interface: automatic
    97: 1,  # the head prints a row in one part
    98: 2,  # power supply: the highest
    **dict.fromkeys(range(100, 106), 0),  # cut at closing, paper saving: off
    111: 0,  # font A as it is
    112: 1,
}
_LINE: Final[Mapping[int, str]] = {1: "38400", 2: "0", 3: "0", 4: "8"}
"""19.2 kbps and more is a switch below the printer; no parity, DTR/DSR, eight bits."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What store IT can set in a printer, by the numbers of GS ( E and GS g 2.

    ``switches`` are "0" and "1" from bit 8 to bit 1, ``values`` customised values,
    ``line`` the serial line's, ``usb_class`` GS ( E fn 16, ``counters`` maintenance
    counters: nobody but the real printer counts, so what is not here is not answered.
    """

    switches: Mapping[int, str] = field(
        default_factory=lambda: dict.fromkeys((1, 2, 8), SWITCHES_OFF)
    )
    values: Mapping[int, int] = field(default_factory=lambda: _VALUES)
    line: Mapping[int, str] = field(default_factory=lambda: _LINE)
    usb_class: int = 1
    counters: Mapping[int, int] = field(default_factory=dict)
    nv_graphics_bytes: int = 256 * 1024
    ram_graphics_bytes: int = 12 * 1024
    user_memory_bytes: int = 1024

    def __post_init__(self) -> None:
        for number, bits in self.switches.items():
            if len(bits) != 8 or bits.strip("01"):
                raise ValueError(
                    f"memory switch {number} is {bits!r}; write eight of 0 and 1, "
                    "bit 8 first"
                )
        for number, value in self.values.items():
            if not 0 <= value <= MAX_VALUE:
                raise ValueError(f"customised value {number} is not 0 to {MAX_VALUE}")
        for number, text in self.line.items():
            if not (text.isascii() and text.isdigit() and len(text) <= 5):
                raise ValueError(f"serial setting {number} is {text!r}: write digits")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom we pose as.  The texts are ASCII; the ids are those of GS I 1 to 3.

    ``information`` are more texts by the n of GS I, such as 111 and 112, whose meaning
    differs by model; without an entry the printer has nothing to say of it.

    Raises:
        ValueError: what no printer could transmit, with the remedy.
    """

    maker: str = "EPSON"
    model: str = "TM-T88V"
    firmware: str = "30.42 ESC/POS"
    serial: str = ""
    fonts: str = ""
    model_id: int = 0x20
    type_id: int = 0x02
    """Bit 0: Kanji, bit 1: there is an autocutter, bit 2: a customer display."""
    rom_id: int = 0x01
    information: Mapping[int, str] = field(default_factory=dict)
    setup: Setup = field(default_factory=Setup)

    def __post_init__(self) -> None:
        names = ("maker", "model", "firmware", "serial", "fonts")
        texts = {name: getattr(self, name) for name in names}
        texts |= {f"information {n}": text for n, text in self.information.items()}
        for name, text in texts.items():
            if not (text.isascii() and text.isprintable() and len(text) <= MAX_TEXT):
                raise ValueError(
                    f"{name} is {text!r}: a printer can say at most {MAX_TEXT} "
                    "letters, digits and signs of ASCII"
                )
        for name in ("model_id", "type_id", "rom_id"):
            if getattr(self, name) & ~_ID_BITS:
                raise ValueError(f"{name} has bits 4 or 7 set, which a status has")


def introduction(number: int, who: Identity) -> bytes:
    """GS I n: an id of one byte, ``3D n .. 00`` (A) or ``5F .. 00`` (B).

    Information that there is none of is an empty one, as the manual says.
    """
    number = number - 0x30 if 0x31 <= number <= 0x33 else number
    ids = {1: who.model_id, 2: who.type_id, 3: who.rom_id}
    if number in ids:
        return bytes((ids[number],))
    if number == 33:
        # Kanji, cutter, display; two bytes, in which bit 6 is on
        return bytes((0x3D, number, 0x40 | who.type_id & 0x07, 0x40, 0))
    if number in {35, 36, 96, 110}:
        text = who.information.get(number, "")
        return bytes((0x3D, number)) + text.encode("ascii") + b"\0"
    texts = {
        65: who.firmware,
        66: who.maker,
        67: who.model,
        68: who.serial,
        69: who.fonts,
        111: "",
        112: "",
        **who.information,
    }
    if number in texts:
        return b"\x5f" + texts[number].encode("ascii") + b"\0"
    return b""
