"""Asking a printer how it is, and remembering whether it ever answers.

One question at a time, each with a deadline; what arrived before a question is
thrown away first.  Decides nothing: ``printer`` does.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter, deque
from typing import Final

from agent.delivery import star_status
from agent.delivery.printer_clearing import CLEAR
from agent.delivery.printer_status import MARK, QUERIES, Sieve, read_state, trouble_of
from agent.delivery.settings import PrinterSettings
from agent.delivery.transports.base import Transport
from agent.events import PrinterState

log = logging.getLogger(__name__)

FIRST_QUERY: Final = 1
"""Every ESC/POS printer that answers at all answers this one."""
OFF_LINE: Final = 0x08
"""Bit 3 of its answer: no paper, cover open, an error, or switched off line."""
MISSES: Final = 3
"""Questions 2 to 4 left unanswered that often in a row are asked no more: some
printers know only the first, and each silence costs ``answer_s``."""
PASSED_S: Final = 30.0
"""A printer that is well has printed its buffer by then: 4 KB, three lines a second."""
ROUND_TRIPS: Final = 16
"""The quickest of the last says how far away it is: the others waited for us."""


class Interview:
    """The questions, over one wire."""

    def __init__(self, wire: Transport, settings: PrinterSettings) -> None:
        self._wire = wire
        self._settings = settings
        self._misses: Counter[int] = Counter()
        self.has_answered = False
        """Since the program started: its silence is news then."""
        self.mute = False
        """It did not answer the last time."""
        self.marks = 0
        """Answers to GS r, all that came."""
        self.owed = 0
        """Those that are still to come on this line, as far as is known."""
        self._sieve = Sieve()
        self._heard_at = 0.0
        self._passed_at = -math.inf
        self._round_trips: deque[float] = deque(maxlen=ROUND_TRIPS)
        self.asking = False
        """Nobody else is writing now."""
        self.holds = False
        """It may have bytes of a job that it has not said to be printed."""

    @property
    def allowed(self) -> bool:
        """Whether the printer may be asked, and an answer could come back."""
        return self._settings.asks != "never" and self._wire.hears

    async def ask(self, stall_s: float | None = None) -> PrinterState | None:
        """The printer's state, or ``None`` when it says nothing.

        ``stall_s``: as the stream's within which it is asked.

        Raises:
            TransportError: as ``Transport.write`` and ``Transport.read``.
        """
        star = self._settings.asks == "star"
        self.asking = True
        try:
            state = await (self._ask_star() if star else self._ask_epson(stall_s))
        finally:
            self.asking = False
        self.mute = state is None
        self.has_answered = self.has_answered or state is not None
        if state is not None and trouble_of(state) and self._passes:
            self.passed()
        return state

    def passed(self) -> None:
        """It has a job that nobody sends again, and may not have printed it."""
        self._passed_at = asyncio.get_running_loop().time()

    def printed(self) -> None:
        """All that it was given, and all that was asked is answered, or never will be."""
        self.owed, self._passed_at = 0, -math.inf

    @property
    def _passes(self) -> bool:
        return asyncio.get_running_loop().time() < self._passed_at + PASSED_S

    async def look(self) -> PrinterState | None:
        """The same between two jobs: what it still holds of one is cleared first.

        Raises:
            TransportError: as ``ask``.
        """
        state = await self.ask()
        if state is not None and self.holds:
            await self.clear()
        return state

    async def clear(self) -> None:
        """Have it forget a job that is printed again, where it would understand that.

        Not where others print to it too, or a job before it may be there that went
        through: they would go with it.  Twice is better than never.

        Raises:
            TransportError: as ``Transport.write`` and ``Transport.read``.
        """
        self.holds = False
        settings = self._settings
        shared = settings.idle_close_s is not None
        if settings.asks != "auto" or shared or self._passes:
            return
        log.info("what the printer holds of a job is cleared")
        await self._wire.write(CLEAR, stall_s=settings.answer_s)
        self._sift(await self._wire.read(within_s=settings.answer_s))
        self.owed = 0

    def forget(self) -> None:
        """The line is cut: nothing more is answered."""
        self.owed, self._sieve = 0, Sieve()

    async def off_line(self) -> bool | None:
        """In one question, whether it has stopped; ``None`` when it says nothing.

        Raises:
            TransportError: as :meth:`ask`.
        """
        if self._settings.asks == "star":
            state = await self.ask()
            return None if state is None else not state.online
        answer = await self._ask_one(FIRST_QUERY)
        return None if answer is None else bool(answer & OFF_LINE)

    @property
    def round_trip_s(self) -> float:
        """How far away the printer is, at its nearest."""
        return min(self._round_trips, default=0.0)

    def hear(self) -> None:
        """What has come; nothing is waited for.

        Raises:
            TransportError: ``lost``.
        """
        self._sift(self._wire.discard_input())

    async def mark(self, stall_s: float | None = None) -> None:
        """Ask for one more, behind all that was written.

        ``stall_s``: as the stream's within which it is asked.

        Raises:
            TransportError: as ``Transport.write``.
        """
        self.owed += 1
        await self._wire.write(MARK, stall_s=stall_s or self._settings.answer_s)

    async def listen(self, within_s: float) -> None:
        """For marks, until something comes.

        Raises:
            TransportError: ``lost``.
        """
        self._sift(await self._wire.read(within_s=within_s))

    def _sift(self, data: bytes) -> list[int]:
        """One sieve: automatic status may come byte by byte; a silence ends it."""
        if not data:
            return []
        now = asyncio.get_running_loop().time()
        if now - self._heard_at > self._settings.answer_s:
            self._sieve = Sieve()
        self._heard_at = now
        before = self._sieve.marks
        answers = self._sieve.feed(data)
        new = self._sieve.marks - before
        self.marks += new
        self.owed = max(0, self.owed - new)
        return answers

    async def _ask_epson(self, stall_s: float | None) -> PrinterState | None:
        answers: dict[int, int] = {}
        for number in QUERIES:
            if self._misses[number] >= MISSES and number != FIRST_QUERY:
                continue
            answer = await self._ask_one(number, stall_s)
            if answer is not None:
                answers[number] = answer
            elif number == FIRST_QUERY:
                return None
        return read_state(answers, self._settings.drawer_open_level)

    async def _ask_star(self) -> PrinterState | None:
        self._wire.discard_input()
        answer_s, heard, state = self._settings.answer_s, b"", None
        await self._wire.write(star_status.QUESTION, stall_s=answer_s)
        loop = asyncio.get_running_loop()
        ends = loop.time() + answer_s
        while state is None and (left_s := ends - loop.time()) > 0:
            data = await self._wire.read(within_s=left_s)
            if not data:
                return None
            heard = (heard + data)[-star_status.MOST_BYTES :]
            state = star_status.read_state(heard)
        return state

    async def _ask_one(self, number: int, stall_s: float | None = None) -> int | None:
        self._sift(self._wire.discard_input())
        loop = asyncio.get_running_loop()
        stall_s = stall_s or self._settings.answer_s
        await self._wire.write(QUERIES[number], stall_s=stall_s)
        asked_at = loop.time()
        answer = await self._hear()
        if answer is not None:
            self._round_trips.append(loop.time() - asked_at)
        self._misses[number] = 0 if answer is not None else self._misses[number] + 1
        return answer

    async def _hear(self) -> int | None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._settings.answer_s
        while (left_s := ends - loop.time()) > 0:
            data = await self._wire.read(within_s=left_s)
            if not data:
                return None
            if answers := self._sift(data):
                return answers[0]
        return None
