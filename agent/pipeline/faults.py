"""The last errors of the log, for the IT screen: when, which room, what."""

from __future__ import annotations

import logging
from collections import deque
from datetime import UTC, datetime
from typing import Final

from agent.screens.snapshot import Fault

KEPT: Final = 20
MAX_CHARS: Final = 160


class Faults(logging.Handler):
    """Messages as they were written in the code: no text of a receipt is in one.

    What an exception says is left out, since a library may quote what it read.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._last: deque[Fault] = deque(maxlen=KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        at = datetime.fromtimestamp(record.created, UTC).astimezone()
        room = ".".join(record.name.split(".")[1:3]) or record.name
        # With its arguments a line may name a path of the shop's; that is for IT.
        said = record.getMessage()[:MAX_CHARS]
        self._last.appendleft(Fault(at.isoformat(timespec="seconds"), room, said))

    @property
    def last(self) -> tuple[Fault, ...]:
        """Newest first."""
        return tuple(self._last)
