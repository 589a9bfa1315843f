"""``receipt-rcu serve | check | enrol-code | ...``: the command line.

A till's name is checked before its key is made: a misspelt one would cost a
key that no till can use, and the till would find out by a 401.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import logging
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agent import __version__
from agent.usage.program import Program, completing, making_pages
from rcu import fleet_options
from rcu.config import Settings, load
from rcu.errors import ConfigError, StoreError
from rcu.fleet_options import Command, Verb
from rcu.logs import to_stderr
from rcu.seams import SystemClock, SystemEntropy

EX_SOFTWARE: Final = 70
EX_CONFIG: Final = 78
DEFAULT_CONFIG: Final = Path("/etc/receipt-rcu/rcu.toml")
_EXITS: Final = (
    "Exit status, as in sysexits.h: 0 done, 64 wrong usage, 70 the store cannot be "
    "trusted, 78 the configuration must be edited."
)
_PART: Final = "[A-Za-z0-9][A-Za-z0-9_-]{0,31}"
"""As ``[till]`` of the agent's configuration allows."""
_EDGE: Final = re.compile(f"urn:edge:{_PART}:{_PART}:{_PART}")
_TILL: Final = "the till, as urn:edge:TENANT:STORE:TILL"
_NO_EDGE: Final = (
    "a till is named urn:edge:TENANT:STORE:TILL, such as urn:edge:ENS1:S0042:T03: "
    "the values of tenant, store and till under [till] in the agent's configuration, "
    "each 1 to 32 letters, digits, - or _, the first a letter or digit"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = _parser().parse_args(argv)
    if "paper" in arguments:
        return _papers(arguments)
    to_stderr(logging.DEBUG if arguments.verbose else logging.INFO)
    # aiosqlite logs every statement with its values at DEBUG.
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    command: Command = arguments.command
    try:
        return command(load(arguments.config), arguments) or 0
    except ConfigError as error:
        print(error, file=sys.stderr)
        return EX_CONFIG
    except StoreError as error:
        print(error, file=sys.stderr)
        return EX_SOFTWARE


def _parser() -> Program:
    parser = Program(
        "receipt-rcu",
        "The central service: takes the tills' receipts and shows each customer theirs.",
        __version__,
        epilog=_EXITS,
    )
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    def verb(name: str, does: Command, says: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=says, description=says)
        made.add_argument(
            "--config",
            type=Path,
            default=DEFAULT_CONFIG,
            metavar="FILE",
            help="the configuration (default: %(default)s)",
        )
        made.add_argument("--verbose", action="store_true", help="log more")
        made.set_defaults(command=does)
        return made

    verb("serve", _serve, "listen for tills and customers")
    verb("check", _check, "say whether the configuration can work")
    enrolling = verb(
        "enrol", _enrol, "print a new key for one till; an earlier one stops working"
    )
    enrolling.add_argument(
        "edge",
        type=_edge,
        metavar="EDGE",
        help="the till, as urn:edge:TENANT:STORE:TILL; the three stand under [till] "
        "in the agent's configuration",
    )
    _about_tills(verb)
    _orders(verb)
    fleet_options.admitting(verb, _late("operator", "fleet_commands"))
    for name, says, told in (
        ("manual", "write the manual pages", making_pages),
        ("completion", "write completion for a shell", completing),
    ):
        made = verbs.add_parser(name, help=says, description=says)
        told(made)
        made.set_defaults(paper=name, root=parser)
    return parser


def _papers(arguments: argparse.Namespace) -> int:
    from rcu.papers import PAPERS

    return PAPERS[arguments.paper](arguments)


def _about_tills(verb: Verb) -> None:
    coding = verb(
        "enrol-code",
        _late("enrol_code"),
        "print a code by which one till enrols itself",
    )
    coding.add_argument(
        "--minutes",
        type=int,
        default=15,
        metavar="N",
        help="it is good for (default: 15)",
    )
    ending = verb("revoke", _late("revoke"), "shut a till out, at once")
    for each in (coding, ending):
        each.add_argument(
            "--till", type=_edge, required=True, metavar="EDGE", help=_TILL
        )
    fleet_options.showing(verb, _late("tills", "fleet_commands"))
    counting = verb(
        "reconcile",
        _late("reconcile"),
        "count again what the tills say that their logs hold; 1 if anything differs",
    )
    counting.add_argument(
        "--till", type=_edge, metavar="EDGE", help=f"{_TILL} (default: all)"
    )
    counting.add_argument("--json", action="store_true", help="one object a till")


def _orders(verb: Verb) -> None:
    erasing = verb("erase", _late("erase"), "erase a person, here and at the tills")
    for kind, flag, says in (
        ("email", "--email", "an address of theirs"),
        ("phone", "--phone", "a telephone number of theirs"),
        ("loyalty", "--card", "the number of a card of theirs"),
    ):
        erasing.add_argument(
            flag,
            dest=kind,
            action="append",
            metavar="IDENTIFIER",
            help=f"{says}; may be repeated",
        )
    erasing.add_argument(
        "--request", metavar="ID", help="of the request (default: a new one)"
    )
    again = verb("resend", _late("resend"), "have a till send its log once more")
    again.add_argument("--till", type=_edge, required=True, metavar="EDGE", help=_TILL)
    again.add_argument("first", type=int, help="the number of the first entry")
    fleet_options.configuring(verb, _late("configure", "fleet_commands"), _edge)
    blocking = verb(
        "block", _late("block"), "tell the tills that nothing is to go to an identifier"
    )
    blocking.add_argument("identifier", help="an e-mail, a telephone number, a card")
    blocking.add_argument(
        "--undo", action="store_true", help="it is somebody's after all"
    )
    preferring = verb(
        "prefer", _late("prefer"), "tell the tills what a card's holder wants"
    )
    preferring.add_argument("card", help="its number")
    preferring.add_argument(
        "channel",
        choices=("account", "paper", "none", "qr", "forget"),
        help="what becomes of a receipt with that card; forget: as without a wish",
    )
    listing = verb(
        "orders", _late("list_orders"), "show orders and proofs; 1 if one is overdue"
    )
    listing.add_argument(
        "--open", action="store_true", help="those without a whole proof"
    )


def _late(name: str, module: str = "commands") -> Command:
    """By its name: `check` and `enrol` do without a web framework."""

    def does(settings: Settings, arguments: argparse.Namespace) -> int:
        found = importlib.import_module(f"rcu.{module}")
        done: int = getattr(found, name)(settings, arguments)
        return done

    return does


def _edge(text: str) -> str:
    if not _EDGE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r}: {_NO_EDGE}")
    return text


