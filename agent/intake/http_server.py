"""The HTTP server of the doors that take documents: one service, two kinds of port.

uvicorn runs inside our event loop and never touches the process's signals, which are
the daemon's.  It is loaded on a thread, after the daemon is ready, and so is each door's
use of Starlette.  At a stop requests in hand get ``HTTP_STOP_S`` to become durable.

The connections we take in ourselves, since uvicorn counts requests, and a connection
only after its TLS handshake: whoever said nothing would cost it a socket for nothing.

Bounds: sockets (for one more, the one that has been silent longest is hung up on; one
that prints never is), the time in which a connection must have
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
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from agent.accepting import accepted
from agent.errors import ConfigError
from agent.intake.http_guard import Guard
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.limits import (
    HTTP_CONNECTIONS,
    HTTP_HANDSHAKE_S,
    HTTP_KEPT_S,
    HTTP_LETS_GO_TURNS,
    HTTP_LOOK_S,
    HTTP_SILENT_S,
    HTTP_STOP_S,
    HTTP_WELL_CONNECTIONS,
)
from agent.intake.listening import listening

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from uvicorn import Server

log = logging.getLogger(__name__)


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
        self.refused = Counter[str]()
        """Callers that were hung up on, by why."""
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

        class Quiet(uvicorn.Server):
            """A uvicorn that leaves signals to the daemon."""

            @contextlib.contextmanager
            def capture_signals(self) -> Generator[None]:
                yield

        watched = _watched()
        routes = [route for desk in self._desks for route in desk.routes()]
        app = Guard(Starlette(routes=routes), self._settings)

        def server(context: ssl.SSLContext | None) -> tuple[Server, Doorman]:
            config = uvicorn.Config(
                app,
                http=watched,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                # Not reached by connections: by requests whose POS have hung up.
                limit_concurrency=2 * HTTP_CONNECTIONS,
                timeout_keep_alive=HTTP_KEPT_S,
                timeout_graceful_shutdown=HTTP_STOP_S,
            )
            # Here on the thread: it imports what is left.
            config.load()
            made = Quiet(config)
            talks = functools.partial(
                cast("Callable[..., Any]", watched), config, made.server_state, {}
            )
            return made, Doorman(self._settings.admits, talks, context, self.refused)

        return [server(None), server(self._context)]


def _watched() -> type[asyncio.Protocol]:
    """The protocol of uvicorn as a :class:`Talk`; imports it."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Watched(H11Protocol):
        """A connection that says something soon."""

        def connection_made(  # type: ignore[override]
            self, transport: asyncio.Transport
        ) -> None:
            super().connection_made(transport)
            self.heard_s = self.loop.time()
            self.loop.call_later(HTTP_SILENT_S, self._must_have_spoken)

        def data_received(self, data: bytes) -> None:
            self.heard_s = self.loop.time()
            super().data_received(data)

        @property
        def busy(self) -> bool:
            """Whether a request is in hand."""
            cycle = vars(self).get("cycle")
            return cycle is not None and not cycle.response_complete

        def hang_up(self) -> None:
            self.transport.abort()

        def _must_have_spoken(self) -> None:
            if vars(self).get("cycle") is None:
                self.transport.close()

    return Watched


class Talk(Protocol):
    """A connection whose handshake is over; asyncio sees its protocol."""

    heard_s: float
    """When it last said something, in the loop's seconds."""

    @property
    def busy(self) -> bool: ...

    def hang_up(self) -> None: ...


@dataclass(eq=False, slots=True)
class Caller:
    """A socket that was taken in; ``talk`` speaks once ``meeting`` is over."""

    socket: socket.socket
    source: str
    came_s: float
    talk: Talk
    meeting: asyncio.Task[None] | None = None
    begun: bool = False
    """Whether the socket is asyncio's to close."""

    @property
    def greeted(self) -> bool:
        return self.meeting is not None and self.meeting.done()

    @property
    def busy(self) -> bool:
        return self.greeted and self.talk.busy

    @property
    def heard_s(self) -> float:
        return self.talk.heard_s if self.greeted else self.came_s

    def forgotten(self, _meeting: asyncio.Task[None]) -> None:
        """A task that was cancelled before its first step left the socket to nobody."""
        if not self.begun:
            self.socket.close()

    def hang_up(self) -> None:
        if self.greeted:
            self.talk.hang_up()
        elif self.meeting is not None:
            self.meeting.cancel()


