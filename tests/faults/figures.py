"""What every run says, in one line that a machine can read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field


@dataclass(slots=True)
class Figures:
    """STORE.md section 5, "Figures every run must print".

    ``more`` holds what only this fault has.
    """

    fault: str
    broken: str = ""
    """The promise that this control breaks; empty: the program as it is."""
    seed: int = 0
    faults: int = 0
    """Kills, cuts, crash states, flips."""
    offered: int = 0
    accepted: int = 0
    """Acknowledged to the POS, which is what it goes by."""
    lost: int = 0
    """Accepted, and neither on paper nor at the RCU nor in what is left."""
    phantoms: int = 0
    """There, and never sent by any POS."""
    duplicate_effects: int = 0
    corrupt: int = 0
    """Databases that could not be opened, records that could not be read."""
    more: dict[str, object] = field(default_factory=dict)

    def line(self) -> str:
        """JSON."""
        told = asdict(self)
        return json.dumps({**told.pop("more"), **told}, sort_keys=True)

    @property
    def held(self) -> bool:
        """What must hold does."""
        return not (self.lost or self.phantoms or self.duplicate_effects)
