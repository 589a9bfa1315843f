"""Every word of the letters, and dates and rates as each language writes them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from agent.letters.phrases import Phrases
from agent.letters.tongues import ar, de, en, es, fr
from agent.wire.money import Tongue

PHRASES: Final[dict[Tongue, Phrases]] = {
    "fr": fr.SAID,
    "en": en.SAID,
    "es": es.SAID,
    "de": de.SAID,
    "ar": ar.SAID,
}

MONTHS_EN: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""Spelt here, since ``%B`` follows the process's locale."""


_NUMERIC: Final[dict[Tongue, str]] = {
    "fr": "%d/%m/%Y",
    "es": "%d/%m/%Y",
    "de": "%d.%m.%Y",
    "ar": "%d/%m/%Y",
}
"""Day first in all of them, and nobody there reads it otherwise."""


def written_date(day: dt.date, lang: Tongue) -> str:
    """``21/11/2026``, or ``21 November 2026`` where the order would be a guess."""
    if lang in _NUMERIC:
        return f"{day:{_NUMERIC[lang]}}"
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def written_rate(basis_points: int, lang: Tongue) -> str:
    """``5,5 %`` of 550: as many decimals as the rate needs."""
    said = PHRASES[lang]
    whole, part = divmod(abs(basis_points), 100)
    tail = f"{said.decimal}{part:02d}".rstrip("0") if part else ""
    return f"{'-' if basis_points < 0 else ''}{whole}{tail}{said.percent}"
