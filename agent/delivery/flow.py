"""Bytes on their way to the printer, and the drawer pulses that overtake them.

A job while the POS still sends it (cut-through): the door gives bytes, the printer link
takes them; between the two at most ``FLOW_BYTES`` wait, then the door waits, and the POS
with it.  A flow that fails says so to whoever asks whether its bytes were taken: those
jobs are printed whole again.  Or a sheet, all of which is known (:mod:`agent.delivery.sheet`).

A pulse of somebody else goes between two of the commands that wait here, or behind all
that was written where that ends a command.  Where a command goes on for longer than
``nudge.PULSE_WAITS_S`` it is said inside, if the printer heeds it there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from agent.delivery.nudge import Nudge
from agent.delivery.places import Place, Places
from agent.delivery.transports.base import TransportError

FLOW_BYTES: Final = 64 << 10
"""What a printer's own buffer holds, at most."""

AT_ONCE_BYTES: Final = 16 << 10
"""Offered to a wire in one go."""
SLICE_BYTES: Final = 512
"""Given to one that is slower than we are: a pulse waits for no more."""
WHITE_BYTES: Final = 512
"""Of a picture, among which white is looked for to say a pulse in."""
WORD_BYTES: Final = 5
"""DLE DC4 1 m t."""

Aside = Callable[[bytes, int], tuple[bytes, int] | None]
"""As :data:`agent.intake.aside.Aside`."""


class Wire(Protocol):
    """The part of :class:`agent.delivery.transports.base.Transport` that this needs."""

    def write_now(self, raw: bytes) -> int: ...

    async def write(self, raw: bytes, *, stall_s: float) -> None: ...

    async def settle(self, *, within_s: float, behind: Callable[[], int]) -> None: ...


def _nobody(data: bytes) -> None:
    del data


