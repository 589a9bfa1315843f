"""What a press or a scan does: a verb of the counter, for the receipt that stood there.

Which receipt is meant is settled when the key is heard; a verb that comes late finds it
gone and does nothing, so a press never reaches the next customer.  Verbs are done in
order by one task for all hands.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from agent import verbs
from agent.clock import Clock
from agent.hands.acts import Act, Heard, Pressed, Scanned
from agent.hands.codes import Card, Command, Known, Meaning, Other, ReceiptCode, meaning
from agent.hands.doing import VERBS, Finder
from agent.verbs import By, Refusal

log = logging.getLogger(__name__)

MAX_WAITING: Final = 16
"""Deeds behind a slow one: nobody means what was pressed sixteen presses ago."""
SAME_SCAN_S: Final = 2.0
"""A scanner on a stand reads a code again and again while it lies there."""
CASHIERS: Final = frozenset[Act]({"reprint", "gift"})
"""Not for whoever stands before a self-checkout with a barcode from the internet."""
_SAY_EVERY: Final = 100
"""A shared scanner reads a shop's goods all day."""
_REMEMBERED: Final = 4
"""Different codes within that time."""


@dataclass(slots=True)
class Tally:
    """Since the start: deeds done, refused or without a receipt; scans of others."""

    done: int = 0
    refused: int = 0
    in_vain: int = 0
    others: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Deed:
    does: Act | Card | ReceiptCode
    receipt: str
    by: By
    hand: str


class Deeds:
    """A service: its run loop calls the verbs."""

    name = "hands.deeds"

    def __init__(
        self, counter: verbs.Counter, finder: Finder, known: Known, clock: Clock
    ) -> None:
        self._counter = counter
        self._finder = finder
        self._known = known
        self._clock = clock
        self._waiting: deque[_Deed] = deque()
        self._more = asyncio.Event()
        self._scans: deque[tuple[str, float]] = deque(maxlen=_REMEMBERED)
        self.tally = Tally()

    def hears(self, hand: str, by: By) -> Callable[[Heard], None]:
        """Where that hand's presses and scans go."""
        return lambda heard: self._hear(heard, hand, by)

    async def run(self) -> None:
        """Do what was asked for, in order, until cancelled."""
        while True:
            self._more.clear()
            while self._waiting:
                await self._do(self._waiting.popleft())
            await self._more.wait()

    def _hear(self, heard: Heard, hand: str, by: By) -> None:
        if isinstance(heard, Pressed):
            self._ask(heard.act, hand, by)
        elif not self._again(heard):
            self._scanned(meaning(heard, self._known), hand, by)

    def _scanned(self, found: Meaning, hand: str, by: By) -> None:
        match found:
            case Command(act):
                self._ask(act, hand, by)
            case ReceiptCode() if by == "customer":
                self._not_theirs(hand, "find")
            case Card() | ReceiptCode():
                self._put(_Deed(found, "", by, hand))
            case Other():
                self.tally.others += 1
                if self.tally.others % _SAY_EVERY == 1:
                    fields = {"hand": hand, "count": self.tally.others}
                    log.info("codes that are not ours", extra=fields)

    def _again(self, scanned: Scanned) -> bool:
        """Whether that code was seen a moment ago; then it is still there."""
        text, now_s = scanned.texts[0], self._clock.monotonic()
        seen = any(
            text == known and now_s - at_s < SAME_SCAN_S for known, at_s in self._scans
        )
        self._scans = deque(
            (each for each in self._scans if each[0] != text), maxlen=_REMEMBERED
        )
        self._scans.append((text, now_s))
        return seen

    def _not_theirs(self, hand: str, act: str) -> None:
        self.tally.refused += 1
        log.info("not for a customer to ask", extra={"hand": hand, "act": act})

    def _ask(self, act: Act, hand: str, by: By) -> None:
        if by == "customer" and act in CASHIERS:
            self._not_theirs(hand, act)
            return
        receipt = self._counter.here()
        if receipt is None:
            self.tally.in_vain += 1
            log.info("nothing at the counter", extra={"hand": hand, "act": act})
            return
        self._put(_Deed(act, receipt, by, hand))

    def _put(self, deed: _Deed) -> None:
        if len(self._waiting) >= MAX_WAITING:
            self.tally.dropped += 1
            log.warning("too much was asked for at once", extra={"hand": deed.hand})
            return
        self._waiting.append(deed)
        self._more.set()

    async def _do(self, deed: _Deed) -> None:
        fields = {"hand": deed.hand, "act": _called(deed.does)}
        try:
            refusal = await self._verb(deed)
        except Exception:
            # A bug behind one key must not take the other keys away.
            log.exception("a hand's verb failed", extra=fields)
            return
        if refusal is None:
            self.tally.done += 1
            log.info("done by hand", extra=fields)
            return
        self.tally.refused += 1
        log.info("refused by hand", extra={**fields, "code": refusal.code})

    async def _verb(self, deed: _Deed) -> Refusal | None:
        match deed.does:
            case Card(value):
                return await self._counter.identify(value, "scanned")
            case ReceiptCode(value):
                return await self._finder.find(value, deed.by)
            case act:
                return await VERBS[act](self._counter, deed.receipt, deed.by)


def _called(does: Act | Card | ReceiptCode) -> str:
    """For the log, which knows no numbers."""
    match does:
        case Card():
            return "card"
        case ReceiptCode():
            return "find"
        case act:
            return act
