"""What an order says of a person, sealed: no address stands in a file of the RCU for it.

An erasure has to name whom it erases, for as long as a till may come that has not heard
it; in the databases its content is AES-256-GCM under a key that follows from ``rcu.pem``
(HKDF-SHA256), which is a file of its own.  The same key finds the orders about one
identifier again, by HMAC.  Without ``rcu.pem`` of the day nothing of it can be read.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rcu.signing import RcuKey

SEALED: Final = "sealed"
_NONCE_BYTES: Final = 12
_SCHEME: Final = b"\x01"
"""No JSON begins so: what is sealed is told from what is not."""


class Sealing:
    """Closes and opens.  Content is JSON; ``kind``, an order's type, is bound to it.

    ``dice(n)``: n random bytes.
    """

    def __init__(self, key: RcuKey, dice: Callable[[int], bytes]) -> None:
        self._dice = dice
        self._cipher = AESGCM(key.secret(b"receipt-rcu orders/1"))
        self._finder = key.secret(b"receipt-rcu finder/1")

    def close(self, kind: str, data: Mapping[str, Any]) -> bytes:
        """Scheme, nonce (96 bit), ciphertext with its tag."""
        nonce = self._dice(_NONCE_BYTES)
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()
        return _SCHEME + nonce + self._cipher.encrypt(nonce, text, kind.encode())

    def open(self, kind: str, kept: bytes) -> dict[str, Any] | None:
        """What was closed, or JSON that never was; ``None``: under another ``rcu.pem``."""
        text = kept
        if kept[:1] == _SCHEME:
            nonce, rest = kept[1 : 1 + _NONCE_BYTES], kept[1 + _NONCE_BYTES :]
            try:
                text = self._cipher.decrypt(nonce, rest, kind.encode())
            except InvalidTag:
                return None
        found: dict[str, Any] = json.loads(text)
        return found

    def wrapped(self, kind: str, data: Mapping[str, Any]) -> dict[str, str]:
        """The same as JSON, for the keyring's file."""
        return {SEALED: b64encode(self.close(kind, data)).decode()}

    def unwrapped(self, kind: str, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """What :meth:`wrapped` was given; data that is not wrapped comes as it is."""
        if set(data) != {SEALED}:
            return dict(data)
        return self.open(kind, b64decode(str(data[SEALED])))

    def about(self, kind: str, key: str) -> str:
        """Under what orders about one identifier are found: 16 bytes of HMAC, in hex."""
        message = kind.encode() + b"\0" + key.encode()
        return hmac.digest(self._finder, message, "sha256")[:16].hex()
