"""Which records of consent were destroyed because a person asked: who vouches for it.

A statement is JSON: numbers of what went, the till, the order, when; ``sig`` is Ed25519
over the canonical JSON without it.  It names nobody.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from typing import Any

from agent.consent.checking import PublicKey

DOMAIN = b"receipt-agent erasure/1\0"


def to_sign(statement: Mapping[str, Any]) -> bytes:
    """What is signed: all but the signature, keys in order, no blanks."""
    said = {key: value for key, value in statement.items() if key != "sig"}
    return DOMAIN + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def vouched(
    statements: Iterable[str], source: str, keys: Mapping[str, PublicKey]
) -> frozenset[int]:
    """Numbers of the records that statements of this till, well signed, say are gone."""
    found: set[int] = set()
    for text in statements:
        said = _read(text)
        key = keys.get(str(said.get("kid"))) if said else None
        if said is None or key is None or said.get("till") != source:
            continue
        if key.revoked and str(said.get("at")) >= key.revoked:
            continue
        if key.verifies(to_sign(said), _signature(said)):
            found.update(each for each in said["consents"] if isinstance(each, int))
    return frozenset(found)


def _read(text: str) -> dict[str, Any] | None:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    fits = isinstance(said, dict) and isinstance(said.get("consents"), list)
    return said if fits else None


def _signature(said: Mapping[str, Any]) -> bytes:
    try:
        return urlsafe_b64decode(f"{said.get('sig', '')}==")
    except (ValueError, NotBase64):
        return b""
