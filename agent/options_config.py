"""What ``receipt-agent config`` may be told."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.options import configured


def configuring(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``config show`` and ``migrate``."""
    ways = verb.add_subparsers(required=True, metavar="show|migrate", dest="way")
    showing = ways.add_parser(
        "show", help="show what holds, and whether the file or the RCU says so"
    )
    showing.add_argument("--json", action="store_true", help="one object")
    showing.add_argument(
        "--all", action="store_true", help="show what nobody has set, too"
    )
    moving = ways.add_parser(
        "migrate", help="write a file of an earlier version in this one's keys"
    )
    moving.add_argument(
        "--write",
        action="store_true",
        help="replace it, and keep what was there as FILE.bak (default: show it)",
    )
    for each in (showing, moving):
        configured(each, default_config)
