"""Looks after the data keys: old rows sealed again, rotations taken up, dead keys swept.

All of it in slices on the writer's thread, between two group commits.  A key is swept
when no sealed value names it: which ones do is read from the values themselves, so that
no clock and no bookkeeping can take one away that is needed.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from agent.clock import Clock
from agent.errors import StoreError
from agent.store import resealing, salvage, side_files
from agent.store.data_keys import KeyEncryptionKey
from agent.store.hop import Runner
from agent.store.pen import Pen, Stamp, transaction
from agent.store.vault import HEAD_BYTES, Vault, VaultSealer
from agent.store.writer import GroupWriter

log = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_S: Final = 5.0
"""Not while the daemon starts."""
LOOK_S: Final = 60.0
"""How soon a rotation is taken up."""
EPOCH_LOOKS: Final = 24 * 60
"""Looks until a new shared key is begun: a day."""
SLICE_KEYS: Final = 500
SLICE_ROWS: Final = 500

_ALIKE: Final = frozenset({"body", "strip", "gist"})
"""Of a receipt's row: under the key of its token, and not worth being read for that."""

_NUMBER: Final = (
    f"CASE WHEN substr({{0}}, 1, 1) = x'02' THEN substr({{0}}, 2, {HEAD_BYTES - 1}) END"
)
"""Which key a value is under; NULL: it is of scheme 1, or erased."""


class KeyCare:
    """Runs for as long as the store is open."""

    def __init__(
        self,
        path: Path,
        hops: tuple[Runner, Runner],
        sealers: tuple[VaultSealer, VaultSealer],
        vault: Vault,
        writer: GroupWriter,
        clock: Clock,
    ) -> None:
        """``hops`` and ``sealers``: of the writing and of the reading connection."""
        self._path = path
        self._hops = hops
        self._sealers = sealers
        self._vault = vault
        self._writer = writer
        self._clock = clock
        self._said = ""

    @property
    def vault(self) -> Vault:
        """The till's keys as they are now."""
        return self._vault

    async def run(self) -> None:
        """Until cancelled."""
        await self._clock.sleep(FIRST_S)
        looks = 0
        while True:
            try:
                if looks == 0:
                    await self.reseal()
                await self.take_up()
                self._said = ""
            except StoreError as error:
                if self._said != str(error):
                    log.warning("the keys wait", extra={"problem": str(error)})
                self._said = str(error)
            await self._clock.sleep(LOOK_S)
            looks += 1
            if looks % EPOCH_LOOKS == 0:
                await self._hops[0].run(lambda _: self._sealers[0].keys.turn())

    async def reseal(self) -> None:
        """What an older version wrote, encrypted.

        Raises:
            StoreError: the disk is full or failed; what is done is done.
        """
        if await self._run(resealing.is_done):
            return
        after: int | None = 0
        while after is not None:
            start = after
            after = await self._write(lambda pen: resealing.again(pen, start))  # noqa: B023 -- awaited in this very turn
        await self._write(resealing.rest)
        await self._write(lambda pen: resealing.mark_done(pen.db))
        await self.truncate()
        log.info("the store is encrypted")

    async def take_up(self) -> bool:
        """Change over to the key of the files, if it is another one; whether it was.

        Raises:
            StoreError: the keys cannot be read, or the disk failed.
        """
        keks = await asyncio.to_thread(self._vault.renew)
        behind = await self._run(
            lambda db: db.execute("SELECT count(*) FROM kek").fetchone()[0] > 1
        )
        if keks == self._vault.keks and not behind and len(keks) == 1:
            return False
        if await self._run(lambda _: bool(_to_be_read(self._path))):
            raise StoreError("the key changes when the damaged database is read")
        writes = self._sealers[0]
        # Both know the new one before anything is under it.
        await self._adopt(keks)
        while await self._write(lambda _: writes.keys.rewrap(SLICE_KEYS)):
            pass
        await self._run(lambda _: side_files.rewrap(self._path, keks))
        await self._hops[0].run(lambda _: writes.keys.turn())
        await self.truncate()
        await asyncio.to_thread(self._vault.retire)
        await self._adopt(keks[:1])
        log.info("the store is under the key", extra={"kid": keks[0].kid.hex()})
        return True

    async def _adopt(self, keks: tuple[KeyEncryptionKey, ...]) -> None:
        writes, reads = self._sealers
        await self._hops[0].run(lambda _: writes.keys.adopt(keks))
        await self._hops[1].run(lambda _: reads.keys.adopt(keks))
        self._vault = replace(self._vault, keks=keks)

    async def sweep(self) -> int:
        """Destroy the keys that nothing is under.  How many.

        Raises:
            StoreError: the disk is full or failed; nothing is destroyed.
        """
        sealer = self._sealers[0]
        (last,) = await self._run(
            lambda db: db.execute(
                "SELECT coalesce(max(kid), 0) FROM data_key"
            ).fetchone()
        )
        used = await self._hops[0].run(lambda _: sealer.keys.watched())
        named: set[int] = set()
        for table, columns in await self._run(_sealed_columns):
            at: int | None = 0
            while at is not None:
                start = at
                found, at = await self._run(
                    lambda db: _named_from(db, table, columns, start)  # noqa: B023 -- awaited in this very turn
                )
                named |= found

        def destroy(pen: Pen) -> int:
            rows = pen.db.execute("SELECT kid FROM data_key WHERE kid <= ?", (last,))
            dead = {kid for (kid,) in rows} - named - used
            pen.sealer.destroy(dead)
            return len(dead)

        swept = await self._write(destroy)
        if swept:
            await self.forget_opened()
        return swept

    async def forget_opened(self) -> None:
        """Keys that were opened to read are in memory no more."""
        await self._hops[1].run(lambda _: self._sealers[1].keys.forget())

    async def truncate(self) -> None:
        """The WAL is emptied: what was overwritten stands nowhere else."""
        await self._run(
            lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        )

    async def _write(self, work: Callable[[Pen], T]) -> T:
        stamp = Stamp(0, int(self._clock.now().timestamp() * 1000), 0)
        sealer = self._sealers[0]

        def there(db: sqlite3.Connection) -> T:
            with transaction(db, sealer):
                return work(Pen(db, sealer, stamp))

        return await self._run(there)

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._hops[0].run(work)
        except sqlite3.Error as error:
            raise self._writer.judge(error) from error


