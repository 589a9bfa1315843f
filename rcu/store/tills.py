"""The tills that are admitted: their public keys, codes for new ones, what is to be told.

In the keyring's file, which the command line may write while the server reads it.
Enrolling a till again replaces its keys; the ones before are kept, with the time at which
they ceased to count: what was signed under them can still be checked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rcu.store.db import Database, rows

MIGRATION: Final = """
CREATE TABLE till_key (         -- public keys that a till announced
  edge           TEXT    NOT NULL,
  kid            TEXT    NOT NULL,
  purpose        TEXT    NOT NULL,
  alg            TEXT    NOT NULL,
  public         BLOB    NOT NULL,   -- SubjectPublicKeyInfo, DER
  enrolled_ms    INTEGER NOT NULL,
  ended_ms       INTEGER,            -- replaced or revoked
  PRIMARY KEY (kid, edge)
) STRICT;
CREATE INDEX till_key_by_edge ON till_key (edge);

CREATE TABLE enrol_code (       -- one-time codes, found and proved by what follows of them
  finder         TEXT    NOT NULL PRIMARY KEY,
  edge           TEXT    NOT NULL,
  secret         BLOB    NOT NULL,
  until_ms       INTEGER NOT NULL,
  used_kid       TEXT               -- the transport key that it has enrolled
) STRICT;

CREATE TABLE to_tell (          -- orders of the command line, for the server to issue
  n              INTEGER PRIMARY KEY AUTOINCREMENT,
  edge           TEXT    NOT NULL,   -- empty: whoever the order concerns
  type           TEXT    NOT NULL,
  data           TEXT    NOT NULL,
  asked_ms       INTEGER NOT NULL
) STRICT;
"""

MAX_TO_TELL: Final = 100
"""Taken up at once."""


@dataclass(frozen=True, slots=True)
class TillKey:
    """``public``: DER.  ``ended_ms``: since when it does not count."""

    edge: str
    kid: str
    purpose: str
    alg: str
    public: bytes = field(repr=False)
    enrolled_ms: int
    ended_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A code that waits for its till, as far as it is kept."""

    edge: str
    secret: bytes = field(repr=False)
    used_kid: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """An order of the command line.  ``edge`` empty: whoever it concerns."""

    n: int
    edge: str
    type: str
    data: Mapping[str, Any] = field(repr=False)
    asked_ms: int


