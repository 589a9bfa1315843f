"""Nothing readable on the disk; each key where it belongs; the wrong one is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import StoreError
from agent.store.damage import DamagedRecord
from agent.store.data_keys import MIGRATION, POOL, KeyEncryptionKey
from agent.store.handovers import KeepSession
from agent.store.pen import transaction
from agent.store.records import (
    AcceptJob,
    Append,
    GaveUp,
    JobState,
    KeepMemory,
    KeepPiece,
    OpenReceipt,
    PutParcel,
    SetAside,
    SettleJob,
)
from agent.store.seal import CheckedSealer
from agent.store.vault import Vault, VaultSealer, key_number
from tests.store.builders import (
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

AAD = b"job/1/raw"


@contextmanager
def keys_only(
    vault: Vault = VAULT,
) -> Generator[tuple[sqlite3.Connection, VaultSealer]]:
    """A database that holds keys and nothing else."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute("CREATE TABLE job(n INTEGER)")
    db.execute("CREATE TABLE receipt(n INTEGER)")
    for statement in MIGRATION:
        db.execute(statement)
    try:
        yield db, vault.on(db)
    finally:
        db.close()


@given(plain=st.binary(max_size=3000), aad=st.binary(max_size=40))
def test_what_is_sealed_comes_back(plain: bytes, aad: bytes) -> None:
    with keys_only() as (_, sealer):
        sealed = sealer.seal(plain, aad)
        assert sealer.unseal(sealed, aad) == plain
        if len(plain) > 8:
            assert plain not in sealed


