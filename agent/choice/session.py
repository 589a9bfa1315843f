"""From offered to settled: the table of what may happen to an offered receipt.

Silence means what the rule said (France: nothing).  The next sale counts as
silence, at once.  After that the customer may still change their mind: paper
is a right at any time, a late e-mail a courtesy.  Whatever is handed over
after a first channel has it is a copy (``DUPLICATA``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from agent.ids import ReceiptId

Choice = Literal["none", "paper", "qr", "email"]
By = Literal["customer", "cashier", "silence", "next_sale"]


class Phase(StrEnum):
    """Where the session stands."""

    OFFERED = "offered"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Session:
    """One receipt at the counter.

    ``closes_at_s`` is on the monotonic clock; ``None`` when a touch stopped
    the countdown or nothing is awaited.
    """

    receipt: ReceiptId
    on_silence: Literal["none", "paper"]
    closes_at_s: float | None
    phase: Phase = Phase.OFFERED
    choice: Choice | None = None


# -- what may happen -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picked:
    """Somebody chose."""

    choice: Choice
    by: By


@dataclass(frozen=True, slots=True)
class Silence:
    """The window closed."""


@dataclass(frozen=True, slots=True)
class NextSale:
    """Another receipt takes the counter."""


@dataclass(frozen=True, slots=True)
class Held:
    """A touch: the customer is reading; no countdown."""


Happening = Picked | Silence | NextSale | Held


@dataclass(frozen=True, slots=True)
class Settle:
    """Do this now.  ``again``: the receipt was settled before."""

    choice: Choice
    by: By
    again: bool


Step = tuple[Session, Settle | None]


def _pick(session: Session, happening: Happening) -> Step:
    if not isinstance(happening, Picked):
        return session, None
    return _settle(session, happening.choice, happening.by)


def _silence(session: Session, _: Happening) -> Step:
    return _settle(session, session.on_silence, "silence")


def _next_sale(session: Session, _: Happening) -> Step:
    return _settle(session, session.on_silence, "next_sale")


def _hold(session: Session, _: Happening) -> Step:
    return replace(session, closes_at_s=None), None


def _late(session: Session, happening: Happening) -> Step:
    """After the fact: only what hands something over still does anything."""
    if not isinstance(happening, Picked) or happening.choice in {"none", "qr"}:
        return session, None
    if happening.choice == session.choice == "paper":
        # It is being printed already; another one is a copy, asked for by name.
        return session, None
    return _settle(session, happening.choice, happening.by, again=True)


def _ignore(session: Session, _: Happening) -> Step:
    return session, None


def _settle(session: Session, choice: Choice, by: By, *, again: bool = False) -> Step:
    settled = replace(session, phase=Phase.SETTLED, choice=choice, closes_at_s=None)
    return settled, Settle(choice, by, again)


TRANSITIONS: Final[
    Mapping[tuple[Phase, type[Happening]], Callable[[Session, Happening], Step]]
] = {
    (Phase.OFFERED, Picked): _pick,
    (Phase.OFFERED, Silence): _silence,
    (Phase.OFFERED, NextSale): _next_sale,
    (Phase.OFFERED, Held): _hold,
    (Phase.SETTLED, Picked): _late,
    (Phase.SETTLED, Silence): _ignore,
    (Phase.SETTLED, NextSale): _ignore,
    (Phase.SETTLED, Held): _ignore,
}


def step(session: Session, happening: Happening) -> Step:
    """The session after it, and what has to be done."""
    return TRANSITIONS[session.phase, type(happening)](session, happening)
