"""Generator one: a ticket to bytes by python-escpos, as many POS do it.

The library chooses code pages and commands for a printer profile; nothing of
this project's own reading of ESC/POS is in it.
"""

from __future__ import annotations

import contextlib
import io
from typing import Any

from escpos.printer import Dummy

from hardware_sim.logo import logo
from hardware_sim.tickets import Bars, Cut, Feed, Kick, Logo, Part, Qr, Text, Ticket

PROFILES = {42: "TM-T88IV", 48: "TM-T20II"}
"""python-escpos' profile for a ticket of that many columns."""


def encode(ticket: Ticket) -> bytes:
    """The whole job, from ESC @ on."""
    printer = Dummy(profile=PROFILES[ticket.columns])
    write(ticket, printer)
    return bytes(printer.output)


def write(ticket: Ticket, printer: Any) -> None:
    """Print on any python-escpos printer (``Network``, ``Serial``, ``File`` ...)."""
    printer.hw("INIT")
    for part in ticket.parts:
        # The library prints remarks about bar codes to standard output.
        with contextlib.redirect_stdout(io.StringIO()):
            _part(part, printer)


def _part(part: Part, printer: Any) -> None:
    match part:
        case Text():
            _text(part, printer)
        case Logo():
            printer.set(align="center")
            printer.image(logo(), impl="bitImageRaster")
        case Bars(system, data):
            content = "{B" + data if system == "CODE128" else data
            printer.barcode(content, system, height=70, width=2, function_type="B")
        case Qr(data, module_dots):
            printer.set(align="center")
            printer.qr(data, native=True, size=module_dots)
        case Feed(lines):
            printer.ln(lines)
        case Cut(partial):
            printer.cut(mode="PART" if partial else "FULL")
        case Kick(pin):
            printer.cashdraw(pin)


def _text(part: Text, printer: Any) -> None:
    printer.set(
        align=part.align,
        bold=part.bold,
        custom_size=True,
        width=part.width,
        height=part.height,
    )
    printer.text(part.text + "\n")
