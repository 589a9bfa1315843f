"""Configuration, disk, permissions: what lies on this machine."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agent import checking, places
from agent.errors import ConfigError
from agent.it.finding import Finding, State, Till, aside, bad, ok, skip, warn
from agent.store.room import MB, Reserve
from agent.verbs import Words

GROUPS: Final = ("dialout", "lp")
"""``SupplementaryGroups=`` of the unit."""
FULL_MB, TIGHT_MB = 32, 256
FEW_INODES: Final = 1_000


async def configuration(till: Till) -> list[Finding]:
    """As ``check`` sees it: what cannot work, what may surprise."""

    def look() -> list[Finding]:
        found = []
        for each in places.findings(till.config, may_of(till.user)):
            state: State = "bad" if each.fatal else "warn"
            says = Words(each.dit or each.says, each.says)
            remedy = Words(f"corrigez {each.key}", f"mend {each.key}")
            found.append(Finding(state, says, remedy, each.key))
        try:
            checking.secrets(till.path, till.config)
        except ConfigError as error:
            found += [
                bad(
                    ("un secret ou un fichier manque", "a secret or a file is missing"),
                    ("corrigez ce que la ligne nomme", "mend what the line names"),
                    line,
                )
                for line in str(error).split("\n")
            ]
        return found or [ok("en ordre", "fine", str(till.path))]

    return await aside(look)


async def disk(till: Till) -> list[Finding]:
    """Room, inodes, read-only, the reserve."""
    state_dir, reserve_mb = till.config.till.state_dir, till.config.store.reserve_mb

    def look() -> list[Finding]:
        there = next(each for each in (state_dir, *state_dir.parents) if each.exists())
        stats = os.statvfs(there)
        free_mb = stats.f_bavail * stats.f_frsize // 1_000_000
        detail = f"{there} {free_mb} MB"
        room = (
            (
                "effacez de vieux journaux (journalctl --vacuum-size=200M) et paquets "
                "(apt-get clean)"
            ),
            "remove old logs (journalctl --vacuum-size=200M) and packages (apt-get clean)",
        )
        found = []
        if stats.f_flag & os.ST_RDONLY:
            found.append(
                bad(
                    ("le disque est en lecture seule", "the disk is read-only"),
                    (
                        "dmesg dit pourquoi ; mount -o remount,rw, ou changez le disque",
                        "dmesg says why; mount -o remount,rw, or replace the disk",
                    ),
                    detail,
                )
            )
        if free_mb < FULL_MB:
            found.append(bad(("le disque est plein", "the disk is full"), room, detail))
        elif free_mb < TIGHT_MB:
            found.append(
                warn(
                    ("peu de place sur le disque", "little room on the disk"),
                    room,
                    detail,
                )
            )
        if stats.f_files and stats.f_favail < FEW_INODES:
            found.append(
                bad(
                    ("le disque n’a plus d’inodes", "the disk has no inodes left"),
                    (
                        "trop de petits fichiers : df -i, puis effacez-les",
                        "too many small files: df -i, then remove them",
                    ),
                    f"{stats.f_favail}",
                )
            )
        database = state_dir / "agent.db"
        if database.exists() and not Reserve(database, reserve_mb * MB).there:
            found.append(
                warn(
                    (
                        "la réserve du disque a servi",
                        "the reserve on the disk was used",
                    ),
                    (
                        "faites de la place, elle revient seule",
                        "make room, it comes back",
                    ),
                    detail,
                )
            )
        return found or [ok("assez de place", "room enough", detail)]

    return await aside(look)


async def permissions(till: Till) -> list[Finding]:
    """Whether the service's user may use what the configuration names."""
    if not till.user:
        return [
            skip("pas d’utilisateur receipt-agent ici", "no user receipt-agent here")
        ]

    def look() -> list[Finding]:
        may = may_of(till.user)
        wanted = {till.path: os.R_OK}
        if till.config.till.state_dir.exists():
            wanted[till.config.till.state_dir] = os.R_OK | os.W_OK | os.X_OK
        for file in _secrets(till):
            wanted[file] = os.R_OK
        return [
            bad(
                (
                    f"{path} n’est pas accessible à {till.user}",
                    f"{path} cannot be used by {till.user}",
                ),
                (f"chgrp {till.user} {path}", f"chgrp {till.user} {path}"),
            )
            for path, mode in wanted.items()
            if path.exists() and not may(path, mode)
        ] or [ok(f"{till.user} peut tout lire", f"{till.user} may read all of it")]

    return await aside(look)


def _secrets(till: Till) -> Iterator[Path]:
    config = till.config
    given = [config.sync.token_file, config.sync.ca_file]
    given += [
        each.password_file for each in (config.mail.relays if config.mail else ())
    ]
    yield from (path for path in given if path is not None)


def may_of(user: str) -> places.May:
    """As ``os.access`` would say to that user, whoever asks; an empty one is ourselves."""
    if not user:
        return os.access
    known = pwd.getpwnam(user)
    groups = set(os.getgrouplist(user, known.pw_gid))
    for name in GROUPS:
        try:
            groups.add(grp.getgrnam(name).gr_gid)
        except KeyError:
            continue

    def may(path: Path, mode: int) -> bool:
        steps = [(above, os.X_OK) for above in path.resolve().parents]
        return all(
            _grants(*step, known.pw_uid, groups) for step in [*steps, (path, mode)]
        )

    return may


def _grants(path: Path, mode: int, uid: int, groups: set[int]) -> bool:
    try:
        stats = path.stat()
    except OSError:
        return False
    shift = 6 if stats.st_uid == uid else 3 if stats.st_gid in groups else 0
    return (stats.st_mode >> shift & 7) & mode == mode
