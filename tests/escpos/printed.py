"""Short ways for tests to print bytes and look at the paper."""

from __future__ import annotations

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper.strip import Element, Run, Strip, TextLine
from agent.paper.text import lines

PRINTER = Printer()


def strip_of(*pieces: bytes, printer: Printer = PRINTER) -> Strip:
    return interpret(b"".join(pieces), printer)


def elements(*pieces: bytes) -> list[Element]:
    return list(strip_of(*pieces).elements)


def text(*pieces: bytes, printer: Printer = PRINTER) -> list[str]:
    return [line.text for line in lines(strip_of(*pieces, printer=printer))]


def runs(*pieces: bytes) -> list[Run]:
    found = (e for e in elements(*pieces) if isinstance(e, TextLine))
    return [run for line in found for run in line.runs]
