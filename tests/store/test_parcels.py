"""Leases, addressees, corrections and dead letters, on the real file."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from agent.choice.ledger import HandOver
from agent.ids import ReceiptId
from agent.store.handovers import EndHandOver, OrderHandOver
from agent.store.parcels import (
    ADDRESSEE_MS,
    WITHDRAWN,
    DeadLetter,
    LeaseParcel,
    OweCorrection,
)
from agent.store.records import OpenReceipt, Parcel, ParcelState, PutParcel
from agent.store.store import Store
from tests.fakes.clock import FakeClock
from tests.store.builders import a_parcel, a_receipt, opened, receipt_id


def taken(parcel: Parcel, run: str, until_ms: int) -> LeaseParcel:
    return LeaseParcel(
        parcel.channel, parcel.receipt, parcel.kind, parcel.number, run, until_ms
    )


def now_ms(clock: FakeClock) -> int:
    return int(clock.now().timestamp() * 1000)


async def sendable(store: Store, clock: FakeClock, run: str) -> list[Parcel]:
    found = await store.sendable_parcels("email", now_ms(clock), run, 9)
    return [replace(each, at_ms=0) for each in found]


async def test_what_one_run_is_sending_no_other_may_send(tmp_path: Path) -> None:
    clock, parcel = FakeClock(), a_parcel(1)
    async with opened(tmp_path, clock=clock) as store:
        until = now_ms(clock) + 60_000
        await store.commit(PutParcel(parcel), taken(parcel, "a", until))
        await store.commit(taken(parcel, "b", until + 1))
        assert await store.lease_holder("email", parcel.receipt, "receipt") == ("a", 0)
        assert await sendable(store, clock, "a") == [parcel]
        assert await sendable(store, clock, "b") == []
        assert await store.next_parcel_ms("email", "b", now_ms(clock)) == until
        await clock.advance(60.0)
        assert await sendable(store, clock, "b") == [parcel]


async def test_a_lease_of_a_clock_that_went_back_holds_nobody_off(
    tmp_path: Path,
) -> None:
    clock, parcel = FakeClock(), a_parcel(1)
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(
            PutParcel(parcel), taken(parcel, "a", now_ms(clock) + 90_000_000)
        )
        assert await sendable(store, clock, "b") == [parcel]


async def test_an_outcome_gives_the_lease_back(tmp_path: Path) -> None:
    clock, parcel = FakeClock(), a_parcel(1)
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(
            PutParcel(parcel), taken(parcel, "a", now_ms(clock) + 60_000)
        )
        await store.commit(PutParcel(replace(parcel, attempts=1)))
        assert await sendable(store, clock, "b") == [replace(parcel, attempts=1)]


async def test_a_lease_on_a_copy_that_was_replaced_is_none(tmp_path: Path) -> None:
    clock, parcel = FakeClock(), a_parcel(1)
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(PutParcel(replace(parcel, number=1)))
        await store.commit(taken(parcel, "a", now_ms(clock) + 60_000))
        assert await store.lease_holder("email", parcel.receipt, "receipt") == ("", 1)


async def test_a_correction_goes_to_whom_the_receipt_went_and_once(
    tmp_path: Path,
) -> None:
    clock, parcel = FakeClock(), a_parcel(1)
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(OpenReceipt(a_receipt(1)), PutParcel(parcel))
        done = replace(parcel, recipient="", state=ParcelState.DONE)
        await store.commit(PutParcel(done))
        await store.commit(OweCorrection(parcel.receipt))
        correction = replace(parcel, kind="annulled")
        assert await sendable(store, clock, "a") == [correction]
        await store.commit(PutParcel(replace(done, kind="annulled")))
        await store.commit(OweCorrection(parcel.receipt))
        assert await sendable(store, clock, "a") == []


async def test_a_correction_waits_for_its_receipt(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        parcel = a_parcel(1, next_ms=now_ms(clock) + 1000)
        await store.commit(PutParcel(parcel), OweCorrection(parcel.receipt))
        assert await sendable(store, clock, "a") == []
        assert await store.next_parcel_ms("email") == parcel.next_ms
        await clock.advance(2.0)
        assert await sendable(store, clock, "a") == [parcel]
        done = replace(parcel, recipient="", state=ParcelState.DONE)
        await store.commit(PutParcel(done))
        (correction,) = await sendable(store, clock, "a")
        assert correction.kind == "annulled"


async def test_who_never_got_the_receipt_is_told_nothing(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        for number, detail in ((1, "mail_refused:550"), (2, WITHDRAWN)):
            parcel = a_parcel(number)
            await store.commit(PutParcel(parcel), OweCorrection(parcel.receipt))
            dead = replace(parcel, recipient="", state=ParcelState.DEAD, detail=detail)
            await store.commit(PutParcel(dead), OweCorrection(parcel.receipt))
        await store.commit(OweCorrection(receipt_id(3)))
        assert await sendable(store, clock, "a") == []


async def test_dead_letters_are_those_that_nobody_took_back(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        for number, detail in ((1, WITHDRAWN), (2, "mail_refused:550"), (3, "expired")):
            await store.commit(PutParcel(a_parcel(number)))
            await store.commit(
                PutParcel(
                    replace(a_parcel(number), state=ParcelState.DEAD, detail=detail)
                )
            )
            await clock.advance(1.0)
        found = await store.dead_letters(9)
        assert [(each.receipt, each.detail) for each in found] == [
            (receipt_id(3), "expired"),
            (receipt_id(2), "mail_refused:550"),
        ]
        assert found[0].recipient == "anna@example.org"
        assert len(await store.dead_letters(1)) == 1


async def test_what_was_printed_instead_or_handed_over_since_is_no_dead_letter(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        for number in (1, 2):
            dead = replace(a_parcel(number), state=ParcelState.DEAD, number=number - 1)
            await store.commit(OpenReceipt(a_receipt(number)), PutParcel(dead))
        await store.commit(
            OrderHandOver(HandOver(receipt_id(1), 1, "paper", "fallback", "agent", 1)),
            # The QR that was chosen before the mail is not what the mail was to bring.
            OrderHandOver(HandOver(receipt_id(2), 0, "qr", "chosen", "customer", 1)),
        )
        (letter,) = await store.dead_letters(9)
        assert letter.receipt == receipt_id(2)
        await store.commit(EndHandOver(receipt_id(1), 1, "failed"))
        assert len(await store.dead_letters(9)) == 2


async def test_an_addressee_is_forgotten_after_a_day_and_at_once_when_taken_back(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        for number in (1, 2, 3):
            await store.commit(PutParcel(a_parcel(number)))
        await store.commit(PutParcel(replace(a_parcel(1), state=ParcelState.DEAD)))
        await store.commit(PutParcel(replace(a_parcel(2), state=ParcelState.DONE)))
        gone = replace(a_parcel(3), state=ParcelState.DEAD, detail=WITHDRAWN)
        await store.commit(PutParcel(gone))
        assert addressed(tmp_path) == {receipt_id(1), receipt_id(2)}
        await clock.advance(timedelta(milliseconds=ADDRESSEE_MS).total_seconds() + 1)
        await store.erase()
        assert addressed(tmp_path) == set()
        (letter,) = await store.dead_letters(9)
        assert isinstance(letter, DeadLetter)
        assert letter.recipient == ""


def addressed(folder: Path) -> set[ReceiptId]:
    db = sqlite3.connect(folder / "agent.db")
    rows = db.execute("SELECT receipt FROM addressee").fetchall()
    db.close()
    known = {receipt_id(number).bytes: receipt_id(number) for number in range(9)}
    return {known[row[0]] for row in rows}
