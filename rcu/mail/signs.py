"""By what a caller shows that it may report on mails, and what it says.  Pure.

Ours: ``X-Signature: t=<Unix seconds>,v1=<hex>``, HMAC-SHA256 of ``<t>.<body>``.
Mailgun's: HMAC-SHA256 of timestamp and token, in the body (documentation.mailgun.com,
"Securing webhooks"); it does not cover what is said, so each serves once and not for long.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any, Final, get_args

from rcu.mail.bounces import judged
from rcu.mail_report import Report, State

MAX_AGE_S: Final = 15 * 60
"""Of a signature: clocks differ, and a call is tried again."""
MAX_REPORTS: Final = 100
"""In one call of ours."""
_SIGNED: Final = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
_STATES: Final[tuple[State, ...]] = get_args(State)


def signed(secret: str, header: str, body: bytes, now_s: float) -> bool:
    """Whether whoever knows the secret signed that, lately."""
    found = _SIGNED.fullmatch(header)
    if found is None or abs(now_s - int(found[1])) > MAX_AGE_S:
        return False
    said = f"{found[1]}.".encode() + body
    right = hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right, found[2])


def reports(body: bytes) -> list[Report] | None:
    """``{"message_id", "state", "status", "detail"}``, or a list; ``None``: neither."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    given = said if isinstance(said, list) else [said]
    if len(given) > MAX_REPORTS:
        return None
    found: list[Report] = []
    for each in given:
        if not isinstance(each, dict) or each.get("state") not in _STATES:
            return None
        report = judged(
            _text(each, "message_id"),
            each["state"],
            _text(each, "status"),
            _text(each, "detail"),
        )
        if report is not None:
            found.append(report)
    return found


def mailgun_token(key: str, said: Any, now_s: float) -> str:
    """The token of a call that Mailgun signed lately; empty: it did not."""
    signature = said.get("signature") if isinstance(said, dict) else None
    if not isinstance(signature, dict):
        return ""
    at, token = _text(signature, "timestamp"), _text(signature, "token")
    fresh = at.isascii() and at.isdigit() and abs(now_s - int(at[:12])) <= MAX_AGE_S
    right = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    theirs = _text(signature, "signature").encode()
    good = hmac.compare_digest(right.encode(), theirs)
    return token if fresh and good else ""


def mailgun_report(said: Mapping[str, Any]) -> Report | None:
    """``None``: of another mail, or none of our affair (delivered, opened, ...)."""
    event = _map(said, "event-data")
    state: State
    match _text(event, "event"), _text(event, "severity"):
        case "failed", "temporary":
            state = "delayed"
        case "failed", _:
            state = "bounced"
        case (("complained" | "unsubscribed"), _):
            state = "unwanted"
        case _:
            return None
    status = _map(event, "delivery-status")
    words = " ".join(
        (
            str(status.get("code", "")),
            _text(status, "message"),
            _text(status, "description"),
        )
    )
    headers = _map(_map(event, "message"), "headers")
    enhanced = _text(status, "enhanced-code")
    return judged(_text(headers, "message-id"), state, enhanced, words)


def _map(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def _text(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    return found[:2000] if isinstance(found, str) else ""
