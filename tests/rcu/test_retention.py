"""What is due is forgotten, in slices; what is not due is not."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import suppress
from typing import Any

import pytest

from rcu.housekeeping import Housekeeper
from rcu.store.retention import SLICE
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import DAY_MS, TOKEN, FakeClock, Till, captured, chosen, issued


def _read(rcu: Rcu, sql: str) -> list[tuple[Any, ...]]:
    reader = sqlite3.connect(f"file:{rcu.directory}/rcu.db?mode=ro", uri=True)
    try:
        return reader.execute(sql).fetchall()
    finally:
        reader.close()


def _keeper(rcu: Rcu) -> Housekeeper:
    return Housekeeper(rcu.store.retention, rcu.settings, rcu.clock)


async def test_a_page_lives_its_ninety_days_and_then_says_that_it_is_closed(
    rcu: Rcu,
) -> None:
    await rcu.till.post([issued()])
    rcu.clock.ms += 90 * DAY_MS - 1000
    assert await _keeper(rcu).sweep() == 1  # the stored answer
    assert (await rcu.client.get(f"/r/{TOKEN}")).status_code == 200
    rcu.clock.ms += 1001
    await _keeper(rcu).sweep()
    page = await rcu.client.get(f"/r/{TOKEN}")
    assert page.status_code == 410
    assert "90\u00a0jours" in page.text
    assert (await rcu.client.get(f"/r/{TOKEN}.json")).status_code == 404


async def test_an_anonymous_receipt_goes_with_its_page(rcu: Rcu) -> None:
    await rcu.till.post([issued(), chosen(2)])
    rcu.clock.ms += 91 * DAY_MS
    await _keeper(rcu).sweep()
    assert _read(rcu, "SELECT count(*) FROM receipt") == [(0,)]
    assert _read(rcu, "SELECT count(*) FROM event WHERE body IS NOT NULL") == [(0,)]
    kept = b"".join(path.read_bytes() for path in rcu.directory.glob("rcu.db"))
    assert b"Huile d" not in kept


async def test_a_receipt_that_names_a_customer_stays_for_thirteen_months(
    rcu: Rcu,
) -> None:
    await rcu.till.post([issued(), captured(2, "loyalty", "2900000000001")])
    rcu.clock.ms += 394 * DAY_MS
    await _keeper(rcu).sweep()
    assert (await rcu.client.get(f"/r/{TOKEN}")).status_code == 410
    assert _read(rcu, "SELECT count(*) FROM receipt") == [(1,)]
    rcu.clock.ms += 2 * DAY_MS
    await _keeper(rcu).sweep()
    assert _read(rcu, "SELECT count(*) FROM receipt") == [(0,)]
    assert _read(rcu, "SELECT count(*) FROM identifier") == [(0,)]
    assert _read(rcu, "SELECT count(*) FROM event WHERE body IS NOT NULL") == [(0,)]


async def test_a_forgotten_event_is_still_a_duplicate_and_no_hole(rcu: Rcu) -> None:
    await rcu.till.post([issued(), chosen(2)])
    rcu.clock.ms += 1000 * DAY_MS
    await _keeper(rcu).sweep()
    answer = (await Till(rcu.client, rcu.key).post([issued(), chosen(2)])).json()
    assert answer["counts"] == {"duplicate": 2}
    assert answer["ack"]["contiguous"] == 2
    assert (await rcu.client.get(f"/r/{TOKEN}")).status_code != 200


@pytest.mark.slow
async def test_many_pages_close_in_slices_with_a_breath_between(rcu: Rcu) -> None:
    count = SLICE * 2 + 10
    small = {"kind": "sale", "total": 1}
    batch = [
        issued(
            n, token=f"{n:026}".translate(_DIGITS), receipt_id=f"r-{n}", receipt=small
        )
        for n in range(1, count + 1)
    ]
    for at in range(0, count, 500):
        assert (await rcu.till.post(batch[at : at + 500])).status_code == 200
    rcu.clock.ms += 91 * DAY_MS
    gone = await _keeper(rcu).sweep()
    assert len(rcu.clock.slept) == 3
    assert gone >= count * 2  # page and receipt
    assert _read(rcu, "SELECT count(*) FROM closed_page") == [(count,)]


_DIGITS = str.maketrans("0123456789", "ABCDEFGHIJ")


async def test_the_housekeeper_goes_on_after_a_failed_sweep(
    rcu: Rcu, caplog: pytest.LogCaptureFixture
) -> None:
    await rcu.till.post([issued()])
    rcu.clock.ms += 91 * DAY_MS
    caplog.set_level(logging.INFO)
    ledger = rcu.store.ledger._database
    async with ledger.transaction() as tx:
        await tx.execute("ALTER TABLE page RENAME TO away")
    rounds = asyncio.Event()

    class Clock(FakeClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            if seconds == rcu.settings.history.sweep_every_s:
                async with ledger.transaction() as tx:
                    if rounds.is_set():
                        await asyncio.Event().wait()
                    await tx.execute("ALTER TABLE away RENAME TO page")
                rounds.set()

    clock = Clock()
    clock.ms = rcu.clock.ms
    keeper = Housekeeper(rcu.store.retention, rcu.settings, clock)
    task = asyncio.create_task(keeper.run())
    async with asyncio.timeout(5):
        while "a sweep is over" not in caplog.text:  # noqa: ASYNC110 -- a log line tells nobody
            await asyncio.sleep(0.005)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert "a sweep failed" in caplog.text
    assert (await rcu.client.get(f"/r/{TOKEN}")).status_code == 410
