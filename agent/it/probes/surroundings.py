"""Configuration, disk, permissions: what lies on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agent import checking, places
from agent.config import Config
from agent.errors import ConfigError
from agent.it.finding import Finding, State, Till, aside, bad, ok, skip, warn
from agent.it.probes import rights
from agent.it.probes.mounts import unmounted
from agent.store.room import MB, Reserve
from agent.verbs import Words

OWN: Final = "till.state_dir"
FULL_MB, TIGHT_MB = 32, 256
FEW_INODES: Final = 1_000


async def configuration(till: Till) -> list[Finding]:
    """As ``check`` sees it: what cannot work, what may surprise."""

    def look() -> list[Finding]:
        found = []
        for each in places.findings(till.config, rights.may_of(till.user)):
            state: State = "bad" if each.fatal else "warn"
            says = Words(each.dit or each.says, each.says)
            remedy = Words(f"corrigez {each.key}", f"mend {each.key}")
            if each.key == OWN and (command := _own(till)):
                remedy = Words(command, command)
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


def _own(till: Till) -> str:
    """The command that makes our own folder ours; empty: none does."""
    state_dir = till.config.till.state_dir
    there = next(each for each in (state_dir, *state_dir.parents) if each.exists())
    if not there.is_dir():
        return ""
    shut = till.user and rights.barred(till.user, there, os.X_OK)
    if isinstance(shut, Path) and shut != state_dir:
        return rights.opening(till.user, shut, os.X_OK)
    return rights.owning(till.user, state_dir)


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
        found = [*_place(state_dir)]
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


def _place(state_dir: Path) -> Iterator[Finding]:
    """Room on another disk than the till's says nothing."""
    if place := unmounted(state_dir):
        says = (f"{place} n’est pas monté", f"{place} is not mounted")
        yield bad(says, (f"mount {place}",) * 2, str(state_dir))
    elif not state_dir.exists():
        yield warn(
            (f"{state_dir} n’est pas là", f"{state_dir} is not there"),
            (
                (
                    "une caisse neuve : le premier démarrage le crée ; une qui a déjà servi : "
                    "remettez-le (son disque, une sauvegarde)"
                ),
                (
                    "a new till: the first start makes it; one that was in use: put it back "
                    "(its disk, a backup)"
                ),
            ),
        )


async def permissions(till: Till) -> list[Finding]:
    """Whether the service's user may use what the configuration names."""
    user = till.user
    if not user:
        return [
            skip("pas d’utilisateur receipt-agent ici", "no user receipt-agent here")
        ]

    def look() -> list[Finding]:
        wanted = {till.path: os.R_OK, till.config.till.state_dir: rights.ALL}
        wanted |= dict.fromkeys(_files(till.config), os.R_OK)
        found: dict[Path, Finding] = {}
        for path, mode in wanted.items():
            if path.exists() and (shut := rights.barred(user, path, mode)):
                found.setdefault(shut, _barred(user, path, shut, mode))
        return [*found.values()] or [
            ok(f"{user} peut tout lire", f"{user} may read all of it")
        ]

    return await aside(look)


def _barred(user: str, path: Path, shut: Path, mode: int) -> Finding:
    """``shut``: itself, or a folder above it."""
    if shut != path:
        command = rights.opening(user, shut, os.X_OK)
        return bad(
            (
                f"{path} n’est pas accessible à {user} : {shut} lui est fermé",
                f"{path} cannot be used by {user}: {shut} is closed to it",
            ),
            (f"donnez-lui l’accès : {command}", f"let it in: {command}"),
        )
    command = (
        rights.owning(user, path)
        if mode & os.W_OK
        else rights.opening(user, path, mode)
    )
    return bad(
        (
            f"{path} n’est pas accessible à {user}",
            f"{path} cannot be used by {user}",
        ),
        (f"donnez-lui l’accès : {command}", f"let it in: {command}"),
    )


def _files(config: Config) -> Iterator[Path]:
    """Those that the configuration names, whatever for."""
    waiting: list[object] = [config.model_dump()]
    while waiting:
        match waiting.pop():
            case Path() as path:
                if path.is_file():
                    yield path
            case dict() as section:
                waiting += section.values()
            case list() | tuple() as several:
                waiting += several
            case _:
                pass
