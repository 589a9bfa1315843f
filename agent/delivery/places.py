"""Where, in bytes on their way to the printer, somebody's drawer pulse can be said.

Between two commands as it is, or in real time; in the dots of a picture only in real
time, in place of some of them.  Who can read the bytes says where that is
(:class:`Finder`); nothing here looks into them.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

DISABLES: Final = re.compile(
    rb"\x1d\(D..\x14(?:[^\x01].)*\x01[\x00\x30]", re.DOTALL
)  # GS ( D pL pH 20 1 0
"""A printer that was told this does not heed DLE DC4 fn 1 any more, until ESC @."""
MAX_PLACES: Final = 256
"""Of bytes that wait: one for each 256 of them, in what a printer's own buffer holds."""


class Place(NamedTuple):
    """From ``start`` to ``end`` of a stream; both the same: two commands meet there.

    Otherwise there are dots.
    """

    start: int
    end: int


class Finder(Protocol):
    """Reads one stream from a place where a command begins."""

    def feed(self, data: bytes) -> Sequence[tuple[int, int]]:
        """What comes next; the places (start, end) that are known now, in order."""
        ...


class Blind:
    """Finds none: a pulse waits until all is written."""

    def feed(self, data: bytes) -> Sequence[tuple[int, int]]:
        del data
        return ()


@dataclass(frozen=True, slots=True)
class Speech:
    """What the link to the printer has to know of the printer's language.

    ``now``: a pulse that a printer obeys when it receives it, ahead of what its buffer
    holds; ``None``: there is none.
    """

    now: Callable[[bytes], bytes | None] = lambda _pulse: None
    finder: Callable[[], Finder] = Blind


class Places:
    """Those that are known and not passed yet, in their order."""

    def __init__(self) -> None:
        self._known: deque[Place] = deque(maxlen=MAX_PLACES)

    def add(self, place: Place) -> None:
        """One that ends behind the others, or where the last begins to end."""
        last = self._known[-1] if self._known else None
        if last is None or (place.end, place.start) > (last.end, last.start):
            self._known.append(place)

    def next(self, at: int) -> Place | None:
        """The first one that is not over at ``at``."""
        while self._known and _over(self._known[0], at):
            self._known.popleft()
        return self._known[0] if self._known else None

    def seams(self, start: int, end: float) -> list[int]:
        """Where two commands meet, from ``start`` to ``end``, both included."""
        return [p.start for p in self._known if start <= p.start == p.end <= end]


def _over(place: Place, at: int) -> bool:
    return place.end < at or place.start < place.end == at
