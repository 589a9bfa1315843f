"""What nobody took for 30 days does not stay, and is not lost."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from agent.store.records import (
    AcceptJob,
    Append,
    DecideReceipt,
    JobState,
    MoveCursor,
    OpenReceipt,
    SettleJob,
)
from agent.store.store import Store
from tests.fakes.clock import FakeClock
from tests.store.builders import (
    a_job,
    a_receipt,
    an_entry,
    job_id,
    opened,
    raw_of,
    receipt_id,
)

DAY_S = 86_400.0


async def _sell(store: Store, number: int) -> None:
    await store.commit(
        AcceptJob(a_job(number), raw_of(number)),
        OpenReceipt(a_receipt(number)),
        Append(an_entry(number)),
        SettleJob(job_id(number), JobState.NO_PAPER, "R21"),
        DecideReceipt(receipt_id(number), "qr"),
    )


async def test_what_was_never_sent_is_exported_said_and_erased(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(MoveCursor("rcu", 0))
        clock._elapsed_s = 1.0
        for number in (1, 2):
            await _sell(store, number)
        await store.commit(MoveCursor("rcu", 1))
        clock._elapsed_s = 29 * DAY_S
        await store.erase()
        assert await store.job_raw(job_id(2)) == raw_of(2)
        assert not (tmp_path / "overdue").exists()

        clock._elapsed_s = 30.1 * DAY_S
        await store.erase()
        file = tmp_path / "overdue" / "2-2.db"
        assert file.stat().st_mode & 0o777 == 0o600
        assert an_entry(2).body not in file.read_bytes()
        assert await store.entries_after(1, 9, 9999) == []
        assert await store.job_raw(job_id(2)) is None
        assert await store.receipt(receipt_id(2)) is None
        (aside,) = await store.set_aside("rcu")
        assert (aside.seq, "2-2.db" in aside.problem) == (2, True)
        alarm = [each for each in caplog.records if each.levelno == logging.CRITICAL]
        assert "resend" in alarm[0].getMessage()
        # later ones go as ever
        await _sell(store, 3)
        (third,) = await store.entries_after(1, 9, 9999)
        assert third.seq == 3

        # ... and put back it is sent under its own number.
        assert await store.put_back(file) == 1
        assert [each.seq for each in await store.entries_after(1, 9, 9999)] == [2, 3]
        (second, _) = await store.entries_after(1, 9, 9999)
        assert second.entry == an_entry(2)
        assert await store.set_aside("rcu") == []
        assert await store.cursor("rcu") == 1
        assert await store.put_back(file) == 0


async def test_a_till_without_an_uplink_has_nothing_overdue(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await _sell(store, 1)
        clock._elapsed_s = 40 * DAY_S
        await store.erase()
    assert not (tmp_path / "overdue").exists()


async def test_a_clock_that_jumps_ahead_makes_nothing_overdue(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(MoveCursor("rcu", 0))
        await _sell(store, 1)
        clock.jump(26 * 365 * DAY_S)
        await store.erase()
        assert len(await store.entries_after(0, 9, 9999)) == 1


async def test_what_cannot_be_exported_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    (tmp_path / "overdue").write_text("a file in its place")
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(MoveCursor("rcu", 0))
        await _sell(store, 1)
        clock._elapsed_s = 31 * DAY_S
        await store.erase()
        assert len(await store.entries_after(0, 9, 9999)) == 1
    assert "nothing can be exported, it stays" in caplog.text
