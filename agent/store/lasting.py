"""Housekeeping that lasts: what falls is said, and begins anew.

One that nobody had expected to fall must not take the others with it: a store that is
not kept forgets nothing, and its WAL grows.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from agent.clock import Clock

log = logging.getLogger(__name__)

FELL_S: Final = 60.0
"""Before it begins anew."""


async def lasting(work: Callable[[], Awaitable[None]], clock: Clock) -> None:
    """Until it returns, or is cancelled."""
    while True:
        try:
            return await work()
        except Exception:
            log.exception("housekeeping of the store fell, it begins anew")
        await clock.sleep(FELL_S)
