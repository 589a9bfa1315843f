"""Date and time of the sale, among warranty ends, card expiries and versions.

Every date on the paper is scored by the words beside it; the order of day and month
is the country's, unless a number above twelve settles it.  Impossible dates are none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.receipt.lines import Line, Page
from agent.receipt.wording import Wording

YEARS = range(1990, 2100)
MONTHS, DAYS = 12, 31
MONTH_FIRST = frozenset({"US", "CA"})

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("JANUARY JANVIER JANUAR JAN JANV", "FEBRUARY FEVRIER FEBRUAR FEB FEV FEVR",
         "MARCH MARS MARZ MAERZ MAR", "APRIL AVRIL APR AVR", "MAY MAI",
         "JUNE JUIN JUNI JUN", "JULY JUILLET JULI JUL JUIL", "AUGUST AOUT AUG AOU",
         "SEPTEMBER SEPTEMBRE SEPT SEP", "OCTOBER OCTOBRE OKTOBER OCT OKT",
         "NOVEMBER NOVEMBRE NOV", "DECEMBER DECEMBRE DEZEMBER DEC DEZ"), 1)
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YMD = re.compile(r"(?<!\d)(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)")
_DMY = re.compile(
    r"(?<![\d.])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d|\.\d)"
)
_D_MONTH_Y = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:ST|ND|RD|TH|ER)?[\s\-/.,']{{0,3}}(?:OF\s|DE\s)?({_MONTH})"
    r"[\s\-/.,']{0,3}(\d{4}|\d{2})(?!\d)"
)
_MONTH_D_Y = re.compile(
    rf"\b({_MONTH})[\s\-/.,']{{1,3}}(\d{{1,2}})(?:ST|ND|RD|TH)?[\s\-/.,']{{1,3}}(\d{{4}})(?!\d)"
)
_TIME = re.compile(
    r"(?<![\d:.,/-])([01]?\d|2[0-3])\s?[:H]\s?([0-5]\d)(?:\s?[:M]\s?([0-5]\d))?"
    r"(?![\d])\s{0,3}([AP])?\.?M?\b"
)
_DATE_WORD = Wording(r"\bDATE|\bDATUM|\bLE\s+\d")
_DECOY = Wording(
    r"\bEXP|\bVALID|\bVALABLE|\bGULTIG|\bFIN\b|\bJUSQU|\bUNTIL|\bGARANTI|\bWARRANTY|"
    r"\bAVANT LE|\bVERSION|\bV\d|\bBIRTH|\bNAISSANCE|\bECHANGE|\bEFFECTIVE|\bDUE DATE|"
    r"\bFROM\b|\bREIMPRESS|\bREPRINT|\bLOGICIEL|\bPROCHAIN|\bNEXT\b|\bNACHSTE|\bVOLGENDE|\bPROXIM|"
    r"\bPROSSIM|\bECHEANCE|\bGELDIG|\bSCADENZA|\bVENCE|\bCADUC|\bABLAUF|\bHALTBAR|\bMHD\b|"
    r"\bDLC\b|\bDLUO\b|\bTHT\b|\bHASTA\b|\bFINO\s+AL|\bENTRO\b|\bATE\s+\d|\bBIS\s+(?:ZUM\s+)?\d|\bTOT\s+\d"
)
_ANNULLED = Wording(
    r"\bANNUL|\bSTORNIERT|\bVOIDED\b|\bCANCELL?ED\b|\bANULAD[OA]|\bGEANNULEERD"
)
"""When a sale was taken back, not made; the only day on the paper is its day all the same."""
_MACHINE = Wording(r"\bTSE\b|\bSTART\b|\bSTOP\b|\bSIGNATUR")
"""Moments of a security device, seconds off the till's."""
_HOURS = Wording(
    r"\bLUNDI|\bDIMANCHE|\bSAMEDI|\bMO\s?-|\bOUVERT|\bHORAIRE|\bOPEN|\bHOURS|\bBIS\b|"
    r"\bDAILY|\bAM\s*(?:-|TO)\b"
)
_COUNTED = Wording(
    r"\b(?:TICKET|FACTURE|NOTE|BON|BELEG|RECHNUNG|KASSABON|FACTUUR|FACTURA|FATTURA|FATURA|SCONTRINO|"
    r"DOCUMENTO|RECEIPT|INVOICE|BILL|CHECK|AVOIR|KVITTO|PARAGON)\b[^\d]{0,14}\d"
)
"""The number of the paper: the date beside it is the paper's."""
_TIME_WORD = Wording(r"\bTIME|\bHEURE|\bUHR|\bZEIT")


_SLIP_HEAD = Wording(
    r"\bKUNDENBELEG|\bTICKET CLIENT|\bCUSTOMER COPY|^\s*CARTE BANCAIRE\s*$|\bKLANTTICKET"
)
SLIP_LINES = 12
"""A card slip prints its date at most this far below its head."""

DECOY_ONLY = -5
"""A date with this score or less is a warranty's or a card's end, not the sale's."""

_FIGURES = re.compile(r"\d\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d")
_MONTH_HEADS = sorted({name[:3] for name in _MONTHS})


