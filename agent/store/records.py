"""What the cellar keeps, as values: records to read and changes to commit.

A change is safe to repeat: ids are made by the caller, and a second commit of
the same change has no effect.  Several changes given to one ``commit`` hold
together or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from agent import verbs
from agent.ids import EntryId, JobId, LineId, PageToken, ReceiptId
from agent.store.card_holders import HolderChange
from agent.store.closings import KeepClosing
from agent.store.consents import KeepConsent
from agent.store.decisions import KeepPack
from agent.store.devices import DeviceChange
from agent.store.displayed import KeepDisplayed
from agent.store.feed import FollowFeed, RewindCursor
from agent.store.handovers import HandOverChange
from agent.store.parcels import Kind, ParcelChange
from agent.store.people import PeopleChange
from agent.store.preferences import PreferenceChange
from agent.store.shut_out import LetIn, ShutOut
from agent.wire.receipt import Gist

Evidence = Literal["cut", "close", "idle", "size", "stop", "crash", "abandoned", "torn"]
"""Why the door thought that a job had ended.  ``torn``: its line broke inside it."""

Shape = Literal["document", "tail", "control", "raw"]
"""``document`` has marks on paper; ``tail`` only feeds or cuts after one;
``control`` neither (settings, definitions); ``raw`` was never tokenised."""


class JobState(StrEnum):
    """Where a job stands.  The first three are taken up again at a start."""

    ACCEPTED = "accepted"
    """Durable, not yet understood."""
    HELD = "held"
    """Offered to the customer; paper waits for the choice."""
    PAPER_DUE = "paper_due"
    """Must be printed and has not been."""
    PRINTED = "printed"
    NO_PAPER = "no_paper"


@dataclass(frozen=True, slots=True)
class Job:
    """A print job.  ``forwarded`` are byte ranges already sent (drawer kicks).

    Its bytes stood at ``start`` in the stream of ``line``, one connection or cable.
    ``source`` is the address of its POS, empty where a door has no addresses.
    """

    id: JobId
    door: str
    at_ms: int
    evidence: Evidence
    shape: Shape
    follows: JobId | None = None
    forwarded: tuple[tuple[int, int], ...] = ()
    state: JobState = JobState.ACCEPTED
    line: LineId | None = None
    start: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the event log.  ``body`` is canonical JSON, never re-encoded."""

    id: EntryId
    type: str
    at_ms: int
    receipt: ReceiptId | None
    body: bytes


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry with the gap-free number that the cellar gave it, from 1."""

    seq: int
    entry: Entry


Choice = verbs.Choice


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A customer's document at the counter.

    ``body`` is the receipt/1 JSON, ``strip_html`` what the screens show.
    ``choice`` is ``None`` while it is being offered.  ``paper_copies`` counts
    the prints that were ordered; ``handed_over`` says that the customer has it
    by another channel (QR, e-mail).
    """

    id: ReceiptId
    job: JobId
    token: PageToken
    at_ms: int
    rule: str
    on_silence: Literal["none", "paper"]
    body: bytes
    strip_html: bytes
    choice: Choice | None = None
    paper_copies: int = 0
    handed_over: bool = False
    gist: Gist = field(default_factory=Gist)
    """What the screens say of it."""
    given: int = 0
    """Numbers that the ledger gave (:mod:`agent.choice.ledger`)."""
    session: bytes = b""
    """How far the choice has come, as the counter wrote it; empty: not offered."""
    paper_mm: int = 0
    """How long it is on paper."""
    why: tuple[str, str] = ("", "")
    """The reason in French and English, as it was decided; stored with its job."""


