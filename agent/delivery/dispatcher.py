"""Parcels on the shelf go out, are tried again, or are given up for paper.

One service for one channel.  It is woken by the bell or by the clock, takes
what is due, has it composed, sends it, and commits the outcome in one go: the
parcel's new state (with its recipient erased once it is over), that the receipt
is handed over, and the log entry.  A deferral is logged only when its reason is
news, so that a week without network does not fill the log.

At least once: a crash between sending and committing sends again, under the
same Message-ID.  A commit that fails does not: the outcome is remembered and
committed at the next round.  A parcel that is dead goes to ``on_dead`` before
its death is committed, so that paper is never forgotten; it may hear twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from agent.bus import Bus, Lagged
from agent.clock import Clock
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.reasons import Reason
from agent.entropy import Entropy
from agent.errors import WorkerError
from agent.events import CounterChanged, DeliveryDue, Event, LinkChanged, LogGrew
from agent.ids import EntryId, ReceiptId, uuid7
from agent.retry import Backoff
from agent.store.records import (
    Append,
    Change,
    Entry,
    MarkHandedOver,
    Parcel,
    ParcelState,
    PutParcel,
    ReceiptRow,
)
from agent.wire.events import DeliveryStatus

log = logging.getLogger(__name__)

BATCH: Final = 16
"""Parcels read at a time; more than a till sends in a minute."""
MAX_NAP_S: Final = 300.0
"""A wall clock set back must not make a parcel wait for the old time."""
MIN_NAP_S: Final = 0.2
"""Between two rounds that the clock asks for, whatever it says."""
PARCEL_RETRY: Final = Backoff(base_s=60.0, cap_s=3600.0)
"""Greylisting wants minutes (RFC 6647, 2.3); an hour is what a customer bears."""
LINK_RETRY: Final = Backoff(base_s=5.0, cap_s=300.0)
"""The relay is away for all parcels alike."""
COMPOSE_TRIES: Final = 3
"""A worker may die of something else; one that fails that often fails always."""

LINK_DOWN: Final = frozenset({Reason.MAIL_UNREACHABLE, Reason.MAIL_SETUP})
"""Reasons that say nothing about the parcel: the others would fare alike."""


class Composer(Protocol):
    """Writes the message of a parcel, the same Message-ID every time."""

    async def compose(self, parcel: Parcel) -> bytes:
        """An RFC 5322 message.

        Raises:
            WorkerError: not this time; the next may work.
        """
        ...


class Channel(Protocol):
    """A way out; see ``agent.delivery.channels``."""

    @property
    def name(self) -> Literal["email"]: ...

    async def send(self, message: bytes, recipient: str) -> Outcome: ...


class ParcelShelf(Protocol):
    """The part of the store that dispatching needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def due_parcels(
        self, channel: str, now_ms: int, limit: int
    ) -> list[Parcel]: ...

    async def next_parcel_ms(self, channel: str) -> int | None: ...

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None: ...


