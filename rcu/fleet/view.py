"""The fleet as rows, worst first.  Pure: pulses, proofs and the time in, texts out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from agent.wire.heartbeat import Heartbeat
from rcu.fleet import reasons, troubles
from rcu.fleet.selecting import PREFIX
from rcu.fleet.words import TROUBLES, Lang, spaced, texts
from rcu.store.fleet import Pulse

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
UNKNOWN: Final = "–"


@dataclass(frozen=True, slots=True)
class Stands:
    """One trouble of one till.  ``since_ms`` 0: nobody knows."""

    code: str
    level: int
    since_ms: int
    detail: str

    def says(self, lang: Lang) -> str:
        detail = reasons.shown(self.detail, lang)
        return spaced(TROUBLES[self.code].says(lang, detail), lang)

    def remedy(self, lang: Lang) -> str:
        told = TROUBLES[self.code].remedy(lang)
        rolled_back = self.code == troubles.ROLLED_BACK
        if rolled_back and (better := reasons.remedy(self.detail)):
            told = better[lang == "en"]
        return spaced(told, lang)


@dataclass(frozen=True, slots=True)
class Till:
    """One till, judged.  ``level``: of its worst trouble; 0: none."""

    edge: str
    heard_ms: int
    beat: Heartbeat | None
    stands: tuple[Stands, ...] = field(default=())

    @property
    def level(self) -> int:
        return max((each.level for each in self.stands), default=0)

    @property
    def name(self) -> str:
        """Store and till; the tenant is the same all over."""
        return " · ".join(self.edge.removeprefix(PREFIX).split(":")[1:]) or self.edge


def tills(
    edges: Iterable[str],
    pulses: Mapping[str, Pulse],
    orders: Mapping[str, Sequence[Mapping[str, Any]]],
    now_ms: int,
) -> list[Till]:
    """All that are admitted, worst first; ``orders``: the last configuration of each."""
    found = [
        _till(edge, pulses.get(edge), orders.get(edge, ()), now_ms) for edge in edges
    ]
    return sorted(found, key=_badness)


def _till(
    edge: str,
    pulse: Pulse | None,
    orders: Sequence[Mapping[str, Any]],
    now_ms: int,
) -> Till:
    rolled_back = [
        Stands(
            troubles.ROLLED_BACK,
            troubles.LEVELS[troubles.ROLLED_BACK],
            each["proved_ms"] or each["issued_ms"],
            str(each["proof"].get("why", "")).removeprefix("rolled back: "),
        )
        for each in orders[:1]
        if each["status"] == "failed"
    ]
    if pulse is None:
        level = troubles.LEVELS[troubles.NEVER]
        return Till(edge, 0, None, (Stands(troubles.NEVER, level, 0, ""), *rolled_back))
    beat = Heartbeat.model_validate_json(pulse.body)
    stands = [
        Stands(code, troubles.LEVELS[code], since_ms, detail)
        for code, (since_ms, detail) in pulse.standing.items()
        if code in troubles.LEVELS
    ]
    if troubles.silent(beat, pulse.heard_ms, now_ms):
        level = troubles.LEVELS[troubles.SILENT]
        stands.append(Stands(troubles.SILENT, level, pulse.heard_ms, ""))
    every = sorted(
        [*stands, *rolled_back], key=lambda each: (-each.level, each.since_ms)
    )
    return Till(edge, pulse.heard_ms, beat, tuple(every))


def _badness(till: Till) -> tuple[int, int, int, str]:
    worst = [each for each in till.stands if each.level == till.level]
    since_ms = min((each.since_ms for each in worst), default=0)
    return -till.level, -len(worst), since_ms, till.edge


def matching(found: Sequence[Till], asked: str, *, troubled: bool) -> list[Till]:
    """Those whose name or version has the words."""
    words = asked.casefold().split()
    return [
        till
        for till in found
        if (not troubled or till.level > 1)
        and all(word in _said(till) for word in words)
    ]


def _said(till: Till) -> str:
    version = till.beat.version if till.beat else ""
    return f"{till.edge} {till.name} {version}".casefold()


def summary(found: Sequence[Till], lang: Lang) -> str:
    levels = [till.level for till in found]
    return texts(lang)["summary"].format(
        now=levels.count(3),
        soon=levels.count(2),
        ok=sum(1 for level in levels if level < 2),
    )


def ago(at_ms: int, now_ms: int, lang: Lang) -> str:
    """``il y a 3 min``; what lies ahead is now."""
    return _span(at_ms, now_ms, lang, "ago") if at_ms else texts(lang)["never"]


def lasting(since_ms: int, now_ms: int, lang: Lang) -> str:
    """``3 min``, or nothing where nobody knows."""
    return _span(since_ms, now_ms, lang, "for") if since_ms else ""


def _span(at_ms: int, now_ms: int, lang: Lang, word: str) -> str:
    said, gone_ms = texts(lang), max(0, now_ms - at_ms)
    if gone_ms < MINUTE_MS:
        return said[f"{word}_now"]
    for name, unit_ms, most in (
        ("min", MINUTE_MS, 120),
        ("hours", HOUR_MS, 48),
        ("days", DAY_MS, 1 << 30),
    ):
        if gone_ms // unit_ms < most:
            return said[f"{word}_{name}"].format(n=gone_ms // unit_ms)
    return UNKNOWN


def ms_of(at: dt.datetime | None) -> int:
    return 0 if at is None else int(at.timestamp() * 1000)


def clock(at_ms: int) -> str:
    """``2026-11-29 14:03``, UTC."""
    if not at_ms:
        return UNKNOWN
    return f"{dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC):%Y-%m-%d %H:%M}"


def as_data(till: Till, now_ms: int) -> dict[str, Any]:
    """For ``receipt-rcu tills --json``."""
    beat = till.beat
    return {
        "till": till.edge,
        "level": till.level,
        "heard_at": clock(till.heard_ms) if till.heard_ms else None,
        "heard_s_ago": (now_ms - till.heard_ms) // 1000 if till.heard_ms else None,
        "troubles": [
            {
                "code": each.code,
                "level": each.level,
                "since": clock(each.since_ms) if each.since_ms else None,
                "detail": each.detail,
                "says": {"fr": each.says("fr"), "en": each.says("en")},
                "remedy": {"fr": each.remedy("fr"), "en": each.remedy("en")},
            }
            for each in till.stands
        ],
        "heartbeat": beat.model_dump(mode="json") if beat else None,
    }
