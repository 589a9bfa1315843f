"""A network printer: raw TCP, usually port 9100.  IPv4 and IPv6.

Nagle is off: a query after a write would otherwise wait 40 ms for a delayed
acknowledgement.  The kernel's send buffer is kept small, so that "the bytes
were taken" means by the printer: a printer without paper stops reading, and
four megabytes of autotuned buffer would hide that.  Of what the printer has no room
for yet the kernel takes next to nothing, so that a drawer pulse is not behind it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Final

from agent.delivery.transports.base import TransportError, nothing
from agent.delivery.transports.descriptor import Descriptor

SEND_BUFFER_BYTES: Final = 16 << 10
"""Four pieces under way; Linux doubles it for its own book-keeping."""

UNSENT_BYTES: Final = 512
"""Beyond what the printer has room for: at 8000 bytes a second a pulse waits 60 ms for
them.  A kernel rounds it up to the segment that it is filling (tcp(7))."""

KEEPALIVE_S: Final = (30, 10, 3)
"""Idle seconds, seconds between probes, probes: a dead printer shows in a minute."""


class TcpTransport:
    """Implements ``Transport`` over a socket."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._socket: socket.socket | None = None
        self._wire: Descriptor | None = None

    @property
    def name(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"tcp://{host}:{self._port}"

    @property
    def hears(self) -> bool:
        return True

    async def open(self, *, within_s: float) -> None:
        self.close()
        try:
            async with asyncio.timeout(within_s):
                self._socket = await self._first_that_answers()
        except TimeoutError as error:
            raise TransportError("unreachable", "no answer in time") from error
        except OSError as error:
            raise TransportError("unreachable", str(error)) from error
        self._wire = Descriptor(self._socket.fileno(), check=self._check)

    def write_now(self, raw: bytes) -> int:
        return self._open_wire().write_now(raw)

    async def write(self, raw: bytes, *, stall_s: float) -> None:
        wire = self._open_wire()
        await wire.write(raw, stall_s=stall_s, chunk_bytes=2 * SEND_BUFFER_BYTES)

    async def settle(
        self, *, within_s: float, behind: Callable[[], int] = nothing
    ) -> None:
        await self._open_wire().settle(within_s=within_s, behind=behind)
        self._check()

    def _check(self) -> None:
        """A reset shows neither in the queue nor in a write that is not tried."""
        if self._socket is not None and (
            number := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        ):
            raise TransportError("lost", f"socket error {number}")

    async def read(self, *, within_s: float) -> bytes:
        return await self._open_wire().read(within_s=within_s)

    def discard_input(self) -> bytes:
        return self._open_wire().discard_input()

    def close(self) -> None:
        self._wire = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open_wire(self) -> Descriptor:
        if self._wire is None:
            raise TransportError("lost", "not open")
        return self._wire

    async def _first_that_answers(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        addresses = await loop.getaddrinfo(
            self._host, self._port, type=socket.SOCK_STREAM
        )
        problem = OSError(f"{self._host} has no address")
        for family, kind, protocol, _, address in addresses:
            connection = socket.socket(family, kind, protocol)
            try:
                _prepare(connection)
                await loop.sock_connect(connection, address)
            except OSError as error:
                connection.close()
                problem = error
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        raise problem


def _prepare(connection: socket.socket) -> None:
    idle_s, between_s, probes = KEEPALIVE_S
    connection.setblocking(False)  # noqa: FBT003 -- socket's own signature
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        unsent = socket.TCP_NOTSENT_LOWAT
        connection.setsockopt(socket.IPPROTO_TCP, unsent, UNSENT_BYTES)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):  # macOS has another name for it
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle_s)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, between_s)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, probes)
