"""Taking a batch in: one transaction, one answer, the same answer for ever.

The pair (till, id) is the natural key.  The same id with the same content is a
``duplicate`` and changes nothing; with other content it is a ``conflict``, kept
apart in full, since it may be a fraud.  Events, projections, the height of the
till's log and the answer itself are committed together, before anyone is told.

A refused event counts as *seen*: ``contiguous`` passes over it, or one bad
event would hold up a till's log for ever.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiosqlite

from agent.wire.events import Ack, ItemAnswer, Problem
from rcu.answers import problem
from rcu.records import (
    Absorbed,
    Batch,
    Candidate,
    Composer,
    KeyReused,
    Page,
    Refusal,
    Replayed,
)
from rcu.store.db import Database, rows
from rcu.store.projections import project

MAX_GAPS = 16
"""Holes named in one answer: the oldest first, the till asks again."""
MAX_REFUSALS_PER_EDGE = 2000
"""Kept for a person to look at.  Past it the oldest make room."""

_SAME_IDS = (
    "SELECT id, content_sha256 FROM event"
    " WHERE edge = ? AND id IN (SELECT value FROM json_each(?))"
)
_SAME_SEQUENCES = (
    "SELECT sequence FROM event"
    " WHERE edge = ? AND sequence IN (SELECT value FROM json_each(?))"
)
_SAME_RECEIPTS = (
    "SELECT receipt_id FROM receipt"
    " WHERE edge = ? AND receipt_id IN (SELECT value FROM json_each(?))"
)
_SAME_TOKENS = (
    "SELECT token_sha256 FROM page"
    " WHERE token_sha256 IN (SELECT value FROM json_each(:tokens))"
    " UNION ALL SELECT token_sha256 FROM closed_page"
    " WHERE token_sha256 IN (SELECT value FROM json_each(:tokens))"
)
# Walks only over what is new and without a hole.
_REACHED = (
    "WITH RECURSIVE run (n) AS (SELECT :from UNION ALL SELECT n + 1 FROM run"
    " WHERE EXISTS (SELECT 1 FROM event WHERE edge = :edge AND sequence = n + 1)"
    " OR EXISTS (SELECT 1 FROM refusal WHERE edge = :edge AND sequence = n + 1))"
    " SELECT max(n) FROM run"
)
_HOLES = (
    "WITH seen (n) AS (SELECT sequence FROM event"
    "  WHERE edge = :edge AND sequence > :from UNION SELECT sequence FROM refusal"
    "  WHERE edge = :edge AND sequence > :from),"
    " pair (n, before) AS (SELECT n, lag(n, 1, :from) OVER (ORDER BY n) FROM seen)"
    " SELECT before + 1, n - 1 FROM pair WHERE n > before + 1 ORDER BY n LIMIT :most"
)


@dataclass(slots=True)
class _Known:
    """What the store holds of the things that a batch names."""

    content: dict[str, bytes] = field(default_factory=dict)
    sequences: set[int] = field(default_factory=set)
    receipts: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)

    def take(self, item: Candidate) -> None:
        self.content[item.id] = item.content_sha256
        self.sequences.add(item.sequence)
        if isinstance(item.fact, Page):
            self.receipts.add(item.fact.receipt_id)
            self.tokens.add(item.fact.token_sha256)


class Ledger:
    """The write side of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def absorb(
        self, batch: Batch, now_ms: int, compose: Composer
    ) -> Absorbed | Replayed | KeyReused:
        """Take ``batch`` in, or say what was said to it before."""
        async with self._database.transaction() as tx:
            earlier = await _answered(tx, batch)
            if earlier is not None:
                return earlier
            known = await _known(tx, batch)
            taken, refused, answers = _sort(batch.items, known)
            await _keep(tx, batch.edge, taken, now_ms)
            await project(tx, batch.edge, taken, now_ms)
            await _keep_refused(tx, batch.edge, refused, now_ms)
            ack = await _ack(tx, batch.edge)
            if refused:
                await _make_room(tx, batch.edge, ack.contiguous)
            answer = compose(ack, answers)
            await tx.execute(
                "INSERT INTO answered VALUES (?, ?, ?, ?, ?)",
                (batch.edge, batch.key, batch.fingerprint, answer, now_ms),
            )
        return Absorbed(answer, count(answers))

    async def has(self, edge: str, sequence: int) -> bool:
        """Whether that entry of the till's log is held, or refused for good."""
        row = await self._database.one(
            "SELECT 1 FROM event WHERE edge = ?1 AND sequence = ?2"
            " UNION ALL SELECT 1 FROM refusal WHERE edge = ?1 AND sequence = ?2 LIMIT 1",
            (edge, sequence),
        )
        return row is not None

    async def highest(self, edge: str) -> int:
        """The highest number of that till's log that ever came; 0: none did."""
        row = await self._database.one(
            "SELECT max(coalesce((SELECT max(sequence) FROM event WHERE edge = ?1), 0),"
            " coalesce((SELECT max(sequence) FROM refusal WHERE edge = ?1), 0))",
            (edge,),
        )
        return 0 if row is None else min(int(row[0]), 1 << 53)


def count(answers: Sequence[ItemAnswer]) -> dict[str, int]:
    """How many of each status; those that did not occur are left out."""
    counts: dict[str, int] = {}
    for item in answers:
        counts[item.status] = counts.get(item.status, 0) + 1
    return counts


