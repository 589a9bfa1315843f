"""Every metric of the agent, once: its name, kind, labels, meaning, and where it is from.

``docs/metrics.md`` is made from this table, readings and counts are held against it, and
so are the alert rules and the dashboard.  Names are stable: one is never renamed or given
another meaning, a new one is added beside it.  Units are base units and stand in the name
(seconds, bytes); counters end in ``_total`` (prometheus.io, "Metric and label naming").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

Kind = Literal["counter", "gauge", "histogram", "info"]
Group = Literal["sales", "paper", "customers", "sync", "till"]

PREFIX: Final = "receipt_agent_"
TEXTFILE: Final = "textfile"
"""Only in what ``receipt-agent metrics --textfile`` writes: a dead agent says nothing."""
UNITS: Final = ("seconds", "bytes")

FAST_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""A disk's answer: a good one takes a millisecond, a worn card seconds."""
LAG_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0)
SALE_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 600.0)
"""Around the two seconds after which an ununderstood job is printed, up to a change of roll."""
PERSON_S: Final = (1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 60.0, 120.0)
CARRIED_S: Final = (
    1.0,
    2.5,
    5.0,
    10.0,
    30.0,
    60.0,
    300.0,
    900.0,
    3600.0,
    14400.0,
    86400.0,
)
"""From a relay that answers to one that is away for a night."""

GROUPS: Final[Mapping[Group, str]] = {
    "sales": "Do sales flow?",
    "paper": "Does paper come?",
    "customers": "Do customers get it?",
    "sync": "Does it reach the RCU?",
    "till": "Is the till well?",
}

LABELS: Final[Mapping[str, str]] = {
    "door": "`tcp`, `star`, `serial`, `device`, `folder`, `http`",
    "shape": "`document` (marks on paper), `tail` (feeds or cuts after one), `control` "
    "(settings, definitions), `raw` (could not be read)",
    "outcome": "what became of it; the values stand with the metric",
    "evidence": "`cut`; `close` (hang-up), `idle` (silence), `size`, `stop`, `crash`, "
    "`abandoned` (the POS gave up), `torn` (the line broke)",
    "rule": "the row of the country's pack, `R00` to `R99`",
    "state": "a state; the values stand with the metric",
    "reason": "a code of `agent/delivery/reasons.py`, or as the metric says",
    "channel": "`paper`, `qr`, `email`, `sms`, `account`",
    "choice": "`none`, `paper`, `qr`, `email`, `sms`, `account`",
    "by": "`customer`, `cashier`, `silence`, `next_sale`, `preference`, `rule`",
    "link": "`mail`, `sms`, `rcu`; `display`, `cashier`, `it`: whether such a page is open",
    "why": "`overran`, `died`, `cancelled`",
    "level": "`warning`, `error`, `critical`",
    "service": "a part of the daemon, as the log names it",
    "use": "`door.http`, `screens`",
    "process": "`relay`, `worker`",
    "version": "of the agent",
    "rules": "id and version of the pack in force",
    "schema": "of the database",
    "python": "of the interpreter",
}
"""Every label, and which values it may have."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One row.  ``source``: the part of the agent that knows; ``buckets``: of a histogram."""

    group: Group
    kind: Kind
    name: str
    says: str
    source: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def unit(self) -> str:
        """Empty where it counts things."""
        last = self.name.removesuffix("_total").rpartition("_")[2]
        return last if last in UNITS else ""


_BUCKETS: Final[Mapping[str, tuple[float, ...]]] = {
    "job_durable_seconds": FAST_S,
    "job_offered_seconds": SALE_S,
    "job_printed_seconds": SALE_S,
    "choice_seconds": PERSON_S,
    "delivery_seconds": CARRIED_S,
    "store_transaction_seconds": FAST_S,
    "loop_lag_seconds": LAG_S,
}

