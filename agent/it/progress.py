"""What is being worked at: on a terminal only, beside the answer and never in it."""

from __future__ import annotations

import sys


def says(what: str) -> None:
    """So that nobody takes patience for a hang."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{what}...\n")
        sys.stderr.flush()
