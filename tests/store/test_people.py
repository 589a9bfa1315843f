"""A person is found by a keyed hash, and forgotten: keys, bodies, files."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from agent.choice.ledger import HandOver
from agent.choice.preference import Preference
from agent.errors import StoreError
from agent.identity import contacts
from agent.identity.kinds import Contact
from agent.store.consents import ConsentRow, KeepConsent
from agent.store.handovers import KeepSession, OrderHandOver
from agent.store.people import Forget, KnowBy, Traces
from agent.store.preferences import KeepPreference
from agent.store.records import (
    AcceptJob,
    Append,
    DecideReceipt,
    Entry,
    JobState,
    KeepSale,
    MoveCursor,
    OpenReceipt,
    PaperOf,
    PutParcel,
    SettleJob,
)
from agent.store.references import References
from agent.store.store import Store
from agent.store.vault import Vault
from tests.store.builders import (
    AT_MS,
    KEK,
    _uuid,
    a_job,
    a_parcel,
    a_receipt,
    an_entry,
    job_id,
    opened,
    raw_of,
    receipt_id,
)

REFERENCES = References(b"subject1", b"s" * 32)
VAULT = Vault((KEK,), references=REFERENCES)
ANNA, CARD = "anna@example.org", "2000000000008"


def reference(text: str = ANNA) -> bytes:
    found = contacts.read("email" if "@" in text else "loyalty", text)
    assert isinstance(found, Contact)
    return REFERENCES.of(found)


async def sell(store: Store, number: int, to: str = ANNA) -> None:
    await store.commit(AcceptJob(a_job(number), raw_of(number)))
    await store.commit(
        OpenReceipt(a_receipt(number)),
        Append(an_entry(number)),
        KnowBy(receipt_id(number), "email" if "@" in to else "loyalty", to),
        OrderHandOver(
            HandOver(receipt_id(number), 0, "email", "chosen", "agent", AT_MS)
        ),
        KeepSession(receipt_id(number), b'{"to":"anna@example.org"}'),
        KeepSale(receipt_id(number), "aa" * 8, "bb" * 8, f"{number:016x}"),
        SettleJob(job_id(number), JobState.NO_PAPER, "R21", b'{"why":1}'),
        DecideReceipt(receipt_id(number), "email"),
    )


async def consent(store: Store, seq: int, subject: bytes, prev: bytes) -> bytes:
    body = json.dumps({"seq": seq, "subject": subject.hex()}).encode()
    digest = hashlib.sha256(body).digest()
    row = ConsentRow(
        *(seq, digest, AT_MS, AT_MS + 1, subject),
        *("receipt_delivery", "email", "given", body),
    )
    await store.commit(KeepConsent(row, prev))
    return digest


def statement(found: Traces) -> str:
    return json.dumps(found.numbers)


async def forget(store: Store, subject: bytes) -> Traces:
    found = await store.traces(subject)
    await store.forget(Forget(subject, found, statement(found)))
    return found


async def test_a_receipt_is_found_by_each_spelling_of_a_contact(tmp_path: Path) -> None:
    async with opened(tmp_path, sealer=VAULT) as store:
        await sell(store, 1)
        await sell(store, 2, "paul@example.org")
        await sell(store, 3, CARD)
        assert (await store.traces(reference("Anna@Example.ORG"))).receipts == (
            receipt_id(1),
        )
        assert (await store.traces(reference(CARD))).receipts == (receipt_id(3),)
        assert (await store.traces(reference("eve@example.org"))).empty
    db = sqlite3.connect(tmp_path / "agent.db")
    assert db.execute("SELECT count(*) FROM known_by").fetchone() == (3,)
    db.close()
    assert b"anna" not in _bytes_of(tmp_path)


async def test_nothing_of_a_forgotten_person_is_left_in_the_files(
    tmp_path: Path,
) -> None:
    anna, paul = reference(), reference("paul@example.org")
    async with opened(tmp_path, sealer=VAULT) as store:
        await sell(store, 1)
        await sell(store, 2, "paul@example.org")
        await store.commit(
            PutParcel(a_parcel(1)),
            AcceptJob(a_job(9), raw_of(9)),
            PaperOf(job_id(9), receipt_id(1), "reprint"),
            SettleJob(job_id(9), JobState.PRINTED, "R31"),
            KeepPreference(anna[8:], Preference("qr"), AT_MS),
        )
        prev = await consent(store, 1, anna, b"\0" * 32)
        await consent(store, 2, paul, prev)
        before = _sealed(tmp_path)
        of_anna = {name: value for name, value in before.items() if "anna" in name}
        assert len(of_anna) >= 12
        files = _bytes_of(tmp_path)
        assert all(value in files for value in before.values())

        found = await forget(store, anna)
        assert found.receipts == (receipt_id(1),)
        assert (found.consents, found.parcels, found.preference) == ((1,), 1, True)
        assert set(found.jobs) == {job_id(1), job_id(9)}

        files = _bytes_of(tmp_path)
        left = [name for name, value in of_anna.items() if value in files]
        assert left == []
        assert anna not in files
        assert anna[8:] not in files
        # ... and nobody else has lost anything
        assert await store.job_raw(job_id(2)) == raw_of(2)
        assert await store.receipt(receipt_id(2)) is not None
        assert [row.seq for row in await store.consents_of(paul)] == [2]
        assert await store.receipt(receipt_id(1)) is None
        assert await store.job_raw(job_id(1)) is None
        assert (await store.traces(anna)).empty
        # what proves the delivery stays: it names nobody
        assert len((await store.ledger(receipt_id(1))).rows) == 1
        # and what comes later about that receipt is kept
        await store.commit(Append(an_entry(4)))


async def test_what_is_on_its_way_to_a_person_is_found_without_an_entry_of_it(
    tmp_path: Path,
) -> None:
    """Where the goods are nobody's business no identity is kept, but the parcel is."""
    async with opened(tmp_path, sealer=VAULT) as store:
        await store.commit(
            AcceptJob(a_job(1), raw_of(1)),
            OpenReceipt(a_receipt(1)),
            PutParcel(a_parcel(1)),
            SettleJob(job_id(1), JobState.NO_PAPER, "R21"),
            DecideReceipt(receipt_id(1), "email"),
        )
        assert (await forget(store, reference())).receipts == (receipt_id(1),)
        assert await store.due_parcels("email", AT_MS, 9) == []


