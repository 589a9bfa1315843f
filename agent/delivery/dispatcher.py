"""Parcels on the shelf go out, are tried again, or are given up for paper.

One service for one channel.  It is woken by the bell or by the clock, takes
what is due, leases it, has it composed, sends it, and commits the outcome in one
go: the parcel's new state (with its recipient erased once it is over), that the
receipt is handed over, and the log entry.  A deferral is logged only when its reason
is news, so that a week without network does not fill the log.

At least once: a crash between sending and committing sends again, under the
same id, when the lease of the run that crashed is over.  A commit that fails does
not: the outcome is remembered and committed at the next round.  A parcel that is
dead goes to ``on_dead`` before its death is committed, so that paper is never
forgotten; it may hear twice.  One that nobody took for two days is dead as well and
is not printed: nobody stands there any more (``Store.dead_letters``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

from agent.bus import Bus, Lagged
from agent.clock import Clock
from agent.delivery.circuit import Circuit, State
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.policy import (
    BATCH,
    COMPOSE_TRIES,
    GIVE_UP_MS,
    LINK_RETRY,
    LINKS,
    MAX_NAP_S,
    MIN_NAP_S,
    PARCEL_RETRY,
    asked_s,
    is_link_down,
)
from agent.delivery.post import ParcelShelf, Post
from agent.delivery.reasons import Reason
from agent.entropy import Entropy
from agent.errors import WorkerError
from agent.events import CounterChanged, DeliveryDue, Event, LinkChanged, LogGrew
from agent.ids import EntryId, uuid7
from agent.store.handovers import EndHandOver
from agent.store.parcels import LeaseParcel
from agent.store.records import (
    Append,
    Change,
    Entry,
    MarkHandedOver,
    Parcel,
    ParcelState,
    PutParcel,
)
from agent.wire.events import DeliveryStatus
from agent.wire.receipt import DocKind

log = logging.getLogger(__name__)


ENDED: Final[Mapping[ParcelState, Literal["done", "failed"]]] = {
    ParcelState.DONE: "done",
    ParcelState.DEAD: "failed",
}
"""What a parcel's end is in the ledger."""
IN_THE_LOG: Final[Mapping[ParcelState, Literal["delivered", "deferred", "refused"]]] = {
    ParcelState.DONE: "delivered",
    ParcelState.DUE: "deferred",
    ParcelState.DEAD: "refused",
}


