"""The options of what is done about the counter: consents, and its screens."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.options import configured


def consenting(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``consent verify``, ``show``, ``withdraw`` and ``admit``."""
    ways = verb.add_subparsers(
        required=True, metavar="verify|show|withdraw|admit", dest="way"
    )
    verifying = ways.add_parser(
        "verify", help="check the whole chain; 1 if anything does not hold"
    )
    verifying.add_argument(
        "--export", type=Path, metavar="FILE", help="write all records, as JSON lines"
    )
    verifying.add_argument(
        "--keys",
        type=Path,
        metavar="FILE",
        help="public keys kept elsewhere, as of keys public (default: the till's own)",
    )
    showing = ways.add_parser("show", help="what one contact decided")
    withdrawing = ways.add_parser(
        "withdraw", help="take back what a contact had agreed to"
    )
    withdrawing.add_argument(
        "--purpose", metavar="NAME", help="one only, as receipt_delivery"
    )
    withdrawing.add_argument(
        "--object", action="store_true", help="an objection (GDPR, art. 21)"
    )
    admitting = ways.add_parser(
        "admit",
        help="let an e-mail address in again that was shut out; only when its owner asks",
    )
    for each in (showing, withdrawing, admitting):
        each.add_argument(
            "contact",
            metavar="CONTACT",
            help="an address or number; - reads it from standard input, where no list "
            "of processes shows it",
        )
        each.add_argument(
            "--as",
            dest="kind",
            choices=("email", "phone", "loyalty"),
            help="what it is (default: looked at)",
        )
    for each in ways.choices.values():
        spoken(each, default_config)


def pairing(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``screens devices``, ``pair`` and ``revoke``."""
    ways = verb.add_subparsers(required=True, metavar="devices|pair|revoke", dest="way")
    ways.add_parser("devices", help="show the paired screens")
    opening = ways.add_parser("pair", help="show a code to type on the new screen")
    opening.add_argument(
        "--role",
        choices=("cashier", "display", "it"),
        default="display",
        help="what it may show (default: display)",
    )
    opening.add_argument("--name", default="tablet", help="of the device")
    shutting = ways.add_parser("revoke", help="shut a screen out at once")
    shutting.add_argument("device", metavar="DEVICE", help="its id, as of devices")
    for each in ways.choices.values():
        spoken(each, default_config)


def spoken(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``--lang`` too, for a verb that tells a person something."""
    configured(verb, default_config)
    verb.add_argument("--lang", choices=("fr", "en"), default="fr", help="for people")
