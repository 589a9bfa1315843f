"""Decisions become records: real store, real keys, a clock that obeys."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.bus import Bus
from agent.choice.ledger import HandOver
from agent.consent.acts import Act, Agreed, Declined, Told
from agent.consent.checking import Kept, Report, read, verify
from agent.consent.notices import Notices
from agent.events import Event
from agent.identity.contacts import read as read_contact
from agent.identity.kinds import Contact
from agent.keyring.ring import Keyring
from agent.pipeline.consents import Consents, Deed
from agent.pipeline.entries import Scribe
from agent.pipeline.withdrawals import Order, Withdrawals
from agent.pipeline.withdrawals import read as read_order
from agent.store.consents import walk
from agent.store.handovers import OrderHandOver
from agent.store.looking import looking
from agent.store.parcels import OweCorrection
from agent.store.records import Parcel, ParcelState, PutParcel
from agent.store.store import Store
from agent.wire.consent import ConsentRecord
from tests.consent.builders import NOTICES, TILL, a_record
from tests.fakes.clock import EPOCH, FakeClock
from tests.pipeline.rig import Dice
from tests.store.builders import VAULT, opened, receipt_id

AT_MS = int(EPOCH.timestamp() * 1000)
DAY_MS = 86_400_000
ON_SCREEN = Agreed("receipt_delivery", "email", "customer_screen")


def someone(text: str = "marie@gmail.com") -> Contact:
    found = read_contact("email" if "@" in text else "phone", text)
    assert isinstance(found, Contact)
    return found


def deed(
    act: Act = ON_SCREEN,
    text: str = "marie@gmail.com",
) -> Deed:
    return Deed(
        act, someone(text), receipt_id(1), AT_MS - 4000, "de", evidence="e" * 64
    )


@dataclass
class Bench:
    store: Store
    consents: Consents
    clock: FakeClock
    ring: Keyring
    folder: Path
    bus: Bus[Event] = field(default_factory=Bus[Event])

    async def decide(self, *deeds: Deed) -> None:
        async with self.consents.recorded(*deeds) as changes:
            await self.store.commit(*changes)

    def records(self) -> list[ConsentRecord]:
        found = [read(row.body or b"") for row in self.rows()]
        assert not [each for each in found if isinstance(each, str)]
        return [each for each in found if isinstance(each, ConsentRecord)]

    def rows(self) -> list[Kept]:
        with looking(self.folder / "agent.db") as db:
            return [
                Kept(row.seq, row.digest.hex(), row.body)
                for row in walk(db, VAULT.on(db))
            ]

    def report(self) -> Report:
        keys = {key.kid: key for key in self.ring.public()}
        return verify(self.rows(), TILL.beginning, keys, NOTICES, 0)

    async def events(self) -> list[dict[str, object]]:
        entries = await self.store.entries_after(0, 99, 1 << 20)
        return [json.loads(each.entry.body) for each in entries]


@asynccontextmanager
async def bench(
    folder: Path, notices: Notices = NOTICES, *, synchronised: bool = True
) -> AsyncGenerator[Bench]:
    clock = FakeClock()
    ring = Keyring(folder / "keys")
    async with opened(folder, clock=clock) as store:
        consents = Consents(
            TILL,
            notices,
            ring,
            store,
            Scribe(clock, Dice()),
            clock,
            Dice(),
            lambda: synchronised,
        )
        yield Bench(store, consents, clock, ring, folder)


async def test_a_decision_is_a_signed_record_and_an_event_that_carries_it(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as at:
        at.ring.init(at.clock.now())
        await at.clock.advance(2.5)
        await at.decide(deed())
        (record,) = at.records()
        (event,) = await at.events()
        report = at.report()
    assert (report.good, report.signed) == (True, 1)
    assert event["record"] == record.kept().decode()
    assert event["notice"] == "delivery-email-2026-2"
    assert record.controller.name == "Enseigne SAS"
    assert record.notice is not None
    assert (record.seq, record.notice.lang, record.clock) == (1, "de", "synchronised")
    assert record.shown_at == "2026-01-02T08:59:56.000Z"
    assert record.decided_at == "2026-01-02T09:00:02.500Z"
    assert record.expires_at == "2026-01-09T09:00:02.500Z"
    assert record.receipt == str(receipt_id(1)) == event["receipt_id"]
    assert record.basis == "consent"
    assert b"marie" not in record.kept()
    assert b"gmail" not in record.kept()


async def test_decisions_at_once_make_one_chain(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.ring.init(at.clock.now())
        async with asyncio.TaskGroup() as group:
            for number in range(20):
                group.create_task(at.decide(deed(text=f"m{number}@gmail.com")))
        await at.decide(deed(Told("email")), deed(Told("sms"), "0612345678"))
        assert [record.seq for record in at.records()] == [*range(1, 23)]
        assert at.report().good


async def test_a_commit_that_failed_leaves_no_hole(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.ring.init(at.clock.now())
        await at.decide(deed())
        with pytest.raises(RuntimeError):
            async with at.consents.recorded(deed()):
                raise RuntimeError
        async with at.consents.recorded(deed()) as _never_committed:
            pass
        await at.decide(deed())
        assert at.report().records == 2
        assert at.report().good


async def test_the_chain_goes_on_after_a_restart_and_a_rotation(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as at:
        at.ring.init(at.clock.now())
        await at.decide(deed())
    async with bench(tmp_path) as at:
        await at.decide(deed())
        Keyring(tmp_path / "keys").rotate("consent", at.clock.now())
        await at.decide(deed())
        kids = [record.kid for record in at.records()]
        assert kids[0] == kids[1] != kids[2]
        assert at.report().good


async def test_without_a_key_the_record_is_kept_and_vouched_for_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with bench(tmp_path) as at:
        await at.decide(deed())
        await at.decide(deed())
        assert [record.sig for record in at.records()] == ["", ""]
        report = at.report()
        assert (report.good, report.broken, report.unvouched) == (False, None, 2)
        said = [each for each in caplog.records if each.levelno == logging.CRITICAL]
        assert len(said) == 1
        assert "receipt-agent keys init" in said[0].message
        at.ring.init(at.clock.now())
        await at.decide(deed())
        assert at.report().good


async def test_without_the_secret_for_contacts_there_is_a_record_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with bench(tmp_path) as at:
        at.ring.init(at.clock.now())
        (tmp_path / "keys" / "subject.key").chmod(0o644)
        await at.decide(deed())
        (record,) = at.records()
    assert record.subject.startswith(f"hmac-sha256:{'00' * 8}:")
    assert "contacts are compared until the next start only" in caplog.text


async def test_without_a_sentence_there_is_an_event_and_no_record(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path, Notices([])) as at:
        at.ring.init(at.clock.now())
        assert at.consents.sentence("receipt_delivery", "email") is None
        await at.decide(deed())
        assert at.rows() == []
        (event,) = await at.events()
    assert (event["notice"], event["record"]) == ("none", "")


async def test_a_clock_that_went_back_is_told(tmp_path: Path) -> None:
    async with bench(tmp_path, synchronised=False) as at:
        at.ring.init(at.clock.now())
        await at.decide(deed())
        await at.clock.advance(3600)
        await at.decide(deed())
    async with bench(tmp_path) as at:  # an hour back
        await at.decide(deed())
        assert [record.clock for record in at.records()] == [
            "unknown",
            "unknown",
            "went_back",
        ]
        assert at.report().good


async def test_the_service_makes_the_keys(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        running = asyncio.create_task(at.consents.run())
        await at.consents.ready.wait()
        assert (tmp_path / "keys" / "index.jsonl").exists()
        await at.decide(deed())
        running.cancel()
        assert at.report().good


# -- withdrawals ---------------------------------------------------------------


@asynccontextmanager
async def counter(folder: Path) -> AsyncGenerator[tuple[Bench, Withdrawals]]:
    async with bench(folder) as at:
        at.ring.init(at.clock.now())
        orders = folder / "withdrawals"
        orders.mkdir()
        yield at, Withdrawals(orders, at.consents, at.store, at.clock, at.bus, "FR")


async def order(at: Bench, text: str = "marie@gmail.com", **other: str) -> Order:
    whom = someone(text)
    subject = await at.consents.subject(whom)
    return Order(whom.kind, subject, **{"decision": "withdrawn", **other})  # type: ignore[arg-type]


def left(at: Bench, content: bytes, name: str = "one.json") -> Path:
    path = at.folder / "withdrawals" / name
    path.write_bytes(content)
    return path


async def test_a_withdrawal_is_recorded_and_stops_what_is_on_its_way(
    tmp_path: Path,
) -> None:
    async with counter(tmp_path) as (at, withdrawals):
        await at.decide(deed(text="M.arie+x@gmail.com"), deed(text="paul@free.fr"))
        for number, to in ((1, "M.arie+x@gmail.com"), (2, "paul@free.fr")):
            row = HandOver(receipt_id(number), 0, "email", "chosen", "customer", AT_MS)
            # The network is away: it waits.
            later = Parcel(
                "email", receipt_id(number), to, "fr", next_ms=AT_MS + 60_000
            )
            await at.store.commit(OrderHandOver(row), PutParcel(later))
        assert await at.consents.may(someone(), "receipt_delivery", "email")
        path = left(at, (await order(at)).written())
        assert await withdrawals.take_up() == 1
        assert not path.exists()
        assert not await at.consents.may(someone(), "receipt_delivery", "email")
        due = await at.store.due_parcels("email", AT_MS + DAY_MS, 9)
        assert [parcel.recipient for parcel in due] == ["paul@free.fr"]
        ledger = await at.store.ledger(receipt_id(1))
        assert [row.outcome for row in ledger.rows] == ["withdrawn"]
        last = at.records()[-1]
        assert (last.decision, last.method, last.operator, last.receipt) == (
            "withdrawn",
            "cashier_oral",
            "it",
            "-",
        )
        assert at.report().good
        assert (await at.events())[-1]["decision"] == "withdrawn"


async def test_a_withdrawal_forgets_where_a_correction_would_go(tmp_path: Path) -> None:
    async with counter(tmp_path) as (at, withdrawals):
        for number, to in ((1, "M.arie+x@gmail.com"), (2, "paul@free.fr")):
            parcel = Parcel("email", receipt_id(number), to, "fr")
            done = replace(parcel, recipient="", state=ParcelState.DONE)
            await at.store.commit(PutParcel(parcel))
            await at.store.commit(PutParcel(done), OweCorrection(receipt_id(number)))
        left(at, (await order(at)).written())
        assert await withdrawals.take_up() == 1
        due = await at.store.due_parcels("email", AT_MS + DAY_MS, 9)
        assert [(each.kind, each.recipient) for each in due] == [
            ("annulled", "paul@free.fr")
        ]
        known = await at.store.addressees("email")
        assert known == [(receipt_id(2), "paul@free.fr")]


async def test_who_is_not_known_may_object_too(tmp_path: Path) -> None:
    async with counter(tmp_path) as (at, withdrawals):
        await withdrawals.do(await order(at, "0612345678", decision="objected"))
        (record,) = at.records()
    assert (record.channel, record.decision, record.basis) == (
        "sms",
        "objected",
        "legit_interest",
    )


async def test_to_object_needs_no_sentence_and_is_recorded_all_the_same(
    tmp_path: Path,
) -> None:
    """GDPR, art. 21: the shop has no sentence for advertising, and may not do it."""
    async with counter(tmp_path) as (at, withdrawals):
        said = await order(at, decision="objected", purpose="marketing_email")
        await withdrawals.do(said)
        (record,) = at.records()
        (event,) = [each for each in await at.events() if each["record"]]
        assert at.report().good
    assert (record.purpose, record.decision) == ("marketing_email", "objected")
    assert record.notice is None
    assert (event["notice"], event["record"]) == ("none", record.kept().decode())


def test_what_is_given_is_given_under_a_sentence() -> None:
    record = a_record()
    with pytest.raises(ValidationError, match="under which sentence"):
        ConsentRecord.model_validate({**record.model_dump(), "notice": None})


async def test_given_again_it_holds_again_until_it_expires(tmp_path: Path) -> None:
    async with counter(tmp_path) as (at, withdrawals):
        await withdrawals.do(await order(at))
        await at.decide(deed())
        assert await at.consents.may(someone(), "receipt_delivery", "email")
        assert not await at.consents.may(someone(), "receipt_delivery", "sms")
        await at.clock.advance(7 * 86_400)
        assert not await at.consents.may(someone(), "receipt_delivery", "email")


async def test_a_withdrawal_of_one_purpose_is_of_that_only(tmp_path: Path) -> None:
    async with counter(tmp_path) as (at, withdrawals):
        await at.decide(deed())
        await at.store.commit(
            PutParcel(Parcel("email", receipt_id(1), "marie@gmail.com", "fr"))
        )
        only = await order(at, purpose="satisfaction_survey")
        await withdrawals.do(only)
        assert await at.consents.may(someone(), "receipt_delivery", "email")
        assert len(await at.store.due_parcels("email", AT_MS, 9)) == 1
        # There is no sentence for it here: an event tells the RCU.
        assert (await at.events())[-1]["purpose"] == "satisfaction_survey"


async def test_orders_are_done_while_the_agent_runs(tmp_path: Path) -> None:
    async with counter(tmp_path) as (at, withdrawals):
        running = asyncio.create_task(withdrawals.run())
        await at.clock.advance(1)
        path = left(at, (await order(at)).written())
        while path.exists():
            await at.clock.advance(5)
            await asyncio.sleep(0.01)
        running.cancel()
        assert len(at.records()) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"no json",
        b'{"kind":"email"}',
        b'{"kind":"email","subject":"00","decision":"withdrawn","purpose":null}',
        b'{"kind":"post","subject":"%s","decision":"withdrawn","purpose":null}'
        % (b"00" * 24),
        b'{"kind":"email","subject":"%s","decision":"given","purpose":null}'
        % (b"00" * 24),
        b'{"kind":"email","subject":"%s","decision":"objected","purpose":"marketing_sms"}'
        % (b"00" * 24),
        b'{"kind":"email","subject":"%s","decision":"objected","purpose":"all"}'
        % (b"00" * 24),
    ],
)
async def test_a_file_that_is_no_order_is_put_aside(
    tmp_path: Path, content: bytes
) -> None:
    assert read_order(content) is None
    async with counter(tmp_path) as (at, withdrawals):
        left(at, content)
        assert await withdrawals.take_up() == 0
        assert [path.name for path in (tmp_path / "withdrawals").iterdir()] == [
            "one.bad"
        ]


def test_an_order_is_read_as_it_was_written() -> None:
    for kind, purpose in (("email", None), ("phone", "marketing_sms")):
        said = Order(kind, bytes(24), "objected", purpose)  # type: ignore[arg-type]
        assert read_order(said.written()) == said


def test_no_consent_is_given_by_an_order() -> None:
    with pytest.raises(ValueError, match="does not go by"):
        Declined("marketing_sms", "email", "objected", "cashier_oral")
