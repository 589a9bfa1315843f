"""A POS that stalled inside a command and goes on after all.

After half a minute of silence half a picture is filled up with white and printed.  Its
other half, when it comes, would be two hundred lines of letters: it is swallowed.  A POS
that has been started anew on the same cable says something else by then, which is heard.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Final

from agent.escpos.jobs import STALL_S
from agent.intake.aside import Aside, in_long, inside
from agent.intake.dialect import Reader
from agent.intake.limits import (
    LATE_DIFFERENT,
    LATE_HEAD_BYTES,
    LATE_LETTERS,
    LATE_ONE_IN,
    LATE_WORDS_BYTES,
    LATE_WORDS_S,
)
from agent.intake.ports import Line

log = logging.getLogger(__name__)

LETTERS: Final = frozenset(b"\t\n\r" + bytes(range(0x20, 0x7F)))
_QUESTIONS: Final = re.compile(rb"(?:\x10[\x04\x05][\x01-\x04])*")
_RESET: Final = b"\x1b@"


class Resumed:
    """A line, without the rest of a command that was filled up.

    Implements :class:`agent.intake.ports.Line`.

    ``completion`` as a dialect's: what half a command still wants at least; ``again``, too.
    """

    def __init__(
        self,
        line: Line,
        completion: Callable[[bytes], bytes],
        *,
        again: bool = True,
    ) -> None:
        self._line = line
        self._again = again
        self._completion = completion
        self._torn = b""
        self._missing = 0
        """Bytes of the command; 0: nothing was filled up, or all of it has come."""
        self._first = b""
        """Came behind it, and is too little to be judged."""
        self._goes_on = False

    @property
    def broken(self) -> bool:
        return self._line.broken

    @property
    def source(self) -> str:
        return self._line.source

    async def read(self, patience_s: float) -> bytes | None:
        while True:
            data = await self._line.read(LATE_WORDS_S if self._first else patience_s)
            if data:
                heard = self._sifted(data)
            elif self._first:
                heard = self._judged(paused=True)
            else:
                return data
            if heard or data == b"":
                return heard

    def ready(self) -> bytes:
        data = self._line.ready()
        return self._sifted(data) if data else b""

    def write(self, data: bytes) -> None:
        self._line.write(data)

    def fill_up(self, torn: bytes) -> bytes:
        """What half a command wants at least; its POS is not waited for any longer."""
        rest = self._completion(torn)
        self._torn, self._missing = torn, len(rest)
        self._goes_on = False
        return rest

    def aside(self, reader: Reader) -> Aside | None:
        """How a pulse is said in half a command; ``None`` where nothing is half said."""
        if torn := reader.torn:
            return inside(torn, self._completion, again=self._again)
        if reader.patience_s != STALL_S:
            return None
        # More than a megabyte of it: the reader does not collect that.
        at, head, end = reader.tokens.half
        return in_long(head, end - at - reader.tokens.pending) or _not_here

    def _sifted(self, data: bytes) -> bytes:
        """What of it is no rest of the command, as far as that is known."""
        if not self._missing:
            return data
        if self._goes_on:
            return self._swallow(data)
        came = self._first + data
        asked = _QUESTIONS.match(came)
        said = asked.end() if asked else 0
        self._first = came[said:]
        if len(self._first) < LATE_WORDS_BYTES and not self._first.startswith(_RESET):
            return came[:said]
        return came[:said] + self._judged()

    def _judged(self, *, paused: bool = False) -> bytes:
        """What came first decides for the rest."""
        first, self._first = self._first, b""
        if _is_new(first) or (paused and len(first) < self._missing):
            self._missing = 0
            return first
        log.info("the rest of a command comes late", extra={"bytes": self._missing})
        self._goes_on = True
        return self._swallow(first)

    def _swallow(self, data: bytes) -> bytes:
        while data and self._missing:
            taken = min(self._missing, len(data))
            self._missing -= taken
            if len(self._torn) < LATE_HEAD_BYTES:
                # Only now it may say how long it is.
                self._torn += data[:taken]
                self._missing = len(self._completion(self._torn))
            data = data[taken:]
        return data


def _not_here(_pulse: bytes, _left_out: int) -> None:
    """The end of the command is waited for."""


def _is_new(data: bytes) -> bool:
    """Whether this is a job that begins, and no picture that goes on."""
    if data.startswith(_RESET):
        return True
    words = data[:LATE_WORDS_BYTES]
    letters = sum(1 for byte in words if byte in LETTERS)
    different = max(LATE_DIFFERENT, len(words) / LATE_ONE_IN)
    return letters >= LATE_LETTERS * len(words) and len(set(words)) >= different
