"""Money, dates and numbers as people read them.  Pure.

French: ``1 234,50 €`` with a narrow no-break space between thousands and a
no-break space before the sign.  English: ``€1,234.50``.  Spanish, German and Arabic, as
the Maghreb writes it: ``1.234,50 €``.  Minus is U+2212, as wide as a digit.  Text from a receipt is cleaned of control characters and of
marks that turn the reading direction around; escaping is the template's.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal
from typing import Final

from rcu.words import Lang

NBSP: Final = "\u00a0"
NARROW: Final = "\u202f"
MINUS: Final = "\u2212"

_SIGNS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_DECIMALS: Final = {
    **dict.fromkeys(("JPY", "KRW", "XAF", "XOF", "XPF", "CLP", "VND"), 0),
    **dict.fromkeys(("TND", "KWD", "BHD", "OMR", "JOD", "IQD", "LYD"), 3),
}
"""Minor units that are not 2 (ISO 4217)."""

_DAYS: Final[dict[Lang, tuple[str, ...]]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "de": (
        *("Montag", "Dienstag", "Mittwoch", "Donnerstag"),
        *("Freitag", "Samstag", "Sonntag"),
    ),
    "ar": (
        *("الاثنين", "الثلاثاء", "الأربعاء", "الخميس"),
        *("الجمعة", "السبت", "الأحد"),
    ),
}
_MONTHS: Final[dict[Lang, tuple[str, ...]]] = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
        *("août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
        *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
        *("August", "September", "Oktober", "November", "Dezember"),
    ),
    "ar": (
        *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو"),
        *("أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
    ),
}
_DATES: Final[dict[Lang, str]] = {
    "fr": "{day}{nbsp}{month} {year}",
    "en": "{day}{nbsp}{month} {year}",
    "es": "{day} de{nbsp}{month} de {year}",
    "de": "{day}.{nbsp}{month} {year}",
    "ar": "{day}{nbsp}{month} {year}",
}
_JOINTS: Final[dict[Lang, str]] = {"fr": " à ", "ar": "، "}
"""Between a day and its time; elsewhere a comma."""
_TURNING: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def money(minor: int, currency: str, lang: Lang) -> str:
    """An amount in minor units: ``-80 EUR`` -> ``−0,80 €``."""
    places = _DECIMALS.get(currency, 2)
    sign = MINUS if minor < 0 else ""
    text = digits(Decimal(abs(minor)).scaleb(-places), lang)
    unit = _SIGNS.get(currency, clean(currency))
    if lang != "en":
        return f"{sign}{text}{NBSP}{unit}"
    return f"{sign}{unit}{'' if unit in _SIGNS.values() else NBSP}{text}"


def digits(number: Decimal, lang: Lang) -> str:
    """A decimal number with separators of ``lang``; places are kept."""
    text = f"{number:,f}"
    if lang != "en":
        thousands = NARROW if lang == "fr" else "."
        text = text.replace(".", "\0").replace(",", thousands).replace("\0", ",")
    return text.replace("-", MINUS)


def percent(basis_points: int, lang: Lang) -> str:
    """``550`` -> ``5,5 %``."""
    text = digits(Decimal(basis_points).scaleb(-2).normalize(), lang)
    return f"{text}%" if lang in {"en", "ar"} else f"{text}{NBSP}%"


def long_date(day: dt.date, lang: Lang) -> str:
    """``samedi 21 novembre 2026``; the first of a month is ``1er``."""
    comma = {"es": ",", "de": ",", "ar": ""}.get(lang, "")
    return f"{_DAYS[lang][day.weekday()]}{comma} {short_date(day, lang)}"


def joint(lang: Lang) -> str:
    """Between a day and its time."""
    return _JOINTS.get(lang, ", ")


def short_date(day: dt.date, lang: Lang) -> str:
    """``21 novembre 2026``."""
    number = "1er" if lang == "fr" and day.day == 1 else str(day.day)
    month = _MONTHS[lang][day.month - 1]
    return _DATES[lang].format(day=number, nbsp=NBSP, month=month, year=day.year)


def clock_time(time: dt.time, lang: Lang) -> str:
    """``17 h 42`` or ``17:42``."""
    if lang == "fr":
        return f"{time.hour}{NBSP}h{NBSP}{time.minute:02}"
    return f"{time.hour:02}:{time.minute:02}"


def timestamp(at_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds, for machines."""
    moment = dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clean(text: str) -> str:
    """Text that can stand in a page: no control, no direction marks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if character == "\t" else character
        for character in text
        if character == "\t"
        or (unicodedata.category(character) != "Cc" and character not in _TURNING)
    )
