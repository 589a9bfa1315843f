"""Who may look at the fleet: one-time links, and the browsers that used one.

Only hashes are kept.  A link is made by whoever may read the server's folder, so it needs
no password: it is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rcu.store.db import Database, rows

MIGRATION: Final = """
CREATE TABLE operator_link (    -- until it is used, or over
  token_sha256   TEXT    NOT NULL PRIMARY KEY,
  name           TEXT    NOT NULL,
  until_ms       INTEGER NOT NULL
) STRICT;

CREATE TABLE operator_session ( -- a browser that is in
  token_sha256   TEXT    NOT NULL PRIMARY KEY,
  name           TEXT    NOT NULL,
  since_ms       INTEGER NOT NULL,
  until_ms       INTEGER NOT NULL
) STRICT;
"""
MAX_SESSIONS: Final = 200


@dataclass(frozen=True, slots=True)
class Operator:
    """A browser that is in."""

    name: str
    since_ms: int
    until_ms: int


class Operators:
    """Lets them in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def invite(self, digest: str, name: str, until_ms: int, now_ms: int) -> None:
        """A link for that name."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM operator_link WHERE until_ms <= ?", (now_ms,))
            await tx.execute(
                "INSERT INTO operator_link VALUES (?, ?, ?)", (digest, name, until_ms)
            )

    async def invited(self, digest: str, now_ms: int) -> bool:
        """Whether that link still opens."""
        row = await self._database.one(
            "SELECT 1 FROM operator_link WHERE token_sha256 = ? AND until_ms > ?",
            (digest, now_ms),
        )
        return row is not None

    async def enter(
        self, link: str, session: str, now_ms: int, until_ms: int
    ) -> str | None:
        """The link is used up; whose it was."""
        async with self._database.transaction() as tx:
            found = [
                str(row[0])
                for row in await rows(
                    tx,
                    "DELETE FROM operator_link WHERE token_sha256 = ? AND until_ms > ?"
                    " RETURNING name",
                    (link, now_ms),
                )
            ]
            if not found:
                return None
            await tx.execute(
                "DELETE FROM operator_session WHERE until_ms <= ? OR token_sha256 IN"
                " (SELECT token_sha256 FROM operator_session ORDER BY since_ms DESC"
                "  LIMIT -1 OFFSET ?)",
                (now_ms, MAX_SESSIONS - 1),
            )
            await tx.execute(
                "INSERT INTO operator_session VALUES (?, ?, ?, ?)",
                (session, found[0], now_ms, until_ms),
            )
            return found[0]

    async def who(self, session: str, now_ms: int) -> str | None:
        """Whose browser that is."""
        row = await self._database.one(
            "SELECT name FROM operator_session WHERE token_sha256 = ? AND until_ms > ?",
            (session, now_ms),
        )
        return str(row[0]) if row else None

    async def leave(self, session: str) -> None:
        """That browser is out."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "DELETE FROM operator_session WHERE token_sha256 = ?", (session,)
            )

    async def shut_out(self, name: str | None) -> int:
        """All, or those of a name; links too.  How many."""
        async with self._database.transaction() as tx:
            gone = 0
            for table in ("operator_link", "operator_session"):
                done = await tx.execute(
                    f"DELETE FROM {table} WHERE ?1 IS NULL OR name = ?1",  # noqa: S608 -- our own names
                    (name,),
                )
                gone += done.rowcount
            return gone

    async def there(self, now_ms: int) -> list[Operator]:
        """Who is in."""
        found = await self._database.all(
            "SELECT name, since_ms, until_ms FROM operator_session WHERE until_ms > ?"
            " ORDER BY since_ms",
            (now_ms,),
        )
        return [Operator(*row) for row in found]
