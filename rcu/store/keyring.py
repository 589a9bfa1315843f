"""The tills' keys: who may speak for which till.

A bearer token is ``key_id.secret``: the id finds the row, the secret (256
random bits) is compared as a SHA-256 in constant time.  A hash without salt or
stretching is enough for a secret that nobody chose.  Enrolling a till again
replaces its key, so a stolen till is shut out by enrolling its successor.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from rcu.seams import Entropy
from rcu.store.db import Database

KEY_ID_BYTES = 6
SECRET_BYTES = 32
MAX_TOKEN_CHARS = 200
"""A longer bearer token is none of ours; it is not even hashed."""

MAX_SIBLINGS = 100
"""Tills of one store; a hypermarket has some sixty."""

_NOBODY = hashlib.sha256(b"no such key").digest()


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A fresh key.  ``token`` exists here and in the till, nowhere else."""

    edge: str
    token: str


class Keyring:
    """Mints and checks bearer tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enrol(self, edge: str, now_ms: int, entropy: Entropy) -> Enrolled:
        """Mint the key of ``edge``; an earlier one stops working."""
        key_id = entropy.draw(KEY_ID_BYTES).hex()
        secret = entropy.draw(SECRET_BYTES).hex()
        async with self._database.transaction() as tx:
            await tx.execute(
                "INSERT INTO edge_key (edge, key_id, secret_sha256, enrolled_ms)"
                " VALUES (?, ?, ?, ?) ON CONFLICT (edge) DO UPDATE SET"
                " key_id = excluded.key_id, secret_sha256 = excluded.secret_sha256,"
                " enrolled_ms = excluded.enrolled_ms",
                (edge, key_id, _hash(secret), now_ms),
            )
        return Enrolled(edge, f"{key_id}.{secret}")

    async def edge_of(self, token: str) -> str | None:
        """The till that this token speaks for, or ``None``."""
        if len(token) > MAX_TOKEN_CHARS:
            return None
        key_id, _, secret = token.partition(".")
        row = await self._database.one(
            "SELECT edge, secret_sha256 FROM edge_key WHERE key_id = ?", (key_id,)
        )
        # An unknown id takes the same road as a wrong secret.
        kept = _NOBODY if row is None else bytes(row[1])
        right = hmac.compare_digest(kept, _hash(secret))
        return str(row[0]) if row is not None and right else None

    async def siblings(self, edge: str) -> list[str]:
        """The other tills of its store (``urn:edge:tenant:store:till``), at most some."""
        store = edge.rpartition(":")[0] + ":"
        rows = await self._database.all(
            "SELECT edge FROM edge_key WHERE edge >= ?1 AND edge < ?1 || char(0x10FFFF)"
            " AND edge <> ?2 ORDER BY edge LIMIT ?3",
            (store, edge, MAX_SIBLINGS),
        )
        return [str(row[0]) for row in rows]


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
