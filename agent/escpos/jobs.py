"""Where one print job ends and the next begins, by evidence.

No single sign will do: a POS may keep its connection for days, cut twice for one
receipt, or never cut.  So this reader works on tokens (a cut inside a picture is
payload) and weighs what it sees:

* A document, something that marks paper, ends at its cut, at once.
* What follows a cut is held until it is clear whose it is.  Feeds and cuts are
  the document's ``tail``.  An ESC @ or a setting heads the next job, when
  something is printed after it; when nothing is, it was the tail as well.
* Without a cut it ends when the POS hangs up, or falls silent: sooner when it
  fed paper out to be torn off.
* A job that marks nothing is ``control`` when it might change the printer, else
  ``drawer``, ``queries`` or (only padding) ``empty``.
* DLE ENQ 2 and DLE DC4 fn 8 end any job, themselves included: ``abandoned``.
* ``MAX_JOB_BYTES`` end any job, between two tokens.

A drawer pulse or a buzz is passed on the moment it is read, and questions come out
where they stand.  What stands inside a picture or a symbol is that picture: it asks
nothing, opens nothing and abandons nothing, even if a real printer would look into
its receive buffer and obey DLE EOT there.  A POS whose raster happens to hold those
three bytes gets no byte that it did not ask for.

Some answers come in blocks, after each of which the POS says ACK, NAK or CAN.  Such a
byte comes out as one more question, at once, though it stays a byte of the stream.

Nothing is ever waited for inside this room: time is an argument.

While ESC = has selected the customer display only, text is not on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeGuard

from agent.escpos.grammar import LEADS
from agent.escpos.roles import (
    REALTIME,
    RESPONSES,
    SHAKES,
    Role,
    lines_fed,
    role_of,
)
from agent.escpos.spans import Item, Skimmer, Span, tokens_of
from agent.escpos.tokens import Command, Token, Unknown

MAX_JOB_BYTES: Final = 4 * 1024 * 1024
"""Seven metres of paper as one picture.  Held in memory per connection."""

TAIL_S: Final = 0.15
"""After a cut: a POS that has more to say about this receipt says it by then."""

FED_S: Final = 0.5
"""After paper was fed out to be torn off."""

SILENCE_S: Final = 2.0
"""Without any evidence.  Longer than a POS thinks between two lines."""

STALL_S: Final = 30.0
"""Inside a command: a printer would wait for ever, its cashier would not."""

FED_LINES: Final = 4
"""From the print head to the tear bar."""

MAX_FORWARDED: Final = 256
"""Pulses in one job, those in a row counted once; more stay in the job, and go with its
paper: no till opens its drawer as often."""

MAX_RESPONSES: Final = 64
"""To one question: 2560 keys, or 5 KB of a record."""

Shape = Literal["document", "tail", "control", "drawer", "queries", "empty"]
Evidence = Literal["cut", "close", "idle", "size", "abandoned", "torn"]


class Ask(NamedTuple):
    """The POS asks.  Not ``realtime``: answer when all before ``at`` is durable."""

    token: Command
    realtime: bool
    at: int


class Abandon(NamedTuple):
    """The POS gives up all it sent before ``at``, and will send it again.

    Also what ended before: paper that a printer still held is dropped with it.
    """

    at: int


class KickNow(NamedTuple):
    """A drawer pulse or a buzz: ``raw`` stood at [start, end)."""

    raw: bytes
    start: int
    end: int


class JobEnd(NamedTuple):
    """A job is the stream's bytes [start, end); successive jobs leave no hole.

    ``forwarded`` are the ranges in it, also counted in the stream, that are not to be
    printed: what came out as :class:`KickNow`, and half a command at its end.
    """

    start: int
    end: int
    shape: Shape
    evidence: Evidence
    forwarded: tuple[tuple[int, int], ...] = ()


Step = Ask | Abandon | KickNow | JobEnd


def shifted(step: Step, by: int) -> Step:
    """The step of a reader whose stream begins at ``by`` of another."""
    if not by:
        return step
    match step:
        case Ask(at=at) | Abandon(at=at):
            return step._replace(at=at + by)
        case KickNow(start=start, end=end):
            return step._replace(start=start + by, end=end + by)
        case JobEnd(start=start, end=end, forwarded=forwarded):
            ranges = tuple((a + by, b + by) for a, b in forwarded)
            return step._replace(start=start + by, end=end + by, forwarded=ranges)


_SPEECH: Final = Role.ASK | Role.KICK | Role.NOISE | Role.ABANDON
"""Says nothing to the paper, wherever it stands."""

_MOVES: Final = _SPEECH | Role.FEED
"""Behind a cut and before any head: still the last document's."""

_HEADS: Final = Role.INIT | Role.SELECT | Role.SETTING
"""May prepare the next job."""

_COUNTED: Final = Role.MARK | Role.FEED | Role.SETTING
"""Spans of these may feed lines behind their last mark."""

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


def _fed(role: int, item: Item) -> int:
    if isinstance(item, Span):
        return item.lines
    return lines_fed(item.raw) if role == Role.FEED else 0


def _each(item: Item) -> Sequence[Token]:
    return tokens_of(item) if isinstance(item, Span) else (item,)


def _is_torn(item: Item) -> TypeGuard[Unknown]:
    return isinstance(item, Unknown) and item.raw[0] in LEADS


