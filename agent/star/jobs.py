"""Where one print job of a Star printer ends and the next begins, by evidence.

The rules are those of :mod:`agent.escpos.jobs`: a document ends at its cut, what follows is held until it is clear
whose it is, silence and hang-up end what has no cut, pulses leave at once.  What differs:

* ESC d n cuts.  A raster session (ESC * r A to ESC * r B) is never taken apart; it ends a
  document when one of its modes has cut.  A POS that never leaves raster mode is given
  ``FED_S`` behind such a cut, then its job ends without the session's end.
* ESC BEL sets how long the drawer's pulse is: it goes ahead together with the pulse.
* CAN and ESC ACK CAN behind a mark end the job, themselves included: ``abandoned``.
* BEL and its like are single control bytes; inside a picture they are dots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.escpos.jobs import (
    FED_LINES,
    FED_S,
    MAX_JOB_BYTES,
    SILENCE_S,
    STALL_S,
    TAIL_S,
    Abandon,
    Ask,
    Evidence,
    JobEnd,
    KickNow,
    Shape,
    Step,
)
from agent.escpos.roles import Role
from agent.star.roles import (
    GIVES_UP,
    HEARD,
    REALTIME,
    Parts,
    lines_fed,
    pulse,
)
from agent.star.tokens import Command, Token, Tokeniser

_SPEECH: Final = Role.ASK | Role.KICK | Role.NOISE
"""Says nothing to the paper, wherever it stands."""

_MOVES: Final = _SPEECH | Role.FEED
"""Behind a cut and before any head: still the last document's."""

_HEADS: Final = Role.INIT | Role.SETTING
"""May prepare the next job."""

_CHANGES: Final = Role.SETTING | Role.FEED | Role.CUT | Role.BLANK


@dataclass(slots=True)
class _Part:
    """What was read from ``start`` on and belongs together."""

    start: int
    roles: int = 0
    lines: int = 0
    """Lines fed since the last mark."""

    def shape(self) -> Shape:
        if self.roles & Role.MARK:
            return "document"
        if self.roles & _CHANGES:
            return "control"
        if self.roles & Role.KICK:
            return "drawer"
        return "queries" if self.roles & ~Role.NOISE else "empty"

    def tail_shape(self) -> Shape:
        """As above, for what follows a cut: all that touches the paper is tail."""
        return "tail" if self.roles & ~_SPEECH else self.shape()


def _gives_up(token: Token) -> bool:
    return isinstance(token, Command) and token.name in GIVES_UP