class Dispatcher:
    """Serves the parcels of one channel, one after the other."""

    def __init__(
        self,
        shelf: ParcelShelf,
        post: Post,
        bus: Bus[Event],
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._shelf = shelf
        self._post = post
        self._bus = bus
        self._clock = clock
        self._entropy = entropy
        self._circuit = Circuit(LINK_RETRY)
        self._run = entropy.draw(8).hex()
        self._link_up: bool | None = None
        self._not_yet_committed: dict[Parcel, Outcome] = {}

    @property
    def name(self) -> str:
        return f"dispatch-{self._post.channel.name}"

    @property
    def link(self) -> str:
        """What carries it, as the bell names it."""
        return LINKS[self._post.channel.name].name

    @property
    def circuit(self) -> tuple[str, State]:
        """The channel, and whether it may be tried now."""
        return self._post.channel.name, self._circuit.state(self._clock.monotonic())

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            StoreError: an outcome could not be committed; it is remembered.
        """
        bell = asyncio.Event()
        with self._bus.subscribe() as events:

            async def listen() -> None:
                async for event in events:
                    if self._is_for_us(event):
                        bell.set()

            async def wake(after_s: float) -> None:
                await self._clock.sleep(after_s)
                bell.set()

            async with asyncio.TaskGroup() as group:
                group.create_task(listen())
                while True:
                    bell.clear()
                    timer = group.create_task(wake(await self._round()))
                    await bell.wait()
                    timer.cancel()

    def _is_for_us(self, event: Event | Lagged) -> bool:
        channel = self._post.channel.name
        match event:
            case DeliveryDue(channel=due):
                return due == channel
            case Lagged():
                return True
            case _:
                return False

    async def _round(self) -> float:
        """Send what is due; the seconds until something is due again."""
        channel, now_ms = self._post.channel.name, self._now_ms()
        room = self._circuit.room(self._clock.monotonic(), BATCH)
        if not room:
            return self._until_the_probe_s()
        for parcel in await self._shelf.sendable_parcels(
            channel, now_ms, self._run, room
        ):
            outcome = self._not_yet_committed.get(parcel)
            if outcome is None:
                if not await self._leased(parcel):
                    continue
                if await self._is_barred(parcel):
                    outcome = Refused(self._post.barred_as)
                else:
                    outcome = await self._send(parcel)
                    self._hear_of_link(outcome)
            await self._settle(parcel, outcome)
            if is_link_down(outcome):
                return self._until_the_probe_s()
        next_ms = await self._shelf.next_parcel_ms(channel, self._run, now_ms)
        if next_ms is None:
            return MAX_NAP_S
        return min(max((next_ms - self._now_ms()) / 1000, MIN_NAP_S), MAX_NAP_S)

    def _until_the_probe_s(self) -> float:
        return max(self._circuit.wait_s(self._clock.monotonic()), MIN_NAP_S)

    async def _leased(self, parcel: Parcel) -> bool:
        """Whether it is ours to send, and still the copy that we read."""
        until_ms = self._now_ms() + int(self._post.lease_s * 1000)
        lease = LeaseParcel(
            parcel.channel,
            parcel.receipt,
            parcel.kind,
            parcel.number,
            self._run,
            until_ms,
        )
        await self._shelf.commit(lease)
        held = await self._shelf.lease_holder(
            parcel.channel, parcel.receipt, parcel.kind
        )
        return held == (self._run, parcel.number)

    async def _is_barred(self, parcel: Parcel) -> bool:
        barred = self._post.barred
        return barred is not None and await barred(parcel)

    async def _send(self, parcel: Parcel) -> Outcome:
        try:
            message = await self._post.composer.compose(parcel)
        except WorkerError:
            log.warning("message not composed", extra={"receipt": str(parcel.receipt)})
            given_up = parcel.attempts + 1 >= COMPOSE_TRIES
            reason = LINKS[self._post.channel.name].not_composed
            return Refused(reason) if given_up else Deferred(reason)
        return await self._post.channel.send(message, parcel.recipient)

    async def _settle(self, parcel: Parcel, outcome: Outcome) -> None:
        settled = self._after(parcel, outcome)
        news = settled.state is not ParcelState.DUE or settled.detail != parcel.detail
        own = parcel.kind == "receipt"
        self._not_yet_committed[parcel] = outcome
        if own and self._is_printed_instead(settled) and self._post.on_dead is not None:
            await self._post.on_dead(settled)
        changes: list[Change] = []
        if not await self._was_replaced(parcel):
            changes.append(PutParcel(settled))
        if own:
            changes += _handed(parcel, settled.state)
        if news:
            changes.append(self._entry(parcel, settled))
        await self._shelf.commit(*changes)
        del self._not_yet_committed[parcel]
        if own:
            await self._post.on_settled(settled)
        if news:
            self._bus.publish(LogGrew())
            self._bus.publish(CounterChanged())

    def _after(self, parcel: Parcel, outcome: Outcome) -> Parcel:
        attempts = parcel.attempts + 1
        match outcome:
            case Delivered(reference):
                return replace(
                    parcel,
                    recipient="",
                    attempts=attempts,
                    state=ParcelState.DONE,
                    detail=reference,
                )
            case Refused(reason):
                return replace(
                    parcel,
                    recipient="",
                    attempts=attempts,
                    state=ParcelState.DEAD,
                    detail=reason,
                )
            case Deferred(reason) if self._is_late(parcel):
                log.warning("a parcel is given up", extra={"reason": reason})
                return replace(
                    parcel,
                    recipient="",
                    attempts=attempts,
                    state=ParcelState.DEAD,
                    detail=Reason.EXPIRED,
                )
            case Deferred(reason):
                return replace(
                    parcel,
                    attempts=attempts,
                    next_ms=self._now_ms() + self._pause_ms(attempts, outcome),
                    detail=reason,
                )

    def _is_late(self, parcel: Parcel) -> bool:
        return bool(parcel.at_ms) and self._now_ms() - parcel.at_ms > GIVE_UP_MS

    @staticmethod
    def _is_printed_instead(settled: Parcel) -> bool:
        return settled.state is ParcelState.DEAD and settled.detail != Reason.EXPIRED

    def _pause_ms(self, attempts: int, outcome: Deferred) -> int:
        at_least_s = asked_s(outcome)
        if is_link_down(outcome):
            return int(max(at_least_s, self._circuit.longest_s) * 1000)
        return int(PARCEL_RETRY.delay_s(attempts, self._dice(), at_least_s) * 1000)

    async def _was_replaced(self, parcel: Parcel) -> bool:
        """While it was under way, another one was put in its place."""
        due = await self._shelf.due_parcels(
            parcel.channel, self._now_ms() + 1, BATCH * 4
        )
        return any(
            (other.receipt, other.kind) == (parcel.receipt, parcel.kind)
            and (other.recipient, other.number) != (parcel.recipient, parcel.number)
            for other in due
        )

    def _entry(self, parcel: Parcel, settled: Parcel) -> Append:
        status = DeliveryStatus(
            receipt_id=str(parcel.receipt),
            channel=self._post.channel.name,
            state=IN_THE_LOG[settled.state],
            detail=settled.detail,
            kind=None if parcel.kind == "receipt" else DocKind.VOID,
            copy_number=parcel.number,
        )
        now_ms = self._now_ms()
        return Append(
            Entry(
                EntryId(uuid7(now_ms, self._entropy.draw(10))),
                "delivery.status.v1",
                now_ms,
                parcel.receipt,
                status.model_dump_json().encode(),
            )
        )

    def _hear_of_link(self, outcome: Outcome) -> None:
        up = not is_link_down(outcome)
        if up:
            self._circuit.worked()
        else:
            now_s, least_s = self._clock.monotonic(), asked_s(outcome)
            self._circuit.failed(now_s, self._dice(), least_s)
        if up != self._link_up:
            self._link_up = up
            link = LINKS[self._post.channel.name]
            log.log(
                logging.INFO if up else logging.WARNING,
                link.back if up else link.away,
            )
            self._bus.publish(LinkChanged(link.name, up))

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _dice(self) -> float:
        return int.from_bytes(self._entropy.draw(2), "big") / 65536


def _handed(parcel: Parcel, state: ParcelState) -> list[Change]:
    """What the ledger is to know of it."""
    changes: list[Change] = []
    if state is ParcelState.DONE:
        changes.append(MarkHandedOver(parcel.receipt))
    if state is not ParcelState.DUE:
        changes.append(EndHandOver(parcel.receipt, parcel.number, ENDED[state]))
    return changes
