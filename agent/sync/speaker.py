"""Signs what goes to the RCU, and knows the RCU by what it signed.

Sans-IO but for the clock that it is given.  ``created`` follows the RCU's clock as far as
its answers have told it: a till whose clock is wrong is believed at its second try.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.clock import Clock
from agent.entropy import Entropy
from agent.sync.credentials import Credentials, Signs
from agent.wire import enrolment, signatures
from agent.wire.orders import order_text
from agent.wire.signatures import Message

NONCE_BYTES: Final = 12
_ALWAYS: Final = ('"@method"', '"@target-uri"')
_WHERE_THERE: Final = ("content-digest", "idempotency-key", "batch-after")
_ANSWER: Final = frozenset(
    {'"@status"', '"content-digest"', '"signature";req;key="till"'}
)


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer's status line, fields (lower case) and content."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Speaker:
    """One till before one RCU."""

    def __init__(
        self, credentials: Credentials, source: str, clock: Clock, entropy: Entropy
    ) -> None:
        self._credentials = credentials
        self._clock = clock
        self._entropy = entropy
        self.source = source
        self.skew_s: float | None = None
        """The RCU's clock less ours, as its last answer said; a second rough."""

    @property
    def signs(self) -> bool:
        """This till is enrolled: it signs, and believes only what is signed."""
        return bool(self._credentials.pinned)

    def headers(
        self, method: str, target_uri: str, fields: Mapping[str, str]
    ) -> dict[str, str]:
        """What makes us known: a signature over the request, and the token."""
        said: dict[str, str] = {}
        if self._credentials.token is not None:
            secret = self._credentials.token.get_secret_value()
            said["authorization"] = f"Bearer {secret}"
        signer = self._credentials.signer
        if signer is None:
            return said
        lower = {name.lower(): value for name, value in fields.items()}
        covered = [
            *_ALWAYS,
            *(f'"{name}"' for name in _WHERE_THERE if name in lower),
        ]
        parameters: dict[str, str | int] = {
            "created": int(self._clock.now().timestamp() + (self.skew_s or 0.0)),
            "keyid": signer.kid,
            "alg": signatures.ED25519,
            "nonce": self._entropy.draw(NONCE_BYTES).hex(),
            "tag": enrolment.TILL_TAG,
        }
        message = Message(lower, method, target_uri)
        return said | signatures.sign(
            message, covered, enrolment.TILL, parameters, signer.sign
        )

    def knows(self, sent: Mapping[str, str], heard: Heard) -> bool | None:
        """Whether the RCU said so, to what we sent; ``None``: no key of its is known."""
        if not self.signs:
            return None
        fields = dict(heard.headers)
        signed = signatures.read(fields, enrolment.RCU)
        if signed is None or not set(signed.covered) >= _ANSWER:
            return False
        key = self._credentials.pinned.get(signed.said("keyid"))
        if key is None or signed.said("tag") != enrolment.RCU_TAG:
            return False
        if fields.get("content-digest") != signatures.content_digest(heard.content):
            return False
        request = Message({"signature": sent["signature"]}, method="-")
        answer = Message(fields, status=heard.status, request=request)
        if not signatures.holds(answer, signed, key.verifies):
            return False
        if signed.created is not None:
            self.skew_s = signed.created - self._clock.now().timestamp()
        return True

    def ordered(self, event: Mapping[str, object]) -> bool | None:
        """Whether the RCU signed that event of our feed; ``None``: nobody can say."""
        if not self.signs:
            return None
        said = event.get("signature")
        if not isinstance(said, dict):
            return False
        key = self._credentials.pinned.get(str(said.get("kid")))
        signature = _base64(said.get("sig"))
        try:
            text = order_text(self.source, event)
        except KeyError:
            return False
        return key is not None and key.verifies(text, signature)

    @property
    def signer(self) -> Signs | None:
        """The till's transport key; ``None``: not enrolled."""
        return self._credentials.signer


def _base64(text: object) -> bytes:
    from base64 import b64decode
    from binascii import Error

    try:
        return b64decode(text, validate=True) if isinstance(text, str) else b""
    except Error:
        return b""
