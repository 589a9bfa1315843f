"""``python -m rcu``: the same as ``receipt-rcu``."""

from __future__ import annotations

import sys

from rcu.cli import main

if __name__ == "__main__":
    sys.exit(main())
