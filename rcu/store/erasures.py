"""A person goes: receipts, contacts, consents, account, pages, letters; numbers stay.

What an identifier finds is emptied, as retention empties it: the row of an event stays
without its body, since the till's numbering, the day's closing and the duplicate check
rest on it.  Of a consent the purpose, the decision and the hash of its record stay, and
of an objection whom it binds, by the till's keyed hash (GDPR, art. 17(3)(b) and (e);
DOMAIN G09).  In slices; safe to repeat; a second time there is nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import aiosqlite

from rcu.store import standing
from rcu.store.db import Database, rows
from rcu.store.retention import empty

MIGRATION: Final = """
CREATE TABLE erasure (          -- what was erased here, on whose request; names nobody
  request        TEXT    NOT NULL PRIMARY KEY,
  about          TEXT    NOT NULL,   -- of its order, as long as that stands
  asked_ms       INTEGER NOT NULL,
  done_ms        INTEGER,
  again          INTEGER NOT NULL DEFAULT 1,  -- a till has proved it since
  counts         TEXT    NOT NULL DEFAULT '{}',
  certificate    TEXT    NOT NULL DEFAULT ''  -- the counts, signed
) STRICT;

ALTER TABLE consent ADD COLUMN record_sha256 BLOB;
CREATE INDEX identifier_by_any_key ON identifier (kind, key);
CREATE INDEX page_by_receipt ON page (edge, receipt_id);
CREATE INDEX sms_report_by_reference ON sms_report (reference);
CREATE INDEX feed_of_contacts ON feed (type)
 WHERE type IN ('choice.wished.v1', 'mail.reported.v1');
