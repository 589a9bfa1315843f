"""The root of a command line, as each of our programs begins it."""

from __future__ import annotations

import argparse
import sys
from typing import Any, Final, NoReturn

EX_USAGE: Final = 64
"""sysexits.h; argparse's own 2 is no word of it."""


class Program(argparse.ArgumentParser):
    """Says its version; wrong usage, of a command too, ends with 64."""

    def __init__(
        self, prog: str = "", description: str = "", version: str = "", **rest: Any
    ) -> None:
        super().__init__(prog=prog, description=description, **rest)
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
