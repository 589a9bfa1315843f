"""What a printer link has counted, for those who watch it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from agent.delivery.printer_news import News
from agent.delivery.printer_pulses import Pulses
from agent.delivery.printer_queue import PrinterQueue


@dataclass(frozen=True, slots=True)
class PrinterFigures:
    """``said_at``: when it was last reached, in the event loop's seconds."""

    said_at: float = -math.inf
    pulses: int = 0
    """Drawer pulses that went out."""
    dropped: int = 0
    """Drawer pulses that did not."""

    @classmethod
    def of(cls, news: News, pulses: Pulses, queue: PrinterQueue) -> Self:
        """As it stands."""
        return cls(news.said_at, pulses.sent, queue.dropped)
