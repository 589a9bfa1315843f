"""An address read from a symbol: the receipt, and whether its issuer is who it says.

The same steps as ``rcu/viewer/js/``, for tests, support and whoever receives one.
Everything is bounded, and whatever is wrong is a value.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from agent.qr import body, cbor
from agent.qr.body import Left
from agent.qr.encode import HEAD_BYTES, SIGNATURE_BYTES
from agent.qr.keylist import KeyList, ListedKey, Verifies
from agent.qr.streams import StreamError, from_digits
from agent.qr.tables import ALGORITHMS, CONTEXT, FORMAT, TEXT, TRUNCATED
from agent.wire.receipt import Merchant, Receipt

MAX_BODY_BYTES: Final = 1 << 16
"""Inflated.  A symbol's thousand bytes could claim a million."""
SLACK: Final = dt.timedelta(days=1)
"""A till's clock has no zone, and may be wrong."""


class Problem(StrEnum):
    """Why there is no receipt."""

    ADDRESS = "address"
    DIGITS = "digits"
    VERSION = "version"
    ALGORITHM = "algorithm"
    CHANGED = "changed"
    DICTIONARY = "dictionary"
    TOO_LARGE = "too_large"
    BODY = "body"


class Trust(StrEnum):
    """What is known of its issuer."""

    VERIFIED = "verified"
    UNKNOWN_KEY = "unknown_key"
    REVOKED = "revoked"
    OUT_OF_TERM = "out_of_term"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A receipt whose signature holds, or whose key nobody here knows."""

    receipt: Receipt
    trust: Trust
    kid: str
    left: Left | None
    token: bytes | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around a body."""

    algorithm: str
    text: bool
    truncated: bool
    kid: str
    dictionary: int
    packed: bytes
    told: bytes
    signature: bytes


def decode(
    address: str,
    keys: KeyList,
    dictionaries: Mapping[int, bytes],
    verifies: Verifies,
) -> Decoded | Problem:
    """Read an address.

    ``dictionaries`` by number; one whose digest is not the list's is as good as none.
    """
    around = opened(address)
    if isinstance(around, Problem):
        return around
    key = keys.find(around.kid)
    if key is not None and not _holds(around, key, verifies):
        return Problem.CHANGED
    dictionary = _dictionary(around.dictionary, keys, dictionaries)
    if dictionary is None:
        return Problem.DICTIONARY
    raw = inflated(around.packed, dictionary)
    if isinstance(raw, Problem):
        return raw
    said = _said(raw, around)
    if isinstance(said, Problem):
        return said
    shop = keys.stores.get(key.store) if key and not said.merchant else None
    receipt = _of(said.receipt, shop)
    return Decoded(receipt, _trust(receipt, key), around.kid, said.left, said.token)


def opened(address: str) -> Envelope | Problem:
    """What is behind the ``#``."""
    _, sharp, digits = address.rpartition("#")
    if not sharp or not digits:
        return Problem.ADDRESS
    try:
        raw = from_digits(digits)
    except StreamError:
        return Problem.DIGITS
    if len(raw) <= HEAD_BYTES + SIGNATURE_BYTES:
        return Problem.DIGITS
    first = raw[0]
    if first >> 4 != FORMAT:
        return Problem.VERSION
    named = {number: name for name, number in ALGORITHMS.items()}
    algorithm = named.get(first & 3)
    if algorithm is None:
        return Problem.ALGORITHM
    told = raw[:-SIGNATURE_BYTES]
    return Envelope(
        algorithm=algorithm,
        text=bool(first & TEXT),
        truncated=bool(first & TRUNCATED),
        kid=raw[1:5].hex(),
        dictionary=raw[5],
        packed=told[HEAD_BYTES:],
        told=told,
        signature=raw[-SIGNATURE_BYTES:],
    )


def inflated(packed: bytes, dictionary: bytes) -> bytes | Problem:
    """One raw DEFLATE stream, whole, and nothing behind it."""
    reader = zlib.decompressobj(-15, zdict=dictionary) if dictionary else None
    reader = reader or zlib.decompressobj(-15)
    try:
        raw = reader.decompress(packed, MAX_BODY_BYTES + 1)
    except zlib.error:
        return Problem.BODY
    if len(raw) > MAX_BODY_BYTES:
        return Problem.TOO_LARGE
    return raw if reader.eof and not reader.unused_data else Problem.BODY


def _holds(around: Envelope, key: ListedKey, verifies: Verifies) -> bool:
    alike = around.algorithm == key.alg
    return alike and verifies(key, CONTEXT + around.told, around.signature)


def _dictionary(number: int, keys: KeyList, known: Mapping[int, bytes]) -> bytes | None:
    if number == 0:
        return b""
    content, digest = known.get(number), keys.dictionaries.get(number)
    if content is None or sha256(content).hexdigest() != digest:
        return None
    return content


def _said(raw: bytes, around: Envelope) -> body.Body | Problem:
    try:
        told = cbor.loads(raw)
        if not isinstance(told, Mapping):
            return Problem.BODY
        said = body.read(told)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
        # A stranger wrote it: whatever is not as it should be ends up in one of these.
        return Problem.BODY
    matches = (body.PAPER in told, said.left is not None)
    return said if matches == (around.text, around.truncated) else Problem.BODY


def _of(receipt: Receipt, shop: Merchant | None) -> Receipt:
    return receipt.model_copy(update={"merchant": shop}) if shop else receipt


def _trust(receipt: Receipt, key: ListedKey | None) -> Trust:
    if key is None:
        return Trust.UNKNOWN_KEY
    if key.revoked is not None:
        return Trust.REVOKED
    if receipt.date is None:
        return Trust.VERIFIED
    at = dt.datetime.combine(receipt.date, receipt.time or dt.time(12), dt.UTC)
    late = key.valid_to is not None and at > key.valid_to + SLACK
    if late or at < key.valid_from - SLACK:
        return Trust.OUT_OF_TERM
    return Trust.VERIFIED
