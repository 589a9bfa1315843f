"""One chain of records a till, written link by link.

``prev`` of a record is the SHA-256 of the record before as it is kept, signature and
all; that of the first is of the till's own name, so that a chain is one till's.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from agent.consent.acts import Act, basis
from agent.consent.notices import Notice
from agent.consent.purposes import TERMS
from agent.verbs import Lang
from agent.wire.consent import (
    NO_RECEIPT,
    ConsentRecord,
    Controller,
    Identifier,
    Trust,
)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many records, and the hash that the next one names."""

    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Till:
    """Whose chain it is, and who answers for the data."""

    tenant: str
    store: str
    till: str
    controller: Controller

    @property
    def beginning(self) -> Head:
        """Before the first record."""
        said = f"consent/1\0{self.tenant}\0{self.store}\0{self.till}"
        return Head(0, sha256(said.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class When:
    """``shown_at`` and ``decided_at`` are aware; ``mono_ms`` survives a clock that jumps."""

    shown_at: datetime
    decided_at: datetime
    mono_ms: int
    clock: Trust


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Whom it concerns and about what.  ``subject``: ``hmac-sha256:<key>:<hash>``."""

    subject: str
    identifier: Identifier
    lang: Lang = "fr"
    receipt: str = NO_RECEIPT
    operator: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """What signs: the id of its public half, and the act itself (64 bytes)."""

    kid: str
    sign: Callable[[bytes], bytes]


def write(  # noqa: PLR0913, PLR0917 -- the record's own sources
    till: Till,
    head: Head,
    consent_id: str,
    act: Act,
    notice: Notice | None,
    about: Circumstances,
    when: When,
) -> ConsentRecord:
    """The next record of the chain, not signed yet.

    Raises:
        ValueError: something is given, and no sentence was shown.
    """
    expires_at = when.decided_at + timedelta(days=TERMS[act.purpose].days)
    return ConsentRecord(
        consent_id=consent_id,
        seq=head.seq + 1,
        subject=about.subject,
        identifier=about.identifier,
        controller=till.controller,
        tenant=till.tenant,
        store=till.store,
        till=till.till,
        operator=about.operator,
        purpose=act.purpose,
        channel=act.channel,
        basis=basis(act),
        decision=act.decision,
        method=act.method,
        notice=notice.reference(about.lang, till.controller.name) if notice else None,
        shown_at=moment(when.shown_at),
        decided_at=moment(when.decided_at),
        mono_ms=when.mono_ms,
        clock=when.clock,
        receipt=about.receipt,
        expires_at=moment(expires_at),
        evidence=about.evidence,
        prev=head.digest,
    )


def signed(record: ConsentRecord, key: Key | None) -> ConsentRecord:
    """With the signature, or without one where there is no key."""
    if key is None:
        return record
    named = record.model_copy(update={"kid": key.kid})
    signature = urlsafe_b64encode(key.sign(named.to_sign())).decode().rstrip("=")
    return named.model_copy(update={"sig": signature})


def moment(at: datetime) -> str:
    """UTC to the millisecond, as records write it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
