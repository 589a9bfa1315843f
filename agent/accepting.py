"""Take in whoever comes to a listening socket, and lose nobody.

``loop.sock_accept`` may have taken a connection at the moment in which its caller is
cancelled; nobody has that socket then, and it stays open until it is found as garbage.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any


async def accepted(port: socket.socket) -> tuple[socket.socket, Any]:
    """The next connection to ``port``, which does not block, and where it comes from.

    Does not wait for anybody while there are callers.

    Raises:
        OSError: no socket or memory left, or a caller that was gone at once.
    """
    while True:
        try:
            came, address = port.accept()
        except (BlockingIOError, InterruptedError):
            await _readable(port)
            continue
        came.setblocking(False)  # noqa: FBT003 -- socket's own signature
        return came, address


async def _readable(port: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    somebody = asyncio.Event()
    loop.add_reader(port, somebody.set)
    try:
        await somebody.wait()
    finally:
        loop.remove_reader(port)
