"""Originals and copies, and how far a choice has come, also after the store was closed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.choice.figures import Counts
from agent.choice.ledger import HandOver, Ledger
from agent.choice.preference import Preference
from agent.store.handovers import EndHandOver, KeepSession, OrderHandOver
from agent.store.preferences import KeepPreference, UsePreference
from agent.store.records import (
    Append,
    DecideReceipt,
    MoveCursor,
    OpenReceipt,
    OrderPaper,
    Parcel,
    PutParcel,
    SetAside,
)
from agent.store.schema import MIGRATIONS
from agent.store.settings import StoreSettings
from agent.verbs import Choice
from tests.fakes.clock import FakeClock
from tests.store.builders import (
    AT_MS,
    a_parcel,
    a_receipt,
    an_entry,
    job_id,
    opened,
    receipt_id,
)

CARD = b"0123456789abcdef"


def hand_over(number: int, of: int = 1, **fields: Any) -> HandOver:
    row = HandOver(
        receipt_id(of),
        number,
        "paper",
        "asked",
        "cashier",
        AT_MS + number,
        job=job_id(of),
    )
    return replace(row, **fields)


async def test_numbers_are_given_once_and_outcomes_told_once(tmp_path: Path) -> None:
    first, second = hand_over(0), hand_over(1, channel="email", job=None)
    async with opened(tmp_path) as store:
        await store.commit(OpenReceipt(a_receipt(1)))
        await store.commit(OrderHandOver(first), OrderHandOver(second))
        await store.commit(OrderHandOver(replace(first, channel="qr")))
        await store.commit(EndHandOver(receipt_id(1), 0, "done"))
        await store.commit(EndHandOver(receipt_id(1), 0, "failed"))
    async with opened(tmp_path) as store:
        found = await store.ledger(receipt_id(1))
        assert found.given == 2
        assert [row.outcome for row in found.rows] == ["done", "waiting"]
        assert found.rows[1] == second
        assert await store.waiting("paper") == []
        assert await store.waiting("email") == [second]
        assert (await store.receipt(receipt_id(1))) == replace(a_receipt(1), given=2)


async def test_a_receipt_that_nobody_knows_begins_at_the_original(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        assert await store.ledger(receipt_id(9)) == Ledger(receipt_id(9))


async def test_the_proof_is_read_in_pages_and_by_day(tmp_path: Path) -> None:
    rows = [hand_over(number) for number in range(5)]
    async with opened(tmp_path) as store:
        await store.commit(OpenReceipt(a_receipt(1)), *map(OrderHandOver, rows))
        assert await store.handed_over(AT_MS + 1, AT_MS + 4, 0, 2) == rows[1:3]
        assert await store.handed_over(AT_MS + 1, AT_MS + 4, 2, 2) == rows[3:4]


async def test_what_an_older_version_handed_over_has_its_numbers(
    tmp_path: Path,
) -> None:
    path = tmp_path / "agent.db"
    async with opened(tmp_path) as store:
        await store.commit(OpenReceipt(a_receipt(1)), OrderPaper(receipt_id(1), 2))
    with sqlite3.connect(path) as db:
        given = next(sql for sql in MIGRATIONS[9] if sql.startswith("UPDATE receipt"))
        db.execute("UPDATE receipt SET handed_over = 1")
        db.execute(given)
    db.close()
    async with opened(tmp_path) as store:
        assert (await store.ledger(receipt_id(1))).given == 3


async def test_a_session_is_kept_and_the_first_time_to_choice_counts(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.commit(OpenReceipt(a_receipt(1)))
        await store.commit(KeepSession(receipt_id(1), b"{}"))
        await store.commit(KeepSession(receipt_id(1), b'{"a":1}', took_ms=900))
        await store.commit(KeepSession(receipt_id(1), b'{"a":2}', took_ms=100))
        row = await store.receipt(receipt_id(1))
        assert row is not None
        assert row.session == b'{"a":2}'
        await store.commit(DecideReceipt(receipt_id(1), "qr"))
        assert (await store.day(0)).took_ms == [900]


async def test_a_day_counts_what_was_offered_and_nothing_else(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        chosen: tuple[Choice, ...] = ("paper", "email", "none", "none")
        for number, choice in enumerate(chosen, start=1):
            row = replace(a_receipt(number), paper_mm=number * 100, rule="R21")
            await store.commit(
                OpenReceipt(row),
                KeepSession(row.id, b"{}"),
                DecideReceipt(row.id, choice),
            )
        await store.commit(
            OpenReceipt(a_receipt(5)),  # a card slip: never offered by itself
            DecideReceipt(receipt_id(5), "none"),
            OpenReceipt(replace(a_receipt(6), rule="R02")),
            OrderPaper(receipt_id(1), 1),
            OrderHandOver(hand_over(0)),
            OrderHandOver(hand_over(0, of=2, channel="email")),
            EndHandOver(receipt_id(2), 0, "done"),
            OrderHandOver(hand_over(0, of=6, why="rule")),
        )
        assert await store.day(0) == Counts(
            receipts=4,
            mix={"paper": 1, "email": 1, "none": 2},
            forced={"R02": 1},
            took_ms=[],
            unprinted=3,
            avoided_mm=900,
            captured=1,
            arrived=1,
            refused=0,
        )
        assert (await store.day(AT_MS + 7)).receipts == 0


async def test_a_destination_has_a_receipt_once_it_has_all_of_its_entries(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.commit(Append(an_entry(1)), Append(an_entry(2)))
        await store.commit(MoveCursor("rcu", 1))
        assert await store.fate(receipt_id(1), "rcu") == "done"
        assert await store.fate(receipt_id(2), "rcu") == "waiting"
        await store.commit(SetAside("rcu", 2, "schema"), MoveCursor("rcu", 2))
        assert await store.fate(receipt_id(2), "rcu") == "failed"


async def test_a_parcel_knows_which_copy_it_is(tmp_path: Path) -> None:
    parcel: Parcel = replace(a_parcel(1), number=2)
    async with opened(tmp_path) as store:
        await store.commit(PutParcel(parcel))
        assert await store.due_parcels("email", 1, 5) == [parcel]


async def test_the_later_word_on_a_card_counts_whichever_comes_first(
    tmp_path: Path,
) -> None:
    account = Preference("account", account_only=True, no_email=True)
    async with opened(tmp_path) as store:
        await store.commit(KeepPreference(CARD, Preference("paper"), 10))
        await store.commit(KeepPreference(CARD, account, 30))
        await store.commit(KeepPreference(CARD, Preference("none"), 20))
        assert await store.preference(CARD) == account
        await store.commit(KeepPreference(CARD, None, 40))
        await store.commit(KeepPreference(CARD, account, 39))
        assert await store.preference(CARD) is None
        assert await store.preference(b"another card 123") is None


async def test_a_card_that_nobody_showed_for_three_years_is_forgotten(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    now_ms = int(clock.now().timestamp() * 1000)
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(
            KeepPreference(CARD, Preference("paper"), now_ms),
            KeepPreference(b"used since, later", Preference("none"), now_ms),
        )
        day_s = 86_400.0
        await clock.advance(1000 * day_s)
        later_ms = int(clock.now().timestamp() * 1000)
        await store.commit(UsePreference(b"used since, later", later_ms))
        await clock.advance(200 * day_s)
        await store.erase()
        assert await store.preference(CARD) is None
        assert await store.preference(b"used since, later") == Preference("none")


async def test_the_proof_outlives_the_receipt_and_ends_with_its_term(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    settings = StoreSettings(tombstone_days=1, retention_hours=1, proof_days=3)
    now_ms = int(clock.now().timestamp() * 1000)
    row = replace(a_receipt(1), at_ms=now_ms)
    async with opened(tmp_path, clock=clock, settings=settings) as store:
        await store.commit(
            OpenReceipt(row),
            DecideReceipt(row.id, "paper"),
            OrderHandOver(hand_over(0, at_ms=now_ms)),
        )
        await clock.advance(2 * 86_400.0)
        await store.erase()
        assert await store.receipt(row.id) is None
        assert len((await store.ledger(row.id)).rows) == 1
        await clock.advance(2 * 86_400.0)
        await store.erase()
        assert (await store.ledger(row.id)).rows == ()


async def test_receipts_are_read_back_in_pages_newest_first(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(*(OpenReceipt(a_receipt(n)) for n in range(1, 6)))
        first = await store.receipts_before(None, 2)
        second = await store.receipts_before(first.before, 2)
        third = await store.receipts_before(second.before, 2)
    ids = [row.id for page in (first, second, third) for row in page.rows]
    assert ids == [receipt_id(n) for n in (5, 4, 3, 2, 1)]
    assert third.before is None