Heard = Callable[[Parcel], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Post:
    """Who writes the message, who carries it, and who hears what became of it.

    ``on_settled``: after every commit, also of a deferral.  ``on_dead``, for a
    shop that prints instead: before the death is committed; it may come twice.
    """

    composer: Composer
    channel: Channel
    on_settled: Heard
    on_dead: Heard | None = None


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
        self._link_failures = 0
        self._link_up: bool | None = None
        self._not_yet_committed: dict[Parcel, Outcome] = {}

    @property
    def name(self) -> str:
        return f"dispatch-{self._post.channel.name}"

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
        channel = self._post.channel.name
        for parcel in await self._shelf.due_parcels(channel, self._now_ms(), BATCH):
            outcome = self._not_yet_committed.get(parcel)
            if outcome is None:
                outcome = await self._send(parcel)
                self._hear_of_link(outcome)
            await self._settle(parcel, outcome)
            if _is_link_down(outcome):
                return LINK_RETRY.delay_s(self._link_failures, self._dice(), MIN_NAP_S)
        next_ms = await self._shelf.next_parcel_ms(channel)
        if next_ms is None:
            return MAX_NAP_S
        return min(max((next_ms - self._now_ms()) / 1000, MIN_NAP_S), MAX_NAP_S)

    async def _send(self, parcel: Parcel) -> Outcome:
        try:
            message = await self._post.composer.compose(parcel)
        except WorkerError:
            log.warning("message not composed", extra={"receipt": str(parcel.receipt)})
            given_up = parcel.attempts + 1 >= COMPOSE_TRIES
            reason = Reason.MAIL_NOT_COMPOSED
            return Refused(reason) if given_up else Deferred(reason)
        return await self._post.channel.send(message, parcel.recipient)

    async def _settle(self, parcel: Parcel, outcome: Outcome) -> None:
        settled = self._after(parcel, outcome)
        news = settled.state is not ParcelState.DUE or settled.detail != parcel.detail
        self._not_yet_committed[parcel] = outcome
        if settled.state is ParcelState.DEAD and self._post.on_dead is not None:
            await self._post.on_dead(settled)
        changes: list[Change] = []
        if not await self._was_replaced(parcel):
            changes.append(PutParcel(settled))
        if isinstance(outcome, Delivered):
            changes.append(MarkHandedOver(parcel.receipt))
        if news:
            changes.append(await self._entry(parcel.receipt, outcome))
        await self._shelf.commit(*changes)
        del self._not_yet_committed[parcel]
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
            case Deferred(reason):
                return replace(
                    parcel,
                    attempts=attempts,
                    next_ms=self._now_ms() + self._pause_ms(attempts, outcome),
                    detail=reason,
                )

    def _pause_ms(self, attempts: int, outcome: Deferred) -> int:
        at_least_s = min(outcome.retry_after_s or 0.0, PARCEL_RETRY.cap_s)
        if _is_link_down(outcome):
            return int(LINK_RETRY.ceiling_s(self._link_failures) * 1000)
        return int(PARCEL_RETRY.delay_s(attempts, self._dice(), at_least_s) * 1000)

    async def _was_replaced(self, parcel: Parcel) -> bool:
        """While it was under way, the customer gave another address."""
        due = await self._shelf.due_parcels(
            parcel.channel, self._now_ms() + 1, BATCH * 4
        )
        return any(
            other.receipt == parcel.receipt and other.recipient != parcel.recipient
            for other in due
        )

    async def _entry(self, receipt: ReceiptId, outcome: Outcome) -> Append:
        row = await self._shelf.receipt(receipt)
        state, detail = _in_the_log(outcome)
        status = DeliveryStatus(
            receipt_id=str(receipt),
            channel=self._post.channel.name,
            state=state,
            detail=detail,
            copy_number=row.paper_copies if row is not None else 0,
        )
        now_ms = self._now_ms()
        return Append(
            Entry(
                EntryId(uuid7(now_ms, self._entropy.draw(10))),
                "delivery.status.v1",
                now_ms,
                receipt,
                status.model_dump_json().encode(),
            )
        )

    def _hear_of_link(self, outcome: Outcome) -> None:
        up = not _is_link_down(outcome)
        self._link_failures = 0 if up else self._link_failures + 1
        if up != self._link_up:
            self._link_up = up
            log.log(
                logging.INFO if up else logging.WARNING,
                "mail relay answers" if up else "mail relay went away",
            )
            self._bus.publish(LinkChanged("mail", up))

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _dice(self) -> float:
        return int.from_bytes(self._entropy.draw(2), "big") / 65536


def _is_link_down(outcome: Outcome) -> bool:
    return isinstance(outcome, Deferred) and (
        outcome.reason.partition(":")[0] in LINK_DOWN
    )


def _in_the_log(
    outcome: Outcome,
) -> tuple[Literal["delivered", "deferred", "refused"], str]:
    match outcome:
        case Delivered(reference):
            return "delivered", reference
        case Deferred(reason):
            return "deferred", reason
        case Refused(reason):
            return "refused", reason
