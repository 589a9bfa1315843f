"""Fuel forms: one fact a line, ``Quantite = 37,50 L``, ``Prix unit. = 1,928 EUR``.

Litres times the price are the total; where no printed pair multiplies to it, there is
no such item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.receipt.details import multiplied
from agent.receipt.entries import Entry
from agent.receipt.lines import Line, Page
from agent.receipt.wording import Wording

MAX_FACTS = 6
"""Volumes, and prices, tried on one paper."""

_VOLUME = re.compile(
    r"(?<![\d.,])(?P<v>\d{1,4}[.,]\d{1,3})\s?(?P<u>L|LTR|LITRES?|LITER|LITROS?|LITRI|GAL(?:LONS?)?|G|KWH|KG)\b(?!\s?/)"
)
_VOLUME_NAMED = re.compile(
    r"\b(?:QUANTITE|VOLUME|LITRES?|LITER|LITROS|LITRI|MENGE|CANTIDAD|QUANTITA|QUANTIDADE|HOEVEELHEID|GALLONS?|ENERGIE)\b[^\d]{0,14}(?P<v>\d{1,4}[.,]\d{1,3})(?![\d.,])"
)
_PRICE = re.compile(
    r"(?<![\d.,])(?P<p>\d{1,2}[.,]\d{2,4})\s{0,6}(?:EUR|€|CHF|RM|\$|£)?\s{0,6}/\s{0,6}(?:L|LTR|LITRE|LITER|LITRO|GAL|G|KWH|KG)\b"
)
_PRICE_NAMED = re.compile(
    r"\b(?:PRIX|PRICE|PREIS|PRECIO|PREZZO|PRECO|PRIJS|P\.?U|PVP)\b[^\d]{0,24}(?P<p>\d{1,2}[.,]\d{2,4})(?![\d.,])"
)
_PRODUCT = re.compile(
    r"\b(?:CARBURANTE?|PRODUI?TO?|FUEL|KRAFTSTOFF|PRODUCTO?|PRODOTTO|BRANDSTOF|COMBUSTIBLE)\b\s*[:=.]*\s*(?P<name>(?!TOTAL\b)\S.{0,30})$"
)
_NAMES = Wording(
    r"\bSP\s?9[58]\b|\bE10\b|\bE85\b|\bE5\b|\bGAZOLE|\bGASOIL|\bDIESEL|\bSUPER(?:\s?E10|\s?PLUS)?\b|\bSANS\s+PLOMB|"
    r"\bUNLEADED|\bREGULAR\b|\bPREMIUM\b|\bBENZINA?|\bGASOLEO(?:\s[ABC]\b)?|\bGASOLINA|\bGPL\b|\bGNV\b|\bHVO|\bADBLUE|\bEURO\s?9[58]|\bLPG\b"
)
_FUELS = Wording(
    r"\bPOMPE?\b|\bPUMP\b|\bSAULE|ZAPFSAULE|\bSURTIDOR|\bEROGATORE|\bBOMBA\b|\bCARBURANT|\bFUEL|\bKRAFTSTOFF|\bBRANDSTOF|"
    r"\bLIT(?:RES?|ER|ROS?|RI)\b|\bLTR\b|\bVOLUME\b|\bGAZOLE|\bGASOIL|\bDIESEL|\bSP\s?9[58]|\bE10\b|\bE85\b|\bBENZIN|"
    r"\bGASOL|\bGALLONS?\b|\bUNLEADED|\bKWH\b|\bSUPER\b"
)
"""Papers without any of these pour nothing."""


def poured(page: Page, total: int) -> Entry | None:
    """The fuel that ``total`` pays for, when volume times price is just that."""
    if next(page.holding(_FUELS), None) is None:
        return None
    lines = page.lines
    volumes = list(_found(lines, (_VOLUME, _VOLUME_NAMED)))[:MAX_FACTS]
    prices = list(_found(lines, (_PRICE, _PRICE_NAMED)))[:MAX_FACTS]
    for line, volume in volumes:
        for _, price in prices:
            unit = volume.groupdict().get("u") or "L"
            detail = multiplied(volume["v"], price["p"], "GAL" if unit == "G" else unit)
            if total and abs(detail.product - abs(total)) <= 1:
                return Entry(
                    at=line.at,
                    label=_name(page) or line.label,
                    worth=(total,),
                    quantity=detail.quantity,
                    unit=detail.unit,
                    price=detail.price,
                )
    return None


def _found(
    lines: Sequence[Line], patterns: Sequence[re.Pattern[str]]
) -> Iterator[tuple[Line, re.Match[str]]]:
    for line in lines:
        for pattern in patterns:
            match = pattern.search(line.plain)
            if match is not None:
                yield line, match
                break


def _name(page: Page) -> str | None:
    for line in page.lines:
        match = _PRODUCT.search(line.plain)
        if match is not None:
            start, end = match.span("name")
            return line.text[start:end].strip()
    said = next(page.saying(_NAMES), None)
    return None if said is None else said[1][0].strip()
