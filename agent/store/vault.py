"""Scheme 2 of the seal: compressed, then AES-256-GCM under a data key (decision 0011).

``02 | key u48 | nonce[12] | AES-256-GCM(method u8, bytes) | tag[16]``, big endian.
Method 0: as it is; 1: raw deflate (RFC 1951).  Bound to its head and its place: a flip
anywhere, another row, another key is seen, and nothing is inflated before.

What scheme 1 sealed is read as ever.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from agent.errors import StoreError
from agent.identity.kinds import Kind
from agent.store.damage import DamagedRecord
from agent.store.data_keys import (
    NONCE_BYTES,
    DataKeys,
    KeyEncryptionKey,
    UnwrapError,
    strangers,
)
from agent.store.references import References
from agent.store.seal import LEVEL, SHARED, TAG_CHECKED, CheckedSealer, record_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TAG_ENCRYPTED: Final = b"\x02"
KEY_NUMBER_BYTES: Final = 6
HEAD_BYTES: Final = 1 + KEY_NUMBER_BYTES
_PLAIN, _DEFLATED = b"\x00", b"\x01"
_RAW_DEFLATE: Final = -zlib.MAX_WBITS


class Source(Protocol):
    """Where the till's keys are.  Blocking; raises ``StoreError``."""

    def read(self) -> tuple[KeyEncryptionKey, ...]:
        """The current one first."""
        ...

    def retire(self) -> None:
        """Nothing is under any other than the current one."""
        ...


@dataclass(frozen=True, slots=True)
class Vault:
    """The till's keys, the current one first; makes the sealer of a connection."""

    keks: tuple[KeyEncryptionKey, ...]
    source: Source | None = None
    references: References | None = None

    def renew(self) -> tuple[KeyEncryptionKey, ...]:
        """The keys as they are now.

        Raises:
            StoreError: they cannot be read.
        """
        return self.source.read() if self.source else self.keks

    def retire(self) -> None:
        """Only the current one is needed.

        Raises:
            StoreError: the file of the old one cannot be removed.
        """
        if self.source:
            self.source.retire()

    def on(self, db: sqlite3.Connection) -> VaultSealer:
        """The sealer for that connection.

        Raises:
            StoreError: something in the file is under a key that is not here.
        """
        if lacking := strangers(db, self.keks):
            held = ", ".join(each.kid.hex() for each in self.keks) or "none"
            raise StoreError(
                f"the database is encrypted under the key {lacking[0]}, and store.key is "
                f"{held}: put that key back (keys/store.key in the state folder, 0600, or "
                "the credential store.key; as store.key.old beside the new one after a "
                "rotation).  Where it is lost, what is in the database cannot be read by "
                "anybody: move agent.db with its -wal and -shm aside, and restart"
            )
        return VaultSealer(DataKeys(db, self.keks), self.references)


class VaultSealer:
    """Writes scheme 2, reads both."""

    def __init__(self, keys: DataKeys, references: References | None = None) -> None:
        self.keys = keys
        self._references = references
        self._checked = CheckedSealer()

    def document_key(self) -> int:
        return self.keys.document()

    def contact_key(self, subject: bytes) -> int:
        return self.keys.contact(subject)

    def reference(self, kind: Kind, value: str) -> bytes | None:
        return self._references.read(kind, value) if self._references else None

    def destroy(self, kids: Collection[int]) -> None:
        self.keys.destroy(kids)

    def settle(self, *, committed: bool) -> None:
        self.keys.settle(committed=committed)

    def seal(self, plain: bytes, aad: bytes, key: int = SHARED) -> bytes:
        kid, cipher = self._to_seal(key)
        head = TAG_ENCRYPTED + kid.to_bytes(KEY_NUMBER_BYTES, "big")
        nonce = os.urandom(NONCE_BYTES)
        return head + nonce + cipher.encrypt(nonce, _packed(plain), head + aad)

    def unseal(self, sealed: bytes, aad: bytes) -> bytes:
        if sealed[:1] == TAG_CHECKED:
            return self._checked.unseal(sealed, aad)
        from cryptography.exceptions import InvalidTag

        head, rest = sealed[:HEAD_BYTES], sealed[HEAD_BYTES:]
        nonce, hidden = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        try:
            if sealed[:1] != TAG_ENCRYPTED:
                raise UnwrapError  # noqa: TRY301 -- one answer for all of them
            cipher = self.keys.cipher(key_number(sealed))
            return _unpacked(cipher.decrypt(nonce, hidden, head + aad))
        except (InvalidTag, UnwrapError, ValueError, zlib.error):
            raise DamagedRecord(record_of(aad).decode()) from None

    def _to_seal(self, key: int) -> tuple[int, AESGCM]:
        if key != SHARED:
            try:
                return key, self.keys.to_seal(key)
            except UnwrapError:
                # Destroyed or damaged: what comes now is not lost with it.
                pass
        kid = self.keys.shared()
        return kid, self.keys.to_seal(kid)


def key_number(sealed: bytes) -> int:
    """Under which data key a value of scheme 2 is."""
    return int.from_bytes(sealed[1:HEAD_BYTES], "big")


def _packed(plain: bytes) -> bytes:
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, _RAW_DEFLATE)
    packed = deflate.compress(plain) + deflate.flush()
    return _DEFLATED + packed if len(packed) < len(plain) else _PLAIN + plain


def _unpacked(said: bytes) -> bytes:
    if said[:1] == _PLAIN:
        return said[1:]
    return zlib.decompress(said[1:], _RAW_DEFLATE)
