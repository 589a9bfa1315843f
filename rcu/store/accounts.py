"""Customers' accounts: who proved an address, and which receipts are theirs.

A receipt points to identifiers, an account claims identifiers: so a receipt that came
before its account is found by it, and no receipt is rewritten when somebody claims or
gives up one.  Links and sessions are kept as SHA-256 of what opens them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import uuid4

import aiosqlite

from agent.identity import contacts
from agent.identity.kinds import Contact
from agent.wire.events import AccountPushed, ProofSent
from agent.wire.feed import ACCOUNT_ANSWERED, AccountAnswered
from agent.wire.receipt import Receipt
from rcu.records import Candidate
from rcu.store.db import Database, rows
from rcu.store.feed import Waiting, put_down

ANSWER_KEPT_MS: Final = 30 * 86_400_000
"""A till that is off for longer has told its customer something else."""
MAX_IDENTITIES: Final = 12
"""Of one account: addresses and cards of a family."""
PROOF_KEPT_MS: Final = 7 * 86_400_000
"""Of a text message: its receipt is looked at within days, its number lives on."""
PAGE: Final = 20
SEARCHED: Final = 500
"""Receipts that a search looks through, newest first: two years of a busy family."""

_MINE: Final = (
    "SELECT DISTINCT receipt.edge, receipt.receipt_id, receipt.issued_ms,"
    " receipt.received_ms, receipt.body FROM account_identity AS mine"
    " JOIN identifier USING (kind, key) JOIN receipt"
    " ON receipt.edge = identifier.edge AND receipt.receipt_id = identifier.receipt_id"
    " WHERE mine.account = :account AND identifier.unlinked_ms IS NULL"
)
_STILL_LINKED: Final = (
    "SELECT kind, value FROM identifier"
    " WHERE edge = ? AND event_id = ? AND unlinked_ms IS NULL"
)
_GONE: Final = (
    (
        "DELETE FROM login WHERE EXISTS (SELECT 1 FROM account_identity"
        " WHERE account = ? AND kind = json_extract(address, '$[0]')"
        " AND key = json_extract(address, '$[2]'))"
    ),
    "DELETE FROM account_identity WHERE account = ?",
    "DELETE FROM account_session WHERE account = ?",
    "DELETE FROM account WHERE id = ?",
)
_OWNER: Final = (
    "SELECT account FROM identifier JOIN account_identity USING (kind, key)"
    " WHERE edge = ? AND receipt_id = ? AND unlinked_ms IS NULL LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What an account is known by; ``shown``: masked."""

    kind: Literal["email", "phone", "loyalty"]
    shown: str


@dataclass(frozen=True, slots=True)
class Mine:
    """One receipt of an account."""

    edge: str
    receipt_id: str
    issued_ms: int
    received_ms: int
    receipt: Receipt = field(repr=False)


