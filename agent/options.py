"""What the larger commands of ``receipt-agent`` may be told."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Final
from uuid import UUID

from agent.usage.tree import Suggested

FILE_OR_NAME: Final = Suggested(files="file")
SAMPLES: Final = ("escpos", "star", "text", "json")


def configured(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``--config``, for a verb that reads the till's configuration."""
    verb.add_argument(
        "--config",
        type=Path,
        default=default_config,
        metavar="FILE",
        help="default: %(default)s",
    )


def fitting(verb: argparse.ArgumentParser) -> None:
    """``hands list``, ``learn`` and ``card``."""
    ways = verb.add_subparsers(required=True, metavar="list|learn|card", dest="way")
    ways.add_parser("list", help="show what is plugged in, and how to write it down")
    learning = ways.add_parser("learn", help="say which key or code is heard")
    learning.add_argument(
        "device",
        nargs="?",
        type=FILE_OR_NAME,
        help="a name or a path, which nobody else hears meanwhile (default: listen to all)",
    )
    learning.add_argument(
        "--baud", type=int, default=9600, help="of a serial line (default: 9600)"
    )
    learning.add_argument(
        "--seconds", type=float, metavar="S", help="then end (default: with Ctrl-C)"
    )
    drawing = ways.add_parser("card", help="draw the barcodes that lie by the till")
    drawing.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="the card, as PDF",
    )
    drawing.add_argument("--size", choices=("a5", "a6"), default="a5", help="landscape")
    for each in (learning, drawing):
        each.add_argument(
            "--config",
            type=Path,
            metavar="FILE",
            help="for the shop’s name and numbers",
        )


def profiling(verb: argparse.ArgumentParser) -> None:
    """``profile new`` and ``test``."""
    ways = verb.add_subparsers(required=True, metavar="new|test", dest="way")
    proposing = ways.add_parser("new", help="propose a profile, as TOML on stdout")
    proposing.add_argument(
        "--from",
        dest="jobs",
        type=Path,
        nargs="+",
        required=True,
        metavar="JOB",
        help="recorded papers of one POS; ten show more than one",
    )
    proposing.add_argument("--name", default="pos", help="of the profile")
    trying = ways.add_parser(
        "test", help="read jobs without it and with it; 1 if anything is lost"
    )
    trying.add_argument(
        "profile", type=Path, metavar="PROFILE", help="the profile, as TOML"
    )
    trying.add_argument(
        "jobs", type=Path, nargs="+", metavar="JOB", help="recorded papers of that POS"
    )
    trying.add_argument(
        "--truth", action="store_true", help="the jobs are labelled receipts"
    )
    for each in (proposing, trying):
        of_samples(each)


def extracting(verb: argparse.ArgumentParser) -> None:
    """``extract``."""
    verb.add_argument(
        "files",
        type=Path,
        nargs="*",
        metavar="FILE",
        help="a print job, lines of text, or a labelled receipt in JSON; - for "
        "standard input",
    )
    of_samples(verb)
    verb.add_argument(
        "--profile", type=Path, metavar="FILE", help="what is known of the POS, as TOML"
    )
    verb.add_argument(
        "--batch",
        action="store_true",
        help='answer {"id", "lines", "country"} on standard input, one a line',
    )
    verb.add_argument("--lang", choices=("en", "fr"), default="en", help="for people")
    form = verb.add_mutually_exclusive_group()
    form.add_argument(
        "--json", action="store_true", help="{id: fields}, as scorers read it"
    )
    form.add_argument(
        "--receipt", action="store_true", help="receipt/1 in JSON, one a line"
    )


