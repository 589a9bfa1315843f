"""TCP 9100, where printers listen: one conversation a connection.

Bounds: connections (a POS that opens more is hung up on, with one log line),
bytes of unread answers (a POS that never reads is hung up on), silence.  The
listening sockets are made by someone else (systemd, or the start), so that no
POS is refused while this file is still being loaded.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from typing import cast

from agent.intake.limits import MAX_UNREAD_ANSWER_BYTES, READ_BYTES
from agent.intake.listening import BACKLOG, listening
from agent.intake.reception import Reception
from agent.intake.settings import TcpDoorSettings

log = logging.getLogger(__name__)


class TcpLine:
    """A connection as :class:`agent.intake.ports.Line`."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer
        # A POS that closes without reading our answers resets the line; asyncio
        # would then drop what it had sent before.  To us it is a hang-up.
        vars(reader)["set_exception"] = lambda _error: reader.feed_eof()

    async def read(self, patience_s: float) -> bytes | None:
        try:
            async with asyncio.timeout(patience_s):
                return await self._reader.read(READ_BYTES)
        except TimeoutError:
            return None
        except OSError:
            return b""

    def write(self, data: bytes) -> None:
        transport = self._writer.transport
        if transport.get_write_buffer_size() > MAX_UNREAD_ANSWER_BYTES:
            log.warning("POS does not read its answers, hung up")
            transport.abort()
        elif not transport.is_closing():
            self._writer.write(data)


class RawTcpDoor:
    """A printer port.  A service.

    ``sockets`` listen already; without them it binds its own, and one that is taken
    fells this door only.
    """

    def __init__(
        self,
        name: str,
        settings: TcpDoorSettings,
        reception: Reception,
        sockets: Sequence[socket.socket] = (),
    ) -> None:
        self.name = name
        self._settings = settings
        self._reception = reception
        self._sockets = sockets

    async def run(self) -> None:
        """Take POS in until cancelled; then keep what they had given so far."""
        ports = [each.dup() for each in self._sockets]
        servers = [
            # dup: a door that fell and is opened again finds its port listening.
            await asyncio.start_server(self._meet, sock=each, backlog=BACKLOG)
            for each in ports or [listening(*self._settings.address)]
        ]
        try:
            await self._reception.attend()
        finally:
            for server in servers:
                server.close()
            await self._reception.hang_up()

    async def _meet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        peer = writer.get_extra_info("peername")
        if not (peer and self._admits(str(peer[0]))) or self._reception.full:
            # A reset: a client that takes a hang-up for "done" is not to think so.
            cast("asyncio.Transport", writer.transport).abort()
            return
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

        def end() -> None:
            cast("asyncio.Transport", writer.transport).pause_reading()
            reader.feed_eof()

        try:
            await self._reception.talk(TcpLine(reader, writer), end)
        finally:
            writer.close()

    def _admits(self, source: str) -> bool:
        if self._settings.admits(source):
            return True
        log.warning(
            "a stranger knocked at the printer port, hung up",
            extra={"door": self.name, "source": source},
        )
        return False
