"""A job that is complete, on its way to the printer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from agent.delivery.flow import SLICE_BYTES, Wire
from agent.delivery.paced import Paced
from agent.delivery.places import Finder
from agent.delivery.printer_pace import MOST, Pace
from agent.delivery.printer_patience import Patience, Watch

log = logging.getLogger(__name__)


class Sheet(Paced):
    """Written as a flow is; ``finder`` is a new one.

    It is read only where somebody waits for a place in it: a pulse, or ``pace``.
    """

    asked_behind = True

    def __init__(
        self, raw: bytes, finder: Finder, patience: Patience, pace: Pace
    ) -> None:
        super().__init__(None, pace)
        self._patience = patience
        self._raw = raw
        self._finder: Finder | None = finder
        self.write(raw)
        if len(raw) <= MOST:
            # All of it has room in the printer's own buffer: no line waits for an answer.
            pace.deaf = True
        self.end()
        self.stands(None)

    async def pour(
        self, wire: Wire, pulses: Callable[[], Awaitable[bool]], *, stall_s: float
    ) -> None:
        """As a flow is; what stalls is said after ``stall_s`` and waited for longer.

        Raises:
            TransportError: as the wire's.
        """
        watch = Watch(self._progress, stall_s, self._patience.late)
        try:
            hold_s = max(stall_s, self._patience.hold_s)
            await super().pour(wire, pulses, stall_s=hold_s)
        finally:
            watch.stop()

    def _progress(self) -> int:
        return self._written + self._pace.heard

    async def _look_ahead(self) -> None:
        to = self._pace.ahead(self._written)
        if self._nudged.waits and self._places.next(self._written) is None:
            to = max(to, self._written + SLICE_BYTES)
        while self._finder and self._read < min(len(self._raw), to):
            piece = self._raw[self._read : self._read + SLICE_BYTES]
            self._read += len(piece)
            try:
                for start, end in self._finder.feed(piece):
                    self.place(start, end)
            except Exception:
                log.exception("a sheet cannot be read, a pulse waits for its end")
                self._finder = None
                self._pace.deaf = True
            await asyncio.sleep(0)
        if self._read == len(self._raw):
            self.place(self._read, self._read)
