"""The whole catalogue, and the entry of a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from agent.escpos.catalogue import (
    characters,
    codes,
    display,
    machine,
    pictures,
    roll,
    slip,
)
from agent.escpos.catalogue.entry import Entry, form, read

ROLL: Final[Sequence[Entry]] = tuple(
    entry
    for tables in (characters, roll, pictures, codes, machine)
    for entry in read(tables.TABLES)
)
"""The 248 commands and functions of a paper-roll printer."""
SLIP: Final[Sequence[Entry]] = tuple(read(slip.TABLES))
"""The 53 of slip, cheque, magnetic ink and scanner."""
DISPLAY: Final[Sequence[Entry]] = tuple(read(display.TABLES))
"""The 34 of the customer display."""


def _by_name(entries: Sequence[Entry]) -> Mapping[str, Sequence[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.name, []).append(entry)
    return found


PRINTER_NAMES: Final = _by_name((*ROLL, *SLIP))
DISPLAY_NAMES: Final = _by_name(DISPLAY)


def find(entries: Sequence[Entry], body: bytes, where: str) -> Entry | None:
    """The entry among those of one name that a command's ``body`` selects.

    ``body`` is what stands behind opcode and length, ``where`` the state of the
    printer (``standard``, ``page``, ``slip``, ``slip page``).
    """
    for entry in entries:
        if entry.where in ("", where) and form(entry).fits(body):
            return entry
    return None
