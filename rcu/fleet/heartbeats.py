"""``POST /v1/heartbeat``: how a till is.  Signed like all that tills say.

Beats are written together every few seconds, so that a thousand tills cost a commit and
not a thousand; what a kill takes comes again within the minute.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import deque
from typing import Final

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from agent.wire.heartbeat import MAX_HEARTBEAT_BYTES, Heartbeat
from rcu import envelope
from rcu.admission import Admission
from rcu.answers import refuse
from rcu.fleet import troubles
from rcu.seams import Clock
from rcu.store.fleet import Fleet

log = logging.getLogger(__name__)

WRITE_S: Final = 3.0
BODY_S: Final = 10.0
KEYS: Final = 16
"""Of a till, remembered: no beat of these minutes is believed twice."""
MAX_TILLS: Final = 20_000
FORGET_EVERY: Final = 1200
"""Writes, an hour of them."""


class Heartbeats:
    """The endpoint, and who writes down what it hears."""

    def __init__(self, admission: Admission, fleet: Fleet, clock: Clock) -> None:
        self._admission = admission
        self._fleet = fleet
        self._clock = clock
        self._heard: dict[str, tuple[int, Heartbeat, str]] = {}
        self._keys: dict[str, deque[str]] = {}

    async def post(self, request: Request) -> Response:
        """One beat."""
        who = await self._admission.admit(request)
        if isinstance(who, str):
            return refuse(who)
        try:
            key = envelope.idempotency_key(request.headers)
            content = await _content(request)
            envelope.check_digest(request.headers, content)
        except envelope.MalformedError as fault:
            return refuse(fault.name)
        try:
            beat = Heartbeat.model_validate_json(content)
        except ValidationError:
            return refuse("batch", "no heartbeat of a shape that is known")
        if self._first(who.edge, key):
            # As it was understood, so that a reader needs no other version's eyes.
            body = beat.model_dump_json(exclude_defaults=True)
            self._heard[who.edge] = (self._clock.now_ms(), beat, body)
        return Response(status_code=204)

    async def run(self) -> None:
        """Write, rest, and again.  Ends only by being cancelled."""
        turn = 0
        while True:
            try:
                await self.write()
                if turn % FORGET_EVERY == 0:
                    await self._fleet.forget(self._clock.now_ms())
            except sqlite3.Error:
                log.exception("heartbeats wait for the disk")
            turn += 1
            await self._clock.sleep(WRITE_S)

    async def write(self) -> int:
        """What was heard; of how many tills."""
        heard, self._heard = self._heard, {}
        if not heard:
            return 0
        try:
            before = await self._fleet.pulses(heard)
            made = [
                troubles.noted(edge, beat, body, heard_ms, before.get(edge))
                for edge, (heard_ms, beat, body) in heard.items()
            ]
            await self._fleet.note(made)
        except sqlite3.Error:
            self._heard = heard | self._heard
            raise
        return len(heard)

    def _first(self, edge: str, key: str) -> bool:
        if edge not in self._keys and len(self._keys) >= MAX_TILLS:
            self._keys.clear()
        seen = self._keys.setdefault(edge, deque(maxlen=KEYS))
        if key in seen:
            return False
        seen.append(key)
        return True


async def _content(request: Request) -> bytes:
    pieces = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for piece in request.stream():
                pieces += piece
                if len(pieces) > MAX_HEARTBEAT_BYTES:
                    raise envelope.MalformedError("too-large")
    except TimeoutError:
        raise envelope.MalformedError("timeout") from None
    except ClientDisconnect as gone:
        raise envelope.MalformedError("batch") from gone
    return bytes(pieces)
