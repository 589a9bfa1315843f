"""How much of a stream may be on its way to a printer that says how far it is.

What a printer's network card has taken and not yet read is no buffer that a real-time
command overtakes; its own receive buffer is (4 KB in a TM-T88).  So behind each ``STEP``
of what is printed, between two commands, stands a GS r 1, which is answered when all
before it is printed; and beyond the oldest that is not answered only ``BEYOND`` are
written.  Then all that is on its way lies in the receive buffer, and a printer that gives
an answer still has ``BEYOND`` to print.

* Only where GS r is known to be answered (:mod:`agent.delivery.printer_proof`).
* A command that is longer is written whole: nothing can be asked within it.  Of such as
  are printed fast, bands of a picture, as many are out as are on paper in ``AT_ONCE_S``.
* To a printer that is further away more is sent.
* Whoever has stopped is asked why, between two commands.  One that is well and does not
  answer is written to as any other, for ``REST`` streams.
* A job's own questions are answered as ours are: then a step more is on its way.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections import deque
from collections.abc import Callable
from typing import Final

from agent.delivery.places import Places
from agent.delivery.printer_interview import Interview
from agent.delivery.printer_status import trouble_of
from agent.delivery.transports.base import TransportError
from agent.events import PrinterState

log = logging.getLogger(__name__)

STEP: Final = 960
"""Bytes, at least: 20 lines.  A printer that stops for an answer does so once in 7 cm.
Less than what a door reads at a time, behind which two commands meet."""
BEYOND: Final = 2 << 10
"""Bytes.  A band of 24 rows of 72; with a step less than the buffer."""
MOST: Final = STEP + BEYOND + 512
"""Bytes that it has not said to be printed: a buffer of 4 KB has room for them."""
FASTEST_BYTES_S: Final = 172_000
"""576 dots wide, 8 rows a millimetre, 300 mm a second (TM-T88V: its fastest)."""
AT_ONCE_S: Final = 0.1
"""Nobody sees a pulse wait that long (:data:`agent.delivery.nudge.PULSE_WAITS_S`)."""
ANSWERS: Final = 5
"""In a row, from which it is reckoned how fast it prints."""
LISTEN_S: Final = 0.02
"""For an answer, before somebody's pulse that cannot go by itself is looked at."""
LATE_S: Final = 1.0
"""Then it is asked how it is, and so often."""
QUICK_S: Final = 0.005
"""So soon no printer has printed a step of dots."""
QUICK_ONES: Final = 8
"""Answers in a row from what is no printer: a program that shows or keeps what comes."""
REST: Final = 20
"""Streams, after it did not answer."""
DEAF: Final = re.compile(
    rb"\x1b=[^\x01]"  # ESC =: the customer display hears, the printer may not
    rb"|\x1d:"  # GS :, a macro: what is said within is said again
)
"""A stream in which nothing is asked."""
_SELECTS: Final = re.compile(rb"\x1b=([\x00-\x03])")
_LESS: Final = 2
"""Bytes of ESC = n that an earlier piece may have ended with."""


