"""What waits for the tills: kept until they say by their cursor that it is done.

A wish of a customer's phone is two rows: the event on its way down (with the address, if
there is one), gone once the till has it or nobody waits for it any more; and what the
page says of it, masked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import aiosqlite

from agent.wire.events import PhoneInvited
from agent.wire.feed import WISHED
from rcu.store.db import Database, rows

MAX_WISHES: Final = 6
"""Of one receipt: more are a mistake, or somebody plays with the page."""
DELIVERY: Final = "receipt_delivery"
MAX_DECISIONS: Final = 200
"""About one receipt; a person decides on some ten."""
MAX_WAITING: Final = 2_000
"""For one till that is away; a busy Saturday has fewer receipts."""
_CURSOR_CHARS: Final = 12
_SAME: Final = (
    "SELECT 1 FROM wish JOIN feed ON feed.edge = wish.edge AND feed.id = wish.wish"
    " WHERE wish.edge = ? AND receipt_id = ? AND choice = ?"
    " AND json_extract(CAST(data AS TEXT), '$.contact') = ? AND feed.expires_ms > ?"
)
_COUNTED: Final = (
    "SELECT (SELECT count(*) FROM wish WHERE edge = ?1 AND receipt_id = ?2),"
    " (SELECT count(*) FROM feed WHERE edge = ?1 AND type = 'choice.wished.v1')"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event for a till.  ``data`` is JSON."""

    seq: int
    id: str
    type: str
    time_ms: int
    data: bytes = field(repr=False)

    @property
    def cursor(self) -> str:
        return cursor_of(self.seq)


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish, as its page shows it.  ``status``: waiting, taken, refused."""

    choice: str
    mask: str
    asked_ms: int
    expires_ms: int
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class Given:
    """A consent beside the delivery that holds; ``subject`` is its keyed hash."""

    purpose: str
    channel: str
    subject: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What the phone may do about a receipt, and what it did."""

    edge: str
    receipt_id: str
    received_ms: int
    invited: PhoneInvited | None
    asked: tuple[Asked, ...]
    given: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish to put on the way.  ``data`` of its event."""

    choice: str
    mask: str
    expires_ms: int
    data: Mapping[str, Any] = field(repr=False)


async def put_down(
    tx: aiosqlite.Connection, edge: str, event: Waiting, expires_ms: int
) -> None:
    """Put an event on its way, behind all that waits; its own ``seq`` does not count."""
    await tx.execute(
        "INSERT INTO feed_height VALUES (?, 1, 0)"
        " ON CONFLICT (edge) DO UPDATE SET seq = seq + 1",
        (edge,),
    )
    await tx.execute(
        "INSERT INTO feed SELECT ?1, seq, ?2, ?3, ?4, ?5, ?6"
        " FROM feed_height WHERE edge = ?1",
        (edge, event.id, event.type, event.time_ms, expires_ms, event.data),
    )


class Feeds:
    """Writes wishes, gives them out, forgets them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def desk(self, token_sha256: str) -> Desk | None:
        """Of the page behind that hash; ``None``: there is none (any more)."""
        page = await self._database.one(
            "SELECT page.edge, page.receipt_id, page.received_ms, invited.body"
            " FROM page LEFT JOIN invited USING (edge, receipt_id)"
            " WHERE token_sha256 = ?",
            (token_sha256,),
        )
        if page is None:
            return None
        edge, receipt_id, received_ms, body = page
        asked = await self._database.all(
            "SELECT choice, mask, asked_ms, expires_ms, status, why FROM wish"
            " WHERE edge = ? AND receipt_id = ? ORDER BY asked_ms LIMIT ?",
            (edge, receipt_id, MAX_WISHES),
        )
        invited = PhoneInvited.model_validate_json(body) if body else None
        found = tuple(Asked(*row) for row in asked)
        given = await self._given(edge, receipt_id)
        return Desk(edge, receipt_id, received_ms, invited, found, given)

    async def _given(self, edge: str, receipt_id: str) -> tuple[Given, ...]:
        """Of each purpose and contact the last word, where it is a yes."""
        said = await self._database.all(
            "SELECT purpose, channel, subject, decision FROM consent"
            " WHERE edge = ? AND receipt_id = ? AND subject <> '' AND purpose <> ?"
            " ORDER BY rowid LIMIT ?",
            (edge, receipt_id, DELIVERY, MAX_DECISIONS),
        )
        last = {Given(*row): decision for *row, decision in said}
        return tuple(each for each, word in last.items() if word == "given")

    async def put(self, desk: Desk, wished: Wished, now_ms: int) -> bool:
        """Put it on the way; the same again is no second one.  ``False``: too many."""
        key = (desk.edge, desk.receipt_id)
        async with self._database.transaction() as tx:
            same = (wished.choice, wished.data["contact"], now_ms)
            for _ in await rows(tx, _SAME, (*key, *same)):
                return True
            for mine, waiting in await rows(tx, _COUNTED, key):
                if mine >= MAX_WISHES or waiting >= MAX_WAITING:
                    return False
            name = str(uuid4())
            await tx.execute(
                "INSERT INTO wish VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', '')",
                (
                    *(desk.edge, name, desk.receipt_id, wished.choice),
                    *(wished.mask, now_ms, wished.expires_ms),
                ),
            )
            data = json.dumps(wished.data, separators=(",", ":"), ensure_ascii=False)
            down = Waiting(0, name, WISHED, now_ms, data.encode())
            await put_down(tx, desk.edge, down, wished.expires_ms)
        return True

    async def after(
        self, edge: str, after: int, limit: int, now_ms: int
    ) -> list[Waiting]:
        """What comes next, as far as somebody still waits for it."""
        found = await self._database.all(
            "SELECT seq, id, type, time_ms, data FROM feed"
            " WHERE edge = ? AND seq > ? AND expires_ms > ? ORDER BY seq LIMIT ?",
            (edge, after, now_ms, limit),
        )
        return [Waiting(*row) for row in found]


def cursor_of(seq: int) -> str:
    """As a till gets it: digits, so many that they sort as text."""
    return f"{seq:0{_CURSOR_CHARS}d}"


def seq_of(cursor: str) -> int | None:
    """``None``: not one of ours.  Nothing at all is the beginning."""
    if not cursor:
        return 0
    fits = len(cursor) == _CURSOR_CHARS and cursor.isascii() and cursor.isdigit()
    return int(cursor) if fits else None
