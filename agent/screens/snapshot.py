"""What a screen shows, whole, as one value: screens draw it and ask nothing else.

The corridor makes it, the server serialises it to JSON with these names.  All
texts for people come as :class:`agent.verbs.Words`.  ``qr_svg`` is made by the worker
and already safe; every other text is escaped by the page.  The paper itself is asked
for (``/api/strip``): it may be a megabyte, and is the same in every snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from agent.verbs import Channel, Choice, Words

MAX_FOUND: Final = 20
"""Receipts that a search answers with; whoever gets so many asks more exactly."""

Phase = Literal["offered", "chosen", "delivering", "done", "timed_out", "superseded"]
Progress = Literal["asked", "waiting", "done", "failed"]
Lit = Literal["ok", "wait", "needs"]
"""By colour, shape and word: well, waits, needs a person."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One sum that was tried; where it fails, what is missing or too much."""

    holds: bool
    says: Words


@dataclass(frozen=True, slots=True)
class Way:
    """A choice that this counter offers.  ``says``: why it is not ready, or what is slow.

    ``asks``: the sentence that stands beside its field, word for word, since the record of
    what is agreed to names it by its hash (:mod:`agent.consent`).
    """

    channel: Choice
    ready: bool = True
    says: Words | None = None
    asks: Words | None = None


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How far one channel has come for one receipt.

    ``copy``: 0 the ORIGINAL, n the DUPLICATA n, ``None`` before it has a number.
    ``contact`` is masked (``m•••@gmail.com``).
    """

    channel: Channel
    state: Progress
    says: Words
    contact: str = ""
    copy: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """A stored preference that was applied; choosing ``undo`` undoes it."""

    channel: Choice
    says: Words
    undo: Choice = "paper"


@dataclass(frozen=True, slots=True)
class Shown:
    """A receipt on a screen.

    ``phase``: ``offered`` while nobody has chosen; ``chosen`` and ``delivering`` until
    every channel is ``done`` (or has failed); ``timed_out`` by silence, ``superseded``
    by the next sale.  ``left_ms`` counts down to silence (``None``: stopped by a touch,
    or over).  ``choice`` is the last that was made, ``progress`` and ``outcome`` speak
    of it; ``states`` has a line for each channel that was asked for.  ``proofs`` is
    what the verdict rests on, failures first.
    """

    id: str
    kind: str
    title: Words
    total: str | None
    item_count: int | None
    number: str | None
    verdict: Literal["V2", "V1", "V0"]
    phase: Phase
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
    proofs: tuple[Proof, ...] = ()
    states: tuple[ChannelState, ...] = ()
    applied: Applied | None = None
    guarantee: bool = False
    """A good with the legal guarantee of conformity is on it (D. 211-6 c. conso)."""
    mode: Literal["live", "training", "degraded"] = "live"
    leaves_ms: int | None = None
    """Until it leaves the screens by itself; ``None`` while a choice is open."""
    paper_until: str | None = None
    """Until when paper may be asked for, ``2026-12-21``."""
    card: bool = False
    """A loyalty card is known, so a choice can be kept (« Conserver ce choix »); not
    what silence or a fallback decided."""
    kept: bool = False
    """This choice is what is kept for that card."""
    code: str = ""
    """For the customer's phone, ``ABCD-EFGH``, to be typed at ``code_at``; the cashier's."""
    code_at: str = ""
    taken_back: Channel | None = None
    """Its address was another's and is used no more; it may be given anew."""
    qr_says: Words | None = None
    """What stands beside a QR that holds the receipt itself; it is shown large."""
    gift: bool = False
    """A gift receipt can be made: the goods were read."""


