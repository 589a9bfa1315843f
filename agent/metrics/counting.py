"""What is committed, counted: jobs, receipts, choices, hand-overs, and how long each took.

The store tells of every commit (:mod:`agent.store.witness`), so a figure is what is on
the disk, and no room counts for itself.  Of an entry's content only codes are read that
the table names; no text, no contact, no amount.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar, cast, get_args

from agent.clock import Clock
from agent.delivery.reasons import Reason
from agent.ids import JobId, ReceiptId
from agent.metrics.tally import OTHER, Tally
from agent.store.handovers import EndHandOver, KeepSession, OrderHandOver
from agent.store.records import (
    AcceptJob,
    Append,
    Change,
    Choice,
    GaveUp,
    Job,
    JobState,
    MoveCursor,
    OpenReceipt,
    SetAside,
    SettleJob,
)
from agent.verbs import Channel
from agent.wire.events import ChoiceMade

log = logging.getLogger(__name__)

MAX_FOLLOWED: Final = 512
"""Jobs and hand-overs whose time runs: as many as wait while a link or a printer is away;
what came before them is counted and not timed."""
MS: Final = 1000.0
WAYS: Final[Mapping[Choice | None, str]] = {
    None: "offered",
    "none": "attached",
    "paper": "printed",
}
CHOICES: Final = frozenset(get_args(Choice))
CHANNELS: Final = frozenset(get_args(Channel))
BY: Final = frozenset(get_args(ChoiceMade.model_fields["by"].annotation))
OUTCOMES: Final = frozenset({"delivered", "deferred", "refused"})
REASONS: Final = frozenset((*map(str, Reason), "store"))

K = TypeVar("K")
V = TypeVar("V")


class Followed(dict[K, V], Generic[K, V]):
    """The newest only."""

    def follow(self, key: K, value: V) -> None:
        """The oldest makes room."""
        if len(self) >= MAX_FOLLOWED:
            del self[next(iter(self))]
        self[key] = value


class Counting:
    """A witness of the store."""

    def __init__(self, tally: Tally, clock: Clock, destination: str) -> None:
        """``destination``: whose cursor is followed."""
        self._tally = tally
        self._clock = clock
        self._destination = destination
        self._jobs: Followed[JobId, float] = Followed()
        self._ordered: Followed[tuple[ReceiptId, int], tuple[str, float]] = Followed()
        self._timed: Followed[ReceiptId, bool] = Followed()
        self._began_s = self._now_s = 0.0
        self._broken = False
        self._means = cast(
            "dict[type[Change], Callable[[Any], None]]",
            {
                AcceptJob: self._accepted,
                SettleJob: self._settled,
                GaveUp: self._gave_up,
                OpenReceipt: self._opened,
                Append: self._appended,
                KeepSession: self._chosen,
                OrderHandOver: self._order,
                EndHandOver: self._end,
                MoveCursor: self._moved,
                SetAside: self._aside,
            },
        )

    def committed(
        self, changes: Sequence[Change], began_s: float, now_s: float
    ) -> None:
        self._began_s, self._now_s = began_s, now_s
        for change in changes:
            if means := self._means.get(type(change)):
                try:
                    means(change)
                except Exception:
                    # Once: whoever commits must not hear of a mistake in a figure.
                    if not self._broken:
                        log.exception("a figure could not be counted")
                    self._broken = True

    def refused(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, AcceptJob):
                self._came(change.job, len(change.raw), "passed")

    def wrote(self, took_s: float) -> None:
        self._tally.took("store_transaction_seconds", took_s)

    # -- by change -------------------------------------------------------------

    def _came(self, job: Job, size: int, outcome: str) -> None:
        self._tally.add("jobs_total", job.door, job.shape, outcome)
        self._tally.add("job_ends_total", job.door, job.evidence)
        self._tally.add("job_bytes_total", job.door, by=size)

    def _accepted(self, change: AcceptJob) -> None:
        self._came(change.job, len(change.raw), "kept")
        self._tally.took("job_durable_seconds", self._now_s - self._began_s)
        self._jobs.follow(change.job.id, self._began_s)

    def _settled(self, change: SettleJob) -> None:
        self._tally.add("jobs_settled_total", change.rule, change.state.value)
        if change.state is JobState.PAPER_DUE:
            return
        began_s = self._jobs.pop(change.job, None)
        if began_s is not None and change.state is JobState.PRINTED:
            self._tally.took("job_printed_seconds", self._now_s - began_s)

    def _gave_up(self, change: GaveUp) -> None:
        self._tally.add("jobs_given_up_total", change.door)

    def _opened(self, change: OpenReceipt) -> None:
        row = change.row
        self._tally.add("receipts_total", WAYS.get(row.choice, OTHER))
        began_s = self._jobs.get(row.job)
        if row.choice is None and began_s is not None:
            self._tally.took("job_offered_seconds", self._now_s - began_s)

    def _appended(self, change: Append) -> None:
        entry = change.entry
        if entry.type == "choice.made.v1":
            said = json.loads(entry.body)
            choice, by = _of(said, "choice", CHOICES), _of(said, "by", BY)
            self._tally.add("choices_total", choice, by)
        elif entry.type == "delivery.status.v1":
            said = json.loads(entry.body)
            channel = _of(said, "channel", CHANNELS)
            outcome = _of(said, "state", OUTCOMES)
            self._tally.add("deliveries_total", channel, outcome)
            if outcome != "delivered":
                reason = code_of(str(said.get("detail", ""))) or OTHER
                self._tally.add("delivery_faults_total", channel, reason)

    def _chosen(self, change: KeepSession) -> None:
        if change.took_ms is not None and change.receipt not in self._timed:
            self._timed.follow(change.receipt, True)  # noqa: FBT003 -- a set in order
            self._tally.took("choice_seconds", change.took_ms / MS)

    def _order(self, change: OrderHandOver) -> None:
        row = change.row
        if row.outcome == "waiting":
            key = row.receipt, row.number
            self._ordered.follow(key, (row.channel, self._began_s))

    def _end(self, change: EndHandOver) -> None:
        found = self._ordered.pop((change.receipt, change.number), None)
        if found is not None and change.outcome == "done":
            channel, began_s = found
            self._tally.took("delivery_seconds", self._now_s - began_s, channel)

    def _moved(self, change: MoveCursor) -> None:
        if change.destination == self._destination and change.acked:
            now_s = self._clock.now().timestamp()
            self._tally.put("sync_last_success_timestamp_seconds", now_s)

    def _aside(self, change: SetAside) -> None:
        if change.destination == self._destination:
            self._tally.add("sync_refused_entries_total")


def code_of(reason: str) -> str:
    """A reason's code, without what stands behind it; empty: none."""
    code = reason.partition(":")[0]
    return code if not code or code in REASONS else OTHER


def _of(said: Mapping[str, object], key: str, known: frozenset[str]) -> str:
    """A code of those, never what somebody wrote there."""
    value = str(said.get(key))
    return value if value in known else OTHER