class JobReader:
    """The splitter of one connection."""

    def __init__(self) -> None:
        self.tokens = Skimmer()
        self._fed = 0
        self._chunk = b""
        self._end = 0
        self._awaited: int | None = None
        """Where the POS's response to a block of an answer would stand."""
        self._responses = 0
        self._job = _Part(0)
        self._tail: _Part | None = None
        """Between a document's cut and ``_job``, while that may be tail as well."""
        self._forwarded: list[tuple[int, int]] = []
        self._to_paper = True
        self._steps: list[Step] = []

    @property
    def marked(self) -> bool:
        """Does the job being read mark paper so far?"""
        return bool(self._job.roles & Role.MARK)

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
        fed = self.marked and self._job.lines >= FED_LINES
        return FED_S if fed else SILENCE_S

    def feed(self, data: bytes) -> list[Step]:
        """Bytes came."""
        self._chunk = data
        self._fed += len(data)
        if self._awaited is not None:
            self._hear_responses()
        self._take(self.tokens.skim(data))
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
        unfinished = self.marked and self._job.lines < FED_LINES
        return "torn" if broken and unfinished else evidence

    @property
    def torn(self) -> bytes:
        """What is here of a command that is half received."""
        return self.tokens.torn

    def _take_rest(self) -> None:
        """Half a command is kept and goes nowhere.

        A printer would take the beginning of the next job for its other half.
        """
        items = list(self.tokens.close())
        torn = items.pop() if items and _is_torn(items[-1]) else None
        self._take(items)
        if torn is not None:
            self._end = torn.at + len(torn.raw)
            self._forward(torn.at, self._end)
            self._weigh(Role.MARK if role_of(torn) == Role.MARK else Role.NOISE, torn)

    def _said(self) -> list[Step]:
        steps, self._steps = self._steps, []
        return steps

    def _take(self, items: Sequence[Item]) -> None:
        for item in items:
            end = item.at + len(item.raw)
            too_long = end - (self._tail or self._job).start > MAX_JOB_BYTES
            if isinstance(item, Span):
                # Of many cuts the first one ends the document.
                if too_long or (item.role == Role.CUT and self.marked):
                    self._take(tokens_of(item))
                    continue
            elif too_long:
                self._end_tail("size")
                self._end_job(item.at, "size")
            self._end = end
            self._weigh(self._role(item), item)

    def _role(self, item: Item) -> int:
        role = item.role if isinstance(item, Span) else role_of(item)
        if role == Role.SELECT:
            self._to_paper = bool(item.raw[-1] & 1)
        elif not self._to_paper and role & ~_SPEECH:
            return Role.SETTING
        return role

    def _note(self, role: int, item: Item) -> None:
        """Count an item in, and say at once what can't wait."""
        self._job.roles |= role
        if role == Role.MARK:
            self._job.lines = 0
        if role & _COUNTED and self._to_paper:
            self._job.lines += _fed(role, item)
        if role == Role.KICK:
            for token in _each(item):
                self._kick(token)
        elif role == Role.ASK:
            for token in _each(item):
                if isinstance(token, Command):
                    self._ask(token)

    def _kick(self, token: Token) -> None:
        start, end = token.at, token.at + len(token.raw)
        if len(self._forwarded) < MAX_FORWARDED:
            self._forward(start, end)
            self._steps.append(KickNow(token.raw, start, end))

    def _forward(self, start: int, end: int) -> None:
        last = self._forwarded[-1] if self._forwarded else None
        if last and last[1] == start and start != self._job.start:
            self._forwarded[-1] = last[0], end
        else:
            self._forwarded.append((start, end))

    def _ask(self, token: Command) -> None:
        self._steps.append(Ask(token, token.name in REALTIME, token.at))
        if (token.name, token.fn) in SHAKES:
            self._awaited, self._responses = token.at + len(token.raw), MAX_RESPONSES
            self._hear_responses()

    def _hear_responses(self) -> None:
        """The tokeniser holds control bytes back until it sees what follows."""
        start = self._fed - len(self._chunk)
        while self._awaited is not None and start <= self._awaited < self._fed:
            at, code = self._awaited, self._chunk[self._awaited - start]
            heard = code in RESPONSES and self._responses
            self._awaited = at + 1 if heard else None
            if heard:
                self._responses -= 1
                said = Command(RESPONSES[code], bytes((code,)), 1, None, at)
                self._steps.append(Ask(said, realtime=False, at=at))

    def _weigh(self, role: int, item: Item) -> None:
        """Whose is this: the open job's, or, behind a cut, the last document's?"""
        if role == Role.ABANDON:
            self._abandon(item)
            return
        tail, headed = self._tail, self._job.roles & _HEADS
        if tail and role == Role.MARK:
            self._let_go(tail, "cut")
        elif tail and role == Role.INIT and not self._job.roles & Role.INIT:
            # What was set before is void now: it was the last job's.
            self._absorb(tail, item.at)
        self._note(role, item)
        if self._tail and (role == Role.CUT or (role & _MOVES and not headed)):
            self._absorb(self._tail, self._end)
        elif role == Role.CUT and self.marked:
            self._end_job(self._end, "cut")
            self._tail = _Part(self._end)

    def _abandon(self, item: Item) -> None:
        """Real-time commands are no spans, and DLE DC4 fn 8 has an answer."""
        self._job.roles |= Role.ABANDON
        self._steps.append(Abandon(item.at))
        self._end_tail("abandoned")
        self._end_job(self._end, "abandoned")
        if isinstance(item, Command) and item.name == "DLE DC4":
            self._ask(item)

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

    def _say(self, start: int, end: int, shape: Shape, evidence: Evidence) -> None:
        if start == end:
            return
        inside = tuple(each for each in self._forwarded if each[1] <= end)
        self._forwarded = self._forwarded[len(inside) :]
        self._steps.append(JobEnd(start, end, shape, evidence, inside))
