"""What the commands about one recorded print job may be told."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

FORMATS: Final = ("text", "html", "png", "grey", "pdf")


def drawing(verb: argparse.ArgumentParser) -> None:
    """``render``."""
    verb.add_argument("file", type=Path, help="the job; - for standard input")
    verb.add_argument(
        "--to", choices=FORMATS, default="text", help="grey is a PNG for screens"
    )
    verb.add_argument(
        "--output", type=Path, metavar="FILE", help="default: standard output"
    )
    verb.add_argument(
        "--after",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="a job sent before, whose logos the printer keeps; may be repeated",
    )
    verb.add_argument(
        "--ocr", action="store_true", help="have tesseract read pictures (--to text)"
    )
    verb.add_argument(
        "--width", type=int, metavar="DOTS", help="of the head, if not the profile's"
    )
    verb.add_argument(
        "--code-page", type=int, default=0, metavar="N", help="the printer wakes up in"
    )
    verb.add_argument(
        "--multibyte",
        default="",
        metavar="CODE",
        help="of its kanji: gb18030, cp932, "
        "shift_jis_2004, jis, big5, euc_kr; utf-8 for a clone that speaks nothing else",
    )
    _printed(verb)


def decoding(verb: argparse.ArgumentParser) -> None:
    """``decode``."""
    verb.add_argument("file", type=Path, help="the job; - for standard input")
    verb.add_argument(
        "--coverage", action="store_true", help="count commands and understood bytes"
    )
    verb.add_argument("--json", action="store_true", help="one object a line")
    verb.add_argument(
        "--hex", action="store_true", help="the file is a hex dump, as of xxd"
    )
    _printed(verb)


def _printed(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--dialect",
        choices=("escpos", "star"),
        default="escpos",
        help="star: the job is Star line mode or Star raster (default: escpos)",
    )
    verb.add_argument(
        "--printer",
        metavar="PROFILE",
        default="default",
        help="a printer profile of python-escpos; the one in agent.toml draws what "
        "the till's printer prints (default: 576 dots, all code pages of Epson's)",
    )
