"""The key of one run, for what is on the disk before it is in the store: the spool.

32 random bytes, wrapped under the till's own key at the head of every file, so that a file
is read by whoever has that key and by nobody else.  Each read of a line is sealed by
itself, AES-256-GCM, bound to where it stands in its stream.  A kill within a write leaves
part of one: what is there of it is opened without its tag (GCM is counter mode beneath),
since a receipt of which nobody knows whether a bit flipped is better than half of one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

from agent.store.data_keys import KEK_ID_BYTES, KEY_BYTES, NONCE_BYTES, KeyEncryptionKey

TAG_BYTES: Final = 16
_USE: Final = b"spool/1"


class RunKey:
    """Seals.  ``wrapped``: kid of the till's key, nonce, this key under it."""

    def __init__(self, kek: KeyEncryptionKey) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        secret, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
        self.wrapped = kek.kid + nonce + AESGCM(kek.secret).encrypt(nonce, secret, _USE)
        self._cipher = AESGCM(secret)
        self._sealed = 0

    def seal(self, at: int, data: bytes) -> bytes:
        """Nonce, ciphertext, tag.  No key lives long enough to count past 2^96."""
        self._sealed += 1
        nonce = self._sealed.to_bytes(NONCE_BYTES, "big")
        return nonce + self._cipher.encrypt(nonce, data, at.to_bytes(8, "big"))


class OpenedRun:
    """Opens what a run before this one has sealed."""

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._secret = secret
        self._cipher = AESGCM(secret)

    def open(self, at: int, sealed: bytes) -> bytes:
        """What stood at ``at``.

        Raises:
            ValueError: not there, or not what was sealed.
        """
        from cryptography.exceptions import InvalidTag

        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, rest, at.to_bytes(8, "big"))
        except InvalidTag as fault:
            raise ValueError("a read of a line is not what was sealed") from fault

    def torn(self, part: bytes, length: int) -> bytes:
        """Of a sealed read of ``length`` bytes what a kill has left, unproved."""
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        nonce, rest = part[:NONCE_BYTES], part[NONCE_BYTES : length - TAG_BYTES]
        if len(nonce) < NONCE_BYTES:
            return b""
        # NIST SP 800-38D, 7.1: the text begins at the second counter block.
        first = modes.CTR(nonce + (2).to_bytes(4, "big"))
        return Cipher(algorithms.AES(self._secret), first).decryptor().update(rest)


def opened(keks: Iterable[KeyEncryptionKey], wrapped: bytes) -> OpenedRun | None:
    """``None``: under a key that is not here any more."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    kid, rest = wrapped[:KEK_ID_BYTES], wrapped[KEK_ID_BYTES:]
    for kek in keks:
        if kek.kid == kid:
            nonce, secret = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
            try:
                return OpenedRun(AESGCM(kek.secret).decrypt(nonce, secret, _USE))
            except (InvalidTag, ValueError):
                return None
    return None
