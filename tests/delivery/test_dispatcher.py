"""Parcels against the real store, a fake channel and a clock that is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from agent.bus import Bus
from agent.delivery.channels.email import message_id
from agent.delivery.dispatcher import Dispatcher
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.policy import BATCH, COMPOSE_TRIES, GIVE_UP_MS, LEASE_S
from agent.delivery.post import Post
from agent.delivery.reasons import Reason
from agent.errors import StoreError, WorkerError
from agent.events import CounterChanged, DeliveryDue, Event, LinkChanged, LogGrew
from agent.store.handovers import EndHandOver
from agent.store.parcels import LeaseParcel, OweCorrection
from agent.store.records import (
    Change,
    MarkHandedOver,
    OpenReceipt,
    Parcel,
    ParcelState,
    PutParcel,
)
from agent.store.store import Store
from tests.delivery.rig import until
from tests.fakes.clock import FakeClock
from tests.fakes.entropy import FakeEntropy
from tests.store.builders import a_parcel, a_receipt, opened, receipt_id


class FakeComposer:
    def __init__(self) -> None:
        self.dead = False
        self.asked: list[str] = []

    async def compose(self, parcel: Parcel) -> bytes:
        self.asked.append(parcel.kind)
        if self.dead:
            raise WorkerError("the worker died")
        return message_id(parcel.receipt, "shop.example").encode()


class FakeChannel:
    """Answers from a list, the last one for ever."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[tuple[bytes, str]] = []
        self.busy: asyncio.Event | None = None
        self.named: Literal["email", "sms"] = "email"
        self.under_way = 0
        self.most_under_way = 0

    @property
    def name(self) -> Literal["email", "sms"]:
        return self.named

    async def send(self, message: bytes, recipient: str) -> Outcome:
        self.sent.append((message, recipient))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self.busy is not None:
                await self.busy.wait()
        finally:
            self.under_way -= 1
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


class Rig:
    def __init__(self, store: Store, channel: FakeChannel, clock: FakeClock) -> None:
        self.store, self.channel = store, channel
        self.composer = FakeComposer()
        self.clock = clock
        self.runs = 0
        self.bus: Bus[Event] = Bus()
        self.barred: set[str] = set()
        self.dead: list[Parcel] = []
        self.settled: list[Parcel] = []
        self.rung: list[object] = []

    async def on_dead(self, parcel: Parcel) -> None:
        self.dead.append(parcel)

    async def on_settled(self, parcel: Parcel) -> None:
        self.settled.append(parcel)

    async def is_barred(self, parcel: Parcel) -> bool:
        return parcel.recipient in self.barred

    def dispatcher(self, shelf: Store | None = None) -> Dispatcher:
        post = Post(
            self.composer,
            self.channel,
            self.on_settled,
            self.on_dead,
            barred=self.is_barred,
        )
        self.runs += 1
        entropy = FakeEntropy(self.runs)
        return Dispatcher(shelf or self.store, post, self.bus, self.clock, entropy)

    async def shelve(self, number: int = 1, recipient: str = "") -> None:
        await self.store.commit(OpenReceipt(a_receipt(number)))
        channel = self.channel.name
        parcel = replace(a_parcel(number), channel=channel)
        parcel = replace(parcel, recipient=recipient or parcel.recipient)
        await self.store.commit(PutParcel(parcel))
        self.bus.publish(DeliveryDue(channel, receipt_id(number)))

    async def tick_until_settled(self, count: int, step_s: float = 100.0) -> None:
        """Let time pass until so many outcomes were committed."""
        for _ in range(400):
            if len(self.settled) >= count:
                return
            await asyncio.sleep(0.005)
            await self.clock.advance(step_s)
        raise AssertionError(f"{len(self.settled)} of {count} settled")

    async def due(self) -> list[Parcel]:
        far = self.now_ms() + 86_000_000
        return await self.store.due_parcels("email", far, 99)

    def now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)

    async def log(self) -> list[dict[str, object]]:
        entries = await self.store.entries_after(0, 99, 1 << 20)
        return [json.loads(logged.entry.body) for logged in entries]

    @asynccontextmanager
    async def running(self, dispatcher: Dispatcher) -> AsyncIterator[None]:
        async def listen() -> None:
            with self.bus.subscribe() as events:
                async for event in events:
                    self.rung.append(event)

        tasks = [
            asyncio.create_task(listen()),
            asyncio.create_task(dispatcher.run()),
        ]
        await asyncio.sleep(0)
        yield
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@asynccontextmanager
async def rigged(
    folder: Path, *outcomes: Outcome, serve: bool = True
) -> AsyncIterator[Rig]:
    clock = FakeClock()
    async with opened(folder, clock=clock) as store:
        rig = Rig(store, FakeChannel(*outcomes), clock)
        if not serve:
            yield rig
            return
        async with rig.running(rig.dispatcher()):
            yield rig


