"""The HTTP server of the doors that take documents: one service, two kinds of port.

uvicorn runs inside our event loop and never touches the process's signals, which are
the daemon's.  It is loaded on a thread, after the daemon is ready, and so is each door's
use of Starlette.  At a stop requests in hand get ``STOP_S`` to become durable.

The connections we take in ourselves, since uvicorn counts requests, and a connection
only after its TLS handshake: whoever said nothing would cost it a socket for nothing.

Bounds: sockets (one more is hung up on), the time in which a connection must have
finished its handshake and must say something, addresses that may connect at all; for
bodies see ``http_bodies``, for what reads them ``http_documents``.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import socket
import ssl
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

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
HANDSHAKE_S: Final = 5.0
"""For TLS to begin, and to end; over a shop's network it takes milliseconds."""
MAX_CONNECTIONS: Final = 32
"""Sockets with TLS, and without.  A browser opens six; a shop's back office prints from
a few more."""
WELL_CONNECTIONS: Final = MAX_CONNECTIONS // 2
"""A door that was full is well again at these: no log line for each that comes and goes."""
LOOK_S: Final = 1.0
"""Between looks at a full door, and at a machine that has no socket left."""
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
            loaded = await asyncio.to_thread(self._loaded)
            async with asyncio.TaskGroup() as tasks:
                for kind, (server, doorman) in enumerate(loaded):
                    sockets = [port for of, port in ports if of == kind]
                    if sockets:
                        tasks.create_task(_serve(server, doorman, sockets))
                numbers = [port.getsockname()[1] for _, port in ports]
                log.info("the print service listens", extra={"ports": numbers})

    def _bound(self) -> Generator[list[socket.socket]]:
        """Our own sockets, or copies of those handed in, which may be closed."""
        for address, given in zip(self._settings.addresses, self._given, strict=True):
            if given:
                yield [each.dup() for each in given]
            else:
                yield [] if address is None else [listening(*address)]

    def _loaded(self) -> list[tuple[Server, Doorman]]:
        """A uvicorn without TLS and one with it; runs on a thread."""
        import uvicorn
        from starlette.applications import Starlette
        from uvicorn.protocols.http.h11_impl import H11Protocol

        class Quiet(uvicorn.Server):
            """A uvicorn that leaves signals to the daemon."""

            @contextlib.contextmanager
            def capture_signals(self) -> Generator[None]:
                yield

        class Watched(H11Protocol):
            """A connection that says something soon."""

            def connection_made(  # type: ignore[override]
                self, transport: asyncio.Transport
            ) -> None:
                super().connection_made(transport)
                self.loop.call_later(SILENT_S, self._must_have_spoken)

            def _must_have_spoken(self) -> None:
                if vars(self).get("cycle") is None:
                    self.transport.close()

        routes = [route for desk in self._desks for route in desk.routes()]
        app = Guard(Starlette(routes=routes), self._settings)

        def server(context: ssl.SSLContext | None) -> tuple[Server, Doorman]:
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
                # Not reached by connections: by requests whose POS have hung up.
                limit_concurrency=2 * MAX_CONNECTIONS,
                timeout_keep_alive=KEPT_S,
                timeout_graceful_shutdown=STOP_S,
            )
            # Here on the thread: it imports what is left.
            config.load()
            made = Quiet(config)
            talks = functools.partial(Watched, config, made.server_state, {})
            return made, Doorman(self._settings.admits, talks, context)

        return [server(None), server(self._context)]


class Doorman:
    """Takes connections in: ``MAX_CONNECTIONS`` sockets, whatever they say or do not.

    Strangers, and whoever comes when it is full, are hung up on before TLS begins.
    """

    def __init__(
        self,
        admits: Callable[[str], bool],
        talks: Callable[[], asyncio.Protocol],
        context: ssl.SSLContext | None,
    ) -> None:
        self._admits = admits
        self._talks = talks
        self._tls = {} if context is None else _tls(context)
        self._held: list[socket.socket] = []
        self._full = False
        self._refused = False

    async def attend(self, port: socket.socket, tasks: asyncio.TaskGroup) -> None:
        """Take in whoever comes to ``port``, until cancelled."""
        loop = asyncio.get_running_loop()
        port.setblocking(False)  # noqa: FBT003 -- socket's own signature
        while True:
            try:
                caller, (source, *_) = await loop.sock_accept(port)
            except OSError as error:
                # No socket or memory left, or a caller that was gone at once.
                self._turns_away(error.strerror, tasks)
                await asyncio.sleep(LOOK_S)
                continue
            if not self._admits(source):
                log.warning("a stranger knocked at the print service, hung up")
                caller.close()
            elif self._inside() >= MAX_CONNECTIONS:
                self._turns_away("too many connections", tasks)
                caller.close()
            else:
                self._held.append(caller)
                tasks.create_task(self._meet(caller))
            # sock_accept does not wait for anybody while there are callers.
            await asyncio.sleep(0)

    async def _meet(self, caller: socket.socket) -> None:
        """Shake hands; what is said then is the protocol's."""
        loop = asyncio.get_running_loop()
        # A caller that hangs up, takes too long or speaks no TLS: asyncio closed it.
        with contextlib.suppress(OSError):
            await loop.connect_accepted_socket(self._talks, caller, **self._tls)

    def _inside(self) -> int:
        """Sockets that are open: a transport closes its own, however it ends."""
        self._held = [each for each in self._held if each.fileno() >= 0]
        return len(self._held)

    def _turns_away(self, why: str | None, tasks: asyncio.TaskGroup) -> None:
        self._refused = True
        if not self._full:
            self._full = True
            log.warning("the print service hangs up on callers", extra={"why": why})
            tasks.create_task(self._get_well())

    async def _get_well(self) -> None:
        while self._full:
            self._refused = False
            # Longer than a machine without sockets is let alone.
            await asyncio.sleep(2 * LOOK_S)
            self._full = self._refused or self._inside() > WELL_CONNECTIONS
        log.info("the print service takes callers in again")


def _tls(context: ssl.SSLContext) -> dict[str, Any]:
    return {
        "ssl": context,
        "ssl_handshake_timeout": HANDSHAKE_S,
        "ssl_shutdown_timeout": HANDSHAKE_S,
    }


async def _serve(
    server: Server, doorman: Doorman, sockets: list[socket.socket]
) -> None:
    try:
        async with asyncio.TaskGroup() as tasks:
            for each in sockets:
                tasks.create_task(doorman.attend(each, tasks))
            await server.serve([])
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
