"""What a change is written with: a connection in a transaction, the seal, the time."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from agent.store.seal import SHARED, Sealer, place

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a commit was asked for: start number, wall and monotonic clock.

    Order and age survive a wall clock that jumps.
    """

    boot: int
    wall_ms: int
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Pen:
    """What a change is written with."""

    db: sqlite3.Connection
    sealer: Sealer
    stamp: Stamp

    def seal(
        self,
        text: bytes | str,
        table: str,
        key: UUID | str,
        column: str,
        *facts: str | int | UUID | None,
        under: int = SHARED,
    ) -> bytes:
        """Sealed for that place and what stands beside, ``under`` a data key."""
        plain = text.encode() if isinstance(text, str) else text
        return self.sealer.seal(plain, place(table, key, column, *facts), under)

    def key_of(self, receipt: UUID | None) -> int:
        """The data key of a receipt's document; ``SHARED``: it has none (any more)."""
        return self._key("receipt", receipt) if receipt else SHARED

    def key_of_job(self, job: UUID) -> int:
        """The same, of a job."""
        return self._key("job", job)

    def _key(self, table: Literal["receipt", "job"], key: UUID) -> int:
        row = self.db.execute(
            f"SELECT kid FROM {table} WHERE id = ?",  # noqa: S608 -- one of two words
            (key.bytes,),
        ).fetchone()
        return (row and row[0]) or SHARED

    def update(self, sql: str, values: tuple[object, ...]) -> None:
        """An update that should meet one row; a stranger's key is only logged."""
        if self.db.execute(sql, values).rowcount == 0:
            log.warning("a change named a record that is not stored")


@contextmanager
def transaction(db: sqlite3.Connection, sealer: Sealer) -> Generator[None]:
    """All of the block, or none of it; and its data keys likewise."""
    try:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("COMMIT")
    except BaseException:
        sealer.settle(committed=False)
        if db.in_transaction:  # SQLITE_FULL has rolled back by itself
            db.execute("ROLLBACK")
        raise
    sealer.settle(committed=True)
