"""Who is in an export of what nobody took is found and forgotten there too."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from pathlib import Path

import pytest

from agent.store import exported
from agent.store.exported import said
from agent.store.hard_cap import GRACE_S
from agent.store.people import Forget, KnowBy, Traces
from agent.store.records import (
    AcceptJob,
    Append,
    DecideReceipt,
    Entry,
    JobState,
    MoveCursor,
    OpenReceipt,
    SetAside,
    SettleJob,
)
from agent.store.settings import StoreSettings
from agent.store.store import Store
from agent.store.vault import Vault
from tests.fakes.clock import FakeClock
from tests.store.builders import (
    AT_MS,
    a_job,
    a_receipt,
    an_entry,
    job_id,
    opened,
    raw_of,
    receipt_id,
)
from tests.store.test_people import ANNA, REFERENCES, VAULT, reference

DAY_S = 86_400.0
PAUL = "paul@example.org"


def captured(number: int, to: str) -> Entry:
    told = {"receipt_id": str(receipt_id(number)), "kind": "email", "value": to}
    plain = an_entry(100 + number)
    return Entry(
        plain.id,
        "identity.captured.v1",
        AT_MS + number,
        receipt_id(number),
        json.dumps(told).encode(),
    )


async def sell(store: Store, number: int, to: str) -> None:
    await store.commit(
        AcceptJob(a_job(number), raw_of(number)),
        OpenReceipt(a_receipt(number)),
        Append(an_entry(number)),
        Append(captured(number, to)),
        KnowBy(receipt_id(number), "email", to),
        SettleJob(job_id(number), JobState.NO_PAPER, "R21"),
        DecideReceipt(receipt_id(number), "email"),
    )


async def export(store: Store, clock: FakeClock, folder: Path) -> Path:
    """Anna's two entries, Paul's two and a consent of hers that is about no receipt."""
    subject = reference()
    record = f'{{"record":"hmac-sha256:{subject[:8].hex()}:{subject[8:].hex()}"}}'
    await store.commit(MoveCursor("rcu", 0))
    clock._elapsed_s += 1.0
    await sell(store, 1, ANNA)
    await sell(store, 2, PAUL)
    consent = an_entry(50)
    await store.commit(
        Append(
            Entry(consent.id, "consent.recorded.v1", AT_MS, None, record.encode()),
        )
    )
    clock._elapsed_s += 31 * DAY_S
    await store.erase()
    (file,) = (folder / "overdue").iterdir()
    made_s = clock.now().timestamp()
    os.utime(file, (made_s, made_s))
    return file


async def forget(store: Store) -> Traces:
    found = await store.traces(reference())
    await store.forget(Forget(reference(), found, json.dumps(found.numbers)))
    return found


def keys_of(file: Path, *seqs: int) -> list[bytes]:
    """The wrapped data keys of those entries, and their bodies."""
    db = sqlite3.connect(file)
    found = []
    for seq in seqs:
        (body,) = db.execute("SELECT body FROM event WHERE seq = ?", (seq,)).fetchone()
        (key,) = db.execute(
            "SELECT wrapped FROM data_key WHERE kid = ?",
            (int.from_bytes(body[1:7], "big"),),
        ).fetchone()
        found += [body, key]
    db.close()
    return found


@pytest.mark.parametrize("index", ["index", "older version"])
async def test_to_forget_reaches_what_was_exported(tmp_path: Path, index: str) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock, sealer=VAULT) as store:
        file = await export(store, clock, tmp_path)
        if index != "index":
            db = sqlite3.connect(file)
            db.execute("DROP TABLE whose")
            db.close()
        secret = keys_of(file, 1, 2)
        assert all(each in file.read_bytes() for each in secret)
        before = file.open("rb")
        mode, made = file.stat().st_mode, file.stat().st_mtime_ns

        assert [each.type for each in said(tmp_path / "agent.db", VAULT, reference())]
        found = await forget(store)
        assert (found.receipts, found.exported, found.empty) == ((), 3, False)
        assert found.numbers["exported"] == 3

        left = file.read_bytes()
        assert [each for each in secret if each in left] == []
        assert reference() not in left
        assert not any(before.read())  # the blocks that it stood in
        before.close()
        assert (file.stat().st_mode, file.stat().st_mtime_ns) == (mode, made)
        assert [*file.parent.iterdir()] == [file]
        assert (await store.traces(reference())).empty
        assert list(said(tmp_path / "agent.db", VAULT, reference())) == []

        # ... and nobody else has lost anything
        assert await store.put_back(file) == 2
        back = await store.entries_after(0, 9, 9999)
        assert [each.entry for each in back] == [an_entry(2), captured(2, PAUL)]


async def test_an_export_of_one_person_is_gone_when_they_are_forgotten(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock, sealer=VAULT) as store:
        await store.commit(MoveCursor("rcu", 0))
        clock._elapsed_s = 1.0
        await sell(store, 1, ANNA)
        clock._elapsed_s = 31 * DAY_S
        await store.erase()
        assert (await forget(store)).exported == 2
        assert [*(tmp_path / "overdue").iterdir()] == []


async def test_who_is_put_back_can_be_forgotten_after_the_next_sweep(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock, sealer=VAULT) as store:
        file = await export(store, clock, tmp_path)
        await store.put_back(file)
        await store.commit(MoveCursor("rcu", 0))
        clock._elapsed_s += 2 * DAY_S  # not taken, and not too old again: put aside
        found = await store.traces(reference())
        assert found.waiting == (receipt_id(1),)
        file.unlink()
        await store.commit(MoveCursor("rcu", 5))
        found = await store.traces(reference())
        assert (found.receipts, found.exported) == ((receipt_id(1),), 0)
        assert (await forget(store)).receipts == (receipt_id(1),)
        kept = await store.entries_after(0, 9, 9999)
        assert ANNA.encode() not in b"".join(each.entry.body for each in kept)


async def test_an_export_that_cannot_be_read_is_said_and_never_nothing(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock, sealer=VAULT) as store:
        file = await export(store, clock, tmp_path)
        (tmp_path / "overdue" / "8-9.db").write_bytes(b"no database, so who knows")
        found = await forget(store)
        assert (found.exported, found.exports_unread) == (3, ("8-9.db",))
        again = await store.traces(reference())
        assert not again.empty
        assert again.numbers["exports_unread"] == ["8-9.db"]
        # An older one without its key is no better; with the index no key is needed.
        other = Vault((), references=REFERENCES)
        at = tmp_path / "agent.db"
        assert exported.find(at, other, reference(PAUL)).entries == 2
        db = sqlite3.connect(file)
        db.execute("DROP TABLE whose")
        db.close()
        assert exported.find(at, other, reference(PAUL)).unread == (file.name, "8-9.db")


async def test_an_export_goes_once_it_is_put_back_and_sent(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock, sealer=VAULT) as store:
        file = await export(store, clock, tmp_path)
        await store.erase()
        assert file.exists()
        await store.put_back(file)
        await store.commit(MoveCursor("rcu", 4))
        await store.erase()
        assert file.exists()
        await store.put_back(file)
        await store.commit(MoveCursor("rcu", 5))
        await store.erase()
        assert not file.exists()


async def test_an_export_that_nobody_takes_goes_with_age_and_is_said_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    settings = StoreSettings(exported_days=10)
    async with opened(tmp_path, clock=clock, sealer=VAULT, settings=settings) as store:
        file = await export(store, clock, tmp_path)
        clock._elapsed_s += 9 * DAY_S
        await store.erase()
        assert "removed soon" not in caplog.text
        # A clock that is wrong, and set right, takes nothing.
        clock.jump(400 * DAY_S)
        await store.erase()
        assert "removed soon" in caplog.text
        clock._elapsed_s += GRACE_S - 1
        await store.erase()
        clock.jump(-400 * DAY_S)
        await store.erase()
        assert file.exists()

        clock._elapsed_s += DAY_S
        caplog.clear()
        for passed in (0, GRACE_S - 1):
            clock._elapsed_s += passed
            await store.erase()
            assert file.exists()
        clock._elapsed_s += 1
        await store.erase()
        assert not file.exists()
    alarms = [each.msg for each in caplog.records if each.levelno == logging.CRITICAL]
    assert [each.split(";")[0] for each in alarms] == [
        "an export that nobody sent is removed soon",
        "an export that nobody sent is removed",
    ]


async def test_who_is_in_an_entry_that_was_refused_is_still_known(
    tmp_path: Path,
) -> None:
    """It is kept until a person has looked, longer than its receipt's content."""
    clock = FakeClock()
    async with opened(tmp_path, clock=clock, sealer=VAULT) as store:
        await store.commit(MoveCursor("rcu", 0))
        clock._elapsed_s = 1.0
        await sell(store, 1, ANNA)
        await store.commit(SetAside("rcu", 1, "refused"), MoveCursor("rcu", 2))
        clock._elapsed_s = 4 * DAY_S
        await store.erase()
        assert await store.receipt(receipt_id(1)) is None
        assert len(await store.entries_after(0, 9, 9999)) == 1
        assert (await forget(store)).receipts == (receipt_id(1),)
        assert await store.entries_after(0, 9, 9999) == []
