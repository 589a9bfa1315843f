"""What a printer holds, as far as its answers tell: names and sizes, no dots.

A worker reads it from a job and a memory (:mod:`agent.escpos.replies.worked`), the
relay says it.  It goes between the two as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self


class Size(NamedTuple):
    """A symbol's sides in dots, and whether it would print as it is set."""

    width: int
    height: int
    printable: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """Keys of two characters each, of stored graphics and of those in RAM.

    ``mounted`` are the logos that are set: "top", "bottom".  ``own_keys`` and
    ``own_bytes`` are of the POS's own memory, ``record`` is what it asks for.  ``size`` is that of the
    symbol which the question is about; ``None``: nobody has drawn it.
    """

    nv_keys: tuple[str, ...] = ()
    nv_bytes: int = 0
    ram_keys: tuple[str, ...] = ()
    ram_bytes: int = 0
    mounted: tuple[str, ...] = ()
    size: Size | None = None
    own_keys: tuple[str, ...] = ()
    own_bytes: int = 0
    record: str = ""
    """Latin-1: a byte a character."""

    def facts(self) -> dict[str, Any]:
        """Only of JSON's types."""
        return {
            "nv_keys": list(self.nv_keys),
            "nv_bytes": self.nv_bytes,
            "ram_keys": list(self.ram_keys),
            "ram_bytes": self.ram_bytes,
            "mounted": list(self.mounted),
            "size": list(self.size) if self.size else None,
            "own_keys": list(self.own_keys),
            "own_bytes": self.own_bytes,
            "record": self.record,
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """What :meth:`facts` made."""
        size = facts["size"]
        return cls(
            tuple(facts["nv_keys"]),
            facts["nv_bytes"],
            tuple(facts["ram_keys"]),
            facts["ram_bytes"],
            tuple(facts["mounted"]),
            Size(*size) if size else None,
            tuple(facts["own_keys"]),
            facts["own_bytes"],
            facts["record"],
        )


NOTHING: Final = Contents()
"""A printer fresh from the shop, and what is said when nobody knows better."""
