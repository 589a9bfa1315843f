"""Looks for what has rotted before anybody reads it: the file, then its records.

A file too large to be checked at a start is checked behind it, one table at a time: a
snapshot that is held for long keeps the WAL from being emptied.  Damage has the same
consequence as damage met in use.

After that a record a second proves its seal (AEAD, scheme 2), round after round, while
nothing is being written.  A till's three days of bodies are some 30,000 records: a round
takes a working day.  One that does not open is counted and said by its key, as when it is read;
an entry of the log is set aside when its turn comes to be sent.

On a connection and a thread of its own, at low priority.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from agent.clock import Clock
from agent.errors import StoreError
from agent.store.damage import DamagedRecord
from agent.store.hop import Hop
from agent.store.opening import QUICK_CHECK_MAX_BYTES, prepare_reader
from agent.store.seal import Sealer, Sealing, place
from agent.store.vault import TAG_ENCRYPTED
from agent.store.writer import GroupWriter

log = logging.getLogger(__name__)

FIRST_S: Final = 90.0
"""Not while the daemon starts."""
PAUSE_S: Final = 2.0
"""Between two tables that are checked: a checkpoint has its turn."""
TICK_S: Final = 5.0
ROWS: Final = 5
"""A tick.  Some 0.1 ms each, with reading."""
ROUND_S: Final = 86_400.0
"""From the end of a round to the next."""
NICE: Final = 10
STEPS: Final = 1000
"""Of SQLite's machine, between two looks whether there is a stop."""

Facts = tuple[str | int | UUID | None, ...]


def _none(_: tuple[Any, ...]) -> Facts:
    return ()


def _of_entry(row: tuple[Any, ...]) -> Facts:
    kind, at_ms, receipt = row
    return kind, at_ms, UUID(bytes=receipt) if receipt else None


_TABLES: Final[
    tuple[
        tuple[str, str, str, tuple[str, ...], str, Callable[[tuple[Any, ...]], Facts]],
        ...,
    ]
] = (
    ("job", "n", "id", ("raw", "decision"), "", _none),
    ("receipt", "n", "id", ("token", "body", "strip", "gist", "session"), "", _none),
    ("event", "seq", "id", ("body",), "type, at_ms, receipt", _of_entry),
    ("consent", "seq", "seq", ("body",), "", _none),
)
"""Table, its number, its name in the seal, sealed columns, and what else is bound."""


class Scrubbing:
    """Runs for as long as the store is open."""

    def __init__(
        self,
        path: Path,
        sealing: Callable[[], Sealing],
        writer: GroupWriter,
        clock: Clock,
        damaged: Callable[[], None],
    ) -> None:
        """``damaged`` counts a record; ``sealing``: by the keys as they are now."""
        self._path = path
        self._sealing = sealing
        self._writer = writer
        self._clock = clock
        self._damaged = damaged
        self.checked = 0
        """Records since the start."""

    async def run(self) -> None:
        """Until cancelled."""
        await self._clock.sleep(FIRST_S)
        hop, over = Hop(self._path), threading.Event()
        await hop
        try:
            await hop.run(lambda db: prepare_reader(db, self._path))
            await hop.run(lambda db: _yield_to_others(db, over))
            if self._path.stat().st_size > QUICK_CHECK_MAX_BYTES:
                await self.check(hop)
            while True:
                await self._round(hop)
                await self._clock.sleep(ROUND_S)
        finally:
            over.set()
            hop.cut_short()
            await hop.close()

    async def check(self, hop: Hop) -> bool:
        """Whether the file is whole; what follows if not is the writer's to do."""
        tables = await hop.run(
            lambda db: db.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
            ).fetchall()
        )
        for (table,) in tables:
            try:
                (answer,) = await hop.run(
                    lambda db: db.execute(f"PRAGMA quick_check('{table}')").fetchone()  # noqa: B023 -- awaited in this very turn
                )
            except sqlite3.Error as error:
                self._writer.judge(error)
                return False
            if answer != "ok":
                wrong = sqlite3.DatabaseError(f"quick_check of {table}: {answer}")
                wrong.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
                wrong.sqlite_errorname = "SQLITE_CORRUPT"
                self._writer.judge(wrong)
                return False
            await self._clock.sleep(PAUSE_S)
        log.info("the store was checked while it runs", extra={"count": len(tables)})
        return True

    async def _round(self, hop: Hop) -> None:
        before, wrong = self.checked, 0
        for number in range(len(_TABLES)):
            last: int | None = 0
            while last is not None:
                await self._clock.sleep(TICK_S)
                if self._writer.queued:
                    continue
                try:
                    last, bad = await hop.run(lambda db: self._some(db, number, last))  # noqa: B023 -- awaited in this very turn
                except StoreError:
                    continue  # the key is being changed
                except sqlite3.Error as error:
                    self._writer.judge(error)
                    return
                wrong += bad
        log.info(
            "records proved their seals",
            extra={"records": self.checked - before, "damaged": wrong},
        )

    def _some(
        self, db: sqlite3.Connection, number: int, after: int | None
    ) -> tuple[int | None, int]:
        """The next rows of that table: the last one, ``None`` at the end; how many bad."""
        table, n, key, columns, bound, facts = _TABLES[number]
        there = " OR ".join(f"{column} IS NOT NULL" for column in columns)
        more = f", {bound}" if bound else ""
        db.execute("BEGIN")  # a record, and the key that it is under, of one moment
        try:
            sealer = self._sealing().on(db)
            rows = db.execute(
                f"""SELECT {n}, {key}, {", ".join(columns)}{more} FROM {table}
                WHERE {n} > ? AND ({there}) ORDER BY {n} LIMIT {ROWS:d}""",  # noqa: S608 -- ours
                (after,),
            ).fetchall()
            bad = 0
            for _, name, *rest in rows:
                sealed, others = rest[: len(columns)], tuple(rest[len(columns) :])
                whose = UUID(bytes=name) if isinstance(name, bytes) else str(name)
                for column, value in zip(columns, sealed, strict=True):
                    at = place(table, whose, column, *facts(others))
                    bad += not self._proves(sealer, value, at)
        finally:
            db.execute("ROLLBACK")
        return (rows[-1][0] if len(rows) == ROWS else None), bad

    def _proves(self, sealer: Sealer, sealed: bytes | None, at: bytes) -> bool:
        if sealed is None or sealed[:1] != TAG_ENCRYPTED:
            return True
        self.checked += 1
        try:
            sealer.unseal(sealed, at)
        except DamagedRecord as damage:
            self._damaged()
            log.error("a record is damaged", extra={"record": damage.record})  # noqa: TRY400 -- the key says it all
            return False
        return True


def _yield_to_others(db: sqlite3.Connection, over: threading.Event) -> None:
    """To those who have work, and to a stop: also of what begins just behind it."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
    db.set_progress_handler(over.is_set, STEPS)
