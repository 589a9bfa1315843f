"""A receipt as the digits of a symbol that fits where it is shown.

What does not fit goes in an order that leaves the receipt whole for as long as
possible: article numbers, unit prices, then the last lines, in whose place a token of
the page stands where they will be.  Then the answer is that it does not fit; the
customer gets paper.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple, Protocol

from agent.qr import body, cbor, symbol
from agent.qr.body import Left
from agent.qr.columns import MAX_LINES
from agent.qr.discreet import LARGEST, SLIPS, held, unsure
from agent.qr.streams import MAX_BYTES, digits_of, to_digits
from agent.qr.symbol import Fit, Target
from agent.qr.tables import ALGORITHMS, CONTEXT, FORMAT, TEXT, TRUNCATED
from agent.wire.receipt import DocKind, Item, Receipt

SIGNATURE_BYTES: Final = 64
HEAD_BYTES: Final = 6
MAX_DICTIONARY_BYTES: Final = 32_000
"""A window of DEFLATE is 32,768 bytes, and the body has to look back over it."""
COMFORTABLE: Final = 6
"""Pixels or dots a module: above it nothing is gained (scan trials)."""
_HEAD_SHARE: Final = 0.6
"""Of a text that is cut, so much of what is kept stands before the cut."""


class Public(Protocol):
    """See :class:`agent.keyring.index.PublicKey`."""

    @property
    def kid(self) -> str: ...

    @property
    def alg(self) -> str: ...


class Signer(Protocol):
    """See :class:`agent.keyring.ring.Signer`."""

    @property
    def public(self) -> Public: ...

    def sign(self, message: bytes) -> bytes: ...


class Dictionary(NamedTuple):
    """A preset for DEFLATE; ``number`` 0 and no content is none."""

    number: int = 0
    content: bytes = b""


NO_DICTIONARY: Final = Dictionary()


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Where the page lies, and by whose key it will be signed.

    ``prefix`` ends with ``#``.  ``listed``: the key list has this shop's merchant
    block, so that a symbol need not.
    """

    prefix: str
    public: Public
    dictionary: Dictionary = NO_DICTIONARY
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Issuer:
    """A letterhead whose key is at hand."""

    prefix: str
    signer: Signer
    dictionary: Dictionary = NO_DICTIONARY
    listed: bool = False

    @property
    def letterhead(self) -> Letterhead:
        public = self.signer.public
        return Letterhead(self.prefix, public, self.dictionary, self.listed)


class Detail(IntEnum):
    """What was left out for want of room."""

    FULL = 0
    NO_GTINS = 1
    NO_PRICES = 2


_GONE: Final = {
    Detail.FULL: (),
    Detail.NO_GTINS: ("gtin",),
    Detail.NO_PRICES: ("gtin", "unit_price", "unit_price_exact"),
}


class Why(StrEnum):
    """Why there is no symbol."""

    PICTURE = "picture"
    SLIP = "slip"
    BUYER = "buyer"
    NUMBERS = "numbers"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Refused:
    """No symbol; the customer gets paper, or a page when there is network."""

    why: Why


