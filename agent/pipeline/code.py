"""What the screens show as the receipt's QR."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Code:
    """``kind``: the address of its page, the whole receipt, or none can be had.

    ``svg`` empty: nobody could draw it, for now.
    """

    svg: str = field(default="", repr=False)
    kind: Literal["page", "whole", "none"] = "page"


PAGE: Final = Code()