async def test_what_has_to_be_printed_or_sent_first_waits(tmp_path: Path) -> None:
    async with opened(tmp_path, sealer=VAULT) as store:
        await store.commit(MoveCursor("rcu", 0))
        for number in (1, 2, 3):
            await sell(store, number)
        await store.commit(
            MoveCursor("rcu", 2),  # the entry of 3 is not there yet
            SettleJob(job_id(2), JobState.PAPER_DUE, "R31"),
        )
        found = await forget(store, reference())
        assert found.receipts == (receipt_id(1),)
        assert set(found.waiting) == {receipt_id(2), receipt_id(3)}
        assert await store.job_raw(job_id(2)) == raw_of(2)
        (sent,) = await store.entries_after(2, 9, 9999)
        assert sent.entry == an_entry(3)

        await store.commit(
            MoveCursor("rcu", 3), SettleJob(job_id(2), JobState.PRINTED, "R31")
        )
        assert set((await forget(store, reference())).receipts) == {
            receipt_id(2),
            receipt_id(3),
        }
        assert await store.entries_after(0, 9, 9999) == []


async def test_a_record_of_consent_in_the_log_goes_too(tmp_path: Path) -> None:
    subject = reference()
    said = f'{{"record":"hmac-sha256:{subject[:8].hex()}:{subject[8:].hex()}"}}'
    async with opened(tmp_path, sealer=VAULT) as store:
        for number, (text, receipt) in enumerate(
            ((said, None), ("{}", None), (said, receipt_id(7))), start=1
        ):
            await store.commit(
                Append(
                    Entry(
                        an_entry(number).id,
                        "consent.recorded.v1",
                        AT_MS,
                        receipt,
                        text.encode(),
                    )
                )
            )
        found = await forget(store, subject)
        assert (found.entries, found.receipts) == ((1,), (receipt_id(7),))
        assert [each.seq for each in await store.entries_after(0, 9, 9999)] == [2]


async def test_a_forgetting_that_fails_destroys_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, sealer=VAULT) as store:
        await sell(store, 1)
        found = await store.traces(reference())
        await store._hop.run(
            lambda db: db.execute(
                """CREATE TRIGGER no BEFORE INSERT ON erasure
                BEGIN SELECT RAISE(ABORT, 'no room'); END"""
            )
        )
        with pytest.raises(StoreError, match="no room"):
            await store.commit(Forget(reference(), found, "{}"))
        assert await store.job_raw(job_id(1)) == raw_of(1)
    async with opened(tmp_path, sealer=VAULT) as store:
        assert await store.job_raw(job_id(1)) == raw_of(1)
        found_again = await store.receipt(receipt_id(1))
        assert found_again is not None


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def _sealed(folder: Path) -> dict[str, bytes]:
    """Every ciphertext and wrapped key, by whose it is."""
    db = sqlite3.connect(folder / "agent.db")
    anna = {receipt_id(1).bytes, job_id(1).bytes, job_id(9).bytes, an_entry(1).id.bytes}
    found: dict[str, bytes] = {}
    for table, key, columns in (
        ("job", "id", ("raw", "decision")),
        ("receipt", "id", ("token", "body", "strip", "gist", "session")),
        ("event", "id", ("body",)),
        ("parcel", "receipt", ("recipient", "detail")),
        ("addressee", "receipt", ("recipient",)),
    ):
        for column in columns:
            for name, value in db.execute(
                f"SELECT {key}, {column} FROM {table} WHERE {column} NOT NULL"
            ):
                whose = "anna" if name in anna else "paul"
                found[f"{whose} {table}.{column} {name.hex()}"] = value
    for seq, value in db.execute("SELECT seq, body FROM consent"):
        found[f"{'anna' if seq == 1 else 'paul'} consent {seq}"] = value
    for (kid,) in db.execute(
        "SELECT kid FROM job WHERE id IN (?, ?)", (job_id(1).bytes, job_id(9).bytes)
    ).fetchall():
        (wrapped,) = db.execute(
            "SELECT wrapped FROM data_key WHERE kid = ?", (kid,)
        ).fetchone()
        found[f"anna key {kid}"] = wrapped
    (wrapped,) = db.execute(
        "SELECT wrapped FROM data_key WHERE subject = ?", (reference(),)
    ).fetchone()
    found["anna contact key"] = wrapped
    db.close()
    assert _uuid(1, 1) == job_id(1)
    return found
