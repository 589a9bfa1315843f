"""Whom a command is about: an e-mail address, a telephone number or a loyalty card.

A word that is typed wrong must not pass for a card of which nothing is known: to erase
nothing would look like an erasure.  So only what can be a card's number is taken for one,
digits or a beginning that the shop's cards have; ``--card`` says that it is one.
"""

from __future__ import annotations

import sys
from typing import Final

from agent.config import Config
from agent.identity import cards, contacts
from agent.identity.kinds import Contact, Unfit

ACCEPTED: Final = (
    "adresse e-mail (…@…), téléphone (06…, +33…) ou carte (des chiffres) ; une carte à "
    "lettres : --card (e-mail, telephone or card, which is digits; one with letters: --card)"
).replace(" ;", "\u00a0;")
_UNCHECKED: Final = "own:"


def named(text: str, config: Config, *, card: bool = False) -> Contact | None:
    """What was typed, ``-``: on standard input; ``None``: it is none, and that was said."""
    if text == "-":
        text = sys.stdin.readline()
    found = cards.read(text) if card else _read(text.strip(), config)
    if isinstance(found, Contact):
        return found
    said = "" if found is None else f"{found.fault.words.fr} ({found.fault.words.en})"
    sys.stderr.write("\n".join(filter(None, (said, ACCEPTED))) + "\n")
    return None


def _read(text: str, config: Config) -> Contact | Unfit | None:
    """``None``: nothing of the sort."""
    country = config.till.country
    if "@" in text:
        return contacts.read("email", text, country=country)
    found = cards.read(text)
    checked = isinstance(found, Contact) and not found.key.startswith(_UNCHECKED)
    if text.startswith(("0", "+")) and not checked:
        return contacts.read("phone", text, country=country)
    begins = text.startswith(config.hands.cards) if config.hands.cards else False
    digits = "".join(each for each in text if each not in " .-\u00a0\u202f").isdigit()
    return found if checked or begins or digits else None
