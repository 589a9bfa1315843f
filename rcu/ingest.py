"""``POST /v1/events``: a till's batch comes in, and is durable when answered.

The order is part of the contract: who is it (401), what is it (415, 400), all
of it in time (408, 413), unharmed (400), not twice at once and in its turn (409),
not another under the same key (422), then 200 with one answer per event that needs
one.  What a till signed by itself (proofs, closings) has to bear its key's signature.
Whatever a batch holds, it cannot make this file raise.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from agent.wire.events import (
    MAX_BATCH_BYTES,
    AccountPushed,
    Ack,
    BatchAnswer,
    ItemAnswer,
)
from rcu import envelope
from rcu.admission import Admission
from rcu.answers import refuse
from rcu.bells import Bells
from rcu.judge import judge
from rcu.records import (
    Absorbed,
    Batch,
    Candidate,
    KeyReused,
    Refusal,
    Replayed,
)
from rcu.seams import Clock
from rcu.store.ledger import Ledger, count
from rcu.store.tills import Tills
from rcu.turns import Turns
from rcu.vouching import vouched

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gate:
    """What the endpoint needs.  ``body_timeout_s`` bounds a whole upload."""

    admission: Admission
    tills: Tills
    ledger: Ledger
    turns: Turns
    clock: Clock
    body_timeout_s: float
    bells: Bells


class Ingest:
    """The endpoint.  Keeps which (till, key) pairs are being processed."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._in_flight: set[tuple[str, str]] = set()

    async def post(self, request: Request) -> Response:
        """One batch."""
        who = await self._gate.admission.admit(request)
        if isinstance(who, str):
            return refuse(who)
        try:
            envelope.check_media(request.headers)
            key = envelope.idempotency_key(request.headers)
            content = await self._content(request)
            envelope.check_digest(request.headers, content)
            body = envelope.inflate(request.headers, content)
            after = envelope.turn(request.headers)
            batch = _read(who.edge, key, body)
        except envelope.MalformedError as fault:
            return refuse(fault.name, pointer=fault.pointer)
        except TimeoutError:
            return refuse("timeout")
        signed = await vouched(batch, self._gate.tills)
        return await self._once(request, signed, after)

    async def _content(self, request: Request) -> bytes:
        told = request.headers.get("content-length", "0")
        if told.isdigit() and int(told) > MAX_BATCH_BYTES:
            raise envelope.MalformedError("too-large")
        pieces = bytearray()
        try:
            async with asyncio.timeout(self._gate.body_timeout_s):
                async for piece in request.stream():
                    pieces += piece
                    if len(pieces) > MAX_BATCH_BYTES:
                        raise envelope.MalformedError("too-large")
        except ClientDisconnect as gone:
            raise envelope.MalformedError("batch") from gone
        return bytes(pieces)

    async def _once(self, request: Request, batch: Batch, after: int) -> Response:
        ticket = (batch.edge, batch.key)
        if ticket in self._in_flight:
            return refuse("in-flight")
        self._in_flight.add(ticket)
        try:
            if after and not await self._gate.turns.come(batch.edge, after):
                return refuse("out-of-turn")
            return await self._absorb(request, batch)
        finally:
            self._in_flight.discard(ticket)

    async def _absorb(self, request: Request, batch: Batch) -> Response:
        minimal = "return=minimal" in request.headers.get("prefer", "").lower()

        def compose(ack: Ack, items: Sequence[ItemAnswer]) -> bytes:
            return _answer(ack, items, minimal=minimal)

        try:
            done = await self._gate.ledger.absorb(
                batch, self._gate.clock.now_ms(), compose
            )
        except sqlite3.Error:
            # Disk full, most likely.  The till keeps everything and comes back.
            log.exception("a batch could not be stored", extra={"edge": batch.edge})
            return refuse("unavailable")
        match done:
            case KeyReused():
                log.warning("an idempotency key was reused", extra={"edge": batch.edge})
                return refuse("key-reused")
            case Replayed(answer):
                return _json(answer)
            case Absorbed(answer, counts):
                self._gate.turns.taken(batch.edge)
                if any(_is_answered(item) for item in batch.items):
                    self._gate.bells.ring(batch.edge)
                bad = counts.get("rejected", 0) + counts.get("conflict", 0)
                log.log(
                    logging.WARNING if bad else logging.INFO,
                    "a batch is durable",
                    extra={"edge": batch.edge, "counts": counts},
                )
                return _json(answer)


def _read(edge: str, key: str, body: bytes) -> Batch:
    try:
        items = tuple(judge(item, edge) for item in envelope.read_batch(body))
    except RecursionError as error:  # nested as deep as Python is
        raise envelope.MalformedError("batch") from error
    return Batch(edge, key, hashlib.sha256(body).digest(), items)


def _answer(ack: Ack, items: Sequence[ItemAnswer], *, minimal: bool) -> bytes:
    told = [item for item in items if not (minimal and item.status == "accepted")]
    answer = BatchAnswer(ack=ack, counts=count(items), items=tuple(told))
    return answer.model_dump_json(exclude_none=True).encode()


def _is_answered(item: Candidate | Refusal) -> bool:
    """By the till's own feed."""
    return isinstance(item, Candidate) and isinstance(item.fact, AccountPushed)


def _json(answer: bytes) -> Response:
    return Response(answer, media_type="application/json")
