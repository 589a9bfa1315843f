"""The bytes of a job are at the printer: wait until they are on paper, or nearly.

DLE EOT is answered at once, whatever waits in the printer's buffer; GS r is answered
when all before it is printed ("GS r: the status is transmitted after the data in the
receive buffer is processed").  So behind each job goes GS r 1, and only its answer is
the proof: a printer that is switched off with the job in its buffer gets it again.

* An answer may be one of the job's own questions, or say how far the printer is
  (:mod:`agent.delivery.printer_pace`): as many rounds are asked as are owed, or could be,
  and one more.  They are counted as bytes; this is no parser.
* A printer that answers DLE EOT is asked once at rest, before its first job.
* A printer that says by DLE EOT that it is well and does not answer this is believed after
  ``confirm_s``, or twice that if it ever answered: nothing is printed again for ever.
  One that does not know the question is asked no more after ``MISSES`` of them.  One that
  knows it is stuck (in half a picture, with the customer display selected): after as
  many it is let alone for ``REST_JOBS``, and twice as many each time.
* One that knows it and falls silent altogether has lost the job: ``silent``.

What may then be on paper twice bears no mark: paper always wins, and nobody knows how
much of the first came out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from agent.delivery.outcome import Deferred, Delivered, Outcome
from agent.delivery.printer_interview import Interview
from agent.delivery.printer_news import UNREACHABLE
from agent.delivery.printer_pace import Pace
from agent.delivery.printer_status import trouble_of
from agent.delivery.settings import PrinterSettings
from agent.delivery.transports.base import TransportError
from agent.events import PrinterState

log = logging.getLogger(__name__)

STEP_S: Final = 0.1
"""Between two looks at a printer that has the job and does not say that it is done."""
LISTEN_S: Final = 0.02
"""A drawer waits no longer than that for its pulse."""
MARGIN_S: Final = 0.3
"""Kept of a deadline to say what is wrong before it is over."""
MISSES: Final = 2
"""Jobs in a row behind which GS r 1 was not answered."""
REST_JOBS: Final = 20
"""Without the question, before one that knows it is asked again."""
OWN: Final = (b"\x1dr", b"\x1dI", b"\x1bu", b"\x1bv")
"""GS r, GS I, ESC u, ESC v: questions whose answers look like that to ours."""
BUFFER_BYTES: Final = 64 << 10
"""A printer's own; what stands further ahead was answered before the last byte went in."""
SILENCE_S: Final = 90.0
"""By then keepalive has ended the line of a printer that is gone (``transports.tcp``)."""
MAX_ROUNDS: Final = 16
"""A picture may hold such pairs by chance: three in 64 KB of noise."""


