"""How far a receipt at the counter has come, as the store keeps it for a restart."""

from __future__ import annotations

from agent.choice import resuming
from agent.pipeline.view import AtCounter
from agent.store.handovers import KeepSession


def kept(at: AtCounter, now_s: float, now_ms: int) -> KeepSession:
    """``now_s`` by the clock that countdowns run on, ``now_ms`` by the wall's."""
    session = at.session
    closes_ms = None
    if session.closes_at_s is not None:
        closes_ms = now_ms + round((session.closes_at_s - now_s) * 1000)
    written = resuming.Kept(
        phase=session.phase,
        choice=session.choice,
        by=session.by,
        preferred=session.preferred,
        offered_ms=at.offered_ms,
        closes_ms=closes_ms,
        settled_ms=None if session.open else now_ms,
        lang=at.lang,
        card=at.card.digest.hex() if at.card else "",
        card_mask=at.card.mask if at.card else "",
        contacts={leg.channel: leg.contact for leg in session.legs if leg.contact},
        sent_to={channel: whom.hex() for channel, whom in at.sent_to.items()},
        taken_back=at.taken_back,
        mentions=tuple(sorted(at.mentions)),
    )
    return KeepSession(at.row.id, resuming.write(written))


def sent_to(kept: resuming.Kept) -> dict[str, bytes]:
    """By channel, the keyed hash of the contact, as it was written."""
    return {channel: bytes.fromhex(whom) for channel, whom in kept.sent_to.items()}
