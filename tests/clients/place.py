"""Where a client prints and what: one visit's address, paper and devices."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image

if TYPE_CHECKING:
    from hardware_sim.browser import Glass
    from tests.clients.cups import Scheduler

Door = Literal["tcp", "serial", "device", "folder", "epos", "json", "star"]
DOORS: tuple[Door, ...] = (
    *("tcp", "serial", "device", "folder", "epos", "json", "star"),
)
RECEIPT = """\
LE COMPTOIR DES HALLES
12 rue Montorgueil 75001 PARIS
SIRET 123 456 789 00012
28/11/2026 14:05  Ticket 000{number}

2 x CAFE            2,50      5,00
1 TARTE AUX POMMES            4,50

TOTAL EUR                     9,50
CB                            9,50
Garantie legale de conformite: 2 ans
"""
"""Under guarantee: if nobody chooses, it comes on paper."""
CUT = b"\n\n\n\n\x1dV\x00"
DOTS = (64, 48)
"""A picture that nobody else prints: wide, tall."""


@dataclass(frozen=True, slots=True)
class Way:
    """A door of a till, as its clients know it: what of this it has.

    ``tty`` is a serial line or a character device, ``path`` a FIFO or a folder.
    """

    host: str = ""
    port: int = 0
    tty: Path = Path("/nowhere")
    path: Path = Path("/nowhere")
    url: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One visit: ``folder`` is all clients', ``number`` no other's."""

    way: Way
    folder: Path
    number: int
    cups: Scheduler | None = None
    page: Glass | None = field(default=None, compare=False)

    @property
    def lines(self) -> list[str]:
        """The receipt, ASCII."""
        return RECEIPT.format(number=self.number).splitlines()

    @property
    def text(self) -> Path:
        path = self.folder / f"receipt-{self.number}.txt"
        path.write_text(RECEIPT.format(number=self.number))
        return path

    @property
    def raw(self) -> bytes:
        """The same as ESC/POS, for clients that are given bytes."""
        text = RECEIPT.format(number=self.number).encode("ascii")
        return b"\x1b@" + self.pulse + text + CUT

    @property
    def job(self) -> Path:
        path = self.folder / f"job-{self.number}.bin"
        path.write_bytes(self.raw)
        return path

    @property
    def pulse(self) -> bytes:
        """Of clients that are given bytes; as long as none other's."""
        return b"\x1bp\x00" + bytes((20 + self.number % 100, 250))

    @property
    def dots(self) -> bytes:
        """For clients that print a picture: rows of whole bytes, 1 is black."""
        return dots(self.number)

    @property
    def png(self) -> bytes:
        """The same."""
        made = io.BytesIO()
        black = bytes(byte ^ 0xFF for byte in self.dots)
        Image.frombytes("1", DOTS, black).convert("L").save(made, "PNG")
        return made.getvalue()


def dots(number: int) -> bytes:
    wide, tall = DOTS
    return random.Random(number).randbytes(wide // 8 * tall)
