"""A printer with ePOS-Print built in: HTTP before the print head of another.

It knows what browsers' tills send (text, feed, image, cut, pulse) and answers as Epson's
ePOS-Print XML User's Manual has it: nothing is printed, and ``code`` says why, while the
printer is stopped; the status word is Automatic Status Back with one bit more.  Any page
may print, as with a printer that has left the factory.
"""

from __future__ import annotations

import asyncio
import base64
from types import TracebackType
from typing import Self
from xml.etree import ElementTree as ET

from hardware_sim.line import dial
from hardware_sim.printer import ThermalPrinter
from hardware_sim.status import Switches, automatic

SERVICE = "/cgi-bin/epos/service.cgi"
NAMESPACE = "{http://www.epson-pos.com/schemas/2011/03/epos-print}"
PRINTED = 0x00000002
DEADLINE_S = 5.0
_CORS = (
    "access-control-allow-origin: *\r\naccess-control-allow-methods: POST\r\n"
    "access-control-allow-headers: content-type, soapaction, if-modified-since\r\n"
)
_RESPONSE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<response success="{success}" code="{code}" status="{status}" '
    'xmlns="http://www.epson-pos.com/schemas/2011/03/epos-print"/></s:Body></s:Envelope>'
)


class EposPrinter:
    """``async with EposPrinter(printer) as epos:``; :attr:`url` is where it is."""

    def __init__(self, printer: ThermalPrinter) -> None:
        self.printer = printer
        self.url = ""
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            if self.printer.switches.refusing:
                writer.transport.abort()
                return
            async with asyncio.timeout(DEADLINE_S):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                body = await reader.readexactly(_length(head))
                said = b""
                if head.startswith("POST " + SERVICE):
                    said = (await self._print(body)).encode()
                writer.write(
                    f"HTTP/1.1 200 OK\r\n{_CORS}content-type: text/xml; charset=utf-8"
                    f"\r\ncontent-length: {len(said)}\r\nconnection: close\r\n\r\n".encode()
                )
                writer.write(said)
                await writer.drain()
        except (OSError, EOFError, TimeoutError):
            return
        finally:
            writer.close()

    async def _print(self, body: bytes) -> str:
        now = self.printer.switches
        status, code = int.from_bytes(automatic(now), "little"), _why_not(now)
        try:
            orders = next(ET.fromstring(body).iter(f"{NAMESPACE}epos-print"))
        except (ET.ParseError, StopIteration):
            return _RESPONSE.format(success="false", code="SchemaError", status=0)
        if not code:
            head = await dial(self.printer.host, self.printer.port, DEADLINE_S)
            await head.write(b"".join(_escpos(order) for order in orders))
            head.close()
            status |= PRINTED
        success = "false" if code else "true"
        return _RESPONSE.format(success=success, code=code, status=status)


def _length(head: str) -> int:
    for line in head.lower().split("\r\n"):
        if line.startswith("content-length:"):
            return int(line.partition(":")[2])
    return 0


def _why_not(now: Switches) -> str:
    reasons = (
        (now.cover_open, "EPTR_COVER_OPEN"),
        (now.paper_out, "EPTR_REC_EMPTY"),
        (now.erring, "EPTR_MECHANICAL"),
        (now.offline, "EX_TIMEOUT"),
    )
    return next((code for is_so, code in reasons if is_so), "")


def _escpos(order: ET.Element) -> bytes:
    match order.tag.removeprefix(NAMESPACE):
        case "text":
            return (order.text or "").encode("cp437", "replace")
        case "feed":
            return b"\x1bd" + bytes([int(order.get("line", "1"))])
        case "cut":
            return b"\n\n\n\n\x1dV\x00"
        case "pulse":
            pin = order.get("drawer") == "drawer_2"
            half_ms = int(order.get("time", "pulse_100").removeprefix("pulse_")) // 2
            return b"\x1bp" + bytes([pin, half_ms, half_ms])
        case "image":
            wide = (int(order.get("width", "0")) + 7) // 8
            tall = int(order.get("height", "0"))
            size = wide.to_bytes(2, "little") + tall.to_bytes(2, "little")
            return b"\x1dv0\0" + size + base64.b64decode(order.text or "")
        case _:
            return b""
