"""A dictionary from receipts: what many of them say, and nobody's data.

A string gets in if it stands in at least ``at_least`` receipts and nothing about it looks
like a name, a number or an address.  What is said most and is longest stands at the end,
where DEFLATE's distances are short.  Deterministic: the same receipts, the same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from agent.qr import body, cbor, columns
from agent.qr.discreet import held, personal
from agent.qr.encode import MAX_DICTIONARY_BYTES
from agent.qr.packed import packed
from agent.qr.tables import PAYMENTS
from agent.wire.receipt import Receipt, Verdict

AT_LEAST: Final = 5
"""Receipts that must have a string in common."""
LEAST_AT_LEAST: Final = 3
MAX_RECEIPTS: Final = 20_000
MAX_STRINGS: Final = 400_000
"""Counted at a time: some 100 MB."""
_LONG_NUMBER: Final = re.compile(r"\d{5,}|\d(?:[ .-]?\d){7,}")
_WHO: Final = re.compile(
    r"servi|caissi|h[oô]te|vendeu|conseill|op[eé]rat|cashier|served|bedien|atendid",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_][\w'’.-]{3,}")
_MONEY: Final = re.compile(r"\d[.,]\d\d(?!\d)")
_MATCH_BYTES: Final = 3
"""What a reference costs, roughly: shorter strings gain nothing."""


@dataclass(slots=True)
class Trainer:
    """Add receipts, then make the dictionary."""

    at_least: int = AT_LEAST
    receipts: int = 0
    _seen: Counter[bytes] = field(default_factory=Counter)
    _names: set[str] = field(default_factory=set)

    def add(self, receipt: Receipt) -> None:
        """Count what it says.  Past ``MAX_RECEIPTS`` nothing is counted."""
        if self.receipts >= MAX_RECEIPTS:
            return
        self.receipts += 1
        for name in (receipt.operator, receipt.loyalty_card):
            self._names |= set((name or "").casefold().split())
        fresh = set(_strings(receipt))
        full = len(self._seen) >= MAX_STRINGS
        self._seen.update(each for each in fresh if not full or each in self._seen)

    def made(self, size: int = MAX_DICTIONARY_BYTES) -> bytes:
        """At most ``size`` bytes; fewer where there is no more in common."""
        common = [
            (count * (len(each) - _MATCH_BYTES), each)
            for each, count in self._seen.items()
            if count >= self.at_least and len(each) > _MATCH_BYTES
        ]
        kept: list[bytes] = []
        whole, room = b"", size
        for _, each in sorted(common, reverse=True):
            if len(each) <= room and each not in whole and not self._named(each):
                kept.append(each)
                whole += each
                room -= len(each)
        return b"".join(reversed(kept))

    @property
    def strings(self) -> int:
        """How many were met so far."""
        return len(self._seen)

    def _named(self, raw: bytes) -> bool:
        """Whether somebody who serves or buys is called so."""
        words = raw.decode("utf-8", "ignore").casefold()
        return any(word in self._names for word in re.findall(r"\w+", words))


def impersonal(text: str) -> bool:
    """Whether a text says nothing of anybody, as far as its form tells."""
    return not (personal(text) or _LONG_NUMBER.search(text) or _WHO.search(text))


def _strings(receipt: Receipt) -> Iterator[bytes]:
    """What a body of such a receipt is made of, without numbers that are its own."""
    said = held(receipt)
    for item in said.items:
        if impersonal(item.label):
            yield item.label.encode() + b"\n"
            yield from (word.encode() for word in _WORD.findall(item.label))
    texts = (_MONEY.sub("", line) for line in _packed(receipt))
    yield from (text.encode() + b"\n" for text in texts if impersonal(text))
    yield from _structure(said)


def _packed(receipt: Receipt) -> Iterator[str]:
    """The lines as they would stand in a symbol of an unsure receipt."""
    unsure = receipt.model_copy(update={"verdict": Verdict()})
    _, text = packed(held(unsure).lines)
    yield from text.split("\n")


def _structure(said: Receipt) -> Iterator[bytes]:
    """Pieces of the map that are alike from receipt to receipt."""
    shop = {"number": None, "operator": None, "items": (), "codes": ()}
    bare = said.model_copy(update={**shop, "date": None, "time": None, "lines": ()})
    if bare.fiscal is not None:
        own = dict.fromkeys(("number", "signature", "code"))
        bare = bare.model_copy(update={"fiscal": bare.fiscal.model_copy(update=own)})
    told = body.written(bare, merchant=False)
    for key in (body.WHERE, body.FISCAL):
        if key in told:
            yield _piece({key: told[key]})
    for row in said.vat:
        yield cbor.dumps(row.rate) + cbor.dumps(row.code)
    if said.vat and said.payments:
        # The end of one column and the beginning of the next.
        rates = [cbor.dumps(row.rate) + cbor.dumps(row.code) for row in said.vat]
        yield _piece({body.VAT: told[body.VAT]})[:2] + rates[0]
    for paid in said.payments:
        if impersonal(paid.label):
            kind = cbor.dumps(PAYMENTS.index(paid.kind))
            yield kind + cbor.dumps(paid.label)
            yield kind + cbor.dumps(paid.label) + cbor.dumps(True)  # noqa: FBT003
    lines = columns.written(said.items, columns.pairs(said.items, []))
    yield from (
        _piece({key: lines[key]})
        for key in (columns.UNITS, columns.KINDS, columns.HOW)
        if key in lines
    )


def _piece(part: dict[int, cbor.Value]) -> bytes:
    """Key and value, without the map's own head."""
    return cbor.dumps(part)[1:]
