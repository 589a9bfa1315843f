"""What a page shows before its script has run: the state of now, in the HTML itself.

A page is a text with ``${places}``.  Every value is escaped here; the QR goes in as a
picture, in which nothing runs.  The script draws the same from the first snapshot.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Final, Literal

from agent.screens.ports import View
from agent.screens.snapshot import Lamp, Recent, Room, Rooms, Shown, Snapshot

NO_TOTAL: Final = "–"


@dataclass(frozen=True, slots=True)
class Look:
    """What IT chose of how screens look and sound.  ``logo``: its name among the files."""

    theme: Literal["auto", "light", "dark"] = "auto"
    sound: bool = True
    logo: str = ""


def painted(view: View, page: str, snapshot: Snapshot, look: Look) -> bytes:
    """The page with the snapshot in it."""
    shown = {
        "theme": escape(look.theme),
        "sound": "on" if look.sound else "off",
        "shop": escape(snapshot.shop),
        "till": escape(snapshot.till),
        "logo": _sign(look.logo),
        **PLACES[view](snapshot),
    }
    return Template(page).substitute(shown).encode()


def plain(page: str, look: Look) -> bytes:
    """A page that shows nothing of the counter."""
    return Template(page).substitute(theme=look.theme).encode()


def _sign(name: str) -> str:
    return f'<img class="logo" src="/static/{escape(name)}" alt="">' if name else ""


def _display(snapshot: Snapshot) -> Mapping[str, str]:
    shown = snapshot.shown
    return {
        "state": "sale" if shown else "idle",
        "idle_hidden": "hidden" if shown else "",
        "sale_hidden": "" if shown else "hidden",
        "sale_class": "whole" if shown and shown.qr_says else "",
        "scan": escape(shown.qr_says.fr) if shown and shown.qr_says else "",
        "total": escape((shown and shown.total) or ""),
        "count": _count(shown),
        "qr": _picture(shown.qr_svg) if shown else "",
        "legal": "".join(
            f'<p lang="fr">{escape(each.says.fr)}</p>'
            f'<p lang="en" class="quiet">{escape(each.says.en)}</p>'
            for each in snapshot.legal[:1]
        ),
        "notice": escape(snapshot.notice.says.fr) if snapshot.notice else "",
        "notice_hidden": "" if snapshot.notice else "hidden",
    }


def _cashier(snapshot: Snapshot) -> Mapping[str, str]:
    shown, notice = snapshot.shown, snapshot.notice
    return {
        "total": escape((shown and shown.total) or (NO_TOTAL if shown else "")),
        "title": escape(_title(shown)),
        "count": _count(shown),
        "outcome": escape(shown.outcome.fr if shown and shown.outcome else ""),
        "notice": escape(notice.says.fr) if notice else "",
        "remedy": escape(notice.remedy.fr) if notice else "",
        "notice_hidden": "" if notice else "hidden",
        "lamps": "".join(map(_lamp, snapshot.lamps)),
        "recent": "".join(map(_recent, snapshot.recent)),
    }


def _it(snapshot: Snapshot) -> Mapping[str, str]:
    rooms = snapshot.rooms or Rooms()
    alone = [rooms.printer, rooms.store, rooms.sync, rooms.feed, rooms.disk]
    every = [
        *rooms.doors,
        *(each for each in alone if each is not None),
        *rooms.outbox,
        *rooms.certificates,
    ]
    return {"rooms": "".join(map(_room, every))}


PLACES: Final[Mapping[View, Callable[[Snapshot], Mapping[str, str]]]] = {
    "display": _display,
    "cashier": _cashier,
    "it": _it,
}


def _title(shown: Shown | None) -> str:
    if shown is None:
        return ""
    return " · ".join(filter(None, (shown.title.fr, shown.number, shown.at)))


def _count(shown: Shown | None) -> str:
    if shown is None or shown.item_count is None:
        return ""
    return "1 article" if shown.item_count == 1 else f"{shown.item_count} articles"


def _picture(svg: str) -> str:
    data = base64.b64encode(svg.encode()).decode()
    return f'<img class="code-first" alt="QR" src="data:image/svg+xml;base64,{data}">'


def _lamp(lamp: Lamp) -> str:
    return (
        f'<li class="lamp {lamp.state}"><span class="light"></span>'
        f"<strong>{escape(lamp.name.fr)}</strong>"
        f"<span>{escape(lamp.says.fr)}</span></li>"
    )


def _recent(row: Recent) -> str:
    return (
        f'<li><span class="at">{escape(row.at)}</span>'
        f'<span class="what">{escape(row.title.fr)}</span>'
        f'<span class="sum">{escape(row.total or NO_TOTAL)}</span></li>'
    )


def _room(room: Room) -> str:
    return (
        f'<li class="lamp {room.state}"><span class="light"></span>'
        f"<strong>{escape(room.name.fr)}</strong>"
        f"<span>{escape(room.says.fr)}</span></li>"
    )
