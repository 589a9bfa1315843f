"""The composition root: the only place that names concrete classes.

Loaded after READY, on a thread: it pulls in every room, but for doors, hands and
carriers that this till has none of.  Pure wiring; nothing is started here.
"""

from __future__ import annotations

import asyncio
import logging
import math
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from agent import (
    carriers,
    consent_ledger,
    gauges,
    health,
    policy_file,
    printers,
    pulse,
    symbols,
)
from agent.app import Outside
from agent.bus import Bus
from agent.clock import Clock
from agent.config import Config
from agent.errors import ConfigError
from agent.escpos.replies.sensors import shown
from agent.escpos.status import Identity
from agent.events import Event, PrinterState
from agent.intake.arriving import Arriving, Left
from agent.intake.dialect import Dialect, escpos, star
from agent.intake.doors.raw_tcp import RawTcpDoor
from agent.intake.http_server import HttpDoor
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.limits import SALVAGE_S
from agent.intake.reception import Reception
from agent.intake.salvage import Salvage
from agent.intake.settings import StarDoorSettings
from agent.intake.surroundings import Surroundings
from agent.ocr.engine import Engine
from agent.pipeline.cards import Cards
from agent.pipeline.codes import Redrawing
from agent.pipeline.corridor import Corridor
from agent.pipeline.counter import Counter
from agent.pipeline.displaying import Displaying
from agent.pipeline.entries import Scribe
from agent.pipeline.figures import Today
from agent.pipeline.hatch import Hatch
from agent.pipeline.inspection import Inspection
from agent.pipeline.lane import PaperLane
from agent.pipeline.law import Law
from agent.pipeline.links import Links
from agent.pipeline.place import Place
from agent.pipeline.printing import Desk
from agent.pipeline.reading import Reading
from agent.pipeline.recollection import Recollection
from agent.pipeline.replays import Replays
from agent.pipeline.resends import Resends
from agent.pipeline.rooms import Rooms
from agent.pipeline.settling import Settling
from agent.pipeline.torn import Torn
from agent.pipeline.whereabouts import Whereabouts
from agent.pipeline.withdrawals import Withdrawals
from agent.pipeline.workshop import Workshop
from agent.rules.pack import Pack
from agent.screens.around import Around
from agent.screens.server import ScreensServer
from agent.sight import sight
from agent.star.status import Identity as StarIdentity
from agent.store.absent import AbsentStore
from agent.store.store import Store
from agent.supervisor import After, Service, Stage
from agent.worker.client import Worker

log = logging.getLogger(__name__)

_NETWORK: Final = frozenset({"tcp", "star"})
"""Doors whose lines are closed after a long silence; a cable is never."""


@dataclass(frozen=True, slots=True)
class Front:
    """What was at the front door before the house stood.

    ``ports`` listen already, the ``screens``' and the Star's too if anybody opened it;
    ``left`` is what an earlier process had not finished.
    """

    ports: Sequence[socket.socket]
    arriving: Arriving
    left: Sequence[Left]
    screens: Sequence[socket.socket] = ()
    star: Sequence[socket.socket] = ()


