"""Proofs and closings of a till: taken only under the signature of its transport key.

They are to hold where the till is long gone, so the request's signature is not enough.
The keys that a till had before count too: it may have been away when it got another.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from agent.wire.closing import DayClosed, closing_text
from agent.wire.orders import OrderApplied, proof_text
from rcu.admission import verifies
from rcu.answers import problem
from rcu.records import Batch, Candidate, Refusal
from rcu.store.tills import TillKey, Tills

_TEXTS: Final[Mapping[type, Callable[[str, dict[str, Any]], bytes]]] = {
    OrderApplied: proof_text,
    DayClosed: closing_text,
}


async def vouched(batch: Batch, tills: Tills) -> Batch:
    """The batch; what bears no signature of its till, and should, is refused in it."""
    if not any(_signs(item) for item in batch.items):
        return batch
    keys = {key.kid: key for key in await tills.keys(batch.edge)}
    items = tuple(_checked(batch.edge, item, keys) for item in batch.items)
    return replace(batch, items=items)


def _signs(item: Candidate | Refusal) -> bool:
    return isinstance(item, Candidate) and type(item.fact) in _TEXTS


def _checked(
    edge: str, item: Candidate | Refusal, keys: Mapping[str, TillKey]
) -> Candidate | Refusal:
    if not isinstance(item, Candidate) or not _signs(item):
        return item
    data: dict[str, Any] = json.loads(item.body)["data"]
    text = _TEXTS[type(item.fact)](edge, data)
    key = keys.get(str(data.get("kid")))
    try:
        signature = b64decode(str(data.get("sig", "")), validate=True)
    except binascii.Error:
        signature = b""
    # A till without a key is admitted by its token where that is configured.
    unsigned = not keys and not data.get("sig")
    if unsigned or (key is not None and verifies(key.public, text, signature)):
        return item
    return Refusal(item.id, item.sequence, item.content_sha256, problem("proof"))
