"""A printer by its name in the printer database that python-escpos carries.

The database says how wide a model prints and which number of ESC t selects
which code page.  It is read when the first profile is asked for, not when this
module is imported: that costs a quarter of a second, and only the worker,
which renders, ever pays it.

Widths are the greater of what the database says in pixels and in characters:
a line that wraps where the till's printer would not is worse than a wide margin.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from agent.errors import ConfigError
from agent.escpos import codepages
from agent.escpos.pagetables import BY_HAND
from agent.escpos.settings import Printer
from agent.paper.strip import CELL_WIDTH

PAPER_80_MM_DOTS: Final = 576
"""The printable width of 80 mm paper at 203 dpi, for a model that says nothing."""


@lru_cache(maxsize=64)
def printer(
    profile_name: str,
    *,
    width_dots: int | None = None,
    default_page: int = 0,
    country: int = 0,
    multibyte: str = "",
    kanji_on: bool = False,
) -> Printer:
    """The printer that a configuration names, for :func:`interpret.interpret`.

    ``width_dots`` corrects the database; ``default_page``, ``country`` and what is
    said of kanji are memory switches of the printer that no stream shows.
    ``ConfigError`` for a name that the database lacks.
    """
    profile = _profile(profile_name)
    return Printer(
        width_dots=width_dots or _width(profile),
        pages=_pages(profile),
        default_page=default_page,
        country=country,
        multibyte=multibyte,
        kanji_on=kanji_on,
    )


def _database() -> Any:
    from escpos.capabilities import CAPABILITIES

    return CAPABILITIES


def _profile(name: str) -> Any:
    profiles = _database()["profiles"]
    if name not in profiles:
        known = ", ".join(sorted(profiles))
        raise ConfigError(f"no printer profile {name!r}; there are {known}")
    return profiles[name]


def _width(profile: Any) -> int:
    """Printable dots; the database writes "Unknown", or leaves fields away."""
    pixels = profile.get("media", {}).get("width", {}).get("pixels")
    columns = profile.get("fonts", {}).get("0", {}).get("columns")
    if not isinstance(pixels, int):
        return PAPER_80_MM_DOTS
    return max(pixels, CELL_WIDTH["A"] * columns if isinstance(columns, int) else 0)


def _pages(profile: Any) -> dict[int, str]:
    """The model's code pages, but those it could not name or that are a guess."""
    encodings = _database()["encodings"]
    return {
        int(number): _table(name, encodings.get(name, {}))
        for number, name in profile["codePages"].items()
        if name != "Unknown"
    }


def _table(name: str, encoding: Any) -> str:
    """128 characters: ours, else the database's, else of the codec that it names."""
    if "data" in encoding and name not in BY_HAND:
        return codepages.tidied("".join(encoding["data"]))
    return codepages.upper_half(encoding.get("python_encode", name))
