"""A line whose bytes go to the printer while they come (``[choice] hold = false``)."""

from __future__ import annotations

from collections.abc import Callable

from agent.intake.aside import Aside, places
from agent.intake.dialect import Tokens
from agent.intake.limits import AHEAD_BYTES, PROBE_BYTES
from agent.intake.ports import Counter, Flow


class CutThrough:
    """The printer's flow, from the first byte of a job to the last of those behind it."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._flow: Flow | None = None
        self._from = 0
        """Where in the line's stream it began."""
        self._ahead = 0
        self.kicked = False
        """A pulse of the unfinished job is out: its bytes are not to go out again."""
        self.owed = 0
        """Jobs of this line whose paper is still to come: none goes before them."""

    @property
    def prints(self) -> bool:
        """What is read now is at the printer already, drawer pulses too."""
        return self._flow is not None and not self._flow.failed

    @property
    def eager(self) -> bool:
        """What has come meanwhile may go before what came first is read."""
        return self._flow is not None and self._ahead < AHEAD_BYTES

    def begin(self, start: int, size: int, before: Callable[[], list[bytes]]) -> None:
        """Take the printer for a job that stands at ``start``, if it is to be had.

        ``size`` of its bytes are here, ``before`` gives those that were read already: a
        POS that writes command by command begins with two.
        """
        if self._flow is not None or size < PROBE_BYTES or self.kicked or self.owed:
            return
        self._flow, self._from = self._counter.flow(), start
        if self._flow is not None:
            for piece in before():
                self._flow.write(piece)

    def write(self, data: bytes, *, ahead: bool) -> bool:
        """False while the printer's task has some of it to write."""
        if self._flow is None:
            return True
        self._ahead = self._ahead + len(data) if ahead else 0
        return self._flow.write(data)

    def complete(self, rest: bytes) -> None:
        """The end of a command that was never sent whole."""
        if self._flow is not None:
            self._flow.write(rest)

    def reads(self, base: int, tokens: Tokens, to: int) -> None:
        """So far, ``to``; ``base``: where in the line's stream theirs begins."""
        if self._flow is not None:
            for start, end in places(tokens):
                at = base - self._from
                self._flow.place(at + start, at + end)
            self._flow.known(to - self._from)

    def stands(self, aside: Aside | None) -> None:
        """What was written so far is read; half a command: how a pulse is said in it."""
        if self._flow is not None:
            self._flow.stands(aside)

    async def breathe(self, *, idle: bool) -> None:
        """Between two jobs others may print; within one the printer sets the pace."""
        if idle:
            self.end()
        elif self._flow is not None:
            # Also where nobody can read it.
            self._flow.known(self._flow.given)
            await self._flow.room()

    def printing(self, start: int, end: int) -> tuple[Flow, int] | None:
        """The flow that has the job, and how many of its bytes that needs."""
        if self._flow is None or start < self._from:
            return None
        return self._flow, end - self._from

    def end(self) -> None:
        """Nothing more comes."""
        if self._flow is not None:
            self._flow.end()
            self._flow = None
