"""A receipt with what was said of it later: its card slips, that it was annulled.  Pure.

The events come in any order and any number of times; what is kept of a receipt is never
changed by them, so this is put together whenever somebody looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.wire.receipt import Attachment, Receipt


@dataclass(frozen=True, slots=True)
class Annulled:
    """By the document of that number, if one was printed."""

    number: str | None


def with_later(
    receipt: Receipt, slips: Sequence[Receipt], annulled: Annulled | None
) -> Receipt:
    """receipt/1 as a till would have written it that knew all this."""
    attached = tuple(Attachment(kind=slip.kind, lines=slip.lines) for slip in slips)
    receipt = receipt.model_copy(
        update={"attachments": (*receipt.attachments, *attached)}
    )
    if annulled is None:
        return receipt
    number = receipt.links.annulled_by or annulled.number
    return receipt.model_copy(
        update={
            "links": receipt.links.model_copy(update={"annulled_by": number}),
            "mentions": tuple(dict.fromkeys((*receipt.mentions, "annulled"))),
        }
    )
