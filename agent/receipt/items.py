"""Priced lines between the header and the total, with their second lines.

Every priced line becomes an :class:`Entry`.  What an amount is worth may be open
(a ``Remise 0,50`` is minus, or only information), so an entry carries its possible
contributions, the likely one first; ``totals`` chooses by arithmetic.  A line such
as ``2 x 1,20`` is a detail when the product is its neighbour's amount, to the cent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agent.receipt.amounts import CURRENCY, Amount, times
from agent.receipt.lines import Line
from agent.receipt.roles import SUMS, Role
from agent.receipt.wording import Wording
from agent.wire.receipt import ItemKind

MAX_PENDING = 2
"""Lines without a price that may belong to the priced line below."""

MAX_COLUMN_PRICES = 4
"""Prices tried in one line: list price, net price, discount, amount."""

_UNIT = r"(?:KG|GR?|L|STK|ST|PCS?|PCE|UN|U|ML|M2?|M)"
_TIMES = re.compile(
    rf"(?<![\w.,])(?P<q>-?\d{{1,4}}(?:[.,]\d{{1,4}})?)\s?(?P<u>{_UNIT})?\s{{0,3}}[X*@×]\s{{0,12}}"
    rf"(?:{CURRENCY}\s?)?(?P<p>\d{{0,6}}[.,]\d{{2,4}})(?!\d)"
    rf"(?:\s?{CURRENCY})?(?:\s?/\s?[A-Z]{{1,6}}\b)?"
)
_PRICE_TIMES = re.compile(
    r"(?<![\w.,])(?P<p>\d{1,6}[.,]\d{2})\s?€?\s?[X*×]\s?(?P<q>\d{1,4})(?![\d.,])"
)
_LEADING_TIMES = re.compile(r"^\s*(?P<q>-?\d{1,3})\s?[X×*]\s+(?=\S)")
_LEADING_DIGITS = re.compile(r"^\s*(?P<q>\d{1,3})\s+(?=\S)")
_FOR_EACH = re.compile(r"\s[Xx×@]\s{0,12}$")
_CODE_LEFT = re.compile(r"^\s*(?P<code>[VT][0-9])\s+\*?(?=\S)")
_CODE_BEFORE = re.compile(r"\s(?P<code>T[0-9])(?=\s|$)")
_CODE_RIGHT = re.compile(r"\s{0,6}\*?\s?(?P<code>[A-Z]{1,2}[0-9]?|[0-9])(?:\s*\*)?\s*$")
_WHOLE = re.compile(r"(?<![\w.,#/-])(\d{1,4})(?![\w.,%/-])")
_PRICE = re.compile(r"(?<![\w.,])(\d{1,6})?[.,](\d{2,4})(?![\w.,%])")
_LETTER = re.compile(r"[^\W\d_]")
_TIMES_SIGN = re.compile(r"[X*@×]")
_COLUMN_GAP = re.compile(r"\s{3,}.*$")
_SUM_FIRST = re.compile(
    r"^\W*+(?:\d+\W+)?(?:(?:\w+\W+){0,2}TOT|GESAMT|BETRAG|MONTANT|TTL|AMOUNT)"
)
_DEPOSIT = Wording(r"\bPFAND|\bLEERG|\bCONSIGNE|\bVIDANGE|\bLEEGGOED|\bDEPOSIT\b")
_VOID = Wording(r"\bNUL(?:L?E)? LIGNE|\bANNUL|\bVOID|\bSTORNO|\bCORRECTION")
_INFO_LINE = Wording(
    r"^\s*(?:DONT\b|AU LIEU|PRIX (?:AU|NORMAL|INITIAL)|\(|SOIT\b|U\.?P\b|PRICE OVER|"
    r"DISCOUNTABLE|WAS\b|ECO-?PART\b.*DONT)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A priced line.  ``worth`` are its possible contributions, likely first."""

    at: int
    label: str
    worth: tuple[int, ...]
    kind: ItemKind = "item"
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: int | None = None
    vat_code: str | None = None
    leading: str | None = None
    misfit: int = 0
    void: bool = False

    @property
    def amount(self) -> int:
        """The likely contribution."""
        return self.worth[0]


@dataclass(frozen=True, slots=True)
class Detail:
    """``quantity x price`` as printed; ``product`` and ``unit_price`` in minor units.

    A price finer than a minor unit has no ``unit_price``.
    """

    quantity: Decimal
    unit: str | None
    product: int
    unit_price: int | None
    start: int
    end: int

    @property
    def certain(self) -> bool:
        """Not a size in a label (``4.5X9.75``): those are fractions of no unit."""
        return self.unit is not None or self.quantity == int(self.quantity)

    def fits(self, cents: int) -> bool:
        """Whether the product is the amount.

        A till that rounded the unit price is off by half a cent a piece at the most.
        """
        gap = abs(abs(self.product) - abs(cents))
        if gap == 0:
            return True
        slack = int(self.quantity) // 2 if self.quantity == int(self.quantity) else 0
        return gap <= slack and gap * 100 < abs(cents)


