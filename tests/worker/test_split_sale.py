"""The real reading of a sale whose bytes were split by a pause."""

from __future__ import annotations

from agent.pipeline.seams import better
from agent.wire.brief import gist_in
from agent.wire.receipt import Gist
from agent.worker import tasks
from hardware_sim import library_bytes
from hardware_sim.receipts import sale

PARAMS = {"profile": "default", "country": "FR", "reads": False}


def gist(raw: bytes) -> Gist:
    return gist_in(tasks.understand(PARAMS, raw).parts[0])


def test_the_second_half_with_the_first_is_the_sale() -> None:
    ticket = sale("restaurant", 4)
    raw = library_bytes.encode(ticket)
    middle = raw.index(b"\n", len(raw) // 2) + 1
    first, second = gist(raw[:middle]), gist(raw[middle:])
    whole = gist(raw)
    assert whole.total == ticket.truth.total_cents
    assert better(whole, second) or better(whole, first)
