"""Store and keys: whole, ours, closed to others, and fitting each other."""

from __future__ import annotations

import sqlite3
import stat
import time
from pathlib import Path
from typing import Final

from agent import cellar
from agent.errors import ConfigError, StoreError
from agent.it.finding import Finding, Till, aside, bad, ok, skip, warn
from agent.keyring.ring import Keyring, credentials
from agent.store.looking import looking

CHECK_S: Final = 25.0
STEPS: Final = 20_000
"""SQLite's instructions between two looks at the clock."""
PURPOSES: Final = ("consent", "transport", "qr")
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


async def store(till: Till) -> list[Finding]:
    """quick_check, read-only, beside a running agent or not; and that the key opens it."""
    path = cellar.database(till.config)
    if not path.exists():
        return [skip("aucun agent n’a encore tourné ici", "no agent has run here yet")]

    def look() -> list[Finding]:
        try:
            with looking(path) as db:
                answer = _checked(db)
                found = [ok("la base est saine", "the database is sound", str(path))]
                if answer != "ok":
                    found = [_damaged(path, answer)]
                cellar.reading(till.config).on(db)
        except (StoreError, sqlite3.Error) as error:
            return [_damaged(path, str(error))]
        if path.stat().st_mode & OTHERS:
            remedy = f"chmod 0600 {path}"
            found.append(
                bad(
                    ("la base est lisible par d’autres", "others may read it"),
                    (remedy,) * 2,
                )
            )
        return found

    return await aside(look)


def _checked(db: sqlite3.Connection) -> str:
    ends_s = time.monotonic() + CHECK_S
    db.set_progress_handler(lambda: time.monotonic() > ends_s, STEPS)
    (answer,) = db.execute("PRAGMA quick_check(1)").fetchone()
    return str(answer)


def _damaged(path: Path, why: str) -> Finding:
    return bad(
        ("la base ne peut pas être lue", "the database cannot be read"),
        (
            (
                "endommagée : redémarrez l’agent, il la met de côté et reprend ce qu’il peut ; "
                "clé manquante : remettez store.key"
            ),
            (
                "damaged: restart the agent, it puts it aside and takes over what it can; a "
                "missing key: put store.key back"
            ),
        ),
        f"{path}: {why}"[:200],
    )


async def keys(till: Till) -> list[Finding]:
    """Those that sign and seal: there, and nobody else's to read."""
    config = till.config

    def look() -> list[Finding]:
        make = ("receipt-agent keys init",) * 2
        try:
            known = Keyring(config.keys_dir, credentials()).public()
            sealed = cellar.store_keys(config).read()
        except (ConfigError, OSError) as error:
            closed = f"chmod -R u=rwX,go= {config.keys_dir}"
            return [
                bad(
                    ("une clé ne peut pas servir", "a key cannot be used"),
                    (closed, closed),
                    str(error),
                )
            ]
        there = {key.purpose for key in known}
        missing = [each for each in PURPOSES if each not in there]
        found = []
        if missing:
            found.append(
                bad(("des clés manquent", "keys are missing"), make, ", ".join(missing))
            )
        if not sealed and not cellar.database(config).exists():
            found.append(
                warn(
                    ("pas encore de clé pour la base", "no key for the database"), make
                )
            )
        return found or [
            ok("les clés sont là", "the keys are there", str(config.keys_dir))
        ]

    return await aside(look)
