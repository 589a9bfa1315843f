"""``receipt-agent``: what store IT types.

Exit codes are those of sysexits.h, so that systemd can tell them apart: 64
usage, 65 no hex dump, 66 no such file, 69 a port or printer cannot be had, 70 the
database gave up, 75 sent and not confirmed, 78 the configuration must be edited.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from agent import (
    __version__,
    logs,
    options,
    options_config,
    options_counter,
    options_jobs,
    options_qr,
    options_sync,
)
from agent.config import EXIT_CONFIG, load, start
from agent.errors import ConfigError, StoreOverError
from agent.it import options as it
from agent.usage.program import Program

EXIT_UNAVAILABLE: Final = 69
EXIT_SOFTWARE: Final = 70
EXIT_UNSURE: Final = 75
DEFAULT_CONFIG: Final = Path("/etc/receipt-agent/agent.toml")
LOADED_S: Final = 4.0
"""After the start: the screens' libraries come last, on a slow till."""
YOUNG: Final = (700, 3)
"""Python's own (700, 10) looks through seven thousand objects at a time: a millisecond,
in which no POS is answered."""
TEST_PRINT_S: Final = 20.0


def run(arguments: argparse.Namespace) -> int:
    """``run``: the daemon."""
    gc.disable()  # until all is loaded
    from agent import app

    logs.set_up(arguments.log_level)
    config = start(arguments.config)
    outside = app.Outside()

    async def serve() -> None:
        # What is loaded by now stays: looking through it for garbage would hold the
        # loop for tens of milliseconds, again and again.
        asyncio.get_running_loop().call_later(LOADED_S, _keep_what_is_loaded)
        app.stop_on_signals(outside.stop)
        await asyncio.sleep(0)  # a step of its own: python looks at every signal
        await app.run(config, outside)

    try:
        asyncio.run(serve())
    except OSError as error:
        print(
            f"{arguments.config}: door.tcp.listen: {error.strerror or error}",
            file=sys.stderr,
        )
        return EXIT_UNAVAILABLE
    except ExceptionGroup as group:
        if group.subgroup(StoreOverError) is None:
            raise
        print(f"the database gave up: {group.exceptions}", file=sys.stderr)
        return EXIT_SOFTWARE
    return app.ended(config, outside)


def _keep_what_is_loaded() -> None:
    gc.freeze()
    gc.set_threshold(*YOUNG)
    gc.enable()


def check(arguments: argparse.Namespace) -> int:
    """``check``: is the configuration one that can work?"""
    from agent import checking

    return checking.run(arguments)


def render(arguments: argparse.Namespace) -> int:
    """``render``: what a recorded job looks like, as text, HTML, PNG or PDF."""
    from agent import draw

    return draw.run(arguments)


def decode(arguments: argparse.Namespace) -> int:
    """``decode``: a recorded job, command by command."""
    from agent import decode

    return decode.run(arguments)


def extract(arguments: argparse.Namespace) -> int:
    """``extract``: what a recorded paper says, and whether it adds up."""
    from agent import extract

    return extract.run(arguments)


def profile(arguments: argparse.Namespace) -> int:
    """``profile new`` and ``profile test``."""
    from agent import profiling

    return {"new": profiling.new, "test": profiling.test}[arguments.way](arguments)


def keys(arguments: argparse.Namespace) -> int:
    """``keys init``, ``list``, ``rotate`` and ``public``."""
    from agent import keys

    return keys.run(arguments)


def consent(arguments: argparse.Namespace) -> int:
    """``consent verify``, ``show`` and ``withdraw``."""
    from agent import consents

    return consents.run(arguments)


def forget(arguments: argparse.Namespace) -> int:
    from agent import persons

    return persons.forget(arguments)


def export(arguments: argparse.Namespace) -> int:
    from agent import persons

    return persons.export(arguments)


def backup(arguments: argparse.Namespace) -> int:
    from agent import backups

    return backups.backup(arguments)


def restore(arguments: argparse.Namespace) -> int:
    from agent import backups

    return backups.restore(arguments)


def resend(arguments: argparse.Namespace) -> int:
    from agent import backups

    return backups.resend(arguments)


def deliveries(arguments: argparse.Namespace) -> int:
    """``deliveries export`` and ``verify``."""
    from agent import deliveries

    return deliveries.run(arguments)


def policy(arguments: argparse.Namespace) -> int:
    """``policy list``, ``explain``, ``test`` and ``notice``."""
    from agent import policy

    return policy.run(arguments)


def dictionary(arguments: argparse.Namespace) -> int:
    from agent import dictionary

    return dictionary.run(arguments)