async def test_a_parcel_rung_for_is_delivered_and_its_address_is_forgotten(
    tmp_path: Path,
) -> None:
    async with rigged(tmp_path, Delivered("4B7C")) as rig:
        await rig.shelve()
        await until(lambda: len(rig.settled) == 1)
        assert rig.channel.sent[0][1] == "anna@example.org"
        assert await rig.due() == []
        assert rig.settled[0].state is ParcelState.DONE
        assert rig.settled[0].recipient == ""
        row = await rig.store.receipt(receipt_id(1))
        assert row is not None
        assert row.handed_over
        (entry,) = await rig.log()
        assert entry["state"] == "delivered"
        assert entry["channel"] == "email"
        assert entry["detail"] == "4B7C"
        assert entry["receipt_id"] == str(receipt_id(1))
        assert "anna" not in json.dumps(entry)
        await until(lambda: CounterChanged() in rig.rung)
        assert LogGrew() in rig.rung
        assert LinkChanged("mail", up=True) in rig.rung


async def test_what_was_due_before_the_start_is_sent(tmp_path: Path) -> None:
    async with rigged(tmp_path, Delivered(), serve=False) as rig:
        await rig.shelve()
        async with rig.running(rig.dispatcher()):
            await until(lambda: len(rig.settled) == 1)


async def test_a_deferral_is_tried_again_later_under_the_same_message_id(
    tmp_path: Path,
) -> None:
    later = Deferred("mail_later:450")
    async with rigged(tmp_path, later, later, Delivered()) as rig:
        await rig.shelve()
        await rig.tick_until_settled(3)
        assert rig.settled[-1].state is ParcelState.DONE
        assert rig.settled[-1].attempts == 3
        assert len({message for message, _ in rig.channel.sent}) == 1
        states = [entry["state"] for entry in await rig.log()]
        assert states == ["deferred", "delivered"]  # the second was no news


async def test_the_relay_may_say_how_long(tmp_path: Path) -> None:
    async with rigged(tmp_path, Deferred("mail_later:450", 1800.0)) as rig:
        await rig.shelve()
        await until(lambda: len(rig.settled) == 1)
        assert rig.settled[0].next_ms >= rig.now_ms() + 1_800_000


async def test_a_refused_parcel_is_dead_and_somebody_prints_it(tmp_path: Path) -> None:
    async with rigged(tmp_path, Refused("mail_refused:550")) as rig:
        await rig.shelve()
        await until(lambda: len(rig.settled) == 1)
        assert [parcel.receipt for parcel in rig.dead] == [receipt_id(1)]
        assert rig.settled[0].state is ParcelState.DEAD
        assert rig.settled[0].recipient == ""
        assert await rig.due() == []
        (entry,) = await rig.log()
        assert (entry["state"], entry["detail"]) == ("refused", "mail_refused:550")
        row = await rig.store.receipt(receipt_id(1))
        assert row is not None
        assert not row.handed_over


