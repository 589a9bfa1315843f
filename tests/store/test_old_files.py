"""Databases that older versions wrote are opened, whole.

``old/vNN.sqlite.gz`` was written by the program of its time (schema NN) with the records
of ``builders``: three jobs that became receipts, the first printed, the second by e-mail.
Of schemas 9, 11 and 15 to 18 no file is known.  From 16 on what is in them is encrypted,
under the key of ``builders``.
"""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest

from agent.choice.preference import Preference
from agent.store import card_holders, preferences
from agent.store.schema import MIGRATIONS
from tests.store.builders import (
    BODY,
    a_job,
    an_entry,
    job_id,
    opened,
    raw_of,
    receipt_id,
    token,
)

CARD, NOBODY = b"\x07" * 16, b"\x08" * 16
OLD = sorted((Path(__file__).parent / "old").glob("v*.sqlite.gz"))


def version_of(path: Path) -> int:
    return int(path.name[1:3])


IN_THE_CLEAR = [path for path in OLD if version_of(path) < 16]
"""Of versions that encrypted nothing."""


def unpacked(packed: Path, folder: Path) -> Path:
    path = folder / "agent.db"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    return path


@pytest.mark.parametrize("packed", OLD, ids=lambda path: path.name[:3])
async def test_an_old_file_is_opened_whole(packed: Path, tmp_path: Path) -> None:
    path, version = unpacked(packed, tmp_path), version_of(packed)
    async with opened(tmp_path) as store:
        for number in (1, 2, 3):
            assert await store.job_raw(job_id(number)) == raw_of(number)
            found = await store.receipt(receipt_id(number))
            assert found is not None
            assert (found.body, found.token) == (BODY, token(number))
        assert next(iter(await store.unsettled_jobs())).id == job_id(2)
        logged = await store.entries_after(0, 9, 9999)
        assert [each.entry for each in logged] == [an_entry(n) for n in (1, 2, 3)]
        assert await store.cursor("rcu") == 1
        assert [each.problem for each in await store.set_aside("rcu")] == ["refused"]
        (parcel,) = await store.due_parcels("email", 9, 9)
        assert (parcel.recipient, parcel.receipt) == ("anna@example.org", receipt_id(2))
        if version >= 2:
            assert await store.printer_memory("tcp://printer") == b"logo 1"
        if version >= 6:
            assert await store.passing(job_id(3)) == b"\x1b@"
        if version >= 12:
            consents = await store.consents_of(bytes([2]) * 24)
            assert [row.body for row in consents] == [b'{"seq":2}']
        if version >= 19:
            kept = await store.ask(lambda db, _: preferences.read(db, CARD))
            assert kept == Preference("qr", account_only=False, no_email=False)
            holder = await store.ask(
                lambda db, seal: card_holders.holder(db, seal, CARD)
            )
            assert holder == b"{}"
            assert await store.ask(lambda db, _: card_holders.is_blocked(db, NOBODY))
        (first, *_) = await store.lately(0, 9)
        assert first == a_job(1, first.state)  # type: ignore[union-attr]
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    db.close()


def test_each_schema_is_kept_of_which_a_file_is_known() -> None:
    assert [version_of(path) for path in OLD] == [*range(1, 9), 10, 12, 13, 14, 19]
