"""What the conversations of a door share."""

from __future__ import annotations

import math
from collections import Counter as Tallies
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.clock import Clock
from agent.entropy import Entropy
from agent.events import PrinterState
from agent.intake.arriving import Arriving
from agent.intake.dialect import Dialect
from agent.intake.limits import LimitSettings
from agent.intake.ports import Counter


@dataclass(slots=True)
class Held:
    """How much the conversations of all doors hold, and how many they are."""

    bytes: int = 0
    lines: int = 0
    moved_s: float = -math.inf
    """When a line last came or ended, in the loop's seconds."""
    refused: Tallies[tuple[str, str]] = field(default_factory=Tallies)
    """Lines that were hung up on, by door and why: full, stranger, web_request."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every conversation of a door shares.

    ``idle_close_s``: a silence after which the line is closed; ``inf`` for a line that
    is a cable.  ``spools`` is ``None`` where nothing can be spooled.
    """

    door: str
    counter: Counter
    state: Callable[[], PrinterState]
    clock: Clock
    entropy: Entropy
    idle_close_s: float
    dialect: Dialect
    held: Held = field(default_factory=Held)
    limits: LimitSettings = field(default_factory=LimitSettings)
    spools: Arriving | None = None
