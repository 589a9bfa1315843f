"""What of a till's configuration the RCU may order: a table, and why each key is in it.

Whoever holds the RCU's key must not be able to have a shop print elsewhere, mail
elsewhere, or believe another RCU.  So a key that is not in the table is refused by name,
with the reason; the till decides by its own copy of the table, the RCU looks at it first
so that a mistake is found before it travels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from agent.wire.events import MAX_EVENTS
from agent.wire.in_turn import MAX_IN_FLIGHT

Value = int | float | bool | str


@dataclass(frozen=True, slots=True)
class Bound:
    """What a key takes.  ``why``: why nobody is harmed by any of it.

    ``form``: what ``pattern`` wants, for people, with an example.  ``live``: taken up by the running agent; the others need a start of it.
    """

    why: str
    least: float | None = None
    most: float | None = None
    whole: bool = False
    choices: tuple[str, ...] = ()
    pattern: str = ""
    form: str = ""
    live: bool = False

    def takes(self, value: Value) -> bool:
        """Whether it is of the kind and within the bounds."""
        if self.choices or self.pattern:
            return isinstance(value, str) and (
                value in self.choices
                or bool(self.pattern and re.fullmatch(self.pattern, value))
            )
        if self.least is None or self.most is None:
            return isinstance(value, bool)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or (self.whole and not isinstance(value, int)):
            return False
        return self.least <= float(value) <= self.most

    @property
    def said(self) -> str:
        """For people: what may be written."""
        if self.pattern:
            return self.form
        if self.choices:
            return " or ".join(self.choices)
        if self.least is None or self.most is None:
            return "true or false"
        return f"{self.least:g} to {self.most:g}"


_SPEED: Final = "how fast a till sends; what it sends is not touched"
_OFFER: Final = "how long a customer has; what silence means stays the law's"
_CHANNEL: Final = "one more way to the receipt, beside paper; none is taken away by it"
_DISPLAY: Final = "how a screen looks or sounds"
_KEPT: Final = "within what the notices say and the law allows"

ORDERABLE: Final[Mapping[str, Bound]] = {
    "sync.max_events": Bound(_SPEED, 1, MAX_EVENTS, whole=True, live=True),
    "sync.max_batch_kb": Bound(_SPEED, 1, 700, whole=True, live=True),
    "sync.max_in_flight": Bound(_SPEED, 1, MAX_IN_FLIGHT, whole=True, live=True),
    "sync.heartbeat_s": Bound(_SPEED, 5, 3600),
    "sync.connect_timeout_s": Bound(_SPEED, 1, 60),
    "sync.transfer_timeout_s": Bound(_SPEED, 1, 120),
    "sync.retry_base_s": Bound(_SPEED, 0.5, 60),
    "sync.retry_cap_s": Bound(_SPEED, 10, 3600),
    "choice.window_s": Bound(_OFFER, 3, 300),
    "choice.linger_s": Bound(_OFFER, 10, 3600),
    "choice.qr_slip": Bound(_CHANNEL),
    "choice.phone_code": Bound(_CHANNEL),
    "choice.exit_slip": Bound("a slip for the barrier, which the cashier prints"),
    "qr.mode": Bound(
        "which of two symbols of one receipt is shown",
        choices=("auto", "online", "offline"),
    ),
    "qr.up_front": Bound(_CHANNEL),
    "qr.screen_px": Bound(_DISPLAY, 240, 2160, whole=True),
    "screens.theme": Bound(_DISPLAY, choices=("auto", "light", "dark")),
    "screens.sound": Bound(_DISPLAY),
    "screens.accent": Bound(
        _DISPLAY, pattern=r"#[0-9A-Fa-f]{6}", form="a colour as #1A7F5A"
    ),
    "screens.session_days": Bound(
        "a paired tablet is asked again sooner", 1, 30, whole=True
    ),
    "printer.report_paper": Bound(
        "what a POS hears of an empty roll, while there is another way than paper",
        choices=("real", "near_end", "never"),
    ),
    "printer.poll_s": Bound("how often the printer is looked at", 1, 60),
    "ocr.languages": Bound(
        "what pictures are read in",
        pattern=r"[A-Za-z_]{3,16}(\+[A-Za-z_]{3,16}){0,3}",
        form="one to four languages as fra+eng",
    ),
    "ocr.deadline_s": Bound("how long a picture is read", 0.2, 8),
    "store.retention_hours": Bound(_KEPT, 24, 72, whole=True),
    "store.tombstone_days": Bound(_KEPT, 30, 90, whole=True),
    "store.proof_days": Bound(_KEPT, 400, 1100, whole=True),
}

_NEVER: Final[tuple[tuple[str, str], ...]] = (
    ("printer.", "could have a shop print elsewhere, or not at all"),
    ("door.", "could open a door, or move the one that the POS prints to"),
    ("mail.", "could send receipts through another relay, or from another sender"),
    ("sms.", "could send receipts through another carrier"),
    ("sync.", "could have the till believe another RCU"),
    ("till.", "is who the till is, and where its data are"),
    ("consent.", "names who answers for the data, and where the till's keys are"),
    ("store.", "decides whether what is accepted can be kept"),
    ("identity.", "is what the POS takes its printer for"),
    ("limits.", "could leave the POS without a line"),
    ("policy.", "is the law that holds here; who stands at the till writes it"),
    ("receipt.", "names a file by which papers are read"),
    ("qr.", "goes into the symbols that customers scan"),
    ("screens.", "could open a screen to others"),
    (
        "choice.hold",
        "is what the law wants asked (Code de l'environnement, L. 541-15-10)",
    ),
    ("ocr.", "names a program that is started"),
    ("hands.", "could put other verbs under the cashier's fingers"),
    ("keypad.", "could put other verbs under the cashier's fingers"),
    ("scanner.", "could put other verbs under the cashier's fingers"),
)
_UNKNOWN: Final = "is no key that may be ordered"


def refusals(
    settings: Mapping[str, Value], unset: Iterable[str] = ()
) -> dict[str, str]:
    """Each key that is not taken, and why; empty: all are."""
    refused = {key: why for key in unset if (why := _why_not(key))}
    for key, value in settings.items():
        if why := _why_not(key):
            refused[key] = why
        elif not ORDERABLE[key].takes(value):
            refused[key] = f"takes {ORDERABLE[key].said}"
    return refused


def live(keys: Iterable[str]) -> bool:
    """Whether the running agent can take all of them up."""
    return all(key in ORDERABLE and ORDERABLE[key].live for key in keys)


def _why_not(key: str) -> str:
    if key in ORDERABLE:
        return ""
    return next((why for start, why in _NEVER if key.startswith(start)), _UNKNOWN)
