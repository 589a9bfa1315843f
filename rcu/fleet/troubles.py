"""What is wrong with a till, by its last heartbeat: a table of rules.  Pure.

``level`` 3: somebody has to go there now; 2: today; 1: to be known.  A rule gives a short
detail (a number, a name of a door) or ``None`` where it does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.wire.heartbeat import Heartbeat
from rcu.store.fleet import Change, Noted, Pulse

MINUTE_MS: Final = 60_000
SILENT_MS: Final = 5 * MINUTE_MS
"""Four beats in a row are missing."""
BEATS: Final = 4
LOW_MB: Final = 512
LATE_MS: Final = 60 * MINUTE_MS
CLOCK_S: Final = 120.0
DEATHS: Final = 5
BYPASSED_MS: Final = 24 * 60 * MINUTE_MS
SILENT, NEVER, ROLLED_BACK = "silent", "never", "config.rolled_back"

Holds = Callable[[Heartbeat, int], str | None]
"""The beat, and when it was heard; the detail, if the rule holds."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row."""

    code: str
    level: int
    holds: Holds


def _printer(state: str) -> Holds:
    return lambda beat, _: "" if beat.printer.state == state else None


def _if(holds: bool, detail: str = "") -> str | None:  # noqa: FBT001 -- a condition
    return detail if holds else None


def _doors(beat: Heartbeat, _: int) -> str | None:
    shut = [door.name for door in beat.doors if not door.open]
    return _if(bool(shut), ", ".join(shut))


def _late(beat: Heartbeat, heard_ms: int) -> str | None:
    oldest = beat.backlog.oldest_at
    late = oldest is not None and heard_ms - oldest.timestamp() * 1000 > LATE_MS
    return _if(late, str(beat.backlog.entries))


def _bypassed(beat: Heartbeat, heard_ms: int) -> str | None:
    at = beat.bypassed_at
    return _if(at is not None and heard_ms - at.timestamp() * 1000 < BYPASSED_MS)


RULES: Final[Sequence[Rule]] = (
    Rule("printer.offline", 3, _printer("offline")),
    Rule("printer.cover", 3, _printer("cover")),
    Rule("printer.out", 3, _printer("out")),
    Rule("printer.error", 3, _printer("error")),
    Rule("printer.stuck", 3, lambda beat, _: _if(beat.printer.stuck)),
    Rule("printer.backup", 2, lambda beat, _: _if(beat.printer.backup)),
    Rule("printer.low", 1, _printer("low")),
    Rule("door.shut", 3, _doors),
    Rule("store.absent", 3, lambda beat, _: _if(beat.store == "absent")),
    Rule("store.tight", 3, lambda beat, _: _if(beat.store in {"tight", "full"})),
    Rule(
        "disk.low",
        2,
        lambda beat, _: _if(
            beat.free_mb is not None and beat.free_mb < LOW_MB, str(beat.free_mb)
        ),
    ),
    Rule("backlog.old", 2, _late),
    Rule(
        "backlog.aside",
        2,
        lambda beat, _: _if(beat.backlog.aside > 0, str(beat.backlog.aside)),
    ),
    Rule(
        "clock.off",
        2,
        lambda beat, _: _if(
            beat.skew_s is not None and abs(beat.skew_s) > CLOCK_S,
            f"{-(beat.skew_s or 0):+.0f}",
        ),
    ),
    Rule("bypassed", 2, _bypassed),
    Rule(
        "worker.dies",
        2,
        lambda beat, _: _if(beat.worker_deaths >= DEATHS, str(beat.worker_deaths)),
    ),
    Rule("config.trial", 1, lambda beat, _: _if(bool(beat.config.trial))),
)
LEVELS: Final[Mapping[str, int]] = {
    **{rule.code: rule.level for rule in RULES},
    SILENT: 3,
    NEVER: 2,
    ROLLED_BACK: 2,
}
"""By code, those that no beat tells too."""


def of(beat: Heartbeat, heard_ms: int) -> dict[str, str]:
    """What holds: code to detail."""
    found = {rule.code: rule.holds(beat, heard_ms) for rule in RULES}
    return {code: detail for code, detail in found.items() if detail is not None}


def silent(beat: Heartbeat, heard_ms: int, now_ms: int) -> bool:
    """Whether it should have been heard since."""
    patience_ms = max(SILENT_MS, BEATS * beat.every_s * 1000)
    return now_ms - heard_ms > patience_ms


def noted(
    edge: str, beat: Heartbeat, body: str, heard_ms: int, before: Pulse | None
) -> Noted:
    """What follows from a beat, given what was known."""
    holds = of(beat, heard_ms)
    stood = dict(before.standing) if before else {}
    standing = {
        code: (stood[code][0] if code in stood else heard_ms, detail)
        for code, detail in holds.items()
    }
    changes = [
        *_away(before, heard_ms),
        *(
            Change(heard_ms, code, "ended", "")
            for code in sorted(stood.keys() - holds.keys())
        ),
        *(
            Change(heard_ms, code, "began", holds[code])
            for code in sorted(holds.keys() - stood.keys())
        ),
        *_became(before, beat, heard_ms),
    ]
    return Noted(edge, heard_ms, body, standing, changes)


def _away(before: Pulse | None, heard_ms: int) -> list[Change]:
    if before is None:
        return []
    was = Heartbeat.model_validate_json(before.body)
    if not silent(was, before.heard_ms, heard_ms):
        return []
    return [
        Change(before.heard_ms, SILENT, "began", ""),
        Change(heard_ms, SILENT, "ended", ""),
    ]


def _became(before: Pulse | None, beat: Heartbeat, heard_ms: int) -> list[Change]:
    """What is no trouble and is asked for all the same: versions, configurations."""
    was = Heartbeat.model_validate_json(before.body) if before else None
    now = {
        "version": beat.version,
        "rules": beat.rules,
        "config": str(beat.config.generation),
    }
    then = (
        {
            "version": was.version,
            "rules": was.rules,
            "config": str(was.config.generation),
        }
        if was
        else {}
    )
    return [
        Change(heard_ms, code, "became", value)
        for code, value in now.items()
        if then.get(code) != value
    ]
