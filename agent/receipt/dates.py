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
    r"\bFROM\b|\bREIMPRESS|\bREPRINT|\bLOGICIEL"
)
_HOURS = Wording(
    r"\bLUNDI|\bDIMANCHE|\bSAMEDI|\bMO\s?-|\bOUVERT|\bHORAIRE|\bOPEN|\bHOURS|\bBIS\b|"
    r"\bDAILY|\bAM\s*(?:-|TO)\b"
)
_TIME_WORD = Wording(r"\bTIME|\bHEURE|\bUHR|\bZEIT")


_SLIP_HEAD = Wording(
    r"\bKUNDENBELEG|\bTICKET CLIENT|\bCUSTOMER COPY|^\s*CARTE BANCAIRE\s*$|\bKLANTTICKET"
)
SLIP_LINES = 12
"""A card slip prints its date at most this far below its head."""

DECOY_ONLY = -5
"""A date with this score or less is a warranty's or a card's end, not the sale's."""

_FIGURES = re.compile(r"\d\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d")
_MONTH_NAMED = re.compile(rf"(?:{'|'.join(sorted({name[:3] for name in _MONTHS}))})")


@dataclass(frozen=True, slots=True)
class Found:
    """A date on a line; ``end`` is the column after it."""

    date: dt.date
    at: int
    start: int
    end: int
    score: float
    slip: bool


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
    for month, day in orders:
        date = _date(year, month, day)
        if date is not None:
            return date
    return None


def _dates_in(
    plain: str, *, month_first: bool
) -> list[tuple[dt.date | None, int, int]]:
    found: list[tuple[dt.date | None, int, int]] = []
    if _FIGURES.search(plain):
        found += [
            (_date(int(m[1]), int(m[2]), int(m[3])), *m.span())
            for m in _YMD.finditer(plain)
        ]
        found += [
            (_numeric(m, month_first=month_first), *m.span())
            for m in _DMY.finditer(plain)
        ]
    if _MONTH_NAMED.search(plain):
        found += [
            (_date(int(m[3]), _MONTHS[m[2]], int(m[1])), *m.span())
            for m in _D_MONTH_Y.finditer(plain)
        ]
        found += [
            (_date(int(m[3]), _MONTHS[m[1]], int(m[2])), *m.span())
            for m in _MONTH_D_Y.finditer(plain)
        ]
    return found


def _score(line: Line, start: int, *, slip: bool) -> float:
    score = -4.0 if slip else 0.0
    if line.says(_DATE_WORD):
        score += 3
    if _TIME.search(line.plain):
        score += 1
    if _DECOY.search(line.plain[:start]):
        score -= 6
    return score


def dates_of(page: Page, country: str) -> tuple[Found, ...]:
    """Every possible date, best first; the upper one on a tie."""
    found = []
    slip_until = -1
    slip_heads = {line.at for line, _ in page.saying(_SLIP_HEAD)}
    for line in page.lines:
        if line.at in slip_heads:
            slip_until = line.at + SLIP_LINES
        for date, start, end in _dates_in(
            line.plain, month_first=country in MONTH_FIRST
        ):
            if date is not None:
                slip = line.at <= slip_until
                score = _score(line, start, slip=slip)
                found.append(Found(date, line.at, start, end, score, slip))
    return tuple(sorted(found, key=lambda f: (-f.score, f.at, f.start)))


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


def time_of(page: Page, date: Found | None) -> dt.time | None:
    """The time beside the date, else near it, else one that calls itself time."""
    if date is not None:
        plain = page.lines[date.at].plain
        beside = _time_in(plain[date.end :]) or _time_in(plain[: date.start])
        return beside or _near(page.lines, date.at) or _named(page)
    return _named(page)


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
