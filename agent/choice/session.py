"""From offered to done: the table of what may happen to one receipt at the counter.

Silence means what the rule said (France: nothing).  The next sale counts as silence, at
once.  After that the customer may still change their mind: paper is a right at any time,
a late e-mail a courtesy.  Several channels may be asked for, each with its own progress;
one that fails for good falls back to paper, unless another one reaches the customer.
What is kept for a card is what silence means, until somebody says otherwise.

Which number a hand-over bears is no affair of this table: see
:mod:`agent.choice.ledger`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from agent import verbs
from agent.ids import ReceiptId

Choice = verbs.Choice
Channel = verbs.Channel
By = Literal["customer", "cashier", "silence", "next_sale", "preference", "rule"]
Progress = Literal["asked", "waiting", "done", "failed"]

REPEATABLE: Final = frozenset({"email", "sms"})
"""Channels that may be asked for again: the address was wrong."""


class Phase(StrEnum):
    """Where the session stands."""

    OFFERED = "offered"
    CHOSEN = "chosen"
    """Something was asked for, and is not kept or ordered yet."""
    DELIVERING = "delivering"
    DONE = "done"
    TIMED_OUT = "timed_out"
    """Nobody answered: what the rule says was done."""
    SUPERSEDED = "superseded"
    """The next sale came first: what the rule says was done."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One channel of a session.  ``number`` and ``contact`` (masked) once known.

    ``returned``: it had left and came back.
    """

    channel: Channel
    progress: Progress = "asked"
    number: int | None = None
    contact: str = ""
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One receipt at the counter.

    ``closes_at_s`` is on the monotonic clock; ``None`` when a touch stopped
    the countdown or nothing is awaited.  ``choice`` is the last that was made.
    """

    receipt: ReceiptId
    on_silence: Literal["none", "paper"]
    closes_at_s: float | None
    phase: Phase = Phase.OFFERED
    choice: Choice | None = None
    by: By | None = None
    legs: tuple[Leg, ...] = ()
    preferred: Choice | None = None
    """What is kept for the customer's card, if it was applied."""

    def leg(self, channel: str) -> Leg | None:
        """That channel, if it was asked for."""
        return next((leg for leg in self.legs if leg.channel == channel), None)

    @property
    def open(self) -> bool:
        """Nobody has answered yet."""
        return self.phase is Phase.OFFERED

    @property
    def meant(self) -> bool:
        """A person chose, now or for their card: not silence, nor what fell back."""
        return self.by in {"customer", "cashier", "preference"}


