"""Who has the wire among jobs that go to the printer while they come."""

from __future__ import annotations

from collections.abc import Callable

from agent.delivery.flow import Flow
from agent.delivery.paced import Hurried
from agent.delivery.printer_pace import Pace


class Flows:
    """The one that has the wire, and one that may follow while the first drains.

    A network printer acknowledges late (up to 200 ms): the next job does not wait.
    """

    def __init__(self) -> None:
        self.current: Flow | None = None
        self._next: Flow | None = None
        self.sheet: Flow | None = None
        """A job that is complete; then there is no other."""

    @property
    def room(self) -> bool:
        """Whether one more may begin, if nobody else wants the wire."""
        return self.current is None or (self._next is None and self.current.drains)

    def begin(
        self, now: Callable[[bytes], int] | None, pace: Pace | None = None
    ) -> Flow | None:
        """``now`` as for :class:`Flow`; one that follows must have it."""
        flow = Flow(now) if pace is None else Hurried(now, pace)
        if self.current is None:
            self.current = flow
        elif now is None:
            return None
        else:
            self._next = self.current.follower = flow
            flow.follows = True
        return flow

    @property
    def last(self) -> Flow | None:
        """Behind whose last byte that is out something short may go."""
        return self.sheet or self._next or self.current

    def nudge(self) -> None:
        """Something short waits."""
        if (last := self.last) is not None:
            last.nudge()

    def done(self) -> None:
        """The current one has the wire no longer."""
        if self.current is not None:
            self.current.fail()
        self.current, self._next = self._next, None
