"""For each alert: series that make it fire, and series that must not.

``bad`` and ``good`` are series as promtool writes them, a value a minute; ``at`` is when
it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

A: Final = "receipt_agent_"


class Case(NamedTuple):
    bad: Mapping[str, str]
    good: Mapping[str, str]
    at: str = "30m"


def _one(name: str, bad: str, good: str, at: str = "30m") -> Case:
    return Case({A + name: bad}, {A + name: good}, at)


def _rates(name: str, quick: str, slow: str) -> Case:
    """All of them below the bucket ``quick``, or none below ``slow``."""
    all_of_it = {f'{A}{name}_bucket{{le="+Inf"}}': "0+5x60"}
    late = {f'{A}{name}_bucket{{le="{slow}"}}': "0x60"}
    soon = {f'{A}{name}_bucket{{le="{quick}"}}': "0+5x60"}
    return Case(late | all_of_it, soon | all_of_it, "40m")


CASES: Final[Mapping[str, Case]] = {
    "ReceiptAgentDown": Case(
        {'up{job="receipt-agent"}': "1 0x60"}, {'up{job="receipt-agent"}': "1x60"}
    ),
    "ReceiptAgentBypassed": Case(
        {f"{A}bypass_last_used_timestamp_seconds": "1500x60"},
        {
            f"{A}bypass_last_used_timestamp_seconds": "60x60",
            f"{A}bypass_active": "0x60",
        },
    ),
    "ReceiptAgentRestarting": _one(
        "config_loaded_timestamp_seconds", "1x20 2 3 4 5x40", "1x20 2x40", "25m"
    ),
    "ReceiptAgentStorePassing": _one("store_taking_in", "1 0x60", "1x60"),
    "ReceiptAgentDiskFillsUp": _one("disk_free_bytes", "5e8x60", "5e9x60"),
    "ReceiptAgentDamagedRecords": _one(
        "store_damaged_records_total", "0x10 1x60", "0x60"
    ),
    "ReceiptAgentPrinterAway": _one("printer_online", "1 0x60", "1x28 0x5"),
    "ReceiptAgentPaperOut": Case(
        {f'{A}printer_paper{{state="out"}}': "1x60"},
        {f'{A}printer_paper{{state="near_end"}}': "1x60"},
    ),
    "ReceiptAgentPaperStuck": Case(
        # Another reason is the same sheet.
        {
            f'{A}paper_stuck{{reason="paper_out"}}': "1x20 stale",
            f'{A}paper_stuck{{reason="busy"}}': "_x20 1x40",
        },
        {f'{A}paper_stuck{{reason="none"}}': "0x60"},
    ),
    "ReceiptAgentPulsesDropped": _one(
        "drawer_pulses_dropped_total", "0x20 3x5 6x40", "0x20 1x40"
    ),
    "ReceiptAgentOffersSlow": _rates("job_offered_seconds", "1.0", "5.0"),
    "ReceiptAgentWorkerFails": Case(
        {f'{A}worker_given_up_total{{why="overran"}}': "0+1x60"},
        {
            f'{A}worker_given_up_total{{why="cancelled"}}': "0+1x60",
            f"{A}worker_up": "1x60",
        },
    ),
    "ReceiptAgentConnectionsRefused": Case(
        {f'{A}connections_refused_total{{door="tcp",reason="full"}}': "0+2x60"},
        {f'{A}connections_refused_total{{door="tcp",reason="stranger"}}': "0x20 3x60"},
    ),
    "ReceiptAgentDeliveryStuck": Case(
        {f'{A}queue_oldest_seconds{{channel="email"}}': "3540+60x60"},
        {
            f'{A}queue_oldest_seconds{{channel="email"}}': "600x60",
            f'{A}queue_oldest_seconds{{channel="paper"}}': "9000x60",
        },
    ),
    "ReceiptAgentDeadLetters": Case(
        {f'{A}dead_letters{{channel="sms"}}': "1x60"},
        {f'{A}dead_letters{{channel="sms"}}': "0x60"},
    ),
    "ReceiptAgentSyncBehind": _one(
        "sync_backlog_oldest_seconds", "3540+60x60", "300x60"
    ),
    "ReceiptAgentSyncRefused": _one("sync_refused_entries_total", "0x10 1x60", "0x60"),
    "ReceiptAgentFeedSilent": _one(
        "feed_last_answer_timestamp_seconds", "60x120", "60+60x120", "90m"
    ),
    "ReceiptAgentClockOff": _one("rcu_clock_offset_seconds", "-90x60", "-2x60"),
    "ReceiptAgentCertificateEnds": Case(
        {f'{A}certificate_expiry_timestamp_seconds{{use="screens"}}': "1728000x60"},
        {f'{A}certificate_expiry_timestamp_seconds{{use="screens"}}': "8640000x60"},
    ),
    "ReceiptAgentPartsFall": Case(
        {f'{A}service_falls_total{{service="printer"}}': "0+1x60"},
        {f'{A}service_falls_total{{service="printer"}}': "0x20 1x60"},
    ),
    "ReceiptAgentLoopLate": _rates("loop_lag_seconds", "0.05", "0.5"),
    "ReceiptAgentMemory": Case(
        {f'{A}process_resident_memory_bytes{{process="relay"}}': "190e6x60"},
        {
            f'{A}process_resident_memory_bytes{{process="relay"}}': "90e6x60",
            f'{A}process_resident_memory_bytes{{process="worker"}}': "300e6x60",
        },
    ),
}