def build(  # noqa: PLR0915 -- a list of what there is
    config: Config, store: Store | AbsentStore, outside: Outside, front: Front
) -> list[Stage]:
    """Every service, by the stage in which it stops: doors, corridor, rest, printer."""
    clock, entropy, bus = outside.clock, outside.entropy, Bus[Event]()
    scribe = Scribe(clock, entropy, discreet=config.till.sensitive)
    worker = outside.worker or Worker()
    printer = printers.printers(config, bus, clock, entropy)
    reader = Engine(config.ocr)
    known, letters = _known(config)
    pack, text = _pack(config)
    workshop = Workshop(
        worker,
        config.printer.profile,
        config.till.country,
        reader,
        letters=letters,
        known=known,
        slips_for=printers.slips_for(config),
    )
    lane = PaperLane(printer, store, scribe, clock, bus)
    place = Place(
        shop=config.till.shop,
        till=config.till.till,
        tickets_url=config.till.tickets_url,
        window_s=config.choice.window_for(config.policy.terminal),
        linger_s=config.choice.linger_s,
        email=config.mail is not None,
        sms=config.sms is not None,
        qr_slip=config.choice.qr_slip,
        exit_slip=config.choice.exit_slip_at(config.policy.terminal),
        phone_code=config.choice.phone_code and config.sync.enabled,
        keeps=isinstance(store, Store),
        rules=pack is not None,
        account=config.sync.enabled and not config.till.sensitive,
        whole=config.qr.mode != "online",
        # Paper can be asked for as long as its bytes are there, and no longer.
        paper_for_s=config.store.retention_hours * 3600.0,
        country=config.till.country,
        own_domain=config.mail.sender.rpartition("@")[2] if config.mail else "",
    )
    whereabouts = Whereabouts()
    consents = consent_ledger.ledger(config, store, clock, entropy)
    desk = Desk(store, lane, workshop, scribe, whereabouts, consents)
    drawn = symbols.codes(
        config,
        place,
        workshop,
        clock,
        lambda: symbols.reached(links, rcu_up=counter.picture.is_up("rcu")),
    )
    settling = Settling(place, desk, clock, bus, drawn)
    cards = Cards(store, _subject_secret(config), scribe.now_ms)
    counter = Counter(place, settling, clock, bus, lambda: printer.state, cards)
    recollection = Recollection(store, workshop, config.printer.link)
    spoken = {door: dialect.name for door, dialect in dialects(config).items()}
    reading = Reading(workshop, recollection, spoken)
    torn = Torn(clock)
    hatch = Hatch(
        store, lane, reading, printer, torn, scribe.now_ms, hold=config.choice.hold
    )
    law = Law(
        pack,
        config.policy,
        config.till.country,
        text=text,
        link_up=lambda: told.online,
        printer_ok=lambda: _ready(printer.heard),
    )
    counter.picture.legal = law.legal
    rooms = Rooms(
        store,
        counter,
        lane,
        workshop,
        scribe,
        bus,
        hatch,
        reading,
        whereabouts,
        recollection,
        Resends(store, clock),
        law,
        drawn,
    )
    corridor = Corridor(rooms)

    def other_way() -> bool:
        """The customer gets the receipt without paper, and none is due."""
        kept = config.choice.hold and isinstance(store, Store)
        return kept and not lane.stuck and told.paperless

    around = Surroundings(
        door="tcp",
        counter=hatch,
        state=lambda: shown(
            printer.heard, config.printer.report_paper, other_way=other_way()
        ),
        clock=clock,
        entropy=entropy,
        idle_close_s=config.door.tcp.idle_close_s,
        dialect=escpos(_identity(config)),
        limits=config.limits,
        spools=front.arriving,
    )
    salvage = Salvage(front.left, store, hatch, dialects(config), front.arriving.again)
    opened = _doors(config, around, bus, front)
    doors = [
        # What was left came first, and its POS may send it again by the first line.
        After(door, salvage.taken_up, SALVAGE_S)
        for door in opened
    ]
    # Without a database only the loop itself can be asked for a sign of life.
    probe = store.ping if isinstance(store, Store) else _alive
    links: list[Service] = [*drawn.services]
    trial = pulse.trial(config, outside, lambda: seen_by_rcu)
    links.append(trial)
    if isinstance(store, Store):
        links += carriers.links(
            config, store, workshop, settling, counter, outside, bus, trial
        )
        links += [
            Today(store, counter, bus, clock, scribe.midnight_ms),
            Displaying(store, counter, bus, clock, scribe.now),
            Redrawing(drawn, counter, bus, store.fate),
            health.Obituary(store.over, store.ping, clock),
        ]
    if isinstance(store, Store) and (config.mail or config.sms):
        folder, country = config.withdrawals_dir, config.till.country
        links += [
            consents,
            Withdrawals(folder, consents, store, clock, bus, country),
            Replays(config.replays_dir, store, counter, clock, bus, country),
        ]
    kept = store if isinstance(store, Store) else None
    hands = _hands(config, counter, store, clock)
    looks = sight(
        config, [door.name for door in doors], printer, lane, pack, [*hands, *links]
    )
    seen_by_rcu = pulse.Around(config, looks, store, counter, links, clock, worker)
    pulse.listen(seen_by_rcu)
    links.append(Inspection(kept, looks, counter, bus, clock))
    told = Links(counter, bus, drawn, list(carriers.names(links)))
    links += [told, watchdog := health.Watchdog(probe, clock)]
    own = [worker] if isinstance(worker, Worker) else []
    asked = (printer, lane, hatch, own, reader, counter, around.held, opened, links)
    looked_at = gauges.House(*asked, watchdog, pack)
    links += gauges.services(config, store, clock, looked_at, probe)
    windows = ScreensServer(
        config.screens,
        counter,
        bus,
        Around(clock, entropy, kept, config.till.state_dir),
        front.screens,
    )
    return [
        [salvage, *doors, *hands],
        [corridor, torn],
        [counter, lane, windows, *links],
        [printer, reader, *own],
    ]


