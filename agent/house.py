"""The composition root: the only place that names concrete classes.

Loaded after READY, on a thread: it pulls in every room.  Pure wiring; nothing
is started here.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence

from agent import health
from agent.app import Outside
from agent.bus import Bus
from agent.config import Config
from agent.delivery.channels.email import EmailChannel
from agent.delivery.dispatcher import Dispatcher, Post
from agent.delivery.printer import PrinterLink
from agent.delivery.settings import MailSettings
from agent.delivery.transports.opening import transport_for
from agent.errors import ConfigError
from agent.events import Event
from agent.intake.conversation import Surroundings
from agent.intake.doors.raw_tcp import RawTcpDoor
from agent.ocr.engine import Engine
from agent.pipeline.composer import MailComposer
from agent.pipeline.corridor import Corridor, Rooms
from agent.pipeline.counter import Counter
from agent.pipeline.entries import Scribe
from agent.pipeline.lane import PaperLane
from agent.pipeline.links import Links
from agent.pipeline.recollection import Recollection
from agent.pipeline.settling import Desk, Settling
from agent.pipeline.whereabouts import Whereabouts
from agent.pipeline.words import Place
from agent.pipeline.workshop import Workshop
from agent.screens.server import ScreensServer
from agent.store.absent import AbsentStore
from agent.store.store import Store
from agent.supervisor import Service, Stage
from agent.sync.uplink import Uplink
from agent.worker.client import Worker

log = logging.getLogger(__name__)


def build(
    config: Config,
    store: Store | AbsentStore,
    outside: Outside,
    printer_port: Sequence[socket.socket],
) -> list[Stage]:
    """Every service, by the stage in which it stops: doors, corridor, rest, printer."""
    clock, entropy, bus = outside.clock, outside.entropy, Bus[Event]()
    scribe = Scribe(clock, entropy)
    worker = outside.worker or Worker()
    printer = PrinterLink(
        transport_for(config.printer.wire), config.printer, bus, entropy
    )
    reader = Engine(config.ocr)
    workshop = Workshop(
        worker,
        config.printer.profile,
        config.till.country,
        reader,
        letters=config.printer.letters,
    )
    lane = PaperLane(printer, store, scribe, clock, bus)
    place = Place(
        shop=config.till.shop,
        till=config.till.till,
        tickets_url=config.till.tickets_url,
        window_s=config.choice.window_s,
        linger_s=config.choice.linger_s,
        email=config.mail is not None,
        qr_slip=config.choice.qr_slip,
        keeps=isinstance(store, Store),
    )
    whereabouts = Whereabouts()
    desk = Desk(store, lane, workshop, scribe, whereabouts)
    settling = Settling(place, desk, clock, bus)
    counter = Counter(place, settling, clock, bus, lambda: printer.state)
    recollection = Recollection(store, workshop, config.printer.link)
    rooms = Rooms(
        store,
        counter,
        lane,
        workshop,
        scribe,
        entropy,
        bus,
        printer,
        whereabouts,
        recollection,
    )
    corridor = Corridor(rooms)
    around = Surroundings(
        door="tcp",
        counter=corridor,
        state=lambda: printer.state,
        clock=clock,
        entropy=entropy,
        idle_close_s=config.door.tcp.idle_close_s,
    )
    door = RawTcpDoor(config.door.tcp, around, bus, printer_port)
    # Without a database only the loop itself can be asked for a sign of life.
    probe = store.ping if isinstance(store, Store) else _alive
    links: list[Service] = [Links(counter, bus), health.Watchdog(probe, clock)]
    if isinstance(store, Store):
        links += _links(config, store, workshop, settling, counter, outside, bus)
    own = [worker] if isinstance(worker, Worker) else []
    return [
        [door],
        [corridor],
        [counter, lane, ScreensServer(config.screens, counter, bus), *links],
        [printer, reader, *own],
    ]


def _links(  # noqa: PLR0913, PLR0917 -- the rooms that the outside world needs
    config: Config,
    store: Store,
    workshop: Workshop,
    settling: Settling,
    counter: Counter,
    outside: Outside,
    bus: Bus[Event],
) -> list[Service]:
    """A link whose secret cannot be read is left out: paper must not wait for it."""
    links: list[Service] = []
    clock, entropy = outside.clock, outside.entropy
    if config.mail is not None and (channel := _email(config.mail, counter)):
        composer = MailComposer(
            store,
            workshop,
            clock,
            sender=config.mail.sender,
            shop=config.till.shop,
            page_url=settling.page_url,
        )
        post = Post(composer, channel, counter.parcel_news, counter.parcel_dead)
        links.append(Dispatcher(store, post, bus, clock, entropy))
    if config.sync.enabled:
        source = config.till.source
        try:
            links.append(Uplink(store, bus, clock, entropy, config.sync, source))
        except ConfigError as error:
            log.critical("nothing goes up to the RCU: %s", error)
            counter.link_changed("rcu", up=False)
    return links


def _email(settings: MailSettings, counter: Counter) -> EmailChannel | None:
    try:
        return EmailChannel(settings)
    except ConfigError as error:
        log.critical("no e-mail is sent: %s", error)
        counter.link_changed("mail", up=False)
        return None


async def _alive() -> None:
    await asyncio.sleep(0)
