"""Files beside the database that hold what it held: exports, and what was put aside.

They are under the till's key too: a rotation takes them along, and what is under a key
that is not here is not taken into the database.  What was put aside goes with age.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from agent.errors import StoreError
from agent.store import exported, salvage
from agent.store.data_keys import DataKeys, KeyEncryptionKey
from agent.store.former import QUARANTINE
from agent.store.seal import Sealing

log = logging.getLogger(__name__)

SLICE_KEYS: Final = 500
DAY_S: Final = 86_400.0


def expect_known(sealing: Sealing, file: Path) -> None:
    """Its keys can be opened by ours.

    Raises:
        StoreError: they are under another key of the till, or it is no such file.
    """
    try:
        with closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        ) as db:
            sealing.on(db)
    except sqlite3.Error as error:
        # Of that file, not of the database: nothing here has failed.
        raise StoreError(f"{file}: cannot be read ({error})") from error


def rewrap(database: Path, keks: tuple[KeyEncryptionKey, ...]) -> int:
    """Wrap the keys of every export anew; how many files.

    Raises:
        StoreError: one cannot be written; the old key is needed still.
    """
    files = exported.files(database)
    for file in files:
        try:
            _rewrap(file, keks)
        except sqlite3.Error as error:
            raise StoreError(
                f"{file}: its keys cannot be changed ({error}), so the old one is "
                "needed still; take that file away if it cannot be read"
            ) from error
    return len(files)


def _rewrap(file: Path, keks: tuple[KeyEncryptionKey, ...]) -> None:
    times = file.stat()
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        keys = DataKeys(db, keks)
        db.execute("BEGIN IMMEDIATE")
        while keys.rewrap(SLICE_KEYS):
            pass
        db.execute("COMMIT")
    # Its age is that of the export.
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def age_out(database: Path, now: datetime, days: int) -> int:
    """Remove what was put aside so long ago and is not waited for; how many folders."""
    gone = 0
    waiting = {each.parent for each in salvage.waiting(database)}
    waiting |= {each.parent for each in salvage.found(database)}
    for folder in (database.parent / QUARANTINE).glob("*"):
        age_s = now.timestamp() - folder.stat().st_mtime
        if folder not in waiting and age_s > days * DAY_S:
            shutil.rmtree(folder, ignore_errors=True)
            log.warning("what was put aside is removed", extra={"folder": folder.name})
            gone += 1
    return gone
