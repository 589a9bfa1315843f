"""Whether the agent lives, and whether it is ready: what a fleet's health gate asks.

*Alive*: loop and store answer, as for systemd's watchdog.  *Ready*: jobs come in and are
kept.  A printer that is off and an RCU that is away do not make a till unready, since
jobs wait for the one and the log for the other (and a roll-out at night meets both); who
wants them to asks ``/readyz?require=printer,rcu``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from agent.metrics.picture import Picture

OK: Final = 200
NOT_NOW: Final = 503
BAD: Final = 400
PARTS: Final = ("store", "jobs", "printer", "rcu")
ALWAYS: Final = frozenset({"store", "jobs"})


@dataclass(frozen=True, slots=True)
class Part:
    """``reason``: a code for programs; empty when it is well."""

    ok: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer: its status and its JSON."""

    status: int
    said: Mapping[str, Any]


def alive(*, answers: bool, opens: bool) -> Verdict:
    """``answers``: the probe, in time; ``opens``: there is a database."""
    store = ("ok" if answers else "silent") if opens else "absent"
    return Verdict(OK if answers else NOT_NOW, {"alive": answers, "store": store})


def ready(
    picture: Picture, *, accepting: bool, require: Collection[str] = ()
) -> Verdict:
    """``accepting``: the doors are open and jobs are taken in their turn."""
    if unknown := sorted(set(require) - set(PARTS)):
        return Verdict(BAD, {"unknown": unknown, "known": list(PARTS)})
    parts = {
        "store": _store(picture),
        "jobs": Part(accepting, "" if accepting else "starting"),
        "printer": _printer(picture),
        "rcu": _rcu(picture),
    }
    asked = ALWAYS | set(require)
    well = all(parts[name].ok for name in asked)
    said = {
        "ready": well,
        "parts": {name: asdict(each) for name, each in parts.items()},
    }
    return Verdict(OK if well else NOT_NOW, said)


def _store(picture: Picture) -> Part:
    if picture.store is None:
        return Part(ok=False, reason="absent")
    if picture.store.tight:
        return Part(ok=False, reason="no_room")
    return Part(picture.keeps, "" if picture.keeps else "refuses")


def _printer(picture: Picture) -> Part:
    state = picture.printer
    wrong = {
        "unreachable": not state.online and not state.known,
        "offline": not state.online,
        "cover_open": state.cover_open,
        "paper_out": state.paper == "out",
        "error": state.error,
    }
    reason = next((name for name, is_so in wrong.items() if is_so), picture.stuck)
    if not reason and state.mute:
        # What goes to a wrong address, or over a line at a wrong speed, is taken too.
        reason = "mute"
    return Part(not reason, reason)


def _rcu(picture: Picture) -> Part:
    if not picture.sync:
        return Part(ok=True, reason="none")
    # The uplink learns it with the next entry, the feed when the line breaks.
    hears = picture.feed is None or picture.feed.up
    up = picture.links.get("rcu", True) and hears
    return Part(up, "" if up else "away")