class JobReader:
    """The splitter of one connection."""

    def __init__(self) -> None:
        self.tokens = Tokeniser()
        self._parts = Parts()
        self._end = 0
        self._job = _Part(0)
        self._tail: _Part | None = None
        """Between a document's cut and ``_job``, while that may be tail as well."""
        self._forwarded: list[tuple[int, int]] = []
        self._steps: list[Step] = []

    @property
    def marked(self) -> bool:
        """Does the job being read mark paper so far?"""
        return bool(self._job.roles & Role.MARK)

    @property
    def torn(self) -> bytes:
        """What is here of a command that is half received."""
        return self.tokens.torn

    @property
    def patience_s(self) -> float | None:
        """Silence after which :meth:`quiet` ends something; ``None``: nothing to end."""
        if self.tokens.mid_command:
            return STALL_S
        if self.tokens.pending:
            return SILENCE_S
        if self._tail:
            return TAIL_S
        if self._job.start == self._end:
            return None
        fed = self._job.lines >= FED_LINES or self._parts.cut_last
        return FED_S if self.marked and fed else SILENCE_S

    def feed(self, data: bytes) -> list[Step]:
        """Bytes came."""
        self._take(self.tokens.feed(data))
        return self._said()

    def quiet(self, seconds: float, *, broken: bool = False) -> list[Step]:
        """Nothing came for so long, in all; ``broken``: it is no pause."""
        patience_s = self.patience_s
        if patience_s is not None and seconds >= patience_s:
            self._take_rest()
            if not self._end_tail("idle"):
                self._end_job(self._end, self._torn_or("idle", broken))
        return self._said()

    def close(self, *, broken: bool = False) -> list[Step]:
        """The POS hung up, or its line broke."""
        self._take_rest()
        self._end_tail("close")
        self._end_job(self._end, self._torn_or("close", broken))
        return self._said()

    def _torn_or(self, evidence: Evidence, broken: bool) -> Evidence:  # noqa: FBT001
        fed = self._job.lines >= FED_LINES or self._parts.cut_last
        return "torn" if broken and self.marked and not fed else evidence

    def _take_rest(self) -> None:
        """Half a command is kept and goes nowhere.

        A printer would take the beginning of the next job for its other half.
        """
        torn = len(self.torn)
        self._take(self.tokens.close())
        if torn:
            self._forwarded.append((self._end - torn, self._end))

    def _said(self) -> list[Step]:
        steps, self._steps = self._steps, []
        return steps

    def _take(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            end = token.at + len(token.raw)
            if end - (self._tail or self._job).start > MAX_JOB_BYTES:
                self._end_tail("size")
                self._end_job(token.at, "size")
            self._end = end
            self._weigh(self._parts.of(token), token)

    def _note(self, role: int, token: Token) -> None:
        """Count a token in, and say at once what can't wait."""
        self._job.roles |= role
        if role == Role.MARK:
            self._job.lines = 0
        elif role == Role.FEED:
            self._job.lines += lines_fed(token.raw)
        if not isinstance(token, Command):
            return
        if role == Role.KICK:
            self._forwarded.append((token.at, self._end))
            self._steps.append(KickNow(pulse(token), token.at, self._end))
        elif role == Role.ASK or token.name in HEARD:
            self._steps.append(Ask(token, token.name in REALTIME, token.at))

    def _weigh(self, role: int, token: Token) -> None:
        """Whose is this: the open job's, or, behind a cut, the last document's?"""
        tail, headed = self._tail, self._job.roles & _HEADS
        if tail and role == Role.MARK:
            self._let_go(tail, "cut")
        elif tail and role == Role.INIT and not self._job.roles & Role.INIT:
            # What was set before is void now: it was the last job's.
            self._absorb(tail, token.at)
        given_up = role == Role.INIT and self.marked and _gives_up(token)
        self._note(role, token)
        if given_up:
            self._steps.append(Abandon(token.at))
            self._end_job(self._end, "abandoned")
        if self._tail and (role == Role.CUT or (role & _MOVES and not headed)):
            self._absorb(self._tail, self._end)
        elif role == Role.CUT and self.marked:
            self._end_job(self._end, "cut")
            self._tail = _Part(self._end)

    def _absorb(self, tail: _Part, end: int) -> None:
        tail.roles |= self._job.roles
        self._job = _Part(end)

    def _end_tail(self, evidence: Evidence) -> bool:
        """Nothing was printed behind a cut.  Settings may still head a job."""
        if self._tail is None:
            return False
        if not self._job.roles & Role.SETTING:
            self._absorb(self._tail, self._end)
        self._let_go(self._tail, evidence)
        return True

    def _let_go(self, tail: _Part, evidence: Evidence) -> None:
        self._tail = None
        self._say(tail.start, self._job.start, tail.tail_shape(), evidence)

    def _end_job(self, end: int, evidence: Evidence) -> None:
        self._say(self._job.start, end, self._job.shape(), evidence)
        self._job = _Part(end)
        self._parts.forget_cut()

    def _say(self, start: int, end: int, shape: Shape, evidence: Evidence) -> None:
        if start == end:
            return
        inside = tuple(each for each in self._forwarded if each[1] <= end)
        self._forwarded = self._forwarded[len(inside) :]
        self._steps.append(JobEnd(start, end, shape, evidence, inside))
