"""Why a document was decided as it was: the row, its ground, and why no row above fits.

Lines for a person, or one object for a program.  Pure: facts, a decision and a pack in,
text out.  Of what happened since, who chose and when are told; no address ever is.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from agent.choice.ledger import HandOver
from agent.consent.notices import Notices
from agent.policy_cases import NOTHING, notation
from agent.policy_said import HAPPENED, PHRASES, Phrases
from agent.rules.decide import Decision, added
from agent.rules.facts import Facts, Value
from agent.rules.pack import Number, Pack, Row, value_of
from agent.store.decisions import Decided, Happened
from agent.store.displayed import Displayed
from agent.wire.consent import Notice
from agent.wire.money import Lang

TOLD: Final = (
    "choice", "channel", "channels", "by", "rule", "purpose", "decision", "method", "notice",
    "kind", "provenance", "state", "reason", "copy_number", "number", "operator",
)  # fmt: skip
"""Of an entry's body; none of them holds an address, a number of a customer, or words
of the paper."""
PROVED: Final = ("shown_at", "decided_at", "mono_ms", "clock")
"""Of a record of consent: since when its sentence stood there, and how far the clock was
to be believed."""
HANDED: Final = (
    "number", "channel", "why", "operator", "at_ms", "outcome", "ended_ms",
)  # fmt: skip
_WIDE: Final = 12


@dataclass(frozen=True, slots=True)
class Explained:
    """``pack`` is the one that decided, if it is at hand; ``events`` in order."""

    name: str
    facts: Facts
    decision: Decision
    pack: Pack | None
    decided: Decided | None = None
    events: tuple[Happened, ...] = ()
    handed: tuple[HandOver, ...] = ()
    shown: tuple[Displayed, ...] = ()
    """Legal notices that the customer's screen showed on that day."""
    notices: Notices | None = None
    """The sentences of consents, old ones too."""


def lines(said: Explained, lang: Lang = "fr") -> Iterator[str]:
    """For a person; reasons stand in both languages."""
    decision, phrases = said.decision, PHRASES[lang]
    yield f"{said.name}: {decision.rule}, {decision.action}"
    yield ""
    yield f"  {decision.reason_fr}"
    yield f"  {decision.reason_en}"
    yield f"  {decision.legal_ref or phrases.no_article} ({decision.strength})"
    yield ""
    for title, text in _what_follows(said, phrases, lang):
        yield f"  {title:<{_WIDE}} {text}"
    if said.pack is not None:
        yield from _rows(said, said.pack, phrases)
    if said.handed:
        yield ""
        yield phrases.handed
        for each in said.handed:
            who = f"{each.channel}, {each.why}, {phrases.by} "
            who += each.operator or phrases.the_rule
            yield f"  {_wall(each.at_ms)}  {each.mark:<12} {who}: {each.outcome}"
    if said.events:
        yield ""
        yield phrases.happened
        for event in said.events:
            yield f"  {event.seq:>6}  {_clocks(event, phrases)}"
            yield f"          {_meant(event, lang)}{event.type}  {_told(event, phrases)}"
            if sentence := _sentence(event, said.notices):
                yield f"          {phrases.quoted.format(text=sentence)}"


def whole(said: Explained) -> dict[str, Any]:
    """For a program."""
    decision, pack = said.decision, said.pack
    object_: dict[str, Any] = {
        "document": said.name,
        "facts": said.facts.said(),
        "decision": {
            name: getattr(decision, name) for name in type(decision).__slots__
        },
    }
    object_["printed_unasked"] = is_unasked(said)
    if said.decided is not None:
        object_["decided"] = _clock_fields(said.decided)
    if pack is not None:
        if pack.display is not None:
            object_["displayed"] = pack.display.text.model_dump()
        object_["passed_over"] = [
            {"row": at, "id": row.id, "why": why}
            for at, row, why in passed_over(said.facts, pack)
        ]
    if said.decided is not None:
        object_["displayed_since"] = [
            {
                "notice": each.notice,
                "version": each.version,
                "sha256": each.digest.hex(),
                "lang": each.lang,
                **_clock_fields(each),
            }
            for each in said.shown
        ]
    if said.handed:
        object_["handed_over"] = [
            {"mark": each.mark, **{name: getattr(each, name) for name in HANDED}}
            for each in said.handed
        ]
    if said.events:
        object_["events"] = [
            {
                "seq": event.seq,
                "type": event.type,
                **_clock_fields(event),
                "body": body,
                "sentence": _sentence(event, said.notices),
            }
            for event in said.events
            if (body := _body(event)) is not None
        ]
    return object_


def passed_over(
    facts: Facts, pack: Pack, phrases: Phrases = PHRASES["en"]
) -> Iterator[tuple[int, Row, str]]:
    """Each row above the one that fits, from 1, and why it does not."""
    for at, row in enumerate(pack.row, 1):
        name = row.when.misfit(facts, pack.country)
        if name is None:
            return
        found = _value(value_of(name, facts, pack.country), phrases)
        wanted = _wanted(getattr(row.when, name), phrases)
        yield at, row, phrases.misfit.format(name=name, found=found, wanted=wanted)