async def test_an_address_that_is_shut_out_while_its_parcel_waits_gets_nothing(
    tmp_path: Path,
) -> None:
    async with rigged(tmp_path, Deferred("mail_later:450"), Delivered()) as rig:
        await rig.shelve()
        await until(lambda: len(rig.settled) == 1)
        rig.barred.add("anna@example.org")
        await rig.tick_until_settled(2)
        assert len(rig.channel.sent) == 1
        assert [parcel.receipt for parcel in rig.dead] == [receipt_id(1)]
        assert rig.settled[-1].recipient == ""
        assert (await rig.log())[-1]["detail"] == "mail_shut_out"
        rig.barred.clear()
        await rig.shelve(2)
        await rig.tick_until_settled(3)
        states = [each.state for each in rig.settled]
        assert states == [ParcelState.DUE, ParcelState.DEAD, ParcelState.DONE]


async def test_that_an_address_is_shut_out_says_nothing_of_the_relay(
    tmp_path: Path,
) -> None:
    async with rigged(tmp_path, Delivered()) as rig:
        rig.barred.add("anna@example.org")
        await rig.shelve()
        await until(lambda: len(rig.settled) == 1)
        await until(lambda: CounterChanged() in rig.rung)
        assert LinkChanged("mail", up=True) not in rig.rung


async def test_one_try_is_enough_to_know_that_the_relay_is_away(
    tmp_path: Path,
) -> None:
    away = Deferred(Reason.MAIL_UNREACHABLE)
    async with rigged(tmp_path, away, serve=False) as rig:
        for number in (1, 2, 3):
            await rig.shelve(number)
        async with rig.running(rig.dispatcher()):
            await until(lambda: len(rig.settled) == 1)
            await until(lambda: LinkChanged("mail", up=False) in rig.rung)
            await asyncio.sleep(0.02)
            assert len(rig.channel.sent) == 1
            rig.channel.outcomes = [Delivered()]
            await rig.tick_until_settled(4, step_s=1.0)
            await until(lambda: LinkChanged("mail", up=True) in rig.rung)
        assert rig.rung.count(LinkChanged("mail", up=False)) == 1


async def test_one_that_asks_to_be_left_alone_is_not_tried_with_the_next(
    tmp_path: Path,
) -> None:
    busy = Deferred("sms_busy:429", 600.0)
    async with rigged(tmp_path, busy, serve=False) as rig:
        rig.channel.named = "sms"
        for number in (1, 2):
            await rig.shelve(number)
        async with rig.running(rig.dispatcher()):
            await until(lambda: len(rig.settled) == 1)
            assert rig.settled[0].next_ms >= rig.now_ms() + 600_000
            await rig.clock.advance(500.0)
            await asyncio.sleep(0.02)
            assert len(rig.channel.sent) == 1
            rig.channel.outcomes = [Delivered()]
            await rig.tick_until_settled(3)
        assert LinkChanged("sms", up=False) in rig.rung
        assert {entry["channel"] for entry in await rig.log()} == {"sms"}


async def test_a_worker_that_dies_each_time_means_paper(tmp_path: Path) -> None:
    async with rigged(tmp_path, Delivered(), serve=False) as rig:
        rig.composer.dead = True
        await rig.shelve()
        async with rig.running(rig.dispatcher()):
            await rig.tick_until_settled(COMPOSE_TRIES)
        assert [parcel.detail for parcel in rig.dead] == ["mail_not_composed"]
        assert rig.channel.sent == []


async def test_an_address_given_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    async with rigged(tmp_path, Refused("mail_refused:550"), Delivered()) as rig:
        rig.channel.busy = asyncio.Event()
        await rig.shelve()
        await until(lambda: len(rig.channel.sent) == 1)
        right = replace(a_parcel(1), recipient="anne@example.org")
        await rig.store.commit(PutParcel(right))
        rig.channel.busy.set()
        await until(lambda: len(rig.settled) == 1)
        rig.bus.publish(DeliveryDue("email", receipt_id(1)))
        await until(lambda: len(rig.settled) == 2)
        assert [to for _, to in rig.channel.sent] == [
            "anna@example.org",
            "anne@example.org",
        ]
        assert rig.settled[-1].state is ParcelState.DONE


