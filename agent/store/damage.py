"""What is wrong with one record only, while the database itself is fine.

A ``StoreError``, so that a careless caller fails loudly; of a kind of its own,
so that a careful one (and the supervisor) can go on with the other records.
Keys in the message are ids, never content.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from agent.errors import StoreError

UNREADABLE: Final = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file makes SQLite raise: where the schema has rotted, it quotes letters
in its complaint that Python cannot decode."""


class DamagedRecord(StoreError):  # noqa: N818 -- named for the thing
    """The stored bytes are not those that were sealed.

    ``seq`` is set when the record is an entry of the event log.
    """

    def __init__(self, record: str, seq: int | None = None) -> None:
        super().__init__(f"record {record} is damaged on the disk")
        self.record = record
        self.seq = seq
