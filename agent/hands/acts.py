"""What a hand asks for: an act by a key or a command barcode, or something scanned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

Act = Literal[
    "paper",
    "qr",
    "email",
    "sms",
    "account",
    "none",
    "hold",
    "extend",
    "not_me",
    "keep",
    "reprint",
    "gift",
]
"""The choices, and the other verbs of the counter that need nothing but a press."""


COMMANDS: Final[dict[str, Act]] = {
    "P": "paper",
    "Q": "qr",
    "E": "email",
    "S": "sms",
    "C": "account",
    "N": "none",
    "T": "extend",
    "X": "not_me",
    "K": "keep",
    "D": "reprint",
    "G": "gift",
}
"""By letter: the cashier's keys, and *temps*, *×*, *conserver*, *duplicata*, *cadeau*."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key that means something."""

    act: Act


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code as its scanner says it: in each reading, the configured one first.

    It may be somebody's card: never shown, never logged.
    """

    texts: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Affixes:
    """What somebody has set a scanner to say before and behind each code."""

    before: str = ""
    behind: str = ""

    def off(self, text: str) -> str:
        """The code alone."""
        return text.removeprefix(self.before).removesuffix(self.behind)


NO_AFFIXES: Final = Affixes()

Heard = Pressed | Scanned