"""

SLICE: Final = 50
"""Receipts a transaction, with all that belongs to them."""


@dataclass(frozen=True, slots=True)
class Whom:
    """One identifier, in all its spellings: match key, value, as the order has it.

    ``about``: under what orders about it stand.
    """

    kind: str
    spellings: frozenset[str] = field(repr=False)
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """An erasure that is to be done, or done again."""

    request: str
    about: str
    asked_ms: int
    data: bytes = field(repr=False)
    first: bool


# Told before the request, or captured before it and told late.
_FOUND: Final = (
    "SELECT edge, event_id, receipt_id, unlinked_ms IS NULL FROM identifier"
    " WHERE rowid IN (SELECT rowid FROM identifier WHERE kind = :kind"
    "  AND value IN (SELECT value FROM json_each(:said))"
    "  UNION SELECT rowid FROM identifier WHERE kind = :kind"
    "  AND key IN (SELECT value FROM json_each(:said)))"
    " AND (time_ms <= :asked OR (SELECT received_ms FROM event WHERE"
    "  event.edge = identifier.edge AND event.id = identifier.event_id) <= :asked)"
    " LIMIT :most"
)
_OF_THE_SALE: Final = (
    "SELECT receipt_id FROM attached WHERE edge = ?1 AND sale_id = ?2"
    " UNION SELECT sale_id FROM attached WHERE edge = ?1 AND receipt_id = ?2"
)
_SUBJECTS: Final = (
    "SELECT DISTINCT subject FROM consent WHERE edge = ?1 AND receipt_id = ?2"
    " AND subject <> '' AND json_extract(nullif(record, ''), '$.identifier') = ?3"
)
_ALONE: Final = (
    "SELECT count(DISTINCT key) FROM identifier"
    " WHERE edge = ? AND receipt_id = ? AND kind = ?"
)
_RECORDS: Final = (
    "SELECT edge, event_id, record, decision, subject FROM consent"
    " WHERE record <> '' AND {}"
)
_REFUSED: Final = (
    "UPDATE refusal SET body = NULL WHERE body IS NOT NULL AND edge = ?1"
    " AND json_extract(CAST(body AS TEXT), '$.data.receipt_id') = ?2"
)
# Of types that this version cannot read, and of none of the receipts: looked through.
_SAYS: Final = (
    "SET body = NULL WHERE body IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(:said)"
    "  WHERE instr(CAST(body AS TEXT), '\"' || value || '\"'))"
)
_UNREAD: Final = (
    f"UPDATE event {_SAYS} AND min(time_ms, received_ms) <= :asked"
    " AND edge = :edge AND receipt_id IS NULL"
)
_CONFLICTS: Final = f"UPDATE refusal {_SAYS} AND received_ms <= :asked"
_OF_RECEIPT: Final = (
    (
        "DELETE FROM sms_report WHERE reference IN (SELECT detail FROM delivery"
        " WHERE edge = ?1 AND receipt_id = ?2 AND channel = 'sms')"
    ),
    "UPDATE delivery SET detail = '' WHERE edge = ?1 AND receipt_id = ?2",
    "DELETE FROM mail_report WHERE edge = ?1 AND receipt_id = ?2",
    "DELETE FROM code WHERE edge = ?1 AND receipt_id = ?2",
    (
        "DELETE FROM reserved WHERE page_sha256 IN (SELECT token_sha256 FROM page"
        " WHERE edge = ?1 AND receipt_id = ?2)"
    ),
    (
        "DELETE FROM feed WHERE edge = ?1 AND id IN (SELECT wish FROM wish"
        " WHERE edge = ?1 AND receipt_id = ?2)"
    ),
    (
        "DELETE FROM feed WHERE type = 'mail.reported.v1' AND"
        " json_extract(CAST(data AS TEXT), '$.receipt_id') = ?2"
    ),
)
_LETTERS: Final = (
    "DELETE FROM feed WHERE type IN ('choice.wished.v1', 'mail.reported.v1')"
    " AND time_ms <= :asked AND EXISTS (SELECT 1 FROM json_each(:said) WHERE"
    " lower(json_extract(CAST(data AS TEXT), '$.contact')) = lower(value))"
)
_LINKS: Final = (
    "DELETE FROM login WHERE json_extract(address, '$[0]') = :kind AND"
    " (json_extract(address, '$[1]') IN (SELECT value FROM json_each(:said))"
    "  OR json_extract(address, '$[2]') IN (SELECT value FROM json_each(:said)))"
)
_ACCOUNTS: Final = (
    "SELECT account FROM account_identity WHERE kind = :kind"
    " AND key IN (SELECT value FROM json_each(:said)) AND claimed_ms <= :asked"
)
_OF_ACCOUNT: Final = (
    "DELETE FROM account_identity WHERE account = ?",
    "DELETE FROM account_session WHERE account = ?",
    "DELETE FROM account WHERE id = ?",
)
_DUE: Final = (
    "SELECT request, about, asked_ms, data, done_ms IS NULL FROM erasure"
    " JOIN standing USING (about, request) WHERE again OR done_ms IS NULL OR :all"
    " ORDER BY asked_ms"
)


class Erasures:
    """Erases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, request: str, about: str, asked_ms: int) -> None:
        """It is to be done; asked twice it is asked once."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "INSERT INTO erasure (request, about, asked_ms) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (request, about, asked_ms),
            )

    async def due(self, *, all_that_stand: bool = False) -> list[Open]:
        """Those that are not done, or for which a till has sent something since."""
        found = await self._database.all(_DUE, {"all": all_that_stand})
        return [
            Open(request, about, asked_ms, bytes(data), bool(first))
            for request, about, asked_ms, data, first in found
        ]

    async def erase(self, request: str, whom: Iterable[Whom], asked_ms: int) -> int:
        """Everything of those identifiers that was here, or was captured, before that.

        What is counted under the request is counted in the commit that erases it.
        How much was found now: a second time nothing.
        """
        before = (await self.counts(request)).total()
        for one in whom:
            said = {
                "kind": one.kind,
                "said": json.dumps(sorted(one.spellings)),
                "asked": asked_ms,
                "most": SLICE,
            }
            while await self._slice(request, said):
                pass
            await self._person(request, one, said)
            await self._unread(request, said)
        return (await self.counts(request)).total() - before

    async def counts(self, request: str) -> Counter[str]:
        """All that was erased under that request."""
        sql = "SELECT counts FROM erasure WHERE request = ?"
        row = await self._database.one(sql, (request,))
        return Counter(json.loads(row[0]) if row else {})

    async def certify(self, request: str, certificate: str, now_ms: int) -> None:
        """It is done; an empty certificate leaves the one that is there."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE erasure SET again = 0, done_ms = coalesce(done_ms, ?2),"
                " certificate = CASE ?3 WHEN '' THEN certificate ELSE ?3 END"
                " WHERE request = ?1",
                (request, now_ms, certificate),
            )

    async def scrub(self) -> bool:
        """Nothing of it is left in the files; ``False``: somebody reads, try again."""
        return await self._database.scrub()

    # -- one transaction each -----------------------------------------------------

    @asynccontextmanager
    async def _counting(
        self, request: str
    ) -> AsyncGenerator[tuple[aiosqlite.Connection, Counter[str]]]:
        """A transaction in which what is counted is added to the request's counts."""
        async with self._database.transaction() as tx:
            done: Counter[str] = Counter()
            yield tx, done
            sql = "SELECT counts FROM erasure WHERE request = ?"
            for (counts,) in [*await rows(tx, sql, (request,))]:
                total = Counter(json.loads(counts)) + done
                await tx.execute(
                    "UPDATE erasure SET counts = ? WHERE request = ?",
                    (json.dumps(total), request),
                )

    async def _slice(self, request: str, said: Mapping[str, Any]) -> int:
        """The next receipts of that identifier; how many rows were found.

        With what was decided by the contact elsewhere: who that is, is known by these
        rows alone, and a crash behind their commit would leave it.
        """
        subjects: set[str] = set()
        async with self._counting(request) as (tx, done):
            found = [*await rows(tx, _FOUND, said)]
            for edge, event_id, receipt_id, linked in found:
                done["identifiers"] += 1
                if linked:
                    subjects |= await _subjects(tx, edge, receipt_id, said["kind"])
                    await _receipts(tx, edge, receipt_id, done)
                for sql in (
                    "DELETE FROM identifier WHERE edge = ? AND event_id = ?",
                    "UPDATE event SET body = NULL WHERE edge = ? AND id = ?",
                ):
                    await tx.execute(sql, (edge, event_id))
            for subject in sorted(subjects):
                sql = _RECORDS.format("subject = ? AND subject <> ''")
                await _empty_records(tx, [*await rows(tx, sql, (subject,))], done)
        return len(found)

    async def _person(self, request: str, one: Whom, said: Mapping[str, Any]) -> None:
        """What is about the identifier and about no receipt."""
        async with self._counting(request) as (tx, done):
            for (account,) in [*await rows(tx, _ACCOUNTS, said)]:
                done["accounts"] += 1
                for sql in _OF_ACCOUNT:
                    await tx.execute(sql, (account,))
            done["links"] += (await tx.execute(_LINKS, said)).rowcount
            done["letters"] += (await tx.execute(_LETTERS, said)).rowcount
            done["conflicts"] += (await tx.execute(_CONFLICTS, said)).rowcount
            for about in one.about:
                done["preferences"] += await standing.drop(tx, about, said["asked"])

    async def _unread(self, request: str, said: Mapping[str, Any]) -> None:
        for (edge,) in await self._database.all("SELECT edge FROM height", ()):
            async with self._counting(request) as (tx, done):
                there = await tx.execute(_UNREAD, {**said, "edge": edge})
                done["entries"] += there.rowcount


