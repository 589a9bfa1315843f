"""Who sends a delivery report, and what it says: pure, one function a carrier.

Twilio signs: base64 of the HMAC-SHA1, under the account's auth token, of the whole
address as it was configured there and of every form field, sorted by name, name and value
without anything between (Twilio, "Secure webhooks").  OVHcloud does not sign at all: what
it calls is an address that nobody else knows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["under_way", "arrived", "failed"]
Fields = Sequence[tuple[str, str]]

_REFERENCE: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_CODE: Final = re.compile(r"[A-Za-z0-9._-]{0,32}")


@dataclass(frozen=True, slots=True)
class Report:
    """Of the message that a carrier calls ``reference``; ``code`` is the carrier's own."""

    carrier: Literal["twilio", "ovh"]
    reference: str
    state: State
    code: str


_TWILIO: Final[Mapping[str, State]] = {
    "accepted": "under_way",
    "scheduled": "under_way",
    "queued": "under_way",
    "sending": "under_way",
    "sent": "under_way",
    "delivered": "arrived",
    "read": "arrived",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
"""MessageStatus."""
_OVH_ARRIVED: Final = "4"
_OVH_FAILED: Final = frozenset(
    [
        "5",
        "8",
        "20",
        "21",
        "23",
        "24",
        "25",
        "26",
        "27",
        "28",
        "29",
        "33",
        "39",
        "73",
        "74",
        "76",
        "202",
    ]
)
"""``ptt`` by OVHcloud's guide of SMS users; 1, 2, 3 are on the way, 6 nobody knows."""


def twilio_signed(secret: str, url: str, fields: Fields, signature: str) -> bool:
    """Whether Twilio says so.  ``url`` with its query, as Twilio called it."""
    said = url + "".join(name + value for name, value in sorted(set(fields)))
    digest = hmac.new(secret.encode(), said.encode(), hashlib.sha1).digest()
    return _equal(base64.b64encode(digest).decode(), signature)


def ovh_knows(secret: str, given: str) -> bool:
    """Whether whoever called knows the address."""
    return _equal(secret, given)


def twilio_report(fields: Fields) -> Report | None:
    """A status callback; ``None``: it is something else."""
    found = dict(fields)
    state = _TWILIO.get(found.get("MessageStatus", ""))
    reference = found.get("MessageSid", "")
    code = found.get("ErrorCode", "")
    if state is None or not _fit(reference, code):
        return None
    return Report("twilio", reference, state, code)


def ovh_report(fields: Fields) -> Report | None:
    """The query of a callback; ``None``: it is something else."""
    found = dict(fields)
    reference, code = found.get("id", ""), found.get("ptt", "")
    if not code.isdigit() or not _fit(reference, code):
        return None
    state: State = "under_way"
    if code == _OVH_ARRIVED:
        state = "arrived"
    elif code in _OVH_FAILED:
        state = "failed"
    return Report("ovh", reference, state, code)


def _fit(reference: str, code: str) -> bool:
    return bool(_REFERENCE.fullmatch(reference) and _CODE.fullmatch(code))


def _equal(one: str, other: str) -> bool:
    """In the same time wherever they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
