"""``GET /v1/edges/{edge}/feed``: a till asks what is there for it, and waits (WIRE 2.2).

Answered at once where something waits, else within ``wait`` seconds, with 204.  So many
questions are held and no more: each is a connection that pages and batches need too; who
finds no room is answered at once, told to come back, and its line is closed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from agent.wire.events import MEDIA_TYPE
from agent.wire.feed import MAX_FEED_EVENTS, MAX_WAIT_S
from rcu.admission import Admission
from rcu.answers import refuse
from rcu.bells import Bells
from rcu.sealing import Sealing
from rcu.seams import Clock
from rcu.signing import RcuKey
from rcu.store.feed import Feeds, Waiting, cursor_of, seq_of
from rcu.store.orders import Orders
from rcu.typography import timestamp

log = logging.getLogger(__name__)

SOURCE: Final = "urn:receipt-rcu"
FULL_S: Final = 15
"""A till that found no room comes back after this."""


@dataclass(frozen=True, slots=True)
class Post:
    """What lies for the tills, and what opens and signs it."""

    feeds: Feeds
    orders: Orders
    key: RcuKey
    sealing: Sealing


class Feed:
    """The endpoint.  ``rooms``: how many questions are held at a time."""

    def __init__(
        self, admission: Admission, post: Post, bells: Bells, clock: Clock, rooms: int
    ) -> None:
        self._admission = admission
        self._post = post
        self._bells = bells
        self._clock = clock
        self._rooms = rooms
        self._held = 0

    async def get(self, request: Request) -> Response:
        """One question."""
        who = await self._admission.admit(request)
        if isinstance(who, str):
            return refuse(who)
        edge = who.edge
        if edge != request.path_params["edge"]:
            return refuse("another-edge")
        asked = request.query_params
        after = seq_of(asked.get("after", ""))
        limit = _number(asked.get("limit"), MAX_FEED_EVENTS)
        wait_s = _number(asked.get("wait"), 0, MAX_WAIT_S)
        if after is None or limit is None or wait_s is None:
            return refuse("feed-question")
        self._bells.seen(edge)
        try:
            again = await self._post.orders.heard(edge, after, self._clock.now_ms())
            if again:
                log.info("orders go to a till again", extra={"edge": edge, "n": again})
            return await self._next(edge, after, limit, wait_s)
        except sqlite3.Error:
            return refuse("unavailable")

    async def _next(self, edge: str, after: int, limit: int, wait_s: int) -> Response:
        with self._bells.heard(edge) as bell:
            found = await self._look(edge, after, limit)
            if found or not wait_s:
                return self._answer(edge, found)
            if self._held >= self._rooms:
                full = {"Retry-After": str(FULL_S), "Connection": "close"}
                return Response(status_code=204, headers=full)
            self._held += 1
            try:
                async with asyncio.timeout(wait_s):
                    await bell.wait()
            except TimeoutError:
                pass
            finally:
                self._held -= 1
                self._bells.seen(edge)
        return self._answer(edge, await self._look(edge, after, limit))

    async def _look(self, edge: str, after: int, limit: int) -> list[Waiting]:
        return await self._post.feeds.after(edge, after, limit, self._clock.now_ms())

    def _answer(self, edge: str, found: Sequence[Waiting]) -> Response:
        if not found:
            return Response(status_code=204)
        link = f'</v1/edges/{edge}/feed?after={cursor_of(found[-1].seq)}>; rel="next"'
        events = [event for each in found if (event := self._event(edge, each))]
        if not events:
            return Response(status_code=204)
        body = json.dumps(events, separators=(",", ":"))
        return Response(body, media_type=MEDIA_TYPE, headers={"Link": link})

    def _event(self, edge: str, waiting: Waiting) -> dict[str, Any] | None:
        """Signed by itself too: whoever keeps it can show who ordered it.

        ``None``: it was sealed under another key of the RCU's, and cannot be said.
        """
        data = self._post.sealing.open(waiting.type, waiting.data)
        if data is None:
            log.error("an order is sealed under another rcu.pem", extra={"edge": edge})
            return None
        event = {
            "specversion": "1.0",
            "id": waiting.id,
            "source": SOURCE,
            "type": waiting.type,
            "time": timestamp(waiting.time_ms),
            "sequence": waiting.cursor,
            "datacontenttype": "application/json",
            "data": data,
        }
        return {**event, "signature": self._post.key.order(edge, event)}


def _number(text: str | None, least: int, most: int = MAX_FEED_EVENTS) -> int | None:
    """Bounded; without one ``least`` holds."""
    if text is None:
        return least
    fits = text.isascii() and text.isdigit() and len(text) < 6
    return min(int(text), most) if fits else None
