"""What is said of each part of the house on the screen of store IT, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from agent.delivery.printer_status import trouble_of
from agent.events import PrinterState
from agent.hands.hand import HandState
from agent.screens.snapshot import Lamp, Lit, Room
from agent.verbs import Words

DISK_LOW: Final = 512
"""MB that are free: a busy till writes some thirty a day."""
CERTIFICATE_DAYS: Final = 21
LATE_S: Final = 3600.0
"""What waits longer than that needs a person."""
DOORS: Final[Mapping[str, Words]] = {
    "tcp": Words("Entrée réseau (TCP)", "Network door (TCP)"),
    "star": Words("Entrée réseau Star", "Network door, Star"),
    "serial": Words("Entrée série", "Serial door"),
    "device": Words("Entrée USB ou parallèle", "USB or parallel door"),
    "folder": Words("Entrée par dossier", "Folder door"),
    "http": Words("Entrée web (ePOS, JSON)", "Web door (ePOS, JSON)"),
}
HANDS: Final[Mapping[str, Words]] = {
    "keypad": Words("Pavé de touches", "Keypad"),
    "scanner": Words("Douchette", "Scanner"),
}
CERTIFICATES: Final[Mapping[str, Words]] = {
    "door.http": Words("Certificat de l’entrée web", "Certificate of the web door"),
    "screens": Words("Certificat des écrans", "Certificate of the screens"),
}

UNREADABLE: Final = Words("Illisible", "Cannot be read")
NOT_KEPT: Final = Words(
    "Plus de place\u00a0: les tickets s’impriment sans être gardés, libérez de la place",
    "No room: receipts are printed and not kept, make room",
)
NO_ANSWER: Final = Words(
    "Joignable, ne répond à aucune question : receipt-agent doctor",
    "Reached, answers no question: receipt-agent doctor",
)
NO_ROOM: Final = Words(
    "Le disque est plein\u00a0: libérez de la place",
    "The disk is full: make room",
)


def printer(lamp: Lamp, state: PrinterState, stuck: str) -> Room:
    """With a code of what is wrong.  Paper goes to one that is mute: cashiers see no fault."""
    if state.mute and lamp.state == "ok":
        return Room(lamp.name, "wait", NO_ANSWER, "mute")
    away = "" if state.online else "unreachable"
    low = "near_end" if state.paper == "near_end" else ""
    code = stuck or trouble_of(state) or away or low
    return Room(lamp.name, lamp.state, lamp.says, code)


def queue(name: Words, count: int, oldest_ms: int | None, now_ms: int) -> Room:
    if not count:
        return Room(name, "ok", Words("Rien n’attend", "Nothing waits"))
    waits_s = 0 if oldest_ms is None else max(0, now_ms - oldest_ms) // 1000
    minutes = waits_s // 60
    says = Words(
        f"{count} en attente, depuis {minutes}\u00a0min",
        f"{count} waiting, for {minutes} min",
    )
    return Room(name, "needs" if waits_s >= LATE_S else "wait", says)


def papers(
    name: Words,
    count: int,
    oldest_ms: int | None,
    now_ms: int,
    line: tuple[int, str],
) -> Room:
    """Those that were ordered, and those that a rule prints: ``line`` at the printer.

    ``line``: how many, and why the first does not get printed.
    """
    sheets, stuck = line
    if count >= sheets:
        return replace(queue(name, count, oldest_ms, now_ms), detail=stuck)
    if oldest_ms is not None:
        return replace(queue(name, sheets, oldest_ms, now_ms), detail=stuck)
    says = Words(f"{sheets} en attente", f"{sheets} waiting")
    return Room(name, "wait", says, stuck)


def door(name: str, address: str, opened: bool) -> Room:  # noqa: FBT001 -- a field
    says = (
        Words("Ouverte", "Open")
        if opened
        else Words(
            "Fermée\u00a0: voir le journal et la configuration",
            "Shut: see the log and the configuration",
        )
    )
    state: Lit = "ok" if opened else "needs"
    shown = DOORS.get(name, Words(f"Entrée {name}", f"Door {name}"))
    return Room(shown, state, says, address)


def hand(state: HandState) -> Room:
    """A keypad or a scanner: an entrance too."""
    says = (
        Words(
            f"Écouté\u00a0· {state.heard} appuis ou codes",
            f"Heard · {state.heard} presses or codes",
        )
        if state.there
        else Words("Absent\u00a0: vérifier son câble", "Not there: check its cable")
    )
    kind = state.name.rpartition(".")[2]
    lost = f"lost {state.lost}" if state.lost else ""
    detail = " · ".join(
        part for part in (lost, "" if state.there else state.why) if part
    )
    lit: Lit = "ok" if state.there else "needs"
    name = HANDS.get(kind, Words(f"Touches {kind}", f"Keys {kind}"))
    return Room(name, lit, says, detail)


def certificate(
    use: str, path: Path, ends: Callable[[Path], datetime], now: datetime
) -> Room:
    name = CERTIFICATES.get(
        use, Words(f"Certificat\u00a0: {use}", f"Certificate: {use}")
    )
    try:
        until = ends(path)
    except (OSError, ValueError):
        return Room(name, "needs", UNREADABLE, str(path))
    left = (until - now).days
    state: Lit = "ok" if left > CERTIFICATE_DAYS else "needs"
    says = Words(f"Encore {left} jours", f"{left} more days")
    if left < 0:
        says = Words("Expiré\u00a0: à renouveler", "Expired: renew it")
    return Room(name, state, says, f"{until:%Y-%m-%d}")


def disk(free_mb: int | None) -> Room:
    name = Words("Disque", "Disk")
    if free_mb is None:
        return Room(name, "needs", UNREADABLE)
    size = f"{free_mb / 1000:.1f}"
    says = Words(f"{size.replace('.', ',')}\u00a0Go libres", f"{size} GB free")
    return Room(name, "ok" if free_mb > DISK_LOW else "needs", says)


@dataclass(frozen=True, slots=True)
class FeedState:
    """``heard``: when it last answered; ``waiting``: came and is not done yet."""

    heard: datetime | None
    waiting: int = 0
    problem: str = ""


def feed(state: FeedState, now: datetime) -> Room:
    """What the central service sends down: when it was heard, and what waits here."""
    name = Words("Ordres du service central", "Orders of the central service")
    waits = Words("", "")
    if state.waiting:
        waits = Words(f" · {state.waiting} à faire", f" · {state.waiting} to be done")
    if state.heard is None:
        says = Words("Pas encore de contact", "Not heard yet")
        lit: Lit = "wait" if not state.problem else "needs"
        return Room(name, lit, says, state.problem)
    seconds = max(0, int((now - state.heard).total_seconds()))
    minutes = seconds // 60
    ago = Words("Contact à l’instant", "Heard just now")
    if state.problem and not minutes:
        ago = Words(
            f"Ne répond plus, dernier contact il y a {seconds}\u00a0s",
            f"Does not answer now, heard {seconds} s ago",
        )
    if minutes:
        ago = Words(
            f"Dernier contact il y a {minutes}\u00a0min", f"Heard {minutes} min ago"
        )
    late = minutes * 60 >= LATE_S
    lit = "needs" if late else "wait" if state.problem or state.waiting else "ok"
    says = Words(ago.fr + waits.fr, ago.en + waits.en)
    return Room(name, lit, says, state.problem)


def size(says: Words, megabytes: int | None) -> Words:
    """With how large it is, as each language writes it."""
    if megabytes is None:
        return says
    return Words(f"{says.fr} · {megabytes}\u00a0Mo", f"{says.en} · {megabytes} MB")
