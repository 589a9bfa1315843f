"""What waits at the printer link.  ``expires`` is in the event loop's seconds."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from dataclasses import dataclass
from typing import Final

from agent.delivery.outcome import Deferred, Outcome
from agent.delivery.reasons import Reason

log = logging.getLogger(__name__)

MAX_QUEUED_JOBS: Final = 64
"""More than a till prints in ten minutes; their bytes are the store's anyway."""
MAX_QUEUED_KICKS: Final = 8
"""Both drawers, a POS that repeats the pulse up to five times, one to spare."""
MAX_KICK_BYTES: Final = 64
"""ESC p is 5 bytes, DLE DC4 1 is 5; a POS may send ESC = or ESC @ with it."""
KICK_LIFE_S: Final = 5.0
"""Older than this, a drawer kick is dropped instead of surprising somebody."""
KICK_BEHIND_S: Final = 45.0
"""Behind a job that is being written: a long one at 9600 baud takes half of that, and
whoever waits for the drawer sees the printer at work."""


@dataclass(eq=False, slots=True)
class QueuedJob:
    """A job that is complete; ``begun`` once its first byte may be out."""

    raw: bytes
    expires: float
    answer: asyncio.Future[Outcome]
    begun: bool = False


@dataclass(frozen=True, slots=True)
class QueuedKick:
    """A drawer pulse."""

    raw: bytes
    expires: float


class PrinterQueue:
    """Jobs and pulses in the order in which they came, and who waits for none to be left."""

    def __init__(self) -> None:
        self.jobs: deque[QueuedJob] = deque()
        self.kicks: deque[QueuedKick] = deque()
        self.dropped = 0
        """Pulses that did not go out."""
        self.drained = asyncio.Event()
        """No job waits."""
        self.drained.set()

    def job(self, raw: bytes, deadline_s: float) -> QueuedJob | None:
        """Stands in line from now on; ``None``: the line is full."""
        if len(self.jobs) >= MAX_QUEUED_JOBS:
            return None
        loop = asyncio.get_running_loop()
        job = QueuedJob(raw, loop.time() + deadline_s, loop.create_future())
        self.jobs.append(job)
        self.drained.clear()
        return job

    def kick(self, raw: bytes, *, behind: bool) -> bool:
        """``behind``: the wire is in use.  False when it was not taken: too long, or too many are waiting."""
        if len(raw) > MAX_KICK_BYTES or len(self.kicks) >= MAX_QUEUED_KICKS:
            self.dropped += 1
            return False
        life_s = KICK_BEHIND_S if behind else KICK_LIFE_S
        expires = asyncio.get_running_loop().time() + life_s
        self.kicks.append(QueuedKick(raw, expires))
        return True

    def first_kick(self) -> QueuedKick | None:
        """The next one; those that waited too long are dropped."""
        now = asyncio.get_running_loop().time()
        while self.kicks and now > self.kicks[0].expires:
            self.kicks.popleft()
            self.dropped += 1
            log.warning("drawer kick dropped, it waited too long")
        return self.kicks[0] if self.kicks else None

    def forget(self, job: QueuedJob) -> None:
        """It is done, or nobody waits for it."""
        with contextlib.suppress(ValueError):
            self.jobs.remove(job)
        if not self.jobs:
            self.drained.set()

    def dismiss(self) -> None:
        """Who waits is told that we stop; a job that has begun goes on."""
        for job in [job for job in self.jobs if not job.begun]:
            self.forget(job)
            if not job.answer.done():
                job.answer.set_result(Deferred(Reason.STOPPING))