async def _subjects(
    tx: aiosqlite.Connection, edge: str, receipt_id: str, kind: str
) -> set[str]:
    """Under which keyed hashes the till knows that contact.

    Where two contacts of a kind got the receipt, nobody here can tell whose is whose.
    """
    for (count,) in await rows(tx, _ALONE, (edge, receipt_id, kind)):
        if count != 1:
            return set()
    found = await rows(tx, _SUBJECTS, (edge, receipt_id, kind))
    return {str(subject) for (subject,) in found}


async def _receipts(
    tx: aiosqlite.Connection, edge: str, receipt_id: str, done: Counter[str]
) -> None:
    """The receipt, its card slips or its sale, and all that hangs on them."""
    others = await rows(tx, _OF_THE_SALE, (edge, receipt_id))
    keys = [(edge, name) for name in sorted({receipt_id, *(row[0] for row in others)})]
    for key in keys:
        sql = "SELECT count(*) FROM receipt WHERE edge = ? AND receipt_id = ?"
        for (count,) in await rows(tx, sql, key):
            done["receipts"] += count
        found = await rows(tx, _RECORDS.format("edge = ? AND receipt_id = ?"), key)
        await _empty_records(tx, [*found], done)
        for sql in (*_OF_RECEIPT, _REFUSED):
            await tx.execute(sql, key)
        await tx.execute(
            "INSERT INTO closed_page SELECT token_sha256, received_ms FROM page"
            " WHERE edge = ? AND receipt_id = ? ON CONFLICT DO NOTHING",
            key,
        )
        closed = await tx.execute(
            "DELETE FROM page WHERE edge = ? AND receipt_id = ?", key
        )
        done["pages"] += closed.rowcount
    await empty(tx, keys)


async def _empty_records(
    tx: aiosqlite.Connection, found: Sequence[Any], done: Counter[str]
) -> None:
    """The hash stays, and of an objection whom it binds."""
    for edge, event_id, record, decision, subject in found:
        digest = hashlib.sha256(str(record).encode()).digest()
        kept = subject if decision == "objected" else ""
        await tx.execute(
            "UPDATE consent SET record = '', subject = ?, record_sha256 = ?"
            " WHERE edge = ? AND event_id = ?",
            (kept, digest, edge, event_id),
        )
        await tx.execute(
            "UPDATE event SET body = NULL WHERE edge = ? AND id = ?", (edge, event_id)
        )
        done["consents"] += 1
