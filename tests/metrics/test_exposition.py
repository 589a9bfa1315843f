"""What a scraper reads: both forms parse, with the table's names, kinds and help."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from agent.events import PrinterState
from agent.metrics.exposition import text
from agent.metrics.picture import FeedSeen, Picture, ProcessSeen, StoreSeen
from agent.metrics.table import METRICS, TEXTFILE
from agent.metrics.tally import Tally

FULL = Picture(
    now_s=1000.0,
    printer=PrinterState(known=True, paper="near_end"),
    printer_heard_s=990.0,
    pulses=(3, 1),
    stuck="paper_out",
    refused_lines={("tcp", "full"): 2},
    worker_up=True,
    worker_given_up={"overran": 1},
    ocr={"read": 4},
    links={"rcu": False, "mail": True},
    circuits={"email": "half_open"},
    dead={"email": 1},
    store=StoreSeen(outbox={"email": (2, 970_000)}, backlog=(7, 400_000), cursor=12),
    store_bytes=4096,
    free_bytes=1 << 30,
    sync=True,
    skew_s=-3.0,
    feed=FeedSeen(heard_s=999.0, waiting=1, taken=2, skipped=0),
    certificates={"screens": 2000.0},
    processes={"relay": ProcessSeen(1.5, 80 << 20, 22)},
    build={"version": "1.2.3", "rules": "fr 1", "schema": "19", "python": "3.11"},
    bypass_used_s=500.0,
)
OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8,text/plain;q=0.5"


def samples(page: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(page)
    return {
        (each.name, tuple(sorted(each.labels.items()))): each.value
        for family in families
        for each in family.samples
    }


def test_each_metric_of_the_table_is_there_with_its_kind_and_help() -> None:
    tally = Tally()
    tally.took("delivery_seconds", 3.0, "email")
    body, media_type = text(FULL, tally.counted(), "")
    assert media_type.startswith("text/plain; version=0.0.4")
    page = body.decode()
    for each in METRICS:
        if each.source != TEXTFILE:
            kind = {"info": "gauge"}.get(each.kind, each.kind)
            assert f"# TYPE {each.name} {kind}\n" in page
            assert f"# HELP {each.name} {each.says}\n" in page


def test_openmetrics_is_spoken_to_who_asks_for_it() -> None:
    tally = Tally()
    tally.add("jobs_total", "tcp", "document", "kept")
    body, media_type = text(FULL, tally.counted(), OPEN)
    assert media_type.startswith("application/openmetrics-text; version=1.0.0")
    parsed = openmetrics.text_string_to_metric_families(body.decode())  # type: ignore[no-untyped-call]
    families = {each.name: each for each in parsed}
    assert families["receipt_agent_jobs"].type == "counter"
    assert families["receipt_agent_store_size_bytes"].unit == "bytes"
    assert body.endswith(b"# EOF\n")


@pytest.mark.parametrize(
    ("name", "labels", "value"),
    [
        ("printer_paper", {"state": "near_end"}, 1),
        ("printer_paper", {"state": "out"}, 0),
        ("paper_stuck", {"reason": "paper_out"}, 1),
        ("connections_refused_total", {"door": "tcp", "reason": "full"}, 2),
        ("circuit_state", {"channel": "email", "state": "half_open"}, 1),
        ("circuit_state", {"channel": "email", "state": "open"}, 0),
        ("queue_entries", {"channel": "email"}, 2),
        ("queue_oldest_seconds", {"channel": "email"}, 30),
        ("sync_backlog_oldest_seconds", {}, 600),
        ("link_up", {"link": "rcu"}, 0),
        ("store_taking_in", {}, 1),
        ("rcu_clock_offset_seconds", {}, -3),
        ("process_cpu_seconds_total", {"process": "relay"}, 1.5),
        ("drawer_pulses_dropped_total", {}, 1),
        ("feed_events_total", {"outcome": "taken"}, 2),
        ("sync_refused_entries_total", {}, 0),
    ],
)
def test_a_picture_is_told_as_it_is(
    name: str, labels: dict[str, str], value: float
) -> None:
    body, _ = text(FULL, Tally().counted(), "")
    found = samples(body.decode())
    assert found[f"receipt_agent_{name}", tuple(sorted(labels.items()))] == value


def test_a_part_that_cannot_be_asked_has_no_rows() -> None:
    bare = replace(FULL, store=None, feed=None, skew_s=None, worker_up=None)
    body, _ = text(bare, Tally().counted(), "")
    names = {name for name, _ in samples(body.decode())}
    gone = {"queue_entries", "sync_backlog_entries", "feed_waiting_events", "worker_up"}
    assert not {f"receipt_agent_{each}" for each in gone} & names
    assert "receipt_agent_store_up" in names


def test_times_are_added_up_by_bucket() -> None:
    tally = Tally()
    for seconds in (0.0005, 0.002, 0.02, 100.0, -1.0):
        tally.took("job_durable_seconds", seconds)
    body, _ = text(FULL, tally.counted(), "")
    found = samples(body.decode())
    name = "receipt_agent_job_durable_seconds"
    assert found[f"{name}_bucket", (("le", "0.001"),)] == 2
    assert found[f"{name}_bucket", (("le", "0.0025"),)] == 3
    assert found[f"{name}_bucket", (("le", "+Inf"),)] == 5
    assert found[f"{name}_count", ()] == 5
    assert found[f"{name}_sum", ()] == pytest.approx(100.0225)
