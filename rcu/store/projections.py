"""From events to tables that can be asked: in the same transaction, set by set.

A projection adds, it never decides: each row's key is its event's, so a second
run over the same events would write the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import aiosqlite

from agent.wire.events import (
    ChoiceMade,
    ConsentRecorded,
    DeliveryStatus,
    IdentityCaptured,
)
from rcu.records import Candidate, Page

Row = tuple[Any, ...]


def _receipts(edge: str, taken: list[Candidate], now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, Page):
            receipt = fact.receipt
            body = receipt.model_dump_json().encode()
            yield (
                *(edge, fact.receipt_id, item.id, receipt.kind.value),
                *(receipt.total, receipt.currency, fact.issued_ms, now_ms, body),
            )


def _pages(edge: str, taken: list[Candidate], now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, Page):
            yield fact.token_sha256, edge, fact.receipt_id, now_ms


def _identifiers(edge: str, taken: list[Candidate], _now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, IdentityCaptured):
            what = (fact.receipt_id, fact.kind, fact.value, fact.provenance)
            yield (edge, item.id, *what, item.time_ms)


def _choices(edge: str, taken: list[Candidate], _now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, ChoiceMade):
            what = (fact.receipt_id, fact.choice, fact.by, fact.rule)
            yield (edge, item.id, *what, item.time_ms)


def _consents(edge: str, taken: list[Candidate], _now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, ConsentRecorded):
            what = (fact.receipt_id, fact.purpose, fact.channel, fact.decision)
            how = (fact.method, fact.notice)
            yield (edge, item.id, *what, *how, item.time_ms)


def _deliveries(edge: str, taken: list[Candidate], _now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, DeliveryStatus):
            what = (fact.receipt_id, fact.channel, fact.state, fact.detail)
            yield (edge, item.id, *what, fact.copy_number, item.time_ms)


_TABLES: tuple[
    tuple[str, Callable[[str, list[Candidate], int], Iterator[Row]]], ...
] = (
    ("INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _receipts),
    ("INSERT INTO page VALUES (?, ?, ?, ?)", _pages),
    ("INSERT INTO identifier VALUES (?, ?, ?, ?, ?, ?, ?)", _identifiers),
    ("INSERT INTO choice VALUES (?, ?, ?, ?, ?, ?, ?)", _choices),
    ("INSERT INTO consent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _consents),
    ("INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _deliveries),
)


async def project(
    tx: aiosqlite.Connection, edge: str, taken: list[Candidate], now_ms: int
) -> None:
    """Add the rows of the events that were just taken."""
    for sql, shape in _TABLES:
        rows = list(shape(edge, taken, now_ms))
        if rows:
            await tx.executemany(sql, rows)
