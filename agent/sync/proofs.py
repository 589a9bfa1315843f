"""What became of an order, as a signed entry of the log."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agent import __version__
from agent.clock import Clock
from agent.entropy import Entropy
from agent.ids import EntryId, uuid7
from agent.store.records import Append, Entry
from agent.sync.speaker import Speaker
from agent.wire.closing import CLOSED, DayClosed, closing_text
from agent.wire.orders import APPLIED, OrderApplied, OrderStatus, proof_text

Text = Callable[[str, Mapping[str, Any]], bytes]
"""What is signed of an event of that till."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``done``: of what how much; nobody's name."""

    status: OrderStatus
    done: Mapping[str, int] = field(default_factory=dict)
    why: str = ""


class Prover:
    """Makes entries that are to hold without the request that brings them."""

    def __init__(self, speaker: Speaker, clock: Clock, entropy: Entropy) -> None:
        self._speaker = speaker
        self._clock = clock
        self._entropy = entropy
        self._version = __version__

    @property
    def enrolled(self) -> bool:
        """Whether orders are known to be the RCU's."""
        return self._speaker.signs

    def entry(self, order: str, kind: str, outcome: Outcome) -> Append:
        """The proof of one order."""
        skew_s = self._speaker.skew_s
        proof = OrderApplied(
            order=order,
            type=kind[:64],
            status=outcome.status,
            done=dict(outcome.done),
            why=outcome.why,
            applied_at=self._clock.now(),
            clock="till" if skew_s is None else "rcu",
            skew_s=None if skew_s is None else round(skew_s, 1),
            agent_version=self._version,
        )
        return self._signed(APPLIED, proof.model_dump(mode="json"), proof_text)

    def closing(self, day: DayClosed) -> Append:
        """The closing of a day."""
        return self._signed(CLOSED, day.model_dump(mode="json"), closing_text)

    def _signed(self, kind: str, data: dict[str, Any], text: Text) -> Append:
        signer = self._speaker.signer
        if signer is not None:
            data["kid"] = signer.kid
            signature = signer.sign(text(self._speaker.source, data))
            data["sig"] = b64encode(signature).decode()
        body = json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()
        at_ms = int(self._clock.now().timestamp() * 1000)
        name = EntryId(uuid7(at_ms, self._entropy.draw(10)))
        return Append(Entry(name, kind, at_ms, None, body))
