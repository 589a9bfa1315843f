"""The service that serves the screens: binds, rings, and stops at once.

uvicorn runs inside our event loop and never touches the process's signals,
which are the daemon's.  When the service is cancelled, every open stream is
ended first; otherwise uvicorn would wait for pages that never hang up.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Final

from agent.bus import Bus
from agent.events import CounterChanged, Event, LinkChanged, PrinterChanged
from agent.screens import assets
from agent.screens.guard import names_of
from agent.screens.ports import Counter
from agent.screens.settings import ScreensSettings
from agent.screens.streams import Streams

if TYPE_CHECKING:
    from uvicorn import Server

log = logging.getLogger(__name__)

BACKLOG: Final = 32
"""Connections that may wait; there are two screens."""

MAX_CONNECTIONS: Final = 64
"""Beyond it a request gets 503: streams, and room for reloads."""

STOP_S: Final = 1
"""Whole seconds that uvicorn gives a page that does not read its last words."""

RELEVANT: Final = (CounterChanged, PrinterChanged, LinkChanged)


class ScreensServer:
    """A service (``name``, ``run``).  ``sockets`` are bound by someone else, if given.

    Handed-in sockets stay open, so that a restart by the supervisor finds them.
    """

    name = "screens"

    def __init__(
        self,
        settings: ScreensSettings,
        counter: Counter,
        bus: Bus[Event],
        sockets: Sequence[socket.socket] = (),
    ) -> None:
        self._settings = settings
        self._counter = counter
        self._bus = bus
        self._given = tuple(sockets)

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            OSError: the address is taken or not of this machine.
        """
        streams = Streams()
        with contextlib.ExitStack() as closing:
            sockets = [closing.enter_context(each) for each in self._bound()]
            server = await asyncio.to_thread(self._loaded, streams, sockets)
            log.info("screens listen", extra={"port": sockets[0].getsockname()[1]})
            async with asyncio.TaskGroup() as tasks:
                ringing = tasks.create_task(self._ring(streams))
                try:
                    await server.serve(sockets)
                finally:
                    ringing.cancel()
                    streams.hang_up()
                    if server.started:
                        await server.shutdown(sockets)

    async def _ring(self, streams: Streams) -> None:
        """Pass the daemon's bell on to the pages; a missed ring is a ring too."""
        with self._bus.subscribe() as heard:
            async for event in heard:
                if not isinstance(event, Event) or isinstance(event, RELEVANT):
                    streams.ring()

    def _bound(self) -> list[socket.socket]:
        """Our own sockets, or copies of those handed in, which uvicorn may close."""
        if self._given:
            return [each.dup() for each in self._given]
        host, port = self._settings.address
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # The protocol is named, or asyncio leaves Nagle's algorithm on.
        made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((host, port))
            made.listen(BACKLOG)
        except OSError:
            made.close()
            raise
        return [made]

    def _loaded(self, streams: Streams, sockets: Sequence[socket.socket]) -> Server:
        """Our routes in a uvicorn; runs on a thread, since imports are slow."""
        import uvicorn

        from agent.screens import web

        class Quiet(uvicorn.Server):
            """A uvicorn that leaves signals to the daemon."""

            @contextlib.contextmanager
            def capture_signals(self) -> Generator[None]:
                yield

        names = names_of(each.getsockname()[:2] for each in sockets)
        app = web.application(self._counter, streams, assets.load(), names)
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=MAX_CONNECTIONS,
            timeout_graceful_shutdown=STOP_S,
        )
        # Here on the thread: it imports the protocol, 20 ms of it.
        config.load()
        return Quiet(config)
