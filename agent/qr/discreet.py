"""What a symbol that anyone may photograph says of its customer: nothing.

``held`` is as much of a receipt as a QR holds.  Loyalty cards and balances, card slips,
card numbers, addresses and telephones that are not the shop's stay behind.  A text that
quotes one loses it; a line of paper that does is left out whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from agent.qr.streams import MAX_NUMBER
from agent.wire.fiscal import Fiscal
from agent.wire.receipt import DocKind, Item, Merchant, Receipt, Vat, Verdict

LARGEST: Final = MAX_NUMBER >> 1
"""Of an amount: a zigzag varint of 53 bits."""
MAX_TEXT: Final = 400
"""Characters of a label or a line; what is longer is no paper's, and is cut."""
MAX_EXPONENT: Final = 12
"""Decimals of a quantity; scales print three."""
SLIPS: Final = frozenset({DocKind.CARD_SLIP, DocKind.MERCHANT_SLIP})

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(
    r"(?<!\d)(?:\+\d{2,3}[ .]?(?:\(0\))?|0)[ .-]?[1-9](?:[ ./-]?\d{2}){3,4}(?!\d)"
)
_MASKED: Final = re.compile(
    r"[\d*•#xX.-]*(?:[*•#]{2}|[xX]{4}|\.{4})[\d*•#xX.-]*|\d{2}[xX]{2}"
)
"""A word of a card number with figures hidden; what stands around it is looked at."""
_GROUP: Final = re.compile(r"\d{4}|\d{6}")
_LONG: Final = re.compile(
    r"(?<!\d)(?:\d{13,19}|\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{3})?|\d{4}[ -]\d{6}[ -]\d{5})"
    r"(?!\d)"
)
_PERSON: Final = re.compile(
    r"\b(?:mme|mlle|monsieur|madame|mademoiselle|herr|frau|sr\.|sra\.|titulaire|porteur"
    r"|card ?holder|client[e]?s?\b ?(?:n|:)|adh[eé]rent|customer)|\bMr?\.? [A-Z]|"
    r"\b[A-Z]{2,}/[A-Z]{2,}\b(?! ?(?:kg|l|pi[eè]ce))",
    re.IGNORECASE,
)
_LOYALTY: Final = re.compile(
    r"fid[eé]lit|loyalty|points?\b|cagnotte|punkte|puntos|(?:cart|kart|card)\w*\b.*\d{4}",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(r"\d[.,]\d\d(?!\d)")
_CARD_LINE: Final = re.compile(
    r"\b(?:AID|PAN|ARQC|AUTO(?:RISATION)?|EXP(?:IR\w*)?)\b ?[:.]?", re.IGNORECASE
)


def held(receipt: Receipt) -> Receipt:
    """The receipt that comes out of a symbol in which everything fits.

    Without lines of paper where the sums close; with nothing but them, and what does
    not depend on sums, where they don't.
    """
    strangers = _strangers(receipt)
    said = Receipt(
        kind=receipt.kind,
        copy_mark=receipt.copy_mark,
        merchant=_merchant(receipt.merchant),
        # The POS's own numbers, which may look like a telephone's.
        number=_own(receipt.number),
        store=_own(receipt.store),
        till=_own(receipt.till),
        operator=_own(receipt.operator),
        date=receipt.date,
        time=receipt.time and receipt.time.replace(microsecond=0, tzinfo=None, fold=0),
        currency=receipt.currency,
        total=_amount(receipt.total),
        fiscal=_fiscal(receipt.fiscal),
        links=receipt.links,
        codes=tuple(code for code in receipt.codes if code.role == "receipt"),
        mentions=tuple(dict.fromkeys(receipt.mentions)),
        verdict=Verdict(level=receipt.verdict.level),
    )
    if unsure(receipt):
        return said.model_copy(update={"lines": tuple(_kept(receipt, strangers))})
    return said.model_copy(
        update={
            "items": tuple(_item(item, strangers) for item in receipt.items),
            "subtotal": _amount(receipt.subtotal),
            "discount_total": _amount(receipt.discount_total),
            "rounding": _amount(receipt.rounding),
            "vat": tuple(map(_vat, receipt.vat)),
            "payments": tuple(
                paid.model_copy(update={"label": discreet(paid.label, strangers)})
                for paid in receipt.payments
            ),
            "change": _amount(receipt.change),
            "item_count": receipt.item_count,
            "line_count": receipt.line_count,
        }
    )


def unsure(receipt: Receipt) -> bool:
    """Whether it goes as text: its amounts are not told as if they were known."""
    return receipt.verdict.level == "V0" and bool(receipt.lines)


def discreet(text: str, strangers: Iterable[str] = ()) -> str:
    """A text without addresses, telephones and card numbers; one line, trimmed."""
    kept = plain = clean(text)
    for found in (*_personal(plain), *strangers):
        kept = kept.replace(found, " ")
    return plain if kept == plain else " ".join(kept.split())


def personal(line: str, shop_phone: str = "") -> bool:
    """Whether a printed line may say who the customer is."""
    phone = _figures(shop_phone)
    if any(_figures(found) != phone or not phone for found in _personal(line)):
        return True
    if _PERSON.search(line) or _CARD_LINE.search(line):
        return True
    return bool(_LOYALTY.search(line)) and not _MONEY.search(line)


def clean(text: str) -> str:
    """One line without control characters, trimmed."""
    text = text[:MAX_TEXT]
    if text.isprintable():
        return text.strip()
    kept = (" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return "".join(kept).strip()


def _personal(text: str) -> Iterator[str]:
    patterns = (_EMAIL, _PHONE) if "@" in text else (_PHONE,)
    for pattern in patterns:
        yield from (found[0] for found in pattern.finditer(text))
    yield from (f[0] for f in _LONG.finditer(text) if _luhn(_figures(f[0])))
    yield from _masked(text.split())


def _masked(words: list[str]) -> Iterator[str]:
    """``**** **** **** 1234``, ``4970 12xx xxxx 1234``: each word of it."""
    hidden = [bool(_MASKED.fullmatch(word)) for word in words]
    shown = [bool(_GROUP.fullmatch(word)) for word in words]
    for at, word in enumerate(words):
        before = at > 0 and hidden[at - 1]
        behind = at + 1 < len(words) and (hidden[at + 1] or shown[at + 1])
        masked = hidden[at] and (word[-1].isdigit() or behind)
        if masked or (shown[at] and (before or (behind and any(hidden[at:])))):
            yield word


def _luhn(figures: str) -> bool:
    """As the numbers of payment cards (ISO/IEC 7812-1)."""
    doubled = [
        int(figure) if place % 2 == 0 else sum(divmod(2 * int(figure), 10))
        for place, figure in enumerate(reversed(figures))
    ]
    return sum(doubled) % 10 == 0


def _figures(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _strangers(receipt: Receipt) -> frozenset[str]:
    card = clean(receipt.loyalty_card or "")
    return frozenset({card, _figures(card)} - {""})


def _kept(receipt: Receipt, strangers: frozenset[str]) -> Iterator[str]:
    slips = {line for slip in receipt.attachments for line in slip.lines if line}
    phone = receipt.merchant.phone or ""
    for line in receipt.lines:
        whole = line.expandtabs().rstrip()
        indent = " " * (len(whole) - len(whole.lstrip()))
        plain = (indent + clean(whole)).rstrip()
        told = any(each in _figures(plain) or each in plain for each in strangers)
        if line not in slips and not told and not personal(plain, phone):
            yield plain


def _own(text: str | None) -> str | None:
    return clean(text) or None if text else None


def _text(text: str | None) -> str | None:
    return discreet(text) or None if text else None


def _amount(amount: int | None) -> int | None:
    return amount if amount is not None and abs(amount) <= LARGEST else None


def _merchant(merchant: Merchant) -> Merchant:
    return merchant.model_copy(
        update={"name": clean(merchant.name or "") or None}
        | {"address": tuple(filter(None, map(clean, merchant.address)))}
    )


def _fiscal(fiscal: Fiscal | None) -> Fiscal | None:
    """Without what is said by other fields; ``print_count`` is of the paper."""
    if fiscal is None:
        return None
    kept = fiscal.model_copy(update={"line_count": None, "print_count": None})
    return None if kept == Fiscal() else kept


def _vat(row: Vat) -> Vat:
    sums = {name: _amount(getattr(row, name)) for name in ("net", "vat", "gross")}
    return row.model_copy(update={**sums, "code": _text(row.code)})


def _item(item: Item, strangers: frozenset[str]) -> Item:
    inner = tuple(
        each.model_copy(update={"label": discreet(each.label or "", strangers) or None})
        for each in item.discounts
        if _amount(each.amount) is not None
    )
    return item.model_copy(
        update={
            "label": discreet(item.label, strangers),
            "quantity": _number(item.quantity),
            "unit": _text(item.unit),
            "unit_price": _amount(item.unit_price),
            "unit_price_exact": _number(item.unit_price_exact),
            "vat_code": _text(item.vat_code),
            "gtin": item.gtin if item.gtin and checked(item.gtin) else None,
            "sku": None,
            "discounts": inner,
        }
    )


def checked(gtin: str) -> bool:
    """Whether its check digit is right (GS1 General Specifications, 7.9)."""
    weighted = (
        int(digit) * (1 if place % 2 == 0 else 3)
        for place, digit in enumerate(reversed(gtin))
    )
    return sum(weighted) % 10 == 0


def _number(number: Decimal | None) -> Decimal | None:
    """``None`` where no stream holds it: 1E+999999 is a decimal too."""
    if number is None or not number.is_finite():
        return None
    _, figures, exponent = number.as_tuple()
    small = isinstance(exponent, int) and -MAX_EXPONENT <= exponent <= MAX_EXPONENT
    return number if small and len(figures) <= MAX_EXPONENT else None