def detail_of(plain: str) -> Detail | None:
    """The multiplication that a line prints, if any."""
    if not _TIMES_SIGN.search(plain):
        return None
    found = _TIMES.search(plain)
    unit = found["u"] if found is not None else None
    found = found or _PRICE_TIMES.search(plain)
    if found is None:
        return None
    return _multiplied(found["q"], found["p"], unit, found.span())


def _multiplied(
    quantity: str, price: str, unit: str | None, span: tuple[int, int]
) -> Detail:
    """The product in minor units, half away from zero (weights round so)."""
    whole, _, part = quantity.replace(",", ".").partition(".")
    digits, _, decimals = price.replace(",", ".").partition(".")
    cents, finer = int(digits + decimals), len(decimals) - 2
    even = cents % 10**finer == 0
    return Detail(
        quantity=Decimal(f"{whole}.{part}" if part else whole),
        unit=unit.lower() if unit else None,
        product=times((int(whole + part), len(part) + finer), cents),
        unit_price=cents // 10**finer if even else None,
        start=span[0],
        end=span[1],
    )


def _clean(text: str) -> str:
    return _COLUMN_GAP.sub("", text.strip().lstrip("*").strip()).strip(" .:-=>*")


def _kind_of(line: Line, role: Role, *, negative: bool) -> ItemKind:
    if line.says(_DEPOSIT):
        return "deposit"
    if role in {Role.DISCOUNT, Role.DISCOUNT_TOTAL}:
        return "discount"
    if role is Role.FEE:
        return "fee"
    return "discount" if negative else "item"


class Gatherer:
    """Walks down the paper and collects entries.

    Below a sum, a line that only says discounts opens a block of them, printed with
    positive amounts.
    """

    def __init__(self, lines: Sequence[Line], roles: Sequence[Role]) -> None:
        self._lines = lines
        self._roles = roles
        self._entries: list[Entry] = []
        self._names: list[Line] = []
        self._detail: Detail | None = None
        self._void = False
        self._after_sum = False
        self._discounts = False

    def gather(self, start: int, end: int) -> tuple[Entry, ...]:
        """Go on from line ``start`` to ``end``, exclusive; all entries so far."""
        for line in self._lines[start:end]:
            role = self._roles[line.at]
            self._after_sum = self._after_sum or (role in SUMS and bool(line.amounts))
            self._take(line, role)
        return tuple(self._entries)

    def _take(self, line: Line, role: Role) -> None:
        if not line.plain.strip(" -=*_.#") or self._is_aside(line, role):
            self._names.clear()
        elif line.amount is None and not line.amounts:
            self._discounts = self._after_sum and role is Role.DISCOUNT
            self._name(line)
        else:
            detail = detail_of(line.plain)
            if detail is None or not self._took_detail(line, detail):
                self._price(line, role, detail)

    def _is_aside(self, line: Line, role: Role) -> bool:
        if role is Role.TOTAL and not _SUM_FIRST.search(line.plain):
            return False
        if role in SUMS or role in {Role.SUMMARY, Role.COUNT, Role.BALANCE}:
            return True
        if role in {Role.ROUNDING, Role.TAX, Role.CHANGE, Role.DISCOUNT_TOTAL}:
            return bool(line.amounts)
        return self._after_sum and role in {Role.PAYMENT, Role.TENDERED, Role.INFO}

    def _name(self, line: Line) -> None:
        if line.says(_VOID):
            self._void = True
            return
        if self._unnamed_above(line):
            return
        self._names = [*self._names, line][-MAX_PENDING:]

    def _unnamed_above(self, line: Line) -> bool:
        """A code line with its price stands above its name on some tills."""
        if not self._entries or self._names:
            return False
        last = self._entries[-1]
        if last.at != line.at - 1 or _LETTER.search(last.label):
            return False
        self._entries[-1] = replace(last, label=_clean(line.text))
        return True

    def _took_detail(self, line: Line, detail: Detail) -> bool:
        outside = [
            a for a in line.amounts if a.end <= detail.start or a.start >= detail.end
        ]
        if outside:
            return False
        last = self._entries[-1] if self._entries else None
        if (
            last is not None
            and not self._names
            and last.quantity is None
            and detail.fits(last.amount)
        ):
            self._entries[-1] = _with(last, detail)
        elif last is not None and not self._names and self._attaches(line, last):
            self._entries[-1] = replace(
                last, misfit=abs(detail.product) - abs(last.amount)
            )
        else:
            self._detail = detail
        return True

    def _attaches(self, line: Line, last: Entry) -> bool:
        """An indented detail under a price belongs to it, whether it fits or not."""
        above = self._lines[last.at]
        indent = len(line.text) - len(line.text.lstrip())
        return (
            last.at == line.at - 1
            and last.quantity is None
            and indent > len(above.text) - len(above.text.lstrip())
        )

    def _price(self, line: Line, role: Role, detail: Detail | None) -> None:
        priced = [a for a in line.amounts if not a.per_unit and not a.boxed]
        if not priced:
            self._name(line)
            return
        entry = self._entry(line, priced[-1], role, detail)
        if self._detail is not None:
            if self._detail.fits(entry.amount):
                entry = _with(entry, self._detail)
            self._detail = None
        self._void = False
        entry = self._named_above(entry)
        self._names.clear()
        self._entries.append(entry)

    def _named_above(self, entry: Entry) -> Entry:
        """A bare amount belongs to a name that ends in its own unit price.

        One without any name is open: it may repeat what stands above.
        """
        if _LETTER.search(entry.label):
            return entry
        last = self._entries[-1] if self._entries else None
        if last is not None and last.at == entry.at - 1 and last.quantity is None:
            if entry.quantity is not None and entry.unit_price == last.amount:
                self._entries.pop()
                return replace(entry, label=_clean(self._lines[last.at].text))
            if entry.quantity is None and not entry.vat_code:
                return replace(entry, worth=(*entry.worth, 0))
        return entry

    def _entry(
        self, line: Line, money: Amount, role: Role, detail: Detail | None
    ) -> Entry:
        cents, negative = money.cents, money.cents < 0
        role = Role.DISCOUNT if self._discounts else role
        kind = _kind_of(line, role, negative=negative and not self._void)
        void = self._void or line.says(_VOID) is not None
        label, code, leading = self._label(line, money, detail)
        right = _CODE_RIGHT.match(line.plain, money.end)
        proven, misfit = _measured(line, money, detail)
        return Entry(
            at=line.at,
            label=_clean(label),
            worth=_worth(line, cents, kind, role),
            kind="void" if void and negative else kind,
            quantity=(proven.quantity if proven else None) or _times_of(line.plain),
            unit=proven.unit if proven else None,
            unit_price=proven.unit_price if proven else None,
            vat_code=right["code"] if right else code,
            leading=leading,
            misfit=misfit,
            void=void,
        )

    def _label(
        self, line: Line, money: Amount, detail: Detail | None
    ) -> tuple[str, str | None, str | None]:
        split = _split_label(line, money, detail)
        if not _LETTER.search(split[0]) and self._names:
            return _strip_codes(self._names[-1].text.strip())
        return split


