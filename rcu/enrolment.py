"""``POST /v1/enrol``: a till announces its keys under a one-time code.

What is wrong with a code is not said: unknown, over, used, for another till and not known
by whoever asks are one answer.  A lost answer is no harm: the same key may ask again
while the code's minutes last.
"""

from __future__ import annotations

import hmac
import logging
from base64 import b64decode
from typing import Final

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from agent.wire import enrolment, signatures
from agent.wire.enrolment import EnrolAnswer, EnrolRequest
from agent.wire.signatures import Message
from rcu.admission import verifies
from rcu.answers import refuse
from rcu.rates import Rates, who
from rcu.seams import Clock, Entropy
from rcu.signing import RcuKey, fields_of
from rcu.store.keyring import Keyring
from rcu.store.ledger import Ledger
from rcu.store.tills import TillKey, Tills

log = logging.getLogger(__name__)

PER_MINUTE: Final = 10
"""Tries from one address; the code itself has 73 bits."""
_COVERED: Final = frozenset({'"@method"', '"content-digest"'})


class Enrolment:
    """The endpoint."""

    def __init__(
        self,
        keyring: Keyring,
        tills: Tills,
        ledger: Ledger,
        key: RcuKey,
        clock: Clock,
        dice: Entropy,
    ) -> None:
        self._keyring = keyring
        self._tills = tills
        self._ledger = ledger
        self._key = key
        self._clock = clock
        self._dice = dice
        self._rates = Rates(PER_MINUTE, clock)

    async def post(self, request: Request) -> Response:
        """One till."""
        if self._rates.spent(who(request)):
            return refuse("too-often")
        self._rates.count(who(request))
        body = await _body(request)
        asked = _read(body)
        if asked is None:
            return refuse("enrolment-shape")
        code = await self._tills.code(asked.finder, self._clock.now_ms())
        if code is None or code.edge != asked.edge:
            return refuse("enrolment")
        proof = request.headers.get(enrolment.PROOF, "")
        right = enrolment.till_proof(code.secret, body)
        if not hmac.compare_digest(proof.encode(), right.encode()):
            return refuse("enrolment")
        if not _possessed(request, body, asked):
            return refuse("signature")
        return await self._enrol(asked, body, code.secret)

    async def _enrol(self, asked: EnrolRequest, body: bytes, secret: bytes) -> Response:
        now_ms = self._clock.now_ms()
        keys = [
            TillKey(
                *(asked.edge, each.kid, each.purpose, each.alg),
                *(b64decode(each.public), now_ms),
            )
            for each in asked.keys
        ]
        if not await self._tills.enrol(asked.finder, asked.edge, keys, now_ms):
            return refuse("enrolment")
        token = (await self._keyring.enrol(asked.edge, now_ms, self._dice)).token
        log.info("a till is enrolled", extra={"edge": asked.edge})
        known = await self._ledger.highest(asked.edge)
        answer = EnrolAnswer(
            edge=asked.edge, token=token, rcu=self._key.public, known=known
        )
        content = answer.model_dump_json().encode()
        proof = enrolment.rcu_proof(secret, body, content)
        return Response(
            content,
            media_type="application/json",
            headers={enrolment.PROOF: proof, "Cache-Control": "no-store"},
        )


async def _body(request: Request) -> bytes:
    content = bytearray()
    try:
        async for piece in request.stream():
            content += piece
            if len(content) > enrolment.MAX_BODY_BYTES:
                return b""
    except ClientDisconnect:
        return b""
    return bytes(content)


def _read(body: bytes) -> EnrolRequest | None:
    try:
        asked = EnrolRequest.model_validate_json(body)
    except ValidationError:
        return None
    named = all(key.names_itself() for key in asked.keys)
    transports = [key for key in asked.keys if key.purpose == "transport"]
    fits = len(transports) == 1 and transports[0].alg == "Ed25519"
    return asked if named and fits else None


def _possessed(request: Request, body: bytes, asked: EnrolRequest) -> bool:
    """Whoever announces the transport key has its private half."""
    fields = fields_of(request)
    signed = signatures.read(fields, enrolment.TILL)
    if signed is None or not set(signed.covered) >= _COVERED:
        return False
    if fields.get("content-digest") != signatures.content_digest(body):
        return False
    key = next(each for each in asked.keys if each.purpose == "transport")
    return signatures.holds(
        Message(fields, request.method),
        signed,
        lambda text, given: verifies(b64decode(key.public), text, given),
    )
