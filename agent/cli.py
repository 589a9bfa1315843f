"""``receipt-agent``: what store IT types.

Exit codes are those of sysexits.h, so that systemd can tell them apart: 64
usage, 65 no hex dump, 66 no such file, 69 a port or printer cannot be had, 70 the
database gave up, 78 the configuration must be edited.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from agent import logs
from agent.config import EXIT_CONFIG, Config, load
from agent.errors import ConfigError, StoreOverError

EXIT_UNAVAILABLE: Final = 69
EXIT_SOFTWARE: Final = 70
DEFAULT_CONFIG: Final = Path("/etc/receipt-agent/agent.toml")
TEST_PRINT_S: Final = 20.0
FORMATS: Final = ("text", "html", "png", "grey", "pdf")


def run(arguments: argparse.Namespace) -> int:
    """``run``: the daemon."""
    from agent import app

    logs.set_up(arguments.log_level)
    config = load(arguments.config)

    async def serve() -> None:
        outside = app.Outside()
        app.stop_on_signals(outside.stop)
        await app.run(config, outside)

    try:
        asyncio.run(serve())
    except OSError as error:
        print(
            f"{arguments.config}: door.tcp.listen: {error.strerror or error}: "
            "stop what holds the port, or name another",
            file=sys.stderr,
        )
        return EXIT_UNAVAILABLE
    except ExceptionGroup as group:
        if group.subgroup(StoreOverError) is None:
            raise
        print(f"the database gave up: {group.exceptions}", file=sys.stderr)
        return EXIT_SOFTWARE
    return 0


def check(arguments: argparse.Namespace) -> int:
    """``check``: is the configuration one that can work?"""
    config = load(arguments.config)
    _check_state_dir(arguments.config, config.till.state_dir)
    _check_secrets(arguments.config, config)
    print(f"{arguments.config}: fine")
    if not config.choice.hold and config.till.country == "FR":
        print(
            f"{arguments.config}: choice.hold: every receipt is printed; in France the "
            "law wants the customer asked first (Code de l'environnement, L. 541-15-10)"
        )
    for device in _missing_devices(config):
        print(f"{device} is not there yet; its door opens when it is")
    if why := _why_unread(config):
        print(
            f"{arguments.config}: ocr.engine: {why}; receipts that are pictures are not "
            "read, they are offered as pictures"
        )
    return 0


def _why_unread(config: Config) -> str:
    """Nothing when pictures are read, or are not meant to be."""
    from agent.ocr.engine import Engine

    if not config.ocr.engine:
        return ""
    return asyncio.run(Engine(config.ocr).find())


def _missing_devices(config: Config) -> list[str]:
    doors = config.door
    wanted = [
        *([doors.serial.device] if doors.serial else []),
        *([str(doors.device.path)] if doors.device else []),
        *([str(doors.folder.path)] if doors.folder else []),
    ]
    return [path for path in wanted if not Path(path).exists()]


def _check_state_dir(path: Path, state_dir: Path) -> None:
    """The database's folder, or the nearest one above it that is there already."""
    there = next(each for each in (state_dir, *state_dir.parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise ConfigError(
            f"{path}: till.state_dir: {there} cannot be written by this user; "
            "name another folder, or check as the user that the agent runs as"
        )


def _check_secrets(path: Path, config: Config) -> None:
    from agent.delivery.channels.email import EmailChannel
    from agent.escpos import profiles
    from agent.escpos.status import Identity
    from agent.intake.doors.json_http import read_token
    from agent.intake.http_server import tls_context

    try:
        profiles.printer(config.printer.profile, **config.printer.letters)
        if config.sync.enabled:
            config.sync.read_token()
        if config.mail is not None:
            EmailChannel(config.mail)
        if config.door.http is not None:
            read_token(config.door.http.token_file)
            if config.door.http.listen_tls is not None:
                tls_context(config.door.http)
        Identity(**config.identity.model_dump())
    except ValueError as error:
        raise ConfigError(f"{path}: identity: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def render(arguments: argparse.Namespace) -> int:
    """``render``: what a recorded job looks like, as text, HTML, PNG or PDF."""
    from agent import draw

    return draw.run(arguments)


def decode(arguments: argparse.Namespace) -> int:
    """``decode``: a recorded job, command by command."""
    from agent import decode

    return decode.run(arguments)


def test_print(arguments: argparse.Namespace) -> int:
    """``test-print``: a slip of our own, straight to the real printer."""
    from agent.bus import Bus
    from agent.delivery.outcome import Delivered, Outcome
    from agent.delivery.printer import PrinterLink
    from agent.delivery.transports.opening import transport_for
    from agent.entropy import SystemEntropy
    from agent.letters import slips

    config = load(arguments.config)
    fields = {
        "shop": config.till.shop,
        "till": config.till.till,
        "at": dt.datetime.now(dt.UTC).astimezone(),
    }
    raw = slips.SLIPS["test"](config.printer.profile, fields)

    async def deliver() -> Outcome:
        transport = transport_for(config.printer.wire)
        link = PrinterLink(transport, config.printer, Bus(), SystemEntropy())
        async with asyncio.TaskGroup() as group:
            service = group.create_task(link.run())
            outcome = await link.print(raw, deadline_s=TEST_PRINT_S)
            service.cancel()
        return outcome

    outcome = asyncio.run(deliver())
    if isinstance(outcome, Delivered):
        print(f"{config.printer.link}: printed")
        return 0
    print(f"{config.printer.link}: not printed: {outcome.reason}", file=sys.stderr)
    return EXIT_UNAVAILABLE


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(
        prog="receipt-agent", description="The receipt at the till."
    )
    verbs = root.add_subparsers(required=True, metavar="COMMAND")

    def verb(
        name: str, does: Callable[[argparse.Namespace], int], says: str
    ) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=says, description=says)
        made.set_defaults(does=does)
        return made

    with_config = [
        verb("run", run, "pose as the printer until told to stop"),
        verb("check", check, "say whether the configuration can work"),
        verb("test-print", test_print, "print a test slip on the real printer"),
    ]
    for each in with_config:
        each.add_argument("--config", type=Path, default=DEFAULT_CONFIG, metavar="FILE")
    with_config[0].add_argument(
        "--log-level", default="info", choices=("debug", "info", "warning", "error")
    )
    drawing = verb("render", render, "draw a recorded print job")
    drawing.add_argument("file", type=Path, help="the job; - for standard input")
    drawing.add_argument(
        "--dialect",
        choices=("escpos", "star"),
        default="escpos",
        help="star: the job is Star line mode or Star raster",
    )
    drawing.add_argument(
        "--to", choices=FORMATS, default="text", help="grey is a PNG for screens"
    )
    drawing.add_argument(
        "--output", type=Path, metavar="FILE", help="default: standard output"
    )
    drawing.add_argument(
        "--after",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="a job sent before, whose logos the printer keeps; may be repeated",
    )
    drawing.add_argument(
        "--ocr", action="store_true", help="have tesseract read pictures (--to text)"
    )
    drawing.add_argument(
        "--width", type=int, metavar="DOTS", help="of the head, if not the profile's"
    )
    drawing.add_argument(
        "--code-page", type=int, default=0, metavar="N", help="the printer wakes up in"
    )
    drawing.add_argument(
        "--multibyte",
        default="",
        metavar="CODE",
        help="of its kanji: gb18030, cp932, "
        "shift_jis_2004, jis, big5, euc_kr; utf-8 for a clone that speaks nothing else",
    )
    decoding = verb("decode", decode, "say what a recorded print job does")
    decoding.add_argument("file", type=Path, help="the job; - for standard input")
    decoding.add_argument(
        "--coverage", action="store_true", help="count commands and understood bytes"
    )
    decoding.add_argument("--json", action="store_true", help="one object a line")
    decoding.add_argument(
        "--hex", action="store_true", help="the file is a hex dump, as of xxd"
    )
    for each in (drawing, decoding):
        each.add_argument(
            "--profile",
            default="default",
            help="a printer profile of python-escpos; the one in agent.toml draws what "
            "the till's printer prints (default: 576 dots, all code pages of Epson's)",
        )
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.does(arguments)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return EXIT_CONFIG
    return code