def _hands(
    config: Config, counter: Counter, store: Store | AbsentStore, clock: Clock
) -> Sequence[Service]:
    if not config.keypad and not config.scanner:
        return []
    from agent.hands import making
    from agent.hands.codes import Known
    from agent.hands.deeds import Deeds
    from agent.pipeline.scanned import Scanned

    codes = Known(config.till.tickets_url, config.hands.cards, config.hands.receipts)
    deeds = Deeds(counter, Scanned(store, counter), codes, clock)
    return making.hands(config.keypad, config.scanner, deeds)


def dialects(config: Config) -> dict[str, Dialect]:
    """By door, as jobs name it."""
    spoken = escpos(_identity(config))
    doors = dict.fromkeys(("tcp", "serial", "device", "folder", "http"), spoken)
    return doors | {"star": star(_star(config.door.star))}


def _known(config: Config) -> tuple[str, dict[str, Any]]:
    """What is known of the POS, for the worker; and of the printer's letters.

    A code page that the printer's own settings name goes first.
    """
    letters = config.printer.letters
    if config.receipt.profile is None:
        return "", letters
    from agent import profile_file  # its patterns bring the reading of lines along

    profile = profile_file.load(config.receipt.profile)
    page = profile.paper.code_page
    if page is not None and not letters["default_page"]:
        letters["default_page"] = page
    return profile.model_dump_json(by_alias=True), letters


def _ready(state: PrinterState) -> bool:
    open_or_out = state.cover_open or state.paper == "out"
    return state.online and not state.error and not open_or_out


def _subject_secret(config: Config) -> bytes | None:
    """Under which cards are known; without one nothing is kept for any."""
    try:
        return consent_ledger.ring_of(config).subject_key().secret
    except (ConfigError, OSError) as error:
        log.critical("no loyalty card is known: %s", error)
        return None


def _pack(config: Config) -> tuple[Pack | None, bytes]:
    """The rules, and their file; paper does not wait for somebody to mend it."""
    try:
        path = policy_file.named(config.policy.pack, config.till.country)
        text = policy_file.text_of(path)
        return policy_file.read(text, str(path)), text
    except ConfigError as error:
        log.critical("no rules, every job is printed: %s", error)
        return None, b""


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
        open_doors.append(RawTcpDoor("door.star", config.door.star, at, front.star))
    if config.door.serial is not None:
        from agent.intake.doors.serial_line import serial_door

        open_doors.append(serial_door(config.door.serial, reception("serial")))
    if config.door.device is not None:
        from agent.intake.doors.char_device import device_door

        open_doors.append(device_door(config.door.device, reception("device")))
    if config.door.folder is not None:
        from agent.intake.doors.folder import FolderDoor

        open_doors.append(FolderDoor(config.door.folder, reception("folder")))
    if config.door.http is not None and (http := _http(config.door.http, reception)):
        open_doors.append(http)
    return open_doors


def _http(
    settings: HttpDoorSettings, reception: Callable[[str], Reception]
) -> HttpDoor | None:
    """A door whose secret or certificate cannot be read stays shut: paper comes first."""
    from agent.intake.doors.epos_http import EposHttp
    from agent.intake.doors.json_http import JsonHttp

    at = reception("http")
    try:
        return HttpDoor(settings, [EposHttp(settings, at), JsonHttp(settings, at)])
    except ConfigError as error:
        log.critical("the HTTP door stays shut: %s", error)
        return None


async def _alive() -> None:
    await asyncio.sleep(0)
