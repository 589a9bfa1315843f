"""The composition root: the only file that names concrete classes together.

``open_store`` opens the two databases, ``build`` makes the ASGI application of
them (tests use it in process), ``serve`` runs it with its housekeeper until told
to stop.
"""

from __future__ import annotations

import asyncio
import hashlib
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
from starlette.routing import BaseRoute, Route

from rcu import metrics, signing, till_doors
from rcu.bells import Bells
from rcu.clerk import Clerk
from rcu.codes import CodeDoor
from rcu.config import ServerSettings, Settings
from rcu.erasing import Erasing
from rcu.errors import ConfigError
from rcu.fleet import desk as fleet_desk
from rcu.fleet.desk import FleetStore
from rcu.housekeeping import Housekeeper
from rcu.letterbox import Letterbox
from rcu.mail import hooks
from rcu.mail.desk import MailDesk
from rcu.mail.mailbox import Mailbox, MailboxReader
from rcu.mail.no_mail import NoMail
from rcu.me import Me
from rcu.not_me import NotMe
from rcu.pages import PageRules, ReceiptPages
from rcu.sealing import Sealing
from rcu.seams import Clock, SystemEntropy
from rcu.signing import RcuKey
from rcu.sms_reports import SmsReports, keys
from rcu.store import fleet
from rcu.store.accounts import Accounts
from rcu.store.codes import Codes
from rcu.store.db import Database
from rcu.store.erasures import Erasures
from rcu.store.feed import Feeds
from rcu.store.fleet import Fleet
from rcu.store.keyring import Keyring
from rcu.store.ledger import Ledger
from rcu.store.mail_reports import MailReports
from rcu.store.operators import Operators
from rcu.store.orders import Orders
from rcu.store.pages import Pages
from rcu.store.reports import Reports
from rcu.store.reserved import Reserved
from rcu.store.retention import Retention
from rcu.store.rollouts import Rollouts
from rcu.store.schema import KEYRING, LEDGER
from rcu.store.tills import Tills
from rcu.store.unlinking import Unlinking
from rcu.till_doors import Shelves
from rcu.upfront import UpFront, waiting
from rcu.viewer_files import ViewerFiles
from rcu.wishes import Wishes
from rcu.words import Lang

log = logging.getLogger(__name__)

LEDGER_FILE = "rcu.db"
KEYRING_FILE = "keys.db"
BACKLOG = 512
"""Connections that wait to be taken: a chain that comes back after an outage."""
KEEP_ALIVE_S = 65
"""A till that sends once a minute keeps its connection."""
CATCH_UP_S = 300.0
"""Reports whose till had not told of the receipt, where no mailbox is looked into."""
GRACE_S = 10
"""For the batches in hand at a stop; a till sends again what got no answer."""


@dataclass(frozen=True, slots=True)
class Store:
    """The two open databases, by what is done with them."""

    ledger: Ledger
    pages: Pages
    retention: Retention
    unlinking: Unlinking
    reports: Reports
    mail: MailReports
    feeds: Feeds
    accounts: Accounts
    reserved: Reserved
    codes: Codes
    orders: Orders
    erasures: Erasures
    keyring: Keyring
    tills: Tills
    fleet: FleetStore


@asynccontextmanager
async def open_fleet(directory: Path) -> AsyncGenerator[FleetStore]:
    """How the tills are: what commands need, also beside a running server."""
    async with Database.open(directory / fleet.FILE, fleet.FLEET) as own:
        yield FleetStore(Fleet(own), Rollouts(own), Operators(own))


@asynccontextmanager
async def open_keyring(directory: Path) -> AsyncGenerator[tuple[Keyring, Tills]]:
    """The tills' keys alone: what commands need, also beside a running server."""
    async with Database.open(directory / KEYRING_FILE, KEYRING) as keys:
        yield Keyring(keys), Tills(keys)


@asynccontextmanager
async def open_store(directory: Path) -> AsyncGenerator[Store]:
    """Both databases.  One process at a time (``store.db.sole_owner``)."""
    async with (
        open_keyring(directory) as (keyring, tills),
        open_fleet(directory) as fleet_store,
        Database.open(directory / LEDGER_FILE, LEDGER) as ledger,
    ):
        yield Store(
            Ledger(ledger),
            Pages(ledger),
            Retention(ledger),
            Unlinking(ledger),
            Reports(ledger),
            MailReports(ledger),
            Feeds(ledger),
            Accounts(ledger),
            Reserved(ledger),
            Codes(ledger),
            Orders(ledger),
            Erasures(ledger),
            keyring,
            tills,
            fleet_store,
        )


