"""Invented tills, by the hundred: each with what may be wrong with one."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from agent.wire.heartbeat import Heartbeat
from rcu.app import Store
from rcu.fleet import troubles
from tests.rcu.fakes import START_MS

MINUTE_MS = 60_000


def moment(ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC)


def beat(now_ms: int = START_MS, **more: Any) -> Heartbeat:
    said: dict[str, Any] = {
        "sent_at": moment(now_ms),
        "started_at": moment(now_ms - 3 * 86_400_000),
        "version": "0.1.0",
        "rules": "fr 2026.2",
        "printer": {"state": "ok", "answers": True},
        "doors": [{"name": "tcp", "open": True}],
        "free_mb": 20_000,
        "last_receipt_at": moment(now_ms - 2 * MINUTE_MS),
        **more,
    }
    return Heartbeat.model_validate(said)


WRONG: list[dict[str, Any]] = [
    {"printer": {"state": "out", "answers": True}},
    {"printer": {"state": "offline"}, "backlog": {"entries": 3}},
    {"printer": {"state": "cover", "answers": True, "stuck": True}},
    {"doors": [{"name": "tcp", "open": True}, {"name": "serial", "open": False}]},
    {"store": "tight", "free_mb": 40},
    {"free_mb": 300, "worker_deaths": 7},
    {"skew_s": -3600.0},
    {"backlog": {"entries": 4021, "aside": 2, "oldest_at": moment(START_MS - 9**8)}},
    {"printer": {"state": "low", "answers": True}},
    {"config": {"generation": 4, "trial": "o-1", "digest": "0123456789abcdef"}},
]


async def fleet(store: Store, count: int, now_ms: int = START_MS) -> list[str]:
    """So many tills, every fourth with something wrong; two silent, one never heard."""
    dice, edges, noted = random.Random(7), [], []
    for at in range(count):
        edge = f"urn:edge:ENS1:S{at // 4:04}:T{at % 4 + 1:02}"
        edges.append(edge)
        await enrolled(store, edge, now_ms)
        if at == 3:
            continue
        heard_ms = now_ms - dice.randrange(50_000)
        if at in {10, 11}:
            heard_ms = now_ms - 3 * 3_600_000
        wrong = WRONG[(at // 4) % len(WRONG)] if at % 4 == 0 else {}
        told = beat(heard_ms, **wrong)
        noted.append(troubles.noted(edge, told, told.model_dump_json(), heard_ms, None))
    await store.fleet.fleet.note(noted)
    return edges


async def enrolled(store: Store, edge: str, now_ms: int) -> None:
    async with store.keyring._database.transaction() as tx:
        await tx.execute(
            "INSERT OR IGNORE INTO edge_key VALUES (?, ?, ?, ?)",
            (edge, edge, b"\0", now_ms),
        )
