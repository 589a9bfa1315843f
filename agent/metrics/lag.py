"""How late the event loop comes to a timer: what a POS would have to wait for an answer.

By the loop's own clock and timers, since it is the loop that is looked at.
"""

from __future__ import annotations

import asyncio
from typing import Final

from agent.metrics.tally import Tally

EVERY_S: Final = 0.5
"""Twice a second: 30 us of processor time a second."""


class Lag:
    """A service."""

    name = "loop lag"

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    async def run(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            came = loop.create_future()
            due_s = loop.time() + EVERY_S
            timer = loop.call_at(due_s, came.set_result, None)
            try:
                await came
            finally:
                timer.cancel()
            self._tally.took("loop_lag_seconds", loop.time() - due_s)
