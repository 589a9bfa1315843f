"""What the commands about receipts in a QR may be told."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.options import of_samples


def dictionaries(verb: argparse.ArgumentParser) -> None:
    """``dictionary train`` and ``list``."""
    ways = verb.add_subparsers(required=True, metavar="train|list", dest="way")
    training = ways.add_parser("train", help="make one from receipts")
    training.add_argument(
        "--from",
        dest="sources",
        type=Path,
        nargs="+",
        required=True,
        metavar="STORE|FILE",
        help="the agent’s folder or database, or recorded papers",
    )
    training.add_argument(
        "--number", type=int, metavar="N", help="16 to 255 (default: the next free one)"
    )
    training.add_argument(
        "--at-least",
        type=_several,
        default=5,
        metavar="K",
        help="receipts that must have a string in common (default: 5)",
    )
    of_samples(training)
    for each in (training, ways.add_parser("list", help="show those that there are")):
        each.add_argument(
            "--to",
            type=Path,
            required=True,
            metavar="DIR",
            help="where dictionaries are kept, and published from",
        )


def keylists(verb: argparse.ArgumentParser) -> None:
    """``keylist build`` and ``verify``."""
    ways = verb.add_subparsers(required=True, metavar="build|verify", dest="way")
    building = ways.add_parser("build", help="write and sign the list")
    building.add_argument(
        "keys", nargs="+", metavar="STORE=FILE", help="an index, as of keys public"
    )
    building.add_argument(
        "--root",
        type=Path,
        required=True,
        metavar="PEM",
        help="the retailer's private key, which signs the list",
    )
    building.add_argument(
        "--retailer", required=True, metavar="NAME", help="the name that phones show"
    )
    building.add_argument(
        "--stores", type=Path, required=True, metavar="TOML", help="[stores.NUMBER]"
    )
    building.add_argument(
        "--dictionaries",
        type=Path,
        nargs="*",
        default=[],
        metavar="DIR",
        help="as dictionary train wrote them; published along",
    )
    building.add_argument(
        "--shards", action="store_true", help="sixteen files, for thousands of tills"
    )
    checking = ways.add_parser("verify", help="read it as a phone would; 1 if not good")
    for each in (building, checking):
        each.add_argument(
            "-o",
            "--output",
            type=Path,
            required=True,
            metavar="DIR",
            help="the folder that the web server shows",
        )


def _several(text: str) -> int:
    if not text.isdecimal() or int(text) < 3:
        raise argparse.ArgumentTypeError(
            f"{text!r}: at least three, or a string may be one customer’s"
        )
    return int(text)