class Accounts:
    """Reads and writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- who is there ----------------------------------------------------------

    async def invite(self, token_sha256: str, address: str, until_ms: int) -> None:
        """A link that proves an address, once, until then."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "INSERT INTO login VALUES (?, ?, ?)", (token_sha256, address, until_ms)
            )

    async def invited(self, token_sha256: str, now_ms: int) -> bool:
        """Whether such a link still opens something; asking uses nothing up."""
        return await self._address(token_sha256, now_ms) is not None

    async def enter(
        self, token_sha256: str, session_sha256: str, now_ms: int, until_ms: int
    ) -> str | None:
        """Use the link up: a session of whoever has that address; the address.

        ``None``: used, too old or never given out.
        """
        address = await self._address(token_sha256, now_ms)
        async with self._database.transaction() as tx:
            used = await tx.execute(
                "DELETE FROM login WHERE token_sha256 = ? AND until_ms > ?",
                (token_sha256, now_ms),
            )
            if address is None or not used.rowcount:
                return None
            account = await _account(tx, _contact(address), now_ms)
            await tx.execute(
                "INSERT INTO account_session VALUES (?, ?, ?)",
                (session_sha256, account, until_ms),
            )
        return address

    async def account_of(self, session_sha256: str, now_ms: int) -> str | None:
        """Whose session that is."""
        row = await self._database.one(
            "SELECT account FROM account_session"
            " WHERE token_sha256 = ? AND until_ms > ?",
            (session_sha256, now_ms),
        )
        return None if row is None else str(row[0])

    async def leave(self, session_sha256: str) -> None:
        """End a session."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "DELETE FROM account_session WHERE token_sha256 = ?", (session_sha256,)
            )

    async def _address(self, token_sha256: str, now_ms: int) -> str | None:
        row = await self._database.one(
            "SELECT address FROM login WHERE token_sha256 = ? AND until_ms > ?",
            (token_sha256, now_ms),
        )
        return None if row is None else str(row[0])

    # -- what is theirs ----------------------------------------------------------

    async def identities(self, account: str) -> list[Identity]:
        """By what it is known."""
        found = await self._database.all(
            "SELECT kind, shown FROM account_identity WHERE account = ?"
            " ORDER BY claimed_ms, kind LIMIT ?",
            (account, MAX_IDENTITIES),
        )
        return [Identity(kind, shown) for kind, shown in found]

    async def receipts(
        self, account: str, limit: int = PAGE, before: tuple[int, str] | None = None
    ) -> list[Mine]:
        """Newest first, from behind ``before`` (time and id of the last one seen)."""
        at_ms, name = before or (1 << 62, "")
        found = await self._database.all(
            f"{_MINE} AND (receipt.issued_ms, receipt.receipt_id) < (:at, :name)"
            " ORDER BY receipt.issued_ms DESC, receipt.receipt_id DESC LIMIT :most",
            {"account": account, "at": at_ms, "name": name, "most": limit},
        )
        return [_mine(*row) for row in found]

    async def receipt(self, account: str, receipt_id: str) -> Mine | None:
        """One of theirs, and of nobody else."""
        found = await self._database.all(
            f"{_MINE} AND receipt.receipt_id = :receipt LIMIT 1",
            {"account": account, "receipt": receipt_id},
        )
        return next((_mine(*row) for row in found), None)

    async def claim_card(
        self, account: str, card: Contact, total: int, day: str, now_ms: int
    ) -> bool:
        """A card is theirs who can say what was paid with it: sum and day of a receipt.

        ``False``: no such receipt, another has that card, or they have many.
        """
        bodies = await self._database.all(
            "SELECT receipt.body FROM identifier JOIN receipt USING (edge, receipt_id)"
            " WHERE identifier.kind = 'loyalty' AND key = ? AND unlinked_ms IS NULL"
            " AND receipt.total = ? LIMIT 50",
            (card.key, total),
        )
        days = {
            receipt.date.isoformat()
            for (body,) in bodies
            if (receipt := Receipt.model_validate_json(body)).date is not None
        }
        if day not in days:
            return False
        async with self._database.transaction() as tx:
            made = await tx.execute(
                "INSERT INTO account_identity SELECT ?1, ?2, ?3, ?4, ?5"
                " WHERE (SELECT count(*) FROM account_identity WHERE account = ?3) < ?6"
                " ON CONFLICT DO NOTHING",
                ("loyalty", card.key, account, card.mask, now_ms, MAX_IDENTITIES),
            )
            return made.rowcount == 1

    async def erase(self, account: str, now_ms: int) -> None:
        """The account, its sessions, and what ties its receipts to somebody."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE identifier SET unlinked_ms = ?1 WHERE unlinked_ms IS NULL"
                " AND (kind, key) IN"
                "  (SELECT kind, key FROM account_identity WHERE account = ?2)",
                (now_ms, account),
            )
            for sql in _GONE:
                await tx.execute(sql, (account,))


async def answer(
    tx: aiosqlite.Connection, edge: str, taken: list[Candidate], now_ms: int
) -> None:
    """Tell the till of each receipt that is to go into an account, whether it is in one.

    In the transaction that took them in, behind the identifiers that came along.
    """
    for item in taken:
        if isinstance(pushed := item.fact, AccountPushed):
            found = await rows(tx, _OWNER, (edge, pushed.receipt_id))
            said = AccountAnswered(
                receipt_id=pushed.receipt_id,
                number=pushed.number,
                status="filled" if list(found) else "unknown",
            )
            data = said.model_dump_json().encode()
            down = Waiting(0, str(uuid4()), ACCOUNT_ANSWERED, now_ms, data)
            await put_down(tx, edge, down, now_ms + ANSWER_KEPT_MS)


async def prove(
    tx: aiosqlite.Connection, edge: str, taken: list[Candidate], now_ms: int
) -> None:
    """A message with a proof went to a contact: who shows it in time has that contact."""
    for item in taken:
        if not isinstance(sent := item.fact, ProofSent):
            continue
        for kind, value in await rows(tx, _STILL_LINKED, (edge, sent.identity)):
            found = contacts.read(kind, value)
            if isinstance(found, Contact):
                row = (sent.proof_sha256, kept(found), now_ms + PROOF_KEPT_MS)
                await tx.execute(
                    "INSERT INTO login VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row
                )


async def _account(tx: aiosqlite.Connection, address: Contact, now_ms: int) -> str:
    """Of that address: the one there is, or a new one."""
    who = (address.kind, address.key)
    sql = "SELECT account FROM account_identity WHERE kind = ? AND key = ?"
    for (account,) in await rows(tx, sql, who):
        return str(account)
    account = str(uuid4())
    await tx.execute("INSERT INTO account VALUES (?, ?)", (account, now_ms))
    await tx.execute(
        "INSERT INTO account_identity VALUES (?, ?, ?, ?, ?)",
        (*who, account, address.mask, now_ms),
    )
    return account


def _contact(address: str) -> Contact:
    """As it was kept: JSON of what was read once."""
    kind, value, key, mask = json.loads(address)
    return Contact(kind, value, key, mask)


def kept(contact: Contact) -> str:
    """For :meth:`Accounts.invite`."""
    return json.dumps([contact.kind, contact.value, contact.key, contact.mask])


def _mine(
    edge: str, receipt_id: str, issued_ms: int, received_ms: int, body: bytes
) -> Mine:
    receipt = Receipt.model_validate_json(body)
    return Mine(edge, receipt_id, issued_ms, received_ms, receipt)
