"""A session as bytes, and back: so that a restart finds it where it was.

What each channel came to is not in it: the ledger knows, and knows it better than what
was written before the kill.  Times are Unix ms, since the monotonic clock begins anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from agent.choice.ledger import Ledger, Outcome
from agent.choice.session import (
    By,
    Channel,
    Choice,
    Leg,
    Phase,
    Progress,
    Session,
    moved,
)
from agent.ids import ReceiptId
from agent.verbs import Lang

PROGRESS: Final[Mapping[Outcome, Progress]] = {
    "waiting": "waiting",
    "done": "done",
    "failed": "failed",
    "withdrawn": "failed",
    "bounced": "failed",
}
SHORTEST_MS: Final = 3_000
"""What is left of a countdown after a restart is at least this: a person must be able
to see it and to press a key."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is written of a receipt at the counter.

    ``card``: keyed digest of the loyalty card, in hex.  ``contacts``: masked, by
    channel; ``sent_to``: their keyed hashes, in hex.  ``taken_back``: the channel whose
    address turned out to be another's.  ``closes_ms``: ``None`` when the countdown was stopped or is over.
    """

    phase: Phase
    choice: Choice | None = None
    by: By | None = None
    preferred: Choice | None = None
    offered_ms: int = 0
    closes_ms: int | None = None
    settled_ms: int | None = None
    lang: Lang = "fr"
    card: str = ""
    card_mask: str = ""
    contacts: Mapping[str, str] = field(default_factory=dict)
    sent_to: Mapping[str, str] = field(default_factory=dict)
    taken_back: Channel | None = None
    mentions: tuple[str, ...] = ()


def write(kept: Kept) -> bytes:
    """As JSON."""
    fields = {name: getattr(kept, name) for name in Kept.__slots__}
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()


def read(raw: bytes) -> Kept | None:
    """``None``: there is none, or a newer version wrote what this one cannot read."""
    if not raw:
        return None
    try:
        said = json.loads(raw)
        phase = Phase(said.pop("phase"))
        said["mentions"] = tuple(said.get("mentions", ()))
        return Kept(phase, **{name: said[name] for name in said if name in _KNOWN})
    except (ValueError, KeyError, TypeError):
        return None


_KNOWN: Final = frozenset(Kept.__slots__)


def session(
    receipt: ReceiptId,
    on_silence: Literal["none", "paper"],
    kept: Kept,
    ledger: Ledger,
    closes_at_s: float | None,
) -> Session:
    """The session as it was, with what its channels have come to since."""
    found = Session(
        receipt,
        on_silence,
        closes_at_s if kept.phase is Phase.OFFERED else None,
        kept.phase,
        kept.choice,
        kept.by,
        legs(ledger, kept),
        kept.preferred,
    )
    return found if found.open else moved(found)


def legs(ledger: Ledger, kept: Kept | None) -> tuple[Leg, ...]:
    """The last hand-over of each channel; to another's address is to nobody."""
    contacts = kept.contacts if kept else {}
    another_s = kept.taken_back if kept else None
    last = {row.channel: row for row in ledger.rows}
    return tuple(
        Leg(
            channel,
            "failed" if channel == another_s else PROGRESS[row.outcome],
            row.number,
            contacts.get(channel, ""),
            returned=row.outcome == "bounced",
        )
        for channel, row in last.items()
    )


def left_ms(kept: Kept, now_ms: int, window_ms: int) -> int | None:
    """What is left of the countdown; a clock that jumped does neither harm."""
    if kept.closes_ms is None:
        return None
    return min(max(kept.closes_ms - now_ms, SHORTEST_MS), window_ms)