async def test_a_copy_to_the_same_address_is_sent_though_the_first_was_under_way(
    tmp_path: Path,
) -> None:
    async with rigged(tmp_path, Delivered(), Delivered()) as rig:
        rig.channel.busy = asyncio.Event()
        await rig.shelve()
        await until(lambda: len(rig.channel.sent) == 1)
        await rig.store.commit(PutParcel(replace(a_parcel(1), number=1)))
        rig.channel.busy.set()
        await until(lambda: len(rig.settled) == 1)
        rig.bus.publish(DeliveryDue("email", receipt_id(1)))
        await until(lambda: len(rig.settled) == 2)
        assert [each.number for each in rig.settled] == [0, 1]


class FullDisk:
    """The real store, of which commits fail while ``full``, but for leases."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.full = True
        self.due_parcels = store.due_parcels
        self.sendable_parcels = store.sendable_parcels
        self.lease_holder = store.lease_holder
        self.next_parcel_ms = store.next_parcel_ms
        self.receipt = store.receipt

    async def commit(self, *changes: Change) -> None:
        if self.full and not isinstance(changes[0], LeaseParcel):
            raise StoreError("disk full")
        await self._store.commit(*changes)


async def test_a_sent_message_that_could_not_be_noted_is_not_sent_again(
    tmp_path: Path,
) -> None:
    async with rigged(tmp_path, Delivered(), serve=False) as rig:
        await rig.shelve()
        shelf = FullDisk(rig.store)
        post = Post(rig.composer, rig.channel, rig.on_settled, rig.on_dead)
        dispatcher = Dispatcher(shelf, post, rig.bus, rig.clock, FakeEntropy())
        for _ in range(2):
            with pytest.raises(ExceptionGroup) as caught:
                await dispatcher.run()
            assert caught.group_contains(StoreError)
        shelf.full = False
        async with rig.running(dispatcher):
            await until(lambda: len(rig.settled) == 1)
        assert len(rig.channel.sent) == 1


async def test_the_outcome_is_one_commit(tmp_path: Path) -> None:
    async with rigged(tmp_path, Delivered(), serve=False) as rig:
        await rig.shelve()
        seen: list[tuple[Change, ...]] = []

        class Watching(FullDisk):
            async def commit(self, *changes: Change) -> None:
                seen.append(changes)
                await rig.store.commit(*changes)

        post = Post(rig.composer, rig.channel, rig.on_settled, rig.on_dead)
        watching = Watching(rig.store)
        async with rig.running(
            Dispatcher(watching, post, rig.bus, rig.clock, FakeEntropy())
        ):
            await until(lambda: len(rig.settled) == 1)
        (lease,), (put, mark, ended, append) = seen
        assert isinstance(lease, LeaseParcel)
        assert isinstance(put, PutParcel)
        assert mark == MarkHandedOver(receipt_id(1))
        assert ended == EndHandOver(receipt_id(1), 0, "done")
        assert type(append).__name__ == "Append"


async def test_no_log_line_names_the_recipient(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(10, logger="agent")
    answers: list[Outcome] = [
        Deferred(Reason.MAIL_UNREACHABLE),
        Refused("mail_refused:550"),
    ]
    async with rigged(tmp_path, *answers) as rig:
        await rig.shelve()
        await rig.tick_until_settled(2)
    assert "anna" not in caplog.text + repr([vars(r) for r in caplog.records])
    assert "mail relay went away" in caplog.text


async def test_two_runs_never_send_one_parcel_at_the_same_time(tmp_path: Path) -> None:
    async with rigged(tmp_path, Delivered(), serve=False) as rig:
        rig.channel.busy = asyncio.Event()
        await rig.shelve()
        async with rig.running(rig.dispatcher()), rig.running(rig.dispatcher()):
            await until(lambda: rig.channel.under_way == 1)
            rig.bus.publish(DeliveryDue("email", receipt_id(1)))
            await asyncio.sleep(0.1)
            rig.channel.busy.set()
            await until(lambda: len(rig.settled) == 1)
            await rig.clock.advance(LEASE_S)
            await asyncio.sleep(0.1)
        assert rig.channel.most_under_way == 1
        assert len(rig.channel.sent) == 1


async def test_what_a_killed_run_was_sending_is_sent_when_its_lease_is_over(
    tmp_path: Path,
) -> None:
    async with rigged(tmp_path, Delivered(), serve=False) as rig:
        rig.channel.busy = asyncio.Event()
        await rig.shelve()
        async with rig.running(rig.dispatcher()):
            await until(lambda: rig.channel.under_way == 1)
        rig.channel.busy = None
        async with rig.running(rig.dispatcher()):
            await rig.clock.advance(LEASE_S - 1)
            await asyncio.sleep(0.1)
            assert len(rig.channel.sent) == 1
            await rig.tick_until_settled(1, step_s=1.0)
        assert len(rig.channel.sent) == 2
        assert len({message for message, _ in rig.channel.sent}) == 1


async def test_while_the_circuit_is_open_a_new_parcel_is_not_tried(
    tmp_path: Path,
) -> None:
    away = Deferred("sms_busy:429", 600.0)
    async with rigged(tmp_path, away, serve=False) as rig:
        rig.channel.named = "sms"
        await rig.shelve(1)
        async with rig.running(rig.dispatcher()):
            await until(lambda: len(rig.settled) == 1)
            for number in range(2, 6):
                await rig.shelve(number)
            await rig.clock.advance(590.0)
            await asyncio.sleep(0.1)
            assert len(rig.channel.sent) == 1
            await rig.clock.advance(11.0)  # the probe, one
            await until(lambda: len(rig.channel.sent) == 2)
            await asyncio.sleep(0.1)
            assert len(rig.channel.sent) == 2
            rig.channel.outcomes = [Delivered()]
            await rig.tick_until_settled(7, step_s=10.0)
        assert BATCH > 4


async def test_a_parcel_that_nobody_took_for_two_days_is_dead_and_not_printed(
    tmp_path: Path,
) -> None:
    async with rigged(tmp_path, Deferred(Reason.MAIL_UNREACHABLE)) as rig:
        await rig.shelve()
        await until(lambda: len(rig.settled) == 1)
        await rig.clock.advance(GIVE_UP_MS / 1000)
        for _ in range(200):
            if rig.settled[-1].state is ParcelState.DEAD:
                break
            await asyncio.sleep(0.005)
            await rig.clock.advance(60.0)
        assert rig.settled[-1].detail == "expired"
        assert rig.dead == []
        (letter,) = await rig.store.dead_letters(9)
        assert letter.detail == "expired"
        assert [entry["state"] for entry in await rig.log()] == ["deferred", "refused"]


async def test_a_correction_is_sent_behind_its_receipt_and_printed_never(
    tmp_path: Path,
) -> None:
    async with rigged(
        tmp_path, Delivered(), Refused("mail_refused:550"), serve=False
    ) as rig:
        await rig.shelve()
        await rig.store.commit(OweCorrection(receipt_id(1)))
        async with rig.running(rig.dispatcher()):
            await until(lambda: len(rig.settled) == 1)
            await rig.clock.advance(1.0)
            await until(lambda: len(rig.channel.sent) == 2)
            await asyncio.sleep(0.1)
        assert rig.composer.asked == ["receipt", "annulled"]
        assert {to for _, to in rig.channel.sent} == {"anna@example.org"}
        assert [parcel.kind for parcel in rig.settled] == ["receipt"]
        assert rig.dead == []
        said = [(entry["state"], entry["kind"]) for entry in await rig.log()]
        assert said == [("delivered", None), ("refused", "void")]
        row = await rig.store.receipt(receipt_id(1))
        assert row is not None
        assert row.handed_over
