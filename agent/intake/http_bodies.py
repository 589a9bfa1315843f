"""The bodies of requests that one door reads and works on: bounded one by one and in all.

A body that is too long is read on for a while and thrown away: a POS that is still
sending would not see our answer otherwise, only a broken line.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Literal

from agent.intake.limits import (
    BODY_S,
    MAX_BODY_BYTES,
    MAX_HELD_BYTES,
    MAX_THROWN_AWAY_BYTES,
)
from agent.pieces import breath, joined

if TYPE_CHECKING:
    from starlette.requests import Request

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

        pieces: list[bytes] = []
        try:
            try:
                async with asyncio.timeout(BODY_S):
                    await self._collect(request, pieces)
            except (TimeoutError, ClientDisconnect):
                raise BodyError("slow") from None
            yield await joined(pieces)
            await breath()  # letting go of megabytes is a step of its own
        finally:
            self._held_bytes -= sum(map(len, pieces))

    async def _collect(self, request: Request, pieces: list[bytes]) -> None:
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
                pieces.append(chunk)
                self._held_bytes += len(chunk)
            elif count > MAX_THROWN_AWAY_BYTES:
                break
        if reason is not None:
            raise BodyError(reason)

    def _objection(self, count: int, more: int) -> Reason | None:
        if count > MAX_BODY_BYTES:
            return "big"
        return "busy" if self._held_bytes + more > MAX_HELD_BYTES else None