# -- what may happen -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picked:
    """Somebody chose.  ``contact`` is masked."""

    choice: Choice
    by: By
    contact: str = ""


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Once more by that channel, for a reason somebody gave; no choice."""

    channel: Channel
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """The window closed."""


@dataclass(frozen=True, slots=True)
class NextSale:
    """Another receipt takes the counter."""


@dataclass(frozen=True, slots=True)
class Held:
    """A touch: the customer is reading; no countdown."""


@dataclass(frozen=True, slots=True)
class Extended:
    """More time was asked for: until ``closes_at_s``."""

    closes_at_s: float


@dataclass(frozen=True, slots=True)
class Preferred:
    """A card is known for which a choice is kept; ``None``: it was not theirs."""

    choice: Choice | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """It is kept in the store and on its way, under that number."""

    channel: Channel
    number: int


@dataclass(frozen=True, slots=True)
class Handed:
    """The customer has it by that channel; a QR page that was fetched, too."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class Failed:
    """That channel will never deliver it."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """« Ce n’est pas moi »: it does not go there after all, or went to another."""

    channel: Channel


Happening = (
    Picked
    | AskedAgain
    | Silence
    | NextSale
    | Held
    | Extended
    | Preferred
    | Ordered
    | Handed
    | Failed
    | Withdrawn
)


@dataclass(frozen=True, slots=True)
class Settle:
    """Do this now.  ``again``: the receipt was resolved before."""

    choice: Choice
    by: By
    again: bool


Step = tuple[Session, Settle | None]


def _pick(session: Session, happening: Happening) -> Step:
    if not isinstance(happening, Picked):
        return session, None
    return _ask(session, happening, again=False)


def _pick_late(session: Session, happening: Happening) -> Step:
    """After the fact: only what hands something over still does anything."""
    if not isinstance(happening, Picked) or happening.choice == "none":
        return session, None
    leg = session.leg(happening.choice)
    if leg is not None and not _may_repeat(session, leg):
        # It is on its way already; another one is a copy, asked for by name.
        return session, None
    return _ask(session, happening, again=True)


def _may_repeat(session: Session, leg: Leg) -> bool:
    if leg.progress == "failed" or leg.channel in REPEATABLE:
        return True
    paper_again = (leg.channel, leg.progress) == ("paper", "done")
    return paper_again and session.choice != "paper"


def _ask(session: Session, picked: Picked, *, again: bool) -> Step:
    choice = picked.choice
    if choice != "none":
        session = _with(session, Leg(choice, contact=picked.contact))
    chosen = replace(session, choice=choice, by=picked.by, closes_at_s=None)
    return moved(chosen), Settle(choice, picked.by, again)


def _ask_again(session: Session, happening: Happening) -> Step:
    if not isinstance(happening, AskedAgain):
        return session, None
    leg = Leg(happening.channel, contact=happening.contact)
    settle = Settle(happening.channel, "cashier", again=True)
    return moved(_with(session, leg)), settle


def _silence(session: Session, _: Happening) -> Step:
    return _unanswered(session, Phase.TIMED_OUT, "silence")


def _next_sale(session: Session, _: Happening) -> Step:
    return _unanswered(session, Phase.SUPERSEDED, "next_sale")


def _unanswered(session: Session, phase: Phase, by: By) -> Step:
    if session.preferred is not None:
        return _ask(session, Picked(session.preferred, "preference"), again=False)
    asked, settle = _ask(session, Picked(session.on_silence, by), again=False)
    return replace(asked, phase=phase), settle


def _prefer(session: Session, happening: Happening) -> Step:
    if not isinstance(happening, Preferred):
        return session, None
    return replace(session, preferred=happening.choice), None


def _hold(session: Session, _: Happening) -> Step:
    return replace(session, closes_at_s=None), None


def _extend(session: Session, happening: Happening) -> Step:
    if not isinstance(happening, Extended):
        return session, None
    return replace(session, closes_at_s=happening.closes_at_s), None


def _ordered(session: Session, happening: Happening) -> Step:
    leg = session.leg(happening.channel) if isinstance(happening, Ordered) else None
    if not isinstance(happening, Ordered) or leg is None or leg.progress != "asked":
        return session, None
    known = replace(leg, progress="waiting", number=happening.number)
    return moved(_with(session, known)), None


def _handed(session: Session, happening: Happening) -> Step:
    leg = session.leg(happening.channel) if isinstance(happening, Handed) else None
    if leg is None:
        return session, None
    return moved(_with(session, replace(leg, progress="done"))), None


def _fetched(session: Session, happening: Happening) -> Step:
    """The page behind the QR was read before anybody chose it: that is a choice."""
    qr = isinstance(happening, Handed) and happening.channel == "qr"
    if qr and session.leg("qr") is None:
        again = session.phase is not Phase.OFFERED
        return _ask(session, Picked("qr", "customer"), again=again)
    return _handed(session, happening)


def _failed(session: Session, happening: Happening) -> Step:
    leg = session.leg(happening.channel) if isinstance(happening, Failed) else None
    if leg is None or leg.progress in {"done", "failed"}:
        return session, None
    after = moved(_with(session, replace(leg, progress="failed")))
    if leg.channel == "paper" or reached(after):
        return after, None
    return _ask(after, Picked("paper", "rule"), again=True)


def returned(session: Session, channel: Channel) -> Session:
    """What had arrived there came back: it waits again, for the next thing to happen."""
    leg = session.leg(channel)
    if leg is None or leg.progress != "done":
        return session
    back = replace(leg, progress="waiting", returned=True)
    return moved(_with(session, back))


def _withdrawn(session: Session, happening: Happening) -> Step:
    leg = session.leg(happening.channel) if isinstance(happening, Withdrawn) else None
    gone = leg is not None and leg.progress == "done"
    if leg is None or leg.channel == "paper" or (gone and leg.channel == "qr"):
        return session, None
    # It may have left: then it is in somebody else's hands, and this customer has none.
    unsent = replace(leg, progress="failed", contact="")
    return moved(_with(session, unsent)), None


def _ignore(session: Session, _: Happening) -> Step:
    return session, None


def reached(session: Session) -> bool:
    """Some channel has it, or still may bring it."""
    return any(leg.progress != "failed" for leg in session.legs)


def _with(session: Session, new: Leg) -> Session:
    others = (leg for leg in session.legs if leg.channel != new.channel)
    return replace(session, legs=(*others, new))


def moved(session: Session) -> Session:
    """The phase that its channels come to."""
    progress = {leg.progress for leg in session.legs}
    unanswered = session.by in {"silence", "next_sale"}
    if unanswered and session.phase in {Phase.TIMED_OUT, Phase.SUPERSEDED}:
        return session
    phase = Phase.DONE
    if "asked" in progress:
        phase = Phase.CHOSEN
    elif "waiting" in progress:
        phase = Phase.DELIVERING
    return replace(session, phase=phase)


Do = Callable[[Session, Happening], Step]

_OFFERED: Final[Mapping[type[Happening], Do]] = {
    Picked: _pick,
    AskedAgain: _ignore,
    Silence: _silence,
    NextSale: _next_sale,
    Held: _hold,
    Extended: _extend,
    Preferred: _prefer,
    Ordered: _ignore,
    Handed: _fetched,
    Failed: _ignore,
    Withdrawn: _ignore,
}
_RESOLVED: Final[Mapping[type[Happening], Do]] = {
    Picked: _pick_late,
    AskedAgain: _ask_again,
    Silence: _ignore,
    NextSale: _ignore,
    Held: _ignore,
    Extended: _ignore,
    Preferred: _ignore,
    Ordered: _ordered,
    Handed: _fetched,
    Failed: _failed,
    Withdrawn: _withdrawn,
}
TRANSITIONS: Final[Mapping[tuple[Phase, type[Happening]], Do]] = {
    (phase, happening): do
    for phase, row in {
        Phase.OFFERED: _OFFERED,
        Phase.CHOSEN: _RESOLVED,
        Phase.DELIVERING: _RESOLVED,
        Phase.DONE: _RESOLVED,
        Phase.TIMED_OUT: _RESOLVED,
        Phase.SUPERSEDED: _RESOLVED,
    }.items()
    for happening, do in row.items()
}
"""Every phase knows every happening; what is not a step there is ignored in words."""


def step(session: Session, happening: Happening) -> Step:
    """The session after it, and what has to be done."""
    return TRANSITIONS[session.phase, type(happening)](session, happening)
