"""The XML under the Swedish digital receipt: names, text and numbers as ARTS has them.

A document with a DOCTYPE is refused before anything of it is read, and with it every
entity that it might declare.  Text is escaped by ``xml.etree``; what XML 1.0 can't hold
at all (control characters) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn
from xml.etree import ElementTree as ET

from agent.wire.holding import NotHeldError, exponent, filled, major, minor

ARTS: Final = "http://www.nrf-arts.org/IXRetail/namespace/"
SE: Final = "http://www.sweretailstandard.se/schemas/namespace/se"
MIME: Final = "http://www.w3.org/2005/05/xmlmime"
PREFIXES: Final = {"": ARTS, "se": SE, "xmime": MIME}
for _prefix, _uri in (("nam", ARTS), ("se", SE), ("xmime", MIME)):
    ET.register_namespace(_prefix, _uri)  # else they are written as ns0, ns1

MAX_CHARACTERS: Final = 4 << 20
"""Of a document that is read: a receipt with a PDF in it."""
MAX_AMOUNT: Final = Decimal("99999999.999999")
"""``DecimalCommonData`` of the schema, which knows no negative amounts either."""

_NOT_XML: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """As XML gives it back: line breaks are LF, what XML can't hold is gone."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def told(text: str | None) -> str | None:
    """An optional text; empty says nothing."""
    return filled(clean(text)) if text else None


def parse(text: str) -> ET.Element:
    """The root element.

    Raises:
        ValueError: too long, not well-formed, or with a document type.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError("the document is too long")
    parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314 -- a DOCTYPE is refused
    try:
        parser.feed(text)
        root = parser.close()
    except ET.ParseError as error:
        raise ValueError("not well-formed XML") from error
    return root


class _NoDoctype(ET.TreeBuilder):
    def doctype(self, *_declared: str | None) -> NoReturn:
        raise ValueError("a document type is not read")


class Pen:
    """Writes elements; amounts carry their currency, since ARTS takes dollars else."""

    def __init__(self, currency: str) -> None:
        exponent(currency)
        self._currency = currency

    def put(
        self, into: ET.Element, name: str, text: str = "", **marks: str
    ) -> ET.Element:
        element = ET.SubElement(into, _tag(name), marks)
        element.text = clean(text)
        return element

    def told(self, into: ET.Element, name: str, text: str | None, **marks: str) -> None:
        """Nothing is written of nothing."""
        if told(text):
            self.put(into, name, text or "", **marks)

    def amount(
        self, into: ET.Element, name: str, amount: int, **marks: str
    ) -> ET.Element:
        """Without its sign, which ARTS says elsewhere."""
        value = major(abs(amount), self._currency)
        if value > MAX_AMOUNT:
            raise NotHeldError("an amount is larger than ARTS has")
        return self.put(into, name, f"{value:f}", Currency=self._currency, **marks)

    def total(self, into: ET.Element, kind: str, amount: int | None) -> None:
        if amount is not None:
            text = f"{major(amount, self._currency):f}"
            self.put(into, "Total", text, TotalType=kind, CurrencyCode=self._currency)


class Eye:
    """Reads elements; whatever is not there is ``None``."""

    def __init__(self, currency: str) -> None:
        exponent(currency)
        self._currency = currency

    def amount(self, at: ET.Element | None) -> int | None:
        """``None``, too, if it is no number.  Parts of a minor unit are refused."""
        value = number(text_of(at))
        return None if value is None else minor(value, self._currency)


def find(at: ET.Element | None, path: str) -> ET.Element | None:
    return None if at is None else at.find(path, PREFIXES)


def every(at: ET.Element | None, path: str) -> Iterator[ET.Element]:
    return iter(()) if at is None else at.iterfind(path, PREFIXES)


def text_of(at: ET.Element | None) -> str | None:
    return None if at is None else filled(at.text)


def text_at(at: ET.Element | None, path: str) -> str | None:
    return text_of(find(at, path))


def number(text: str | None) -> Decimal | None:
    """An ``xs:decimal``, or ``None``."""
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def whole(text: str | None) -> int | None:
    """A count of at most ten digits, or ``None``."""
    stripped = (text or "").strip()
    return int(stripped) if re.fullmatch(r"[0-9]{1,10}", stripped) else None


def _tag(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{PREFIXES[prefix]}}}{local}"
