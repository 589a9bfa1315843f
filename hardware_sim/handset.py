"""The phone in the shop's page: which receipt it shows, and when to open it again.

The page that says "your receipt is on its way" promises to renew itself, and a
sandboxed frame refuses it that.  So the phone opens the page again: every
:data:`AGAIN_S` while the page says so and the central service is on, no more
often than :data:`AGAIN_TIMES` after a scan or after the service came back.  The
frame is reloaded only when the page has become another one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import httpx

from hardware_sim import phone

AGAIN_S: Final = 2.0
"""A person would not reload faster."""
AGAIN_TIMES: Final = 60
"""Two minutes, as long as the page itself would go on."""
ON_ITS_WAY: Final = (None, httpx.codes.NOT_FOUND)
"""Nobody answered, or the page is not there yet."""


class Handset:
    """``run`` beside the page; ``changed`` is called when there is news to show.

    Attributes:
        path: the page's, on the central service; empty before a scan.
        fr, en: what it says instead of a page.
        turn: grows with every (re)opening.
        status: of the page as it was opened last; ``None``: nobody answered.
    """

    def __init__(
        self,
        site: str,
        reachable: Callable[[], bool],
        changed: Callable[[], None],
        again_s: float = AGAIN_S,
    ) -> None:
        self.path = self.fr = self.en = ""
        self.turn = 0
        self.status: int | None = None
        self._site = site
        self._reachable = reachable
        self._changed = changed
        self._again_s = again_s
        self._left = 0
        self._woken = asyncio.Event()

    async def look(self, path: str) -> None:
        """Open that page, just scanned."""
        status = await self._status(path)
        self.path, self.fr, self.en = path, "", ""
        self._opened(status)
        self.hope()

    def say(self, fr: str, en: str) -> None:
        """There is no page to open."""
        self.path, self.fr, self.en = "", fr, en
        self._opened(None)

    def hope(self) -> None:
        """The service is back, or a page is new: it is worth looking again."""
        self._left = AGAIN_TIMES
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            if self.path and self._left and self._reachable():
                await self._look_again()
                await asyncio.sleep(self._again_s)
            else:
                self._woken.clear()
                await self._woken.wait()

    async def page(self, path: str, query: str = "") -> phone.Page | None:
        """What the phone's browser gets there; ``None``: nobody answers."""
        url = self._site + path + (f"?{query}" if query else "")
        try:
            return await asyncio.to_thread(phone.open_page, url)
        except httpx.HTTPError:
            return None

    async def _look_again(self) -> None:
        self._left -= 1
        path = self.path
        if self.status not in ON_ITS_WAY:
            self._left = 0
            return
        status = await self._status(path)
        if path == self.path and status != self.status:
            self._opened(status)

    async def _status(self, path: str) -> int | None:
        page = await self.page(path)
        return None if page is None else page.status

    def _opened(self, status: int | None) -> None:
        self.status = status
        self.turn += 1
        self._changed()