def _what_follows(
    said: Explained, phrases: Phrases, lang: Lang
) -> Iterator[tuple[str, str]]:
    decision = said.decision
    yield phrases.paper, decision.paper
    yield phrases.electronic, decision.electronic
    yield phrases.on_silence, decision.on_silence
    yield phrases.marks, " ".join(_marks(said)) or NOTHING
    yield phrases.notices, " ".join(decision.notices) or NOTHING
    yield phrases.keeps, " ".join(decision.mentions) or NOTHING
    if said.pack is not None and said.pack.display is not None:
        text = said.pack.display.text
        yield phrases.displayed, text.fr if lang == "fr" else text.en
    if said.decided is not None:
        for each in said.shown:
            yield phrases.since, _displayed(each, phrases)
        if not said.shown:
            yield phrases.since, phrases.unseen
    yield phrases.facts, notation(said.facts)
    if said.decided is not None:
        yield phrases.decided, _clocks(said.decided, phrases)
    yield phrases.pack, _pack(said, phrases)


def _pack(said: Explained, phrases: Phrases) -> str:
    decision = said.decision
    if not decision.pack:
        return phrases.no_rules
    known = "" if said.pack else phrases.not_at_hand
    name = f"{decision.pack} {decision.version}"
    if said.pack:
        name += f", {phrases.in_force.format(day=said.pack.in_force)}"
    return f"{name}, SHA-256 {decision.digest}{known}"


def is_unasked(said: Explained) -> bool:
    """Paper came out that nobody had asked for: at once, or since nobody answered."""
    by_rule = any((each.channel, each.why) == ("paper", "rule") for each in said.handed)
    return by_rule or said.decision.action == "print"


def _marks(said: Explained) -> tuple[str, ...]:
    """With what came to it when nobody answered."""
    if said.pack is None:
        return said.decision.marks
    rows = added(said.facts, said.decision.rule, said.pack, unasked=is_unasked(said))
    late = (mark for each in rows if each.unasked for mark in each.marks)
    return tuple(dict.fromkeys((*said.decision.marks, *late)))


def _rows(said: Explained, pack: Pack, phrases: Phrases) -> Iterator[str]:
    above = list(passed_over(said.facts, pack, phrases))
    if above:
        yield ""
        yield phrases.above
        yield from (f"  {at:>3} {row.id}  {why}" for at, row, why in above)
    unasked = is_unasked(said)
    also = list(added(said.facts, said.decision.rule, pack, unasked=unasked))
    if also:
        yield ""
        yield phrases.added
    for each in also:
        what = " ".join((*each.marks, *each.notices, *each.mentions)) or NOTHING
        yield f"      {each.id}  {what}: {each.reason_fr} / {each.reason_en}"


def _wanted(wanted: Any, phrases: Phrases) -> str:
    if isinstance(wanted, bool):
        return _value(wanted, phrases)
    if isinstance(wanted, Number):
        bounds = {phrases.at_least: wanted.at_least, phrases.below: wanted.below}
        said = [
            f"{word} {cents}" for word, cents in bounds.items() if cents is not None
        ]
        unbounded = phrases.a_number if wanted.known else phrases.none
        return phrases.and_.join(said) or unbounded
    return phrases.or_.join(map(str, wanted))


def _value(value: Value, phrases: Phrases) -> str:
    match value:
        case bool():
            return phrases.yes if value else phrases.no
        case frozenset():
            return " ".join(sorted(value)) or phrases.none
        case None:
            return phrases.none
        case _:
            return str(value)


def _displayed(each: Displayed, phrases: Phrases) -> str:
    name = f"{each.notice} {each.version} {each.lang}"
    return f"{_clocks(each, phrases)}  {name}, SHA-256 {each.digest.hex()}"


def _clocks(at: Decided | Happened | Displayed, phrases: Phrases) -> str:
    """By the wall, and by the monotonic clock of that start."""
    seconds = at.mono_ms / 1000
    return phrases.clock.format(wall=_wall(at.at_ms), boot=at.boot, seconds=seconds)


def _wall(at_ms: int) -> str:
    at = dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).astimezone()
    return at.isoformat(timespec="milliseconds")


def _clock_fields(at: Decided | Happened | Displayed) -> dict[str, int]:
    return {"at_ms": at.at_ms, "boot": at.boot, "mono_ms": at.mono_ms}


def _meant(event: Happened, lang: Lang) -> str:
    words = HAPPENED.get(event.type)
    if words is None:
        return ""
    return f"{words.fr if lang == 'fr' else words.en} · "


def _told(event: Happened, phrases: Phrases) -> str:
    body = _body(event)
    if body is None:
        return phrases.erased
    return " ".join(f"{name}={_plain(value)}" for name, value in body.items())


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return str(value)


def _body(event: Happened) -> Mapping[str, Any] | None:
    if event.body is None:
        return None
    said = json.loads(event.body)
    told = {name: said[name] for name in _in(TOLD, said)}
    if record := said.get("record"):
        proved = json.loads(record)
        told |= {name: proved[name] for name in _in(PROVED, proved)}
        told |= {name: proved["notice"][name] for name in ("lang", "sha256")}
    return told


def _sentence(event: Happened, notices: Notices | None) -> str | None:
    """Of a consent, word for word, where it is at hand and its SHA-256 is the record's."""
    record = json.loads(event.body or b"{}").get("record")
    if notices is None or not record:
        return None
    proved = json.loads(record)
    notice = Notice.model_validate(proved["notice"])
    return notices.text(notice, proved["controller"]["name"])


def _in(names: Iterable[str], said: Mapping[str, Any]) -> Iterator[str]:
    plain = (str, int, float, bool, list)
    return (name for name in names if isinstance(said.get(name), plain))
