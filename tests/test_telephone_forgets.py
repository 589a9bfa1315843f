"""An erasure order that a file keeps from being done whole is no more than partly done."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from agent.pipeline.forgetting import ForgetOrder
from agent.store.people import Traces
from agent.telephone import _Forgets


@dataclass
class Till:
    """All four that the order meets."""

    found: Traces
    proved: list[tuple[str, dict[str, int]]] = field(default_factory=list)

    async def do(self, order: ForgetOrder) -> Traces:
        self.number = order.number
        return self.found

    async def waiting(self, beginning: str) -> int:
        return 1

    async def ask(self, question: Any) -> list[str]:
        return [json.dumps({"order": self.number, **self.found.numbers})]

    async def commit(self, *changes: Any) -> None:
        """Proofs only."""

    def entry(self, name: str, kind: str, outcome: Any) -> None:
        self.proved.append((outcome.status, dict(outcome.done)))

    def wake(self) -> None:
        """Nothing is sent here."""


def forgets(till: Till) -> _Forgets:
    means: Any = till
    return _Forgets(means, means, means, means)


async def test_what_was_destroyed_in_exports_is_counted_in_the_proof() -> None:
    till = Till(Traces(exported=3))
    done = await forgets(till).forget("o1.0", b"s" * 24)
    assert (done.done, done.left) == ({"exported": 3}, False)
    await forgets(till).told(ForgetOrder(till.number, b"s" * 24))
    assert till.proved == [("completed", {"exported": 3})]


async def test_an_export_that_cannot_be_read_makes_it_partial_and_never_nothing() -> (
    None
):
    till = Till(Traces(exports_unread=("2-3.db",)))
    done = await forgets(till).forget("o1.0", b"s" * 24)
    assert (done.done, done.left) == ({"exports_unread": 1}, True)
    await forgets(till).told(ForgetOrder(till.number, b"s" * 24))
    assert till.proved == [("partial", {"exports_unread": 1})]
