"""What a dispatcher is given: who writes, who carries, who hears of it, and the shelf."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from agent.delivery.outcome import Outcome
from agent.delivery.policy import LEASE_S, Carried
from agent.delivery.reasons import Reason
from agent.ids import ReceiptId
from agent.store.parcels import Kind
from agent.store.records import Change, Parcel


class Composer(Protocol):
    """Writes the message of a parcel, under the same id every time."""

    async def compose(self, parcel: Parcel) -> bytes:
        """What its channel takes: an RFC 5322 message, or a note for an SMS.

        Raises:
            WorkerError: not this time; the next may work.
        """
        ...


class Channel(Protocol):
    """A way out; see ``agent.delivery.channels``."""

    @property
    def name(self) -> Carried: ...

    async def send(self, message: bytes, recipient: str) -> Outcome: ...


class ParcelShelf(Protocol):
    """The part of the store that dispatching needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def due_parcels(
        self, channel: str, now_ms: int, limit: int
    ) -> list[Parcel]: ...

    async def sendable_parcels(
        self, channel: str, now_ms: int, run: str, limit: int
    ) -> list[Parcel]: ...

    async def next_parcel_ms(
        self, channel: str, run: str, now_ms: int
    ) -> int | None: ...

    async def lease_holder(
        self, channel: str, receipt: ReceiptId, kind: Kind
    ) -> tuple[str, int]: ...


Heard = Callable[[Parcel], Awaitable[None]]
Barred = Callable[[Parcel], Awaitable[bool]]
"""Whether nothing may go there any more."""


@dataclass(frozen=True, slots=True)
class Post:
    """Who writes the message, who carries it, and who hears what became of it.

    ``on_settled``: after every commit, also of a deferral.  ``on_dead``, for a
    shop that prints instead: before the death is committed; it may come twice.  Both
    hear of receipts only, not of what corrects one.  ``lease_s``: as long as one takes.
    """

    composer: Composer
    channel: Channel
    on_settled: Heard
    on_dead: Heard | None = None
    lease_s: float = LEASE_S
    barred: Barred | None = None
    """Asked before each try: an address may be shut out while its parcel waits."""
    barred_as: Reason = Reason.MAIL_SHUT_OUT
    """What became of it then."""
