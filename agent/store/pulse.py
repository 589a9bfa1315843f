"""What a heartbeat asks of the database: counts and times, nothing sealed."""

from __future__ import annotations

import sqlite3

from agent.store.seal import Sealer


def newest_receipt_ms(db: sqlite3.Connection, _: Sealer) -> int | None:
    """When the last receipt was understood; Unix milliseconds."""
    row = db.execute("SELECT at_ms FROM receipt ORDER BY n DESC LIMIT 1").fetchone()
    return int(row[0]) if row else None
