"""The seal that every body wears on disk: raw jobs, entries, recipients, tokens.

SQLite does not notice a flipped bit (STORE 4.6: 1 of 300 seen), so each record
proves itself when it is read.  The first byte names the scheme, and old rows
stay readable when a later scheme (AES-256-GCM) takes over writing.

Scheme 1: ``01 crc32[4] length[4] zlib(plain)``, big endian.  The CRC is over
the place (``aad`` and its length) and all bytes after itself, so that a flip is
seen anywhere (also in deflate's padding bits) and before anything is inflated;
zlib's own Adler-32 covers ``plain``.  It finds accidents, not forgers: this is
no encryption.  Scheme 2 is (:mod:`agent.store.vault`).
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Collection
from typing import Final, Protocol, Self
from uuid import UUID

from agent.identity.kinds import Kind
from agent.store.damage import DamagedRecord

TAG_CHECKED: Final = b"\x01"
LEVEL: Final = 6
"""A receipt of 3,008 B: 964 B in 64 us; level 1: 1,007 B in 43 us, and then no two
fit on a page: 10.4 KB of WAL instead of 8.3 (bench.durable)."""


SHARED: Final = 0
"""No key of its own."""


class Sealer(Protocol):
    """Puts the seal on and takes it off; one a connection, on that one's thread."""

    def seal(self, plain: bytes, aad: bytes, key: int = SHARED) -> bytes:
        """``plain`` as it goes to disk, bound to its place ``aad``, under a key."""
        ...

    def unseal(self, sealed: bytes, aad: bytes) -> bytes:
        """What ``seal`` was given.

        Raises:
            DamagedRecord: not the sealed bytes, or those of another place.
        """
        ...

    def document_key(self) -> int:
        """A new key for one document; ``SHARED`` where nothing is encrypted."""
        ...

    def contact_key(self, subject: bytes) -> int:
        """The key of one contact (24 bytes of reference), made if it has none."""
        ...

    def reference(self, kind: Kind, value: str) -> bytes | None:
        """Of a contact, 24 bytes; ``None``: it is none, or there is no key for it."""
        ...

    def destroy(self, kids: Collection[int]) -> None:
        """What is under those keys cannot be read again by anybody."""
        ...

    def settle(self, *, committed: bool) -> None:
        """The transaction has ended; its keys are durable, or were never made."""
        ...


class Sealing(Protocol):
    """Makes the sealer of a connection."""

    def on(self, db: sqlite3.Connection) -> Sealer: ...


class CheckedSealer:
    """Scheme 1: compressed and checked."""

    def on(self, db: sqlite3.Connection) -> Self:  # noqa: ARG002 -- it needs no keys
        return self

    def document_key(self) -> int:
        return SHARED

    def contact_key(self, subject: bytes) -> int:  # noqa: ARG002
        return SHARED

    def reference(self, kind: Kind, value: str) -> bytes | None:  # noqa: ARG002
        return None

    def destroy(self, kids: Collection[int]) -> None:
        """There is none."""

    def settle(self, *, committed: bool) -> None:
        """There is nothing to settle."""

    def seal(self, plain: bytes, aad: bytes, key: int = SHARED) -> bytes:  # noqa: ARG002
        aad = record_of(aad)
        rest = len(plain).to_bytes(4, "big") + zlib.compress(plain, LEVEL)
        return TAG_CHECKED + _checksum(rest, aad) + rest

    def unseal(self, sealed: bytes, aad: bytes) -> bytes:
        aad = record_of(aad)
        rest = sealed[5:]
        if sealed[:1] != TAG_CHECKED or sealed[1:5] != _checksum(rest, aad):
            raise DamagedRecord(aad.decode())
        length = int.from_bytes(rest[:4], "big")
        try:
            plain = zlib.decompress(rest[4:], bufsize=max(length, 1))
        except zlib.error:
            raise DamagedRecord(aad.decode()) from None
        if len(plain) != length:
            raise DamagedRecord(aad.decode())
        return plain


def place(
    table: str, key: UUID | str, column: str, *facts: str | int | UUID | None
) -> bytes:
    """Where a sealed value lives, as ``aad``: a body moved to another row is seen.

    ``facts`` stand beside it in the clear and never change; scheme 1 leaves them out.
    """
    said = "".join(f"\0{'' if fact is None else fact}" for fact in facts)
    return f"{table}/{key}/{column}{said}".encode()


def record_of(aad: bytes) -> bytes:
    """The place alone."""
    return aad.partition(b"\0")[0]


def _checksum(rest: bytes, aad: bytes) -> bytes:
    crc = zlib.crc32(rest, zlib.crc32(aad, zlib.crc32(len(aad).to_bytes(2, "big"))))
    return crc.to_bytes(4, "big")