class Proof:
    """``say`` hears how the printer is; ``between`` sends what must not wait."""

    def __init__(
        self,
        interview: Interview,
        settings: PrinterSettings,
        say: Callable[[PrinterState], None],
        between: Callable[[], Awaitable[None]],
    ) -> None:
        self._interview = interview
        self._settings = settings
        self._say = say
        self._between = between
        self._known = False
        """It has answered GS r since the program started."""
        self._from = 0
        """Of the answers so many are not ours."""
        self._greeted = False
        self.pace = Pace(
            interview, settings.confirm_s, lambda: self.known, say, self.is_gone
        )
        self._misses = 0
        self._unasked = 0
        """Jobs since the last miss."""
        self._rest = REST_JOBS

    @property
    def known(self) -> bool:
        """It answers GS r, and did so the last time."""
        return self._known and not self._misses

    async def greet(self, state: PrinterState) -> None:
        """Ask a printer that is at rest and well, once, whether it knows the question.

        Raises:
            TransportError: as the wire's.
        """
        interview = self._interview
        asks = self._asks_at_all and interview.allowed
        done = self._greeted or self._known
        if done or not (asks and state.known) or trouble_of(state):
            return
        self._greeted = interview.asking = True
        try:
            await interview.mark()
            await interview.listen(self._settings.answer_s)
        finally:
            interview.asking = False
        self._known = interview.marks > 0
        self._misses += not self._known

    async def of(self, raw: bytes, expires: float) -> Outcome:
        """As :meth:`_of`; what it may still hold of a job that is given up is cleared."""
        outcome = await self._of(raw, expires)
        if isinstance(outcome, Delivered):
            self._interview.holds = False
        else:
            await self._interview.clear()
        return outcome

    @property
    def _marks(self) -> int:
        return self._interview.marks - self._from

    async def _of(self, raw: bytes, expires: float) -> Outcome:
        """``Delivered``, or why not; ``expires`` in the loop's seconds.

        A printer that ran out of paper within the job keeps the rest in its buffer and
        goes on by itself, so a new roll before the deadline saves the customer a
        second copy.

        Raises:
            TransportError: lost, stalled, or silent though it knows how to answer.
        """
        interview = self._interview
        if not interview.allowed or interview.mute:
            return Delivered()
        loop = asyncio.get_running_loop()
        confirm_s = self._settings.confirm_s
        silence_ends = loop.time() + confirm_s
        rounds = self._rounds(raw)
        # A buffer full of text is printed in less than that.
        patience_s = 2 * confirm_s if self._known and not self._misses else confirm_s
        believed = min(expires - MARGIN_S, loop.time() + patience_s)
        interview.hear()
        self._from = interview.marks
        asked = 0
        while True:
            if asked < rounds and self._marks >= asked:
                await interview.mark()
                asked += 1
            state = await interview.ask()
            if state is None and self.is_gone(silence_ends):
                return self._silent()
            if state is not None:
                self._say(state)
                trouble = trouble_of(state)
                if trouble is None and self._done(rounds, late=loop.time() >= believed):
                    return Delivered()
                if trouble is not None and loop.time() + 2 * MARGIN_S >= expires:
                    return Deferred(trouble)
            await self._wait(asked, rounds)

    def is_gone(self, silence_ends: float) -> bool:
        """Whether one that says nothing has lost its job, as far as anybody can tell.

        TCP tells a cable that was pulled from a printer that was switched off: that one
        breaks the line when it is back, and keepalive ends what never comes back.  A
        serial line tells nothing: what fell silent there has lost its buffer.
        """
        now, settings = asyncio.get_running_loop().time(), self._settings
        if now < silence_ends:
            return False
        network = self._known and settings.link.startswith("tcp:")
        bears_s = min(settings.hold_s, SILENCE_S) if network else 0.0
        if now >= silence_ends + bears_s:
            return True
        self._say(UNREACHABLE)
        return False

    @property
    def _asks_at_all(self) -> bool:
        return self._settings.asks == "auto" and self._settings.confirms == "auto"

    def _rounds(self, raw: bytes) -> int:
        if not self._asks_at_all or not self._may_ask():
            return 0
        tail = raw[-BUFFER_BYTES:]
        return self._interview.owed + min(
            MAX_ROUNDS, 1 + sum(tail.count(own) for own in OWN)
        )

    def _may_ask(self) -> bool:
        if self._misses < MISSES:
            return True
        self._unasked += 1
        return self._known and self._unasked > self._rest

    def _done(self, rounds: int, *, late: bool) -> bool:
        """Whether a printer that is well has printed, or is believed to have."""
        if self._marks >= rounds:
            if rounds:
                self._known, self._misses, self._rest = True, 0, REST_JOBS
                self._interview.printed()
            return True
        if late:
            self._rest *= 1 + (self._misses >= MISSES)
            self._misses, self._unasked = self._misses + 1, 0
            log.warning("the printer does not say when it has printed")
        return late

    def _silent(self) -> Outcome:
        if self._known:
            raise TransportError("silent", "it has the job and says nothing")
        log.warning("the printer took a job and did not confirm it")
        return Delivered()

    async def _wait(self, asked: int, rounds: int) -> None:
        """Until the next look, or the answer; drawers open meanwhile."""
        answered = self._marks >= asked
        if answered and asked < rounds:
            return
        loop = asyncio.get_running_loop()
        ends = loop.time() + STEP_S
        while (left_s := ends - loop.time()) > 0:
            await self._between()
            if answered:
                await asyncio.sleep(min(LISTEN_S, left_s))
                continue
            await self._interview.listen(min(LISTEN_S, left_s))
            if self._marks >= asked:
                return