def keylist(arguments: argparse.Namespace) -> int:
    from agent import keylist

    return keylist.run(arguments)


def hands(arguments: argparse.Namespace) -> int:
    """``hands list``, ``hands learn`` and ``hands card``."""
    from agent import fitting

    return fitting.WAYS[arguments.way](arguments)


def screens(arguments: argparse.Namespace) -> int:
    """``screens devices``, ``pair`` and ``revoke``."""
    from agent import tablets

    return tablets.run(arguments)


def enrol(arguments: argparse.Namespace) -> int:
    """``enrol URL CODE``: exchange keys with the RCU."""
    from agent import enrol

    return enrol.run(arguments)


def config(arguments: argparse.Namespace) -> int:
    """``config show`` and ``migrate``."""
    from agent import config_cli

    return config_cli.run(arguments)


def test_print(arguments: argparse.Namespace) -> int:
    """``test-print``: a slip of our own, straight to the real printer."""
    from agent import printers
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
    raw = slips.SLIPS["test"](printers.slips_for(config), fields)

    async def deliver() -> tuple[Outcome, bool]:
        transport = transport_for(config.printer.wire)
        link = PrinterLink(transport, config.printer, Bus(), SystemEntropy())
        async with asyncio.TaskGroup() as group:
            service = group.create_task(link.run())
            outcome = await link.print(raw, deadline_s=TEST_PRINT_S)
            service.cancel()
        return outcome, link.state.known

    outcome, answers = asyncio.run(deliver())
    if isinstance(outcome, Delivered) and (answers or not config.printer.may_answer):
        print(f"{config.printer.link}: printed")
        return 0
    if isinstance(outcome, Delivered):
        print(
            f"{config.printer.link}: sent, but the printer does not answer: look whether "
            "the slip is there.  One that serves a single connection may be held by the "
            "agent: stop it for this.",
            file=sys.stderr,
        )
        return EXIT_UNSURE
    print(f"{config.printer.link}: not printed: {outcome.reason}", file=sys.stderr)
    return EXIT_UNAVAILABLE


def parser() -> Program:
    """The command line."""
    root = Program("receipt-agent", "The receipt at the till.", __version__)
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
        options.configured(each, DEFAULT_CONFIG)
    with_config[1].add_argument("--json", action="store_true", help="one object")
    with_config[0].add_argument(
        "--log-level",
        default="info",
        choices=("debug", "info", "warning", "error"),
        help="what is said at least (default: info)",
    )
    options_jobs.drawing(verb("render", render, "draw a recorded print job"))
    options_jobs.decoding(verb("decode", decode, "say what a recorded print job does"))
    options.extracting(verb("extract", extract, "say what a recorded paper says"))
    options.profiling(verb("profile", profile, "propose or try what is known of a POS"))
    options.policing(
        verb("policy", policy, "explain, test and put up the rules"), DEFAULT_CONFIG
    )
    options.delivering(
        verb("deliveries", deliveries, "export which receipt was handed over how"),
        DEFAULT_CONFIG,
    )
    options_sync.enrolling(
        verb("enrol", enrol, "make this till and its RCU known to each other"),
        DEFAULT_CONFIG,
    )
    options_config.configuring(
        verb("config", config, "show what is configured, rewrite an older file"),
        DEFAULT_CONFIG,
    )
    options.keys(verb("keys", keys, "make and rotate the till's keys"), DEFAULT_CONFIG)
    options_counter.consenting(
        verb("consent", consent, "check the ledger of consents, take one back"),
        DEFAULT_CONFIG,
    )
    for each in (
        verb("backup", backup, "copy the database, encrypted as it is"),
        verb("restore", restore, "put a backup in the database's place"),
        verb("resend", resend, "put back what was exported since nobody took it"),
    ):
        each.add_argument("file", type=Path, metavar="FILE", help="the copy")
        options.configured(each, DEFAULT_CONFIG)
    options.exporting(
        verb("export", export, "write all that is here of a person, as JSON and PDF"),
        DEFAULT_CONFIG,
    )
    options.naming(
        verb("forget", forget, "destroy what is here of a person"), DEFAULT_CONFIG
    )
    options_counter.pairing(
        verb("screens", screens, "pair tablets and displays, shut one out"),
        DEFAULT_CONFIG,
    )
    options_qr.dictionaries(
        verb("dictionary", dictionary, "make a store’s dictionary for its QR receipts")
    )
    options_qr.keylists(
        verb("keylist", keylist, "publish the tills’ keys for QR receipts")
    )
    it.commands(verb, root, DEFAULT_CONFIG)
    options.fitting(
        verb("hands", hands, "fit keypads, scanners and the card by the till")
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
