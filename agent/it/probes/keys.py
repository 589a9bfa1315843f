"""The keys: each there, whole, its owner's alone, and nothing of them lost unnoticed.

Each is loaded, as the agent does, and nothing is made.  A new key is a new identity: what
was there comes back from a backup first.
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from agent import cellar
from agent.errors import ConfigError
from agent.it.finding import Finding, Till, aside, bad, ok, skip, warn
from agent.it.probes import rights
from agent.it.probes.mounts import unmounted
from agent.it.probes.secrets import SEALED, is_sealed
from agent.keyring.index import PURPOSES, PublicKey, Purpose
from agent.keyring.ring import INDEX, SUBJECT, SUBJECT_ID, Keyring, credentials
from agent.keyring.store_key import NAME

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
LOCK: Final = ".lock"
UNUSABLE: Final = ("une clé ne peut pas servir", "a key cannot be used")
INIT: Final = ("receipt-agent keys init", "receipt-agent keys init")


async def keys(till: Till) -> list[Finding]:
    """Those that sign and seal: there, and nobody else's to read."""
    folder = till.config.keys_dir

    def look() -> list[Finding]:
        found = [*_closed(folder, till.user)] or [*_read(till)]
        return found or [ok("les clés sont là", "the keys are there", str(folder))]

    return await aside(look)


def _closed(folder: Path, user: str) -> Iterator[Finding]:
    """By what its owner, and nobody else, can use them."""
    if not folder.is_dir():
        return
    owner = _uid(user, folder)
    if os.geteuid() not in {0, owner}:
        # It is not ours to see.
        yield bad(UNUSABLE, ("sudo receipt-agent doctor",) * 2, str(folder))
        return
    there = {each: each.lstat() for each in (folder, *sorted(folder.iterdir()))}
    if theirs := [each for each, s in there.items() if s.st_uid != owner]:
        yield bad(UNUSABLE, (f"chown -R {_name(user)}: {folder}",) * 2, _told(theirs))
    if open_ := [each for each, s in there.items() if not _its_owners(s.st_mode)]:
        yield bad(UNUSABLE, (f"chmod -R u=rwX,go= {folder}",) * 2, _told(open_))


def _its_owners(mode: int) -> bool:
    needs = stat.S_IRWXU if stat.S_ISDIR(mode) else stat.S_IRUSR
    return stat.S_ISLNK(mode) or (mode & needs == needs and not mode & OTHERS)


def _told(paths: Sequence[Path]) -> str:
    return ", ".join(map(str, paths))[:200]


def _read(till: Till) -> Iterator[Finding]:
    config, folder = till.config, till.config.keys_dir
    ring = Keyring(folder, credentials())
    try:
        known = ring.public()
    except (ConfigError, OSError) as error:
        again = f"rm {folder / INDEX}; receipt-agent keys init"
        yield _not_a_key(folder / INDEX, till.user, (again, again), str(error))
        return
    files = [folder / f"{purpose}.pem" for purpose in PURPOSES]
    files += [folder / SUBJECT, folder / SUBJECT_ID]
    if not known and not (cellar.database(config).exists() or any(map(_there, files))):
        yield from _nothing(till)
        return
    if not known:
        yield _lost_index(folder / INDEX, till.user)
    for purpose in PURPOSES:
        yield from _signing(till, ring, purpose, known)
    yield from _subject(till, ring)
    yield from _store_key(till)


def _nothing(till: Till) -> Iterator[Finding]:
    """No key, no database: a till that is new, or one whose disk is not there."""
    config = till.config
    state_dir = config.till.state_dir
    if place := unmounted(config.keys_dir):
        says = (f"{place} n’est pas monté", f"{place} is not mounted")
        yield bad(says, (f"mount {place}",) * 2, str(config.keys_dir))
    elif above := _shut(config.keys_dir, till.user):
        yield _not_ours(state_dir, till.user, above)
    else:
        yield bad(
            ("des clés manquent", "keys are missing"),
            (
                (
                    f"une caisse qui a déjà servi : remettez {state_dir} (son disque, une "
                    "sauvegarde) ; une caisse neuve : receipt-agent keys init"
                ),
                (
                    f"a till that was in use: put {state_dir} back (its disk, a backup); a "
                    "new till: receipt-agent keys init"
                ),
            ),
            ", ".join(PURPOSES),
        )
        if not is_sealed(config, NAME) and not _there(config.keys_dir / NAME):
            says = ("pas encore de clé pour la base", "no key for the database")
            yield warn(says, INIT)


def _lost_index(path: Path, user: str) -> Finding:
    return bad(
        (
            "la liste des clés manque : ce qui est signé d’avant n’est plus vérifié",
            "the list of keys is missing: what was signed before is verified no more",
        ),
        (
            (
                f"install -m 600 -o {_name(user)} SAUVEGARDE {path} ; sans sauvegarde "
                "seulement : receipt-agent keys init"
            ),
            (
                f"install -m 600 -o {_name(user)} BACKUP {path}; without a backup only: "
                "receipt-agent keys init"
            ),
        ),
        str(path),
    )


