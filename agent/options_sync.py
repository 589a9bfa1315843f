"""What the commands about the RCU may be told."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.options import configured


def enrolling(verb: argparse.ArgumentParser, default_config: Path) -> None:
    """``enrol``."""
    verb.add_argument("url", metavar="URL", help="the RCU's, as sync.url will have it")
    verb.add_argument(
        "code", metavar="CODE", help="of receipt-rcu enrol-code, valid for minutes"
    )
    configured(verb, default_config)
