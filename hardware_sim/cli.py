"""``python -m hardware_sim``: the shop, and each of its devices by itself.

Every device runs until Ctrl-C, which ends it in order with status 0.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

EXIT_FAILED: Final = 1
LOOPBACK: Final = "127.0.0.1"

Verb = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    arguments = parser().parse_args(argv)
    code: int = arguments.does(arguments)
    return code


def until_stopped(work: Coroutine[Any, Any, int]) -> int:
    """Run it; SIGINT and SIGTERM cancel it, once, and that is a good end."""

    async def guarded() -> int:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, task.cancel)
            await asyncio.wait({task})
        return 0 if task.cancelled() else task.result()

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
        raw = arguments.file.read_bytes()
    else:
        ticket = DOCUMENTS[arguments.trade](arguments.seed, arguments.columns, None)
        raw = library_bytes.encode(ticket)
        print(f"{ticket.name}: {len(raw)} bytes, {ticket.truth}")
    host, port = arguments.to
    played = play_now(host, port, raw)
    print(played)
    return EXIT_FAILED if played.failure else 0


def printer(arguments: argparse.Namespace) -> int:
    """``printer``: print what comes, as text and pictures."""
    from hardware_sim import tools

    return until_stopped(tools.printer(arguments.port, arguments.png))


def serial(_arguments: argparse.Namespace) -> int:
    """``serial``: a cable with a printer at its far end."""
    from hardware_sim import tools

    return until_stopped(tools.serial(_arguments.baud))


def phone(arguments: argparse.Namespace) -> int:
    """``phone``: read a QR from a picture and open its page."""
    import httpx

    from hardware_sim import phone as device

    url = device.read_qr(arguments.png.read_bytes())
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
    made = verb("printer", printer, "a thermal printer: bytes in, text and PNG out")
    made.add_argument("--port", type=int, default=9101, help="where it listens")
    made.add_argument("--png", type=Path, metavar="DIR", help="pictures go there")
    made = verb("serial", serial, "a serial cable (two ttys) with a printer on it")
    made.add_argument("--baud", type=int, default=19200, help="0 is unpaced")
    made = verb("phone", phone, "a phone reads a QR from a picture, opens the page")
    made.add_argument("--png", type=Path, required=True, metavar="FILE")
    made = verb("mailbox", mailbox, "a mail relay and mailbox: shows what arrives")
    made.add_argument("--port", type=int, default=2525, help="where it listens")
    return root


def _shop(made: argparse.ArgumentParser) -> None:
    made.add_argument("--once", action="store_true", help="play the story, then end")
    made.add_argument(
        "--no-browser", action="store_true", help="do without Chromium in the story"
    )
    made.add_argument("--every", type=float, default=20.0, help="seconds between sales")
    made.add_argument("--port", type=int, default=0, help="of the shop's page; 0: any")
    made.add_argument("--dir", type=Path, help="configurations, databases and logs")
    made.add_argument(
        "--images", type=Path, metavar="DIR", help="with --once: screenshots go there"
    )


def _pos(made: argparse.ArgumentParser) -> None:
    from hardware_sim.receipts import TRADES

    others = (
        "refund",
        "kitchen",
        "x_report",
        "z_report",
        "merchant_slip",
        "customer_slip",
    )
    made.add_argument("--to", type=_address, default=(LOOPBACK, 9100))
    made.add_argument("--trade", choices=(*TRADES, *others), default="bakery")
    made.add_argument("--seed", type=int, default=0, help="another sale each")
    made.add_argument("--columns", type=int, choices=(42, 48), default=42)
    made.add_argument("--file", type=Path, help="a recorded job instead")


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    with contextlib.suppress(ValueError):
        return host or LOOPBACK, int(port)
    raise argparse.ArgumentTypeError("HOST:PORT, for example 127.0.0.1:9100")
