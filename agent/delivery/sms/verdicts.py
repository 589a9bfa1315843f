"""What any HTTP gateway's answer means before anybody reads what it says.

429 and 503 are about all messages alike and were not processed (RFC 6585, 4; RFC 9110,
15.6.4).  Behind any other 5xx the message may have been sent.  401, 403 and their like
are about us: a person can mend that, and the customer's number is not to blame.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

from agent.delivery.outcome import Deferred, Outcome
from agent.delivery.reasons import Reason

BUSY: Final = frozenset({429, 503})
LATER: Final = frozenset({408, 409, 423, 425})
SETUP: Final = frozenset({401, 402, 403, 404, 405, 406, 407, 410, 415, 421, 426, 451})
REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


def in_general(
    status: int, headers: Mapping[str, str], doubt: Outcome
) -> Outcome | None:
    """The outcome; ``None``: it is about this message, whoever reads on will say."""
    if status in BUSY:
        return Deferred(f"{Reason.SMS_BUSY}:{status}", retry_after_s(headers))
    if status in LATER:
        return Deferred(f"{Reason.SMS_LATER}:{status}", retry_after_s(headers))
    if status in SETUP or status < 200 or 300 <= status < 400:
        return Deferred(f"{Reason.SMS_SETUP}:{status}")
    return doubt if status >= 500 else None


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """``Retry-After`` (RFC 9110, 10.2.3); a date counts from the answer's own ``Date``."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
        since = parsedate_to_datetime(headers.get("date", ""))
        return max((until - since).total_seconds(), 0.0)
    except (ValueError, TypeError):  # no dates, or of two kinds
        return None


def reference(text: str) -> str:
    """A gateway's id of a message, if it can be one; never a number with its plus."""
    return text if REFERENCE.fullmatch(text) else ""
