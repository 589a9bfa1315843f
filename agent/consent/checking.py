"""Is a chain whole?  Checked from its beginning, record by record, over the kept bytes.

A record that was changed, removed, added or moved no longer fits the one behind it, and
its signature no longer holds.  What no chain can show by itself is an end that was cut
off: the RCU has every record too.

A record without a signature (the till had no key then) is vouched for by the next signed
one, which signs its hash.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from pydantic import ValidationError

from agent.consent.chain import Head
from agent.consent.notices import Notices
from agent.wire.consent import ConsentRecord, digest

MAX_RECORD_BYTES: Final = 4 << 10


class PublicKey(Protocol):
    """What verifies; ``revoked`` is RFC 3339, empty while it is trusted."""

    @property
    def revoked(self) -> str: ...

    def verifies(self, message: bytes, signature: bytes) -> bool: ...


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a record in the clear: by it the record is found and judged."""

    subject: str
    purpose: str
    channel: str
    decision: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the ledger; ``body`` is ``None`` once its time at the till is over.

    ``at_ms``: when it was kept, Unix ms.  ``forgotten``: a signed statement says that it
    went because a person asked.
    """

    seq: int
    digest: str
    body: bytes | None
    beside: Beside | None = None
    at_ms: int = 0
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """The first record that does not hold, and why, in a line for store IT."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.  ``unvouched``: records at the end that no signature covers.

    ``early``: of the erased ones those whose time is not over, as first and last of each
    run.
    """

    records: int = 0
    erased: int = 0
    signed: int = 0
    unvouched: int = 0
    strange_notices: tuple[str, ...] = ()
    broken: Broken | None = None
    head: str = ""
    early: tuple[tuple[int, int], ...] = ()
    forgotten: int = 0

    @property
    def good(self) -> bool:
        wrong = self.broken or self.early
        return not (wrong or self.unvouched or self.strange_notices)


@dataclass(slots=True)
class _Walk:
    """Where a check stands."""

    head: Head
    kept_since_ms: int
    records: int = 0
    erased: int = 0
    forgotten: int = 0
    signed: int = 0
    unvouched: int = 0
    strange: dict[str, None] = field(default_factory=dict)
    early: list[tuple[int, int]] = field(default_factory=list)

    def erase(self, row: Kept) -> None:
        """Count a row without its body, and whether it should have one still."""
        self.erased += 1
        if row.at_ms < self.kept_since_ms:
            return
        follows = bool(self.early) and self.early[-1][1] == row.seq - 1
        first = self.early.pop()[0] if follows else row.seq
        self.early.append((first, row.seq))

    def report(self, broken: Broken | None) -> Report:
        return Report(
            self.records,
            self.erased,
            self.signed,
            self.unvouched,
            tuple(self.strange),
            broken,
            self.head.digest,
            tuple(self.early),
            self.forgotten,
        )


def verify(
    rows: Iterable[Kept],
    beginning: Head,
    keys: Mapping[str, PublicKey],
    notices: Notices,
    kept_since_ms: int,
) -> Report:
    """Check a chain from its beginning; stops at the first record that does not hold.

    ``kept_since_ms`` (Unix): what was kept then or later must still have its content.
    """
    walk = _Walk(beginning, kept_since_ms)
    for row in rows:
        if why := _link(walk, row, keys, notices):
            return walk.report(Broken(row.seq, why))
        walk.head = Head(row.seq, row.digest)
        walk.records += 1
    return walk.report(None)


def _link(
    walk: _Walk, row: Kept, keys: Mapping[str, PublicKey], notices: Notices
) -> str:
    """What is wrong with the next row; nothing if it holds."""
    if row.seq != walk.head.seq + 1:
        return f"record {walk.head.seq + 1} is missing"
    if row.body is None and row.forgotten:
        walk.forgotten += 1
        return ""
    if row.body is None:
        walk.erase(row)
        from_the_start = walk.erased + walk.forgotten == row.seq
        return "" if from_the_start else "its content is gone before its time"
    record = _own(row, row.body)
    if isinstance(record, str):
        return record
    if record.prev != walk.head.digest:
        return "it does not follow the record before it"
    said = record.notice
    if said is not None and not notices.knows(said, record.controller.name):
        walk.strange[f"{said.id} {said.version} ({said.lang})"] = None
    return _signature(walk, record, keys)


def _own(row: Kept, body: bytes) -> ConsentRecord | str:
    """The record that belongs into this row."""
    if digest(body) != row.digest:
        return "its content is not the one that was recorded"
    record = read(body)
    if isinstance(record, str):
        return record
    if record.seq != row.seq:
        return f"it calls itself record {record.seq}"
    if row.beside not in {None, _beside(record)}:
        return "what stands beside it is not what it says"
    return record


def _beside(record: ConsentRecord) -> Beside:
    return Beside(
        record.subject,
        record.purpose,
        record.channel,
        record.decision,
        record.expires_at,
    )


def _signature(
    walk: _Walk, record: ConsentRecord, keys: Mapping[str, PublicKey]
) -> str:
    if not record.sig:
        walk.unvouched += 1
        return "it names a key and bears no signature" if record.kid else ""
    key = keys.get(record.kid)
    if key is None:
        return f"it is signed by a key that nobody knows ({record.kid})"
    if key.revoked and record.decided_at >= key.revoked:
        return f"it is signed by a key that was revoked before ({record.kid})"
    if not key.verifies(record.to_sign(), urlsafe_b64decode(record.sig + "==")):
        return "its signature is wrong"
    walk.signed += 1
    walk.unvouched = 0
    return ""


def read(body: bytes) -> ConsentRecord | str:
    """A record as it was kept, or why it is none."""
    if len(body) > MAX_RECORD_BYTES:
        return "it is too long for a record"
    try:
        record = ConsentRecord.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "(record)"
        return f"it is no record: {where}"
    return record if record.kept() == body else "it is not written as records are"
