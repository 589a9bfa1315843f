"""What was scanned: a command of the card by the till, a loyalty card, a receipt's code.

Anything else is ``Other``: a customer's goods, a badge, a voucher.  A command is ``RA1-``,
one letter and a check character (ISO/IEC 7064, MOD 37,36) over the letters before it.
No code of goods can be one: GTINs are digits; and a made-up text is one in 36 at most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from agent.hands.acts import COMMANDS, Act, Scanned
from agent.identity import cards
from agent.identity.check_digits import mod_37_36
from agent.identity.kinds import Unfit

_FAMILY: Final = "RA1"
_COMMAND: Final = re.compile(rf"{_FAMILY}-([A-Z])([0-9A-Z])")
_AIM: Final = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
"""ISO/IEC 15424: which symbology it was, if the scanner is set to say so."""


@dataclass(frozen=True, slots=True)
class Command:
    """A barcode of the card by the till."""

    act: Act


@dataclass(frozen=True, slots=True)
class Card:
    """A loyalty card, as it was scanned."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """A receipt: our QR's address, or the number in the POS's return barcode."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Other:
    """None of ours."""


Meaning = Command | Card | ReceiptCode | Other


@dataclass(frozen=True, slots=True)
class Known:
    """What this shop's codes look like.

    ``cards`` and ``receipts`` are how their numbers begin.  ``pages``: the address under
    which customers' pages are.
    """

    pages: str = ""
    cards: tuple[str, ...] = ()
    receipts: tuple[str, ...] = ()


def command(letter: str) -> str:
    """The text of its barcode: ``RA1-PO``."""
    return f"{_FAMILY}-{letter}{mod_37_36(_FAMILY + letter)}"


def meaning(scanned: Scanned, known: Known) -> Meaning:
    """Of one scan; never raises, whatever it was."""
    texts = [_AIM.sub("", text.strip()) for text in scanned.texts]
    for text in texts:
        if (act := _act(text)) is not None:
            return Command(act)
    return _number(texts[0], known) if texts else Other()


def _act(text: str) -> Act | None:
    # Caps Lock on the machine turns some scanners' letters round.
    found = _COMMAND.fullmatch(text.upper())
    if found is None or found[0] != command(found[1]):
        return None
    return COMMANDS.get(found[1])


def _number(text: str, known: Known) -> Meaning:
    if known.pages and text.startswith(f"{known.pages}/"):
        return ReceiptCode(text)
    if _is_card(text, known.cards):
        return Card(text)
    if known.receipts and text.startswith(known.receipts):
        return ReceiptCode(text)
    return Other()


def _is_card(text: str, beginnings: tuple[str, ...]) -> bool:
    """A number alone could be goods (a price in a GTIN of range 2) or a parcel (SSCC).

    So it has to begin as the shop's cards do, or to say by its application identifier
    8018 that it is a customer's (GS1 General Specifications, 3.8.2).
    """
    found = cards.read(text)
    if isinstance(found, Unfit):
        return False
    says_so = found.key.startswith("gsrn:") and text != found.value
    return says_so or (bool(beginnings) and text.startswith(beginnings))
