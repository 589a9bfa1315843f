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
from typing import Final, cast

from agent.bus import Bus, Lagged
from agent.escpos.status import Answering, Identity
from agent.events import Event, PrinterChanged
from agent.intake.conversation import Conversation, Surroundings
from agent.intake.listening import BACKLOG
from agent.intake.settings import MAX_CONNECTIONS, TcpDoorSettings

log = logging.getLogger(__name__)

READ_BYTES: Final = 16 << 10
"""What one read may bring; the conversation cuts it into smaller slices."""
MAX_UNREAD_ANSWER_BYTES: Final = 16 << 10
STOP_S: Final = 3.0
"""For the last jobs to become durable, well inside systemd's TimeoutStopSec."""


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
    """The printer port.  A service."""

    name = "door.tcp"

    def __init__(
        self,
        settings: TcpDoorSettings,
        around: Surroundings,
        bus: Bus[Event],
        sockets: Sequence[socket.socket],
    ) -> None:
        self._settings = settings
        self._around = around
        self._bus = bus
        self._sockets = sockets
        self._open: dict[
            Conversation, tuple[asyncio.StreamReader, asyncio.StreamWriter]
        ] = {}
        self._handlers: set[asyncio.Task[None]] = set()
        self._identity = Identity(
            maker=settings.identity_maker, model=settings.identity_model
        )

    async def run(self) -> None:
        """Take POS in until cancelled; then keep what they had given so far."""
        servers = [
            # dup: a door that fell and is opened again finds its port listening.
            await asyncio.start_server(self._meet, sock=each.dup(), backlog=BACKLOG)
            for each in self._sockets
        ]
        try:
            await self._pass_on_news()
        finally:
            for server in servers:
                server.close()
            await self._hang_up_on_all()

    async def _pass_on_news(self) -> None:
        with self._bus.subscribe() as events:
            async for event in events:
                if isinstance(event, PrinterChanged | Lagged):
                    state = self._around.state()
                    for conversation in self._open:
                        conversation.printer_changed(state)

    async def _hang_up_on_all(self) -> None:
        """What the POS has given so far is taken in, then the line is closed."""
        for conversation, (reader, writer) in self._open.items():
            conversation.interrupt()
            cast("asyncio.Transport", writer.transport).pause_reading()
            reader.feed_eof()
        if not self._handlers:
            return
        _, late = await asyncio.wait(self._handlers, timeout=STOP_S)
        if late:
            log.error("stopped with POS on the line", extra={"count": len(late)})
        for conversation in self._open:
            conversation.abandon()
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _meet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        peer = writer.get_extra_info("peername")
        refusal = self._refusal(str(peer[0])) if peer else "gone before hello"
        if refusal:
            log.warning(refusal, extra={"source": str(peer[0]) if peer else ""})
            writer.close()
            return
        answering = Answering(self._identity)
        conversation = Conversation(self._around, TcpLine(reader, writer), answering)
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._open[conversation] = (reader, writer)
        self._handlers.add(task)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        try:
            await conversation.serve()
        finally:
            del self._open[conversation]
            self._handlers.discard(task)
            writer.close()

    def _refusal(self, source: str) -> str:
        if not self._settings.admits(source):
            return "a stranger knocked at the printer port, hung up"
        if len(self._open) >= MAX_CONNECTIONS:
            return "too many connections at the printer port, hung up"
        return ""
