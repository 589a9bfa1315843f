"""Short ways for tests to print Star bytes and look at the paper."""

from __future__ import annotations

from agent.paper.strip import Element, Run, Strip, TextLine
from agent.paper.text import lines
from agent.star.interpret import interpret
from agent.star.settings import Printer

PRINTER = Printer()


def strip_of(*pieces: bytes, printer: Printer = PRINTER) -> Strip:
    return interpret(b"".join(pieces), printer)


def elements(*pieces: bytes, printer: Printer = PRINTER) -> list[Element]:
    return list(strip_of(*pieces, printer=printer).elements)


def text(*pieces: bytes, printer: Printer = PRINTER) -> list[str]:
    return [line.text for line in lines(strip_of(*pieces, printer=printer))]


def runs(*pieces: bytes, printer: Printer = PRINTER) -> list[Run]:
    found = (e for e in elements(*pieces, printer=printer) if isinstance(e, TextLine))
    return [run for line in found for run in line.runs]
