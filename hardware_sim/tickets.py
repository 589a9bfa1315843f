"""A printed document as a POS means it: parts to print, and the truth about it.

A ticket says what to print, not in which bytes: ``library_bytes`` (python-escpos)
and ``hand_bytes`` (typed from the manual) write the same ticket independently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]

Kind = Literal[
    "sale",
    "refund",
    "kitchen",
    "x_report",
    "z_report",
    "merchant_slip",
    "customer_slip",
]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text."""

    text: str
    align: Align = "left"
    bold: bool = False
    width: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class Logo:
    """The shop's logo as a picture, centred."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar code, centred, its digits below."""

    system: Literal["EAN13", "CODE128"]
    data: str


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, centred."""

    data: str
    module_dots: int = 5


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank lines."""

    lines: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The paper ends here."""

    partial: bool = True


@dataclass(frozen=True, slots=True)
class Kick:
    """Open the drawer on that pin."""

    pin: Literal[2, 5] = 2


Part = Text | Logo | Bars | Qr | Feed | Cut | Kick


@dataclass(frozen=True, slots=True)
class Vat:
    """One rate of the recapitulation; ``permille`` is 55, 100 or 200."""

    permille: int
    net_cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True)
class Truth:
    """What somebody who reads the paper should find on it.

    ``total_cents`` is what was paid (negative for a refund, ``None`` where no
    money was charged), ``item_count`` counts pieces.  ``sum(net + vat)`` is the
    total wherever ``vat`` isn't empty.
    """

    kind: Kind
    number: str
    total_cents: int | None = None
    item_count: int | None = None
    vat: tuple[Vat, ...] = ()
    payments: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """One print job."""

    name: str
    parts: tuple[Part, ...]
    truth: Truth
    columns: int

    @property
    def text(self) -> str:
        """Its lines as typed, without layout."""
        return "\n".join(part.text for part in self.parts if isinstance(part, Text))
