"""Who is on the line at one door, from hello to hang-up.

Every door has one.  It turns a line into a conversation, tells all of the printer's
state, and at a stop takes in what each POS has given so far: nobody who sent a job
before that has to send it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import cast

from agent.bus import Bus, Lagged
from agent.events import Event, PrinterChanged, PrinterState
from agent.intake.conversation import Conversation
from agent.intake.http_documents import Refused, Tongue, Translated
from agent.intake.limits import READ_BYTES, STOP_S
from agent.intake.ports import Line
from agent.intake.surroundings import Surroundings

log = logging.getLogger(__name__)


class Reception:
    """The lines of one door."""

    def __init__(self, around: Surroundings, bus: Bus[Event]) -> None:
        self._around = around
        self._bus = bus
        self._open: dict[Conversation, Callable[[], None]] = {}
        self._handlers: set[asyncio.Task[None]] = set()
        self._crowded = False

    @property
    def full(self) -> bool:
        """As many lines as there may be, here or at all doors."""
        limits, held = self._around.limits, self._around.held
        here = len(self._open) >= limits.connections
        full = here or held.lines >= limits.all_connections
        if full and not self._crowded:
            fields = {"door": self._around.door, "lines": held.lines}
            log.warning("too many lines, more are hung up on", extra=fields)
        self._crowded = full
        return full

    @property
    def state(self) -> PrinterState:
        """What a POS is told of the printer now."""
        return self._around.state()

    async def attend(self) -> None:
        """Pass on what becomes of the printer, until cancelled."""
        with self._bus.subscribe() as events:
            async for event in events:
                if isinstance(event, PrinterChanged | Lagged):
                    state = self._around.state()
                    for conversation in self._open:
                        conversation.printer_changed(state)

    async def talk(self, line: Line, end: Callable[[], None]) -> None:
        """Serve a line.  ``end`` makes its next read say that the POS hung up."""
        conversation = Conversation(self._around, line, self._around.dialect.voice())
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._open[conversation] = end
        self._around.held.lines += 1
        self._handlers.add(task)
        try:
            await conversation.serve()
        finally:
            del self._open[conversation]
            self._around.held.lines -= 1
            self._handlers.discard(task)

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        """A document in another language, for :meth:`document`."""
        return await self._around.counter.translated(tongue, body, dots_per_inch)

    async def document(self, raw: bytes) -> None:
        """A whole job of a POS that is not on a line.  It is safe when this returns."""
        await self.talk(_Handed(raw), lambda: None)

    async def hang_up(self) -> None:
        """What each POS has given so far is taken in, then the line is closed."""
        for conversation, end in self._open.items():
            conversation.interrupt()
            end()
        if not self._handlers:
            return
        _, late = await asyncio.wait(self._handlers, timeout=STOP_S)
        if late:
            log.error("stopped with POS on the line", extra={"count": len(late)})
        for conversation in self._open:
            conversation.abandon()
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)


class _Handed:
    """A document as a line: all of it, then the hang-up.  Nobody hears answers."""

    def __init__(self, raw: bytes) -> None:
        self._rest = raw

    async def read(self, patience_s: float) -> bytes | None:
        del patience_s
        raw, self._rest = self._rest[:READ_BYTES], self._rest[READ_BYTES:]
        return raw

    def write(self, data: bytes) -> None:
        del data
