"""A priced line taken apart: label, VAT code, digits that lead it, article numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from agent.receipt.amounts import Amount
from agent.receipt.details import Detail
from agent.receipt.lines import Line

LETTER: Final = re.compile(r"[^\W\d_]")
_LEADING_TIMES = re.compile(
    r"^\s*(?P<q>-?\d{1,4})(?:\s?[X×*]\s+(?=\S)|\*(?=[^\W\d]{2}))"
)
_LEADING_DIGITS = re.compile(
    r"^\s*(?P<q>\d{1,3})\s+(?:(?:STK|PCS|PCE|PZ|UDS)\.?\s+)?(?=\S)", re.IGNORECASE
)
_FOR_EACH = re.compile(r"\s[Xx×@]\s{0,12}$")
_CODE_LEFT = re.compile(
    r"^\s*(?:(?P<code>[VT][0-9])\s+\*?|\((?P<boxed>[A-Z])\)\s*|(?P<flag>[A-Z])\s{3,})(?=\S)"
)
_COUNT_LEFT = re.compile(r"^\s*\((?P<q>\d{1,3})\)\s*(?=\S)")
_CODE_BEFORE = re.compile(r"(?:^|\s)(?P<code>T[0-9])\s*$")
_RATE_BEFORE = re.compile(r"\s(?P<code>\d{1,2}(?:[.,]\d{1,2})?\s?%)\s*$")
_LETTER_BEFORE = re.compile(r"\s{2,}(?P<code>[A-Z])\s*$")
_CODE_RIGHT = re.compile(
    r"\s{0,6}\*?\s?\(?(?P<code>[A-Z]{1,2}[0-9]?|[0-9]{1,2}(?:[.,][0-9])?)\)?(?:\s*\*)?\s*$"
)
_OFFERED = re.compile(r"\W*+\d{1,2}\s+(?:FOR|POUR|FUE?R|VOOR|POR|PER)\s+\W?\d")
"""``2 pour 7,00``: its price is part of its name."""
_NUMBER_FIRST = re.compile(r"^(?:\(\d{1,3}\))?\d{4,14}\s{3,}(?=[^\W\d])")
"""``4011      BANANA``: an article number in a column of its own."""
_FLAGS_LAST = re.compile(r"\s<[A-Z](?:,[A-Z]){0,3}>$")
"""``HAMMER <A,U>``: how it is taxed."""
_COLUMN_GAP = re.compile(r"\s{3,}.*$")
_NUMBER = re.compile(r"(?<!\S)#?(\d{6,14})(?!\S)")
_CURRENCY_LEFT = re.compile(r"\s(?:EUR|€|RM|CHF|\$|£)\s*$")
MAX_RATE = 30
"""Per cent: no country taxes more (HU 27); ``70%`` is cocoa."""


_WORDS = re.compile(r"[^\W\d_]+")
_HEADS: Final = frozenset(
    re.split(
        " ",
        "ARTICLE ARTICLES ARTIKEL ARTICULO ARTICOLO DESIGNATION LIBELLE DESCRIPTION DESCRIPCION "
        "DESCRIZIONE DESCRICAO OMSCHRIJVING BEZEICHNUNG ITEM ITEMS CODE DESC PRODUCT PRODUIT QTE QTY "
        "QNTY QUANTITE QUANTITY MENGE AANTAL CANT CANTIDAD UDS TA Q QTD ANZ PU P U UP UNIT PRICE SPRICE "
        "S UPRICE PRIX PREIS EINZEL EPREIS PRIJS PRECIO PREZZO PRECO UNIT UNITAIRE MONTANT BETRAG "
        "BEDRAG IMPORTE IMPORTO VALOR AMOUNT AMT TOTAL TTC HT TVA GST TAX VAT IVA BTW DISC DISCOUNT "
        "REMISE REM RABAIS RABATT KORTING SCONTO DTO DESCONTO UNITE EINHEIT UM UOM JM VARE VARA ANTAL "
        "ANTALL PRIS BELOP BELOPP NAZWA ILOSC CENA WARTOSC SUM SUMME VALUE PVP EINZELPREIS STUKPRIJS "
        "RM EUR CHF USD NO N REF X LINE PR T DE",
    )
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a priced line says beside its amounts.

    ``leading`` are digits in front that may be a quantity, a VAT code or part of the
    name, or a letter that may be its code; ``times`` is a quantity that says so (``2 x``); ``rate`` is a percentage behind
    the name that may be the VAT rate.
    """

    text: str
    code: str | None = None
    leading: str | None = None
    rate: str | None = None
    times: str | None = None


def clean(text: str) -> str:
    """Without dots that lead to a price, stars, and what stands columns away."""
    text = _NUMBER_FIRST.sub("", text.strip().lstrip("*").strip())
    text = _COLUMN_GAP.sub("", text)
    text = _FLAGS_LAST.sub("", text)
    cut = text.rstrip(" .:-=>*")
    if text[len(cut) : len(cut) + 2] in {".", ".."}:
        cut = text[: len(cut) + len(text[len(cut) :].split(" ")[0])]
    return cut.lstrip(" .:-=>*")


