"""What became of a mail after a relay took it, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["bounced", "delayed", "unwanted"]
"""``unwanted``: whoever it reached wants none any more."""


@dataclass(frozen=True, slots=True)
class Report:
    """``status`` is of RFC 3463, or empty; ``hard``: that address takes no mail."""

    receipt_id: str
    number: int
    state: State
    status: str = ""
    hard: bool = False
