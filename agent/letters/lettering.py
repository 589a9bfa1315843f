"""Letters for printers: what few code pages hold, written in what every one has."""

from __future__ import annotations

from typing import Final

PLAIN: Final = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u2212": "-",
        "–": "-",
        "—": "-",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "…": "...",
        "×": "x",
        "œ": "oe",
        "Œ": "OE",
    }
)
"""Typography that few code pages hold."""

FALLBACKS: Final = {"€": "EUR", "«": '"', "»": '"'}
"""Where the printer has it, it is printed; else this."""

ACCENTS: Final = str.maketrans(
    "àâäáãçéèêëîïíìñôöóòõûüùúÿÀÂÄÁÃÇÉÈÊËÎÏÍÌÑÔÖÓÒÕÛÜÙÚŸ",
    "aaaaaceeeeiiiinooooouuuuyAAAAACEEEEIIIINOOOOOUUUUY",
)
"""The letter itself, for the printers that have no accent at all."""


def without_accent(char: str) -> str:
    plain = char.translate(ACCENTS)
    return plain if plain.isascii() else "?"


def pieces(text: str, room: int) -> list[str]:
    """The text in lines of at most ``room``, broken at spaces where it has some."""
    found: list[str] = []
    rest = text
    while len(rest) > room:
        at = rest.rfind(" ", 1, room + 1)
        at = at if at > 0 else room
        found.append(rest[:at])
        rest = rest[at:].lstrip(" ")
    return [*found, rest]
