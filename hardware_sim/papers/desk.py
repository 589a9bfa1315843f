"""The till at work on one paper: its look, its words, what it rings up, where it prints."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from hardware_sim.papers.abroad import WORDS_ABROAD
from hardware_sim.papers.axes import Layout
from hardware_sim.papers.cents import Coin
from hardware_sim.papers.lands import Land
from hardware_sim.papers.sale import Sale
from hardware_sim.papers.sheet import Sheet
from hardware_sim.papers.shops import Shop
from hardware_sim.papers.words import ENGLISH, WORDS

LIE_CENTS: Final = 137
"""By how much a broken paper is wrong: no rounding, and no amount that shops print often."""
_HYPER: Final = {"food": "4", "mid": "5", "std": "6", "low": "2"}
_PREFIX: Final = {"t_before_amount": "T", "v_before": "V"}
_MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
    "en": ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
}  # fmt: skip
_DAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "fr": ("LUNDI", "MARDI", "MERCREDI", "JEUDI", "VENDREDI", "SAMEDI", "DIMANCHE"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(slots=True)
class Desk:
    """All that a block needs.  ``lie`` is how the sums shall not close, or empty."""

    dice: random.Random
    land: Land
    layout: Layout
    look: Mapping[str, str]
    words: Mapping[str, str]
    shop: Shop
    sale: Sale
    coin: Coin
    item_coin: Coin
    sheet: Sheet
    lie: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    rate_form: str = "two"

    def say(self, slot: str, about: object = "") -> str:
        """The wording of this paper for that."""
        return self.words[slot].format(about)

    def wrong(self, how: str) -> int:
        """What is added, in cents, to an amount that this paper shall print wrong."""
        return LIE_CENTS if self.lie == how else 0

    def chance(self, of_100: int) -> bool:
        return self.dice.randrange(100) < of_100

    def rate(self, key: str) -> str:
        """``20,00%`` as this till writes it."""
        return rate_text(self.land.rates[key], self.land.point, self.rate_form)

    @property
    def wide(self) -> bool:
        return self.sheet.columns >= 40


def rate_text(rate_bp: int, point: str, form: str) -> str:
    whole, rest = divmod(rate_bp, 100)
    if form == "two":
        return f"{whole}{point}{rest:02}%"
    short = f"{whole}{point}{rest:02}".rstrip("0").rstrip(point) if rest else str(whole)
    return f"{short} %" if form == "spaced" else f"{short}%"


def words_for(dice: random.Random, land: Land) -> dict[str, str]:
    """One wording for each slot; those that name the euro only where it is paid with."""
    own = {**WORDS.get(land.lang, {}), **WORDS_ABROAD.get(land.lang, {}), **land.words}
    drawn = {slot: own.get(slot, ENGLISH[slot]) for slot in ENGLISH}
    if land.currency != "EUR":
        drawn = {slot: _without_euro(said) for slot, said in drawn.items()}
    return {slot: dice.choice(said) for slot, said in drawn.items()}


def _without_euro(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(s for s in said if "EUR" not in s and "€" not in s) or ("-",)


def codes_for(
    dice: random.Random, land: Land, look: Mapping[str, str]
) -> dict[str, str]:
    """How this till calls its VAT rates on the items' lines."""
    tag = look["tag"]
    ordered = sorted(land.rates, key=lambda key: land.rates[key])
    if tag in _PREFIX:
        return {key: f"{_PREFIX[tag]}{n}" for n, key in enumerate(ordered, 1)}
    if tag in {"digit_before", "digit_after"}:
        if land.country == "FR" and dice.random() < 0.5:
            return dict(_HYPER)
        return {key: str(n) for n, key in enumerate(ordered, 1)}
    if tag == "percent_before_amount":
        return {key: rate_text(land.rates[key], land.point, "short") for key in ordered}
    return dict(land.letters) if tag != "none" else {}


def _clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def date_text(desk: Desk, at: datetime) -> str:
    """Date and time as this till writes them."""
    form, lang = desk.look["date"], desk.land.lang
    simple = {
        "d/m/Y": f"{at:%d/%m/%Y %H:%M}", "d/m/y": f"{at:%d/%m/%y} {_clock(at)}",
        "d.m.y": f"{at:%d.%m.%y %H:%M}", "d.m.Y": f"{at:%d.%m.%Y} {_clock(at)}",
        "d-m-Y": f"{at:%d-%m-%Y %H:%M:%S}", "time_first": f"{at:%H:%M %d/%m/%Y}",
    }  # fmt: skip
    if desk.land.on_top:
        simple = {
            form: f"{at:%m/%d/%Y %H:%M}" if "Y" in form else f"{at:%m/%d/%y %I:%M %p}"
        }
    if form in simple:
        return simple[form]
    if form == "month" and lang in _MONTHS:
        return f"{at.day} {_MONTHS[lang][at.month - 1]} {at.year} {_clock(at)}"
    if form == "day" and lang in _DAYS:
        return f"{at:%d-%m-%Y} {_DAYS[lang][at.weekday()]} {_clock(at)}"
    if form == "le" and lang == "fr":
        return f"le {at:%d/%m/%y} à {at:%H:%M:%S}"
    if form == "h" and lang == "fr":
        return f"{at:%d/%m/%y %Hh%M}"
    return simple["d.m.Y" if lang == "de" else "d/m/Y"]


def dated(desk: Desk, at: datetime) -> str:
    """The same, and the truth knows."""
    iso = f"{at:%Y-%m-%d}"
    desk.sheet.say(date=f"{at:%d/%m/%Y}", date_iso=iso, date_ok=[iso], time=_clock(at))
    return date_text(desk, at)
