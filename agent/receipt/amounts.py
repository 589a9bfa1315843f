"""Amounts, as printed on a line, to integer minor units.

Reads ``12,50``, ``12.50``, ``.50``, ``1.234,56``, ``1 234,56``, ``-0,80 €``,
``0,47-``, ``3.43Eur``, ``RM106.50``.  Exactly two decimals make an amount: text
from a POS is exact, so nothing is repaired.  Refused: rates (``5,50%``), measures
(``1,50L``, ``0,792 kg``), dates, versions, and digits glued to a word.

Everything here works on *plain* text (upper case, no accents) and in time linear
in the length of a line.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_AMOUNTS = 12
"""Amounts looked at in one line: a VAT table has five columns at the most."""

BEFORE = 8
"""Columns in which a sign, a currency and the spaces between stand before digits."""

CURRENCY_GAP = 3
"""Spaces at most between a currency and its digits."""

CURRENCY = r"(?:EUROS?|EUR|€|RM|CHF|USD|CAD|GBP|AUD|SGD|MDL|LEI|RON|SEK|DKK|NOK|KR|PLN|ZL|KC|CZK|\$|£|¥)"

_CORE = re.compile(
    r"(?<!\d)(?:(\d{1,3})((?:(?:(?<!\b[TV]\d) |[.,'’])\d{3})+)|(\d{1,7}))?([.,])(\d{2})(?!\d)"
)
_FIRST = re.compile(r"[\d.,]")
_POINT = re.compile(r"[.,]\d\d(?!\d)")
_LEADS = frozenset("SORMFDPLIN€$£¥-−")
"""What a sign or a currency ends with."""

_BEFORE = re.compile(
    rf"(?P<out>(?:^|\s\s)[-−]\s|[-−])?(?:{CURRENCY}\s{{0,3}})?(?P<in>[-−])?$"
)
_GLUED = re.compile(r"(?:[A-Z]|\d[.,:/\-])$")
_GLUE_ALLOWED = re.compile(
    rf"(?:{CURRENCY}|(?<![A-Z])[XR]|TOTAL|TAX|CASH|CHANGE|TALDUE|CEDUE|NTDUE)$"
)
"""The last three: words of sums in transcripts without spaces."""
_NO_AMOUNT = re.compile(
    r"\s?%|[.,/:]\d|[-–]\d{1,2}[.:]\d{2}(?!\d)|\s?UHR\b|H\d?\d?\b|\s(?:BIS|TO|TOT|AS|ALLE|A|-)\s\d{1,2}[.:]\d{2}(?!\d)|(?:KG|KM|GR?|CL|ML|LT?|MM|CM|M2?|W|V|CT)\b|\s(?:KG|LTR|LITRES?|LITER)\b(?!\S)"
)
_LITRES = re.compile(r"\sL\b(?!\S)")
"""Litres after words; in a column of money, ``L`` is a VAT code."""

_AFTER = re.compile(
    rf"(?P<minus>[-−](?![\w.,])|[-−](?={CURRENCY}(?![A-Z]))|\s?{CURRENCY}\s?[-−](?![\w.,]))?"
    rf"(?P<per>\s?(?:{CURRENCY}|E)?\s?/\s?[A-Z\d])?(?:\s?{CURRENCY}(?![A-Z]))?"
)
_WHOLE = re.compile(
    r"(?<![\w.,:/])(?P<minus>[-−])?(?P<digits>\d{1,3}(?:[ .]\d{3})+|\d{1,7})"
    r"(?:\s?(?:FT|HUF|KR|SEK|NOK|DKK|ISK|KC|CZK)\b\.?|,-+(?!\d)|:-(?!\d))(?!\s?/)"
)
"""``1 799 FT``, ``35 KR``, ``35:-``."""
_RATE = re.compile(r"(?<![\d.,])(\d{1,2})(?:[.,](\d{1,3}))?\s?%")


class Amount(NamedTuple):
    """An amount at columns ``start`` to ``end``, currency and sign included.

    ``per_unit``: followed by ``/kg`` and the like, or led by ``@``.  ``boxed``: in parentheses,
    which is information on most papers and a minus on few.
    """

    cents: int
    start: int
    end: int
    per_unit: bool = False
    boxed: bool = False


def _cents(core: re.Match[str]) -> int | None:
    head, groups, whole, point, decimals = core.groups()
    if groups:
        separators = {mark for mark in groups if not mark.isdigit()}
        if len(separators) > 1 or point in separators:
            return None
        whole = head + re.sub(r"\D", "", groups)
    return int(whole or "0") * 100 + int(decimals)


def _read(plain: str, core: re.Match[str]) -> Amount | None:
    start, end = core.span()
    before = plain[max(0, start - BEFORE) : start]
    cents = _cents(core)
    lead = _led(before)
    if cents is None or lead is None:
        return None
    negative, width = lead
    per_unit = before[: len(before) - width].rstrip().endswith("@")
    if not _ends(plain, end):
        if _NO_AMOUNT.match(plain, end):
            return None
        if _LITRES.match(plain, end) and before[: len(before) - width][-2:] != "  ":
            return None
        after = next(_AFTER.finditer(plain, end))
        negative = negative or bool(after["minus"])
        end, per_unit = after.end(), per_unit or bool(after["per"])
    return Amount(
        cents=-cents if negative else cents,
        start=start - width,
        end=end,
        per_unit=per_unit,
        boxed=before[-1:] + plain[end : end + 1] in {"()", "[]"},
    )


def _led(before: str) -> tuple[bool, int] | None:
    """Whether a minus leads, and how wide sign and currency are; ``None`` for glue."""
    text = before.rstrip()
    gap = len(before) - len(text)
    if not text or text[-1].isdigit() or gap > CURRENCY_GAP:
        return False, 0
    if gap and text[-1] not in _LEADS:
        return False, 0
    if not gap and _GLUED.search(before) and not _GLUE_ALLOWED.search(before):
        return None
    lead = next(_BEFORE.finditer(before))
    return bool(lead["out"] or lead["in"]), len(lead[0])


def _ends(plain: str, end: int) -> bool:
    """Whether nothing, or a gap between columns, follows."""
    return end == len(plain) or plain[end : end + 3] == "   "


def amounts_in(plain: str) -> tuple[Amount, ...]:
    """The amounts of a line, from left to right, at most ``MAX_AMOUNTS``."""
    found: list[Amount] = []
    if not _POINT.search(plain):
        return ()
    first = next(_FIRST.finditer(plain))
    for core in _CORE.finditer(plain, first.start()):
        amount = _read(plain, core)
        if amount is not None:
            if found and found[-1].end > amount.start:
                amount = amount._replace(start=found[-1].end)
            found.append(amount)
            if len(found) == MAX_AMOUNTS:
                break
    return tuple(found)


def whole_amounts_in(plain: str) -> tuple[Amount, ...]:
    """Amounts without decimals beside a currency that is paid in whole units."""
    found = list(_WHOLE.finditer(plain))[:MAX_AMOUNTS]
    return tuple(
        Amount(
            cents=(-100 if m["minus"] else 100) * int(re.sub(r"\D", "", m["digits"])),
            start=m.start(),
            end=m.end(),
        )
        for m in found
    )


def rates_in(plain: str) -> tuple[int, ...]:
    """The percentages of a line, in basis points (``5,5 %`` is 550)."""
    return tuple(
        int(m[1]) * 100 + int((m[2] or "0").ljust(2, "0")[:2])
        for m in _RATE.finditer(plain)
    )


def times(quantity: tuple[int, int], price: int) -> int:
    """``quantity`` (digits, power of ten) times ``price``, half away from zero."""
    digits, power = quantity
    scale = int(10**power)
    product = abs(digits * price)
    rounded = (2 * product + scale) // (2 * scale)
    return rounded if digits * price >= 0 else -rounded