def _times_of(plain: str) -> Decimal | None:
    leading = _LEADING_TIMES.match(plain)
    return Decimal(leading["q"]) if leading else None


def _worth(line: Line, cents: int, kind: ItemKind, role: Role) -> tuple[int, ...]:
    if role in {Role.TOTAL, Role.INFO} or line.says(_INFO_LINE):
        return (0, cents)
    if kind == "discount" and cents > 0:
        return (-cents, 0)
    return (cents,)


def _with(entry: Entry, detail: Detail) -> Entry:
    return replace(
        entry,
        quantity=detail.quantity,
        unit=detail.unit,
        unit_price=detail.unit_price,
    )


def _measured(
    line: Line, money: Amount, detail: Detail | None
) -> tuple[Detail | None, int]:
    """Quantity and unit price where the line itself proves them (A2), or the misfit."""
    if detail is not None and detail.end > money.start:
        detail = None
    if detail is not None and detail.fits(money.cents):
        return detail, 0
    column = _column(line.plain[: money.start], money.cents)
    if column is None and detail is not None and detail.certain:
        return None, abs(detail.product) - abs(money.cents)
    return column, 0


def _column(before: str, cents: int) -> Detail | None:
    """A whole number and a price in columns whose product is the amount."""
    prices = [f"{m[1] or 0}.{m[2]}" for m in _PRICE.finditer(before)]
    if not prices:
        return None
    for whole in _WHOLE.findall(before):
        for price in prices[-MAX_COLUMN_PRICES:]:
            detail = _multiplied(whole, price, None, (0, 0))
            if price.strip("0.") and detail.fits(cents):
                return detail
    return None


def _split_label(
    line: Line, money: Amount, detail: Detail | None
) -> tuple[str, str | None, str | None]:
    end = line.amounts[0].start
    if detail is not None and detail.start > 0 and line.plain[: detail.start].strip():
        end = min(end, detail.start)
    elif detail is not None and detail.start < end:
        tail = line.text[detail.end : money.start]
        return _strip_codes(tail if _LETTER.search(tail) else "")
    return _strip_codes(line.text[:end])


def _strip_codes(text: str) -> tuple[str, str | None, str | None]:
    """Label, VAT code on its left or right, and digits that lead the line."""
    times_ = _LEADING_TIMES.match(text.upper())
    if times_ is not None:
        return text[times_.end() :], None, None
    left = _CODE_LEFT.match(text)
    if left is not None:
        return text[left.end() :], left["code"], None
    before = _CODE_BEFORE.search(text)
    if before is not None and before.end() == len(text.rstrip()):
        return text[: before.start()], before["code"], None
    text = _FOR_EACH.sub("", text)
    digits = _LEADING_DIGITS.match(text)
    if digits is not None and _LETTER.search(text):
        return text[digits.end() :], None, digits["q"]
    return text, None, None
