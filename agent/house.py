"""The composition root: the only place that names concrete classes.

Loaded after READY, on a thread: it pulls in every room.  Pure wiring; nothing
is started here.
"""

from __future__ import annotations

import asyncio
import logging
import math
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

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
from agent.escpos.replies.sensors import shown
from agent.escpos.status import Identity
from agent.events import Event
from agent.intake.arriving import Arriving, Left
from agent.intake.dialect import Dialect, escpos, star
from agent.intake.doors.char_device import device_door
from agent.intake.doors.epos_http import EposHttp
from agent.intake.doors.folder import FolderDoor
from agent.intake.doors.json_http import JsonHttp
from agent.intake.doors.raw_tcp import RawTcpDoor
from agent.intake.doors.serial_line import serial_door
from agent.intake.http_server import HttpDoor
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.reception import Reception
from agent.intake.salvage import Salvage
from agent.intake.settings import StarDoorSettings
from agent.intake.surroundings import Surroundings
from agent.ocr.engine import Engine
from agent.pipeline.composer import MailComposer
from agent.pipeline.corridor import Corridor, Rooms
from agent.pipeline.counter import Counter
from agent.pipeline.entries import Scribe
from agent.pipeline.hatch import Hatch
from agent.pipeline.lane import PaperLane
from agent.pipeline.links import Links
from agent.pipeline.reading import Reading
from agent.pipeline.recollection import Recollection
from agent.pipeline.resends import Resends
from agent.pipeline.settling import Desk, Settling
from agent.pipeline.whereabouts import Whereabouts
from agent.pipeline.words import Place
from agent.pipeline.workshop import Workshop
from agent.screens.server import ScreensServer
from agent.star.status import Identity as StarIdentity
from agent.store.absent import AbsentStore
from agent.store.store import Store
from agent.supervisor import Service, Stage
from agent.sync.uplink import Uplink
from agent.worker.client import Worker

log = logging.getLogger(__name__)

_NETWORK: Final = frozenset({"tcp", "star"})
"""Doors whose lines are closed after a long silence; a cable is never."""


@dataclass(frozen=True, slots=True)
class Front:
    """What was at the front door before the house stood.

    ``ports`` listen already; ``left`` is what an earlier process had not finished.
    """

    ports: Sequence[socket.socket]
    arriving: Arriving
    left: Sequence[Left]


def build(
    config: Config, store: Store | AbsentStore, outside: Outside, front: Front
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
    spoken = {door: dialect.name for door, dialect in dialects(config).items()}
    reading = Reading(workshop, recollection, spoken)
    hatch = Hatch(store, lane, reading, printer, hold=config.choice.hold)
    rooms = Rooms(
        store,
        counter,
        lane,
        workshop,
        scribe,
        entropy,
        bus,
        hatch,
        reading,
        whereabouts,
        recollection,
        Resends(clock),
    )
    corridor = Corridor(rooms)

    def other_way() -> bool:
        """The customer gets the receipt without paper, and none is due."""
        return config.choice.hold and isinstance(store, Store) and not lane.stuck

    around = Surroundings(
        door="tcp",
        counter=hatch,
        state=lambda: shown(
            printer.state, config.printer.report_paper, other_way=other_way()
        ),
        clock=clock,
        entropy=entropy,
        idle_close_s=config.door.tcp.idle_close_s,
        dialect=escpos(_identity(config)),
        limits=config.limits,
        spools=front.arriving,
    )
    doors = _doors(config, around, bus, front)
    salvage = Salvage(front.left, store, hatch, dialects(config))
    # Without a database only the loop itself can be asked for a sign of life.
    probe = store.ping if isinstance(store, Store) else _alive
    links: list[Service] = [Links(counter, bus), health.Watchdog(probe, clock)]
    if isinstance(store, Store):
        links += _links(config, store, workshop, settling, counter, outside, bus)
    own = [worker] if isinstance(worker, Worker) else []
    return [
        [salvage, *doors],
        [corridor],
        [counter, lane, ScreensServer(config.screens, counter, bus), *links],
        [printer, reader, *own],
    ]


def dialects(config: Config) -> dict[str, Dialect]:
    """By door, as jobs name it."""
    spoken = escpos(_identity(config))
    doors = dict.fromkeys(("tcp", "serial", "device", "folder", "http"), spoken)
    return doors | {"star": star(_star(config.door.star))}


def _star(settings: StarDoorSettings | None) -> StarIdentity:
    if settings is None:
        return StarIdentity()
    return StarIdentity(
        model=settings.model,
        firmware=settings.firmware,
        framed=settings.framed,
        greets=settings.greets,
    )


def _identity(config: Config) -> Identity:
    return Identity(**config.identity.model_dump())


def _doors(
    config: Config, around: Surroundings, bus: Bus[Event], front: Front
) -> list[Service]:
    """Those that the shop has opened."""

    def reception(door: str) -> Reception:
        spoken = dialects(config)[door]
        idle_close_s = around.idle_close_s if door in _NETWORK else math.inf
        own = replace(around, door=door, dialect=spoken, idle_close_s=idle_close_s)
        return Reception(own, bus)

    open_doors: list[Service] = [
        RawTcpDoor("door.tcp", config.door.tcp, reception("tcp"), front.ports)
    ]
    if config.door.star is not None:
        at = reception("star")
        open_doors.append(RawTcpDoor("door.star", config.door.star, at))
    if config.door.serial is not None:
        open_doors.append(serial_door(config.door.serial, reception("serial")))
    if config.door.device is not None:
        open_doors.append(device_door(config.door.device, reception("device")))
    if config.door.folder is not None:
        open_doors.append(FolderDoor(config.door.folder, reception("folder")))
    if config.door.http is not None and (http := _http(config.door.http, reception)):
        open_doors.append(http)
    return open_doors


def _http(
    settings: HttpDoorSettings, reception: Callable[[str], Reception]
) -> HttpDoor | None:
    """A door whose secret or certificate cannot be read stays shut: paper comes first."""
    at = reception("http")
    try:
        return HttpDoor(settings, [EposHttp(settings, at), JsonHttp(settings, at)])
    except ConfigError as error:
        log.critical("the HTTP door stays shut: %s", error)
        return None


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
