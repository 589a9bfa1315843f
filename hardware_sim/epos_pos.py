"""A web POS as its ePOS printer sees one: documents over HTTP, and what it makes of answers.

Three manners, observed of real software: Odoo's (the whole receipt as one picture that
is dithered in the browser, a cut, the drawer by itself; ``fetch`` without a content type,
so that the browser says ``text/plain`` and asks nobody before), Epson's own library for
browsers (text, a preflight, SOAPAction), and a plain tool without Origin.

A bad day is a value: :class:`Answer` says what came back, as Odoo reads it.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import httpx

NAMESPACE = "http://www.epson-pos.com/schemas/2011/03/epos-print"
SERVICE = "/cgi-bin/epos/service.cgi"
PAPER_OUT, PAPER_LOW, PRINTED = 0x00080000, 0x00020000, 0x00000002
GIVES_UP_S = 15.0
"""As long as Odoo waits."""

ODOO: Mapping[str, str] = {"content-type": "text/plain;charset=UTF-8"}
EPSON: Mapping[str, str] = {
    "content-type": "text/xml; charset=UTF-8",
    "if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT",
    "soapaction": '""',
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a POS reads: ``reached`` is false when there was nothing to read."""

    reached: bool = False
    success: bool = False
    code: str = "PRINTER_NOT_REACHABLE"
    status: int = 0

    @property
    def paper_out(self) -> bool:
        return self.code == "EPTR_REC_EMPTY" or bool(self.status & PAPER_OUT)

    @property
    def paper_low(self) -> bool:
        return bool(self.status & PAPER_LOW)


def envelope(inside: str) -> bytes:
    """A document in SOAP."""
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<epos-print xmlns="{NAMESPACE}">{inside}</epos-print></s:Body></s:Envelope>'
    ).encode()


def receipt_as_picture(width: int, height: int, bits: bytes) -> bytes:
    """Odoo's receipt: ``bits`` in rows of whole bytes, 1 is black."""
    digits = base64.b64encode(bits).decode("ascii")
    return envelope(
        f'<image width="{width}" height="{height}" align="center">{digits}</image>'
        '<cut type="feed"/>'
    )


def receipt_as_text(lines: list[str]) -> bytes:
    """As Epson's library writes it: line feeds as character references."""
    said = "".join(f"<text>{escape(line)}&#10;</text>" for line in lines)
    return envelope(f'<text lang="fr"/><text smooth="true"/>{said}<cut type="feed"/>')


def open_drawer() -> bytes:
    """Odoo's way to open the drawer."""
    return envelope("<pulse/>")


def read(answer: httpx.Response) -> Answer:
    """The first ``response`` element, wherever it stands."""
    try:
        root = ET.fromstring(answer.content)
    except ET.ParseError:
        return Answer()
    found = next(root.iter(f"{{{NAMESPACE}}}response"), None)
    if found is None or answer.status_code != 200:
        return Answer()
    status = found.get("status", "")
    return Answer(
        reached=True,
        success=found.get("success") in {"true", "1"},
        code=found.get("code", ""),
        status=int(status) if status.isdigit() else 0,
    )


class EposPos:
    """One browser.  ``origin`` is the page it runs; without one it is a tool."""

    def __init__(
        self,
        address: str,
        *,
        origin: str = "",
        devid: str = "local_printer",
        manner: Mapping[str, str] = ODOO,
        trusts: str | None = None,
    ) -> None:
        self._url = f"{address}{SERVICE}?devid={devid}"
        self._manner = dict(manner)
        if origin:
            self._manner["origin"] = origin
        trusted: bool | ssl.SSLContext = address.startswith("https:")
        if trusts is not None:
            trusted = ssl.create_default_context(cafile=trusts)
        self._http = httpx.AsyncClient(
            timeout=GIVES_UP_S, trust_env=False, verify=trusted
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_why: object) -> None:
        await self._http.aclose()

    async def may_print(self) -> bool:
        """A browser's preflight; a POS that sends text/plain makes none."""
        answer = await self._http.options(
            self._url,
            headers={
                "origin": self._manner.get("origin", ""),
                "access-control-request-method": "POST",
                "access-control-request-headers": "content-type,soapaction",
                "access-control-request-private-network": "true",
            },
        )
        said = answer.headers
        return (
            answer.is_success
            and said.get("access-control-allow-origin") == self._manner.get("origin")
            and "POST" in said.get("access-control-allow-methods", "")
            and "soapaction" in said.get("access-control-allow-headers", "")
            and said.get("access-control-allow-private-network") == "true"
        )

    async def send(self, document: bytes) -> Answer:
        """Print it.  What a page may not read, a browser hides from it."""
        try:
            answer = await self._http.post(
                self._url, content=document, headers=self._manner
            )
        except httpx.HTTPError:
            return Answer()
        origin = self._manner.get("origin")
        if origin and answer.headers.get("access-control-allow-origin") != origin:
            return Answer()
        return read(answer)
