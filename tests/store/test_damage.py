"""Bit rot is seen, named, and costs no more than the record it hit."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.store.damage import DamagedRecord
from agent.store.records import (
    AcceptJob,
    Append,
    JobState,
    KeepPiece,
    OpenReceipt,
    PutParcel,
    SettleJob,
)
from agent.store.seal import CheckedSealer, Sealing, place
from tests.store.builders import (
    AT_MS,
    VAULT,
    a_job,
    a_parcel,
    a_receipt,
    an_entry,
    job_id,
    opened,
    receipt_id,
)

SEALER = CheckedSealer()


@given(plain=st.binary(max_size=3000), aad=st.binary(max_size=40))
def test_what_is_sealed_comes_back(plain: bytes, aad: bytes) -> None:
    assert SEALER.unseal(SEALER.seal(plain, aad), aad) == plain


@given(
    plain=st.binary(max_size=300), bit=st.integers(min_value=0), cut=st.integers(0, 400)
)
def test_no_flipped_bit_and_no_cut_goes_unseen(
    plain: bytes, bit: int, cut: int
) -> None:
    sealed = bytearray(SEALER.seal(plain, b"job/1/raw"))
    shorter = bytes(sealed[: min(cut, len(sealed) - 1)])
    sealed[bit // 8 % len(sealed)] ^= 1 << bit % 8
    for rotten in (bytes(sealed), shorter, bytes(sealed) + b"x"):
        with pytest.raises(DamagedRecord, match="job/1/raw"):
            SEALER.unseal(rotten, b"job/1/raw")


def test_a_record_moved_to_another_row_is_damaged() -> None:
    sealed = SEALER.seal(b"12,34", place("job", job_id(1), "raw"))
    with pytest.raises(DamagedRecord):
        SEALER.unseal(sealed, place("job", job_id(2), "raw"))


def test_a_scheme_that_is_not_known_is_damage() -> None:
    with pytest.raises(DamagedRecord):
        SEALER.unseal(b"\x02" + SEALER.seal(b"x", b"a")[1:], b"a")
    with pytest.raises(DamagedRecord):
        SEALER.unseal(b"", b"a")


@pytest.mark.parametrize("sealing", [SEALER, VAULT], ids=["checked", "encrypted"])
async def test_a_bit_flipped_in_the_file_hits_one_job_only(
    tmp_path: Path, sealing: Sealing
) -> None:
    dice = Random(1)
    raws = {number: dice.randbytes(900) for number in range(8)}
    async with opened(tmp_path, sealer=sealing) as store:
        for number, raw in raws.items():
            await store.commit(AcceptJob(a_job(number), raw))
    db = sqlite3.connect(tmp_path / "agent.db")
    (sealed,) = db.execute(
        "SELECT raw FROM job WHERE id = ?", (job_id(5).bytes,)
    ).fetchone()
    db.close()
    _flip_one_bit(tmp_path / "agent.db", sealed[300:340])
    async with opened(tmp_path, sealer=sealing) as store:
        assert len(await store.unsettled_jobs()) == 8
        for number, raw in raws.items():
            if number == 5:
                with pytest.raises(DamagedRecord, match=str(job_id(5))):
                    await store.job_raw(job_id(5))
            else:
                assert await store.job_raw(job_id(number)) == raw
        await store.ping()


async def test_a_bit_flipped_in_a_jobs_name_makes_it_no_erased_one(
    tmp_path: Path,
) -> None:
    for place_of_it in (0, 1):  # in the row, and in the index that finds the row
        folder = tmp_path / str(place_of_it)
        async with opened(folder) as store:
            for number in range(4):
                await store.commit(AcceptJob(a_job(number), b"12,34"))
        _flip_one_bit(folder / "agent.db", job_id(2).bytes, place_of_it, copies=2)
        async with opened(folder) as store:
            listed = {job.id for job in await store.unsettled_jobs()}
            (found,) = listed - {job_id(number) for number in (0, 1, 3)}
            if found == job_id(2):
                assert await store.job_raw(found) == b"12,34"
            else:
                with pytest.raises(DamagedRecord, match=str(found)):
                    await store.job_raw(found)
            assert await store.job_raw(job_id(9)) is None


async def test_a_job_that_is_not_settled_cannot_have_been_erased(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        for number in (1, 2):
            await store.commit(AcceptJob(a_job(number), b"12,34"))
        await store.commit(SettleJob(job_id(2), JobState.PRINTED, "R00"))
    db = sqlite3.connect(tmp_path / "agent.db")
    with db:  # as a head reads that has lost its last columns
        db.execute("UPDATE job SET raw = NULL")
    db.close()
    async with opened(tmp_path) as store:
        with pytest.raises(DamagedRecord, match=str(job_id(1))):
            await store.job_raw(job_id(1))
        assert await store.job_raw(job_id(2)) is None


def _flip_one_bit(path: Path, near: bytes, which: int = 0, copies: int = 1) -> None:
    content = bytearray(path.read_bytes())
    assert content.count(near) == copies
    at = -1
    for _ in range(which + 1):
        at = content.index(near, at + 1)
    content[at + len(near) - 1] ^= 0x10
    path.write_bytes(content)


def _rot(folder: Path, table: str, column: str, row: int) -> None:
    db = sqlite3.connect(folder / "agent.db")
    with db:
        db.execute("DROP TRIGGER IF EXISTS event_is_immutable")
        db.execute(
            f"UPDATE {table} SET {column} = CAST(x'03' || substr({column}, 2) AS BLOB)"
            f" WHERE {column} = (SELECT {column} FROM {table} LIMIT 1 OFFSET {row})"
        )
    db.close()


async def test_a_damaged_entry_says_its_number_and_pins_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(*(Append(an_entry(number)) for number in (1, 2, 3)))
    _rot(tmp_path, "event", "body", 1)
    async with opened(tmp_path) as store:
        (first,) = await store.entries_after(0, 99, 9999)
        assert first.seq == 1
        with pytest.raises(DamagedRecord) as caught:
            await store.entries_after(1, 99, 9999)
        assert caught.value.seq == 2
        (third,) = await store.entries_after(2, 99, 9999)
        assert third.entry == an_entry(3)
        # While the error and its frames are still held, new commits are seen.
        await store.commit(Append(an_entry(4)))
        assert await store.log_height() == 4
        assert caught.value.__traceback__ is not None


async def test_a_damaged_row_is_left_out_of_lists_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path) as store:
        for number in (1, 2):
            await store.commit(
                OpenReceipt(a_receipt(number)), PutParcel(a_parcel(number))
            )
    _rot(tmp_path, "receipt", "token", 0)
    _rot(tmp_path, "parcel", "recipient", 0)
    caplog.set_level(logging.ERROR, "agent.store")
    async with opened(tmp_path) as store:
        assert await store.open_receipts() == [a_receipt(2)]
        assert await store.recent_receipts(9) == [a_receipt(2)]
        assert await store.due_parcels("email", AT_MS, 9) == [a_parcel(2)]
        with pytest.raises(DamagedRecord):
            await store.receipt(receipt_id(1))
    named = {getattr(record, "record", "") for record in caplog.records}
    assert f"receipt/{receipt_id(1)}/token" in named
    assert f"parcel/email.{receipt_id(1)}/recipient" in named


async def test_an_orphan_ends_before_a_damaged_piece(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for number, raw in enumerate((b"ab", b"cd", b"ef")):
            await store.commit(KeepPiece(job_id(1), "raw_tcp", number, raw))
    _rot(tmp_path, "piece", "raw", 1)
    async with opened(tmp_path) as store:
        assert await store.job_raw(job_id(1)) == b"ab"
