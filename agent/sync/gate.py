"""Orders before uploads: the uplink waits here until the feed has nothing for us.

Closed at the start and after an absence; opened by whoever follows the feed.  While it
is closed it says why, so that the screens know that the RCU is away.
"""

from __future__ import annotations

import asyncio


class Gate:
    """One side waits, the other opens and shuts."""

    def __init__(self, *, is_open: bool = True) -> None:
        self._is_open = is_open
        self._problem = ""
        self._changed = asyncio.Event()

    @property
    def is_open(self) -> bool:
        return self._is_open

    @property
    def problem(self) -> str:
        """Why it is shut, as far as anybody knows."""
        return self._problem

    def open(self) -> None:
        self._is_open, self._problem = True, ""
        self._changed.set()

    def shut(self, problem: str = "") -> None:
        self._is_open, self._problem = False, problem
        self._changed.set()

    async def changed(self) -> None:
        """Until it is opened, shut, or shut for another reason."""
        self._changed.clear()
        await self._changed.wait()