def policing(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``policy list``, ``explain``, ``test`` and ``notice``."""
    verb.set_defaults(default_config=default_config)
    ways = verb.add_subparsers(
        required=True, metavar="list|explain|test|notice", dest="way"
    )
    ways.add_parser("list", help="show the packs that came along")
    explaining = ways.add_parser("explain", help="say why a document was decided so")
    explaining.add_argument(
        "receipt",
        type=FILE_OR_NAME,
        metavar="RECEIPT",
        help="the id of a receipt or job of the store; or a file: a print job, lines of "
        "text, a receipt in JSON; - for standard input",
    )
    explaining.add_argument("--json", action="store_true", help="one object")
    explaining.add_argument(
        "--lang", choices=("fr", "en"), default="fr", help="for people"
    )
    explaining.add_argument(
        "--pack",
        type=FILE_OR_NAME,
        default="",
        help="of a file: a name or a path (default: its country’s)",
    )
    explaining.add_argument("--country", type=country, metavar="CC", help="of a file")
    explaining.add_argument(
        "--profile",
        type=Path,
        metavar="FILE",
        help="of a file: what is known of the POS",
    )
    explaining.add_argument(
        "--fact",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of a file: as in a table of cases, terminal=kiosk; may be repeated",
    )
    testing = ways.add_parser(
        "test", help="hold packs against expected decisions; 1 if any differs"
    )
    testing.add_argument(
        "pack",
        nargs="?",
        type=FILE_OR_NAME,
        default="",
        help="a name or a path (default: all of them)",
    )
    testing.add_argument(
        "--expected",
        type=Path,
        metavar="CSV",
        help="default: the table that came along",
    )
    testing.add_argument(
        "--all", action="store_true", help="show every case, not only what differs"
    )
    drawing = ways.add_parser("notice", help="draw the legal notice, as A5 in PDF")
    drawing.add_argument(
        "pack",
        nargs="?",
        type=FILE_OR_NAME,
        default="",
        help="whose rules it says: a name or a path (default: fr)",
    )
    drawing.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="the notice, as PDF",
    )
    drawing.add_argument("--shop", help="its name (default: of --config)")
    drawing.add_argument("--logo", type=Path, metavar="FILE", help="PNG or JPEG")
    drawing.add_argument(
        "--services", action="store_true", help="also what is said of services"
    )
    for each in (explaining, drawing):
        each.add_argument(
            "--config", type=Path, metavar="FILE", help="of the till whose rules hold"
        )


def delivering(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``deliveries export``, ``verify``, ``dead`` and ``replay``."""
    ways = verb.add_subparsers(
        required=True, metavar="export|verify|dead|replay", dest="way"
    )
    exporting = ways.add_parser(
        "export", help="write originals and copies of some days, signed"
    )
    for name, says in (("--since", "first day"), ("--until", "last day, included")):
        exporting.add_argument(
            name, type=dt.date.fromisoformat, metavar="DAY", help=f"{says}: 2026-11-21"
        )
    exporting.add_argument(
        "--format", choices=("csv", "json"), default="csv", help="default: csv"
    )
    exporting.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="the signature goes beside it, into FILE.sig",
    )
    checking = ways.add_parser("verify", help="check a file; 1 if it was changed")
    checking.add_argument(
        "file", type=Path, metavar="FILE", help="as export wrote it; FILE.sig beside it"
    )
    checking.add_argument(
        "--keys",
        type=Path,
        metavar="FILE",
        help="public keys kept elsewhere, as of keys public (default: the till's own)",
    )
    dead = ways.add_parser("dead", help="list mails and SMS that reached nobody")
    again = ways.add_parser("replay", help="have the agent send one of them again")
    again.add_argument("receipt", type=UUID, metavar="RECEIPT", help="as dead shows it")
    again.add_argument(
        "channel", choices=("email", "sms"), help="by which it was to be sent"
    )
    for each in (exporting, checking, dead, again):
        configured(each, default_config)


def keys(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``keys init``, ``list``, ``rotate`` and ``public``."""
    ways = verb.add_subparsers(
        required=True, metavar="init|list|rotate|public", dest="way"
    )
    ways.add_parser("init", help="make those that are missing; safe to repeat")
    ways.add_parser("list", help="show ids, purposes and times")
    rotating = ways.add_parser("rotate", help="let a new key sign from now on")
    rotating.add_argument(
        "purpose",
        choices=("consent", "transport", "qr", "store"),
        help="what the key is for",
    )
    rotating.add_argument(
        "--revoke",
        action="store_true",
        help="the old key is lost or known: what it signs later is not believed",
    )
    ways.add_parser("public", help="print the public keys, one in JSON a line")
    for each in ways.choices.values():
        configured(each, default_config)


def naming(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``forget`` and ``export``: of whom."""
    verb.add_argument(
        "contact", help="e-mail, telephone or card; - reads it from standard input"
    )
    verb.add_argument(
        "--card", action="store_true", help="it is a card, also with letters in it"
    )
    configured(verb, default_config)


def exporting(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``export``: to where."""
    naming(verb, default_config)
    verb.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="FILE.json",
        help="the PDF stands beside it",
    )


def country(text: str) -> str:
    """Two letters, in capitals; :class:`argparse.ArgumentTypeError` for anything else."""
    if len(text) != 2 or not (text.isascii() and text.isalpha()):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no country; write two letters (ISO 3166-1 alpha-2), for example FR"
        )
    return text.upper()


def of_samples(verb: argparse.ArgumentParser) -> None:
    """What recorded papers are, for a verb that reads some."""
    verb.add_argument(
        "--as",
        dest="as_kind",
        choices=SAMPLES,
        help="what the files are; star: a job for a Star printer (default: looked at, "
        "a job is taken for ESC/POS)",
    )
    verb.add_argument(
        "--country",
        default="FR",
        metavar="CC",
        type=country,
        help="ISO 3166-1 alpha-2, where a file does not say (default: FR)",
    )
    verb.add_argument(
        "--printer",
        default="default",
        help="of a print job: a printer profile of python-escpos",
    )
