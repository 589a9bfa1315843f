"""The gist of a receipt/1 document, without making all of the receipt ready.

For receipts that were kept before their gist was: the relay has no millisecond for
models that it never looks at.
"""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from agent.wire.receipt import DocKind, Gist, ItemKind, Level, Tried, articles


def gist_in(document: bytes) -> Gist:
    """From receipt/1 that was valid when it was written.

    Raises:
        ValidationError: it is not.
    """
    said = _Brief.model_validate_json(document)
    return Gist(
        said.kind,
        said.total,
        said.currency,
        said.number,
        articles(said.item_count, said.items),
        said.verdict.level,
        tuple(Tried(e.name, e.holds, e.gap) for e in said.verdict.equations),
    )


class _Passing(BaseModel):
    """Takes what it needs of an object and passes over the rest."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Counted(_Passing):
    kind: ItemKind = "item"
    quantity: Decimal | None = None


class _Tried(_Passing):
    name: str
    holds: bool
    gap: int = 0


class _Proved(_Passing):
    level: Level = Level.V0
    equations: tuple[_Tried, ...] = ()


class _Brief(_Passing):
    kind: DocKind = DocKind.UNKNOWN
    total: int | None = None
    currency: str = "EUR"
    number: str | None = None
    item_count: int | None = None
    items: tuple[_Counted, ...] = ()
    verdict: _Proved = _Proved()
