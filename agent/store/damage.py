"""What is wrong with one record only, while the database itself is fine.

Both are ``StoreError`` so that a careless caller fails loudly, and have a base
of their own so that a careful one (and the supervisor) can go on: the rest of
the cellar is readable.  Keys in the messages are ids, never content.
"""

from __future__ import annotations

from agent.errors import StoreError


class RecordError(StoreError):
    """This one record cannot be had.  Nothing is wrong with its neighbours."""


class DamagedRecord(RecordError):  # noqa: N818 -- named for the thing
    """The stored bytes are not those that were sealed.

    ``seq`` is set when the record is an entry of the event log.
    """

    def __init__(self, record: str, seq: int | None = None) -> None:
        super().__init__(f"record {record} is damaged on the disk")
        self.record = record
        self.seq = seq


class MissingRecord(RecordError):  # noqa: N818 -- named for the thing
    """Never stored, or erased when its retention ended."""

    def __init__(self, record: str) -> None:
        super().__init__(f"record {record} is not in the store (any more)")
        self.record = record
