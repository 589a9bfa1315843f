"""Beats: free when offline, never in step, believed only when the RCU signed the answer."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.entropy import SystemEntropy
from agent.errors import StoreError
from agent.sync.answers import Reply, Unreachable
from agent.sync.heartbeat import LATEST_S, NOT_THERE_S, Heart
from agent.sync.settings import SyncSettings
from agent.wire.heartbeat import (
    MAX_HEARTBEAT_BYTES,
    Backlog,
    Heartbeat,
    PrinterPulse,
)
from tests.fakes.clock import EPOCH, FakeClock

SETTINGS = SyncSettings(url="https://rcu.example")


class Line:
    def __init__(self, *answers: Reply | Unreachable) -> None:
        self.answers = list(answers)
        self.told: list[dict[str, Any]] = []
        self.keys: list[str] = []

    async def tell(self, body: bytes, key: str) -> Reply | Unreachable:
        assert len(body) <= MAX_HEARTBEAT_BYTES
        self.told.append(json.loads(body))
        self.keys.append(key)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def beat(**more: Any) -> Heartbeat:
    return Heartbeat(
        sent_at=EPOCH,
        started_at=EPOCH - timedelta(hours=1),
        version="0.1.0",
        printer=PrinterPulse(state="ok"),
        **more,
    )


def heart(**more: Any) -> Heart:
    speaker: Any = SimpleNamespace(source="urn:edge:ENS1:S0042:T03")
    made = Heart(SETTINGS, speaker, FakeClock(), SystemEntropy())

    async def report() -> Heartbeat:
        return beat(**more)

    made.report = report
    return made


def reply(status: int, waits_s: str = "", *, ours: bool | None = True) -> Reply:
    headers = {"retry-after": waits_s} if waits_s else {}
    return Reply(status, headers, b"", ours)


async def test_a_beat_that_is_taken_is_followed_by_one_a_minute() -> None:
    beats, line = heart(), Line(reply(204))
    pauses = [await beats.beat(line) for _ in range(50)]
    assert all(48 <= pause <= 72 for pause in pauses)
    assert len(set(pauses)) > 10
    assert len(set(line.keys)) == 50
    assert beats.reached


@pytest.mark.parametrize("answer", [reply(204), Unreachable("ConnectError")])
async def test_a_beat_that_finds_entries_unsent_rings_for_them(
    answer: Reply | Unreachable,
) -> None:
    rung: list[str] = []
    for entries in (0, 7):
        beats = heart(backlog=Backlog(entries=entries))
        beats.entries_wait = lambda: rung.append("wake")
        await beats.beat(Line(answer))
    assert rung == ["wake"]


async def test_offline_costs_one_try_ever_less_often_and_nothing_is_kept() -> None:
    beats, line = heart(), Line(Unreachable("ConnectError"))
    pauses = [await beats.beat(line) for _ in range(30)]
    assert all(48 <= pause <= LATEST_S for pause in pauses)
    assert max(pauses[5:]) > 100
    assert beats.reached is False
    line.answers = [reply(204)]
    assert await beats.beat(line) <= 72
    assert line.told[-1] == line.told[0]  # how it is, not how it was


@pytest.mark.parametrize(
    ("answer", "least"),
    [
        (reply(404, ours=False), NOT_THERE_S * 0.8),
        (reply(503, "900"), 900),
        (reply(204, "600"), 600),
        (reply(200, ours=False), 48),
    ],
)
async def test_what_the_rcu_asks_for_is_waited(answer: Reply, least: float) -> None:
    assert await heart().beat(Line(answer)) >= least


async def test_a_portal_that_says_yes_is_no_rcu(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("INFO"):
        await heart().beat(Line(reply(200, ours=False)))
    assert "does not hear" in caplog.text


async def test_a_store_that_is_gone_and_a_till_without_words_do_not_beat() -> None:
    beats, line = heart(), Line(reply(204))

    async def gone() -> Heartbeat:
        raise StoreError("full")

    beats.report = gone
    assert await beats.beat(line) >= 48
    beats.report = None
    await beats.beat(line)
    assert line.told == []


async def test_too_many_warnings_do_not_make_it_too_long(tmp_path: Path) -> None:
    many = {f"{'x' * 600}{at}": at for at in range(16)}
    line = Line(reply(204))
    await heart(warnings=many).beat(line)
    assert line.told[0]["warnings"] == {}
