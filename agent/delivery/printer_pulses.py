"""A drawer pulse in the words that this printer obeys soonest.

What lies in a printer's buffer is printed before an ESC p behind it.  A printer that
answers DLE EOT, and was not told otherwise (GS ( D), is given DLE DC4 fn 1 instead while
it prints: "executed upon receiving", also off line (Epson, DLE DC4 fn 1; Star, FS).  One
that says that it has stopped gets nothing else.  At rest it hears what the POS said.
"""

from __future__ import annotations

import asyncio
from typing import Final

from agent.delivery.flow import Flow
from agent.delivery.places import DISABLES, Speech
from agent.delivery.printer_interview import Interview
from agent.delivery.transports.base import Transport, TransportError

DRAWER_OPENS_S: Final = 1.0
"""After a pulse: a POS that is not told that the drawer is open sends it again."""
_RESET: Final = b"\x1b@"
"""GS ( D holds until then."""


class Pulses:
    """What goes out of them, and how."""

    def __init__(self, wire: Transport, interview: Interview, speech: Speech) -> None:
        self._wire = wire
        self._interview = interview
        self._speech = speech
        self._told_not_to = False
        self._look_to = 0.0
        self.sent = 0
        """Pulses that went out."""

    def follow(self, raw: bytes) -> None:
        """A job that goes out now."""
        self._interview.holds = True
        if DISABLES.search(raw):
            self._told_not_to = True
        elif raw.startswith(_RESET):
            self._told_not_to = False

    def now(self, pulse: bytes, *, stopped: bool) -> bytes | None:
        """Obeyed on reception; ``None``: this printer has no such word, or may not."""
        interview = self._interview
        # Also one that is silent now: it is slow, not another one.
        answers = interview.allowed and interview.has_answered
        heeded = answers and not self._told_not_to
        return self._speech.now(pulse) if stopped or heeded else None

    def differs(self, pulse: bytes) -> bool:
        """Whether it is said in another manner to a printer that has stopped."""
        return self.now(pulse, stopped=False) is not None

    def said(self, pulse: bytes, *, at_work: bool, stopped: bool) -> bytes:
        """Behind all that is written; ``at_work``: it may be printing."""
        now = self.now(pulse, stopped=stopped) if at_work or stopped else None
        return now or pulse

    def straight(self, pulse: bytes, flow: Flow | None, *, stopped: bool) -> bool:
        """Write it without a turn of the printer's task, where nothing else is written.

        ``flow``: what has the wire.  Whether it is out.
        """
        if not (self._interview.asking or (flow is not None and flow.quiet)):
            return False
        said = self.now(pulse, stopped=stopped) or pulse
        try:
            out = self._wire.write_now(said)
        except TransportError:
            return False
        if flow is not None:
            flow.spoke(out)
        if out:
            self.went_out()
        return out > 0

    def went_out(self) -> None:
        """It is on the wire: the drawer opens."""
        self.sent += 1
        self._look_to = asyncio.get_running_loop().time() + DRAWER_OPENS_S

    @property
    def opens(self) -> bool:
        """Whether the drawer's switch is worth a look."""
        return asyncio.get_running_loop().time() < self._look_to