def _to_be_read(path: Path) -> list[Path]:
    """Damaged databases under the old key that nothing was taken over from yet."""
    return [*salvage.waiting(path), *salvage.found(path)]


def _sealed_columns(db: sqlite3.Connection) -> list[tuple[str, list[str]]]:
    """Every column that may hold a sealed value, by table: whoever adds one adds it here.

    A value that only looks like one keeps a key for longer, no more.
    """
    tables = db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    found = []
    for (table,) in tables:
        columns = [
            name
            for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")
            if kind == "BLOB" and not (table == "receipt" and name in _ALIKE)
        ]
        if columns:
            found.append((table, columns))
    return found


def _named_from(
    db: sqlite3.Connection, table: str, columns: list[str], after: int
) -> tuple[set[int], int | None]:
    """Keys named in the next slice of rows; where to go on, ``None`` at the end."""
    numbers = ", ".join(map(_NUMBER.format, columns))
    try:
        rows = db.execute(
            f"""SELECT rowid, {numbers} FROM {table} WHERE rowid > ? ORDER BY rowid
            LIMIT ?""",  # noqa: S608 -- ours
            (after, SLICE_ROWS),
        ).fetchall()
    except sqlite3.OperationalError:  # WITHOUT ROWID: those are short
        rows = db.execute(f"SELECT 0, {numbers} FROM {table}").fetchall()  # noqa: S608
        after = -1
    found = {int.from_bytes(each, "big") for _, *said in rows for each in said if each}
    going_on = after >= 0 and len(rows) == SLICE_ROWS
    return found, rows[-1][0] if going_on else None
