"""The printer, and the one that stands in for it.  Pure wiring."""

from __future__ import annotations

from agent.bus import Bus
from agent.clock import Clock
from agent.config import Config
from agent.delivery.places import Speech
from agent.delivery.printer import PrinterLink
from agent.delivery.printer_backup import Printers
from agent.delivery.settings import PrinterSettings
from agent.delivery.transports.opening import transport_for
from agent.entropy import Entropy
from agent.events import Event
from agent.intake.aside import Seams, in_real_time, star_in_real_time


def printers(
    config: Config, bus: Bus[Event], clock: Clock, entropy: Entropy
) -> Printers:
    """As configured; the second rings a bell that nobody hears."""
    second = config.printer.second
    backup = _link(second, Bus[Event](), entropy) if second else None
    after_s = config.printer.backup.after_s if config.printer.backup else 0.0
    first = _link(config.printer, bus, entropy)
    made = Printers(first, backup, after_s, clock, bus)
    made.figures = lambda: first.figures
    return made


def slips_for(config: Config) -> str:
    """What our own slips are written for: a profile of python-escpos, or a Star."""
    printer, door = config.printer, config.door.star is not None
    star = printer.asks == "star" or (printer.asks == "never" and door)
    return "star" if star else printer.profile


def _link(settings: PrinterSettings, bus: Bus[Event], entropy: Entropy) -> PrinterLink:
    transport = transport_for(settings.wire)
    return PrinterLink(transport, settings, bus, entropy, _speech(settings))


def _speech(printer: PrinterSettings) -> Speech:
    """Of the real printer: how a pulse overtakes what it prints."""
    star = printer.asks == "star"
    now = star_in_real_time if star else in_real_time
    return Speech(now, lambda: Seams(star=star))
