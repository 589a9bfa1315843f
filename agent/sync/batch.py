"""A run of entries becomes one request: joined bytes, never re-encoded.

Pure: entries in, headers and body out.  The bodies are spliced in as they were
stored, so that what the RCU hashes is what the till wrote.  The key is derived
from what is sent, so that a restart after a lost answer sends the same one.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from agent.store.records import LoggedEntry
from agent.wire.events import MEDIA_TYPE
from agent.wire.signatures import content_digest

GZIP_LEVEL: Final = 1
"""1,024 B a receipt at 53 us; level 6: 886 B at 110 us (STORE 3)."""

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 -- UTC, and written as such


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries ``first`` to ``last`` on their way.  ``seqs``: by CloudEvents id."""

    first: int
    last: int
    seqs: dict[str, int] = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    plain_bytes: int = 0
    """Of the bodies, before gzip."""

    @property
    def count(self) -> int:
        return len(self.seqs)


def pack(entries: Sequence[LoggedEntry], source: str, attempt: int = 0) -> Batch:
    """Make the request for at least one entry.

    Args:
        entries: consecutive, in order.
        source: ``urn:edge:{tenant}:{store}:{till}``.
        attempt: raised when the RCU knew the key with another payload (422).
    """
    plain = b"[" + b",".join(envelope(logged, source) for logged in entries) + b"]"
    first, last = entries[0].seq, entries[-1].seq
    # mtime 0: the same entries give the same bytes.
    body = gzip.compress(plain, GZIP_LEVEL, mtime=0)
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Encoding": "gzip",
        "Content-Digest": content_digest(body),
        # draft-ietf-httpapi-idempotency-key-header-07, 2.1: a quoted string.
        "Idempotency-Key": f'"{_key(source, first, last, plain, attempt)}"',
        "Prefer": "return=minimal",
        "Accept": "application/json",
    }
    seqs = {str(logged.entry.id): logged.seq for logged in entries}
    return Batch(first, last, seqs, headers, body, len(plain))


def envelope(logged: LoggedEntry, source: str) -> bytes:
    """One CloudEvent (JSON event format 1.0) around the stored body."""
    entry = logged.entry
    about = "" if entry.receipt is None else f',"subject":"{entry.receipt}"'
    head = (
        f'{{"specversion":"1.0","id":"{entry.id}","source":{_quoted(source)},'
        f'"type":{_quoted(entry.type)},"time":"{timestamp(entry.at_ms)}",'
        f'"sequence":"{logged.seq:012d}","datacontenttype":"application/json"{about}'
    )
    return b'%s,"data":%s}' % (head.encode(), entry.body)


@lru_cache(maxsize=64)
def _quoted(text: str) -> str:
    """A source or a type: there are few."""
    return json.dumps(text, ensure_ascii=False)


def timestamp(at_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds."""
    moment = _EPOCH + timedelta(milliseconds=at_ms)
    return moment.isoformat(timespec="milliseconds") + "Z"


def _key(source: str, first: int, last: int, plain: bytes, attempt: int) -> UUID:
    """A version 8 UUID (RFC 9562, 5.8) of edge, range, content and attempt."""
    digest = hashlib.sha256(plain).hexdigest()
    named = f"{source}|{first}|{last}|{digest}|{attempt}".encode()
    raw = bytearray(hashlib.sha256(named).digest()[:16])
    raw[6] = 0x80 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return UUID(bytes=bytes(raw))
