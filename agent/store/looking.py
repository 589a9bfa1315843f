"""A look into the file from another process, while the agent runs or not.

Reads only, and takes no lock that the agent would wait for: SQLite's readers and its
writer do not meet in WAL mode.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from agent.errors import StoreError
from agent.store.schema import APPLICATION_ID, MIGRATIONS

BUSY_S: Final = 5.0


@contextmanager
def looking(path: Path) -> Generator[sqlite3.Connection]:
    """The database, to be read.

    Raises:
        StoreError: it is not there, not ours, or of another version.
    """
    if not path.is_file():
        raise StoreError(f"{path}: no database there; has the agent run once?")
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", BUSY_S, uri=True)
        with closing(db):
            _expect_ours(db, path)
            yield db
    except sqlite3.Error as error:
        raise StoreError(
            f"{path}: {error}; look as the user that the agent runs as"
        ) from error


def _expect_ours(db: sqlite3.Connection, path: Path) -> None:
    owner = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if owner != APPLICATION_ID:
        raise StoreError(f"{path}: this is another program's database")
    if version != len(MIGRATIONS):
        known = len(MIGRATIONS)
        raise StoreError(
            f"{path}: version {version}, and this program reads {known}; start the agent "
            "of this version once, or use the one that wrote it"
        )
