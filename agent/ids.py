"""Identifiers: what each one names, and how the time-ordered ones are made.

A job, a receipt and a log entry carry a UUIDv7 (RFC 9562, section 5.7): the
first 48 bits are milliseconds, so keys arrive in order and SQLite's B-tree
grows at its end.  A page token is 128 random bits and nothing else, since it
is the only key to the customer's page.
"""

from __future__ import annotations

import base64
from typing import NewType
from uuid import UUID

JobId = NewType("JobId", UUID)
"""One print job as the door saw it."""

LineId = NewType("LineId", UUID)
"""One stream of bytes from a POS, from hello to hang-up."""

ReceiptId = NewType("ReceiptId", UUID)
"""One customer's document; what the screens, the log and the RCU call it."""

EntryId = NewType("EntryId", UUID)
"""One entry of the event log; CloudEvents ``id``."""

DeviceId = NewType("DeviceId", UUID)
"""One paired screen."""

PageToken = NewType("PageToken", str)
"""26 characters of base32 (A-Z, 2-7): the capability in the QR's address."""

TOKEN_BYTES = 16


def uuid7(now_ms: int, dice: bytes) -> UUID:
    """A version 7 UUID from Unix milliseconds and 10 random bytes."""
    raw = bytearray(now_ms.to_bytes(6, "big") + dice[:10])
    raw[6] = 0x70 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return UUID(bytes=bytes(raw))


def page_token(dice: bytes) -> PageToken:
    """16 random bytes as base32 without padding.

    Upper case and digits only, so that a QR code holds it in its compact
    alphanumeric mode (ISO/IEC 18004, 7.4.5).
    """
    return PageToken(base64.b32encode(dice[:TOKEN_BYTES]).decode().rstrip("="))


def token_bytes(token: str) -> bytes:
    """The 16 bytes of a page token."""
    return base64.b32decode(token + "======")
