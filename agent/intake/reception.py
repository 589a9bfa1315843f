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
from agent.events import CounterChanged, Event, PrinterChanged, PrinterState
from agent.intake.conversation import Conversation
from agent.intake.http_documents import Refused, Tongue, Translated
from agent.intake.limits import LAST_TURNS, READ_BYTES, STOP_S
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
        self._lines: set[asyncio.Task[None]] = set()
        """Those, and who is on the way to :meth:`talk`."""

    @property
    def full(self) -> bool:
        """As many lines as there may be, here or at all doors."""
        limits, held = self._around.limits, self._around.held
        here = len(self._lines) >= limits.connections
        return here or held.lines >= limits.all_connections

    @property
    def lines(self) -> int:
        """Of all doors."""
        return self._around.held.lines

    @property
    def moved_s(self) -> float:
        """When a line of any door last came or ended, in the loop's seconds."""
        return self._around.held.moved_s

    def refuse(self, why: str) -> None:
        """A line was hung up on."""
        self._around.held.refused[self._around.door, why] += 1

    @property
    def state(self) -> PrinterState:
        """What a POS is told of the printer now."""
        return self._around.state()

    async def attend(self) -> None:
        """Pass on what becomes of the printer, until cancelled.

        What a POS is told of its paper also hangs on what stands at the counter.
        """
        with self._bus.subscribe() as events:
            async for event in events:
                if isinstance(event, PrinterChanged | CounterChanged | Lagged):
                    state = self._around.state()
                    for conversation in self._open:
                        conversation.printer_changed(state)

    def expect(self, task: asyncio.Task[None]) -> None:
        """It is going to :meth:`talk`, and counts from now on.

        The kernel hands over a burst of callers before the first of them is served.
        """
        self._came(task)
        task.add_done_callback(self._left)

    async def talk(self, line: Line, end: Callable[[], None]) -> None:
        """Serve a line.  ``end`` makes its next read say that the POS hung up."""
        conversation = Conversation(self._around, line, self._around.dialect.voice())
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._open[conversation] = end
        self._came(task)
        self._handlers.add(task)
        try:
            await conversation.serve()
        finally:
            del self._open[conversation]
            self._left(task)
            self._handlers.discard(task)

    def _came(self, task: asyncio.Task[None]) -> None:
        if task not in self._lines:
            self._lines.add(task)
            self._counted(1)

    def _left(self, task: asyncio.Task[None]) -> None:
        if task in self._lines:
            self._lines.discard(task)
            self._counted(-1)

    def _counted(self, lines: int) -> None:
        held = self._around.held
        held.lines += lines
        held.moved_s = asyncio.get_running_loop().time()

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
        for _ in range(LAST_TURNS):
            # Who called in this moment is met, and what the kernel has is read.
            await asyncio.sleep(0)
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

    broken = False
    source = ""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    async def read(self, patience_s: float) -> bytes | None:
        del patience_s
        return self.ready()

    def ready(self) -> bytes:
        at, self._at = self._at, self._at + READ_BYTES
        return self._raw[at : self._at]

    def write(self, data: bytes) -> None:
        del data
