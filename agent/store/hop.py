"""One hop to a database thread and back: a whole transaction as one function.

aiosqlite runs every call on its connection's thread.  Awaiting BEGIN, INSERT
and COMMIT one by one costs a hop each (40-140 us) and leaves a transaction half
done when the task is cancelled in between.  Here a *function* crosses over: it
runs to its end whatever happens to the task that sent it.

``Connection._execute`` is aiosqlite's own way of doing this; it is protected,
so it is used in this file only, and the version is pinned below 0.23.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import aiosqlite

T = TypeVar("T")

Work = Callable[[sqlite3.Connection], T]


class Runner(Protocol):
    """Whatever can run a function on a connection's thread, first in first out."""

    async def run(self, work: Work[T]) -> T:
        """Run it to its end, also when the waiting task is cancelled."""
        ...


class Hop(aiosqlite.Connection):
    """A connection to which functions are sent.  ``async with`` opens and closes."""

    def __init__(
        self, path: Path, factory: type[sqlite3.Connection] = sqlite3.Connection
    ) -> None:
        super().__init__(
            lambda: sqlite3.connect(path, isolation_level=None, factory=factory),
            iter_chunk_size=64,
        )

    async def run(self, work: Work[T]) -> T:
        # A closure without arguments: aiosqlite logs the call's repr at DEBUG,
        # and a repr of changes would hold receipts.
        def there() -> T:
            return work(self._conn)

        result: T = await self._execute(there)  # type: ignore[no-untyped-call]  # untyped upstream
        return result

    def cut_short(self) -> None:
        """What runs there ends with ``sqlite3.OperationalError``; from any thread."""
        if self._connection is not None:
            self._connection.interrupt()
