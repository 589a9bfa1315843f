"""Short ways for tests to print a document and look at the paper."""

from __future__ import annotations

from agent.epos.reading import NAMESPACE, Refused, Request, read
from agent.epos.translate import translate
from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper.strip import Element, Page, Run, Strip, Symbol, TextLine
from agent.paper.text import lines, symbols

PRINTER = Printer()


def document(inside: str) -> bytes:
    return f'<epos-print xmlns="{NAMESPACE}">{inside}</epos-print>'.encode()


def envelope(inside: str, header: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f"{header}<s:Body>{document(inside).decode()}</s:Body></s:Envelope>"
    ).encode()


def asked(raw: bytes) -> Request:
    request = read(raw)
    assert isinstance(request, Request), request
    return request


def refused(inside: str) -> str:
    answer = read(document(inside))
    assert isinstance(answer, Refused), answer
    assert answer.code == "SchemaError"
    return answer.why


def escpos(inside: str, dots_per_inch: int = 203) -> bytes:
    return translate(asked(document(inside)).orders, dots_per_inch)


def paper(inside: str, printer: Printer = PRINTER) -> Strip:
    strip = interpret(escpos(inside), printer)
    assert strip.unread == 0
    return strip


def text(inside: str, printer: Printer = PRINTER) -> list[str]:
    return [line.text for line in lines(paper(inside, printer))]


def elements(inside: str) -> list[Element]:
    return list(paper(inside).elements)


def runs(inside: str) -> list[Run]:
    found = (each for each in elements(inside) if isinstance(each, TextLine))
    return [run for line in found for run in line.runs]


def symbol(inside: str) -> Symbol:
    (found,) = symbols(paper(inside))
    return found


def page(inside: str) -> Page:
    (found,) = (
        each for each in elements(f"<page>{inside}</page>") if isinstance(each, Page)
    )
    return found
