"""The composition root: the only place that names concrete classes.

Start in stages: the printer port listens and the database is open before
READY; the worker, the screens and the links come after.  A database that
cannot be opened makes a plain relay of us: paper always wins.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from agent import health
from agent.bus import Bus
from agent.clock import Clock, SystemClock
from agent.config import Config
from agent.delivery.channels.email import EmailChannel
from agent.delivery.dispatcher import Dispatcher, Post
from agent.delivery.printer import PrinterLink
from agent.delivery.transports.opening import transport_for
from agent.entropy import Entropy, SystemEntropy
from agent.errors import StoreError
from agent.events import Event
from agent.intake.conversation import Surroundings
from agent.intake.doors.raw_tcp import RawTcpDoor
from agent.pipeline.composer import MailComposer
from agent.pipeline.corridor import Corridor, Rooms
from agent.pipeline.counter import Counter
from agent.pipeline.entries import Scribe
from agent.pipeline.lane import PaperLane
from agent.pipeline.links import Links
from agent.pipeline.settling import Desk, Settling
from agent.pipeline.words import Place
from agent.pipeline.workshop import Worker as WorkerPort
from agent.pipeline.workshop import Workshop
from agent.screens.server import ScreensServer
from agent.store.absent import AbsentStore
from agent.store.seal import CheckedSealer
from agent.store.store import Store
from agent.supervisor import Service, Stage, run_all
from agent.sync.uplink import Uplink
from agent.worker.client import Worker

log = logging.getLogger(__name__)

SWITCH_INTERVAL_S: Final = 0.0005
"""How soon a thread that imports or asks SQLite lets the loop go on."""
DATABASE: Final = "agent.db"
PRINT_SOCKET: Final = "print"
"""FileDescriptorName= in receipt-agent-print.socket."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a test may put in place of the world."""

    clock: Clock = field(default_factory=SystemClock)
    entropy: Entropy = field(default_factory=SystemEntropy)
    worker: WorkerPort | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Agent:
    """A built house: its services by the stage in which they stop."""

    door: RawTcpDoor
    counter: Counter
    stages: Sequence[Stage]


async def run(config: Config, outside: Outside) -> None:
    """Run the daemon until ``outside.stop`` is set.

    Raises:
        OSError: a port is taken.
        ExceptionGroup: holding the ``StoreOverError`` that ended the process.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    async with _store(config, outside.clock) as store:
        agent = build(config, store, outside)
        ports = agent.door.bind()
        try:
            log.info("printer port listens", extra={"ports": [p for _, p in ports]})
            health.notify("READY=1")
            await run_all(agent.stages, outside.stop, outside.clock)
        finally:
            health.notify("STOPPING=1")
            agent.door.close()


@asynccontextmanager
async def _store(config: Config, clock: Clock) -> AsyncGenerator[Store | AbsentStore]:
    path = config.till.state_dir / DATABASE
    opening = Store.open(
        path, sealer=CheckedSealer(), clock=clock, settings=config.store
    )
    try:
        store = await opening.__aenter__()
    except StoreError as error:
        log.critical("no database, every job is printed: %s", error)
        yield AbsentStore(error)
        return
    try:
        yield store
    finally:
        await opening.__aexit__(None, None, None)


def build(config: Config, store: Store | AbsentStore, outside: Outside) -> Agent:
    """Make every room and hang the doors."""
    clock, entropy, bus = outside.clock, outside.entropy, Bus[Event]()
    scribe = Scribe(clock, entropy)
    worker = outside.worker or Worker()
    printer = PrinterLink(
        transport_for(config.printer.wire), config.printer, bus, entropy
    )
    workshop = Workshop(worker, config.printer.profile, config.till.country)
    lane = PaperLane(printer, store, scribe, clock, bus)
    place = Place(
        shop=config.till.shop,
        till=config.till.till,
        tickets_url=config.till.tickets_url,
        window_s=config.choice.window_s,
        email=config.mail is not None,
        qr_slip=config.choice.qr_slip,
        keeps=isinstance(store, Store),
    )
    desk = Desk(store, lane, workshop, scribe)
    settling = Settling(place, desk, clock, bus)
    counter = Counter(place, settling, clock, bus, lambda: printer.state)
    rooms = Rooms(store, counter, lane, workshop, scribe, entropy, bus, printer)
    corridor = Corridor(rooms)
    around = Surroundings(
        door="tcp",
        counter=corridor,
        state=lambda: printer.state,
        clock=clock,
        entropy=entropy,
        idle_close_s=config.door.tcp.idle_close_s,
    )
    door = RawTcpDoor(config.door.tcp, around, bus, health.inherited(PRINT_SOCKET))
    # Without a database only the loop itself can be asked for a sign of life.
    probe = store.ping if isinstance(store, Store) else _alive
    links: list[Service] = [Links(counter, bus), health.Watchdog(probe, clock)]
    if isinstance(store, Store):
        links += _links(config, store, workshop, settling, counter, outside, bus)
    own = [worker] if isinstance(worker, Worker) else []
    stages: list[Stage] = [
        [door],
        [corridor],
        [counter, lane, ScreensServer(config.screens, counter, bus), *links],
        [printer, *own],
    ]
    return Agent(door, counter, stages)


def _links(  # noqa: PLR0913, PLR0917 -- the rooms that the outside world needs
    config: Config,
    store: Store,
    workshop: Workshop,
    settling: Settling,
    counter: Counter,
    outside: Outside,
    bus: Bus[Event],
) -> list[Service]:
    links: list[Service] = []
    clock, entropy = outside.clock, outside.entropy
    if config.mail is not None:
        composer = MailComposer(
            store,
            workshop,
            clock,
            sender=config.mail.sender,
            shop=config.till.shop,
            page_url=settling.page_url,
        )
        channel = EmailChannel(config.mail)
        post = Post(composer, channel, counter.parcel_news, counter.parcel_dead)
        links.append(Dispatcher(store, post, bus, clock, entropy))
    if config.sync.enabled:
        source = config.till.source
        links.append(Uplink(store, bus, clock, entropy, config.sync, source))
    return links


async def _alive() -> None:
    await asyncio.sleep(0)


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and SIGINT end the daemon in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
