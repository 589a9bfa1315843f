"""A day's closing: what a till says of its log, so that anybody can count again.

Closings part the log into ranges without a gap: each begins behind the one before.  A
closing holds how many entries its range has, what was sold, and the head of a hash chain
over the whole log up to there; it is an entry of the log itself, signed by the till's
transport key, in the range of the next one.

Nothing personal is under the chain: a link is made of an entry's number and id, which
stay when its content is erased.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

from pydantic import Field

from agent.wire.model import Model
from agent.wire.orders import canonical

CLOSED: Final = "day.closed.v1"
START: Final = "0" * 64
"""The head before the first entry."""
MAX_UNSENT: Final = 500
NOT_A_SALE: Final = ("training", "provisional", "degraded")
"""Mentions that outweigh a document's kind; of several the first."""
_HEX: Final = r"^[0-9a-f]{64}$"


class Sold(Model):
    """Documents of one kind in one currency; ``total`` in minor units."""

    kind: str
    currency: str
    count: int = Field(ge=0)
    total: int
    unread: int = Field(default=0, ge=0, description="of them, whose total is unknown")


class DayClosed(Model):
    """``day.closed.v1``."""

    day: dt.date = Field(description="of the shop's clock, when it was closed")
    first: int = Field(ge=1)
    last: int = Field(ge=0, description="first - 1 where nothing happened")
    events: int = Field(ge=0)
    types: dict[str, int]
    sold: tuple[Sold, ...]
    erased: int = Field(
        default=0, ge=0, description="receipts forgotten before: in no total"
    )
    unsent: tuple[tuple[int, str], ...] = Field(
        default=(), max_length=MAX_UNSENT, description="set aside: number and id"
    )
    before: str = Field(pattern=_HEX, description="head of the closing before")
    head: str = Field(pattern=_HEX)
    closed_at: dt.datetime
    kid: str = Field(default="", pattern=r"^([0-9a-f]{16})?$")
    sig: str = Field(default="", max_length=88, description="Ed25519, base64")


def chained(head: str, entries: Iterable[tuple[int, str]]) -> str:
    """The head behind those (number, id), in order; hex."""
    digest = bytes.fromhex(head)
    for number, name in entries:
        digest = sha256(digest + f"{number} {name}\n".encode()).digest()
    return digest.hex()


def closing_text(edge: str, data: Mapping[str, Any]) -> bytes:
    """What the till signs: all but the signature, as JSON has it."""
    said = {name: value for name, value in data.items() if name != "sig"}
    return b"receipt-agent closing/1\0" + canonical({"edge": edge, **said})


def taken_for(kind: str, mentions: Collection[str]) -> str:
    """A document's kind, or the mention by which it is not counted as one."""
    return next((said for said in NOT_A_SALE if said in mentions), kind)


def line(day: DayClosed) -> str:
    """A closing for people, the same on both sides: range, counts, sums, head."""
    sold = "; ".join(
        f"{each.count} {each.kind} {each.total} {each.currency}"
        + (f" ({each.unread} unread)" if each.unread else "")
        for each in day.sold
    )
    erased = f"; {day.erased} erased" if day.erased else ""
    unsent = f"; {len(day.unsent)} set aside" if day.unsent else ""
    return (
        f"{day.day}  {day.first}-{day.last}  {day.events} entries  "
        f"{sold or 'nothing sold'}{erased}{unsent}  {day.head[:16]}"
    )