@dataclass(frozen=True, slots=True)
class UpFrontCode:
    """A code before the sale; or, ``claimed``, that a phone waits for it.

    ``number`` stands on that phone too.
    """

    svg: str
    number: str
    says: Words
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Recent:
    """A line of the cashier's list, or of a search."""

    id: str
    at: str
    title: Words
    total: str | None
    choice: Choice | None
    paper_copies: int
    number: str | None = None
    day: str = ""
    """``2026-11-21``, in the shop's time zone."""
    mark: str = ""
    """What the next copy would bear: ``ORIGINAL``, ``DUPLICATA 2``."""
    states: tuple[ChannelState, ...] = ()
    scanned: bool = False
    """Its code was scanned a moment ago: this is the one that is meant."""
    kind: str = "sale"
    slips: tuple[Recent, ...] = ()
    """The card slips of its payment; no sales of their own."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A mail or an SMS that reached nobody; ``id`` is its receipt's.

    ``contact`` is masked; empty: nobody knows any more where it was to go, so it can be
    resent to a typed address or printed, and not replayed.
    """

    id: str
    channel: Channel
    day: str
    at: str
    says: Words
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Lamp:
    """``state`` by colour, shape and word: ok, wait, needs (a person)."""

    name: Words
    state: Lit
    says: Words


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person must know now: paper out, cover open."""

    says: Words
    remedy: Words


@dataclass(frozen=True, slots=True)
class Legal:
    """A sentence that the law wants displayed here; its id and version are recorded."""

    id: str
    version: str
    says: Words


@dataclass(frozen=True, slots=True)
class Share:
    """How many receipts went that way today; ``None``: under five, not shown."""

    channel: Choice
    count: int | None


@dataclass(frozen=True, slots=True)
class Forced:
    """Papers that a rule printed unasked today; ``None``: under five, not shown."""

    rule: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Today at this till, of nobody in particular; ``None``: under five, not shown.

    ``captured``: e-mail, SMS or account, of a hundred receipts.  ``valid``: addresses
    that took what was sent, of a hundred that answered.  Times from offer to choice.
    """

    receipts: int | None = None
    mix: tuple[Share, ...] = ()
    paper_avoided_m: float | None = None
    captured: int | None = None
    valid: int | None = None
    p50_ms: int | None = None
    p95_ms: int | None = None
    forced: tuple[Forced, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """A part of the house for IT: ``detail`` is technical, in no language."""

    name: Words
    state: Lit
    says: Words
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value for IT: versions, sizes."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of the log that was an error: when, which room, what."""

    at: str
    room: str
    says: str


@dataclass(frozen=True, slots=True)
class Rooms:
    """What IT looks at."""

    doors: tuple[Room, ...] = ()
    printer: Room | None = None
    store: Room | None = None
    outbox: tuple[Room, ...] = ()
    sync: Room | None = None
    feed: Room | None = None
    certificates: tuple[Room, ...] = ()
    disk: Room | None = None
    versions: tuple[Fact, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One screen, now.  ``revision`` grows with every change.

    ``channels`` are the choices that are offered, ``ways`` the same with how ready
    they are.  ``figures`` for the cashier, ``rooms`` for IT; ``printed_today`` and
    ``digital_today`` for the cashier while there are no ``figures``, and not of a few.
    """

    revision: int
    shop: str
    till: str
    channels: tuple[Choice, ...]
    shown: Shown | None
    recent: tuple[Recent, ...]
    lamps: tuple[Lamp, ...]
    notice: Notice | None
    printed_today: int | None
    digital_today: int | None
    ways: tuple[Way, ...] = ()
    legal: tuple[Legal, ...] = ()
    up_front: UpFrontCode | None = None
    dead: tuple[DeadLetter, ...] = ()
    """For the cashier and IT: what reached nobody, the newest first."""
    exit_slip: bool = False
    """This counter prints what opens a barrier (a self-checkout, or by configuration)."""
    figures: Figures | None = None
    rooms: Rooms | None = None
    looked_at: str = ""
    """When ``rooms`` was looked at, ISO 8601; later looks that found the same are no
    new revision."""
