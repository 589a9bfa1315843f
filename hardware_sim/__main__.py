"""``python -m hardware_sim``."""

from __future__ import annotations

import sys

from hardware_sim.cli import main

if __name__ == "__main__":
    sys.exit(main())
