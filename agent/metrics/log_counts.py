"""Counts what the log says from warning on, and the parts that fell.

The supervisor tells nobody but the log that a part fell; its sentence is looked for.
"""

from __future__ import annotations

import logging
from typing import Final

from agent.metrics.tally import Tally

FELL: Final = "service fell, it is started again"
"""As :mod:`agent.supervisor` says it; a test holds the two together."""


class LogCounts(logging.Handler):
    """A handler for the logger ``agent``."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(logging.WARNING)
        self._tally = tally

    def emit(self, record: logging.LogRecord) -> None:
        self._tally.add("log_messages_total", record.levelname.lower())
        if record.msg == FELL:
            service = vars(record).get("service", "")
            self._tally.add("service_falls_total", str(service))
