"""An ePOS-Print document, taken apart and checked: bytes in, orders out.

Pure and total: any bytes give a :class:`Request` or a :class:`Refused`, in time and
memory that the bounds below limit.  XML is read as strictly as it is safe: a document
type is refused, and with it every entity that a POS might declare.

An envelope (SOAP 1.1) is accepted and so is a bare ``<epos-print>``.  Elements without
a namespace are taken as ours: Odoo once sent ``<image xmlns="">`` for months.

Source: Epson, ePOS-Print XML User's Manual, "Service interface", "XML reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from agent.epos.answers import Code
from agent.epos.grammar import Order, check

NAMESPACE: Final = "http://www.epson-pos.com/schemas/2011/03/epos-print"
ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"

MAX_BYTES: Final = 4 << 20
"""As a job of the other doors: seven metres of paper as one picture."""
MAX_DEPTH: Final = 8
"""Envelope, Body, epos-print, page, text are five."""
MAX_ELEMENTS: Final = 20_000
"""Ten for each line of a receipt of 400 lines, five times over."""
MAX_ATTRIBUTES: Final = 24
"""Text has sixteen."""
MAX_CHARACTERS: Final = 200_000
"""Of text and codes: four thousand full lines.  Pictures do not count."""

_SEPARATOR: Final = " "
_TEXT_BYTES: Final = 1 << 16
"""What the parser hands over of a picture at a time."""
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
_PARAMETERS: Final = frozenset({"devid", "timeout", "printjobid"})
_MAX_PARAMETER: Final = 64
"""Characters; Epson allows a print job id thirty."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is printed.  ``why`` is for the log: names of the grammar, no content."""

    code: Code
    why: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a POS asks of the printer.

    ``force`` is to print whatever the printer's state is; ``devid``, ``timeout`` and
    ``printjobid`` are those of a SOAP header, empty without one.
    """

    orders: tuple[Order, ...]
    force: bool = False
    devid: str = ""
    timeout: str = ""
    printjobid: str = ""

    @property
    def only_pulses(self) -> bool:
        """It opens a drawer and needs no paper for that."""
        return bool(self.orders) and all(each.name == "pulse" for each in self.orders)


@dataclass(slots=True, eq=False)
class _Node:
    """An element while it is read."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)


class _RefusedError(Exception):
    """Ends the parser from inside one of its handlers."""


def read(raw: bytes) -> Request | Refused:
    """The document as orders."""
    if len(raw) > MAX_BYTES:
        return Refused("RequestEntityTooLarge", f"more than {MAX_BYTES} bytes")
    reader = _Reader()
    try:
        reader.parse(raw)
    except _RefusedError as refused:
        return Refused("SchemaError", str(refused))
    except (expat.ExpatError, ValueError, LookupError):
        return Refused("SchemaError", "not well-formed XML")
    return reader.request()


class _Reader:
    """The handlers of one parse.

    ``_path`` is what is open, from the root on.  Under ``epos-print`` elements are
    collected as orders; around it only a SOAP envelope may stand.
    """

    def __init__(self) -> None:
        self._path: list[_Node] = []
        self._count = 0
        self._characters_said = 0
        self._print: _Node | None = None
        self._inside_print = False
        self._parameters: dict[str, str] = {}
        self._force = False

    def parse(self, raw: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.buffer_text = True
        parser.buffer_size = _TEXT_BYTES
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = _no_document_type
        parser.EntityDeclHandler = _no_entity
        parser.ExternalEntityRefHandler = _no_entity
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._characters
        parser.Parse(raw, True)  # noqa: FBT003 -- expat's own signature

    def request(self) -> Request | Refused:
        if self._print is None:
            return Refused("SchemaError", "no epos-print in it")
        said = self._parameters
        return Request(
            tuple(self._print.orders),
            force=self._force,
            devid=said.get("devid", ""),
            timeout=said.get("timeout", ""),
            printjobid=said.get("printjobid", ""),
        )

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._path) >= MAX_DEPTH:
            raise _RefusedError("too many elements, or too deep")
        if len(attributes) > MAX_ATTRIBUTES:
            raise _RefusedError("too many attributes")
        space, _, local = name.rpartition(_SEPARATOR)
        plain = {key: value for key, value in attributes.items() if " " not in key}
        node = _Node(local, plain)
        if not self._inside_print:
            self._around(space, node)
        elif space not in {"", NAMESPACE}:
            raise _RefusedError("an element of another namespace")
        self._path.append(node)

    def _around(self, space: str, node: _Node) -> None:
        """An element outside of ``epos-print``."""
        ours = space in {"", NAMESPACE}
        if ours and node.name == "epos-print":
            if self._print is not None:
                raise _RefusedError("more than one epos-print")
            self._begin(node)
        elif space == ENVELOPE and node.name not in {"Envelope", "Header", "Body"}:
            raise _RefusedError("an element that no envelope has")
        elif space != ENVELOPE and not self._in_header:
            raise _RefusedError("the root is not epos-print")

    @property
    def _in_header(self) -> bool:
        return len(self._path) > 1 and self._path[1].name == "Header"

    def _begin(self, node: _Node) -> None:
        for name, value in node.attributes.items():
            force = _FLAGS.get(value.strip())
            if name != "force" or force is None:
                raise _RefusedError("epos-print: an attribute that is not known")
            self._force = force
        self._print, self._inside_print = node, True

    def _characters(self, text: str) -> None:
        if self._path:
            self._path[-1].text.append(text)

    def _close(self, _name: str) -> None:
        node = self._path.pop()
        text = "".join(node.text)
        if node is self._print:
            self._inside_print = False
            if text.strip():
                raise _RefusedError("text between elements")
        elif self._inside_print:
            parent = self._path[-1]
            order = check(node.name, node.attributes, text, tuple(node.orders))
            if isinstance(order, str):
                raise _RefusedError(order)
            if order.place != "both" and order.place != _place(parent):
                raise _RefusedError(f"{node.name}: not in {parent.name}")
            self._characters_said += len(order.text)
            if self._characters_said > MAX_CHARACTERS:
                raise _RefusedError("too much text")
            parent.orders.append(order)
        elif self._in_header and node.name in _PARAMETERS:
            self._parameters[node.name] = text.strip()[:_MAX_PARAMETER]


def _place(parent: _Node) -> str:
    return "page" if parent.name == "page" else "roll"


def _no_document_type(*_about: object) -> NoReturn:
    raise _RefusedError("a document type")


def _no_entity(*_about: object) -> NoReturn:
    raise _RefusedError("an entity")
