"""The clients: each comes as its users' POS do, asks, opens the drawer, prints.

A client is an ordinary program of somebody else's; what is ours is the script
around it.  A visit is one sale, told in the client's own words.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.clients import by_browser, by_hand, by_library, by_node, npm
from tests.clients.cups import why_no_cups
from tests.clients.place import Door, Place
from tests.clients.said import Said, Visit

Proof = Literal["ink", "text", "dots"]


@dataclass(frozen=True, slots=True)
class Client:
    """One of them at one door.

    Attributes:
        missing: why it cannot be had here.
        pulse: its drawer pulse at the printer; empty where it sends no whole one.
        asks: it asks the printer how it is, or hears of it; the others cannot tell
            one state from another.
        proof: how its receipt is known on paper: its bytes as a printer alone gets
            them, the lines on the sheet, the dots of its picture.
        apart: its drawer's job is taken also when its receipt is not.
        bytes_told: it tells the four answers to DLE EOT as they came.
    """

    name: str
    door: Door
    visit: Visit
    missing: Callable[[], str] = lambda: ""
    pulse: Callable[[Place], bytes] = lambda place: place.pulse
    asks: bool = True
    proof: Proof = "ink"
    apart: bool = False
    bytes_told: bool = False


def _always(pulse: bytes) -> Callable[[Place], bytes]:
    return lambda _place: pulse


def _as_json(place: Place) -> bytes:
    """ESC p of the JSON door: as long on as off."""
    return b"\x1bp\x00" + bytes((place.pulse[3],)) * 2


def _cups(scheme: str) -> Visit:
    async def visit(place: Place) -> Said:
        assert place.cups is not None
        where, name = place.way, f"{scheme}-{place.number}"
        device = f"{scheme}://{where.host}:{where.port}"
        await place.cups.queue(name, device)
        since_s = time.monotonic()
        await place.cups.print(name, place.job)
        try:
            await place.cups.done(name)
        except TimeoutError:
            return Said("", "waits in its queue", 1, time.monotonic() - since_s)
        took_s = time.monotonic() - since_s
        return Said(await place.cups.alerts(name), "completed", 0, took_s)

    return visit


_NODE = npm.why_no_node
_HALF_PULSE = b""
"""ESC p 0 without times, the last bytes of its connection."""
_EATEN_PULSE = b"\x1bp\x00\x1bp"
"""Without times: the second pulse's command becomes them."""

CLIENTS = (
    Client(
        "python-escpos", "tcp", by_library.network, pulse=_always(b"\x1bp\x00\x32\x32")
    ),
    Client("CUPS socket", "tcp", _cups("socket"), why_no_cups, asks=False),
    Client("CUPS receipt-agent", "tcp", _cups("receipt-agent"), why_no_cups),
    Client("receiptio", "tcp", by_node.receiptio("-c", "42", "-l", "fr"), _NODE),
    Client(
        "@node-escpos",
        "tcp",
        by_node.script("node-escpos.cjs", by_node.net),
        _NODE,
        _always(b"\x1bp\x00\x19x"),
        bytes_told=True,
    ),
    Client(
        "ReceiptPrinterStatus",
        "tcp",
        by_node.script("point-of-sale.cjs", by_node.net),
        _NODE,
    ),
    Client(
        "node-thermal-printer",
        "tcp",
        by_node.script("node-thermal-printer.cjs", by_node.net),
        _NODE,
        _always(_EATEN_PULSE),
        asks=False,
    ),
    Client(
        "escpos",
        "tcp",
        by_node.script("escpos.cjs", by_node.net),
        _NODE,
        _always(_HALF_PULSE),
        asks=False,
    ),
    Client(
        "PHP, fsockopen",
        "tcp",
        by_hand.php,
        by_hand.why_no_php,
        _always(b"\x1bp0<x"),
        asks=False,
    ),
    Client(
        "python-escpos serial",
        "serial",
        by_library.serial,
        pulse=_always(b"\x1bp\x01\x32\x32"),
    ),
    Client(
        "node serialport",
        "serial",
        by_node.script("serialport.cjs", by_node.tty),
        _NODE,
        bytes_told=True,
    ),
    Client(
        "receiptio serial", "serial", by_node.receiptio("-c", "42", "-l", "fr"), _NODE
    ),
    Client("cat > tty", "serial", by_hand.cat, asks=False),
    Client(
        "python-escpos file",
        "device",
        by_library.file,
        pulse=_always(by_library.FILE_PULSE),
        asks=False,
    ),
    Client(
        "node-thermal-printer file",
        "device",
        by_node.script("node-thermal-printer.cjs", by_node.tty),
        _NODE,
        _always(_EATEN_PULSE),
        asks=False,
    ),
    Client("cat > device", "device", by_hand.cat, asks=False),
    Client("cp", "folder", by_hand.copy, asks=False),
    Client("mv", "folder", by_hand.rename, asks=False),
    Client(
        "ePOS by httpx",
        "epos",
        by_hand.epos_text,
        pulse=_always(b"\x1bp\x01\x64\x64"),
        proof="text",
        apart=True,
    ),
    Client(
        "ePOS as Odoo's",
        "epos",
        by_hand.epos_picture,
        pulse=_always(b"\x1bp\x00\x32\x32"),
        proof="dots",
        apart=True,
    ),
    Client(
        "ePOS in Chromium",
        "epos",
        by_browser.epos,
        by_browser.why_no_browser,
        _always(b"\x1bp\x00\x96\x96"),
        proof="text",
        apart=True,
    ),
    Client("JSON by httpx", "json", by_hand.json, pulse=_as_json, proof="text"),
    Client(
        "JSON by fetch",
        "json",
        by_node.script("json.cjs", by_node.http),
        _NODE,
        _as_json,
        proof="text",
    ),
    Client(
        "receiptio starline",
        "star",
        by_node.receiptio("-p", "starline", "-c", "42", "-l", "fr", star=True),
        _NODE,
        _always(b"\x07"),
    ),
    Client(
        "receiptio Star, found",
        "star",
        by_node.receiptio("-c", "42", "-l", "fr", star=True),
        _NODE,
        _always(b"\x07"),
    ),
    Client(
        "receiptio stargraphic",
        "star",
        by_node.receiptio("-p", "stargraphic", star=True, picture=True),
        _NODE,
        _always(b"\x07"),
        proof="dots",
    ),
    Client(
        "node-thermal-printer Star",
        "star",
        by_node.script("node-thermal-printer.cjs", by_node.star),
        _NODE,
        _always(b"\x1b\x07\x0b\x37\x07"),
        asks=False,
    ),
)


def missing() -> dict[str, str]:
    """Clients that cannot be had here, and why."""
    return {each.name: why for each in CLIENTS if (why := each.missing())}
