"""How fast is durable?  ``python -m bench.durable [--json] [FOLDER]``

Every figure is a ratio against a plain append + fdatasync of the same bytes,
measured in the same run, on the same disk, in turns (the disk's mood changes by
the second).  Nothing is hidden: a ratio above 1 is slower than the limit, a
group commit figure is a multiple of the sync rate.  FOLDER says which disk:
what the ratio is depends on it (docs/decisions/0003-store.md).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import tempfile
import time
import zlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Protocol
from uuid import UUID

from agent.clock import SystemClock
from agent.ids import EntryId, JobId, uuid7
from agent.store.data_keys import MIGRATION, KeyEncryptionKey
from agent.store.hop import Hop
from agent.store.records import AcceptJob, Append, Change, Entry, Job
from agent.store.seal import LEVEL, CheckedSealer, Sealing
from agent.store.settings import StoreSettings
from agent.store.store import Store
from agent.store.vault import Vault
from hardware_sim import library_bytes, receipts
from hardware_sim.goods import Trade

LONE = 300
"""Single accepts, each followed by a raw append and sync."""
PAUSE_S = 0.002
"""A till at rest between two receipts."""
GROUP_S = 1.5
PRODUCERS = (1, 8, 32, 128)
RECEIPT_BYTES = 3008
CPU_TURNS = 5
CPU_JOBS = 320
VAULT = Vault((KeyEncryptionKey(b"kek-no-1", os.urandom(32)),))

_LABELS = ("CAFE NOIR", "BAGUETTE TRAD", "LAIT DEMI ECREME 1L", "POMMES GOLDEN", "SAC")


def _receipt(number: int) -> bytes:
    """3008 bytes as a till prints them; zlib makes about 1.2 KB of it."""
    dice = Random(number)
    lines = [f"MAGASIN 42  CAISSE 3  TICKET {number:06d}"]
    size = 0
    while size < RECEIPT_BYTES:
        cents, code = dice.randrange(50, 4000), dice.randrange(10**12, 10**13)
        label = f"{code} {dice.choice(_LABELS)}"
        lines.append(f"{label:<34}{cents // 100:>5},{cents % 100:02d} A")
        size = sum(map(len, lines)) + 2 * len(lines)
    return b"\x1b@" + "\r\n".join(lines).encode()[: RECEIPT_BYTES - 6] + b"\x1dVA\x00"


POOL = [_receipt(number) for number in range(256)]
"""Made before anything is timed."""


def receipt(number: int) -> bytes:
    return POOL[number % len(POOL)]


def _key(number: int) -> UUID:
    return uuid7(1_767_344_400_000 + number, os.urandom(10))


def _job(number: int) -> AcceptJob:
    job = Job(JobId(_key(number)), "raw_tcp", number, "cut", "document")
    return AcceptJob(job, receipt(number))


@cache
def _papers() -> Sequence[bytes]:
    """As POS send them: four trades, each with its logo."""
    trades: tuple[Trade, ...] = ("bakery", "supermarket", "fashion", "restaurant")
    return [
        library_bytes.encode(receipts.sale(trades[seed % 4], seed, columns=42))
        for seed in range(40)
    ]


def _paper(number: int) -> AcceptJob:
    return replace(_job(number), raw=_papers()[number % len(_papers())])


def _entry(number: int) -> Append:
    body = receipt(number)
    return Append(Entry(EntryId(_key(number)), "receipt.issued.v1", number, None, body))


KINDS: Mapping[str, Callable[[int], Change]] = {
    "job": _job,
    "entry": _entry,
    "paper": _paper,
}


class Say(Protocol):
    def __call__(self, bench: str, **figures: object) -> None: ...


def as_json(bench: str, **figures: object) -> None:
    print(json.dumps({"bench": bench, **figures}), flush=True)


class Table:
    """A heading for each bench, a row for each of its figures."""

    def __init__(self) -> None:
        self._bench = ""
        print(f"raw: append + fdatasync of the same {RECEIPT_BYTES} bytes, in turns")

    def __call__(self, bench: str, **figures: object) -> None:
        heads = [f"{name.replace('_', ' '):>5}" for name in figures]
        if bench != self._bench:
            self._bench = bench
            print(f"\n{bench}\n{'  '.join(heads)}")
        row = zip(heads, figures.values(), strict=True)
        print("  ".join(f"{value!s:>{len(head)}}" for head, value in row), flush=True)


def _quantiles(seconds: list[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.99)]


class RawFile:
    """The limit: append the same bytes, fdatasync."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append(self, raw: bytes) -> float:
        started = time.perf_counter()
        os.write(self._file, raw)
        os.fdatasync(self._file)
        return time.perf_counter() - started


@asynccontextmanager
async def opened(folder: Path, sealer: Sealing = VAULT) -> AsyncGenerator[Store]:
    async with Store.open(
        folder / "agent.db",
        sealer=sealer,
        clock=SystemClock(),
        settings=StoreSettings(),
    ) as store:
        yield store


async def lone(folder: Path, say: Say) -> None:
    """One receipt at a time, as a till has them."""
    raw_file = RawFile(folder / "raw")
    accepts, syncs = [], []
    async with opened(folder / "lone") as store:
        for number in range(LONE):
            started = time.perf_counter()
            await store.commit(_job(number))
            accepts.append(time.perf_counter() - started)
            await asyncio.sleep(PAUSE_S)
            syncs.append(raw_file.append(receipt(number)))
            await asyncio.sleep(PAUSE_S)
    (p50, p99), (raw50, raw99) = _quantiles(accepts), _quantiles(syncs)
    say(
        bench="accept one at a time",
        n=LONE,
        p50_ms=round(p50 * 1000, 2),
        p99_ms=round(p99 * 1000, 2),
        raw_p50_ms=round(raw50 * 1000, 2),
        raw_p99_ms=round(raw99 * 1000, 2),
        p50_ratio=round(p50 / raw50, 2),
        p99_ratio=round(p99 / raw99, 2),
    )


