"""What becomes of what was sent: it arrived, it waits, it never will."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from agent.choice.session import Failed, Handed, returned, step
from agent.ids import ReceiptId
from agent.pipeline import words
from agent.pipeline.settling import Wish
from agent.pipeline.standing import Standing
from agent.pipeline.view import AtCounter
from agent.store.handovers import EndHandOver
from agent.store.records import Parcel, ParcelState
from agent.verbs import Channel


class Posted(Standing):
    """Hears of parcels and accounts, of the receipt at the counter and of earlier ones."""

    async def arrived(self, receipt: ReceiptId, channel: Channel, number: int) -> None:
        """That hand-over has come: an account, by a service that says so."""
        async with self._turn:
            at = self._at
            leg = at.session.leg(channel) if at and at.row.id == receipt else None
            if at is not None and leg is not None and leg.number == number:
                await self._happen(Handed(channel))
                self._note(at)
            elif self.picture.recents.knows(str(receipt)):
                row = await self.printing.read(receipt)
                if row is not None:
                    await self.remember(row, row.gist)

    async def parcel_news(self, parcel: Parcel) -> None:
        """What became of a parcel: it arrived, or waits; of a dead one all is done."""
        at = self._at
        if at is None or at.row.id != parcel.receipt:
            await self._relist(parcel)
            return
        if not _is_of(at, parcel):
            return
        if parcel.state is ParcelState.DONE:
            at.row = replace(at.row, handed_over=True)
            at.later.discard(parcel.channel)
            await self._step(at, Handed(_channel(parcel)))
        elif parcel.state is ParcelState.DUE:
            at.later.add(parcel.channel)
        self._note(at)
        self.changed()

    async def _relist(self, parcel: Parcel) -> None:
        if not self.picture.recents.knows(str(parcel.receipt)):
            return
        row = await self.printing.read(parcel.receipt)
        if row is not None:
            await self.remember(row, row.gist)

    async def parcel_dead(self, parcel: Parcel) -> None:
        """No mailbox took it.  May be heard twice for one parcel."""
        await self.lost(parcel.receipt, _channel(parcel), parcel.number)

    async def lost(self, receipt: ReceiptId, channel: Channel, number: int) -> None:
        """It will never arrive: what the customer was promised comes on paper.

        A receipt that another channel has, or still may bring, is left alone.
        """
        ended = EndHandOver(receipt, number, "failed")
        async with self._turn:
            at = self._at
            if at is not None and at.row.id == receipt:
                leg = at.session.leg(channel)
                if leg is not None and leg.number == number:
                    await self.printing.commit([ended])
                    await self._failed(at, channel)
                return
            row = await self.printing.read(receipt)
            others = [
                each
                for each in await self._till.rows(receipt)
                if each.number != number and each.outcome in {"waiting", "done"}
            ]
            if row is None or others:
                await self.printing.commit([ended])
            else:
                await self._print_again(row, "fallback", "agent", None, [ended])

    async def came_back(self, receipt: ReceiptId, number: int) -> None:
        """A mail that had left was returned: who still stands there gets paper."""
        async with self._turn:
            at = self._at
            leg = at.session.leg("email") if at and at.row.id == receipt else None
            if at is not None and leg is not None and leg.number == number:
                at.session = returned(at.session, "email")
                await self._failed(at, "email")
                return
        if self.picture.recents.knows(str(receipt)):
            row = await self.printing.read(receipt)
            if row is not None:
                await self.remember(row, row.gist)

    async def _failed(self, at: AtCounter, channel: Channel) -> None:
        at.session, settle = step(at.session, Failed(channel))
        if settle is not None:
            await self._settle(at, settle, Wish())
            at.says = words.REFUSED_PRINTS if channel in _CHANNELS else None
        self._note(at)
        self.changed()


_CHANNELS: Final[Mapping[str, Channel]] = {"email": "email", "sms": "sms"}


def _channel(parcel: Parcel) -> Channel:
    return _CHANNELS[parcel.channel]


def _is_of(at: AtCounter, parcel: Parcel) -> bool:
    """Of what was asked for last; what it replaced is no news."""
    leg = at.session.leg(parcel.channel)
    return leg is not None and leg.number == parcel.number
