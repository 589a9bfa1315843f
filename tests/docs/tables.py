"""The tables of the two databases, as their migrations make them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from agent.store import schema
from rcu.store.schema import KEYRING, LEDGER

_NAMES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
)


def of_the_till() -> frozenset[str]:
    with closing(sqlite3.connect(":memory:")) as db:
        for migration in schema.MIGRATIONS:
            for statement in migration:
                db.execute(statement)
        return frozenset(name for (name,) in db.execute(_NAMES))


def of_the_centre() -> frozenset[str]:
    found: set[str] = set()
    for profile in (LEDGER, KEYRING):
        with closing(sqlite3.connect(":memory:")) as db:
            for script in profile.migrations:
                db.executescript(script)
            found |= {name for (name,) in db.execute(_NAMES)}
    return frozenset(found)