_ROWS: Final[Mapping[Group, str]] = {
    "sales": """
jobs_total | counter | commits | door shape outcome | Print jobs: kept, or passed through to the printer because the store refused them.
job_ends_total | counter | commits | door evidence | What ended a job. All but cut and close are guesses: a POS that splits or tears its jobs shows here.
job_bytes_total | counter | commits | door | Bytes of those jobs.
jobs_given_up_total | counter | commits | door | Times that a POS gave up what it had sent.
jobs_settled_total | counter | commits | rule state | Jobs by the rule that decided and the state that they came to: held, paper_due, printed, no_paper. A job passes through several.
receipts_total | counter | commits | outcome | Customers' documents: offered, printed at once, or attached to their sale.
job_durable_seconds | histogram | commits | - | From the end of a job (its cut) to its bytes on the disk.
job_offered_seconds | histogram | commits | - | From the end of a job to the offer on the screens.
jobs_waiting | gauge | hatch | - | Durable jobs that are not yet understood.
connections | gauge | doors | - | Lines that are open at all doors.
connections_refused_total | counter | doors | door reason | Lines that were hung up on: full, stranger (allow_from), web_request.
worker_up | gauge | worker | - | Whether a warm worker is there.
worker_deaths_total | counter | worker | - | Workers that ended.
worker_given_up_total | counter | worker | why | Workers that were killed.
ocr_up | gauge | ocr | - | Whether pictures are read.
ocr_pictures_total | counter | ocr | outcome | Pictures of text: read, or not.
""",
    "paper": """
printer_online | gauge | printer | - | Whether it can be reached and is on line.
printer_answers | gauge | printer | - | Whether it says how it is; 0: it is mute, or was never heard.
printer_paper | gauge | printer | state | 1 for the state that it is in: ok, near_end, out.
printer_cover_open | gauge | printer | - | Whether its cover is open.
printer_error | gauge | printer | - | Whether it says that it is broken.
printer_drawer_open | gauge | printer | - | The level of the drawer's pin.
printer_backup_active | gauge | printer | - | Whether the second printer prints.
printer_last_answer_timestamp_seconds | gauge | printer | - | When it was last reached.
paper_waiting_sheets | gauge | lane | - | Sheets in line for the printer.
paper_stuck | gauge | lane | reason | 1 while the first sheet does not get printed, and why.
job_printed_seconds | histogram | commits | - | From the end of a job that waits for nobody to its paper.
drawer_pulses_total | counter | printer | - | Drawer pulses that went out.
drawer_pulses_dropped_total | counter | printer | - | Drawer pulses that did not: too old, too many, or the line broke.
""",
    "customers": """
choices_total | counter | commits | choice by | Choices that were made, or that silence or a rule made.
choice_seconds | histogram | commits | - | From the offer to a person's first choice.
deliveries_total | counter | commits | channel outcome | What became of hand-overs: delivered, deferred, refused.
delivery_faults_total | counter | commits | channel reason | Why they were deferred or refused.
delivery_seconds | histogram | commits | channel | From the order of a hand-over to its arrival.
queue_entries | gauge | store | channel | Hand-overs that wait.
queue_oldest_seconds | gauge | store | channel | How long the oldest of them has waited.
dead_letters | gauge | counter | channel | What reached nobody and somebody has to look at.
circuit_state | gauge | dispatchers | channel state | 1 for the state that it is in: closed (works), half_open (one probe), open (left alone).
link_up | gauge | counter | link | Whether a link works, as far as is known.
""",
    "sync": """
sync_enabled | gauge | config | - | Whether this till has an RCU.
sync_backlog_entries | gauge | store | - | Entries of the log that the RCU has not got.
sync_backlog_oldest_seconds | gauge | store | - | How old the oldest of them is.
sync_cursor | gauge | store | - | Number of the last entry that the RCU has.
sync_last_success_timestamp_seconds | gauge | commits | - | When the RCU last took entries, since the start.
sync_refused_entries_total | counter | commits | - | Entries that the RCU refused for good.
rcu_clock_offset_seconds | gauge | uplink | - | The RCU's clock less ours, to a second.
feed_last_answer_timestamp_seconds | gauge | downlink | - | When the feed last answered.
feed_waiting_events | gauge | downlink | - | Orders that came and are not done yet.
feed_events_total | counter | downlink | outcome | Orders that were taken, or skipped because this version cannot read them.
""",
    "till": """
store_up | gauge | store | - | Whether the database is open and answers; 0: a plain relay.
store_taking_in | gauge | store | - | 0 while jobs are printed without being kept.
store_size_bytes | gauge | disk | - | The database with its log.
disk_free_bytes | gauge | disk | - | Where the database is.
store_reserve | gauge | store | - | Whether the reserve is on the disk.
store_refused_commits_total | counter | store | - | Commits that found no room.
store_transactions_total | counter | store | - | Transactions, each with one fsync.
store_transaction_seconds | histogram | commits | - | One of them, fsync and hop to the thread included.
store_waiting_commits | gauge | store | - | Commits in line for a transaction.
store_damaged_records_total | counter | store | - | Times that a record was not what had been written; it is left out.
loop_lag_seconds | histogram | loop | - | How late the event loop came to a timer, twice a second.
watchdog_ok | gauge | watchdog | - | Whether the last probe answered in time.
log_messages_total | counter | log | level | Lines of the log from warning on, as far as --log-level lets them.
service_falls_total | counter | log | service | Parts that fell and were started again.
certificate_expiry_timestamp_seconds | gauge | disk | use | When a certificate ends.
config_loaded_timestamp_seconds | gauge | config | - | When this configuration was read: the start.
config_generation | gauge | config | - | Number of the configuration that the RCU ordered; 0: the file alone.
bypass_last_used_timestamp_seconds | gauge | disk | - | When jobs last went past a dead agent.
process_cpu_seconds_total | counter | /proc | process | Processor time, user and system.
process_resident_memory_bytes | gauge | /proc | process | Memory that is in RAM.
process_open_fds | gauge | /proc | process | Open file descriptors.
up | gauge | textfile | - | Whether the agent answered when the file was written.
bypass_active | gauge | textfile | - | Whether jobs go past a dead agent now.
build_info | info | config | version rules schema python | What runs here.
""",
}
"""A metric a line: name without its prefix, kind, source, labels, meaning."""


def _metric(group: Group, line: str) -> Metric:
    name, kind, source, labels, says = line.split(" | ")
    return Metric(
        group,
        cast("Kind", kind),
        PREFIX + name,
        says,
        source,
        tuple(labels.replace("-", "").split()),
        _BUCKETS.get(name, ()),
    )


METRICS: Final = tuple(
    _metric(group, line)
    for group, rows in _ROWS.items()
    for line in rows.strip().splitlines()
)
BY_NAME: Final[Mapping[str, Metric]] = {each.name: each for each in METRICS}