@dataclass(frozen=True, slots=True)
class Found:
    """A date on a line; ``end`` is the column after it.

    ``firm``: the paper's time or number stands beside it.
    """

    date: dt.date
    at: int
    start: int
    end: int
    score: float
    slip: bool
    firm: bool


def _date(year: int, month: int, day: int) -> dt.date | None:
    year += 2000 if year < 100 else 0
    if year not in YEARS:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _numeric(match: re.Match[str], *, month_first: bool) -> dt.date | None:
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    orders = [(second, first), (first, second)]
    if month_first:
        orders.reverse()
        if first > MONTHS and year <= DAYS:  # 22/05/14 at a Canadian terminal
            return _date(first, second, year) or _date(year, second, first)
    for month, day in orders:
        date = _date(year, month, day)
        if date is not None:
            return date
    return None


def _dates_in(
    plain: str, *, month_first: bool, named: bool
) -> list[tuple[dt.date | None, int, int]]:
    found: list[tuple[dt.date | None, int, int]] = []
    if _separated(plain) and _FIGURES.search(plain):
        found += [
            (_date(int(m[1]), int(m[2]), int(m[3])), *m.span())
            for m in _YMD.finditer(plain)
        ]
        found += [
            (_numeric(m, month_first=month_first), *m.span())
            for m in _DMY.finditer(plain)
        ]
    if named:
        found += [
            (_date(int(m[3]), _MONTHS[m[2]], int(m[1])), *m.span())
            for m in _D_MONTH_Y.finditer(plain)
        ]
        found += [
            (_date(int(m[3]), _MONTHS[m[1]], int(m[2])), *m.span())
            for m in _MONTH_D_Y.finditer(plain)
        ]
    return found


def _separated(plain: str) -> bool:
    return plain.count("/") + plain.count(".") + plain.count("-") > 1


def _naming_months(page: Page) -> set[int]:
    """The lines in which a month may stand, glued to whatever."""
    names = [name for name in _MONTH_HEADS if name in page.plain]
    return {line.at for line in page.lines for name in names if name in line.plain}


def _score(line: Line, start: int, *, slip: bool) -> float:
    score = -4.0 if slip else 0.0
    if line.says(_DATE_WORD):
        score += 3
    if _TIME.search(line.plain):
        score += 1
    if line.says(_MACHINE):
        score -= 2
    before = line.plain[:start]
    if _DECOY.search(before):
        score -= 6
    elif _ANNULLED.search(before):
        score -= 4.5
    return score


def dates_of(page: Page, country: str) -> tuple[Found, ...]:
    """Every possible date, best first; the upper one on a tie."""
    found = []
    slip_until = -1
    slip_heads = {line.at for line, _ in page.saying(_SLIP_HEAD)}
    named = _naming_months(page)
    for line in page.lines:
        if line.at in slip_heads:
            slip_until = line.at + SLIP_LINES
        for date, start, end in _dates_in(
            line.plain, month_first=country in MONTH_FIRST, named=line.at in named
        ):
            if date is not None:
                slip = line.at <= slip_until
                score = _score(line, start, slip=slip)
                firm = score >= 0 and _is_firm(line)
                found.append(Found(date, line.at, start, end, score, slip, firm))
    return tuple(_in_order(found))


def _is_firm(line: Line) -> bool:
    return bool(line.says(_COUNTED) or _TIME.search(line.plain))


def _in_order(found: Sequence[Found]) -> list[Found]:
    """What is to come (a next visit, an expiry) is later than a firm date."""
    sold = max((f.date for f in found if f.firm), default=dt.date.max)
    return sorted(found, key=lambda f: (f.date > sold, -f.score, f.at, f.start))


def _time_in(plain: str) -> dt.time | None:
    match = _TIME.search(plain)
    if match is None:
        return None
    hour = int(match[1])
    if match[4] == "P" and hour < 12:
        hour += 12
    elif match[4] == "A" and hour == 12:
        hour = 0
    return dt.time(hour, int(match[2]), int(match[3] or 0))


def time_of(page: Page, found: Sequence[Found]) -> dt.time | None:
    """The time beside the date, or beside the same date elsewhere.

    Else one near it, else one that calls itself time.  The best date is the first of
    ``found``.
    """
    best = [f for f in found if f.date == found[0].date and f.slip is found[0].slip]
    beside = (_beside(page.lines[f.at].plain, f) for f in best)
    near = (_near(page.lines, f.at) for f in best[:1])
    return next(filter(None, (*beside, *near)), None) or _named(page)


def _beside(plain: str, date: Found) -> dt.time | None:
    return _time_in(plain[date.end :]) or _time_in(plain[: date.start])


def _near(lines: Sequence[Line], at: int) -> dt.time | None:
    for step in (1, -1, 2, -2):
        if 0 <= at + step < len(lines) and not lines[at + step].says(_HOURS):
            found = _time_in(lines[at + step].plain)
            if found is not None:
                return found
    return None


def _named(page: Page) -> dt.time | None:
    for line, _ in page.saying(_TIME_WORD):
        if not line.says(_HOURS):
            found = _time_in(line.plain)
            if found is not None:
                return found
    return None
