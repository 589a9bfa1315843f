"""``receipt-agent completion SHELL``: commands and options for bash, zsh and fish."""

from __future__ import annotations

import argparse
import sys

from agent.usage.completion import SHELLS


def run(arguments: argparse.Namespace) -> int:
    """Write it to standard output."""
    sys.stdout.write(SHELLS[arguments.shell](arguments.root))
    return 0
