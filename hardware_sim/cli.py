"""``python -m hardware_sim``: the shop, and each of its devices by itself.

Every device runs until Ctrl-C, which ends it in order with status 0.  What a
person can put right (a taken port, a printer that is away, a missing file) is
said in one line, with a status of sysexits.h.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import math
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from hardware_sim.printer import Changes
    from hardware_sim.tickets import Ticket

EXIT_FAILED: Final = 1
EXIT_NO_INPUT: Final = 66
EXIT_UNAVAILABLE: Final = 69
LOOPBACK: Final = "127.0.0.1"

NOT_TO_BE_HAD: Final[dict[int | None, str]] = {
    errno.EADDRINUSE: (
        "port {port} is taken: stop what holds it or name another with --port"
    ),
    errno.EACCES: "port {port} is not yours to open: name one above 1023 with --port",
}
"""Why a port cannot be listened on."""
LARGEST_PORT: Final = 65535

Verb = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.does(arguments)
    except OSError as error:
        if error.errno not in NOT_TO_BE_HAD or "port" not in arguments:
            raise
        says = NOT_TO_BE_HAD[error.errno].format(port=arguments.port)
        print(says, file=sys.stderr)
        return EXIT_UNAVAILABLE
    return code


def until_stopped(work: Coroutine[Any, Any, int]) -> int:
    """Run it; SIGINT and SIGTERM cancel it, once, and that is a good end."""

    async def guarded() -> int:
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel if task else loop.stop)
        try:
            return await work
        except asyncio.CancelledError:
            return 0

    return asyncio.run(guarded())


def shop(arguments: argparse.Namespace) -> int:
    """``shop``: the demonstration."""
    from hardware_sim import demo

    wishes = demo.Wishes(
        folder=arguments.dir,
        browser=not arguments.no_browser,
        every_s=arguments.every,
        port=arguments.port,
        images=arguments.images,
    )
    return until_stopped(demo.once(wishes) if arguments.once else demo.open_day(wishes))


def pos(arguments: argparse.Namespace) -> int:
    """``pos``: print one document."""
    from hardware_sim import library_bytes
    from hardware_sim.office import DOCUMENTS
    from hardware_sim.pos import play_now

    if arguments.file:
        try:
            raw = arguments.file.read_bytes()
        except OSError as error:
            return _no_input(arguments.file, error)
        print(f"{arguments.file.name}: {len(raw)} bytes")
    else:
        ticket = DOCUMENTS[arguments.trade](arguments.seed, arguments.columns, None)
        raw = library_bytes.encode(ticket)
        print(_described(ticket, len(raw)))
    host, port = arguments.to
    played = play_now(host, port, raw)
    if played.failure:
        how = "cannot reach" if played.connected_s is None else "no end of the job at"
        print(f"{how} {host}:{port}: {played.reason}", file=sys.stderr)
        return EXIT_UNAVAILABLE
    print(f"accepted by {host}:{port} after {(played.accepted_s or 0) * 1000:.0f} ms")
    return 0


def printer(arguments: argparse.Namespace) -> int:
    """``printer``: print what comes, as text and pictures."""
    from hardware_sim import tools

    changes: Changes = {
        "paper_out": "paper-out" in arguments.state,
        "near_end": "near-end" in arguments.state,
        "cover_open": "cover-open" in arguments.state,
        "offline": "offline" in arguments.state,
        "deaf": arguments.mute,
        "slow_bytes_s": arguments.slow,
    }
    every_s = arguments.reboot_every
    reboots = tools.Reboots(every_s, arguments.off) if every_s else None
    work = tools.printer(
        arguments.port, arguments.png, changes, reboots, star=arguments.star
    )
    return until_stopped(work)


def serial(arguments: argparse.Namespace) -> int:
    """``serial``: a cable with a printer at its far end."""
    from hardware_sim import tools

    return until_stopped(tools.serial(arguments.baud))


def phone(arguments: argparse.Namespace) -> int:
    """``phone``: read a QR from a picture and open its page."""
    import httpx

    from hardware_sim import phone as device

    try:
        url = device.read_qr(arguments.png.read_bytes())
    except OSError as error:  # of which a file that is no picture is one
        return _no_input(arguments.png, error)
    if url is None:
        print(f"{arguments.png}: no QR to be read", file=sys.stderr)
        return EXIT_FAILED
    print(url)
    try:
        page = device.open_page(url)
    except (ValueError, httpx.HTTPError) as error:
        print(f"not opened: {error}", file=sys.stderr)
        return EXIT_FAILED
    print(f"status {page.status}, total {device.total_on_page(page.html)} cents")
    return 0


def mailbox(arguments: argparse.Namespace) -> int:
    """``mailbox``: take what is sent by SMTP and show it."""
    from hardware_sim import tools

    return until_stopped(tools.mailbox(arguments.port))


def scanner(arguments: argparse.Namespace) -> int:
    """``scanner``: on a serial line, with codes from standard input."""
    from hardware_sim.scanner import by_hand

    if arguments.at.exists():
        print(f"{arguments.at} is there already: name another place", file=sys.stderr)
        return EXIT_UNAVAILABLE
    return by_hand(arguments.at, sys.stdin)


def keypad(arguments: argparse.Namespace) -> int:
    """``keypad``: that the kernel makes, with keys from standard input."""
    from hardware_sim.keypad import UINPUT, by_hand

    try:
        return by_hand(arguments.name, sys.stdin)
    except OSError as error:
        remedy = "as root: modprobe uinput, and run this"
        print(f"{UINPUT}: {error.strerror}; {remedy}", file=sys.stderr)
        return EXIT_UNAVAILABLE


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(
        prog="python -m hardware_sim",
        description="A shop of simulated hardware around the real programs.",
    )
    verbs = root.add_subparsers(required=True, metavar="COMMAND")

    def verb(name: str, does: Verb, says: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=says, description=says)
        made.set_defaults(does=does)
        return made

    _shop(verb("shop", shop, "the demonstration: a whole shop on this machine"))
    _pos(verb("pos", pos, "a point of sale prints one document or recorded job"))
    _printer(
        verb(
            "printer",
            printer,
            "a thermal printer, or a Star: bytes in, text and PNG out",
        )
    )
    made = verb("serial", serial, "a serial cable (two ttys) with a printer on it")
    made.add_argument(
        "--baud",
        type=int,
        default=19200,
        help="speed of the cable; 0 is unpaced (default: %(default)s)",
    )
    made = verb("phone", phone, "a phone reads a QR from a picture, opens the page")
    made.add_argument(
        "--png",
        type=Path,
        required=True,
        metavar="FILE",
        help="the picture, for example a screenshot (required)",
    )
    made = verb("scanner", scanner, "a scanner on a serial line; codes from stdin")
    made.add_argument(
        "--at", type=Path, required=True, metavar="PATH", help="its tty (required)"
    )
    made = verb("keypad", keypad, "a USB keypad made by the kernel; keys from stdin")
    made.add_argument(
        "--name",
        default="Simulated keypad",
        help="of the device (default: %(default)s)",
    )
    made = verb("mailbox", mailbox, "a mail relay and mailbox: shows what arrives")
    _port(made, 2525, "where it listens on 127.0.0.1; 0 takes a free one")
    return root


def _shop(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--once",
        action="store_true",
        help="play the story, then end (default: open until Ctrl-C)",
    )
    made.add_argument(
        "--no-browser",
        action="store_true",
        help="do without Chromium (default: use it where there is one)",
    )
    made.add_argument(
        "--every",
        type=float,
        default=20.0,
        metavar="SECONDS",
        help="between two sales of an open shop (default: %(default)g)",
    )
    _port(made, 0, "of the shop's page on 127.0.0.1; 0 takes a free one")
    made.add_argument(
        "--dir",
        type=Path,
        help="configurations, databases and logs (default: a temporary one, "
        "kept only when something failed)",
    )
    made.add_argument(
        "--images",
        type=Path,
        metavar="DIR",
        help="with --once: put screenshots there (default: none)",
    )


def _printer(made: argparse.ArgumentParser) -> None:
    _port(made, 9200, "where it listens on 127.0.0.1; 0 takes a free one")
    made.add_argument(
        "--png",
        type=Path,
        metavar="DIR",
        help="put a picture of each sheet there (default: text only)",
    )
    made.add_argument(
        "--star",
        action="store_true",
        help="a Star, for a POS at [door.star]; shows text only (default: an Epson)",
    )
    made.add_argument(
        "--state",
        action="append",
        default=[],
        choices=("paper-out", "near-end", "cover-open", "offline"),
        help="how it stands; may be repeated (default: ready)",
    )
    made.add_argument(
        "--mute",
        action="store_true",
        help="take connections, read nothing and answer nothing (default: well)",
    )
    made.add_argument(
        "--slow",
        type=_positive,
        default=0.0,
        metavar="BYTES",
        help="print so many in a second (default: as fast as they come)",
    )
    made.add_argument(
        "--reboot-every",
        type=_positive,
        default=0.0,
        metavar="SECONDS",
        help="go off and on again; what is in its buffer is lost (default: never)",
    )
    made.add_argument(
        "--off",
        type=_positive,
        default=2.0,
        metavar="SECONDS",
        help="how long it is off then (default: %(default)g)",
    )


def _positive(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (number := float(text)) < math.inf:
            return number
    raise argparse.ArgumentTypeError("a number above 0")


def _pos(made: argparse.ArgumentParser) -> None:
    from hardware_sim.office import DOCUMENTS

    made.add_argument(
        "--to",
        type=_address,
        default=f"{LOOPBACK}:9100",
        metavar="HOST:PORT",
        help="the printer, or the agent in its place (default: %(default)s)",
    )
    made.add_argument(
        "--trade",
        choices=tuple(DOCUMENTS),
        default="bakery",
        metavar="DOCUMENT",
        help="a shop's sale or another document: %(choices)s (default: %(default)s)",
    )
    made.add_argument(
        "--seed",
        type=int,
        default=0,
        help="each number is another sale (default: %(default)s)",
    )
    made.add_argument(
        "--columns",
        type=int,
        choices=(42, 48),
        default=42,
        help="characters in a line (default: %(default)s)",
    )
    made.add_argument(
        "--file", type=Path, help="print this recorded job instead (default: none)"
    )


def _port(made: argparse.ArgumentParser, usual: int, says: str) -> None:
    made.add_argument(
        "--port", type=_port_number, default=usual, help=f"{says} (default: {usual})"
    )


def _port_number(text: str) -> int:
    with contextlib.suppress(ValueError):
        if 0 <= (number := int(text)) <= LARGEST_PORT:
            return number
    raise argparse.ArgumentTypeError(f"a number from 0 to {LARGEST_PORT}")


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    with contextlib.suppress(ValueError, argparse.ArgumentTypeError):
        return host or LOOPBACK, _port_number(port)
    raise argparse.ArgumentTypeError("HOST:PORT, for example 127.0.0.1:9100")


def _described(ticket: Ticket, size: int) -> str:
    """``bakery-3 (sale): 7,70 €, 1234 bytes``."""
    from hardware_sim.receipts import money

    cents = ticket.truth.total_cents
    total = "no total" if cents is None else f"total {money(cents, ' €')}"
    return f"{ticket.name} ({ticket.truth.kind}): {total}, {size} bytes"


def _no_input(path: Path, error: OSError) -> int:
    print(f"cannot read {path}: {error.strerror or 'no picture'}", file=sys.stderr)
    return EXIT_NO_INPUT
