"""What a screen shows, whole, as one value: screens draw it and ask nothing else.

The corridor makes it, the server serialises it to JSON with these names.  All
texts for people come in French and English.  ``qr_svg`` is made by the worker and
already safe; every other text is escaped by the page.  The paper itself is asked
for (``/api/strip``): it may be a megabyte, and is the same in every snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Choice = Literal["none", "paper", "qr", "email"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in the two languages of the counter."""

    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A receipt on a screen.

    ``phase``: ``offered`` while the customer may choose, ``settled`` after.
    ``left_ms`` counts down to silence (``None``: stopped by a touch, or over).
    ``progress`` speaks of the chosen channel; ``outcome`` is the sentence for it
    (masked address, "partira dès le retour du réseau", ...).
    """

    id: str
    kind: str
    title: Words
    total: str | None
    item_count: int | None
    number: str | None
    verdict: Literal["V2", "V1", "V0"]
    phase: Literal["offered", "settled"]
    choice: Choice | None
    on_silence: Literal["none", "paper"]
    window_ms: int
    left_ms: int | None
    progress: Literal["none", "waiting", "done", "failed"]
    outcome: Words | None
    rule: str
    reason: Words
    qr_svg: str
    paper_copies: int
    at: str


@dataclass(frozen=True, slots=True)
class Recent:
    """A line of the cashier's list."""

    id: str
    at: str
    title: Words
    total: str | None
    choice: Choice | None
    paper_copies: int


@dataclass(frozen=True, slots=True)
class Lamp:
    """``state`` by colour, shape and word: ok, wait, needs (a person)."""

    name: Words
    state: Literal["ok", "wait", "needs"]
    says: Words


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person must know now: paper out, cover open."""

    says: Words
    remedy: Words


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One screen, now.  ``revision`` grows with every change."""

    revision: int
    shop: str
    till: str
    channels: tuple[Choice, ...]
    shown: Shown | None
    recent: tuple[Recent, ...]
    lamps: tuple[Lamp, ...]
    notice: Notice | None
    printed_today: int
    digital_today: int
