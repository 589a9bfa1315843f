"""What a line has said of a job that is not over: the bytes from ``begin`` on.

Kept as they came, and put together when the job ends (:mod:`agent.pieces`): a copy of
four megabytes takes milliseconds.  Offsets are those of the line's stream.
"""

from __future__ import annotations

from collections import deque

from agent.intake.limits import PIECE_BYTES


class Unfinished:
    """Grows at its end, is taken from its beginning."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self.begin = 0
        self.end = 0

    def __len__(self) -> int:
        return self.end - self.begin

    def add(self, data: bytes) -> None:
        """Comes next."""
        self.end += len(data)
        if self._pieces and len(self._pieces[-1]) + len(data) <= PIECE_BYTES:
            data = self._pieces.pop() + data
        self._pieces.append(data)

    def between(self, start: int, end: int) -> list[bytes]:
        """The pieces from ``start`` to ``end``, which stay."""
        found, at = [], self.begin
        for piece in self._pieces:
            if at >= end:
                break
            if at + len(piece) > start:
                found.append(piece[max(0, start - at) : end - at])
            at += len(piece)
        return found

    def take(self, to: int) -> list[bytes]:
        """The pieces up to ``to``, which go.

        Looks only at those that stay, less than a read behind a job that is over: a walk
        through the pieces of four megabytes is a third of a millisecond.
        """
        if to == self.begin:
            return []
        rest: deque[bytes] = deque()
        at = self.end
        while self._pieces and at > to:
            piece = self._pieces.pop()
            at -= len(piece)
            if at < to:
                self._pieces.append(piece[: to - at])
                piece = piece[to - at :]
            rest.appendleft(piece)
        taken, self._pieces, self.begin = list(self._pieces), rest, to
        return taken
