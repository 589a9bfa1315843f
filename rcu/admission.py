"""Who is asking: the till whose key signed the request, or that a token names.

A signature (RFC 9421) covers method, target and what the request carries; it is from
these minutes, and no question of the feed is answered twice.  A till that has a key is
never admitted by its token alone, others only where that is configured.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from starlette.requests import Request

from agent.wire import enrolment, signatures
from agent.wire.signatures import Message, Signed
from rcu.bearer import edge_of
from rcu.config import TillSettings
from rcu.seams import Clock
from rcu.signing import fields_of, target
from rcu.store.keyring import Keyring
from rcu.store.tills import Tills

COVERED: Final = frozenset({'"@method"', '"@target-uri"'})
"""At least; and of a request with content its digest and its key."""
WITH_CONTENT: Final = COVERED | {'"content-digest"', '"idempotency-key"'}
MAX_NONCES: Final = 50_000
"""Of all tills, in five minutes: a till asks its feed some ten times in them."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A till.  ``kid``: of the key that signed; empty for a token alone."""

    edge: str
    kid: str = ""


class Admission:
    """Admits, or names the row of ``rcu.answers`` to refuse with."""

    def __init__(
        self, keyring: Keyring, tills: Tills, clock: Clock, settings: TillSettings
    ) -> None:
        self._keyring = keyring
        self._tills = tills
        self._clock = clock
        self._settings = settings
        self._nonces: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def admit(self, request: Request) -> Admitted | str:
        """The till behind a request.  Its content is not looked at, only its digest."""
        fields = fields_of(request)
        if "signature-input" in fields:
            return await self._signed(request, fields)
        edge = await edge_of(request, self._keyring)
        if edge is None:
            return "unauthorised"
        if not self._settings.unsigned or await self._tills.signs(edge):
            return "unsigned"
        return Admitted(edge)

    async def _signed(self, request: Request, fields: dict[str, str]) -> Admitted | str:
        signed = signatures.read(fields, enrolment.TILL)
        if signed is None or signed.said("tag") != enrolment.TILL_TAG:
            return "signature"
        key = await self._tills.transport(signed.said("keyid"))
        if key is None:
            return "unauthorised"
        posted = request.method == "POST"
        covered = (WITH_CONTENT if posted else COVERED) <= set(signed.covered)
        if not covered or not self._holds(request, fields, signed, key.public):
            return "signature"
        if not self._fresh(signed):
            return "clock"
        # A batch that comes twice is known by its key.
        if not posted and not self._first(key.kid, signed):
            return "signature"
        return Admitted(key.edge, key.kid)

    def _holds(
        self, request: Request, fields: dict[str, str], signed: Signed, public: bytes
    ) -> bool:
        return any(
            signatures.holds(
                Message(fields, request.method, base + target(request)),
                signed,
                lambda text, given: verifies(public, text, given),
            )
            for base in self._bases(request)
        )

    def _bases(self, request: Request) -> tuple[str, ...]:
        """What tills call us: as configured, or as the request's Host says."""
        if self._settings.urls:
            return tuple(url.rstrip("/") for url in self._settings.urls)
        host = request.headers.get("host", "")
        return f"https://{host}", f"http://{host}"

    def _fresh(self, signed: Signed) -> bool:
        now_s = self._clock.now_ms() / 1000
        created = signed.created
        return (
            created is not None and abs(now_s - created) <= enrolment.CREATED_WITHIN_S
        )

    def _first(self, kid: str, signed: Signed) -> bool:
        """Not asked before: an order is given out once for each asking."""
        nonce = signed.said("nonce")
        now_s = self._clock.now_ms() // 1000
        while self._nonces and (
            len(self._nonces) >= MAX_NONCES or next(iter(self._nonces.values())) < now_s
        ):
            self._nonces.popitem(last=False)
        if not nonce or (kid, nonce) in self._nonces:
            return False
        self._nonces[kid, nonce] = now_s + 2 * enrolment.CREATED_WITHIN_S
        return True


def verifies(public: bytes, text: bytes, given: bytes) -> bool:
    """Whether the Ed25519 key (DER) made that signature.  Never raises for it."""
    try:
        key = load_der_public_key(public)
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(given, text)
    except (InvalidSignature, ValueError):
        return False
    return True
