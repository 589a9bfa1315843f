"""What a network reads in the octets that a modem was given: 3GPP TS 23.040 and 23.038.

Written from the tables, by columns as they are printed there; it knows nothing of who
wrote the octets.  What a network would not accept is a ``ValueError``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

COLUMNS = (
    "@ £ $ ¥ è é ù ì ò Ç LF Ø ø CR Å å",
    "Δ _ Φ Γ Λ Ω Π Ψ Σ Θ Ξ ESC Æ æ ß É",
    "SP ! \" # ¤ % & ' ( ) * + , - . /",
    "0 1 2 3 4 5 6 7 8 9 : ; < = > ?",
    "¡ A B C D E F G H I J K L M N O",
    "P Q R S T U V W X Y Z Ä Ö Ñ Ü §",
    "¿ a b c d e f g h i j k l m n o",
    "p q r s t u v w x y z ä ö ñ ü à",
)
"""TS 23.038, 6.2.1: b7 b6 b5 from 0 to 7, each from b4..b1 = 0 to 15."""
NAMES = {"LF": "\n", "CR": "\r", "SP": " ", "ESC": ""}
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
LETTERS = [NAMES.get(name, name) for column in COLUMNS for name in column.split(" ")]
MAX_SEPTETS = 160
ESCAPE = 0x1B


@dataclass(frozen=True)
class Message:
    """An SMS-SUBMIT as the service centre understands it."""

    number: str
    text: str
    reference: int
    centre: str
    validity_minutes: int
    wants_report: bool
    rejects_duplicates: bool
    counted: int
    """Octets without the service centre's address."""


class Reader:
    """Octets, taken from the front."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self.at = 0

    def one(self) -> int:
        return self.some(1)[0]

    def some(self, count: int) -> bytes:
        taken = self._octets[self.at : self.at + count]
        if len(taken) != count:
            raise ValueError("the octets end too early")
        self.at += count
        return taken

    @property
    def left(self) -> int:
        return len(self._octets) - self.at


def submitted(octets: bytes) -> Message:
    """Read an SMS-SUBMIT behind its service centre.

    Raises:
        ValueError: a network would refuse it.
    """
    reader = Reader(octets)
    centre = ""
    if length := reader.one():
        kind, digits = reader.one(), reader.some(length - 1)
        centre = _number(kind, digits, 2 * len(digits) - (digits[-1] >> 4 == 15))
    start = reader.at
    first = reader.one()
    if first & 0b11 != 0b01:
        raise ValueError("no SMS-SUBMIT")
    if first & 0x40:
        raise ValueError("a user data header: this is one segment of several")
    reference, length = reader.one(), reader.one()
    number = _number(reader.one(), reader.some((length + 1) // 2), length)
    protocol, coding = reader.one(), reader.one()
    if protocol or coding:
        raise ValueError("not a plain message in the default alphabet")
    if first >> 3 & 0b11 != 0b10:
        raise ValueError("no relative validity")
    minutes = _minutes(reader.one())
    count = reader.one()
    if count > MAX_SEPTETS:
        raise ValueError("longer than a segment")
    packed = reader.some((count * 7 + 7) // 8)
    if reader.left:
        raise ValueError("octets are left over")
    return Message(
        number,
        text_of(unpacked(packed, count)),
        reference,
        centre,
        minutes,
        wants_report=bool(first & 0x20),
        rejects_duplicates=bool(first & 0x04),
        counted=len(octets) - start,
    )


def unpacked(octets: bytes, count: int) -> list[int]:
    """Bit by bit: septet n begins at bit 7n, the lowest bit first."""
    bits = [octet >> place & 1 for octet in octets for place in range(8)]
    return [
        sum(bits[7 * nth + place] << place for place in range(7))
        for nth in range(count)
    ]


def text_of(septets: list[int]) -> str:
    """Letters; behind an escape those of the extension table."""
    text, escaped = "", False
    for septet in septets:
        if escaped:
            # 6.2.1.1: a code that is not there is read in the default table.
            text += EXTENSION.get(septet, LETTERS[septet])
        elif septet != ESCAPE:
            text += LETTERS[septet]
        escaped = septet == ESCAPE and not escaped
    if escaped:
        raise ValueError("an escape with nothing behind it")
    return text


def status_report(reference: int, number: str, status: int) -> bytes:
    """An SMS-STATUS-REPORT for that message, without a service centre's address."""
    digits = number.removeprefix("+")
    padded = digits + "F" * (len(digits) % 2)
    swapped = bytes.fromhex(
        "".join(padded[at + 1] + padded[at] for at in range(0, len(padded), 2))
    )
    stamp = _timestamp(datetime.now(UTC))
    head = bytes([0x00, 0x06, reference, len(digits), 0x91])
    return head + swapped + stamp + stamp + bytes([status])


def _timestamp(now: datetime) -> bytes:
    text = now.strftime("%y%m%d%H%M%S") + "00"
    return bytes.fromhex(
        "".join(text[at + 1] + text[at] for at in range(0, len(text), 2))
    )


def _number(kind: int, octets: bytes, length: int) -> str:
    if kind != 0x91:
        raise ValueError("no international number")
    digits = "".join(f"{octet & 15:X}{octet >> 4:X}" for octet in octets)
    number, rest = digits[:length], digits[length:]
    if not number.isdigit() or rest.strip("F"):
        raise ValueError("no number")
    return "+" + number


def _minutes(value: int) -> int:
    """9.2.3.12.1."""
    if value <= 143:
        return (value + 1) * 5
    if value <= 167:
        return 12 * 60 + (value - 143) * 30
    if value <= 196:
        return (value - 166) * 24 * 60
    return (value - 192) * 7 * 24 * 60
