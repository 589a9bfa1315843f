"""The tables of all databases, as their migrations make them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib import import_module
from pkgutil import iter_modules

from agent.store import schema
from rcu import store as rcu_store
from rcu.store.db import Profile

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
    """Of every file that a module of ``rcu.store`` describes."""
    names = [each.name for each in iter_modules(rcu_store.__path__)]
    profiles = {
        id(each): each
        for name in names
        for each in vars(import_module(f"rcu.store.{name}")).values()
        if isinstance(each, Profile)
    }
    found: set[str] = set()
    for profile in profiles.values():
        with closing(sqlite3.connect(":memory:")) as db:
            for script in profile.migrations:
                db.executescript(script)
            found |= {name for (name,) in db.execute(_NAMES)}
    return frozenset(found)
