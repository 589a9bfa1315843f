"""Old rows are encrypted, rotations taken up, keys that nothing is under destroyed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.store import moving
from agent.store.data_keys import POOL, KeyEncryptionKey
from agent.store.key_care import LOOK_S
from agent.store.pen import Pen
from agent.store.records import (
    AcceptJob,
    Append,
    DecideReceipt,
    JobState,
    KeepMemory,
    MoveCursor,
    OpenReceipt,
    PutParcel,
    SettleJob,
)
from agent.store.vault import Vault, key_number
from tests.fakes.clock import EPOCH, FakeClock
from tests.store.builders import (
    BODY,
    KEK,
    VAULT,
    a_job,
    a_parcel,
    a_receipt,
    an_entry,
    job_id,
    opened,
    raw_of,
    receipt_id,
)
from tests.store.test_old_files import IN_THE_CLEAR, unpacked, version_of

NEW = KeyEncryptionKey(b"kek-no-2", bytes(32))
SEALED = (
    *(("job", "raw"), ("job", "decision"), ("passing", "raw"), ("event", "body")),
    *(("receipt", column) for column in ("token", "body", "strip", "gist", "session")),
    *(("parcel", "recipient"), ("parcel", "detail"), ("aside", "problem")),
    *(("printer_memory", "memory"), ("pack", "body"), ("consent", "body")),
)


class Files:
    """A folder of keys, in memory."""

    def __init__(self, *keks: KeyEncryptionKey) -> None:
        self.keks = keks
        self.retired = 0

    def read(self) -> tuple[KeyEncryptionKey, ...]:
        return self.keks

    def retire(self) -> None:
        self.retired += 1
        self.keks = self.keks[:1]


def tags(path: Path) -> set[bytes]:
    db = sqlite3.connect(path)
    try:
        return {
            tag
            for table, column in SEALED
            for (tag,) in db.execute(
                f"SELECT substr({column}, 1, 1) FROM {table} WHERE {column} NOT NULL"
            )
        }
    finally:
        db.close()


@pytest.mark.parametrize("packed", IN_THE_CLEAR[-2:], ids=lambda path: path.name[:3])
async def test_an_old_file_is_encrypted_row_by_row(
    packed: Path, tmp_path: Path
) -> None:
    path = unpacked(packed, tmp_path)
    assert tags(path) == {b"\x01"}
    async with opened(tmp_path) as store:
        assert store._keeper._care is not None
        await store._keeper._care.reseal()
        assert tags(path) == {b"\x02"}
        for number in (1, 2, 3):
            assert await store.job_raw(job_id(number)) == raw_of(number)
            found = await store.receipt(receipt_id(number))
            assert found is not None
            assert found.body == BODY
        logged = await store.entries_after(0, 9, 9999)
        assert [each.entry for each in logged] == [an_entry(n) for n in (1, 2, 3)]
        assert await store.printer_memory("tcp://printer") == b"logo 1"
        (parcel,) = await store.due_parcels("email", 9, 9)
        assert parcel.recipient == "anna@example.org"
        consents = await store.consents_of(bytes([2]) * 24)
        assert [row.body for row in consents] == [b'{"seq":2}']
        # the log is as immutable as before
        with pytest.raises(sqlite3.IntegrityError, match="immutable"):
            await store._hop.run(
                lambda db: db.execute("UPDATE event SET body = x'02ff' WHERE seq = 1")
            )
    assert version_of(packed) >= 13


async def test_the_plain_text_of_an_old_file_is_gone(tmp_path: Path) -> None:
    from agent.store.seal import CheckedSealer

    noise = raw_of(1)[20:60]  # incompressible: it stands in the file as it is
    async with opened(tmp_path, sealer=CheckedSealer()) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
    assert noise in _bytes_of(tmp_path)
    async with opened(tmp_path) as store:
        assert store._keeper._care is not None
        await store._keeper._care.reseal()
        assert noise not in _bytes_of(tmp_path)
        assert await store.job_raw(job_id(1)) == raw_of(1)


async def test_a_damaged_old_row_does_not_stop_the_others(tmp_path: Path) -> None:
    path = unpacked(IN_THE_CLEAR[-1], tmp_path)
    db = sqlite3.connect(path)
    with db:
        db.execute(
            "UPDATE job SET raw = CAST(substr(raw, 1, 40) AS BLOB) WHERE id = ?",
            (job_id(2).bytes,),
        )
    db.close()
    async with opened(tmp_path) as store:
        assert store._keeper._care is not None
        await store._keeper._care.reseal()
    assert tags(path) == {b"\x01", b"\x02"}
    async with opened(tmp_path) as store:
        assert await store.job_raw(job_id(3)) == raw_of(3)


async def test_a_rotation_is_taken_up_while_the_agent_runs(tmp_path: Path) -> None:
    files, clock = Files(KEK), FakeClock()
    async with opened(tmp_path, clock=clock, sealer=Vault((KEK,), files)) as store:
        for number in range(40):
            await store.commit(AcceptJob(a_job(number), raw_of(number)))
        assert not await store.take_up_keys()
        files.keks = (NEW, KEK)
        assert await store.take_up_keys()
        assert files.retired == 1
        await store.commit(AcceptJob(a_job(40), raw_of(40)))
        for number in range(41):
            assert await store.job_raw(job_id(number)) == raw_of(number)
        assert not await store.take_up_keys()
    async with opened(tmp_path, sealer=Vault((NEW,))) as store:
        for number in range(41):
            assert await store.job_raw(job_id(number)) == raw_of(number)
    assert LOOK_S <= 60


async def test_a_rotation_that_a_kill_cut_off_goes_on_at_the_next_start(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        for number in range(40):
            await store.commit(AcceptJob(a_job(number), raw_of(number)))
    files = Files(NEW, KEK)
    vault = Vault(files.keks, files)
    async with opened(tmp_path, sealer=vault) as store:
        assert store._keeper._care is not None
        sealer = store._keeper._care._sealers[0]
        await store._hop.run(lambda _: sealer.keys.rewrap(10))  # and no more
    async with opened(tmp_path, sealer=vault) as store:
        assert await store.take_up_keys()
    async with opened(tmp_path, sealer=Vault((NEW,))) as store:
        for number in range(40):
            assert await store.job_raw(job_id(number)) == raw_of(number)


async def test_a_key_goes_with_the_last_that_is_under_it(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(MoveCursor("rcu", 0), KeepMemory("tcp", b"logo"))
        for number in (1, 2):
            await store.commit(
                AcceptJob(a_job(number), raw_of(number)),
                OpenReceipt(a_receipt(number)),
                Append(an_entry(number)),
            )
        await store.commit(
            SettleJob(job_id(1), JobState.NO_PAPER, "R21"),
            DecideReceipt(receipt_id(1), "qr"),
            MoveCursor("rcu", 2),
        )
        wrapped = _wrapped(tmp_path, job_id(1).bytes)
        assert wrapped in _bytes_of(tmp_path)
        clock._elapsed_s = 73 * 3600.0
        await store.commit(PutParcel(a_parcel(2)))
        assert await store.erase()
        assert wrapped not in _bytes_of(tmp_path)
        # What is still needed is still readable, and what comes is kept.
        assert await store.job_raw(job_id(2)) == raw_of(2)
        found = await store.receipt(receipt_id(2))
        assert found is not None
        assert await store.printer_memory("tcp") == b"logo"
        (parcel,) = await store.due_parcels("email", clock_ms(clock), 9)
        assert parcel.recipient == "anna@example.org"
        await store.commit(Append(an_entry(3)), AcceptJob(a_job(3), raw_of(3)))
    async with opened(tmp_path) as store:
        assert await store.job_raw(job_id(3)) == raw_of(3)
        assert [each.seq for each in await store.entries_after(0, 9, 9999)] == [3]


async def test_no_key_goes_that_any_table_names(tmp_path: Path) -> None:
    """A table that somebody adds tomorrow is looked at too."""
    async with opened(tmp_path) as store:
        care = store._keeper._care
        assert care is not None
        sealer = care._sealers[0]

        def tomorrow(db: sqlite3.Connection) -> list[bytes]:
            db.execute("CREATE TABLE tomorrow(k TEXT, said BLOB) STRICT")
            db.execute(
                "CREATE TABLE other(k TEXT PRIMARY KEY, said BLOB) STRICT, WITHOUT ROWID"
            )
            sealed = [sealer.seal(b"x", b"t", sealer.document_key()) for _ in range(2)]
            db.execute("INSERT INTO tomorrow VALUES ('a', ?)", sealed[:1])
            db.execute("INSERT INTO other VALUES ('a', ?)", sealed[1:])
            return sealed

        sealed = await store._hop.run(tomorrow)
        for number in range(POOL + 1):
            await store.commit(AcceptJob(a_job(number), raw_of(number)))
        await store._hop.run(lambda db: db.execute("UPDATE job SET raw = NULL"))
        assert await care.sweep() >= POOL - 1
        again = await store._hop.run(
            lambda _: [sealer.unseal(each, b"t") for each in sealed]
        )
        assert again == [b"x", b"x"]


async def test_a_key_that_is_used_while_they_are_counted_stays(tmp_path: Path) -> None:
    """Between counting and destroying, a late word about an erased receipt."""
    async with opened(tmp_path) as store:
        care = store._keeper._care
        assert care is not None
        await store.commit(OpenReceipt(a_receipt(1)))
        await store._hop.run(
            lambda db: db.execute(
                """UPDATE receipt SET token = NULL, body = NULL, strip = NULL,
                gist = NULL"""
            )
        )
        write = care._write

        async def late(work: Callable[[Pen], int]) -> int:
            await store.commit(Append(an_entry(1)))
            return await write(work)

        care._write = late  # type: ignore[assignment, method-assign]
        await care.sweep()
        (entry,) = await store.entries_after(0, 9, 9999)
        assert entry.entry == an_entry(1)


def clock_ms(clock: FakeClock) -> int:
    return int(clock.now().timestamp() * 1000)


def _wrapped(folder: Path, job: bytes) -> bytes:
    db = sqlite3.connect(folder / "agent.db")
    (sealed,) = db.execute("SELECT raw FROM job WHERE id = ?", (job,)).fetchone()
    (wrapped,) = db.execute(
        "SELECT wrapped FROM data_key WHERE kid = ?", (key_number(sealed),)
    ).fetchone()
    db.close()
    return bytes(wrapped)


def _bytes_of(folder: Path) -> bytes:
    return b"".join(
        path.read_bytes() for path in folder.iterdir() if path.suffix != ".lock"
    )


def test_the_vault_of_the_tests_is_one_that_a_till_could_have() -> None:
    assert len(VAULT.keks[0].secret) == 32


async def test_a_rotation_takes_the_exports_along(tmp_path: Path) -> None:
    files, clock = Files(KEK), FakeClock()
    async with opened(tmp_path, clock=clock, sealer=Vault((KEK,), files)) as store:
        await store.commit(MoveCursor("rcu", 0), Append(an_entry(1)))
        clock._elapsed_s = 31 * 86_400.0
        await store.erase()
        (export,) = (tmp_path / "overdue").glob("*.db")
        files.keks = (NEW, KEK)
        assert await store.take_up_keys()
        assert await store.put_back(export) == 1
        (entry,) = await store.entries_after(0, 9, 9999)
        assert entry.entry == an_entry(1)
    # Of a file that was carried elsewhere meanwhile the old key is needed, and said.
    async with opened(tmp_path / "other") as store:
        with pytest.raises(StoreError, match="put that key back"):
            await store.put_back(export)
        await store.ping()
    async with opened(tmp_path / "other") as store:
        assert await store.log_height() == 0


async def test_an_export_that_cannot_be_read_keeps_the_old_key_and_ends_nothing(
    tmp_path: Path,
) -> None:
    files = Files(KEK)
    async with opened(tmp_path, sealer=Vault((KEK,), files)) as store:
        (tmp_path / "overdue").mkdir()
        export = tmp_path / "overdue" / "1-2.db"
        export.write_bytes(b"no database" * 400)
        with pytest.raises(StoreError, match=r"1-2\.db"):
            await store.put_back(export)
        files.keks = (NEW, KEK)
        with pytest.raises(StoreError, match="old one is needed still"):
            await store.take_up_keys()
        assert files.retired == 0
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
        await store.ping()
    assert not (tmp_path / "agent.db.suspect").exists()


async def test_no_rotation_while_a_damaged_database_waits_to_be_read(
    tmp_path: Path,
) -> None:
    files = Files(KEK)
    async with opened(tmp_path, sealer=Vault((KEK,), files)) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
    moving.renew(tmp_path / "agent.db", EPOCH, 100)
    async with opened(tmp_path, sealer=Vault((KEK,), files)) as store:
        files.keks = (NEW, KEK)
        with pytest.raises(StoreError, match="when the damaged database is read"):
            await store.take_up_keys()
        assert files.retired == 0


async def test_what_was_put_aside_goes_with_age(tmp_path: Path) -> None:
    clock = FakeClock()
    old, waiting = (
        tmp_path / "quarantine" / name
        for name in ("20250101T000000Z-replaced", "20250102T000000Z-damaged")
    )
    for folder in (old, waiting):
        folder.mkdir(parents=True)
        (folder / "agent.db").write_bytes(b"x")
        os.utime(folder, (0, 0))
    async with opened(tmp_path, clock=clock) as store:
        await store.erase()
    assert [each.name for each in (tmp_path / "quarantine").iterdir()] == [waiting.name]
