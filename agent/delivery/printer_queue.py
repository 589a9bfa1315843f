"""What waits at the printer link.  ``expires`` is in the event loop's seconds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from agent.delivery.outcome import Outcome


@dataclass(eq=False, slots=True)
class QueuedJob:
    """A job that is complete; ``begun`` once its first byte may be out."""

    raw: bytes
    expires: float
    answer: asyncio.Future[Outcome]
    begun: bool = False


@dataclass(frozen=True, slots=True)
class QueuedKick:
    """A drawer pulse."""

    raw: bytes
    expires: float
