"""How long a receipt stands at the counter, in seconds of the monotonic clock."""

from __future__ import annotations

from agent.pipeline.view import AtCounter


def ends_s(at: AtCounter | None, linger_s: float) -> float | None:
    """When its countdown ends, or it leaves the screens once it is settled."""
    if at is None or at.session.open:
        return at.session.closes_at_s if at else None
    return at.settled_at_s + linger_s


def is_over(at: AtCounter | None, linger_s: float, now_s: float) -> bool:
    """It is settled, and has been looked at for long enough."""
    until_s = ends_s(at, linger_s)
    settled = at is not None and not at.session.open
    return settled and until_s is not None and now_s >= until_s


def is_closed(at: AtCounter | None, now_s: float) -> bool:
    """Nobody chose in time."""
    closes_at_s = at.session.closes_at_s if at else None
    return closes_at_s is not None and now_s >= closes_at_s
