"""The ledger of consents at work: each decision becomes a record, in its commit.

One decision after the other takes the chain's end from the store, is written, signed and
handed out as changes, and holds the chain until its commit has ended.  What must not
stop a delivery does not: without a signing key the record is kept unsigned, without the
secret for contacts under one of this process's own, and what is given without a sentence
is an event and no record: a no needs none (GDPR, art. 21).  Each of these is said in the log, and by ``consent verify``.

A service: it makes the keys that are missing, and loads what takes time.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, Protocol, cast

from agent.clock import Clock
from agent.consent import standing
from agent.consent.acts import Act
from agent.consent.chain import Circumstances, Head, Key, Till, When, signed, write
from agent.consent.notices import Notice, Notices
from agent.consent.purposes import DELIVERY, PURPOSES
from agent.entropy import Entropy
from agent.errors import ConfigError, StoreError
from agent.identity import contacts
from agent.identity.kinds import Contact, Kind
from agent.ids import ReceiptId, uuid7
from agent.keyring.ring import SubjectKey
from agent.pipeline.entries import Scribe
from agent.store.consents import ConsentRow, KeepConsent
from agent.store.records import Change
from agent.store.shut_out import Why
from agent.verbs import Lang, Words
from agent.wire.consent import (
    NO_NOTICE,
    NO_RECEIPT,
    Channel,
    ConsentRecord,
    Decision,
    Purpose,
    Trust,
)
from agent.wire.events import ConsentRecorded

log = logging.getLogger(__name__)

SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
"""There once systemd-timesyncd has had the time from somewhere (its man page)."""
WENT_BACK_MS: Final = 1000
"""A record that seems so much older than the one before it met a clock set back."""
KINDS: Final[dict[Channel, Kind]] = {
    "email": "email",
    "sms": "phone",
    "account": "loyalty",
}


class Shelf(Protocol):
    """The part of the store that the ledger needs."""

    async def consent_head(self) -> tuple[int, bytes, int] | None: ...

    async def consents_of(self, subject: bytes) -> list[ConsentRow]: ...

    async def shut_out(self, subject: bytes, now_ms: int) -> Why | None: ...


class Signs(Protocol):
    """A key at work; see :class:`agent.keyring.ring.Signer`."""

    @property
    def kid(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


class Ring(Protocol):
    """The keys; see :class:`agent.keyring.ring.Keyring`.  Blocking."""

    def init(self, now: datetime) -> object: ...

    def signer(self, purpose: Literal["consent"], now: datetime) -> Signs: ...

    def subject_key(self) -> SubjectKey: ...


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """A contact of which only the keyed hash is here (key id and hash, 24 bytes)."""

    kind: Kind
    subject: bytes


Whom = Contact | Pseudonym


@dataclass(frozen=True, slots=True)
class Deed:
    """One decision at the counter: what, by whom, about which receipt, in which words.

    ``shown_ms``: since when the sentence stood there (Unix ms).  A contact that nobody
    knows any more (``None``) makes an event and no record.
    """

    act: Act
    contact: Whom | None
    receipt: ReceiptId | None
    shown_ms: int
    lang: Lang = "fr"
    operator: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class _End:
    """Of the chain: its head, and when the last record was written (Unix ms)."""

    head: Head
    at_ms: int


class Consents:
    """Writes records.  ``run`` is the service."""

    name = "consents"

    def __init__(  # noqa: PLR0913, PLR0917 -- what a record is made of
        self,
        till: Till,
        notices: Notices,
        ring: Ring,
        shelf: Shelf,
        scribe: Scribe,
        clock: Clock,
        entropy: Entropy,
        synchronised: Callable[[], bool] = SYNCHRONISED.exists,
        warm: Callable[[], None] = contacts.warm,
    ) -> None:
        self._till = till
        self._notices = notices
        self._ring = ring
        self._shelf = shelf
        self._scribe = scribe
        self._clock = clock
        self._entropy = entropy
        self._synchronised = synchronised
        self._warm = warm
        self._turn = asyncio.Lock()
        self._subject: SubjectKey | None = None
        self._unsigned = False
        self.ready = asyncio.Event()
        """The keys are there, if they can be."""

    # -- for the counter ------------------------------------------------------

    @asynccontextmanager
    async def recorded(self, *deeds: Deed) -> AsyncGenerator[list[Change]]:
        """The changes that record what was decided, for the commit inside the block.

        The chain is held until the block ends, so it must end with that commit.  Never
        raises of its own: a decision that cannot be proved is done all the same.
        """
        async with self._turn:
            yield await self._written(deeds)

    async def may(self, contact: Whom, purpose: Purpose, channel: Channel) -> bool:
        """Whether the last word of this contact on it is yes, and still holds.

        Raises:
            StoreError: the store does not say.
        """
        said = await self.said(contact)
        return standing.may(said, purpose, channel, self._scribe.now_ms())

    async def said(self, contact: Whom) -> list[standing.Said]:
        """All that was decided under this contact, in order."""
        subject = await self.subject(contact)
        rows = await self._shelf.consents_of(subject)
        return [_said(row) for row in rows]

    async def given_about(
        self, contact: Whom, receipt: ReceiptId
    ) -> list[tuple[Purpose, Channel]]:
        """What the contact agreed to about that receipt, and has not taken back."""
        try:
            rows = await self._shelf.consents_of(await self.subject(contact))
        except StoreError:
            log.exception("store does not say what was agreed to")
            return []
        last = {(each.purpose, each.channel): each for each in map(_said, rows)}
        seqs = {each.seq for each in last.values() if each.decision == "given"}
        about = f'"receipt":"{receipt}"'.encode()
        mine = [
            _said(row) for row in rows if row.seq in seqs and about in (row.body or b"")
        ]
        return [(each.purpose, each.channel) for each in mine]

    async def shut_out(self, contact: Whom) -> Why | None:
        """Why nothing may go there: it came back, none is wanted, it is nobody's."""
        try:
            subject = await self.subject(contact)
            return await self._shelf.shut_out(subject, self._scribe.now_ms())
        except StoreError:
            log.exception("store does not say who is shut out")
            return None

    async def subject(self, contact: Whom) -> bytes:
        """Under what the contact is found: 8 bytes of key id, 16 of keyed hash."""
        if isinstance(contact, Pseudonym):
            return contact.subject
        key = await self._subject_key()
        return bytes.fromhex(key.kid) + contacts.match_key(contact, key.secret)

    async def keyed(self, message: bytes) -> bytes:
        """HMAC-SHA256 under the same key; begins with a word that is no kind."""
        return hmac.digest((await self._subject_key()).secret, message, "sha256")

    async def holder(self, digest: bytes) -> Pseudonym:
        """A card of which only the digest under the ring's secret is here."""
        key = await self._subject_key()
        return Pseudonym("loyalty", bytes.fromhex(key.kid) + digest)

    def sentence(self, purpose: Purpose, channel: Channel) -> Notice | None:
        """What has to stand beside the field; ``None``: it must not be asked."""
        return self._notices.current(purpose, channel)

    def asks(self, channel: Channel) -> Words | None:
        """That sentence for a delivery, as it stands on the screen."""
        notice = self.sentence(DELIVERY, channel)
        return notice.words(self._till.controller.name) if notice else None

    def boxes(self, channel: Channel) -> dict[Purpose, Words]:
        """What else the shop has a sentence for: a box each, unticked (G01)."""
        name = self._till.controller.name
        return {
            purpose: notice.words(name)
            for purpose in PURPOSES
            if purpose != DELIVERY and (notice := self.sentence(purpose, channel))
        }

    async def run(self) -> None:
        """Make ready; then there is nothing to do but to be asked."""
        await asyncio.to_thread(self._make_ready)
        self.ready.set()
        await asyncio.Event().wait()

    # -- inside ---------------------------------------------------------------

    async def _written(self, deeds: Sequence[Deed]) -> list[Change]:
        end = await self._end()
        signer = await self._signer()
        changes: list[Change] = []
        for deed in deeds:
            record = await self._record(end, deed, signer) if end else None
            if end is not None and record is not None:
                row = _row(record)
                changes.append(KeepConsent(row, bytes.fromhex(end.head.digest)))
                end = _End(Head(row.seq, row.digest.hex()), row.at_ms)
            changes.append(self._event(deed, record))
        return changes

    async def _end(self) -> _End | None:
        """Where the chain ends; ``None``: the store does not say."""
        try:
            found = await self._shelf.consent_head()
        except StoreError:
            log.exception("store does not say where the ledger of consents ends")
            return None
        if found is None:
            return _End(self._till.beginning, 0)
        seq, digest, at_ms = found
        return _End(Head(seq, digest.hex()), at_ms)

    async def _record(
        self, end: _End, deed: Deed, signer: Signs | None
    ) -> ConsentRecord | None:
        notice = self.sentence(deed.act.purpose, deed.act.channel)
        given = deed.act.decision == "given"
        if deed.contact is None or (notice is None and given):
            log.error("no sentence or no contact of what was decided: no record")
            return None
        subject = await self.subject(deed.contact)
        try:
            plain = self._plain(end, deed, notice, deed.contact.kind, subject)
            return signed(plain, Key(signer.kid, signer.sign) if signer else None)
        except ValueError:
            log.exception("a decision cannot be written as a record")
            return None

    def _plain(
        self, end: _End, deed: Deed, notice: Notice | None, kind: Kind, subject: bytes
    ) -> ConsentRecord:
        now = self._clock.now()
        about = Circumstances(
            subject=f"hmac-sha256:{subject[:8].hex()}:{subject[8:].hex()}",
            identifier=kind,
            lang=deed.lang,
            receipt=str(deed.receipt) if deed.receipt else NO_RECEIPT,
            operator=deed.operator,
            evidence=deed.evidence,
        )
        when = When(
            shown_at=datetime.fromtimestamp(deed.shown_ms / 1000, UTC),
            decided_at=now,
            mono_ms=int(self._clock.monotonic() * 1000),
            clock=self._trust(end.at_ms),
        )
        number = str(uuid7(self._scribe.now_ms(), self._entropy.draw(10)))
        return write(self._till, end.head, number, deed.act, notice, about, when)

    def _event(self, deed: Deed, record: ConsentRecord | None) -> Change:
        notice = self.sentence(deed.act.purpose, deed.act.channel)
        said = ConsentRecorded(
            receipt_id=str(deed.receipt) if deed.receipt else NO_RECEIPT,
            purpose=deed.act.purpose,
            channel=deed.act.channel,
            decision=deed.act.decision,
            method=deed.act.method,
            notice=notice.name if notice else NO_NOTICE,
            record=record.kept().decode() if record else "",
        )
        return self._scribe.write(deed.receipt, said)

    def _trust(self, newest_ms: int) -> Trust:
        """How far the wall clock is to be believed."""
        if self._scribe.now_ms() < newest_ms - WENT_BACK_MS:
            return "went_back"
        return "synchronised" if self._synchronised() else "unknown"

    async def _signer(self) -> Signs | None:
        try:
            now = self._clock.now()
            signer = await asyncio.to_thread(self._ring.signer, "consent", now)
        except (ConfigError, OSError) as error:
            if not self._unsigned:
                log.critical("records of consent are not signed: %s", error)
            self._unsigned = True
            return None
        self._unsigned = False
        return signer

    async def _subject_key(self) -> SubjectKey:
        if self._subject is None:
            try:
                self._subject = await asyncio.to_thread(self._ring.subject_key)
            except (ConfigError, OSError) as error:
                log.critical(
                    "contacts are compared until the next start only: %s", error
                )
                self._subject = SubjectKey("00" * 8, self._entropy.draw(32))
        return self._subject

    def _make_ready(self) -> None:
        """What would keep the first customer waiting."""
        self._warm()
        ConsentRecord.model_rebuild()
        try:
            self._ring.init(self._clock.now())
        except (ConfigError, OSError) as error:
            log.critical("no keys for records of consent: %s", error)


def _row(record: ConsentRecord) -> ConsentRow:
    kept = record.kept()
    _, kid, found = record.subject.split(":")
    return ConsentRow(
        seq=record.seq,
        digest=sha256(kept).digest(),
        at_ms=_ms(record.decided_at),
        expires_ms=_ms(record.expires_at),
        subject=bytes.fromhex(kid + found),
        purpose=record.purpose,
        channel=record.channel,
        decision=record.decision,
        body=kept,
    )


def _said(row: ConsentRow) -> standing.Said:
    # Written by us from these very literals.
    return standing.Said(
        row.seq,
        cast("Purpose", row.purpose),
        cast("Channel", row.channel),
        cast("Decision", row.decision),
        row.expires_ms,
    )


def _ms(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
