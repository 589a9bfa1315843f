"""A mail that comes back: the ledger, the counter, and the address that it went to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.choice.ledger import HandOver, Outcome
from agent.clock import SystemClock
from agent.pipeline import words
from agent.pipeline.bounced import BOUNCED_DAYS, DAY_MS, UNWANTED_DAYS, MailReports
from agent.store.feed import FollowFeed
from agent.store.handovers import EndHandOver, OrderHandOver
from agent.store.records import OpenReceipt, Parcel, ParcelState, PutParcel
from agent.store.shut_out import ShutOut
from agent.wire.feed import MAIL_REPORTED, Downward
from tests.pipeline.rig import Rig, document
from tests.store.builders import a_receipt, opened, receipt_id

ADDRESS = "marie.curie@gmail.com"


def reports(rig: Rig) -> MailReports:
    scribe = rig.counter._till.scribe
    came_back = rig.counter.came_back
    return MailReports(rig.shelf, scribe, rig.consents.subject, came_back, rig.bus)


def reported(
    rig: Rig, receipt: str, seq: int = 1, **said: Any
) -> tuple[Downward, FollowFeed]:
    data = {
        "receipt_id": receipt,
        "number": 0,
        "state": "bounced",
        "status": "5.1.1",
        "hard": True,
        "contact": ADDRESS,
        **said,
    }
    name = f"{seq:012d}"
    event = Downward(
        id=f"e-{seq}",
        type=MAIL_REPORTED,
        time=rig.clock.now(),
        sequence=name,
        data=data,
    )
    return event, FollowFeed("rcu", name)


async def mailed(rig: Rig) -> str:
    """A receipt that went out by e-mail and was taken by the relay."""
    await rig.job(document())
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    assert await rig.counter.choose(shown.id, "email", ADDRESS, "customer") is None
    await rig.settle()
    (parcel,) = rig.shelf.parcels
    sent: Parcel = replace(parcel, state=ParcelState.DONE, recipient="")
    await rig.shelf.commit(PutParcel(sent))
    await rig.shelf.commit(EndHandOver(parcel.receipt, 0, "done"))
    await rig.counter.parcel_news(sent)
    await rig.settle()
    return shown.id


async def test_who_still_stands_there_gets_paper() -> None:
    rig = Rig()
    async with rig.running():
        receipt = await mailed(rig)
        assert rig.printer.printed == []
        await reports(rig).take(*reported(rig, receipt))
        await rig.settle()
        shown = rig.counter.snapshot("cashier").shown
        assert shown is not None
        assert shown.states[0].says.fr.startswith("E-mail revenu")
        assert len(rig.printer.printed) == 1
    outcomes = {row.number: row.outcome for row in rig.shelf.handed.values()}
    assert outcomes == {0: "bounced", 1: "done"}
    (entry,) = [
        each.body for each in rig.shelf.entries if b"mail_bounced:5.1.1" in each.body
    ]
    assert b'"refused"' in entry
    assert ADDRESS.encode() not in entry


async def test_nobody_is_there_any_more_and_nothing_is_printed() -> None:
    rig = Rig()
    async with rig.running():
        receipt = await mailed(rig)
        await rig.job(document(number="another"))
        await reports(rig).take(*reported(rig, receipt))
        await rig.settle()
        assert rig.printer.printed == []
        listed = {line.id: line for line in rig.counter.snapshot("cashier").recent}
        (mail,) = listed[receipt].states
        assert mail.says.fr == f"E-mail revenu (adresse à vérifier) · {mail.contact}"
    assert {row.outcome for row in rig.shelf.handed.values()} == {"bounced"}


async def test_the_same_report_twice_is_as_once() -> None:
    rig = Rig()
    async with rig.running():
        receipt = await mailed(rig)
        for _ in range(2):
            await reports(rig).take(*reported(rig, receipt))
        await rig.settle()
        assert len(rig.printer.printed) == 1
    assert len([e for e in rig.shelf.entries if b"mail_bounced" in e.body]) == 1


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({}, BOUNCED_DAYS),
        ({"state": "unwanted", "hard": False, "status": ""}, UNWANTED_DAYS),
    ],
)
async def test_the_address_is_shut_out_for_a_time(
    said: dict[str, Any], days: int
) -> None:
    rig = Rig()
    async with rig.running():
        receipt = await mailed(rig)
        await reports(rig).take(*reported(rig, receipt, **said))
        await rig.job(document(number="another"))
        shown = rig.counter.snapshot("display").shown
        assert shown is not None

        async def typed(address: str) -> object:
            return await rig.counter.choose(shown.id, "email", address, "customer")

        # Another spelling of the same mailbox is the same.
        assert await typed("MarieCurie+x@gmail.com") is words.SHUT_OUT
        (shut,) = rig.shelf.shut.values()
        now_ms = rig.counter._till.scribe.now_ms()
        assert 0 <= now_ms + days * DAY_MS - shut.until_ms < DAY_MS
        assert b"marie" not in shut.subject
        assert await typed("pierre@gmail.com") is None


@pytest.mark.parametrize(
    "said",
    [
        {"hard": False, "status": "5.2.2"},
        {"state": "delayed", "hard": False, "status": "4.4.1"},
        {"contact": ""},
        {"contact": "nobody"},
    ],
)
async def test_a_full_mailbox_a_delay_or_no_address_shuts_nobody_out(
    said: dict[str, Any],
) -> None:
    rig = Rig()
    async with rig.running():
        receipt = await mailed(rig)
        await reports(rig).take(*reported(rig, receipt, **said))
    assert rig.shelf.shut == {}


async def test_a_delay_is_told_and_changes_nothing() -> None:
    rig = Rig()
    async with rig.running():
        receipt = await mailed(rig)
        late: dict[str, Any] = {
            "state": "delayed",
            "hard": False,
            "status": "4.4.1",
        }
        await reports(rig).take(*reported(rig, receipt, **late))
        await rig.settle()
        assert rig.printer.printed == []
    assert {row.outcome for row in rig.shelf.handed.values()} == {"done"}
    assert [e for e in rig.shelf.entries if b"mail_later:4.4.1" in e.body]


async def test_another_tills_report_shuts_the_address_out_here_too() -> None:
    rig = Rig()
    async with rig.running():
        await reports(rig).take(*reported(rig, str(receipt_id(9))))
        assert len(rig.shelf.shut) == 1
        assert rig.shelf.feeds["rcu"] == f"{1:012d}"


async def test_what_cannot_be_read_is_passed_over() -> None:
    rig = Rig()
    async with rig.running():
        await reports(rig).take(*reported(rig, "?", state="vanished"))
        assert rig.shelf.feeds["rcu"] == f"{1:012d}"
        await reports(rig).take(*reported(rig, "no-uuid", 2))
        assert rig.shelf.feeds["rcu"] == f"{2:012d}"


async def test_the_store_keeps_who_is_shut_out_until_then(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        subject = b"k" * 24
        assert await store.shut_out(subject, 0) is None
        until_ms = int(SystemClock().now().timestamp() * 1000) + DAY_MS
        await store.commit(ShutOut(subject, "bounced", until_ms))
        assert await store.shut_out(subject, until_ms - 1) == "bounced"
        assert await store.shut_out(subject, until_ms) is None
        # What somebody asked for stays, whatever bounces after it.
        await store.commit(ShutOut(subject, "unwanted", until_ms + 5))
        await store.commit(ShutOut(subject, "bounced", until_ms))
        assert await store.shut_out(subject, until_ms + 4) == "unwanted"


async def test_a_bounce_is_the_last_word_of_a_hand_over(tmp_path: Path) -> None:
    row = HandOver(receipt_id(1), 0, "email", "chosen", "customer", 1)
    async with opened(tmp_path) as store:

        async def after(outcome: Outcome) -> str:
            await store.commit(EndHandOver(receipt_id(1), 0, outcome))
            return (await store.ledger(receipt_id(1))).rows[0].outcome

        await store.commit(OpenReceipt(a_receipt(1)), OrderHandOver(row))
        assert await after("done") == "done"
        assert await after("failed") == "done"
        assert await after("bounced") == "bounced"
        assert await after("done") == "bounced"
        counts = await store.day(0)
        assert (counts.arrived, counts.refused) == (0, 1)
