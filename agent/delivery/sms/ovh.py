"""How a request to OVHcloud's API is signed, and what its answers say.

Signature: ``$1$`` and the SHA-1 in hex of application secret, consumer key, method,
whole address, body and Unix time in seconds, joined by ``+`` (OVHcloud, "First steps
with the API").  SHA-1 is what it takes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.reasons import Reason
from agent.delivery.sms import verdicts

STALE: Final = ("signature", "timestamp", "query out of time")
"""What it says when our clock is not its own, or a key is wrong."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Application key, application secret, consumer key."""

    application: str
    secret: str = field(repr=False)
    consumer: str = field(repr=False)


def signed(
    keys: Keys, method: str, url: str, body: bytes, at_s: int
) -> Mapping[str, str]:
    """The headers of a request.  ``at_s`` by OVHcloud's clock."""
    said = "+".join((keys.secret, keys.consumer, method, url, body.decode(), str(at_s)))
    digest = hashlib.sha1(said.encode()).hexdigest()  # noqa: S324 -- its protocol
    return {
        "X-Ovh-Application": keys.application,
        "X-Ovh-Consumer": keys.consumer,
        "X-Ovh-Timestamp": str(at_s),
        "X-Ovh-Signature": f"$1${digest}",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }


def judge(
    status: int, headers: Mapping[str, str], body: bytes, doubt: Outcome
) -> Outcome:
    """What the answer to ``POST /sms/{service}/jobs`` means."""
    found = read(body)
    fields = found if isinstance(found, dict) else {}
    said = str(fields.get("message", "")).lower()
    if status in {400, 401, 403} and any(word in said for word in STALE):
        return Deferred(f"{Reason.SMS_SETUP}:clock")
    if general := verdicts.in_general(status, headers, doubt):
        return general
    if status >= 400:
        number = "receiver" in said
        reason = Reason.SMS_NUMBER if number else Reason.SMS_REFUSED
        return Refused(f"{reason}:{status}")
    if fields.get("invalidReceivers"):
        return Refused(Reason.SMS_NUMBER)
    ids = fields.get("ids")
    if not isinstance(ids, list) or not ids:
        return doubt
    return Delivered(verdicts.reference(str(ids[0])))


def read(body: bytes) -> Any:
    """JSON, or ``None``."""
    try:
        return json.loads(body)
    except ValueError:
        return None