@given(
    plain=st.binary(max_size=300), bit=st.integers(min_value=0), cut=st.integers(0, 400)
)
def test_no_flipped_bit_and_no_cut_goes_unseen(
    plain: bytes, bit: int, cut: int
) -> None:
    with keys_only() as (_, sealer):
        sealed = bytearray(sealer.seal(plain, AAD))
        shorter = bytes(sealed[: min(cut, len(sealed) - 1)])
        sealed[bit // 8 % len(sealed)] ^= 1 << bit % 8
        for rotten in (bytes(sealed), shorter, bytes(sealed) + b"x"):
            with pytest.raises(DamagedRecord, match="job/1/raw"):
                sealer.unseal(rotten, AAD)


def test_the_same_text_twice_is_two_ciphertexts() -> None:
    with keys_only() as (_, sealer):
        assert sealer.seal(b"12,34", AAD) != sealer.seal(b"12,34", AAD)


def test_another_place_another_fact_and_another_key_are_seen() -> None:
    with keys_only() as (_, sealer):
        first, second = sealer.document_key(), sealer.document_key()
        assert first != second
        sealed = sealer.seal(b"12,34", b"event/1/body\0choice\x002", first)
        assert key_number(sealed) == first
        with pytest.raises(DamagedRecord, match=r"^record event/1/body is"):
            sealer.unseal(sealed, b"event/1/body\0choice\x003")
        with pytest.raises(DamagedRecord):
            sealer.unseal(sealed, b"event/2/body\0choice\x002")
        moved = sealed[:1] + second.to_bytes(6, "big") + sealed[7:]
        with pytest.raises(DamagedRecord):
            sealer.unseal(moved, b"event/1/body\0choice\x002")


def test_what_the_first_scheme_sealed_is_read() -> None:
    with keys_only() as (_, sealer):
        assert sealer.unseal(CheckedSealer().seal(b"old", AAD), AAD) == b"old"


def test_keys_of_a_transaction_that_was_rolled_back_are_not_used_again() -> None:
    with keys_only() as (db, sealer):
        _roll_back(db, sealer)
        with transaction(db, sealer):
            sealed = [
                sealer.seal(b"y", AAD, kid)
                for kid in (0, *(sealer.document_key() for _ in range(POOL + 1)))
            ]
        # By the file alone, as after a restart.
        again = VAULT.on(db)
        assert {again.unseal(each, AAD) for each in sealed} == {b"y"}


def _roll_back(db: sqlite3.Connection, sealer: VaultSealer) -> None:
    db.execute("BEGIN")
    sealer.document_key()
    sealer.seal(b"x", AAD)
    db.execute("ROLLBACK")
    sealer.settle(committed=False)


def test_documents_share_a_write_of_keys() -> None:
    with keys_only() as (db, sealer):
        for _ in range(POOL):
            sealer.document_key()
        assert db.execute("SELECT count(*) FROM data_key").fetchone() == (POOL,)
        sealer.document_key()
        assert db.execute("SELECT count(*) FROM data_key").fetchone() == (2 * POOL,)


def test_what_comes_for_a_destroyed_key_is_sealed_under_another() -> None:
    with keys_only() as (db, sealer):
        kid = sealer.document_key()
        before = sealer.seal(b"before", AAD, kid)
        sealer.destroy({kid})
        with pytest.raises(DamagedRecord):
            sealer.unseal(before, AAD)
        after = sealer.seal(b"after", AAD, kid)
        assert key_number(after) != kid
        assert sealer.unseal(after, AAD) == b"after"
        assert (
            db.execute("SELECT 1 FROM data_key WHERE kid = ?", (kid,)).fetchall() == []
        )


def test_a_damaged_wrapped_key_costs_what_is_under_it_only() -> None:
    with keys_only() as (db, sealer):
        first, second = sealer.document_key(), sealer.document_key()
        one, two = sealer.seal(b"one", AAD, first), sealer.seal(b"two", AAD, second)
        db.execute("UPDATE data_key SET wrapped = zeroblob(60) WHERE kid = ?", (first,))
        again = VAULT.on(db)
        with pytest.raises(DamagedRecord):
            again.unseal(one, AAD)
        assert again.unseal(two, AAD) == b"two"


def test_a_contact_has_one_key() -> None:
    with keys_only() as (_, sealer):
        anna, paul = b"a" * 24, b"p" * 24
        assert sealer.contact_key(anna) == sealer.contact_key(anna)
        assert sealer.contact_key(anna) != sealer.contact_key(paul)


def test_a_key_that_is_not_the_files_is_refused_with_the_remedy() -> None:
    other = KeyEncryptionKey(b"kek-no-2", bytes(32))
    with keys_only() as (db, sealer):
        sealer.seal(b"x", AAD)
        with pytest.raises(
            StoreError, match=f"{KEK.kid.hex()}.*{other.kid.hex()}.*back"
        ):
            Vault((other,)).on(db)
        with pytest.raises(StoreError, match="none"):
            Vault(()).on(db)
        assert Vault((other, KEK)).on(db).keys.document()


def test_a_new_key_of_the_till_reads_what_is_under_the_old_one() -> None:
    new = KeyEncryptionKey(b"kek-no-2", bytes(32))
    with keys_only() as (db, sealer):
        kids = [sealer.document_key() for _ in range(3)]
        sealed = [sealer.seal(b"%d" % kid, AAD, kid) for kid in kids]
        rotated = Vault((new, KEK)).on(db)
        assert rotated.unseal(sealed[0], AAD) == b"%d" % kids[0]
        while rotated.keys.rewrap(10):
            pass
        assert db.execute("SELECT kid FROM kek").fetchall() == [(new.kid,)]
        alone = Vault((new,)).on(db)
        assert [alone.unseal(each, AAD) for each in sealed] == [
            b"%d" % kid for kid in kids
        ]
        with pytest.raises(StoreError):
            Vault((KEK,)).on(db)


async def test_nothing_that_was_said_can_be_read_in_the_files(tmp_path: Path) -> None:
    secret = Random(7).randbytes(40).hex().encode()
    async with opened(tmp_path) as store:
        await store.commit(
            AcceptJob(a_job(1), secret),
            OpenReceipt(a_receipt(1)),
            Append(an_entry(1, secret)),
            PutParcel(a_parcel(1)),
            KeepSession(receipt_id(1), secret),
            KeepPiece(job_id(2), "tcp", 0, secret),
            KeepMemory("tcp", secret),
            SetAside("rcu", 1, secret.decode()),
            SettleJob(job_id(1), JobState.HELD, "R21", secret),
            GaveUp("tcp", 1),
        )
        files = _bytes_of(tmp_path)
    files += _bytes_of(tmp_path)
    for said in (secret, b"anna@example.org", a_receipt(1).body, b"Caf"):
        assert said not in files


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_a_document_has_one_key_for_all_that_is_of_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for number in (1, 2):
            await store.commit(AcceptJob(a_job(number), raw_of(number)))
            await store.commit(
                OpenReceipt(a_receipt(number)),
                Append(an_entry(number)),
                PutParcel(a_parcel(number)),
                KeepSession(receipt_id(number), b"{}"),
            )
        await store.commit(SetAside("rcu", 1, "refused"))
    db = sqlite3.connect(tmp_path / "agent.db")
    found = [
        {
            key_number(sealed)
            for column, table, key, of in (
                ("raw", "job", "id", job_id(number)),
                ("body", "receipt", "id", receipt_id(number)),
                ("strip", "receipt", "id", receipt_id(number)),
                ("token", "receipt", "id", receipt_id(number)),
                ("gist", "receipt", "id", receipt_id(number)),
                ("session", "receipt", "id", receipt_id(number)),
                ("body", "event", "receipt", receipt_id(number)),
                ("recipient", "parcel", "receipt", receipt_id(number)),
                ("detail", "parcel", "receipt", receipt_id(number)),
                ("recipient", "addressee", "receipt", receipt_id(number)),
            )
            for (sealed,) in db.execute(
                f"SELECT {column} FROM {table} WHERE {key} = ?", (of.bytes,)
            )
        }
        for number in (1, 2)
    ]
    (aside,) = db.execute("SELECT problem FROM aside").fetchone()
    db.close()
    assert [len(keys) for keys in found] == [1, 1]
    assert found[0] != found[1]
    assert {key_number(aside)} == found[0]


async def test_a_flipped_type_of_an_entry_is_seen(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(Append(an_entry(1)), Append(an_entry(2)))
    db = sqlite3.connect(tmp_path / "agent.db")
    with db:
        db.execute("DROP TRIGGER event_is_immutable")
        db.execute("UPDATE event SET type = 'receipt.voided.v1' WHERE seq = 1")
    db.close()
    async with opened(tmp_path) as store:
        with pytest.raises(DamagedRecord) as caught:
            await store.entries_after(0, 9, 9999)
        assert caught.value.seq == 1
        (second,) = await store.entries_after(1, 9, 9999)
        assert second.entry == an_entry(2)


async def test_a_start_with_the_wrong_key_touches_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
    wrong = Vault((KeyEncryptionKey(b"kek-no-2", bytes(32)),))
    with pytest.raises(StoreError, match="put that key back"):
        async with opened(tmp_path, sealer=wrong):
            pass
    async with opened(tmp_path) as store:
        assert await store.job_raw(job_id(1)) == raw_of(1)