class Pace:
    """One for each printer.

    ``trusted``: it answers GS r in its turn; ``say`` hears how it is; ``gone``: whether
    one is that is silent until then, in the loop's seconds.
    """

    def __init__(
        self,
        interview: Interview,
        confirm_s: float,
        trusted: Callable[[], bool],
        say: Callable[[PrinterState], None],
        gone: Callable[[float], bool],
    ) -> None:
        self._interview = interview
        self._confirm_s = confirm_s
        self._trusted = trusted
        self._say = say
        self._gone = gone
        self._at = 0
        """Bytes of jobs that were written to it."""
        self._last = 0
        """Where a mark stands, or a stream began."""
        self._done = 0
        """The same of one that is answered: so far it has printed."""
        self._open: deque[int] = deque()
        """Marks that are not answered."""
        self._reckoned = 0
        """Answers among ``interview.marks`` that are accounted for."""
        self._since = self._heard_at = -math.inf
        """The oldest mark, or the answer to the one before; any answer."""
        self._answers: deque[tuple[float, int]] = deque(maxlen=ANSWERS)
        """When, and to which mark."""
        self._ask_at = 0.0
        self._quick = 0
        self.deaf = False
        """Nothing is asked in this stream."""
        self._tail = b""
        self._away = False
        """What was said last selects the display; a printer that answers is selected."""
        self._marks = 0
        """Of the interview's, when that was so."""
        self._rest = 0
        self.heard = 0
        """Answers, and so signs of life."""

    @property
    def owed(self) -> int:
        """Answers that are still to come."""
        return len(self._open)

    @property
    def quick(self) -> bool:
        """Nothing is printed there: there is nothing to wait for."""
        return self._quick >= QUICK_ONES

    @property
    def _on(self) -> bool:
        return not self.deaf and not self._rest and self._trusted()

    def begin(self) -> None:
        """A stream; of the one before answers may be owed."""
        self._tail = b""
        self.deaf = self._away and self._interview.marks == self._marks
        self._rest = max(0, self._rest - 1)
        if not self._interview.owed:
            self._open.clear()
            self._last = self._done = self._at
            self._reckoned = self._interview.marks

    def lost(self) -> None:
        """The line is cut: nothing more is answered."""
        self._away = False
        self._interview.forget()
        self.begin()

    def follow(self, raw: bytes) -> None:
        """What is going to be written."""
        whole, self._tail = self._tail + raw, (self._tail + raw)[-_LESS:]
        self.deaf = self.deaf or bool(DEAF.search(whole))
        if selected := _SELECTS.findall(whole):
            self._away = not selected[-1][0] & 1
            self._marks = self._interview.marks

    def wrote(self, count: int) -> None:
        """So much of it."""
        self._at += count

    def ahead(self, at: int) -> int:
        """Up to where a stream has to be read that is written up to ``at``."""
        return at + STEP + BEYOND if self._on else at

    def due(self) -> bool:
        """Whether a mark is to be said where two commands meet."""
        return self._on and self._at - self._last >= STEP

    async def mark(self, stall_s: float) -> None:
        """Say it, as patiently as the stream is written.

        Raises:
            TransportError: as ``Transport.write``.
        """
        now = asyncio.get_running_loop().time()
        if not self._open:
            self._since = self._heard_at = now
            self._reckoned = self._interview.marks
            self._answers.clear()
        self._open.append(self._at)
        self._last = self._at
        await self._interview.mark(stall_s)

    async def in_passing(self) -> None:
        """It was said; what answers before it can have printed is not paced any more.

        Raises:
            TransportError: as ``Transport.read``.
        """
        await self._interview.listen(QUICK_S)
        self._reckon()
        self._quick = self._quick + 1 if not self._open else 0

    def far(self, at: int, places: Places, read: int) -> float:
        """Up to where the stream may be written.

        ``at``: what is; ``read``: so much is known of it, with ``places`` in it.

        Raises:
            TransportError: ``lost``.
        """
        if not self._on:
            return math.inf
        if self._open:
            self._interview.hear()
            self._reckon()
        here, most = at - self._at, self._most()
        most += here
        if read <= at:
            return most - 2 * STEP
        due = places.seams(max(at, here + self._last + STEP), most)
        within = due[:1] or places.seams(at + 1, most)[-1:]
        if within:
            return within[0]
        ends = places.seams(at + 1, math.inf)[:1]
        ended = at == here + self._last or places.seams(at, at)
        alone = not self._open or (len(self._open) == 1 and self._open[0] == self._at)
        # What is begun is ended, and one command more is out than is being printed.
        if ends and (alone or not ended or self._soon(ends[0] - here)):
            return ends[0]
        return at if ended and not alone else max(most, read if alone else 0)

    def _most(self) -> int:
        oldest = self._open[0] if self._open else self._last + STEP
        within = min(oldest + BEYOND, self._done + MOST)
        trip = int(self._interview.round_trip_s * FASTEST_BYTES_S)
        return max(within, oldest + STEP) + max(0, trip - BEYOND)

    def _soon(self, at: int) -> bool:
        """Whether so far is printed at once."""
        return at - self._done <= self._bytes_s * AT_ONCE_S

    @property
    def _bytes_s(self) -> float:
        """How fast it prints, from its last answers."""
        if len(self._answers) < ANSWERS:
            return 0.0
        (since, first), (to, last) = self._answers[0], self._answers[-1]
        return (last - first) / max(to - since, QUICK_S)

    def _reckon(self) -> None:
        """What has been answered."""
        now, marks = asyncio.get_running_loop().time(), self._interview.marks
        new = min(len(self._open), marks - self._reckoned)
        self._reckoned = marks
        for _ in range(new):
            self._done = self._open.popleft()
        self.heard += new
        if new:
            self._interview.mute = False
            self._answers.append((now, self._done))
            self._since = self._heard_at = now

    async def wait(self, *, asks: bool, stall_s: float) -> None:
        """For an answer, a moment; ``asks``: two commands meet here.

        Raises:
            TransportError: ``lost``; ``stalled`` after ``stall_s``; ``silent``: gone.
        """
        await self._interview.listen(LISTEN_S)
        self._reckon()
        now = asyncio.get_running_loop().time()
        late_s = now - self._since
        if not self._open or late_s < LATE_S:
            return
        if late_s > stall_s:
            raise TransportError("stalled", "what it has is not printed")
        if asks and now >= self._ask_at:
            self._ask_at = now + LATE_S
            await self._ask(late_s, stall_s)

    async def _ask(self, late_s: float, stall_s: float) -> None:
        state = await self._interview.ask(stall_s)
        self._reckon()
        if state is None:
            if self._gone(self._heard_at + self._confirm_s):
                raise TransportError("silent", "it has part of a job and says nothing")
            return
        self._heard_at = asyncio.get_running_loop().time()
        self.heard += 1
        self._say(state)
        if trouble_of(state) is None and late_s > self._confirm_s and self._open:
            log.warning("the printer does not say how far it is")
            self._rest = REST
            self._open.clear()
