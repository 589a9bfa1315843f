"""The index of public keys: one JSON object a line, the past kept for verification.

``{"kid", "purpose", "alg", "public", "valid_from", "valid_to", "revoked"}``: ``kid`` is
the first 8 bytes of the SHA-256 of the public key in DER (SubjectPublicKeyInfo, RFC
5280), in hex; ``public`` that DER in base64; times RFC 3339, UTC.  Nothing in it is
secret: it may be sent to whoever has to verify.
"""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from agent.errors import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

Purpose = Literal["consent", "transport", "qr"]
Algorithm = Literal["Ed25519", "ES256"]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
ALGORITHMS: Final[Mapping[Purpose, Algorithm]] = {
    "consent": "Ed25519",
    "transport": "Ed25519",
    "qr": "ES256",
}
"""P-256 for the QR, since every phone's browser verifies it (Web Crypto)."""
KID_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One line of the index.  ``valid_to`` is empty while the key signs."""

    kid: str
    purpose: Purpose
    alg: Algorithm
    public: str
    valid_from: str
    valid_to: str = ""
    revoked: str = ""

    @property
    def der(self) -> bytes:
        return b64decode(self.public)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made the signature over the message.

        Ed25519 (RFC 8032), or ES256 as r and s of 32 bytes each (RFC 7518, 3.4).
        """
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519

        if len(signature) != SIGNATURE_BYTES:
            return False
        key = _loaded(self.der)
        try:
            if isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signature, message)
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(_der_of(signature), message, _es256())
            else:
                return False
        except InvalidSignature:
            return False
        return True


def kid_of(der: bytes) -> str:
    """What a public key is called."""
    return sha256(der).digest()[:KID_BYTES].hex()


def write(keys: Iterable[PublicKey]) -> bytes:
    """The file, whole."""
    lines = (json.dumps(asdict(key), separators=(",", ":")) for key in keys)
    return "".join(f"{line}\n" for line in lines).encode()


def read(content: bytes, place: str) -> tuple[PublicKey, ...]:
    """The file, checked: each key is the one that its id names.

    Raises:
        ConfigError: a line that is none; ``place`` says of which file.
    """
    return tuple(
        _line(line, f"{place}:{number}")
        for number, line in enumerate(content.splitlines(), start=1)
        if line.strip()
    )


def _line(line: bytes, place: str) -> PublicKey:
    try:
        said: Any = json.loads(line)
        key = PublicKey(**said)
        fits = key.alg == ALGORITHMS[key.purpose] and kid_of(key.der) == key.kid
        _loaded(key.der)
    except (ValueError, TypeError, KeyError, NotBase64) as error:
        raise ConfigError(f"{place}: no line of a key index") from error
    if not fits:
        raise ConfigError(f"{place}: the key is not the one that its id names")
    return key


@lru_cache(maxsize=64)
def _loaded(der: bytes) -> PublicKeyTypes:
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    return load_der_public_key(der)


def _es256() -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    return ec.ECDSA(SHA256())


def _der_of(signature: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    half = SIGNATURE_BYTES // 2
    r, s = signature[:half], signature[half:]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