def build(
    store: Store, settings: Settings, clock: Clock, bells: Bells | None = None
) -> Starlette:
    """The application.  ``bells``: for whoever has to let waiting tills go.

    Raises:
        ConfigError: a carrier's or provider's secret cannot be read.
    """
    bells = bells or Bells(clock)
    pages = settings.pages
    rules = PageRules(
        default_lang=pages.default_lang,
        retention_days=pages.retention_days,
        refresh_s=pages.refresh_s,
        refresh_times=pages.refresh_times,
    )

    async def awaits(token_sha256: str, lang: Lang) -> tuple[str, str] | None:
        found = await store.reserved.awaited(token_sha256, clock.now_ms())
        return waiting(lang, found.number) if found else None

    async def opens(proof: str) -> bool:
        digest = hashlib.sha256(proof.encode()).hexdigest()
        return await store.accounts.invited(digest, clock.now_ms())

    public = ReceiptPages(
        store.pages, rules, awaits, opens if settings.accounts.url else None
    )
    desk = MailDesk(store.mail, store.keyring, bells, clock)
    not_me = NotMe(public, store.unlinking, desk, clock)
    mail = hooks.MailHooks(hooks.keys(settings.mail), desk, clock)
    shelves = Shelves(
        store.keyring, store.tills, store.ledger, store.feeds, store.orders
    )
    wishes = Wishes(public, store.pages, store.feeds, bells, clock)
    codes = CodeDoor(public, store.codes, clock)
    told = SmsReports(keys(settings.sms), store.reports, clock)

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
    forms = {
        "not-me": not_me.answer,
        "no-mail": NoMail(public, desk).answer,
        "wish": wishes.answer,
    }
    form_routes = [
        Route(f"/{letter}/{{token}}/{name}", answer, methods=["GET", "POST"])
        for letter in ("r", "R")
        for name, answer in forms.items()
    ]
    key = signing.load(settings.store.directory)
    office = fleet_desk.desk(
        fleet_desk.Shelves(store.fleet, store.keyring, store.tills, store.orders),
        settings,
        key,
        Sealing(key, SystemEntropy().draw).close,
        bells,
        clock,
    )
    application = Starlette(
        routes=[
            *till_doors.routes(shelves, settings, bells, clock),
            *office.routes,
            *told.routes,
            *mail.routes,
            *ViewerFiles(settings.viewer.directory).routes,
            *receipt_routes,
            *form_routes,
            Route("/c", codes.answer, methods=["GET", "POST"]),
            *UpFront(public, store.reserved, bells, clock).routes,
            *_accounts(public, store.accounts, settings, clock),
            Route("/healthz", healthz),
            Route("/", public.home),
        ],
        # No secret stands in a page beside a stranger's words, so compressing is safe.
        middleware=[Middleware(GZipMiddleware, minimum_size=1024)],
        exception_handlers={404: public.nowhere},
    )
    application.state.desk = office
    return application


def _accounts(
    public: ReceiptPages, accounts: Accounts, settings: Settings, clock: Clock
) -> list[BaseRoute]:
    """Where there are any."""
    if not settings.accounts.url:
        return []
    letterbox, days = Letterbox(settings.accounts), settings.history.retention_days
    dice = SystemEntropy()
    return Me(public, accounts, letterbox, clock, dice, days).routes


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
    bells = Bells(clock)
    async with open_store(settings.store.directory) as store:
        application = build(store, settings, clock, bells)
        figures = metrics.Figures(settings.store.directory)
        server = _Server(
            uvicorn.Config(
                figures.counted(application),
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
            loop.add_signal_handler(number, _stop, server, bells)
        host, port = listener.getsockname()[:2]
        log.info("listening", extra={"host": host, "port": port})
        keeper = Housekeeper(store.retention, settings, clock)
        reader = _reader(store, settings, bells, clock)
        clerk = clerk_of(store, signing.load(settings.store.directory), bells, clock)
        with metrics.served(settings.server.metrics_port, figures):
            async with asyncio.TaskGroup() as group:
                keeping = [
                    group.create_task(each.run())
                    for each in (
                        keeper,
                        reader,
                        clerk,
                        *application.state.desk.services,
                    )
                ]
                await server.serve(sockets=[listener])
                for task in keeping:
                    task.cancel()
    log.info("stopped")


def clerk_of(store: Store, key: RcuKey, bells: Bells, clock: Clock) -> Clerk:
    """Who issues orders and erases."""
    sealing = Sealing(key, SystemEntropy().draw)
    erasing = Erasing(store.erasures, sealing, key, clock)
    return Clerk(store.tills, store.orders, erasing, sealing, bells, clock)


def _reader(
    store: Store, settings: Settings, bells: Bells, clock: Clock
) -> MailboxReader:
    box = settings.mail.mailbox
    desk = MailDesk(store.mail, store.keyring, bells, clock)
    every_s = box.every_s if box else CATCH_UP_S
    return MailboxReader(Mailbox(box) if box else None, desk, clock, every_s)


def _stop(server: uvicorn.Server, bells: Bells) -> None:
    bells.close()
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
