"""SMS-SUBMIT and SMS-STATUS-REPORT as octets (3GPP TS 23.040, 9.2.2).

SUBMIT: SCA · first octet · TP-MR · TP-DA · TP-PID · TP-DCS · TP-VP · TP-UDL · TP-UD.
The modem is told the length without the SCA (TS 27.005, 4.3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from agent import gsm7

SUBMIT: Final = 0b01
REPORT: Final = 0b10
REJECT_DUPLICATES: Final = 0x04
RELATIVE_VALIDITY: Final = 0x10
ASK_FOR_REPORT: Final = 0x20
INTERNATIONAL: Final = 0x91
"""Type of number international, plan E.164 (9.1.2.5)."""
TIMESTAMP_OCTETS: Final = 7
FILL: Final = 0xF


@dataclass(frozen=True, slots=True)
class Submit:
    """One message of one segment.

    ``number`` and ``centre`` are E.164 with their plus; an empty ``centre`` is the one
    on the SIM.  ``reference`` is TP-MR, which a modem may replace.
    """

    number: str = field(repr=False)
    text: str = field(repr=False)
    reference: int = 0
    centre: str = ""
    validity_hours: int = 24
    wants_report: bool = False
    reject_duplicates: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Of the message ``reference``.  ``status`` is TP-ST (9.2.3.15)."""

    reference: int
    status: int

    @property
    def arrived(self) -> bool:
        return self.status < 0x20

    @property
    def over(self) -> bool:
        """Nothing more will be tried."""
        return not 0x20 <= self.status < 0x40


def submit(message: Submit) -> tuple[bytes, int]:
    """The octets, and how many of them the modem counts.

    Raises:
        ValueError: the text is not of the alphabet, or longer than a segment.
    """
    septets = gsm7.encode(message.text)
    if len(septets) > gsm7.SEGMENT_SEPTETS:
        raise ValueError("longer than one segment")
    centre = b"\x00"
    if message.centre:
        address = bytes([INTERNATIONAL]) + semi_octets(message.centre[1:])
        centre = bytes([len(address)]) + address
    first = SUBMIT | RELATIVE_VALIDITY
    first |= ASK_FOR_REPORT if message.wants_report else 0
    first |= REJECT_DUPLICATES if message.reject_duplicates else 0
    digits = message.number[1:]
    body = (
        bytes([first, message.reference, len(digits), INTERNATIONAL])
        + semi_octets(digits)
        + bytes([0, 0, validity(message.validity_hours), len(septets)])
        + packed(septets)
    )
    return centre + body, len(body)


def report(octets: bytes) -> Report | None:
    """A status report as a modem hands it on; ``None``: it is something else."""
    at = 1 + octets[0] if octets else 1
    head = octets[at : at + 3]
    if len(head) < 3 or head[0] & 0b11 != REPORT:
        return None
    status_at = at + 4 + (head[2] + 1) // 2 + 2 * TIMESTAMP_OCTETS
    status = octets[status_at : status_at + 1]
    return Report(head[1], status[0]) if status else None


def packed(septets: bytes) -> bytes:
    """Eight septets in seven octets, the first in the lowest bits (TS 23.038, 6.1.2.1)."""
    bits = sum(septet << 7 * place for place, septet in enumerate(septets))
    return bits.to_bytes((7 * len(septets) + 7) // 8, "little")


def semi_octets(digits: str) -> bytes:
    """Two digits an octet, the first in the lower half (9.1.2.3)."""
    nibbles = [int(digit) for digit in digits]
    nibbles += [FILL] * (len(nibbles) % 2)
    return bytes(
        low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True)
    )


def validity(hours: int) -> int:
    """TP-VP relative (9.2.3.12.1), never shorter than asked, 63 weeks at most."""
    if hours <= 12:
        return max(1, hours) * 12 - 1
    if hours <= 24:
        return 143 + (hours - 12) * 2
    if hours <= 30 * 24:
        return 166 + -(-hours // 24)
    return min(255, 192 + -(-hours // (7 * 24)))