def _serve(settings: Settings, _arguments: argparse.Namespace) -> None:
    # Here, since `check` has to answer without a web server.
    from rcu.app import serve
    from rcu.store.db import sole_owner

    with sole_owner(settings.store.directory):
        asyncio.run(serve(settings, SystemClock()))


def _check(settings: Settings, arguments: argparse.Namespace) -> None:
    directory = settings.store.directory
    nearest = next(path for path in (directory, *directory.parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise ConfigError(
            f"{arguments.config}: store.directory: {nearest} cannot be written to; "
            "name another directory or change its owner"
        )
    # A web framework, which `enrol` does without.
    from rcu.mail import hooks
    from rcu.mail.mailbox import Mailbox
    from rcu.sms_reports import keys

    keys(settings.sms)
    hooks.keys(settings.mail)
    if settings.mail.mailbox is not None:
        Mailbox(settings.mail.mailbox)
    server = settings.server
    print(f"{arguments.config}: fine; would listen on {server.host}:{server.port}")


def _enrol(settings: Settings, arguments: argparse.Namespace) -> None:
    asyncio.run(_mint(settings.store.directory, arguments.edge))


async def _mint(directory: Path, edge: str) -> None:
    from rcu.app import open_keyring

    async with open_keyring(directory) as (keyring, _tills):
        enrolled = await keyring.enrol(edge, SystemClock().now_ms(), SystemEntropy())
    # The token alone on standard output, so that a script can take it.
    print(f"Key of {edge}; it is shown once and kept as a hash:", file=sys.stderr)
    print(enrolled.token)