class ParcelState(StrEnum):
    """A delivery that needs more than one try: e-mail (and later SMS, account)."""

    DUE = "due"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One receipt for one recipient by one channel.

    Channel, receipt and kind are its key and never change.  ``recipient`` is
    erased (empty) once the parcel is done or dead.
    """

    channel: str
    receipt: ReceiptId
    recipient: str
    lang: verbs.Lang
    attempts: int = 0
    next_ms: int = 0
    state: ParcelState = ParcelState.DUE
    detail: str = ""
    number: int = 0
    """In the ledger: 0 the ORIGINAL, n the DUPLICATA n."""
    kind: Kind = "receipt"
    at_ms: int = field(default=0, compare=False)
    """When it was put on the shelf; the store says so."""


# -- changes ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeepPiece:
    """A part of a job that has not ended: piece ``number`` from 0, in order."""

    job: JobId
    door: str
    number: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class AcceptJob:
    """The whole job; its pieces, if any, are replaced by it."""

    job: Job
    raw: bytes


@dataclass(frozen=True, slots=True)
class LetPass:
    """Of a job that waits, ``raw`` is to reach the printer before all that comes later.

    ``forwarded`` are the ranges that its paper leaves out then.  True until
    :class:`Passed`.
    """

    job: JobId
    raw: bytes
    forwarded: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """The printer has what was let pass of that job."""

    job: JobId


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The POS at a door gives up what it sent up to now, and will send it again.

    ``source`` as a job's: what came from elsewhere is not given up.
    """

    door: str
    at_ms: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class SettleJob:
    """A job's new state, and the rule that put it there.

    ``decision`` is the whole of why, in JSON; of several the first is kept.
    """

    job: JobId
    state: JobState
    rule: str
    decision: bytes = b""


@dataclass(frozen=True, slots=True)
class Append:
    """An entry for the event log."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class OpenReceipt:
    """A document comes to the counter."""

    row: ReceiptRow


@dataclass(frozen=True, slots=True)
class DecideReceipt:
    """The choice; a later one replaces it (paper after silence)."""

    receipt: ReceiptId
    choice: Choice


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """It will be printed; ``copies`` prints have now been ordered of it."""

    receipt: ReceiptId
    copies: int


@dataclass(frozen=True, slots=True)
class MarkHandedOver:
    """The customer has it by a channel other than paper."""

    receipt: ReceiptId


@dataclass(frozen=True, slots=True)
class PutParcel:
    """A parcel on the shelf; an existing one of the same key is replaced."""

    parcel: Parcel


@dataclass(frozen=True, slots=True)
class MoveCursor:
    """Everything up to and including ``acked`` is at the destination."""

    destination: str
    acked: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """One entry that a destination refused for good; the cursor goes on."""

    destination: str
    seq: int
    problem: str


@dataclass(frozen=True, slots=True)
class KeepMemory:
    """What a printer remembers now, in place of what it did; bytes of the worker's.

    ``printer`` is the name of its link.  ``job`` is the one that it was learned
    from: no lesson is owed by that one any more, nor by any before it.
    """

    printer: str
    memory: bytes
    job: JobId | None = None


@dataclass(frozen=True, slots=True)
class OweLesson:
    """What a printer remembers has still to be learned from this job.

    ``oldest`` is the first job that still owes one, maybe this one itself; what
    those before it owed is forgotten.
    """

    job: JobId
    oldest: JobId


Part = Literal["reprint", "duplicate", "card_slip", "merchant_slip"]


@dataclass(frozen=True, slots=True)
class KeepSale:
    """What tells this sale's paper from others: digests in hex (agent.wire.sameness)."""

    receipt: ReceiptId
    number: str
    total: str
    paper: str


@dataclass(frozen=True, slots=True)
class PaperOf:
    """The job is a paper of that receipt's sale, and no sale of its own."""

    job: JobId
    receipt: ReceiptId
    part: Part


Change = (
    KeepPiece
    | AcceptJob
    | LetPass
    | Passed
    | GaveUp
    | SettleJob
    | Append
    | OpenReceipt
    | DecideReceipt
    | OrderPaper
    | MarkHandedOver
    | PutParcel
    | MoveCursor
    | SetAside
    | KeepMemory
    | OweLesson
    | KeepSale
    | PaperOf
    | DeviceChange
    | HandOverChange
    | ParcelChange
    | PeopleChange
    | PreferenceChange
    | KeepPack
    | KeepDisplayed
    | ShutOut
    | LetIn
    | KeepConsent
    | FollowFeed
    | RewindCursor
    | HolderChange
    | KeepClosing
)
