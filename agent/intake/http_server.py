"""The HTTP server of the doors that take documents: one service, two kinds of port.

uvicorn runs inside our event loop and never touches the process's signals, which are
the daemon's.  It is loaded on a thread, after the daemon is ready, and so is each door's
use of Starlette.  At a stop requests in hand get ``STOP_S`` to become durable.

Bounds: connections (a request more gets 503), the time in which a connection must say
something, addresses that may connect at all; for bodies see ``http_bodies``, for what
reads them ``http_documents``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from agent.errors import ConfigError
from agent.intake.http_guard import Guard
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.listening import listening

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from uvicorn import Server

log = logging.getLogger(__name__)

SILENT_S: Final = 10.0
"""For the first request of a connection."""
KEPT_S: Final = 30
"""For the next one; a browser keeps its connection for the next customer."""
MAX_CONNECTIONS: Final = 32
"""A browser opens six; a shop's back office prints from a few more."""
STOP_S: Final = 3
"""Whole seconds; well inside systemd's TimeoutStopSec."""


class Desk(Protocol):
    """A door's routes; called on a thread, where importing Starlette may take long."""

    def routes(self) -> Sequence[BaseRoute]: ...


class HttpDoor:
    """Printing over HTTP and HTTPS.  A service.

    Sockets that are handed in stay open, so that a restart by the supervisor finds them;
    without them it listens by itself.

    Raises:
        ConfigError: from the constructor: the certificate cannot be used.
    """

    name = "door.http"

    def __init__(
        self,
        settings: HttpDoorSettings,
        desks: Sequence[Desk],
        plain: Sequence[socket.socket] = (),
        tls: Sequence[socket.socket] = (),
    ) -> None:
        self._settings = settings
        self._desks = desks
        self._given = plain, tls
        self._context = None if settings.listen_tls is None else tls_context(settings)

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            OSError: an address is taken or not of this machine.
        """
        with contextlib.ExitStack() as closing:
            ports = [
                (kind, closing.enter_context(each))
                for kind, sockets in enumerate(self._bound())
                for each in sockets
            ]
            servers = await asyncio.to_thread(self._loaded)
            async with asyncio.TaskGroup() as tasks:
                for kind, server in enumerate(servers):
                    sockets = [port for of, port in ports if of == kind]
                    if sockets:
                        tasks.create_task(_serve(server, sockets))
                numbers = [port.getsockname()[1] for _, port in ports]
                log.info("the print service listens", extra={"ports": numbers})

    def _bound(self) -> Generator[list[socket.socket]]:
        """Our own sockets, or copies of those handed in, which uvicorn may close."""
        for address, given in zip(self._settings.addresses, self._given, strict=True):
            if given:
                yield [each.dup() for each in given]
            else:
                yield [] if address is None else [listening(*address)]

    def _loaded(self) -> tuple[Server, Server]:
        """A uvicorn without TLS and one with it; runs on a thread."""
        import uvicorn
        from starlette.applications import Starlette
        from uvicorn.protocols.http.h11_impl import H11Protocol

        admits = self._settings.admits

        class Quiet(uvicorn.Server):
            """A uvicorn that leaves signals to the daemon."""

            @contextlib.contextmanager
            def capture_signals(self) -> Generator[None]:
                yield

        class Watched(H11Protocol):
            """A connection of an address that may print, which says something soon."""

            def connection_made(  # type: ignore[override]
                self, transport: asyncio.Transport
            ) -> None:
                super().connection_made(transport)
                if self.client is None or not admits(self.client[0]):
                    log.warning("a stranger knocked at the print service, hung up")
                    transport.abort()
                    return
                self.loop.call_later(SILENT_S, self._must_have_spoken)

            def _must_have_spoken(self) -> None:
                if vars(self).get("cycle") is None:
                    self.transport.close()

        routes = [route for desk in self._desks for route in desk.routes()]
        app = Guard(Starlette(routes=routes), self._settings)

        def server(context: ssl.SSLContext | None) -> Server:
            config = uvicorn.Config(
                app,
                http=Watched,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=MAX_CONNECTIONS,
                timeout_keep_alive=KEPT_S,
                timeout_graceful_shutdown=STOP_S,
            )
            # Here on the thread: it imports what is left.
            config.load()
            config.ssl = context
            return Quiet(config)

        return server(None), server(self._context)


async def _serve(server: Server, sockets: list[socket.socket]) -> None:
    try:
        await server.serve(sockets)
    finally:
        if server.started:
            await server.shutdown(sockets)


def tls_context(settings: HttpDoorSettings) -> ssl.SSLContext:
    """The certificate and its key.

    Raises:
        ConfigError: with the file that is to be put right.
    """
    certfile, keyfile = settings.certfile, settings.keyfile
    for name, path in (("certfile", certfile), ("keyfile", keyfile)):
        try:
            if path is not None:
                path.open("rb").close()
        except OSError as error:
            raise ConfigError(
                f"door.http.{name} = {path} cannot be read ({error.strerror}); put it "
                "there in PEM, readable by the user receipt-agent"
            ) from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(str(certfile), keyfile and str(keyfile), password="")
    except (ssl.SSLError, OSError) as error:
        raise ConfigError(
            f"door.http.certfile = {certfile}: no certificate with its key; both must "
            "be PEM, belong together, and the key must have no passphrase"
        ) from error
    return context