class Doorman:
    """Takes connections in: ``HTTP_CONNECTIONS`` sockets, whatever they say or do not.

    Strangers are hung up on before TLS begins.  When it is full, who has been silent
    longest makes room, of the address that has most connections first; when all have
    a request in hand, who comes is hung up on.
    """

    def __init__(
        self,
        admits: Callable[[str], bool],
        talks: Callable[[], Any],
        context: ssl.SSLContext | None,
        refused: Counter[str] | None = None,
    ) -> None:
        """``refused`` counts who is hung up on: full, stranger."""
        self.refused = Counter[str]() if refused is None else refused
        self._admits = admits
        self._talks = talks
        self._tls = {} if context is None else _tls(context)
        self._held: list[Caller] = []
        self._full = False
        self._refused = False

    async def attend(self, port: socket.socket, tasks: asyncio.TaskGroup) -> None:
        """Take in whoever comes to ``port``, until cancelled."""
        loop = asyncio.get_running_loop()
        port.setblocking(False)  # noqa: FBT003 -- socket's own signature
        while True:
            try:
                caller, (source, *_) = await accepted(port)
            except OSError as error:
                # No socket or memory left, or a caller that was gone at once.
                self._turns_away(error.strerror, tasks)
                await asyncio.sleep(HTTP_LOOK_S)
                continue
            if not self._admits(source):
                self.refused["stranger"] += 1
                log.warning("a stranger knocked at the print service, hung up")
                caller.close()
            elif not await self._has_room(tasks):
                self.refused["full"] += 1
                caller.close()
            else:
                self.greet(Caller(caller, source, loop.time(), self._talks()), tasks)
            # accepted() does not wait for anybody while there are callers.
            await asyncio.sleep(0)

    def greet(self, caller: Caller, tasks: asyncio.TaskGroup) -> None:
        """Let it in: the handshake begins at the loop's next turn."""
        self._held.append(caller)
        caller.meeting = tasks.create_task(self._meet(caller))
        caller.meeting.add_done_callback(caller.forgotten)

    async def _has_room(self, tasks: asyncio.TaskGroup) -> bool:
        """Whether one more may come in, if need be in place of another."""
        if self._inside() < HTTP_CONNECTIONS:
            return True
        self._turns_away("too many connections", tasks)
        many = Counter(each.source for each in self._held)
        idle = [each for each in self._held if not each.busy]
        if not idle:
            return False
        min(idle, key=lambda each: (-many[each.source], each.heard_s)).hang_up()
        for _ in range(HTTP_LETS_GO_TURNS):
            await asyncio.sleep(0)
            if self._inside() < HTTP_CONNECTIONS:
                return True
        return False

    async def _meet(self, caller: Caller) -> None:
        """Shake hands; what is said then is the protocol's."""
        loop = asyncio.get_running_loop()
        caller.begun = True
        # A caller that hangs up, takes too long or speaks no TLS: asyncio closed it.
        with contextlib.suppress(OSError):
            await loop.connect_accepted_socket(
                lambda: cast("asyncio.Protocol", caller.talk),
                caller.socket,
                **self._tls,
            )

    def _inside(self) -> int:
        """Sockets that are open: a transport closes its own, however it ends."""
        self._held = [each for each in self._held if each.socket.fileno() >= 0]
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
            await asyncio.sleep(2 * HTTP_LOOK_S)
            self._full = self._refused or self._inside() > HTTP_WELL_CONNECTIONS
        log.info("the print service takes callers in again")


def _tls(context: ssl.SSLContext) -> dict[str, Any]:
    return {
        "ssl": context,
        "ssl_handshake_timeout": HTTP_HANDSHAKE_S,
        "ssl_shutdown_timeout": HTTP_HANDSHAKE_S,
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
