"""The clients: each comes as its users' POS do, asks, opens the drawer, prints.

A client is an ordinary program of somebody else's; what is ours is the script
around it.  ``visit`` is one sale: status, drawer pulse and receipt as that client
does them, told in its own words.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from escpos.exceptions import DeviceNotFoundError
from escpos.printer import Network

from tests.clients import npm, said
from tests.clients.cups import Scheduler, why_no_cups
from tests.clients.said import Said

HERE = Path(__file__).parent
RECEIPT = """\
LE COMPTOIR DES HALLES
12 rue Montorgueil 75001 PARIS
SIRET 123 456 789 00012
28/11/2026 14:05  Ticket 000{number}

2 x CAFE            2,50      5,00
1 TARTE AUX POMMES            4,50

TOTAL EUR                     9,50
CB                            9,50
Garantie legale de conformite: 2 ans
"""
"""Under guarantee: if nobody chooses, it comes on paper."""
CUT = b"\n\n\n\n\x1dV\x00"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a client prints, with what, and what it may use.

    ``folder`` is its own for this visit.
    """

    host: str
    port: int
    folder: Path
    number: int
    cups: Scheduler | None = None
    door: str = "tcp"

    @property
    def text(self) -> Path:
        """The receipt's lines, ASCII, of a number that none other has."""
        path = self.folder / f"receipt-{self.number}.txt"
        path.write_text(RECEIPT.format(number=self.number))
        return path

    @property
    def job(self) -> Path:
        """The same as ESC/POS, for clients that are given bytes."""
        path = self.folder / f"job-{self.number}.bin"
        text = RECEIPT.format(number=self.number).encode("ascii")
        path.write_bytes(b"\x1b@" + self.pulse + text + CUT)
        return path

    @property
    def pulse(self) -> bytes:
        """Of clients that are given bytes; as long as none other's."""
        return b"\x1bp\x00" + bytes((20 + self.number % 100, 250))


Visit = Callable[[Place], Awaitable[Said]]


@dataclass(frozen=True, slots=True)
class Client:
    """One of them.

    ``missing`` says why it cannot be had here.  ``pulse`` is its drawer pulse where
    it has one of its own, empty where it cannot send a whole one.  ``asks``: it asks
    the printer how it is; the others cannot tell one state from another.  ``doors``
    are those that it can print to.
    """

    name: str
    visit: Visit
    missing: Callable[[], str]
    pulse: bytes | None = None
    asks: bool = True
    doors: frozenset[str] = frozenset({"tcp"})


def _escpos(place: Place) -> Said:
    since_s = time.monotonic()
    printer = Network(place.host, place.port, timeout=5, profile="TM-T88IV")
    try:
        printer.open()
        status = f"{'online' if printer.is_online() else 'offline'}, paper {printer.paper_status()}"
        printer.hw("INIT")
        printer.cashdraw(2)
        printer.text(place.text.read_text())
        printer.cut()
    except (DeviceNotFoundError, OSError) as error:
        return Said(type(error).__name__, "", 1, time.monotonic() - since_s)
    finally:
        sock = printer._device
        if sock:
            printer.close()
            sock.close()
        printer._device = None  # or its destructor closes it once more
    return Said(status, "sent", 0, time.monotonic() - since_s)


async def python_escpos(place: Place) -> Said:
    """One connection: DLE EOT 1, DLE EOT 4, drawer, receipt, close."""
    return await asyncio.to_thread(_escpos, place)


async def receiptio(place: Place) -> Said:
    """Two commands: ``-q`` and a print, which ends with its exit status 0."""
    path = place.folder / f"{place.number}.receipt"
    cells = [line.replace("|", " ") for line in place.text.read_text().splitlines()]
    drawer = "{x:" + "".join(f"\\x{byte:02x}" for byte in place.pulse) + "}"
    path.write_text(drawer + "\n" + "\n".join(cells) + "\n")
    start = (npm.receiptio(), "-d", place.host, "-c", "42", "-l", "fr")
    env = npm.environment(place.folder / f"{place.number}.line_s")
    _, asked, asked_s = await said.run((*start, "-q", "printer"), env)
    code, printed, took_s = await said.run((*start, path), env)
    return Said(asked, printed, code, asked_s + took_s, _line_s(place))


def _line_s(place: Place) -> float | None:
    path = place.folder / f"{place.number}.line_s"
    return float(path.read_text()) if path.exists() else None


def _node(script: str) -> Visit:
    async def visit(place: Place) -> Said:
        where = (place.host, str(place.port), place.text, place.pulse.hex())
        command = ("node", HERE / "node" / script, *where)
        env = npm.environment(place.folder / f"{place.number}.line_s")
        return replace(await said.run_script(command, env), line_s=_line_s(place))

    return visit


async def php(place: Place) -> Said:
    """escpos-php's way by hand: two connections, nothing read."""
    where = (place.host, str(place.port), place.text)
    return await said.run_script(("php", HERE / "php" / "print.php", *where))


def _cups(scheme: str) -> Visit:
    async def visit(place: Place) -> Said:
        assert place.cups is not None
        name = f"{scheme}-{place.host}".replace(".", "-")
        await place.cups.queue(name, f"{scheme}://{place.host}:{place.port}")
        since_s = time.monotonic()
        await place.cups.print(name, place.job)
        try:
            await place.cups.done(name)
        except TimeoutError:
            return Said("", "waits in its queue", 1, time.monotonic() - since_s)
        took_s = time.monotonic() - since_s
        told = (await place.cups.says(name)).splitlines()
        alerts = [line.strip() for line in told if "Alerts:" in line]
        status = alerts[0].removeprefix("Alerts: ") if alerts else ""
        return Said(status, "completed", 0, took_s)

    return visit


@cache
def why_no_php() -> str:
    folders = os.environ.get("PATH", "").split(os.pathsep)
    if any((Path(folder) / "php").exists() for folder in folders):
        return ""
    return "no php here: apt-get install php-cli"


def _nothing_missing() -> str:
    return ""


CLIENTS = (
    Client("python-escpos", python_escpos, _nothing_missing, b"\x1bp\x00\x32\x32"),
    Client("CUPS socket", _cups("socket"), why_no_cups, asks=False),
    Client("CUPS receipt-agent", _cups("receipt-agent"), why_no_cups),
    Client("receiptio", receiptio, npm.why_no_node),
    Client(
        "@node-escpos", _node("node-escpos.cjs"), npm.why_no_node, b"\x1bp\x00\x19x"
    ),
    Client("ReceiptPrinterStatus", _node("point-of-sale.cjs"), npm.why_no_node),
    Client(
        "node-thermal-printer",
        _node("node-thermal-printer.cjs"),
        npm.why_no_node,
        b"\x1bp\x00\x1bp",  # without times: the second pulse's command becomes them
        asks=False,
    ),
    Client(
        "escpos",
        _node("escpos.cjs"),
        npm.why_no_node,
        b"",  # ESC p 0 without times, the last bytes of its connection
        asks=False,
    ),
    Client("PHP, fsockopen", php, why_no_php, b"\x1bp0<x", asks=False),
)
