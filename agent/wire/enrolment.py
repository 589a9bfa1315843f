"""Enrolment: a till and its RCU exchange keys under a code that a person carries.

``POST /v1/enrol`` with :class:`EnrolRequest`, answered by :class:`EnrolAnswer`.  The code
does not travel: both sides prove by HMAC-SHA256 that they know it (``Enrolment-Proof``),
the RCU over request and answer, so that a store proxy that opens TLS can neither enrol
itself nor put its own key in place of the RCU's.  16 letters of 24 are 73 bits.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from agent.wire.events import Answer
from agent.wire.model import Model
from agent.wire.shortcode import ALPHABET

PATH: Final = "/v1/enrol"
PROOF: Final = "enrolment-proof"
CODE_CHARS: Final = 16
CODE_BYTES: Final = 32
MAX_BODY_BYTES: Final = 16 << 10
TILL: Final = "till"
"""The label of the till's signatures; the RCU's is :data:`RCU`."""
RCU: Final = "rcu"
TILL_TAG: Final = "receipt-agent"
RCU_TAG: Final = "receipt-rcu"
CREATED_WITHIN_S: Final = 300
"""Of a signature, on both clocks."""


def _der(text: str) -> str:
    try:
        b64decode(text, validate=True)
    except NotBase64 as error:
        raise ValueError("not base64") from error
    return text


class AnnouncedKey(Model):
    """A public key: ``public`` is its SubjectPublicKeyInfo in DER, base64."""

    kid: str = Field(pattern=r"^[0-9a-f]{16}$")
    purpose: Literal["consent", "transport", "qr"]
    alg: Literal["Ed25519", "ES256"]
    public: Annotated[str, Field(max_length=400), AfterValidator(_der)]

    def names_itself(self) -> bool:
        """``kid`` is the first 8 bytes of the SHA-256 of the DER."""
        return kid_of(b64decode(self.public)) == self.kid


class EnrolRequest(Model):
    """What a till says of itself; signed by its transport key (RFC 9421) as well."""

    edge: str = Field(max_length=128)
    finder: str = Field(pattern=r"^[0-9a-f]{32}$")
    nonce: str = Field(pattern=r"^[0-9a-f]{32}$")
    keys: tuple[AnnouncedKey, ...] = Field(min_length=1, max_length=8)
    agent_version: str = Field(default="", max_length=32)


class EnrolAnswer(Answer):
    """What the till keeps: its token, and the key by which the RCU signs.

    ``known``: the highest number of this till's log that the RCU has, from a machine
    before this one perhaps; the till gives none up to it again.
    """

    edge: str
    token: str = Field(repr=False)
    rcu: AnnouncedKey
    known: int = Field(default=0, ge=0, le=2**53)


def kid_of(der: bytes) -> str:
    """What a public key is called, as in the till's index of keys."""
    return sha256(der).digest()[:8].hex()


def make_code(draw: Callable[[int], bytes]) -> str:
    """A code as it is kept: 16 letters.  ``draw`` gives random bytes."""
    number = int.from_bytes(draw(CODE_BYTES), "big")
    letters = []
    for _ in range(CODE_CHARS):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return "".join(letters)


def shown(code: str) -> str:
    """As a person reads and types it: groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def tidy(text: str) -> str | None:
    """A typed code as it is kept; ``None``: it is none."""
    code = "".join(text.upper().replace("-", " ").split())
    return code if len(code) == CODE_CHARS and set(code) <= set(ALPHABET) else None


def finder_of(code: str) -> str:
    """By which the RCU finds it; nothing follows from it."""
    return _under(code.encode(), b"finder").hex()[:32]


def secret_of(code: str) -> bytes:
    """Under which both sides prove that they know it."""
    return _under(code.encode(), b"secret")


def till_proof(secret: bytes, body: bytes) -> str:
    return _under(secret, b"till\0" + body).hex()


def rcu_proof(secret: bytes, body: bytes, answer: bytes) -> str:
    return _under(secret, b"rcu\0" + sha256(body).digest() + answer).hex()


def _under(secret: bytes, said: bytes) -> bytes:
    return hmac.digest(secret, b"receipt-agent enrolment/1\0" + said, sha256)
