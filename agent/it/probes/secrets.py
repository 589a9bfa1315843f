"""The store: whole, closed to others, and under the key that is here."""

from __future__ import annotations

import sqlite3
import stat
import time
from pathlib import Path
from typing import Final

from agent import cellar
from agent.config import Config
from agent.errors import StoreError
from agent.it.finding import Finding, Till, aside, bad, ok, skip
from agent.keyring.store_key import NAME
from agent.store.looking import looking

CHECK_S: Final = 25.0
STEPS: Final = 20_000
"""SQLite's instructions between two looks at the clock."""
CREDSTORES: Final = (Path("/etc/credstore.encrypted"), Path("/etc/credstore"))
"""Where ``LoadCredentialEncrypted=`` and ``LoadCredential=`` look (systemd.exec(5))."""
SEALED: Final = (
    "la clé de la base est scellée pour le service : receipt-agent status dit comment va la base",
    "the database’s key is sealed for the service: receipt-agent status says how it is",
)
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
            if isinstance(error, StoreError) and is_sealed(till.config, NAME):
                return [skip(*SEALED)]
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


def is_sealed(config: Config, name: str) -> bool:
    """Whether the key is no file, and one is sealed to this machine for the unit."""
    if (config.keys_dir / name).exists():
        return False
    return any((folder / name).exists() for folder in CREDSTORES)


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