@dataclass(frozen=True, slots=True)
class Coded:
    """A symbol, ready to be placed."""

    prefix: str
    digits: str = field(repr=False)
    fit: Fit
    detail: Detail
    left: Left | None
    body_bytes: int

    @property
    def url(self) -> str:
        return self.prefix + self.digits


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A symbol that still has to be signed, by whoever holds the key.

    What is signed is ``CONTEXT + told``.
    """

    prefix: str
    told: bytes = field(repr=False)
    fit: Fit
    detail: Detail
    left: Left | None
    body_bytes: int

    def signed(self, signature: bytes) -> Coded:
        """``signature``: 64 bytes."""
        digits = to_digits(self.told + signature)
        return Coded(
            self.prefix, digits, self.fit, self.detail, self.left, self.body_bytes
        )


class _Try(NamedTuple):
    """A body that may fit."""

    flags: int
    packed: bytes
    detail: Detail
    left: Left | None


def encode(
    receipt: Receipt, issuer: Issuer, target: Target, token: bytes
) -> Coded | Refused:
    """The symbol of a receipt.  ``token``: 16 random bytes, those of its page.

    Deterministic but for the signature.
    """
    found = unsigned(receipt, issuer.letterhead, target, token)
    if isinstance(found, Refused):
        return found
    return found.signed(issuer.signer.sign(CONTEXT + found.told))


def unsigned(
    receipt: Receipt, head: Letterhead, target: Target, token: bytes
) -> Unsigned | Refused:
    """The same without its signature: who packs need not hold the key.

    The token comes along wherever no module becomes too small for it, so that the page
    can add the original; where lines were left out it is always there.
    """
    if why := _unfit(receipt):
        return Refused(why)
    try:
        said = held(receipt)
        for shorter, detail in _lesser(said):
            tried = _try(shorter, detail, None, head, b"")
            fits = _fit(tried, head, target)
            if fits is not None:
                linked = _try(shorter, detail, None, head, token)
                roomy = _fit(linked, head, target)
                if roomy and roomy.module >= min(fits.module, COMFORTABLE):
                    return _told(linked, roomy, head)
                return _told(tried, fits, head)
        found = _cut(said, head, target, token)
    except cbor.CborError:
        return Refused(Why.NUMBERS)
    return _told(*found, head) if found else Refused(Why.TOO_LARGE)


def compressed(raw: bytes, dictionary: bytes) -> bytes:
    """Raw DEFLATE (RFC 1951), looking back into the dictionary."""
    if dictionary:
        maker = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=dictionary)
    else:
        maker = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return maker.compress(raw) + maker.flush()


def reduced(receipt: Receipt, detail: Detail) -> Receipt:
    """Without what that much room has no place for."""
    gone = dict.fromkeys(_GONE[detail])
    items = tuple(item.model_copy(update=gone) for item in receipt.items)
    return receipt.model_copy(update={"items": items})


def _unfit(receipt: Receipt) -> Why | None:
    if receipt.picture is not None or receipt.reading is not None:
        return Why.PICTURE
    if receipt.kind in SLIPS:
        return Why.SLIP
    if receipt.kind is DocKind.INVOICE and unsure(receipt):
        # The buyer's name and address stand somewhere in its text.
        return Why.BUYER
    amounts = [item.amount for item in receipt.items]
    amounts += [paid.amount for paid in receipt.payments]
    return Why.NUMBERS if any(abs(each) > LARGEST for each in amounts) else None


def _lesser(said: Receipt) -> Iterator[tuple[Receipt, Detail]]:
    """With all lines, in ever less detail."""
    if len(said.items) > MAX_LINES:
        return
    before = None
    for detail in Detail:
        shorter = reduced(said, detail)
        if shorter != before:
            yield shorter, detail
        before = shorter


def _cut(
    said: Receipt, head: Letterhead, target: Target, token: bytes
) -> tuple[_Try, Fit] | None:
    """As many lines as fit, found by halving."""
    least = reduced(said, Detail.NO_PRICES)
    found, low, high = None, 0, min(max(len(said.items), len(said.lines)), MAX_LINES)
    while low < high:
        middle = (low + high) // 2
        shorter, left = _shortened(least, middle)
        tried = _try(shorter, Detail.NO_PRICES, left, head, token)
        fits = _fit(tried, head, target)
        if fits is None:
            high = middle
        else:
            found, low = (tried, fits), middle + 1
    return found


def _shortened(receipt: Receipt, keep: int) -> tuple[Receipt, Left]:
    if receipt.lines:
        head = round(keep * _HEAD_SHARE)
        tail = len(receipt.lines) - (keep - head)
        lines = receipt.lines[:head] + receipt.lines[tail:]
        return receipt.model_copy(update={"lines": lines}), Left(head, tail - head)
    kept = tuple(_within(item, keep) for item in receipt.items[:keep])
    return receipt.model_copy(update={"items": kept}), Left(keep, len(receipt.items))


def _within(item: Item, keep: int) -> Item:
    """A line that belongs to one that is gone belongs to none."""
    gone = item.of is not None and item.of >= keep
    return item.model_copy(update={"of": None}) if gone else item


def _try(
    receipt: Receipt, detail: Detail, left: Left | None, head: Letterhead, token: bytes
) -> _Try:
    said = body.written(receipt, left, token or None, merchant=not head.listed)
    flags = (TEXT if receipt.lines else 0) | (TRUNCATED if left else 0)
    raw = compressed(cbor.dumps(said), head.dictionary.content)
    return _Try(flags, raw, detail, left)


def _fit(tried: _Try, head: Letterhead, target: Target) -> Fit | None:
    size = HEAD_BYTES + len(tried.packed) + SIGNATURE_BYTES
    if size > MAX_BYTES:
        return None
    return symbol.fit(head.prefix, digits_of(size), target)


def _told(tried: _Try, fits: Fit, head: Letterhead) -> Unsigned:
    first = FORMAT << 4 | ALGORITHMS[head.public.alg] | tried.flags
    start = bytes([first]) + bytes.fromhex(head.public.kid)[:4]
    told = start + bytes([head.dictionary.number]) + tried.packed
    packed = len(tried.packed)
    return Unsigned(head.prefix, told, fits, tried.detail, tried.left, packed)
