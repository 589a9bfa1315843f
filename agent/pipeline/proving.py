"""What a text message carries besides its page: the proof that its number is somebody's.

Whoever opens the link of an SMS has that number: the proof in it, made of number and
page under the till's own key, stands in no QR and no mail.  So « mes tickets » can be
opened by it, and holds from then on what is sent to that number.  The log has its hash
only.  A page whose proof nobody knows (another key since) opens as ever.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from agent.pipeline.entries import Scribe
from agent.store.records import Append, Change, ReceiptRow
from agent.wire.events import ProofSent

PROOF_BYTES: Final = 10
"""80 bits, of which each try costs a request; a message has 160 letters in all."""

Keyed = Callable[[bytes], Awaitable[bytes]]
"""A MAC under the key of contacts."""


async def proof(keyed: Keyed, number: str, page: str) -> str:
    """16 letters; the same at every try of a message.  ``number`` in E.164."""
    mac = await keyed(f"proof\0{number}\0{page}".encode())
    return b32encode(mac[:PROOF_BYTES]).decode()


async def address(
    keyed: Keyed, page_url: Callable[[ReceiptRow], str], row: ReceiptRow, number: str
) -> str:
    """The page, and the proof for that number; for none the page alone."""
    url = page_url(row)
    return f"{url}?s={await proof(keyed, number, row.token)}" if number else url


def told(
    scribe: Scribe, row: ReceiptRow, said: str, known: Sequence[Change]
) -> list[Append]:
    """``proof.sent.v1`` about the number that ``known`` tells of, if it does."""
    digest = hashlib.sha256(said.encode()).hexdigest()
    return [
        scribe.write(
            row.id,
            ProofSent(
                receipt_id=str(row.id),
                identity=str(each.entry.id),
                proof_sha256=digest,
            ),
        )
        for each in known
        if isinstance(each, Append)
    ]
