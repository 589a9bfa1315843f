"""``receipt-rcu manual`` and ``completion``; no configuration is read for them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Final

from agent.usage.completion import SHELLS
from rcu.manual_words import book

Does = Callable[[argparse.Namespace], int]


def manual(arguments: argparse.Namespace) -> int:
    """Write the pages; how many."""
    count = book(arguments.root).write(arguments.into)
    sys.stdout.write(f"{arguments.into}: {count} pages\n")
    return 0


def completion(arguments: argparse.Namespace) -> int:
    """Write it to standard output."""
    sys.stdout.write(SHELLS[arguments.shell](arguments.root))
    return 0


PAPERS: Final = {"manual": manual, "completion": completion}
