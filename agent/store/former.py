"""The database as it was before an upgrade changed it: the way back.

A copy is kept before the first migration, where there is room; the older program puts it
back with ``receipt-agent restore``.  It lies in the quarantine and goes with its age
(:func:`agent.store.side_files.age_out`).
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

QUARANTINE: Final = "quarantine"
ROOM: Final = 2
"""Times its size is to be free: the copy, and as much again for what a migration writes."""


def keep(db: sqlite3.Connection, path: Path, version: int) -> Path | None:
    """Copy it; where the copy is, ``None``: there is none, which was said.

    The upgrade does not wait for it: a till that stands still is worse.
    """
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = db.execute("PRAGMA page_size").fetchone()
    size = pages * page_bytes
    free = shutil.disk_usage(path.parent).free
    if free < ROOM * size:
        log.critical(
            "no copy of the database before it is migrated: too little room; the way back "
            "is a backup",
            extra={"size_bytes": size, "free_mb": free >> 20, "version": version},
        )
        return None
    (now,) = db.execute("SELECT strftime('%Y%m%dT%H%M%SZ', 'now')").fetchone()
    folder = path.parent / QUARANTINE / f"{now}-v{version}"
    try:
        copy = _copied(db, folder, path.name)
        for each in folder.parent.glob(f"*-v{version}"):
            if each != folder:  # of an upgrade that was taken back, or cut off
                shutil.rmtree(each, ignore_errors=True)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(folder, ignore_errors=True)
        log.critical("no copy of the database before it is migrated: %s", error)
        return None
    log.info(
        "the database before it is migrated is kept",
        extra={"file": str(copy), "size_bytes": size, "version": version},
    )
    return copy


def _copied(db: sqlite3.Connection, folder: Path, name: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = folder / f".{name}.new"
    beside.unlink(missing_ok=True)
    os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(beside)) as copy:
        db.backup(copy)
        # One file: no -wal beside it that could be left behind.
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    for each in (beside, folder, folder.parent):
        opened = os.open(each, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
    return beside.replace(folder / name)
