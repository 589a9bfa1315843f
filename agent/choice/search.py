"""What a cashier types to find a receipt again: number, amount, time, last four digits.

Each word of it must fit, and may fit in any of the ways that it can be read:
``14:32`` is a time, ``42,17`` an amount, ``1234`` a part of the number, the last four
digits of a card, an amount without cents, or a time without its colon.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from agent.verbs import MAX_QUERY_CHARS

MAX_WORDS: Final = 4
NEAR_MINUTES: Final = 5
"""A customer remembers about when."""

_AMOUNT: Final = re.compile(r"-?([0-9]{1,7})[.,]([0-9]{2})(?:€|eur)?", re.IGNORECASE)
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:h]([0-5][0-9])?", re.IGNORECASE)
_BARE_TIME: Final = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])")
_LAST_FOUR: Final = re.compile(r"[0-9]{4}")
_BETWEEN: Final = re.compile(r"(?<=[0-9])[\u00a0\u202f ](?=[0-9]{3}\b)|\s*€")
_PLAIN: Final = re.compile(r"[^0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query, in every way that it can be read."""

    part: str
    """Of the number, letters and digits only, in capitals."""
    minor: int | None = None
    minute: int | None = None
    """Of the day."""
    last_four: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A receipt as a search sees it; ``at`` in the shop's time zone."""

    number: str | None
    total: int | None
    at: dt.datetime


def words(query: str) -> tuple[Word, ...]:
    """Nothing for a query that says nothing."""
    text = _BETWEEN.sub("", query[:MAX_QUERY_CHARS].strip())
    return tuple(_word(part) for part in text.split()[:MAX_WORDS] if _plain(part))


def fits(word: Word, found: Found, *, card: bool = False) -> bool:
    """Whether the receipt may be meant; ``card``: its paper bears these last digits."""
    return (
        card
        or _in_number(word, found)
        or (word.minor is not None and abs(found.total or 0) == word.minor)
        or _about(word, found)
    )


def _word(part: str) -> Word:
    amount = _AMOUNT.fullmatch(part)
    if amount:
        return Word("", minor=int(amount[1]) * 100 + int(amount[2]))
    time = _TIME.fullmatch(part)
    if time:
        return Word("", minute=int(time[1]) * 60 + int(time[2] or 0))
    bare, whole = _BARE_TIME.fullmatch(part), part.isdigit() and len(part) <= 6
    return Word(
        _plain(part),
        minor=int(part) * 100 if whole else None,
        minute=int(bare[1]) * 60 + int(bare[2]) if bare else None,
        last_four=part if _LAST_FOUR.fullmatch(part) else "",
    )


def _in_number(word: Word, found: Found) -> bool:
    return bool(word.part) and word.part in _plain(found.number or "")


def _about(word: Word, found: Found) -> bool:
    if word.minute is None:
        return False
    apart = abs(found.at.hour * 60 + found.at.minute - word.minute)
    return min(apart, 1440 - apart) <= NEAR_MINUTES


def _plain(text: str) -> str:
    return _PLAIN.sub("", text).upper()