async def _answered(
    tx: aiosqlite.Connection, batch: Batch
) -> Replayed | KeyReused | None:
    sql = "SELECT fingerprint, answer FROM answered WHERE edge = ? AND key = ?"
    for fingerprint, answer in await rows(tx, sql, (batch.edge, batch.key)):
        same = bytes(fingerprint) == batch.fingerprint
        return Replayed(bytes(answer)) if same else KeyReused()
    return None


async def _known(tx: aiosqlite.Connection, batch: Batch) -> _Known:
    pages = [
        item.fact
        for item in batch.items
        if isinstance(item, Candidate) and isinstance(item.fact, Page)
    ]
    ids = json.dumps([item.id for item in batch.items])
    numbers = json.dumps([item.sequence for item in batch.items])
    receipts = json.dumps([page.receipt_id for page in pages])
    tokens = json.dumps([page.token_sha256 for page in pages])
    content = await rows(tx, _SAME_IDS, (batch.edge, ids))
    sequences = await rows(tx, _SAME_SEQUENCES, (batch.edge, numbers))
    issued = await rows(tx, _SAME_RECEIPTS, (batch.edge, receipts))
    opened = await rows(tx, _SAME_TOKENS, {"tokens": tokens})
    return _Known(
        content={name: bytes(digest) for name, digest in content},
        sequences={number for (number,) in sequences},
        receipts={receipt_id for (receipt_id,) in issued},
        tokens={token for (token,) in opened},
    )


def _sort(
    items: tuple[Candidate | Refusal, ...], known: _Known
) -> tuple[
    list[Candidate], list[tuple[Candidate | Refusal, Problem]], list[ItemAnswer]
]:
    """Judge each item against what is held, and against those before it."""
    taken: list[Candidate] = []
    refused: list[tuple[Candidate | Refusal, Problem]] = []
    answers: list[ItemAnswer] = []
    for item in items:
        if isinstance(item, Refusal):
            refused.append((item, item.problem))
            answers.append(
                ItemAnswer(id=item.id, status="rejected", problem=item.problem)
            )
        elif known.content.get(item.id) == item.content_sha256:
            answers.append(ItemAnswer(id=item.id, status="duplicate"))
        elif (clash := _clash(item, known)) is not None:
            refused.append((item, clash))
            answers.append(ItemAnswer(id=item.id, status="conflict", problem=clash))
        else:
            known.take(item)
            taken.append(item)
            answers.append(ItemAnswer(id=item.id, status="accepted"))
    return taken, refused, answers


def _clash(item: Candidate, known: _Known) -> Problem | None:
    if item.id in known.content:
        return problem("id-conflict")
    if item.sequence in known.sequences:
        return problem("sequence-conflict")
    page = item.fact
    if isinstance(page, Page) and (
        page.receipt_id in known.receipts or page.token_sha256 in known.tokens
    ):
        return problem("receipt-conflict")
    return None


async def _keep(
    tx: aiosqlite.Connection, edge: str, taken: list[Candidate], now_ms: int
) -> None:
    await tx.executemany(
        "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                edge,
                item.id,
                item.sequence,
                item.type,
                getattr(item.fact, "receipt_id", None),
                item.time_ms,
                now_ms,
                item.content_sha256,
                item.body,
            )
            for item in taken
        ],
    )
    # What an older version refused and this one takes is no longer refused.
    await tx.executemany(
        "DELETE FROM refusal WHERE edge = ? AND id = ? AND content_sha256 = ?",
        [(edge, item.id, item.content_sha256) for item in taken],
    )


async def _keep_refused(
    tx: aiosqlite.Connection,
    edge: str,
    refused: list[tuple[Candidate | Refusal, Problem]],
    now_ms: int,
) -> None:
    await tx.executemany(
        "INSERT INTO refusal VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (edge, id, content_sha256) DO NOTHING",
        [
            (
                edge,
                item.id,
                item.content_sha256,
                item.sequence,
                "conflict" if isinstance(item, Candidate) else "rejected",
                why.model_dump_json(exclude_none=True),
                item.body if isinstance(item, Candidate) else None,
                now_ms,
            )
            for item, why in refused
        ],
    )


async def _make_room(tx: aiosqlite.Connection, edge: str, contiguous: int) -> None:
    """Drop the oldest refusals; one above a hole stays, or it would be a hole."""
    await tx.execute(
        "DELETE FROM refusal WHERE rowid IN (SELECT rowid FROM refusal"
        " WHERE edge = ? AND (sequence IS NULL OR sequence <= ?)"
        " ORDER BY received_ms DESC, rowid DESC LIMIT -1 OFFSET ?)",
        (edge, contiguous, MAX_REFUSALS_PER_EDGE),
    )


async def _ack(tx: aiosqlite.Connection, edge: str) -> Ack:
    start = 0
    for (kept,) in await rows(
        tx, "SELECT contiguous FROM height WHERE edge = ?", (edge,)
    ):
        start = int(kept)
    contiguous = start
    for (reached,) in await rows(tx, _REACHED, {"edge": edge, "from": start}):
        contiguous = int(reached)
    await tx.execute(
        "INSERT INTO height VALUES (?, ?)"
        " ON CONFLICT (edge) DO UPDATE SET contiguous = excluded.contiguous",
        (edge, contiguous),
    )
    holes = await rows(tx, _HOLES, {"edge": edge, "from": contiguous, "most": MAX_GAPS})
    return Ack(
        edge=edge,
        contiguous=contiguous,
        gaps=tuple((int(first), int(last)) for first, last in holes),
    )
