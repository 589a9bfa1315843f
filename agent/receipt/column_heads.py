"""The heads of columns of goods, in the words of many lands.

A line is one if it names a quantity, an amount and most of its words are such names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from agent.receipt.columns import MAX_COLUMNS, Align, Column, Field, Table
from agent.receipt.lines import Line

_SAID: Final[tuple[tuple[Field, tuple[str, ...]], ...]] = (
    (Field.PRICE, (
        r"P\.?\s?U(?:NIT|\.|\b)(?:\.?\s?(?:TTC|HT)\b)?\.?|PRIX(?:\s+(?:UNIT\w*|TTC))?",
        r"(?:U|S|UNIT)\s?[./\\]?\s?PRICE|U\s?[./]\s?P\b|UP\b|PRICE|RSP",
        r"E\s?-?\s?PREIS|EINZEL(?:PREIS)?|STUCKPREIS|PREIS|(?:STUK)?PRIJS|A-?PRIS|PRIS\b",
        r"PREZZO(?:\s+UNIT\w*)?|PRECIO(?:\s+UD\w*)?|PRECO(?:\s+UN\w*)?|P\.?V\.?P\b|CENA(?:\s+JEDN\w*)?|单价",
    )),
    (Field.AMOUNT, (
        r"MONTANT(?:\s+(?:TTC|HT))?|(?:TOTAL|TOT\.?)(?:\s+(?:TTC|HT|RM|EUR))?|AMOUNT|AMT|VALUE|SUM",
        r"BETRAG|GESAMT|SUMME|BEDRAG|TOTAAL|BELOPP|BELOB|BELOP|WARTOSC",
        r"IMPORTE|IMPORTO|VALOR|TOTALE|金额|小计",
    )),
    (Field.QUANTITY, (
        r"Q(?:TE|TY|NTY|TD|TA)\b\.?|Q\.?\s?TA\b|QUANTI\w+|MENGE|AANTAL|ANZ(?:AHL)?\b\.?",
        r"CANT(?:IDAD)?\b\.?|UDS?\b\.?|ANTALL?\b|ILOSC|MNOZ\w*|数量",
    )),
    (Field.DISCOUNT, (
        r"DISC(?:OUNT)?\b\.?|REM(?:ISE)?\b\.?|RABATT?|RABAIS|AKTION|KORTING|SCONTO|D(?:C?)TO\b\.?|DESCONTO",
    )),
    (Field.UNIT, (r"UNITE|UNIDAD|EINHEIT|EENHEID|UOM|JM\b|UM\b",)),
    (Field.CODE, (r"TVA|GST|TAX|VAT|IVA|BTW|MWST|MOMS|MVA|PTU",)),
    (Field.LABEL, (
        r"DESIGNATION|LIBELLE|PRODUITS?|ARTICLES?|DESC(?:RIPTIONS?)?\b|ITEMS?|PRODUCT",
        r"DESCRIPCION|DESCRIZIONE|DESCRICAO|ARTICULO|ARTICOLO",
        r"OMSCHRIJVING|BEZEICHNUNG|ARTIKEL|VARE|VARA|NAZWA|品名|商品",
    )),
    (Field.NUMBER, (r"REF|CODE|EAN|SKU|PLU",)),
)  # fmt: skip
_WORD: Final = re.compile(
    "|".join(rf"(?P<{field.name}>\b(?:{'|'.join(words)}))" for field, words in _SAID)
)


_LETTERS: Final = re.compile(r"[A-Z]{2,}")
HEADS: Final = frozenset(
    re.split(" ", "QT QN QU Q 数 MEN AAN CAN UD UDS ANZ ANT ILO MNO")
)
"""What a name of quantities begins with: other lines are not looked at."""
MAX_UNNAMED: Final = 1
"""Words of a head that may name what is not asked for: a department, a date."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A table of a profile; ``words``: of its head, in ``plain`` letters, if it has one."""

    table: Table
    words: tuple[tuple[Field, str, Align | None], ...] = ()


def headed(line: Line) -> Table | None:
    """The columns that a head names; ``None`` where it names too few, or one twice."""
    columns: list[Column] = [*_named(line)]
    fields = [column.field for column in columns]
    if Field.AMOUNT not in fields and Field.PRICE in fields:
        at = len(fields) - 1 - fields[::-1].index(Field.PRICE)
        columns[at] = Column(Field.AMOUNT, columns[at].start, columns[at].end)
        fields[at] = Field.AMOUNT  # QTE  ARTICLE  PRIX
    once = len({*fields}) == len(fields) <= MAX_COLUMNS
    others = _unnamed(line, columns)
    if not once or not {Field.AMOUNT, Field.QUANTITY} <= {*fields}:
        return None
    if len(others) > MAX_UNNAMED:
        return None
    columns = sorted([*columns, *others], key=lambda column: column.start)
    return Table(tuple(columns), headed=True)


def _unnamed(line: Line, columns: Sequence[Column]) -> list[Column]:
    """Words that name no column that we know."""
    return [
        Column(Field.OTHER, *word.span())
        for word in _LETTERS.finditer(line.plain)
        if not any(c.start <= word.start() < c.end for c in columns)
    ]


def _named(line: Line) -> Iterator[Column]:
    for found in _WORD.finditer(line.plain):
        if found.lastgroup is not None:
            yield Column(Field[found.lastgroup], *found.span())


def under_words(line: Line, declared: Declared) -> Table | None:
    """A declared table where all words of its head stand on a line."""
    if line.amounts:
        return None
    columns = []
    for field, word, align in declared.words:
        at = _standing(word, line.plain)
        if at < 0:
            return None
        columns.append(Column(field, at, at + len(word), align))
    columns.sort(key=lambda column: column.start)
    return replace(declared.table, columns=tuple(columns), headed=True)


def _standing(word: str, plain: str) -> int:
    """Where it stands as a word of its own; -1: nowhere."""
    at = plain.find(word)
    while at >= 0:
        end = at + len(word)
        if not (plain[at - 1 : at].isalnum() or plain[end : end + 1].isalnum()):
            return at
        at = plain.find(word, end)
    return -1
