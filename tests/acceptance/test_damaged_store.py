"""The database is damaged: the till sells on at once, and what can be read comes back."""

from __future__ import annotations

import signal
import sqlite3
from pathlib import Path

import pytest

from tests.acceptance.rig import WAIT_S, patient_shop, ring_up

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

GAVE_UP = 70
"""EX_SOFTWARE: systemd starts a fresh process."""


async def test_a_damaged_database_is_replaced_at_once_and_read_beside(
    tmp_path: Path,
) -> None:
    async with patient_shop(tmp_path) as shop:
        kept = [(await ring_up(shop))[0]["shown"]["id"] for _ in range(3)]
        assert await shop.agent.stop(signal.SIGKILL) == -signal.SIGKILL
        _damage(_database(tmp_path))

        await shop.open_agent()
        new, _ = await ring_up(shop)
        assert new["shown"]["id"] not in kept
        # A process of its own reads the old file; then the agent asks for a fresh start.
        await shop.agent.ended()
        assert await shop.agent.stop() == GAVE_UP

        await shop.open_agent()
        await shop.counter.offered(None, WAIT_S)
        assert {*kept, new["shown"]["id"]} <= _receipts(_database(tmp_path))


def _database(folder: Path) -> Path:
    (found,) = (
        path for path in folder.rglob("agent.db") if path.parent.name == "agent"
    )
    return found


def _damage(path: Path) -> None:
    """A page of the log is noise; all that was committed is in the file before."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    (page,) = db.execute(
        "SELECT max(pageno) FROM dbstat WHERE name = 'event' AND pagetype = 'leaf'"
    ).fetchone()
    db.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 2048 : page * 2048] = bytes([0x5A]) * 2048
    path.write_bytes(content)


def _receipts(path: Path) -> set[str]:
    from uuid import UUID

    db = sqlite3.connect(path)
    try:
        rows = db.execute("SELECT id FROM receipt WHERE body IS NOT NULL")
        return {str(UUID(bytes=key)) for (key,) in rows}
    finally:
        db.close()