def uncounted(text: str, detail: Detail | None) -> str:
    """Without a quantity of the next column: ``HONORAIRES DISPENSATION  1``."""
    name, gap, last = text.rpartition("  ")
    counted = gap and detail is not None and last == format(detail.quantity, "f")
    return name.rstrip() if counted else text


def label_of(line: Line, money: Amount, detail: Detail | None) -> Label:
    """The words of a priced line without its multiplication and amounts."""
    label = _label_of(line, money, detail)
    if label.rate is not None or detail is None or not detail.end:
        return label
    between = _ended(line.text[detail.end : money.start])
    return replace(label, rate=between.rate, code=label.code or between.code)


def _label_of(line: Line, money: Amount, detail: Detail | None) -> Label:
    if _OFFERED.match(line.plain[: money.start]):
        return Label(line.text[: money.start].strip(" -"))
    end = min((a.start for a in line.amounts if not a.boxed), default=money.start)
    if detail is not None and detail.end and line.plain[: detail.start].strip():
        end = min(end, detail.start)
    elif detail is not None and detail.end and detail.start < end:
        tail = line.text[detail.end : money.start]
        return split(tail if _CODE_BEFORE.search(tail) or LETTER.search(tail) else "")
    return split(line.text[:end])


def split(text: str) -> Label:
    """Label, VAT code at its left or right, and digits that lead the line."""
    text = _CURRENCY_LEFT.sub("", text)
    left = _CODE_LEFT.match(text)
    text = text[left.end() :] if left is not None else text
    times = _LEADING_TIMES.match(text.upper()) or _COUNT_LEFT.match(text)
    text = text[times.end() :] if times is not None else _FOR_EACH.sub("", text)
    ended = _ended(text)
    code = (
        left["code"] or left["boxed"] or left["flag"]
        if left is not None
        else ended.code
    )
    if times is not None:
        return replace(ended, code=code, times=times["q"])
    digits = _LEADING_DIGITS.match(ended.text)
    bare = left is None or left["flag"] is not None
    if bare and digits is not None and LETTER.search(ended.text):
        text = ended.text[digits.end() :]
        return replace(ended, text=text, code=code, leading=digits["q"])
    return replace(ended, code=code)


def _ended(text: str) -> Label:
    before = _CODE_BEFORE.search(text)
    if before is not None:
        return Label(text[: before.start()], before["code"])
    letter = _LETTER_BEFORE.search(text)
    if letter is not None:
        return Label(text, rate=letter["code"])
    rated = _RATE_BEFORE.search(text)
    if rated is not None and _percent(rated["code"]) <= MAX_RATE:
        return Label(text, rate=rated["code"])
    return Label(text)


def _percent(code: str) -> int:
    return int(re.split(r"[.,%\s]", code)[0])


def code_right(line: Line, money: Amount) -> str | None:
    """The VAT code behind the amount."""
    found = _CODE_RIGHT.match(line.plain, money.end)
    return found["code"] if found else None


def checked(digits: str) -> bool:
    """Whether a text is a GTIN: 8, 12, 13 or 14 digits, and the last checks (GS1)."""
    if len(digits) not in {8, 12, 13, 14} or not digits.strip("0"):
        return False
    if not (digits.isascii() and digits.isdigit()):
        return False
    weighed = sum(int(d) * (3 - 2 * (n % 2)) for n, d in enumerate(digits[-2::-1]))
    return (weighed + int(digits[-1])) % 10 == 0


_UNIT_ALONE: Final = re.compile(
    r"\W*(?:PKTS?|PCS?|PCE|UNITS?|BTLS?|BOX|CTN|EA|PACKS?|SET|ROLL|TIN|BAG|NOS|STK|ST|UN|U|M[23]?|ML|CL|LT?|STD|METER|METRES?|SZT|BUC|KS|(?:E|EUR)?\W*KG|"
    r"(?:PRIX|PRICE|PREIS|PREZZO|PRECIO|PRECO|PRIJS)(?:\s+(?:SOLDE|SOLDEE?S?|NET|PROMO|REMISE|BARRE|NORMAL))?|SALE\s+PRICE|NOW)\W*|"
    r"[\W\d]*(?:EUR|CHF|E)?\s?/\s?(?:KG|L|LT|LTR|LITRE|LITER|KWH|M2?)\W*|"
    r"[\W\d]*(?:(?:KG|LB|G|GROSS|TARE|NET|TARA|BRUT)\b[\W\d]*)+"
)


def says_name(label: str) -> bool:
    """Whether a label is more than a unit (``2 PKT``), the word for a price, or digits."""
    return LETTER.search(label) is not None and not _UNIT_ALONE.fullmatch(label.upper())


def heads_columns(plain: str) -> bool:
    """``ITEM  QTY  U/P  AMOUNT``, ``(RM)``: no name of anything."""
    first = _WORDS.search(plain)
    if first is None or first[0] not in _HEADS:
        return False
    return all(word in _HEADS for word in _WORDS.findall(plain))


def number_in(text: str) -> tuple[str, str] | None:
    """An article number of its own among the words, and the words without it."""
    found = _NUMBER.search(text)
    if found is None:
        return None
    rest = f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}".strip()
    return found[1], rest
