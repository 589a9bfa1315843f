"""uvicorn behind each port of the screens.  Loaded on a thread, after READY."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import socket
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from agent.errors import ConfigError
from agent.screens import assets, brand, web
from agent.screens.access import Access
from agent.screens.addresses import of_this_machine
from agent.screens.around import Around
from agent.screens.devices import Devices
from agent.screens.doors import Door, loopback, network
from agent.screens.first_paint import Look
from agent.screens.guard import Guard
from agent.screens.porter import Porter
from agent.screens.ports import Counter
from agent.screens.settings import ScreensSettings
from agent.screens.streams import Streams

log = logging.getLogger(__name__)

MAX_CONNECTIONS: Final = 64
"""Beyond it a request gets 503: streams, and room for reloads."""

STOP_S: Final = 1
"""Whole seconds that uvicorn gives a page that does not read its last words."""

ANYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 -- compared, not bound
ELSEWHERE: Final = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses of documentation (RFC 5737, RFC 3849), to ask for the way out."""

SILENT_S: Final = 10.0
"""A tablet that has shaken hands and asks nothing is hung up on."""


class Quiet(uvicorn.Server):
    """A uvicorn that leaves signals to the daemon."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class Spoken(H11Protocol):
    """A connection that says something soon."""

    def connection_made(  # type: ignore[override]
        self, transport: asyncio.Transport
    ) -> None:
        super().connection_made(transport)
        self.loop.call_later(SILENT_S, self._must_have_spoken)

    def _must_have_spoken(self) -> None:
        if vars(self).get("cycle") is None:
            self.transport.close()


@dataclass
class Hosted:
    """One port's server; ``porter`` takes connections in where uvicorn does not."""

    server: uvicorn.Server
    sockets: Sequence[socket.socket]
    porter: Porter | None = None

    async def serve(self) -> None:
        """Until cancelled; open requests are given ``STOP_S``."""
        try:
            if self.porter is None:
                await self.server.serve(list(self.sockets))
                return
            async with asyncio.TaskGroup() as tasks:
                for each in self.sockets:
                    tasks.create_task(self.porter.attend(each))
                await self.server.serve([])
        finally:
            if self.server.started:
                await self.server.shutdown(list(self.sockets))


class House:
    """What all ports share: one application, one knowledge of who is who."""

    def __init__(
        self,
        settings: ScreensSettings,
        counter: Counter,
        around: Around,
        devices: Devices,
        streams: Streams,
    ) -> None:
        self._settings = settings
        self._around = around
        self._access = Access(devices, around.clock, around.entropy)
        self._tls: dict[str, str] = {}
        files = assets.load() | {"brand.css": brand.sheet(settings.accent)}
        sign = _sign(settings)
        files |= sign
        look = Look(settings.theme, sound=settings.sound, logo="".join(sign))
        self._app = web.application(
            counter, streams, files, self._access, look, self._tls
        )

    def plain(self, sockets: Sequence[socket.socket]) -> Hosted:
        """For the till's own browser."""
        door = loopback(each.getsockname()[:2] for each in sockets)
        return Hosted(Quiet(self._config(door)), sockets)

    def encrypted(self, sockets: Sequence[socket.socket]) -> Hosted:
        """For paired screens.

        Raises:
            ConfigError: the certificate cannot be used.
        """
        from agent.screens import certificate  # X.509: a megabyte, for tablets only

        names = (*self._settings.names, socket.gethostname().lower())
        host, port = sockets[0].getsockname()[:2]
        crt, key = self._certificate(names, host)
        context = certificate.context(crt, key)
        shown = names[0] if self._settings.names else _called(host)
        self._tls["address"] = f"https://{shown}:{port}"
        self._tls["fingerprint"] = certificate.fingerprint(crt)
        config = self._config(network(names, port))
        server = Quiet(config)
        protocol = cast("Any", config.http_protocol_class)
        talks = functools.partial(protocol, config, server.server_state, {})
        return Hosted(server, sockets, Porter(talks, context))

    def _certificate(self, names: tuple[str, ...], host: str) -> tuple[Any, Any]:
        if self._settings.certfile is not None:
            return self._settings.certfile, self._settings.keyfile
        addresses = reached(host)
        from agent.screens import certificate

        now = self._around.clock.now()
        return certificate.own(self._around.folder, (*names, *addresses), now)

    def _config(self, door: Door) -> uvicorn.Config:
        config = uvicorn.Config(
            Guard(self._app, door, self._access),
            http=Spoken,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MAX_CONNECTIONS,
            timeout_graceful_shutdown=STOP_S,
        )
        # Here on the thread: it imports what is left, 20 ms of it.
        config.load()
        return config


def reached(host: str) -> tuple[str, ...]:
    """The addresses of a port that listens on ``host``."""
    return of_this_machine() if host in ANYWHERE else (host,)


def _called(host: str) -> str:
    """By which address tablets reach a port that listens on ``host``."""
    if host in ANYWHERE:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as way:
            # Names the interface of the way out; nothing is sent.
            with contextlib.suppress(OSError):
                way.connect((ELSEWHERE[family], 9))
            host = way.getsockname()[0]
    return f"[{host}]" if ":" in host else host


def _sign(settings: ScreensSettings) -> dict[str, assets.Asset]:
    """The logo by its name; a shop whose logo is lost goes by its name alone."""
    if settings.logo is None:
        return {}
    try:
        return dict([brand.logo(settings.logo)])
    except ConfigError as error:
        log.error("no logo is shown: %s", error)  # noqa: TRY400 -- it says why
        return {}
