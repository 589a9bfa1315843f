"""The composition root: the only file that names concrete classes together.

``open_store`` opens the two databases, ``build`` makes the ASGI application of
them (tests use it in process), ``serve`` runs it with its housekeeper until told
to stop.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rcu.config import ServerSettings, Settings
from rcu.errors import ConfigError
from rcu.housekeeping import Housekeeper
from rcu.ingest import Gate, Ingest
from rcu.pages import PageRules, ReceiptPages
from rcu.seams import Clock
from rcu.store.db import Database
from rcu.store.keyring import Keyring
from rcu.store.ledger import Ledger
from rcu.store.pages import Pages
from rcu.store.retention import Retention
from rcu.store.schema import KEYRING, LEDGER

log = logging.getLogger(__name__)

LEDGER_FILE = "rcu.db"
KEYRING_FILE = "keys.db"
BACKLOG = 512
"""Connections that wait to be taken: a chain that comes back after an outage."""
KEEP_ALIVE_S = 65
"""A till that sends once a minute keeps its connection."""
GRACE_S = 10
"""For the batches in hand at a stop; a till sends again what got no answer."""


@dataclass(frozen=True, slots=True)
class Store:
    """The two open databases, by what is done with them."""

    ledger: Ledger
    pages: Pages
    retention: Retention
    keyring: Keyring


@asynccontextmanager
async def open_keyring(directory: Path) -> AsyncGenerator[Keyring]:
    """The tills' keys alone: what ``enrol`` needs, also beside a running server."""
    async with Database.open(directory / KEYRING_FILE, KEYRING) as keys:
        yield Keyring(keys)


@asynccontextmanager
async def open_store(directory: Path) -> AsyncGenerator[Store]:
    """Both databases.  One process at a time (``store.db.sole_owner``)."""
    async with (
        open_keyring(directory) as keyring,
        Database.open(directory / LEDGER_FILE, LEDGER) as ledger,
    ):
        yield Store(Ledger(ledger), Pages(ledger), Retention(ledger), keyring)


def build(store: Store, settings: Settings, clock: Clock) -> Starlette:
    """The application."""
    pages = settings.pages
    rules = PageRules(
        default_lang=pages.default_lang,
        retention_days=pages.retention_days,
        refresh_s=pages.refresh_s,
        refresh_times=pages.refresh_times,
    )
    public = ReceiptPages(store.pages, rules)
    gate = Gate(store.keyring, store.ledger, clock, settings.server.body_timeout_s)
    ingest = Ingest(gate)

    async def healthz(_request: Request) -> Response:
        try:
            await store.pages.probe()
        except sqlite3.Error:
            return JSONResponse({"status": "store"}, status_code=503)
        return JSONResponse({"status": "ok"})

    receipt_routes = [
        Route(f"/{letter}/{{token}}{suffix}", endpoint)
        for letter in ("r", "R")  # a QR in its compact alphabet is upper case
        for suffix, endpoint in (
            (".json", public.data),
            (".txt", public.text),
            ("", public.receipt),
        )
    ]
    return Starlette(
        routes=[
            Route("/v1/events", ingest.post, methods=["POST"]),
            *receipt_routes,
            Route("/healthz", healthz),
            Route("/", public.home),
        ],
        # No secret stands in a page beside a stranger's words, so compressing is safe.
        middleware=[Middleware(GZipMiddleware, minimum_size=1024)],
        exception_handlers={404: public.nowhere},
    )


class _Server(uvicorn.Server):
    """Leaves the signals alone.

    uvicorn's own raises the signal again after its clean end, which would kill
    the process before the databases are closed; ``serve`` listens instead.
    """

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def serve(settings: Settings, clock: Clock) -> None:
    """Listen until SIGTERM or SIGINT; every answered batch is on the disk."""
    listener = bind(settings.server)
    async with open_store(settings.store.directory) as store:
        server = _Server(
            uvicorn.Config(
                build(store, settings, clock),
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,  # a path holds a page token
                server_header=False,
                proxy_headers=False,
                limit_concurrency=settings.server.max_connections,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop, server)
        host, port = listener.getsockname()[:2]
        log.info("listening", extra={"host": host, "port": port})
        keeper = Housekeeper(store.retention, settings, clock)
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(keeper.run())
            await server.serve(sockets=[listener])
            keeping.cancel()
    log.info("stopped")


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True


def bind(settings: ServerSettings) -> socket.socket:
    """Listen.  Raises ``ConfigError`` where the port is taken or not allowed."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    # Named TCP: asyncio sets TCP_NODELAY only on sockets that say so, and without
    # it an answer in two writes waits 40 ms for the peer's delayed ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"server.port: cannot listen on {settings.host} port {settings.port} "
            f"({error.strerror}); stop what holds it or name another port"
        ) from error
    return listener
