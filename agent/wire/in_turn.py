"""Batches of one till that fly together take effect in its order."""

from __future__ import annotations

from typing import Final

BATCH_AFTER: Final = "batch-after"
"""A header: the batch takes effect once the entry of that number (12 digits) is held or
refused, which is on its way too; else it is answered 409 ``out-of-turn``."""
MAX_IN_FLIGHT: Final = 8
"""Of one till, that the RCU lets wait for one another."""
