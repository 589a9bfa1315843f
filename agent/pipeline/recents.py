"""The cashier's list: the last receipts, newest first, each as it stands now.

A card slip stands beneath the sale that was paid with it, as soon as that is known: by
itself it would look like a second sale of the same amount.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from agent.choice.session import Leg
from agent.ids import JobId, ReceiptId
from agent.pipeline.view import recent
from agent.screens.snapshot import Recent
from agent.store.records import ReceiptRow
from agent.wire.receipt import DocKind, Gist

RECENT_RECEIPTS: Final = 10


class Recents:
    """Bounded; a receipt that is known keeps its place."""

    def __init__(self) -> None:
        self._lines: deque[tuple[ReceiptId, Recent]] = deque(maxlen=RECENT_RECEIPTS)
        self._loose: dict[ReceiptId, JobId] = {}

    @property
    def lines(self) -> tuple[Recent, ...]:
        return tuple(line for _, line in self._lines)

    @property
    def loose(self) -> tuple[tuple[ReceiptId, JobId], ...]:
        """Card slips in the list whose sale nobody knows yet, and their jobs."""
        listed = {known for known, _ in self._lines}
        return tuple(each for each in self._loose.items() if each[0] in listed)

    def knows(self, receipt: str) -> bool:
        return any(
            receipt in {line.id, *(slip.id for slip in line.slips)}
            for _, line in self._lines
        )

    def note(self, row: ReceiptRow, gist: Gist, legs: Sequence[Leg] = ()) -> None:
        """List it, or say how it stands now."""
        now = recent(row, gist, legs)
        for index, (known, before) in enumerate(self._lines):
            if known == row.id:
                now = replace(now, scanned=before.scanned, slips=before.slips)
            elif any(slip.id == now.id for slip in before.slips):
                now = with_slip(before, now)
            else:
                continue
            self._lines[index] = known, now
            return
        self._forget_scanned()
        if gist.kind is DocKind.CARD_SLIP:
            self._loose = {**dict(self.loose), row.id: row.job}
        self._lines.appendleft((row.id, now))

    def put_under(self, slip: ReceiptId, sale: ReceiptId) -> None:
        """That slip is of that sale, if both are listed."""
        lines = dict(self._lines)
        if slip not in lines or sale not in lines:
            return
        lines[sale] = with_slip(lines[sale], lines.pop(slip))
        self._lines = deque(lines.items(), maxlen=RECENT_RECEIPTS)
        self._loose.pop(slip, None)

    def point_out(self, row: ReceiptRow, gist: Gist, legs: Sequence[Leg]) -> None:
        """Its code was scanned: on top, until another is, or the next sale comes."""
        slips: tuple[Recent, ...] = ()
        for pair in [pair for pair in self._lines if pair[0] == row.id]:
            slips = pair[1].slips
            self._lines.remove(pair)
        self._forget_scanned()
        line = replace(recent(row, gist, legs), scanned=True, slips=slips)
        self._lines.appendleft((row.id, line))

    def _forget_scanned(self) -> None:
        for index, (known, line) in enumerate(self._lines):
            self._lines[index] = known, replace(line, scanned=False)


def with_slip(sale: Recent, slip: Recent) -> Recent:
    """The line of a sale with one of its slips, as it stands now."""
    others = tuple(each for each in sale.slips if each.id != slip.id)
    return replace(sale, slips=(*others, slip))
