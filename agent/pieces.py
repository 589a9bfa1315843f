"""Long bytes and long work, without holding the event loop up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

ALONE_BYTES: Final = 1 << 20
"""From there on ``bytes.join`` lets other threads run (CPython: GIL_THRESHOLD in
Objects/stringlib/join.h); up to there it takes a quarter of a millisecond."""


async def joined(pieces: Sequence[bytes]) -> bytes:
    """One after the other."""
    if sum(map(len, pieces)) <= ALONE_BYTES:
        return b"".join(pieces)
    return await asyncio.to_thread(b"".join, pieces)


async def breath() -> None:
    """Let others have their turn: a step of the loop is to stay below 1 ms."""
    await asyncio.sleep(0)
