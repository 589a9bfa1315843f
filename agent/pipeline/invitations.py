"""What the customer's own phone may ask of this till: it goes up with the receipt."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final, Literal, Protocol, get_args

from agent.pipeline.entries import Scribe
from agent.pipeline.place import Place
from agent.pipeline.view import mode_of
from agent.store.records import Change, ReceiptRow
from agent.verbs import Lang, Words
from agent.wire import shortcode
from agent.wire.consent import Channel, Purpose
from agent.wire.events import PhoneInvited

Way = Literal["email", "account"]
LANGS: Final[tuple[Lang, ...]] = get_args(Lang)
PAPER_FOR_S: Final = 600.0
"""From the phone paper is asked for by who still stands in the shop."""


class Asking(Protocol):
    """The sentences; see :class:`agent.pipeline.consents.Consents`."""

    def asks(self, channel: Channel) -> Words | None: ...

    def boxes(self, channel: Channel) -> Mapping[Purpose, Words]: ...


class Invitations:
    """Writes them; with a code for the phone where the counter has no display."""

    def __init__(self, place: Place, scribe: Scribe, asking: Asking) -> None:
        self._place = place
        self._scribe = scribe
        self._asking = asking

    async def first(
        self, row: ReceiptRow, mentions: Collection[str], *, card: bool
    ) -> Change:
        """Beside the receipt itself."""
        said = self._said(row, mentions, card=card)
        if self._place.phone_code:
            sealed = await asyncio.to_thread(shortcode.seal, row.token)
            code = {
                "finder": sealed.finder,
                "token": sealed.token,
                "code_until": _moment(row.at_ms, shortcode.VALID_S),
            }
            said = said.model_copy(update=code)
        return self._scribe.write(row.id, said)

    def again(self, row: ReceiptRow, mentions: Collection[str]) -> Change:
        """A card was shown since."""
        return self._scribe.write(row.id, self._said(row, mentions, card=True))

    def _said(
        self, row: ReceiptRow, mentions: Collection[str], *, card: bool
    ) -> PhoneInvited:
        """No way that the counter itself would refuse."""
        place, live = self._place, mode_of(mentions) == "live"
        discreet = self._scribe.is_discreet(row)
        email = self._sentence("email") if place.email and live else {}
        known = place.account and card and not discreet
        account = self._sentence("account") if known and live else {}
        offered: list[tuple[Way, bool]] = [
            ("email", bool(email)),
            ("account", bool(account)),
        ]
        return PhoneInvited(
            receipt_id=str(row.id),
            email=bool(email),
            account=bool(account),
            asks={
                way: said
                for way, said in (("email", email), ("account", account))
                if said
            },
            boxes={} if discreet else self._boxes([w for w, has in offered if has]),
            paper_until=_moment(row.at_ms, min(PAPER_FOR_S, place.paper_for_s)),
        )

    def _sentence(self, channel: Channel) -> dict[Lang, str]:
        """Empty: there is none, so it must not be asked."""
        said = self._asking.asks(channel)
        return {} if said is None else _in_all(said)

    def _boxes(self, ways: list[Way]) -> dict[Way, dict[Purpose, dict[Lang, str]]]:
        """Beside the delivery by each way; none where the shop asks for nothing else."""
        found = {way: self._asking.boxes(way) for way in ways}
        return {
            way: {purpose: _in_all(said) for purpose, said in boxes.items()}
            for way, boxes in found.items()
            if boxes
        }


def _in_all(said: Words) -> dict[Lang, str]:
    return {lang: getattr(said, lang) for lang in LANGS}


def _moment(at_ms: int, after_s: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms / 1000 + after_s, dt.UTC)
