"""An abandoned job and its resend are one receipt.

A POS whose printer stopped in the middle (no paper) clears the printer (DLE ENQ 2, DLE
DC4 8) and sends the same job again; one whose line broke inside a job does so too.  A
printer has dropped the first by then; we may have offered it already.  So a document of the
same bytes, from the same door, shortly after its POS gave up, is the one that is there.
Many POS may print at one door: what one of them gave up is sent again from its address.

What is known here follows from what the store keeps (jobs, and that a POS gave up), and
is read back at a start: a POS that sends again does not care that we died in between.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from agent.clock import Clock
from agent.errors import StoreError
from agent.ids import JobId
from agent.store.records import GaveUp, Job

log = logging.getLogger(__name__)

HASHED_BYTES: Final = 64 << 10
"""Of a job's head and of its tail: what is between two equal ones of the same length is
the same, and four megabytes would be four milliseconds of the loop."""
RESEND_S: Final = 120.0
"""A cashier who puts in a roll and presses the key again needs less."""
SENT_S: Final = 600.0
"""What was sent longer ago nobody gives up any more: 300 s is what receiptio waits."""
REMEMBERED: Final = 4
"""Documents of one POS: the copies that a POS prints of one sale."""
MAX_SENDERS: Final = 256
"""POS that are remembered; a shop has ten, and whoever may print could have many."""
READ_BACK: Final = 64
"""Documents at a start; more a till does not print in ``SENT_S``."""
WHOLE: Final = frozenset({"cut", "close", "idle"})
"""Evidence that a document was complete: another was never offered."""


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def lately(self, since_ms: int, limit: int) -> list[Job | GaveUp]: ...

    async def job_raw(self, job: JobId) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class _Sent:
    digest: bytes
    job: JobId
    at_s: float


@dataclass(slots=True)
class _Sender:
    last: list[_Sent] = field(default_factory=list)
    given_up: list[_Sent] = field(default_factory=list)
    until_s: float = 0.0


class Resends:
    """What each POS sent last, and whether it has given up on it."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._senders: dict[tuple[str, str], _Sender] = {}
        """By door and address."""
        self._read_back: dict[JobId, JobId | None] = {}
        """What was found of jobs that an earlier run accepted."""

    async def recall(self) -> None:
        """At a start: hear once more what was sent lately, and what was given up."""
        now_s = self._clock.monotonic()
        now_ms = int(self._clock.now().timestamp() * 1000)
        since_ms = now_ms - int((SENT_S + RESEND_S) * 1000)
        try:
            for one in await self._shelf.lately(since_ms, READ_BACK):
                # A wall clock that went back makes nothing come from the future.
                at_s = now_s - max(0, now_ms - one.at_ms) / 1000
                if isinstance(one, GaveUp):
                    self._abandoned(one, at_s)
                else:
                    await self._hear_again(one, at_s)
        except StoreError:
            log.exception("store does not say what was sent lately")

    async def _hear_again(self, job: Job, at_s: float) -> None:
        raw = await self._shelf.job_raw(job.id) if job.evidence in WHOLE else None
        if raw is not None:
            self._read_back[job.id] = self._first_of(job, raw, at_s)

    def abandoned(self, what: GaveUp) -> None:
        """The POS gave up what it sent; it may all come again, each once."""
        self._abandoned(what, self._clock.monotonic())

    def first_of(self, job: Job, raw: bytes) -> JobId | None:
        """The job that this document is again; else it is remembered as a new one."""
        if job.id in self._read_back:
            return self._read_back.pop(job.id)
        return self._first_of(job, raw, self._clock.monotonic())

    def _sender(self, one: Job | GaveUp) -> _Sender:
        key = one.door, one.source
        self._senders[key] = state = self._senders.pop(key, None) or _Sender()
        if len(self._senders) > MAX_SENDERS:
            del self._senders[next(iter(self._senders))]
        return state

    def _abandoned(self, what: GaveUp, now_s: float) -> None:
        state = self._sender(what)
        still = state.given_up if now_s < state.until_s else []
        # A POS says it twice: DLE ENQ 2, then DLE DC4 8.
        given_up = [*still, *_since(state.last, now_s - SENT_S)]
        state.given_up, state.last = given_up[-2 * REMEMBERED :], []
        state.until_s = now_s + RESEND_S

    def _first_of(self, job: Job, raw: bytes, now_s: float) -> JobId | None:
        state = self._sender(job)
        digest = _digest(raw)
        if now_s < state.until_s:
            for index, known in enumerate(state.given_up):
                if known.digest == digest:
                    del state.given_up[index]
                    state.last.append(_Sent(digest, known.job, now_s))
                    return known.job
        state.last = [*state.last[1 - REMEMBERED :], _Sent(digest, job.id, now_s)]
        return None


def _since(sent: Sequence[_Sent], at_s: float) -> list[_Sent]:
    return [each for each in sent if each.at_s >= at_s]


def _digest(raw: bytes) -> bytes:
    hashed = hashlib.sha256(len(raw).to_bytes(8))
    hashed.update(raw[:HASHED_BYTES])
    hashed.update(raw[-HASHED_BYTES:])
    return hashed.digest()
