"""``receipt-agent backup``, ``restore`` and ``resend``: the database as one file, encrypted as it is.

A backup is taken beside a running agent.  To restore, the agent is stopped; what stood
there before is put aside, never deleted.  The till's key is in no backup: keep
``store.key`` elsewhere, and restore it first.  A backup takes the place of nothing but
a plain file, whoever takes it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import stat
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from agent import cellar, progress
from agent.config import load
from agent.errors import StoreError
from agent.store import moving

EXIT_NO_INPUT: Final = 66
EXIT_UNAVAILABLE: Final = 69
KINDS: Final[Mapping[Callable[[int], bool], str]] = {
    stat.S_ISLNK: "un lien symbolique (a symbolic link)",
    stat.S_ISDIR: "un dossier (a folder)",
    stat.S_ISBLK: "un périphérique (a device)",
    stat.S_ISCHR: "un périphérique (a device)",
    stat.S_ISFIFO: "un tube (a pipe)",
    stat.S_ISSOCK: "une prise (a socket)",
}


def backup(arguments: argparse.Namespace) -> int:
    """``backup FILE``."""
    config = load(arguments.config)
    path = cellar.database(config)
    if why := _unfit(arguments.file, path):
        sys.stderr.write(f"{why}\n")
        return EXIT_UNAVAILABLE
    try:
        with _growing("copie (copying)", arguments.file, path):
            size = moving.backup(path, arguments.file)
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNAVAILABLE
    sys.stdout.write(
        f"{arguments.file}: {size} octets, chiffrés comme à la caisse (encrypted as at "
        f"the till; the key {config.keys_dir / 'store.key'} is not in it)\n"
    )
    return 0


def resend(arguments: argparse.Namespace) -> int:
    """``resend FILE``: what was exported since nobody took it, into the log again."""
    config = load(arguments.config)

    async def put_back() -> int:
        async with cellar.opened(config) as store:
            return await store.put_back(arguments.file)

    if not arguments.file.is_file():
        sys.stderr.write(f"{arguments.file}: no such file\n")
        return EXIT_NO_INPUT
    try:
        with progress.watched("remise au journal (putting back)", progress.seconds()):
            count = asyncio.run(put_back())
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNAVAILABLE
    sys.stdout.write(
        f"{arguments.file}: {count} à renvoyer, dès le démarrage (sent from the next "
        "start on)\n"
    )
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """``restore FILE``."""
    config = load(arguments.config)
    path = cellar.database(config)
    if arguments.file.exists() and not arguments.file.is_file():
        sys.stderr.write(f"{arguments.file}\u00a0: pas un fichier (not a plain file)\n")
        return EXIT_UNAVAILABLE
    try:
        now = datetime.now(UTC)
        with _growing("copie (copying)", path, arguments.file):
            keys = cellar.keys_at(config)
            before = moving.restore(path, arguments.file, keys, now)
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNAVAILABLE
    sys.stdout.write(f"{path}: remis en place (put back)\n")
    if before is not None:
        sys.stdout.write(f"{before}: ce qui s’y trouvait (what was there before)\n")
    return 0


def _growing(what: str, to: Path, source: Path) -> AbstractContextManager[None]:
    """On a terminal, how much of it is there; then it is checked."""
    total = source.stat().st_size if source.is_file() else 0
    copied = progress.size_of(moving.growing(to), total)
    began = progress.seconds()
    return progress.watched(what, lambda: f"{copied()}, {began()}")


def _unfit(file: Path, database: Path) -> str:
    """Why no backup can be written there; empty: it is a new name or a plain file."""
    if os.geteuid() == 0:
        for folder in reversed(file.absolute().parents):
            if _is_link_of_others(folder):
                return (
                    f"{folder}\u00a0: un lien d’un autre utilisateur, que root ne suit pas\u00a0; "
                    "nommez le dossier où il mène (a link of another user, which root "
                    "does not follow: name the folder it leads to)"
                )
    try:
        found = file.lstat()
    except OSError:
        return ""  # a new name, or a folder that is not there: the copy says so
    for is_it, what in KINDS.items():
        if is_it(found.st_mode):
            return (
                f"{file}\u00a0: {what}, que rien ne remplace\u00a0; nommez un fichier "
                "(which nothing replaces: name a file)"
            )
    if any(
        each.exists() and each.samefile(file)
        for each in (database.with_name(database.name + part) for part in moving.PARTS)
    ):
        return (
            f"{file}\u00a0: la base de la caisse elle-même\u00a0; nommez un autre fichier (the "
            "till's own database: name another file)"
        )
    return ""


def _is_link_of_others(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISLNK(found.st_mode) and found.st_uid != 0