async def group(folder: Path, producers: int, say: Say) -> None:
    """Many at once: receipts a second against the rate of raw syncs."""
    raw_file = RawFile(folder / f"raw{producers}")
    waits: list[float] = []

    async with opened(folder / f"group{producers}") as store:

        async def produce(first: int, until: float) -> None:
            number = first
            while time.perf_counter() < until:
                started = time.perf_counter()
                await store.commit(_job(number))
                waits.append(time.perf_counter() - started)
                number += producers

        before = [raw_file.append(receipt(n)) for n in range(100)]
        transactions = store.transactions
        until = time.perf_counter() + GROUP_S
        async with asyncio.TaskGroup() as tasks:
            for producer in range(producers):
                tasks.create_task(produce(producer, until))
        transactions = store.transactions - transactions
        after = [raw_file.append(receipt(n)) for n in range(100)]
    syncs_per_s = len(before + after) / sum(before + after)
    p50, p99 = _quantiles(waits)
    say(
        bench="group commit",
        producers=producers,
        receipts_per_s=round(len(waits) / GROUP_S),
        raw_syncs_per_s=round(syncs_per_s),
        times_sync_rate=round(len(waits) / GROUP_S / syncs_per_s, 2),
        receipts_per_commit=round(len(waits) / transactions, 1),
        p50_ms=round(p50 * 1000, 2),
        p99_ms=round(p99 * 1000, 2),
    )


async def processor(folder: Path, together: int, say: Say) -> None:
    """What an accept costs the processor, encrypted and only checked, in turns."""
    took: dict[str, list[float]] = {"checked": [], "encrypted": []}
    for turn in range(CPU_TURNS):
        for name, sealer in (("checked", CheckedSealer()), ("encrypted", VAULT)):
            where = folder / f"cpu-{together}-{name}-{turn}"
            async with opened(where, sealer) as store:
                started = time.process_time()
                for first in range(0, CPU_JOBS, together):
                    async with asyncio.TaskGroup() as tasks:
                        for number in range(first, first + together):
                            tasks.create_task(store.commit(_job(number)))
                took[name].append((time.process_time() - started) / CPU_JOBS * 1e6)
    say(
        bench="processor",
        at_once=together,
        checked_us=round(statistics.median(took["checked"])),
        encrypted_us=round(statistics.median(took["encrypted"])),
    )


async def wal_bytes(folder: Path, what: str, together: int, say: Say) -> None:
    """What a receipt writes to the flash before any checkpoint."""
    make = KINDS[what]
    count = 64
    async with opened(folder / f"wal-{what}-{together}") as store:
        hop: Hop = store._hop  # noqa: SLF001 -- a bench may look inside
        for number in range(32):  # a tree with some pages, as in life
            await store.commit(make(number))
        await hop.run(
            lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        )
        for first in range(1000, 1000 + count, together):
            await store.commit(*(make(first + n) for n in range(together)))
        wal = (folder / f"wal-{what}-{together}" / "agent.db-wal").stat().st_size
    say(
        bench="WAL bytes",
        what=what,
        receipts_per_commit=together,
        plain_bytes=sum(map(len, _papers())) // len(_papers())
        if what == "paper"
        else RECEIPT_BYTES,
        wal_bytes_per_receipt=round(wal / count),
    )


def sealing(say: Say) -> None:
    """What the seal costs and saves."""
    for level in (1, LEVEL):
        started = time.process_time()
        sizes = [len(zlib.compress(plain, level)) for plain in POOL]
        took = (time.process_time() - started) / len(POOL)
        say(
            bench="seal",
            zlib_level=level,
            plain_bytes=RECEIPT_BYTES,
            sealed_bytes=round(statistics.mean(sizes)) + 9,
            microseconds=round(took * 1e6),
        )


def encrypting(say: Say) -> None:
    """What a record costs on its way to the disk and back, with a key of its own."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("CREATE TABLE job(n INTEGER)")
        db.execute("CREATE TABLE receipt(n INTEGER)")
        for statement in MIGRATION:
            db.execute(statement)
        sealer = VAULT.on(db)
        started = time.process_time()
        sealed = [sealer.seal(each, b"job", sealer.document_key()) for each in POOL]
        sealing_s = time.process_time() - started
        reader = VAULT.on(db)  # which has seen none of the keys
        started = time.process_time()
        for each in sealed:
            reader.unseal(each, b"job")
        opening_s = time.process_time() - started
    say(
        bench="seal with a key of its own",
        plain_bytes=RECEIPT_BYTES,
        sealed_bytes=round(statistics.mean(map(len, sealed))),
        seal_us=round(sealing_s / len(POOL) * 1e6),
        unseal_us=round(opening_s / len(POOL) * 1e6),
    )


async def main(folder: Path, say: Say) -> None:
    sealing(say)
    encrypting(say)
    await lone(folder, say)
    for producers in PRODUCERS:
        await group(folder, producers, say)
    for together in (1, 8, 32):
        await processor(folder, together, say)
    for what in KINDS:
        for together in (1, 8, 32):
            await wal_bytes(folder, what, together, say)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.durable")
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="on which disk")
    parser.add_argument("--json", action="store_true", help="a line of JSON a figure")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as temporary:
        asyncio.run(main(Path(temporary), as_json if asked.json else Table()))
