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
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from agent.bus import Bus
from agent.errors import ConfigError
from agent.events import CounterChanged, Event, LinkChanged, PrinterChanged
from agent.screens.around import Around
from agent.screens.devices import Devices
from agent.screens.ports import Counter, View
from agent.screens.settings import ScreensSettings
from agent.screens.streams import Streams

if TYPE_CHECKING:
    from agent.screens.hosting import Hosted

log = logging.getLogger(__name__)

BACKLOG: Final = 32
"""Connections that may wait; there are two screens."""

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
        around: Around,
        sockets: Sequence[socket.socket] = (),
        sockets_tls: Sequence[socket.socket] = (),
    ) -> None:
        self._settings = settings
        self._counter = counter
        self._bus = bus
        self._around = around
        self._given = tuple(sockets)
        self._given_tls = tuple(sockets_tls)

    async def run(self) -> None:
        """Serve until cancelled.  Tablets that cannot be served leave the till's own.

        Raises:
            OSError: the address is taken or not of this machine.
        """
        around, settings = self._around, self._settings
        devices = Devices(
            around.store, around.clock, around.entropy, settings.session_days
        )
        await devices.load()
        streams = Streams(self._watched)
        with contextlib.ExitStack() as closing:
            bound = self._copies(self._given) or [_listening(*settings.address)]
            plain = [closing.enter_context(each) for each in bound]
            tls = [closing.enter_context(each) for each in self._bound_tls()]
            hosted = await asyncio.to_thread(
                self._hosted, devices, streams, (plain, tls)
            )
            log.info("screens listen", extra={"port": plain[0].getsockname()[1]})
            async with asyncio.TaskGroup() as tasks:
                ringing = tasks.create_task(self._ring(streams))
                serving = [
                    tasks.create_task(each.serve(), name="screens port")
                    for each in hosted
                ]
                try:
                    await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    ringing.cancel()
                    streams.hang_up()

    def _watched(self, view: View, up: bool) -> None:  # noqa: FBT001
        self._bus.publish(LinkChanged(view, up=up))

    async def _ring(self, streams: Streams) -> None:
        """Pass the daemon's bell on to the pages; a missed ring is a ring too."""
        with self._bus.subscribe() as heard:
            async for event in heard:
                if not isinstance(event, Event) or isinstance(event, RELEVANT):
                    streams.ring()

    def _copies(self, given: Sequence[socket.socket]) -> list[socket.socket]:
        """Of those handed in, which uvicorn may close."""
        return [each.dup() for each in given]

    def _bound_tls(self) -> list[socket.socket]:
        if self._given_tls:
            return self._copies(self._given_tls)
        address = self._settings.address_tls
        if address is None:
            return []
        try:
            return [_listening(*address)]
        except OSError as error:
            log.critical("no tablet can come in: %s", error.strerror or error)
            return []

    def _hosted(
        self,
        devices: Devices,
        streams: Streams,
        ports: tuple[list[socket.socket], list[socket.socket]],
    ) -> list[Hosted]:
        """Our routes behind each port; runs on a thread, since imports are slow."""
        from agent.screens import hosting

        plain, tls = ports
        house = hosting.House(
            self._settings, self._counter, self._around, devices, streams
        )
        if not tls:
            return [house.plain(plain)]
        try:
            return [house.plain(plain), house.encrypted(tls)]
        except ConfigError as error:
            log.critical("no tablet can come in: %s", error)
            for port in tls:
                port.close()  # who calls is refused, and does not wait
            return [house.plain(plain)]


def _listening(host: str, port: int) -> socket.socket:
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
    return made
