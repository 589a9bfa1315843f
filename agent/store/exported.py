"""Who is in the exports of :mod:`agent.store.overdue`, and their end there.

An export carries an index, ``whose``: reference of a contact (24 bytes, as in
``known_by``) and entry.  To forget somebody in it needs no key.  An export of an older
version has none, and is read for it.

The file is written anew without the entries and without their data keys, and the former
one is overwritten before it is let go: nothing of it is a free block of the disk.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from agent.errors import StoreError
from agent.ids import ReceiptId
from agent.store import parcels
from agent.store.damage import UNREADABLE, DamagedRecord
from agent.store.seal import Sealer, Sealing, place
from agent.store.vault import TAG_ENCRYPTED, key_number

FOLDER: Final = "overdue"
INDEX: Final = """CREATE TABLE whose(
  subject BLOB NOT NULL CHECK(length(subject) = 24),
  seq     INTEGER NOT NULL,
  PRIMARY KEY(subject, seq)
) STRICT, WITHOUT ROWID"""
ZEROS: Final = bytes(1 << 16)

_SUBJECT: Final = re.compile(rb"hmac-sha256:([0-9a-f]{16}):([0-9a-f]{32})")
_TELLING: Final = ("identity.captured.v1", "consent.recorded.v1")
_ENTRY: Final = "SELECT seq, id, type, at_ms, receipt, body FROM event WHERE seq = ?"


@dataclass(frozen=True, slots=True)
class Found:
    """Of one contact: how many entries, and names of files that could not be read."""

    entries: int = 0
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """An entry in an export.  ``body``: JSON; ``None``: it is damaged."""

    file: str
    type: str
    at_ms: int
    body: bytes | None


def files(database: Path) -> list[Path]:
    """The exports beside that database."""
    return sorted((database.parent / FOLDER).glob("*.db"))


def whose(
    db: sqlite3.Connection, sealer: Sealer, seqs: Sequence[int]
) -> set[tuple[bytes, int]]:
    """By whom those entries of a database, or of an export, are known."""
    about: dict[int, bytes] = {}
    pairs: set[tuple[bytes, int]] = set()
    for seq in seqs:
        row = db.execute(_ENTRY, (seq,)).fetchone()
        if row is not None and row[5] is not None:
            if row[4]:
                about[seq] = row[4]
            pairs |= {(subject, seq) for subject in _named(sealer, row)}
    known = _known(db, sealer, set(about.values()))
    for subject, seq in pairs:
        if seq in about:
            known.setdefault(about[seq], set()).add(subject)
    for seq, receipt in about.items():
        pairs |= {(subject, seq) for subject in known.get(receipt, ())}
    return pairs


def people(file: Path, sealing: Sealing) -> set[tuple[bytes, bytes]]:
    """By whom the receipts of an export are known.

    Raises:
        sqlite3.Error: it cannot be read.
        StoreError: it has no index, and its key is not here.
    """
    with _reading(file) as db:
        receipts = dict(db.execute("SELECT seq, receipt FROM event"))
        pairs = (
            db.execute("SELECT subject, seq FROM whose").fetchall()
            if _has_index(db)
            else whose(db, sealing.on(db), list(receipts))
        )
        return {(who, receipts[seq]) for who, seq in pairs if receipts.get(seq)}


def find(database: Path, sealing: Sealing, subject: bytes) -> Found:
    """How much of that contact is in the exports; one file at a time.  Blocking."""
    entries, unread = 0, []
    for file in files(database):
        try:
            with _reading(file) as db:
                entries += len(_of(db, sealing, subject))
        except (*UNREADABLE, StoreError):
            if file.exists():  # gone meanwhile: somebody took it away
                unread.append(file.name)
    return Found(entries, tuple(unread))


def said(database: Path, sealing: Sealing, subject: bytes) -> Iterator[Said]:
    """What the exports hold of that contact; what cannot be read is left out."""
    for file in files(database):
        try:
            with _reading(file) as db:
                sealer = sealing.on(db)
                for seq in _of(db, sealing, subject):
                    row = db.execute(_ENTRY, (seq,)).fetchone()
                    yield Said(file.name, row[2], row[3], _opened(sealer, row))
        except (*UNREADABLE, StoreError):
            continue


def forget(file: Path, sealing: Sealing, subject: bytes) -> int:
    """Destroy what the export holds of that contact; how many entries.

    Durable when it returns; safe to repeat.  A file of which nothing is left goes.  One
    that cannot be read is passed over: :func:`find` has told.

    Raises:
        OSError, sqlite3.Error: nothing of it is destroyed.
    """
    try:
        with _reading(file) as db:
            seqs = _of(db, sealing, subject)
    except (*UNREADABLE, StoreError):
        return 0
    if not seqs:
        return 0
    times = file.stat()
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with file.open("r+b") as before:
        shutil.copyfile(file, beside)
        left = _without(beside, seqs)
        sync(beside)
        if left:
            # Its age is that of the export.
            os.utime(beside, ns=(times.st_atime_ns, times.st_mtime_ns))
            beside.replace(file)
        else:
            beside.unlink()
            file.unlink()
        sync(file.parent)
        _overwrite(before, times.st_size)
    return len(seqs)


def remove(file: Path) -> None:
    """Gone, and overwritten.

    Raises:
        OSError: it stays, or its blocks do.
    """
    with file.open("r+b") as before:
        file.unlink()
        sync(file.parent)
        _overwrite(before, os.fstat(before.fileno()).st_size)


def _overwrite(before: BinaryIO, size: int) -> None:
    before.writelines(ZEROS[: size - start] for start in range(0, size, len(ZEROS)))
    before.flush()
    os.fsync(before.fileno())


def sync(path: Path) -> None:
    """A file or a folder, durable."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _without(beside: Path, seqs: list[int]) -> int:
    """Those entries and their keys are out of that copy; how many entries are left."""
    with closing(sqlite3.connect(beside, isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete = ON").fetchall()
        db.execute("BEGIN")
        db.executemany(
            "UPDATE event SET body = NULL WHERE seq = ?", [(seq,) for seq in seqs]
        )
        bodies = [
            body
            for (body,) in db.execute("SELECT body FROM event WHERE body IS NOT NULL")
        ]
        kept = {key_number(each) for each in bodies if each[:1] == TAG_ENCRYPTED}
        gone = [
            (kid,)
            for (kid,) in db.execute("SELECT kid FROM data_key").fetchall()
            if kid not in kept
        ]
        db.executemany("DELETE FROM data_key WHERE kid = ?", gone)
        if _has_index(db):
            db.executemany("DELETE FROM whose WHERE seq = ?", [(seq,) for seq in seqs])
        db.execute("COMMIT")
        db.execute("VACUUM")
        return len(bodies)


def _of(db: sqlite3.Connection, sealing: Sealing, subject: bytes) -> list[int]:
    """Entries of that contact that have a body."""
    if _has_index(db):
        rows = db.execute(
            """SELECT seq FROM whose JOIN event USING (seq)
            WHERE subject = ? AND body IS NOT NULL ORDER BY seq""",
            (subject,),
        )
        return [seq for (seq,) in rows]
    there = [seq for (seq,) in db.execute("SELECT seq FROM event")]
    pairs = whose(db, sealing.on(db), there)
    return sorted(seq for who, seq in pairs if who == subject)


def _known(
    db: sqlite3.Connection, sealer: Sealer, receipts: set[bytes]
) -> dict[bytes, set[bytes]]:
    """By whom each is known, and to whom it goes or lately went.  No table has an index."""
    found: dict[bytes, set[bytes]] = {}
    for subject, receipt in db.execute("SELECT subject, receipt FROM known_by"):
        if receipt in receipts:
            found.setdefault(receipt, set()).add(subject)
    for table, kind in (("parcel", "kind"), ("addressee", "'receipt'")):
        rows = db.execute(
            f"""SELECT receipt, channel, {kind}, recipient FROM {table}
            WHERE recipient IS NOT NULL"""  # noqa: S608 -- ours
        )
        for receipt, channel, carries, sealed in rows:
            if receipt not in receipts:
                continue
            name = parcels.key(channel, ReceiptId(UUID(bytes=receipt)), carries)
            try:
                whom = sealer.unseal(sealed, place(table, name, "recipient")).decode()
            except DamagedRecord:
                continue
            by = sealer.reference("email" if channel == "email" else "phone", whom)
            if by:
                found.setdefault(receipt, set()).add(by)
    return found


def _named(sealer: Sealer, row: tuple[Any, ...]) -> set[bytes]:
    """Whom the entry itself names."""
    if row[2] not in _TELLING or (body := _opened(sealer, row)) is None:
        return set()
    if row[2] == "consent.recorded.v1":
        return {
            bytes.fromhex((kid + digest).decode())
            for kid, digest in _SUBJECT.findall(body)
        }
    try:
        told = json.loads(body)
        by = sealer.reference(told["kind"], str(told["value"]))
    except (ValueError, KeyError, TypeError):
        return set()
    return {by} if by else set()


def _opened(sealer: Sealer, row: tuple[Any, ...]) -> bytes | None:
    _, key, kind, at_ms, receipt, sealed = row
    about = UUID(bytes=receipt) if receipt else None
    at = place("event", UUID(bytes=key), "body", kind, at_ms, about)
    try:
        return sealer.unseal(sealed, at)
    except DamagedRecord:
        return None


def _has_index(db: sqlite3.Connection) -> bool:
    sql = "SELECT 1 FROM sqlite_schema WHERE name = 'whose'"
    return db.execute(sql).fetchone() is not None


def _reading(file: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True))
