"""How a receipt comes to the counter: for the first time, or again after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.choice import resuming
from agent.choice.ledger import Ledger
from agent.choice.session import Phase, Session
from agent.clock import Clock
from agent.pipeline.cards import Cards
from agent.pipeline.keeping import sent_to
from agent.pipeline.place import Place
from agent.pipeline.settling import Settling
from agent.pipeline.view import AtCounter, Card
from agent.store.records import ReceiptRow
from agent.wire.receipt import Gist


class Openings:
    """Makes what stands at the counter."""

    def __init__(
        self, place: Place, till: Settling, clock: Clock, cards: Cards
    ) -> None:
        self._till = till
        self._clock = clock
        self._cards = cards
        self._window_ms = round(place.window_s * 1000)

    def opening(
        self, row: ReceiptRow, card: str | None, mentions: Sequence[str]
    ) -> ReceiptRow:
        """The row of a receipt that is about to be offered: with its session in it."""
        now_ms = self._till.scribe.now_ms()
        known = self._cards.known(card) if card else None
        kept = resuming.Kept(
            phase=Phase.OFFERED,
            offered_ms=now_ms,
            closes_ms=now_ms + self._window_ms,
            card=known.digest.hex() if known else "",
            card_mask=known.mask if known else "",
            mentions=tuple(sorted(mentions)),
        )
        return replace(row, session=resuming.write(kept))

    async def stands(self, row: ReceiptRow, gist: Gist) -> AtCounter:
        """As it was when it was last written, with what has come of it since."""
        now_s, now_ms = self._clock.monotonic(), self._till.scribe.now_ms()
        kept = resuming.read(row.session)
        if kept is None:
            session = Session(row.id, row.on_silence, now_s + self._window_ms / 1000)
            at = AtCounter(session, row, gist, offered_at_s=now_s, offered_ms=now_ms)
            at.discreet = self._till.scribe.is_discreet(row)
            return at
        left_ms = resuming.left_ms(kept, now_ms, self._window_ms)
        closes_at_s = None if left_ms is None else now_s + left_ms / 1000
        session = resuming.session(
            row.id, row.on_silence, kept, await self._ledger(row), closes_at_s
        )
        return AtCounter(
            session,
            row,
            gist,
            sent_to=sent_to(kept),
            taken_back=kept.taken_back,
            offered_at_s=now_s - max(0, now_ms - kept.offered_ms) / 1000,
            offered_ms=kept.offered_ms,
            mentions=frozenset(kept.mentions),
            discreet=self._till.scribe.is_discreet(row),
            lang=kept.lang,
            card=Card(bytes.fromhex(kept.card), kept.card_mask) if kept.card else None,
        )

    async def _ledger(self, row: ReceiptRow) -> Ledger:
        if not row.given:
            return Ledger(row.id)
        return Ledger(row.id, row.given, await self._till.rows(row.id))
