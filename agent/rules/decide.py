"""Facts about one document -> what is done with it, by the first row that fits.

The rows are a pack's (:mod:`agent.rules.pack`); what the corridor does follows from
the row and the kind:

* ``print``: the bytes go to the printer at once, unchanged;
* ``offer``: the customer is asked, and ``on_silence`` says what no answer means;
* ``attach``: a paper that goes where its sale goes.

No pack, no row that fits, or a failure anywhere: R00, paper.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, Self, TypeVar

from agent.rules.facts import Facts
from agent.rules.pack import (
    Also,
    Electronic,
    Mark,
    NoticeId,
    Pack,
    PaperDue,
    Row,
    Strength,
)
from agent.wire.receipt import DocKind, Mention

Action = Literal["print", "offer", "attach"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and why: by which row of which pack."""

    action: Action
    on_silence: Literal["none", "paper"]
    rule: str
    legal_ref: str
    reason_fr: str
    reason_en: str
    paper: PaperDue = "pass"
    electronic: Electronic = "none"
    strength: Strength = "judgement"
    marks: tuple[Mark, ...] = ()
    notices: tuple[NoticeId, ...] = ()
    mentions: tuple[Mention, ...] = ()
    also: tuple[str, ...] = ()
    pack: str = ""
    version: str = ""
    digest: str = ""

    @classmethod
    def again(cls, said: Mapping[str, Any]) -> Self:
        """From what JSON made of one."""
        lists = {
            name: tuple(each) for name, each in said.items() if isinstance(each, list)
        }
        return cls(**{**said, **lists})


NOT_UNDERSTOOD: Final = Decision(
    "print",
    "paper",
    "R00",
    "",
    "Document non reconnu : imprimé tel quel",
    "Not recognised: printed as it is",
)
"""Also what a failure anywhere comes to."""
NO_RULES: Final = Decision(
    "print",
    "paper",
    "R00",
    "",
    "Règles illisibles : tout est imprimé",
    "The rules cannot be read: everything is printed",
)

ABANDONED: Final = "R90"
"""The POS took it back before it was printed, and will send it again."""
RESENT: Final = "R91"
"""The same document again, since the POS had given up on the first."""
SAME_SALE: Final = "R92"
"""A paper of a sale that is being offered, or whose paper is still to come."""

ATTACHED: Final = frozenset({DocKind.CARD_SLIP, DocKind.VOUCHER})
"""Papers beside a sale: nobody is asked for them by themselves."""
_RECORDED: Final = frozenset({DocKind.REFUND, DocKind.INVOICE, DocKind.SALE})
"""Documents of a sale that are printed at once: the RCU wants these, not a bearer's
voucher or an exit slip, of which a second one could be used."""


def decide(facts: Facts, pack: Pack | None, *, unanswered: bool = False) -> Decision:
    """The first row that fits; none: not understood, paper.

    ``unanswered``: with what comes to it when nobody answers an offer.
    """
    if pack is None:
        return NO_RULES
    for row in pack.row:
        if row.when.misfit(facts, pack.country) is None:
            return _decided(row, facts, pack, unanswered=unanswered)
    return in_pack(NOT_UNDERSTOOD, pack)


def in_pack(decision: Decision, pack: Pack | None) -> Decision:
    """The same, taken while that pack was in force."""
    if pack is None:
        return decision
    return replace(decision, pack=pack.id, version=pack.version, digest=pack.digest)


def added(facts: Facts, rule: str, pack: Pack, *, unasked: bool) -> Iterator[Also]:
    """The rows that add to a decision by ``rule``; ``unasked``: it printed unasked."""
    for also in pack.also:
        meant = not also.rules or rule in also.rules
        meant = meant and (unasked or not also.unasked)
        if meant and also.when.misfit(facts, pack.country) is None:
            yield also


def is_recorded(facts: Facts, decision: Decision) -> bool:
    """Whether a document that is printed at once is also kept and uploaded.

    A void is, if it takes money back; a sale given up before payment is nothing.
    """
    void = facts.kind is DocKind.VOID and (facts.total or 0) < 0
    additional = decision.action == "print" and decision.electronic == "additional"
    return additional and (void or facts.kind in _RECORDED)


def record(facts: Facts, decision: Decision) -> bytes:
    """A decision and the facts it rests on, as JSON to keep.  No word of the paper."""
    said = {"facts": facts.said(), "decision": asdict(decision)}
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()


def recorded(body: bytes) -> tuple[Facts, Decision]:
    """What :func:`record` made.

    Raises:
        ValueError: it is none, or of a later agent's.
    """
    try:
        said = json.loads(body)
        return Facts.again(said["facts"]), Decision.again(said["decision"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"no decision that is known here: {error}") from error


def _decided(row: Row, facts: Facts, pack: Pack, *, unanswered: bool) -> Decision:
    action = _action(row, facts.kind)
    # Of what is offered nobody knows yet whether it will be printed unasked.
    unasked = action == "print" or (unanswered and row.on_silence == "paper")
    also = tuple(added(facts, row.id, pack, unasked=unasked))
    return Decision(
        action=action,
        on_silence=row.on_silence,
        rule=row.id,
        legal_ref=row.legal_ref,
        reason_fr=row.reason_fr,
        reason_en=row.reason_en,
        paper=row.paper,
        electronic=row.electronic,
        strength=row.strength,
        marks=_once(row.marks, (each.marks for each in also)),
        notices=_once(row.notices, (each.notices for each in also)),
        mentions=_once(row.mentions, (each.mentions for each in also)),
        also=tuple(dict.fromkeys(each.id for each in also)),
        pack=pack.id,
        version=pack.version,
        digest=pack.digest,
    )


def _action(row: Row, kind: DocKind) -> Action:
    due = row.paper in {"must", "pass"}
    if due and row.electronic != "substitutes":
        return "print"
    return "attach" if kind in ATTACHED and not due else "offer"


def _once(own: tuple[T, ...], more: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*own, *(each for some in more for each in some))))
