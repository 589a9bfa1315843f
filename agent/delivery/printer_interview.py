"""Asking a printer how it is, and remembering whether it ever answers.

One question at a time, each with a deadline; what arrived before a question is
thrown away first.  Decides nothing: ``printer`` does.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Final

from agent.delivery.printer_status import QUERIES, Sieve, read_state
from agent.delivery.settings import PrinterSettings
from agent.delivery.transports.base import Transport
from agent.events import PrinterState

FIRST_QUERY: Final = 1
"""Every ESC/POS printer that answers at all answers this one."""
MISSES: Final = 3
"""Questions 2 to 4 left unanswered that often in a row are asked no more: some
printers know only the first, and each silence costs ``answer_s``."""


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

    @property
    def allowed(self) -> bool:
        """Whether the printer may be asked, and an answer could come back."""
        return self._settings.asks == "auto" and self._wire.hears

    async def ask(self) -> PrinterState | None:
        """The printer's state, or ``None`` when it says nothing.

        Raises:
            TransportError: as ``Transport.write`` and ``Transport.read``.
        """
        answers: dict[int, int] = {}
        for number in QUERIES:
            if self._misses[number] >= MISSES and number != FIRST_QUERY:
                continue
            answer = await self._ask_one(number)
            if answer is not None:
                answers[number] = answer
            elif number == FIRST_QUERY:
                self.mute = True
                return None
        self.mute, self.has_answered = False, True
        return read_state(answers, self._settings.drawer_open_level)

    async def _ask_one(self, number: int) -> int | None:
        self._wire.discard_input()
        await self._wire.write(QUERIES[number], stall_s=self._settings.answer_s)
        answer = await self._hear()
        self._misses[number] = 0 if answer is not None else self._misses[number] + 1
        return answer

    async def _hear(self) -> int | None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._settings.answer_s
        sieve = Sieve()
        while (left_s := ends - loop.time()) > 0:
            data = await self._wire.read(within_s=left_s)
            if not data:
                return None
            if answers := sieve.feed(data):
                return answers[0]
        return None