class Tills:
    """Who may sign for which till."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put_code(
        self, edge: str, finder: str, secret: bytes, until_ms: int, now_ms: int
    ) -> None:
        """A code for that till; an earlier one of the till is void."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "DELETE FROM enrol_code WHERE edge = ? OR until_ms <= ?", (edge, now_ms)
            )
            await tx.execute(
                "INSERT INTO enrol_code VALUES (?, ?, ?, ?, NULL)",
                (finder, edge, secret, until_ms),
            )

    async def code(self, finder: str, now_ms: int) -> Code | None:
        """The code found by that; ``None``: unknown, or its minutes are over."""
        row = await self._database.one(
            "SELECT edge, secret, used_kid FROM enrol_code"
            " WHERE finder = ? AND until_ms > ?",
            (finder, now_ms),
        )
        return Code(row[0], bytes(row[1]), row[2]) if row else None

    async def enrol(
        self, finder: str, edge: str, keys: Sequence[TillKey], now_ms: int
    ) -> bool:
        """These keys and no others count for the till; the code is used up.

        The same transport key may come again (its answer was lost).  ``False``: another
        one was first, or holds the name of a key of this till.
        """
        transport = next(key.kid for key in keys if key.purpose == "transport")
        async with self._database.transaction() as tx:
            found = await rows(
                tx, "SELECT used_kid FROM enrol_code WHERE finder = ?", (finder,)
            )
            if not any(used in (None, transport) for (used,) in found):
                return False
            await tx.execute(
                "UPDATE enrol_code SET used_kid = ? WHERE finder = ?",
                (transport, finder),
            )
            await _end(tx, edge, now_ms)
            for key in keys:
                await tx.execute(
                    "INSERT INTO till_key VALUES (?, ?, ?, ?, ?, ?, NULL)"
                    " ON CONFLICT (kid, edge) DO UPDATE SET ended_ms = NULL",
                    (edge, key.kid, key.purpose, key.alg, key.public, now_ms),
                )
        return True

    async def revoke(self, edge: str, now_ms: int) -> bool:
        """Nothing that this till says is believed any more; whether anything was."""
        async with self._database.transaction() as tx:
            ended = await _end(tx, edge, now_ms)
            tokens = await tx.execute("DELETE FROM edge_key WHERE edge = ?", (edge,))
            codes = await tx.execute("DELETE FROM enrol_code WHERE edge = ?", (edge,))
            return ended + tokens.rowcount + codes.rowcount > 0

    async def transport(self, kid: str) -> TillKey | None:
        """The till that signs its requests by that key now."""
        row = await self._database.one(
            f"{_KEYS} WHERE kid = ? AND purpose = 'transport' AND ended_ms IS NULL",
            (kid,),
        )
        return _key(row) if row else None

    async def signs(self, edge: str) -> bool:
        """Whether that till has a key, so that a token alone is not enough."""
        row = await self._database.one(
            "SELECT 1 FROM till_key WHERE edge = ? AND purpose = 'transport'"
            " AND ended_ms IS NULL",
            (edge,),
        )
        return row is not None

    async def keys(self, edge: str) -> list[TillKey]:
        """All that a till ever announced, the newest first."""
        found = await self._database.all(
            f"{_KEYS} WHERE edge = ? ORDER BY enrolled_ms DESC, kid", (edge,)
        )
        return [_key(row) for row in found]

    async def edges(self) -> list[tuple[str, bool]]:
        """Every till that is admitted, and whether it signs."""
        found = await self._database.all(
            "SELECT edge, max(signs) FROM (SELECT edge, 0 AS signs FROM edge_key"
            " UNION ALL SELECT edge, 1 FROM till_key WHERE ended_ms IS NULL"
            " AND purpose = 'transport') GROUP BY edge ORDER BY edge",
            (),
        )
        return [(str(edge), bool(signs)) for edge, signs in found]

    async def tell(
        self, edge: str, kind: str, data: Mapping[str, Any], now_ms: int
    ) -> None:
        """Leave an order for the server."""
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        async with self._database.transaction() as tx:
            await tx.execute(
                "INSERT INTO to_tell (edge, type, data, asked_ms) VALUES (?, ?, ?, ?)",
                (edge, kind, text, now_ms),
            )

    async def to_tell(self) -> list[Told]:
        """What the server has not issued, oldest first."""
        found = await self._database.all(
            "SELECT n, edge, type, data, asked_ms FROM to_tell ORDER BY n LIMIT ?",
            (MAX_TO_TELL,),
        )
        return [
            Told(n, edge, kind, json.loads(data), asked_ms)
            for n, edge, kind, data, asked_ms in found
        ]

    async def told(self, n: int) -> None:
        """It is issued."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM to_tell WHERE n = ?", (n,))


_KEYS: Final = (
    "SELECT edge, kid, purpose, alg, public, enrolled_ms, ended_ms FROM till_key"
)


def _key(row: Any) -> TillKey:
    edge, kid, purpose, alg, public, enrolled_ms, ended_ms = row
    return TillKey(edge, kid, purpose, alg, bytes(public), enrolled_ms, ended_ms)


async def _end(tx: Any, edge: str, now_ms: int) -> int:
    done = await tx.execute(
        "UPDATE till_key SET ended_ms = ? WHERE edge = ? AND ended_ms IS NULL",
        (now_ms, edge),
    )
    return int(done.rowcount)
