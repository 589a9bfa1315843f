"""Store and keys: whole, ours, closed to others, and fitting each other."""

from __future__ import annotations

import os
import pwd
import sqlite3
import stat
import time
from pathlib import Path
from typing import Final

from agent import cellar
from agent.config import Config
from agent.errors import ConfigError, StoreError
from agent.it.finding import Finding, Till, aside, bad, ok, skip, warn
from agent.it.probes.surroundings import may_of
from agent.keyring.ring import Keyring, credentials
from agent.keyring.store_key import NAME
from agent.store.looking import looking

CHECK_S: Final = 25.0
STEPS: Final = 20_000
"""SQLite's instructions between two looks at the clock."""
PURPOSES: Final = ("consent", "transport", "qr")
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
            if isinstance(error, StoreError) and _is_sealed(till.config):
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


def _is_sealed(config: Config) -> bool:
    """Whether the key is no file, and one is sealed to this machine for the unit."""
    if (config.keys_dir / NAME).exists():
        return False
    return any((folder / NAME).exists() for folder in CREDSTORES)


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
            return [_unusable(config.keys_dir, till.user, str(error))]
        if not (sealed or known) and (above := _shut(config.keys_dir, till.user)):
            return [_not_ours(config.till.state_dir, till.user, above)]
        there = {key.purpose for key in known}
        missing = [each for each in PURPOSES if each not in there]
        found = []
        if missing:
            found.append(
                bad(("des clés manquent", "keys are missing"), make, ", ".join(missing))
            )
        if not sealed and _is_sealed(config):
            found.append(skip(*SEALED))
        elif not sealed and cellar.database(config).exists():
            found.append(
                bad(
                    ("la clé de la base manque", "the key of the database is missing"),
                    (
                        f"remettez {NAME}, d’une sauvegarde ; sans elle, rien n’est gardé",
                        f"put {NAME} back, from a backup; without it nothing is kept",
                    ),
                    str(config.keys_dir / NAME),
                )
            )
        elif not sealed:
            found.append(
                warn(
                    ("pas encore de clé pour la base", "no key for the database"), make
                )
            )
        return found or [
            ok("les clés sont là", "the keys are there", str(config.keys_dir))
        ]

    return await aside(look)


def _unusable(folder: Path, user: str, why: str) -> Finding:
    """By what its owner, and nobody else, can use it."""
    says = ("une clé ne peut pas servir", "a key cannot be used")
    owner = _uid(user)
    files = [folder, *(folder.iterdir() if os.access(folder, os.R_OK) else ())]
    stats = [each.stat() for each in files if each.exists()]
    if any(each.st_uid != owner for each in stats):
        return bad(says, (f"chown -R {_name(user)}: {folder}",) * 2, why)
    if os.geteuid() not in {0, owner} and not any(s.st_mode & OTHERS for s in stats):
        # It is as it should be, and not ours to see.
        return bad(says, ("sudo receipt-agent doctor",) * 2, why)
    return bad(says, (f"chmod -R u=rwX,go= {folder}",) * 2, why)


def _shut(folder: Path, user: str) -> Path | None:
    """What keeps the folder from being made, or from being written to."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return None if may_of(user)(there, os.W_OK | os.X_OK) else there


def _not_ours(state_dir: Path, user: str, shut: Path) -> Finding:
    says = (
        f"l’agent ne peut pas écrire dans {shut}",
        f"the agent cannot write in {shut}",
    )
    if state_dir.exists():
        return bad(says, (f"chown -R {_name(user)}: {state_dir}",) * 2)
    return bad(says, (f"install -d -o {_name(user)} -m 0700 {state_dir}",) * 2)


def _uid(user: str) -> int:
    return pwd.getpwnam(user).pw_uid if user else os.geteuid()


def _name(user: str) -> str:
    try:
        return user or pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
