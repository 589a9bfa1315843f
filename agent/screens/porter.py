"""Takes in the connections of tablets: few of them, and none that says nothing.

uvicorn counts requests, and a connection only after its TLS handshake: whoever said
nothing would cost the daemon a socket for a minute, and the printer port needs some.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from agent.accepting import accepted

log = logging.getLogger(__name__)

CONNECTIONS: Final = 48
CONNECTIONS_EACH: Final = 12
"""From one address: a browser opens six, and a stream; two tablets behind one router."""
HANDSHAKE_S: Final = 5.0
LOOK_S: Final = 1.0


@dataclass(eq=False, slots=True)
class _Guest:
    """A socket that was taken in; ``begun``: it is asyncio's to close."""

    socket: socket.socket
    source: str
    begun: bool = False

    def forgotten(self, _meeting: asyncio.Task[None]) -> None:
        """A task that was cancelled before its first step left the socket to nobody."""
        if not self.begun:
            self.socket.close()


class Porter:
    """``talks`` makes the protocol of one connection."""

    def __init__(self, talks: Callable[[], Any], context: ssl.SSLContext) -> None:
        self._talks = talks
        self._context = context
        self._inside: list[_Guest] = []

    async def attend(self, port: socket.socket) -> None:
        """Take in whoever comes to ``port``, until cancelled."""
        port.setblocking(False)  # noqa: FBT003 -- socket's own signature
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    came, (source, *_) = await accepted(port)
                except OSError as error:
                    # No socket or memory left, or a caller that was gone at once.
                    log.warning("a tablet was not let in: %s", error.strerror)
                    await asyncio.sleep(LOOK_S)
                    continue
                if self._has_room(source):
                    guest = _Guest(came, source)
                    self._inside.append(guest)
                    meeting = tasks.create_task(self._meet(guest))
                    meeting.add_done_callback(guest.forgotten)
                else:
                    came.close()
                # accepted() does not wait for anybody while there are callers.
                await asyncio.sleep(0)

    def _has_room(self, source: str) -> bool:
        """A transport closes its own socket, however it ends."""
        self._inside = [each for each in self._inside if each.socket.fileno() >= 0]
        each = Counter(guest.source for guest in self._inside)
        return len(self._inside) < CONNECTIONS and each[source] < CONNECTIONS_EACH

    async def _meet(self, guest: _Guest) -> None:
        """Shake hands; what is said then is the protocol's."""
        guest.begun = True
        # A caller that hangs up, takes too long or speaks no TLS: asyncio closed it.
        with contextlib.suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: cast("asyncio.Protocol", self._talks()),
                guest.socket,
                ssl=self._context,
                ssl_handshake_timeout=HANDSHAKE_S,
                ssl_shutdown_timeout=HANDSHAKE_S,
            )
