"""``receipt-rcu serve | check | enrol``: the command line.

Exit status: 0 done, 2 wrong usage, 70 the store cannot be trusted, 78 the
configuration must be edited (sysexits.h: EX_SOFTWARE, EX_CONFIG).
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rcu.config import Settings, load
from rcu.errors import ConfigError, StoreError
from rcu.logs import to_stderr
from rcu.seams import SystemClock, SystemEntropy

EX_SOFTWARE = 70
EX_CONFIG = 78
_EDGE = re.compile(r"[\x21-\x7e]{1,128}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = _parser().parse_args(argv)
    to_stderr(logging.DEBUG if arguments.verbose else logging.INFO)
    # aiosqlite logs every statement with its values at DEBUG.
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    command: Callable[[Settings, argparse.Namespace], None] = arguments.command
    try:
        command(load(arguments.config), arguments)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return EX_CONFIG
    except StoreError as error:
        print(error, file=sys.stderr)
        return EX_SOFTWARE
    return 0


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, required=True, metavar="FILE")
    common.add_argument("--verbose", action="store_true", help="log more")
    parser = argparse.ArgumentParser(prog="receipt-rcu", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serving = commands.add_parser(
        "serve", parents=[common], help="listen for tills and customers"
    )
    serving.set_defaults(command=_serve)
    checking = commands.add_parser(
        "check", parents=[common], help="say what is wrong with the configuration"
    )
    checking.set_defaults(command=_check)
    enrolling = commands.add_parser(
        "enrol",
        parents=[common],
        help="mint the key of one till; an earlier one stops working",
    )
    enrolling.add_argument(
        "edge",
        type=_edge,
        metavar="EDGE",
        help="the till's CloudEvents source, such as urn:edge:ENS1:S0042:T03",
    )
    enrolling.set_defaults(command=_enrol)
    return parser


def _edge(text: str) -> str:
    if not _EDGE.fullmatch(text):
        raise argparse.ArgumentTypeError("1 to 128 printable characters, no space")
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
    server = settings.server
    print(f"{arguments.config}: well; would listen on {server.host}:{server.port}")


def _enrol(settings: Settings, arguments: argparse.Namespace) -> None:
    asyncio.run(_mint(settings.store.directory, arguments.edge))


async def _mint(directory: Path, edge: str) -> None:
    from rcu.app import open_keyring

    async with open_keyring(directory) as keyring:
        enrolled = await keyring.enrol(edge, SystemClock().now_ms(), SystemEntropy())
    # The token alone on standard output, so that a script can take it.
    print(f"Key of {edge}; it is shown once and kept as a hash:", file=sys.stderr)
    print(enrolled.token)
