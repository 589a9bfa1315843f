"""The bodies of requests that one door reads and works on: bounded one by one and in all.

A body that is too long is read on for a while and thrown away: a POS that is still
sending would not see our answer otherwise, only a broken line.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from starlette.requests import Request

MAX_BODY_BYTES: Final = 4 << 20
"""As a job of the other doors: seven metres of paper as one picture."""
MAX_HELD_BYTES: Final = 16 << 20
"""Of all bodies of a door: four of the longest, or eighty of Odoo's."""
MAX_THROWN_AWAY_BYTES: Final = 16 << 20
"""Beyond it the line is cut."""
BODY_S: Final = 15.0
"""Four megabytes in that time is a slow wireless LAN; Odoo gives up then."""

Reason = Literal["big", "slow", "busy"]


class BodyError(Exception):
    """There is no body: too long, not whole in time, or no room for it now."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Bodies:
    """Counts what is held."""

    def __init__(self) -> None:
        self._held_bytes = 0

    @asynccontextmanager
    async def of(self, request: Request) -> AsyncGenerator[bytes]:
        """The whole body; it counts as held until this is left.

        Raises:
            BodyError: on the way in.
        """
        from starlette.requests import ClientDisconnect

        raw = bytearray()
        try:
            try:
                async with asyncio.timeout(BODY_S):
                    await self._collect(request, raw)
            except (TimeoutError, ClientDisconnect):
                raise BodyError("slow") from None
            yield bytes(raw)
        finally:
            self._held_bytes -= len(raw)

    async def _collect(self, request: Request, raw: bytearray) -> None:
        told = request.headers.get("content-length", "")
        if told.isdigit() and int(told) > MAX_THROWN_AWAY_BYTES:
            raise BodyError("big")
        reason: Reason | None = None
        count = 0
        async for chunk in request.stream():
            count += len(chunk)
            if reason is None:
                reason = self._objection(count, len(chunk))
            if reason is None:
                raw += chunk
                self._held_bytes += len(chunk)
            elif count > MAX_THROWN_AWAY_BYTES:
                break
        if reason is not None:
            raise BodyError(reason)

    def _objection(self, count: int, more: int) -> Reason | None:
        if count > MAX_BODY_BYTES:
            return "big"
        return "busy" if self._held_bytes + more > MAX_HELD_BYTES else None