def _signing(
    till: Till, ring: Keyring, purpose: Purpose, known: Sequence[PublicKey]
) -> Iterator[Finding]:
    path = till.config.keys_dir / f"{purpose}.pem"
    rotate = f"receipt-agent keys rotate {purpose}"
    anew = (rotate, rotate)
    if purpose == "transport" and till.config.sync.enabled:
        anew = (f"{rotate}, puis receipt-agent enrol", f"{rotate}, then enrol again")
    try:
        kid = ring.kid(purpose)
    except ConfigError as error:
        yield _not_a_key(path, till.user, anew, str(error))
        return
    if kid is None:
        if is_sealed(till.config, path.name):
            return
        once = any(each.purpose == purpose for each in known)
        yield _missing(path, till.user, anew if once else INIT)
    elif any(each.kid == kid and each.revoked for each in known):
        says = (f"{path.name} est révoquée", f"{path.name} is revoked")
        yield bad(says, anew, str(path))


def _subject(till: Till, ring: Keyring) -> Iterator[Finding]:
    """The secret under which contacts are compared."""
    folder = till.config.keys_dir
    path, mark = folder / SUBJECT, folder / SUBJECT_ID
    again = f"rm -f {path} {mark}; receipt-agent keys init"
    anew = (
        f"les clients connus ne sont plus reconnus : {again}",
        f"known customers are not recognised any more: {again}",
    )
    if is_sealed(till.config, SUBJECT):
        return
    try:
        if ring.subject_here() is None:
            yield _missing(path, till.user, INIT)
    except ConfigError as error:
        if _there(path):
            yield _not_a_key(path, till.user, anew, str(error))
        else:
            yield _missing(path, till.user, anew)


def _store_key(till: Till) -> Iterator[Finding]:
    config, path = till.config, till.config.keys_dir / NAME
    try:
        there = bool(cellar.store_keys(config).read())
    except ConfigError as error:
        yield bad(
            (f"{path.name} n’est pas une clé", f"{path.name} is no key"),
            (
                (
                    f"install -m 600 -o {_name(till.user)} SAUVEGARDE {path} ; sans elle, "
                    "la base reste illisible"
                ),
                (
                    f"install -m 600 -o {_name(till.user)} BACKUP {path}; without it nobody "
                    "reads the database"
                ),
            ),
            str(error),
        )
        return
    if there:
        return
    if is_sealed(config, NAME):
        yield skip(*SEALED)
    elif cellar.database(config).exists():
        yield bad(
            ("la clé de la base manque", "the key of the database is missing"),
            (
                f"remettez {NAME}, d’une sauvegarde ; sans elle, rien n’est gardé",
                f"put {NAME} back, from a backup; without it nothing is kept",
            ),
            str(path),
        )
    else:
        yield warn(("pas encore de clé pour la base", "no key for the database"), INIT)


def _missing(path: Path, user: str, anew: tuple[str, str]) -> Finding:
    return bad(
        (f"la clé {path.name} manque", f"the key {path.name} is missing"),
        (
            (
                f"install -m 600 -o {_name(user)} SAUVEGARDE {path} ; sans sauvegarde : "
                f"{anew[0]}"
            ),
            (
                f"install -m 600 -o {_name(user)} BACKUP {path}; without a backup: "
                f"{anew[1]}"
            ),
        ),
        str(path),
    )


def _not_a_key(path: Path, user: str, anew: tuple[str, str], why: str) -> Finding:
    return bad(
        (
            f"{path.name} n’est pas ce qu’elle doit être",
            f"{path.name} is not what it should be",
        ),
        (
            (
                f"install -m 600 -o {_name(user)} SAUVEGARDE {path} ; sans sauvegarde : "
                f"{anew[0]}"
            ),
            (
                f"install -m 600 -o {_name(user)} BACKUP {path}; without a backup: "
                f"{anew[1]}"
            ),
        ),
        why[:200],
    )


def _there(path: Path) -> bool:
    """A link that leads nowhere too."""
    return os.path.lexists(path)


def _shut(folder: Path, user: str) -> Path | None:
    """What keeps the folder from being made, or from being written to."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return None if rights.may_of(user)(there, os.W_OK | os.X_OK) else there


def _not_ours(state_dir: Path, user: str, shut: Path) -> Finding:
    says = (
        f"l’agent ne peut pas écrire dans {shut}",
        f"the agent cannot write in {shut}",
    )
    if state_dir.exists():
        return bad(says, (f"chown -R {_name(user)}: {state_dir}",) * 2)
    return bad(says, (f"install -d -o {_name(user)} -m 0700 {state_dir}",) * 2)


def _uid(user: str, folder: Path) -> int:
    """Whose they have to be; where there is no such user, root takes it as it is."""
    if user:
        return pwd.getpwnam(user).pw_uid
    return os.geteuid() or folder.stat().st_uid


def _name(user: str) -> str:
    return user or rights.own_name()
