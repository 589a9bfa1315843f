"""From events to tables that can be asked: in the same transaction, set by set.

A projection adds, it never decides: each row's key is its event's, so a second
run over the same events would write the same rows.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import aiosqlite

from agent.identity import contacts
from agent.identity.kinds import Contact
from agent.wire import upfront
from agent.wire.closing import DayClosed
from agent.wire.events import (
    ChoiceAnswered,
    ChoiceMade,
    ConsentRecorded,
    DeliveryStatus,
    IdentityCaptured,
    IdentityRefused,
    PageReserved,
    PhoneInvited,
    ReceiptAttached,
    ReceiptVoided,
)
from agent.wire.orders import OrderApplied
from agent.wire.shortcode import VALID_S
from rcu.kinds import kind_of
from rcu.records import Candidate, Page
from rcu.store import orders
from rcu.store.accounts import answer, prove

Row = tuple[Any, ...]


def _receipts(edge: str, taken: list[Candidate], now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, Page):
            receipt = fact.receipt
            body = receipt.model_dump_json().encode()
            yield (
                *(edge, fact.receipt_id, item.id, kind_of(receipt)),
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
            yield (edge, item.id, *what, item.time_ms, _key(fact))


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
            proof = (fact.record, _subject(fact.record))
            yield (edge, item.id, *what, *how, item.time_ms, *proof)


def _deliveries(edge: str, taken: list[Candidate], _now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, DeliveryStatus):
            what = (fact.receipt_id, fact.channel, fact.state, fact.detail)
            yield (edge, item.id, *what, fact.copy_number, item.time_ms)


def _attached(edge: str, taken: list[Candidate], _now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, ReceiptAttached):
            yield edge, item.id, fact.receipt_id, fact.to, item.time_ms


def _voided(edge: str, taken: list[Candidate], _now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, ReceiptVoided):
            yield edge, item.id, fact.receipt_id, fact.by, fact.number, item.time_ms


def _invited(edge: str, taken: list[Candidate], _now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, PhoneInvited):
            body = fact.model_dump_json(exclude={"token", "finder", "code_until"})
            yield edge, fact.receipt_id, item.sequence, body.encode()


def _codes(edge: str, taken: list[Candidate], now_ms: int) -> Iterator[Row]:
    for item in taken:
        fact = item.fact
        if isinstance(fact, PhoneInvited) and fact.finder and fact.code_until:
            until_ms = min(_ms(fact.code_until), now_ms + VALID_S * 1000)
            yield fact.finder, edge, fact.receipt_id, fact.token, until_ms


def _reserved(edge: str, taken: list[Candidate], now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, PageReserved):
            until_ms = min(_ms(fact.until), now_ms + upfront.VALID_S * 1000)
            yield fact.finder, edge, fact.sealed, fact.number, until_ms


def _answers(edge: str, taken: list[Candidate], _now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, ChoiceAnswered):
            yield fact.status, fact.code, edge, fact.wish


def _refused(edge: str, taken: list[Candidate], now_ms: int) -> Iterator[Row]:
    for item in taken:
        if isinstance(fact := item.fact, IdentityRefused):
            yield now_ms, edge, fact.receipt_id, fact.kind, item.sequence


def _key(fact: IdentityCaptured) -> str:
    """Equal for two spellings of one contact; of what is none as it was told."""
    found = contacts.read(fact.kind, fact.value)
    return found.key if isinstance(found, Contact) else fact.value


def _ms(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)


def _subject(record: str) -> str:
    """Under which keyed hash a consent is found; its record was read before."""
    return str(json.loads(record)["subject"]) if record else ""


# Whoever a mail reached may have said so before the till tells of the address.
_INSERT_IDENTIFIER = (
    "INSERT INTO identifier VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
    " (SELECT told_ms FROM not_me WHERE edge = ?1 AND receipt_id = ?3"
    "  AND ?4 IN ('email', 'phone')), ?8)"
)

_INSERT_CONSENT = (
    "INSERT INTO consent (edge, event_id, receipt_id, purpose, channel, decision,"
    " method, notice, time_ms, record, subject) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

# The till's later word counts; batches come in any order after a refusal.
_UPSERT_INVITED = (
    "INSERT INTO invited VALUES (?, ?, ?, ?) ON CONFLICT (edge, receipt_id) DO UPDATE"
    " SET sequence = excluded.sequence, body = excluded.body"
    " WHERE excluded.sequence > sequence"
)
# Two receipts of one code: it must not lead to a stranger's, so it leads nowhere.
_INSERT_CODE = (
    "INSERT INTO code VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (finder) DO UPDATE SET until_ms = 0"
)
_INSERT_RESERVED = (
    "INSERT INTO reserved (finder, edge, sealed, number, until_ms)"
    " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_UNLINK = (
    "UPDATE identifier SET unlinked_ms = ?1 WHERE edge = ?2 AND receipt_id = ?3"
    " AND kind = ?4 AND unlinked_ms IS NULL AND event_id IN"
    " (SELECT id FROM event WHERE edge = ?2 AND receipt_id = ?3 AND sequence < ?5)"
)

_TABLES: tuple[
    tuple[str, Callable[[str, list[Candidate], int], Iterator[Row]]], ...
] = (
    ("INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _receipts),
    ("INSERT INTO page VALUES (?, ?, ?, ?)", _pages),
    (_INSERT_IDENTIFIER, _identifiers),
    ("INSERT INTO choice VALUES (?, ?, ?, ?, ?, ?, ?)", _choices),
    (_INSERT_CONSENT, _consents),
    ("INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _deliveries),
    ("INSERT INTO attached VALUES (?, ?, ?, ?, ?)", _attached),
    ("INSERT INTO voided VALUES (?, ?, ?, ?, ?, ?)", _voided),
    (_UPSERT_INVITED, _invited),
    (_INSERT_CODE, _codes),
    (_INSERT_RESERVED, _reserved),
    ("UPDATE wish SET status = ?, why = ? WHERE edge = ? AND wish = ?", _answers),
    (_UNLINK, _refused),
)


async def project(
    tx: aiosqlite.Connection, edge: str, taken: list[Candidate], now_ms: int
) -> None:
    """Add the rows of the events that were just taken."""
    for sql, shape in _TABLES:
        rows = list(shape(edge, taken, now_ms))
        if rows:
            await tx.executemany(sql, rows)
    await answer(tx, edge, taken, now_ms)
    await prove(tx, edge, taken, now_ms)
    for item in taken:
        match item.fact:
            case OrderApplied() as proof:
                await orders.proved(tx, edge, proof, now_ms)
            case DayClosed() as day:
                await orders.closed(tx, edge, day, item.sequence, now_ms)
            case _:
                pass
