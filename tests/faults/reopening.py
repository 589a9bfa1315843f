"""Opens what a fault has left with the real store, and says which sales it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from agent import cellar
from agent.clock import SystemClock
from agent.errors import StoreError
from agent.ids import JobId
from agent.store.damage import DamagedRecord
from agent.store.settings import StoreSettings
from agent.store.store import Store
from tests.faults.lab import NUMBER

SETTINGS = StoreSettings(reserve_mb=0)


@dataclass(slots=True)
class Found:
    """Of a database: the sales in it, how many jobs cannot be read, or why it is shut."""

    sales: set[str] = field(default_factory=set)
    damaged: int = 0
    wrong: str = ""


@asynccontextmanager
async def reopened(folder: Path, keys: Path) -> AsyncGenerator[Store]:
    """``folder``/agent.db under the key that ``keys`` stands beside.

    Raises:
        StoreError: as the agent's start would see it.
    """
    async with Store.open(
        folder / cellar.DATABASE,
        sealer=cellar.beside(keys),
        clock=SystemClock(),
        settings=SETTINGS,
    ) as store:
        yield store


async def found_in(folder: Path, keys: Path) -> Found:
    """Every job that can be read."""
    try:
        async with reopened(folder, keys) as store:
            return await store._read(lambda db: _sales(store, db))
    except (StoreError, sqlite3.Error) as error:
        return Found(wrong=str(error))


def _sales(store: Store, db: sqlite3.Connection) -> Found:
    found = Found()
    for (key,) in db.execute("SELECT id FROM job").fetchall():
        try:
            raw = store._reads.job_raw(db, JobId(UUID(bytes=key)))
        except DamagedRecord:
            found.damaged += 1
            continue
        found.sales |= {match.decode() for match in NUMBER.findall(raw or b"")}
    return found
