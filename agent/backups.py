"""``receipt-agent backup``, ``restore`` and ``resend``: the database as one file, encrypted as it is.

A backup is taken beside a running agent.  To restore, the agent is stopped; what stood
there before is put aside, never deleted.  The till's key is in no backup: keep
``store.key`` elsewhere, and restore it first.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from typing import Final

from agent import cellar
from agent.clock import SystemClock
from agent.config import load
from agent.errors import StoreError
from agent.store import moving
from agent.store.store import Store

EXIT_NO_INPUT: Final = 66
EXIT_UNAVAILABLE: Final = 69


def backup(arguments: argparse.Namespace) -> int:
    """``backup FILE``."""
    config = load(arguments.config)
    try:
        size = moving.backup(cellar.database(config), arguments.file)
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
        async with Store.open(
            cellar.database(config),
            sealer=cellar.vault(config),
            clock=SystemClock(),
            settings=config.store,
        ) as store:
            return await store.put_back(arguments.file)

    if not arguments.file.is_file():
        sys.stderr.write(f"{arguments.file}: no such file\n")
        return EXIT_NO_INPUT
    try:
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
    try:
        now = datetime.now(UTC)
        before = moving.restore(path, arguments.file, cellar.keys_at(config), now)
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNAVAILABLE
    sys.stdout.write(f"{path}: remis en place (put back)\n")
    if before is not None:
        sys.stdout.write(f"{before}: ce qui s’y trouvait (what was there before)\n")
    return 0
