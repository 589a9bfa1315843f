"""The root of a command line, as each of our programs begins it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

EX_USAGE: Final = 64
"""sysexits.h; argparse's own 2 is no word of it."""


class Program(argparse.ArgumentParser):
    """Says its version; wrong usage, of a command too, ends with 64."""

    def __init__(
        self, prog: str = "", description: str = "", version: str = "", **rest: Any
    ) -> None:
        super().__init__(prog=prog, description=description, **rest)
        self.release = version
        if version:
            self.add_argument(
                "--version",
                action="version",
                version=f"{prog} {version}",
                help="say which version it is, and end",
            )

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EX_USAGE, f"{self.prog}: {message}\n")


def making_pages(verb: argparse.ArgumentParser) -> None:
    """``manual``."""
    verb.add_argument(
        "--into", type=Path, required=True, metavar="DIR", help="made if need be"
    )


def completing(verb: argparse.ArgumentParser) -> None:
    """``completion``."""
    verb.add_argument("shell", choices=("bash", "zsh", "fish"), help="for which")
