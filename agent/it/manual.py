"""``receipt-agent manual --into DIR``: manual pages, one for the program and one a command."""

from __future__ import annotations

import argparse
import sys

from agent.it.manual_words import book


def run(arguments: argparse.Namespace) -> int:
    """Write them; how many."""
    count = book(arguments.root).write(arguments.into)
    sys.stdout.write(f"{arguments.into}: {count} pages\n")
    return 0
