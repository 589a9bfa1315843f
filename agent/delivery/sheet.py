"""A job that is complete, on its way to the printer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from agent.delivery.flow import SLICE_BYTES, Flow, Wire
from agent.delivery.places import Finder
from agent.delivery.printer_patience import Patience, Watch

log = logging.getLogger(__name__)


class Sheet(Flow):
    """Written as a flow is.  It is read only when a pulse waits; ``finder`` is a new one."""

    def __init__(self, raw: bytes, finder: Finder, patience: Patience) -> None:
        super().__init__()
        self._patience = patience
        self._raw = raw
        self._finder: Finder | None = finder
        self._read = 0
        self.write(raw)
        self.end()
        self.stands(None)

    async def pour(
        self, wire: Wire, pulses: Callable[[], Awaitable[bool]], *, stall_s: float
    ) -> None:
        """As a flow is; what stalls is said after ``stall_s`` and waited for longer.

        Raises:
            TransportError: as the wire's.
        """
        watch = Watch(lambda: self._written, stall_s, self._patience.late)
        try:
            hold_s = max(stall_s, self._patience.hold_s)
            await super().pour(wire, pulses, stall_s=hold_s)
        finally:
            watch.stop()

    async def _look_ahead(self) -> None:
        while self._finder and self._places.next(self._written) is None:
            if self._read >= min(len(self._raw), self._written + SLICE_BYTES):
                return
            piece = self._raw[self._read : self._read + SLICE_BYTES]
            self._read += len(piece)
            try:
                for start, end in self._finder.feed(piece):
                    self.place(start, end)
            except Exception:
                log.exception("a sheet cannot be read, a pulse waits for its end")
                self._finder = None
            await asyncio.sleep(0)
