"""From the bytes of a request to a list of JSON objects, all bounded.  Sans-IO.

A body is at most ``MAX_BATCH_BYTES`` both as sent and inflated: the inflater
stops one byte past it, so a bomb costs 1 MiB.  ``Content-Digest`` (RFC 9530) is
over the content as sent, that is, after the content coding.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import math
import re
import zlib
from collections.abc import Mapping
from typing import Any, Final

from agent.wire.events import MAX_BATCH_BYTES, MAX_EVENTS, MEDIA_TYPE
from agent.wire.in_turn import BATCH_AFTER
from rcu.judge import event_id

MAX_KEY_CHARS: Final = 128
_GZIP: Final = 16 + zlib.MAX_WBITS
_DIGEST: Final = re.compile(r"(sha-256|sha-512)=:([A-Za-z0-9+/=]*):")
_TURN: Final = re.compile(r"[0-9]{12}")
_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")


class MalformedError(Exception):
    """A request that cannot be read; ``name`` is a row of ``rcu.answers``."""

    def __init__(self, name: str, pointer: str | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.pointer = pointer


def check_media(headers: Mapping[str, str]) -> None:
    """Refuse another media type, another content coding."""
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    coding = headers.get("content-encoding", "identity").strip().lower()
    if media != MEDIA_TYPE or coding not in ("identity", "gzip"):
        raise MalformedError("media-type")


def idempotency_key(headers: Mapping[str, str]) -> str:
    """The key, with or without the quotes of a structured string."""
    found = headers.get("idempotency-key")
    if found is None:
        raise MalformedError("idempotency-key-missing")
    key = found.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        raise MalformedError("idempotency-key")
    return key


def turn(headers: Mapping[str, str]) -> int:
    """Behind which entry of its till the batch takes effect; 0: behind none."""
    found = headers.get(BATCH_AFTER)
    if found is None:
        return 0
    if not _TURN.fullmatch(found):
        raise MalformedError("turn")
    return int(found)


def check_digest(headers: Mapping[str, str], content: bytes) -> None:
    """Compare every digest that is given and that we know; none is fine."""
    for algorithm, encoded in _DIGEST.findall(headers.get("content-digest", "")):
        try:
            told = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise MalformedError("digest") from error
        seen = hashlib.new(algorithm.replace("-", ""), content).digest()
        if not hmac.compare_digest(told, seen):
            raise MalformedError("digest")


def inflate(headers: Mapping[str, str], content: bytes) -> bytes:
    """The content without its coding, at most ``MAX_BATCH_BYTES``."""
    if headers.get("content-encoding", "identity").strip().lower() != "gzip":
        return content
    inflater = zlib.decompressobj(_GZIP)
    try:
        body = inflater.decompress(content, MAX_BATCH_BYTES + 1)
    except zlib.error as error:
        raise MalformedError("encoding") from error
    if len(body) > MAX_BATCH_BYTES:
        raise MalformedError("too-large")
    if not inflater.eof or inflater.unused_data:
        raise MalformedError("encoding")
    return body


def read_batch(body: bytes) -> list[dict[str, Any]]:
    """A JSON array of objects that each carry an id to be answered under."""
    try:
        batch = json.loads(body, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise MalformedError("batch") from error
    if not isinstance(batch, list):
        raise MalformedError("batch", "")
    if len(batch) > MAX_EVENTS:
        raise MalformedError("too-large")
    for index, item in enumerate(batch):
        if event_id(item) is None:
            raise MalformedError("batch", f"/{index}/id")
    return batch


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")  # RFC 8259, section 6


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number beyond binary64")
    return number
