"""A receipt as the body of a symbol, and back: ``read(written(held(r))) == held(r)``.

The keys stand in docs/decisions/0010-offline-qr.md.  What the paper did not say has none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from agent.qr import columns
from agent.qr.cbor import Value
from agent.qr.packed import packed, unpacked
from agent.qr.tables import EPOCH, KINDS, MENTIONS, PAYMENTS, REGIMES
from agent.wire.fiscal import Fiscal
from agent.wire.receipt import (
    Code,
    Copy,
    Level,
    Links,
    Merchant,
    Payment,
    Receipt,
    Vat,
    Verdict,
)

(KIND, MOMENT, WHERE, TOTAL, VAT, PAID, FISCAL, CHANGE, PAPER) = (
    *(0, 1, 2, 5, 6, 7, 9, 10, 12),
)
(COUNTS, TOKEN, MERCHANT, LEVEL, CURRENCY, SAID, COPY, CODES, LINKS) = (
    *(18, 19, 20, 21, 22, 23, 24, 25, 26),
)
(SUBTOTAL, DISCOUNTS, ROUNDING, DAY, TIME, LEFT, PAIRS) = (
    *(27, 28, 29, 30, 31, 35, 36),
)
TOKEN_BYTES: Final = 16
LEVELS: Final = (Level.V0, Level.V1, Level.V2)
_VAT_FIELDS, _PAID_FIELDS = 5, 3
_DAY_S: Final = 86_400
_MONEY: Final = {
    "total": TOTAL,
    "subtotal": SUBTOTAL,
    "discount_total": DISCOUNTS,
    "rounding": ROUNDING,
    "change": CHANGE,
}


class Left(NamedTuple):
    """What did not fit: of ``lines`` in all, those from ``at`` on are missing.

    Of packed text ``at`` is where ``lines`` lines were taken out.
    """

    at: int
    lines: int


class Body(NamedTuple):
    """What a symbol says."""

    receipt: Receipt
    left: Left | None = None
    token: bytes | None = None
    merchant: bool = False


def written(
    receipt: Receipt,
    left: Left | None = None,
    token: bytes | None = None,
    *,
    merchant: bool = True,
) -> dict[int, Value]:
    """The map.  ``receipt`` is one that ``discreet.held`` gave, or less of it.

    ``merchant``: the shop is told in it, since no key list has it.
    """
    level = receipt.verdict.level
    rates = columns.pairs(receipt.items, [(v.code, v.rate) for v in receipt.vat])
    body: dict[int, Value] = {
        KIND: KINDS.index(receipt.kind) or None,
        WHERE: _cut(receipt.store, receipt.till, receipt.number, receipt.operator),
        VAT: [each for row in receipt.vat for each in _vat(row)],
        PAID: [each for paid in receipt.payments for each in _paid(paid, receipt)],
        FISCAL: _fiscal(receipt.fiscal),
        PAPER: list(packed(receipt.lines)) if receipt.lines else None,
        COUNTS: _cut(receipt.item_count, receipt.line_count),
        TOKEN: token,
        MERCHANT: _merchant(receipt.merchant) if merchant else None,
        CURRENCY: None if receipt.currency == "EUR" else receipt.currency,
        SAID: bytes(map(MENTIONS.index, receipt.mentions)),
        CODES: [each for code in receipt.codes for each in (code.system, code.text)],
        LINKS: _cut(*receipt.links.model_dump().values()),
        LEFT: list(left) if left else None,
        PAIRS: [each for pair in rates[len(receipt.vat) :] for each in pair],
        **columns.written(receipt.items, rates),
    }
    kept = {k: v for k, v in body.items() if v or k == columns.LABELS}
    kept |= _moment(receipt)
    sums = {key: getattr(receipt, name) for name, key in _MONEY.items()}
    kept |= {key: amount for key, amount in sums.items() if amount is not None}
    if receipt.copy_mark is not None:
        kept[COPY] = receipt.copy_mark.number or 0
    if level is not Level.V2:
        kept[LEVEL] = LEVELS.index(level)
    return kept


def read(body: Mapping[int, Any]) -> Body:
    """The way back.

    Raises:
        ValueError, TypeError, LookupError, ArithmeticError, AttributeError: it is none.
    """
    vat, paid = body.get(VAT, ()), body.get(PAID, ())
    rows = tuple(_vat_row(row) for row in _by(vat, _VAT_FIELDS))
    rates = [(row.code, row.rate) for row in rows]
    pairs = _by(body.get(PAIRS, ()), 2)
    rates += [(_text(code), _number(rate)) for code, rate in pairs]
    count, lines = map(_number, _filled(body.get(COUNTS, ()), 2))
    receipt = Receipt(
        kind=KINDS[_index(body.get(KIND, 0))],
        copy_mark=Copy(number=_number(body[COPY]) or None) if COPY in body else None,
        merchant=_shop(body.get(MERCHANT)),
        **dict(zip(("store", "till", "number", "operator"), _where(body), strict=True)),
        **_clock(body),
        currency=_text(body.get(CURRENCY, "EUR")),
        items=columns.read(body, rates),
        **{name: _number(body.get(key)) for name, key in _MONEY.items()},
        vat=rows,
        payments=tuple(_payment(p, body.get(TOTAL)) for p in _by(paid, _PAID_FIELDS)),
        item_count=count,
        line_count=lines,
        fiscal=_law(body.get(FISCAL)),
        links=Links(**dict(zip(Links.model_fields, _links(body), strict=True))),
        codes=tuple(
            Code(system=_text(system) or "", text=_text(text) or "", role="receipt")
            for system, text in _by(body.get(CODES, ()), 2)
        ),
        mentions=tuple(MENTIONS[each] for each in body.get(SAID, b"")),
        lines=unpacked(*body[PAPER]) if PAPER in body else (),
        verdict=Verdict(level=LEVELS[_index(body.get(LEVEL, 2))]),
    )
    return Body(receipt, _missing(body), body.get(TOKEN), MERCHANT in body)


def _cut(*parts: Value) -> list[Value]:
    """Without what is absent at the end."""
    kept = list(parts)
    while kept and kept[-1] is None:
        kept.pop()
    return kept


def _filled(parts: Sequence[Any], size: int) -> list[Any]:
    if isinstance(parts, str | bytes) or len(parts) > size:
        raise ValueError("no parts, or too many")
    return [*parts, *[None] * (size - len(parts))]


def _by(flat: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    if isinstance(flat, str | bytes) or len(flat) % size:
        raise ValueError("no rows, or one is cut off")
    return (flat[at : at + size] for at in range(0, len(flat), size))


def _index(number: Any) -> int:
    if not isinstance(number, int) or number < 0:
        raise ValueError("no such entry")
    return number


def _text(told: Any) -> str | None:
    """The models would take bytes for text, and figures for a number."""
    if told is not None and not isinstance(told, str):
        raise ValueError("no text")
    return told


def _number(told: Any) -> int | None:
    if told is not None and (isinstance(told, bool) or not isinstance(told, int)):
        raise ValueError("no number")
    return told


def _where(body: Mapping[int, Any]) -> list[str | None]:
    return [*map(_text, _filled(body.get(WHERE, ()), 4))]


def _links(body: Mapping[int, Any]) -> list[str | None]:
    return [*map(_text, _filled(body.get(LINKS, ()), len(Links.model_fields)))]


def _missing(body: Mapping[int, Any]) -> Left | None:
    if LEFT not in body:
        return None
    at, lines = map(_index, body[LEFT])
    return Left(at, lines)


# --- time -------------------------------------------------------------------------


def _moment(receipt: Receipt) -> dict[int, Value]:
    day, time = receipt.date, receipt.time
    days = 0 if day is None else (day - EPOCH.date()).days
    if time is None:
        return {} if day is None else {DAY: days}
    seconds = time.hour * 3600 + time.minute * 60 + time.second
    return {TIME: seconds} if day is None else {MOMENT: days * _DAY_S + seconds}


def _clock(body: Mapping[int, Any]) -> dict[str, Any]:
    if MOMENT in body:
        at = EPOCH + dt.timedelta(seconds=_number(body[MOMENT]) or 0)
        return {"date": at.date(), "time": at.time()}
    made: dict[str, Any] = {}
    if DAY in body:
        made["date"] = EPOCH.date() + dt.timedelta(days=_number(body[DAY]) or 0)
    if TIME in body:
        made["time"] = (EPOCH + dt.timedelta(seconds=_number(body[TIME]) or 0)).time()
    return made


# --- sums -------------------------------------------------------------------------


def _vat(row: Vat) -> list[Value]:
    vat: Value = row.vat
    gross: Value = row.gross
    if row.net is not None and row.vat is not None:
        gross = True if row.gross == row.net + row.vat else row.gross
        if row.rate is not None and row.vat == tax(row.net, row.rate):
            vat = True
    return [row.rate, row.code, row.net, vat, gross]


def _vat_row(row: Sequence[Any]) -> Vat:
    rate, code, net, vat, gross = row
    net, rate = _number(net), _number(rate)
    vat = _likely(net, rate) if vat is True else _number(vat)
    if gross is True:
        gross = sum(_amount(each) for each in (net, vat))
    gross = _number(gross)
    return Vat(rate=rate, code=_text(code), net=net, vat=vat, gross=gross)


def _likely(net: int | None, rate: int | None) -> int:
    return tax(_amount(net), _amount(rate))


def _amount(told: int | None) -> int:
    if told is None:
        raise ValueError("what follows from nothing")
    return told


def tax(net: int, rate: int) -> int:
    """Halves away from zero, as tills do."""
    size = (2 * abs(net) * abs(rate) + 10_000) // 20_000
    return size if net * rate >= 0 else -size


def _paid(paid: Payment, receipt: Receipt) -> list[Value]:
    amount = True if paid.amount == receipt.total else paid.amount
    return [PAYMENTS.index(paid.kind), paid.label, amount]


def _payment(told: Sequence[Any], total: int | None) -> Payment:
    kind, label, amount = told
    amount = _amount(total) if amount is True else amount
    said = _text(label)
    if said is None:
        raise ValueError("a payment without words")
    return Payment(
        kind=PAYMENTS[_index(kind)], label=said, amount=_amount(_number(amount))
    )


# --- shop and law -----------------------------------------------------------------

_SHOP: Final = ("name", "siret", "vat_id", "phone", "naf", "rcs", "country")
_LAW: Final = (
    *("number", "signature", "software", "software_version", "certificate"),
    *("device", "code"),
)


def _merchant(merchant: Merchant) -> list[Value]:
    told = [getattr(merchant, name) for name in _SHOP]
    return _cut(list(merchant.address), *told) if merchant != Merchant() else []


def _shop(told: Sequence[Any] | None) -> Merchant:
    if told is None:
        return Merchant()
    address, *rest = _filled(told, 1 + len(_SHOP))
    lines = tuple(filter(None, map(_text, address)))
    return Merchant(address=lines, **dict(zip(_SHOP, map(_text, rest), strict=True)))


def _fiscal(fiscal: Fiscal | None) -> list[Value]:
    if fiscal is None:
        return []
    regime = None if fiscal.regime is None else REGIMES.index(fiscal.regime)
    return _cut(regime, *(getattr(fiscal, name) for name in _LAW))


def _law(told: Sequence[Any] | None) -> Fiscal | None:
    if told is None:
        return None
    regime, *rest = _filled(told, 1 + len(_LAW))
    return Fiscal(
        regime=None if regime is None else REGIMES[_index(regime)],
        **dict(zip(_LAW, map(_text, rest), strict=True)),
    )
