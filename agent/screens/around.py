"""What the screens stand on, as handed in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agent.clock import Clock
from agent.entropy import Entropy
from agent.screens.devices import DeviceStore


@dataclass(frozen=True, slots=True)
class Around:
    """``store``: none without a database.  ``folder``: for a certificate of our own."""

    clock: Clock
    entropy: Entropy
    store: DeviceStore | None
    folder: Path