class Flow:
    """Made by the printer link, written to by one line.

    ``now`` is the wire's ``write_now`` if nobody uses it: then the first bytes are at the
    printer before its task has heard of them.  Otherwise that begins with :meth:`pour`.
    """

    def __init__(self, now: Callable[[bytes], int] | None = None) -> None:
        self._now = now
        self._idle = now is not None
        """Whether nobody is writing, so that a piece may go straight away."""
        self._problem: TransportError | None = None
        self.follower: Flow | None = None
        """Who writes behind the last of its bytes while those are on their way."""
        self.follow: Callable[[bytes], None] = _nobody
        """Who has to know what is said to the printer."""
        self.follows = False
        """It is such a one."""
        self._pieces: deque[memoryview] = deque()
        self._places = Places()
        """In what waits in ``_pieces``; they count as ``_written`` does."""
        self._not_before = 0
        """Up to there nothing can be said: who has the pulse knows no words for it."""
        self._spoken = 0
        """Bytes of pulses, which are nobody's of the stream."""
        self._offer = AT_ONCE_BYTES
        """In one go: little to a far side that has had enough."""
        self._settling = False
        self._given = 0
        self._written = 0
        self._taken = 0
        self._asked = 0
        """Up to where somebody wants to know whether it was taken."""
        self._over = False
        self._failed = False
        self._nudged = Nudge(self._move)
        self._stands = True
        """Whether it is known what the last byte belongs to, and a pulse can be said."""
        self._aside: Aside | None = None
        """How that is done; ``None``: as it is, for a whole command ends there."""
        self._left_out = 0
        """Of what comes next: dots in whose place a pulse was said."""
        self._moved = asyncio.Event()

    # -- the door's side ----------------------------------------------------

    @property
    def failed(self) -> bool:
        return self._failed

    @property
    def begun(self) -> bool:
        """Whether it had the wire from its first byte on."""
        return self._now is not None

    @property
    def written(self) -> int:
        """Bytes that the wire has."""
        return self._written

    @property
    def drains(self) -> bool:
        """All of it is written; the far side has not said yet that it came."""
        return self._over and not self._pieces and not self._failed

    @property
    def given(self) -> int:
        """Bytes written so far."""
        return self._given

    def write(self, data: bytes) -> bool:
        """Never waits; see :meth:`room`.  Whether the wire has taken all of it."""
        if self._over or self._failed:
            return False
        self._given += len(data)
        self._stands = False
        if self._left_out:
            data = self._without(data)
        if rest := data[self._at_once(data) :]:
            self._pieces.append(memoryview(rest))
            self._move()
        self.follow(data)
        return not rest

    def place(self, start: int, end: int) -> None:
        """As :class:`Place`, in what was given; of use while it is not written."""
        if self._pieces:
            self._places.add(Place(start, end))

    def _at_once(self, data: bytes) -> int:
        if self._now is None or not self._idle or self._pieces:
            return 0
        try:
            count = self._now(data[: self._may_now(len(data))])
        except TransportError as problem:
            self._problem = problem
            return 0
        self._wrote(count)
        return count

    def _may_now(self, size: int) -> int:
        """So much of it may be written without waiting."""
        return size

    def _wrote(self, count: int) -> None:
        self._written += count

    def _without(self, data: bytes) -> bytes:
        """Nothing is on its way: what is left out counts as written."""
        out = min(self._left_out, len(data))
        self._left_out -= out
        self._written += out
        return data[out:]

    def stands(self, aside: Aside | None) -> None:
        """What was written so far is read; half a command: how a pulse is said in it."""
        self._stands, self._aside = True, aside
        if self._nudged.waits:
            self._move()

    def known(self, count: int) -> None:
        """So much of what was given is read, and its places were told."""

    async def room(self) -> None:
        """Until the printer has taken enough that more may come."""
        await self._until(lambda: self._given - self._written <= FLOW_BYTES)

    async def taken(self, count: int) -> bool:
        """Whether the printer took the first ``count`` bytes; waits until that is clear."""
        self._asked = max(self._asked, count)
        self._move()
        await self._until(lambda: self._taken >= count)
        return self._taken >= count

    def end(self) -> None:
        """Nothing more comes."""
        self._over = True
        self._move()

    # -- the printer's side -------------------------------------------------

    async def pour(
        self, wire: Wire, pulses: Callable[[], Awaitable[bool]], *, stall_s: float
    ) -> None:
        """Write to the printer what comes while it comes, until that was all.

        ``pulses`` is called after a :meth:`nudge`: writes what :meth:`aside` says, and
        tells whether none waits any longer.

        Raises:
            TransportError: as the wire's.
        """
        self._now, self.follows = wire.write_now, False
        while await self._wanted():
            self._idle = False
            if self._may_speak:
                self._nudged.waits = not await pulses()
            elif self._asks:
                await self._ask(stall_s)
            elif self._pieces:
                await self._write_some(wire, stall_s)
            else:
                await self._settle(wire, stall_s)
            self._move()

    async def _write_some(self, wire: Wire, stall_s: float) -> None:
        """Of the first piece, and up to where a pulse that waits can be said."""
        size = min(len(self._pieces[0]), self._offer)
        if self._nudged.waits:
            await self._look_ahead()
            to = self._spot()
            size = min(size, SLICE_BYTES if to is None else to - self._written)
        else:
            await self._look_ahead()
            size = self._may_now(size)
        count = wire.write_now(bytes(self._pieces[0][:size])) if size else 0
        # A kernel that is offered much holds back a segment of it.
        more = min(2 * self._offer, AT_ONCE_BYTES)
        self._offer = SLICE_BYTES if count < size else more
        if count:
            await asyncio.sleep(0)
        elif size:
            count = min(size, SLICE_BYTES)
            await wire.write(bytes(self._pieces[0][:count]), stall_s=stall_s)
        elif not self._nudged.waits:
            await self._pause(stall_s)
        self._take(count)

    @property
    def _asks(self) -> bool:
        """Whether the printer is to be asked, here, how far it is."""
        return False

    async def _ask(self, stall_s: float) -> None:
        """Do so."""

    async def _pause(self, stall_s: float) -> None:
        """Until the printer has said something."""

    def _take(self, count: int) -> None:
        """So much of what waits is out, or stands for a pulse that is."""
        self._wrote(count)
        while count:
            piece = self._pieces.popleft()
            if len(piece) > count:
                self._pieces.appendleft(piece[count:])
            count -= min(count, len(piece))

    async def _settle(self, wire: Wire, stall_s: float) -> None:
        """Not after every piece: the kernel says it in steps of milliseconds."""
        written, spoken = self._written, self._spoken
        self._settling = True
        try:
            await wire.settle(
                within_s=stall_s,
                behind=lambda: self._behind() + self._spoken - spoken,
            )
        finally:
            self._settling = False
        self._taken = written

    def _behind(self) -> int:
        late = self.follower
        return late.written + late._spoken if late is not None else 0  # noqa: SLF001

    async def _wanted(self) -> bool:
        """Wait for something to do; false when all is done."""
        self._idle = True
        while not self._failed:
            if self._problem is not None:
                raise self._problem
            asked = self._taken < min(self._asked, self._written)
            if self._pieces or asked or self._may_speak or self._asks:
                return True
            if self._over:
                return self._taken < self._written
            self._moved.clear()
            await self._moved.wait()
        return False

    # -- somebody's pulse ---------------------------------------------------

    def nudge(self) -> None:
        """Somebody else has something short for the printer."""
        self._nudged.come()

    @property
    def quiet(self) -> bool:
        """All is written and a far side is waited for: a pulse may go by itself."""
        ends = self._stands and self._aside is None
        return (self._settling or self.follows) and ends and not self._pieces

    def spoke(self, count: int) -> None:
        """So many bytes that are nobody's were written."""
        self._spoken += count

    @property
    def _may_speak(self) -> bool:
        if not self._nudged.waits:
            return False
        if self._pieces:
            return self._spot() == self._written
        return self._stands and (self._aside is None or self._nudged.late)

    async def _look_ahead(self) -> None:
        """Find places in what is written next, where that takes reading."""

    def _spot(self) -> int | None:
        """Where in what waits the pulse is to be said, as far as that is known."""
        place = self._places.next(max(self._written, self._not_before))
        if place is None or place.start == place.end:
            return place.start if place else None
        begin = max(place.start, self._written)
        if not self._nudged.late or place.end - begin <= WORD_BYTES:
            return None
        ahead = bytes(self._pieces[0][: place.end - self._written][:WHITE_BYTES])
        white = ahead.find(bytes(WORD_BYTES), begin - self._written)
        return begin if white < 0 else self._written + white

    def aside(self, pulse: bytes, now: bytes | None) -> bytes | None:
        """The pulse as it is to be written now; ``None``: it is not to be said here.

        ``now``: as the printer obeys it on reception, if it does.
        """
        if self._pieces:
            said = self._between_pieces(pulse, now)
        elif not self._stands:
            return None
        elif self._aside is None:
            said = now or pulse
        else:
            said = self._in_half(now or pulse)
        self._spoken += len(said or b"")
        return said

    def _in_half(self, pulse: bytes) -> bytes | None:
        said = self._aside(pulse, self._left_out) if self._aside else (pulse, 0)
        if said is None:
            self._stands = False
            return None
        self._left_out += said[1]
        return said[0]

    def _between_pieces(self, pulse: bytes, now: bytes | None) -> bytes | None:
        place = self._places.next(self._written)
        if self._spot() != self._written or place is None:
            return None
        if place.start == place.end:
            return now or pulse
        if now is None:
            self._not_before = place.end
            return None
        # As many dots are not written: a printer keeps what it obeys as dots, too.
        here = min(len(now), sum(map(len, self._pieces)))
        self._take(here)
        self._left_out += len(now) - here
        return now

    def fail(self) -> None:
        """What was not taken will not be."""
        self._failed = True
        self._move()

    # -- both ---------------------------------------------------------------

    async def _until(self, true: Callable[[], bool]) -> None:
        while not (true() or self._failed):
            waiter = self._waiter()
            await waiter.wait()

    def _waiter(self) -> asyncio.Event:
        self._moved.clear()
        return self._moved

    def _move(self) -> None:
        self._moved.set()
