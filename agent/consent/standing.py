"""What holds now: of all decisions on a purpose by a channel, the last one.

A consent is bound to contact, purpose and channel, never to a person, so nothing that
is learned of the person later can widen it.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.wire.consent import Channel, Decision, Purpose


@dataclass(frozen=True, slots=True)
class Said:
    """One decision; ``expires_ms`` is Unix time."""

    seq: int
    purpose: Purpose
    channel: Channel
    decision: Decision
    expires_ms: int


def last(said: list[Said], purpose: Purpose, channel: Channel) -> Said | None:
    """The decision that holds; ``None`` where nobody was asked."""
    about = [
        each for each in said if (each.purpose, each.channel) == (purpose, channel)
    ]
    return max(about, key=lambda each: each.seq, default=None)


def may(said: list[Said], purpose: Purpose, channel: Channel, now_ms: int) -> bool:
    """Whether the contact may be used for that: given, not taken back, not expired."""
    found = last(said, purpose, channel)
    return found is not None and found.decision == "given" and now_ms < found.expires_ms
