"""Which QR a receipt gets: that of its page, or the receipt itself.

While the till is online a short address leads to the page at the RCU.  While it is not,
the page would open on « votre ticket arrive », so the symbol holds the receipt.  One that
cannot be put into a symbol (a picture, three hundred lines) gets none then, and paper is
offered instead.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Literal, Protocol

from agent.bus import Bus, Lagged
from agent.choice import resuming
from agent.errors import StoreError, WorkerError
from agent.events import CounterChanged, Event
from agent.ids import ReceiptId
from agent.pipeline.code import Code
from agent.pipeline.place import Place
from agent.pipeline.whole import Impossible, Whole
from agent.pipeline.workshop import Workshop
from agent.store.records import ReceiptRow
from agent.verbs import Lang

log = logging.getLogger(__name__)

Mode = Literal["auto", "online", "offline"]
DESTINATION: Final = "rcu"


class Codes:
    """Draws them.

    ``online``: whether pages are filled now.  ``whole``: ``None``: no receipt is put into
    a QR; ``published``: somebody has put up the page that reads one.
    """

    def __init__(
        self,
        place: Place,
        workshop: Workshop,
        whole: Whole | None,
        online: Callable[[], bool],
        mode: Mode = "auto",
        *,
        published: bool = True,
    ) -> None:
        self._place = place
        self._workshop = workshop
        self._whole = whole
        self._online = online
        self._mode = mode
        self._published = published

    @property
    def services(self) -> tuple[Whole, ...]:
        """What has to run for it."""
        return () if self._whole is None else (self._whole,)

    @property
    def away(self) -> bool:
        """The receipt itself is shown, where it can be."""
        return self._mode == "offline" or (self._mode == "auto" and not self._online())

    @property
    def works(self) -> bool:
        """A customer who scans now has the receipt, as far as anybody knows."""
        whole = self._whole
        able = whole is not None and whole.there and self._published
        return self._online() or (able and self.away)

    async def of(self, row: ReceiptRow, lang: Lang | None = None) -> Code:
        """For the screens, where somebody reads ``lang``; else as it was kept."""
        kept = resuming.read(row.session)
        lang = lang or (kept.lang if kept else "fr")
        if self._whole is None or not self.away:
            return await self._page(row, lang)
        drawn = await self._whole.on_screen(row)
        if isinstance(drawn, str):
            return Code(drawn, "whole")
        if isinstance(drawn, Impossible) and not self._online():
            return Code("", "none")
        return await self._page(row, lang)

    async def slip(self, row: ReceiptRow) -> Mapping[str, Any] | None:
        """The fields of a QR slip; ``None``: there is nothing to print on one."""
        page = {"url": self._place.page_url(row.token)}
        if self._whole is None or not self.away:
            return page
        made = await self._whole.on_paper(row)
        if isinstance(made, Impossible):
            return page if self._online() else None
        return page if made is None else {**page, "whole": made}

    async def _page(self, row: ReceiptRow, lang: Lang) -> Code:
        try:
            svg = await self._workshop.draw_qr(self._place.page_url(row.token, lang))
        except WorkerError:
            log.warning("no QR could be drawn")
            return Code()
        return Code(svg)


class Counter(Protocol):
    """The part of the counter that this needs."""

    def unread_page(self) -> ReceiptRow | None: ...

    async def show_code(self, receipt: ReceiptId, code: Code) -> None: ...


class Redrawing:
    """A service: a network that goes away leaves nobody with a page that stays empty."""

    name = "codes"

    def __init__(
        self,
        codes: Codes,
        counter: Counter,
        bus: Bus[Event],
        fate: Callable[[ReceiptId, str], Awaitable[str]],
    ) -> None:
        self._codes = codes
        self._counter = counter
        self._bus = bus
        self._fate = fate
        self._tried: ReceiptId | None = None

    async def run(self) -> None:
        """Listen until cancelled: a link that changes changes the counter's picture."""
        with self._bus.subscribe() as events:
            async for event in events:
                if isinstance(event, CounterChanged | Lagged):
                    await self._look()

    async def _look(self) -> None:
        if not self._codes.away:
            self._tried = None
            return
        row = self._counter.unread_page()
        if row is None or row.id == self._tried:
            return
        self._tried = row.id
        try:
            if await self._fate(row.id, DESTINATION) == "done":
                return
        except StoreError:
            log.exception("store does not say whether a page is filled")
        await self._counter.show_code(row.id, await self._codes.of(row))
