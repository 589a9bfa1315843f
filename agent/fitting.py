"""``receipt-agent hands``: what store IT does when a keypad or a scanner is fitted.

``list`` says what is plugged in and how it is written into agent.toml, ``learn`` which
key or code was just heard, ``card`` draws the barcodes that lie by the till.
"""

from __future__ import annotations

import argparse
import os
import selectors
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from agent.config import Config, load
from agent.hands import serial_line
from agent.hands.acts import COMMANDS, Act, Scanned
from agent.hands.codes import (
    Card,
    Command,
    Known,
    ReceiptCode,
    command,
    meaning,
)
from agent.hands.devices import Device, Tree
from agent.hands.events import Dropped, InputEvents
from agent.hands.keys import name_of
from agent.hands.layouts import TABLES, Layout
from agent.hands.lines import Lines
from agent.hands.settings import CHOICES, KeypadSettings, ScannerSettings
from agent.hands.taking import given_back, taken
from agent.hands.typed import Typed
from agent.identity.cards import mask
from agent.letters import till_card

EXIT_NO_INPUT: Final = 66
EXIT_CANNOT_CREATE: Final = 73
READ_BYTES: Final = 4096
GAP_MS: Final = 300.0
"""Patient: whoever fits a slow scanner wants to see what it says."""
SHORTEST: Final = 4
"""Keys in one breath that are a scan; a person presses one."""
NO_END: Final = 'a code without Enter, tab or CR behind it: write end = "silence"'
SHOWN: Final = 4
"""Characters of a code that is none of ours yet."""
_LAYOUTS: Final[tuple[Layout, ...]] = tuple(TABLES)
_USUAL: Final = KeypadSettings(name="any").codes

WORDS: Final[dict[Act, tuple[str, str]]] = {
    "paper": ("Imprimer", "Print"),
    "qr": ("Code QR", "QR code"),
    "email": ("Par e-mail", "By e-mail"),
    "sms": ("Par SMS", "By text message"),
    "account": ("Sur le compte", "To the account"),
    "none": ("Sans ticket", "No receipt"),
    "extend": ("Plus de temps", "More time"),
    "not_me": ("Ce n’est pas moi", "This is not me"),
    "keep": ("Conserver ce choix", "Keep this choice"),
    "reprint": ("Duplicata", "Print again"),
    "gift": ("Ticket cadeau", "Gift receipt"),
}
"""By act, as the card says it: French, English."""


def card(arguments: argparse.Namespace) -> int:
    """``hands card``: a PDF."""
    path: Path | None = arguments.config
    shop = load(path).till.shop if path else ""
    keys = [
        till_card.Key(letter, command(letter), *WORDS[act], main=letter in CHOICES)
        for letter, act in COMMANDS.items()
    ]
    pdf = till_card.draw(keys, shop, arguments.size)
    try:
        arguments.output.write_bytes(pdf)
    except OSError as error:
        sys.stderr.write(f"{arguments.output}: {error.strerror}\n")
        return EXIT_CANNOT_CREATE
    return 0


def list_(_: argparse.Namespace, tree: Tree | None = None) -> int:
    """``hands list``: every device with keys, and the section that names it."""
    devices = (tree or Tree()).devices()
    lines = [line for device in devices for line in _described(device)]
    if not devices:
        lines = ["no device with keys is plugged in (nothing under /sys/class/input)"]
    for path in sorted(Path("/dev/serial/by-id").glob("*")):
        lines += ["", f"serial line: {path}", f'  [[scanner]]  serial = "{path}"']
    _say(lines)
    return 0


def _described(device: Device) -> list[str]:
    whole = "a whole keyboard" if device.whole else f"{len(device.keys)} keys"
    readable = "" if os.access(device.path, os.R_OK) else "; not ours to read"
    section = f'device = "{device.lasting}"'
    if device.whole:
        section += "  keyboard = true   # never the one that the cashier types on"
    return [
        f"{device.name}",
        f"  {device.path}, {device.bus}, {whole}{readable}",
        f"  [[keypad]] or [[scanner]]  {section}",
        "",
    ]


def learn(arguments: argparse.Namespace, tree: Tree | None = None) -> int:
    """``hands learn``: what is heard, until Ctrl-C or for ``--seconds``."""
    path: Path | None = arguments.config
    known = _known(load(path)) if path else Known()
    learners = _opened((tree or Tree()).devices(), arguments, known)
    if not learners:
        sys.stderr.write(
            "nothing to hear; receipt-agent hands list shows what there is\n"
        )
        return EXIT_NO_INPUT
    _say(["press a key or scan a code; Ctrl-C ends"])
    with suppress(KeyboardInterrupt):
        _listen(learners, arguments.seconds)
    for learner in learners:
        learner.close()
    return 0


def _known(config: Config) -> Known:
    hands = config.hands
    return Known(config.till.tickets_url, hands.cards, hands.receipts)


class Tells(Protocol):
    """What a device says, in words."""

    def hear(self, data: bytes) -> list[str]: ...

    def quiet(self) -> list[str]:
        """Nothing came for ``GAP_MS``."""
        ...


@dataclass(frozen=True, slots=True)
class _Learner:
    """A device, and what it says in words."""

    name: str
    fd: int
    close: Callable[[], None]
    tells: Tells


def _opened(
    devices: Sequence[Device], arguments: argparse.Namespace, known: Known
) -> list[_Learner]:
    """The one that was named, for us alone; else all, which others hear too."""
    wanted: str | None = arguments.device
    if wanted and os.path.realpath(wanted).startswith(("/dev/tty", "/dev/pts/")):
        return _line(wanted, arguments.baud, known)
    learners: list[_Learner] = []
    for device in devices:
        if wanted is not None and not _is(device, wanted):
            continue
        try:
            fd = taken(device.path, grab=wanted is not None)
        except OSError as error:
            sys.stderr.write(f"{device.name} ({device.path}): {error}\n")
            continue
        close = partial(given_back, fd)
        learners.append(_Learner(device.name, fd, close, Strokes(known)))
    return learners


def _is(device: Device, wanted: str) -> bool:
    return wanted == device.name or os.path.realpath(wanted) == str(device.path)


def _line(path: str, baud: int, known: Known) -> list[_Learner]:
    settings = ScannerSettings(serial=path, baud=baud)
    try:
        plugged = serial_line.plugged(settings)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{path}: {error}\n")
        return []
    return [_Learner(path, plugged.fd, plugged.close, Line(known))]


class Line:
    """What a serial scanner says."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._lines = Lines()

    def hear(self, data: bytes) -> list[str]:
        scans = self._lines.hear(data)
        return [f"scanned {_told(scan, self._known, ())}" for scan in scans]

    def quiet(self) -> list[str]:
        pending = self._lines.pending
        self._lines.forget()
        return [NO_END] if pending else []


class Strokes:
    """Keys one by one; of a scan only what it is, not its keys: it may be a card."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._events = InputEvents()
        self._typed = Typed(_LAYOUTS[0], GAP_MS)
        self._keys: list[str] = []

    def hear(self, data: bytes) -> list[str]:
        lines: list[str] = []
        for stroke in self._events.feed(data):
            if not isinstance(stroke, Dropped) and stroke.motion == "down":
                act = _USUAL.get(stroke.code)
                named = name_of(stroke.code) + (f", usually {act}" if act else "")
                self._keys.append(named)
            for scan in self._typed.hear(stroke):
                said = f"scanned {_told(scan, self._known, _LAYOUTS)}"
                lines += [said] if len(scan.texts[0]) >= SHORTEST else self._keys
                self._keys = []
        return lines

    def quiet(self) -> list[str]:
        keys, self._keys = self._keys, []
        self._typed.silent()
        return keys if len(keys) < SHORTEST else [NO_END]


def _told(scan: Scanned, known: Known, layouts: Sequence[Layout]) -> str:
    """What it is; a number only so far that a beginning can be configured by it."""
    named = [f' (layout = "{each}")' for each in layouts] or [""]
    others: list[str] = []
    for layout, text in zip(named, scan.texts, strict=True):
        match meaning(Scanned((text,)), known):
            case Command(act):
                return f"the command {act} of the card by the till{layout}"
            case Card(value):
                return f"a loyalty card, {mask(value)}{layout}"
            case ReceiptCode():
                return f"a receipt’s code{layout}"
            case _:
                others.append(f"{text[:SHOWN]}…, {len(text)} characters{layout}")
    return f"something else: {' or '.join(others)}"


def _listen(learners: Sequence[_Learner], seconds: float | None) -> None:
    until_s = time.monotonic() + seconds if seconds else None
    with selectors.DefaultSelector() as ready:
        for learner in learners:
            ready.register(learner.fd, selectors.EVENT_READ, learner)
        while ready.get_map():
            if until_s is not None and time.monotonic() >= until_s:
                return
            chosen = ready.select(GAP_MS / 1000)
            for key, _ in chosen:
                _hear(ready, key.data)
            for learner in learners if not chosen else ():
                _tell(learner, learner.tells.quiet())


def _hear(ready: selectors.BaseSelector, learner: _Learner) -> None:
    try:
        data = os.read(learner.fd, READ_BYTES)
    except OSError:
        data = b""
    if not data:
        ready.unregister(learner.fd)
    _tell(learner, learner.tells.hear(data) if data else ["unplugged"])


def _tell(learner: _Learner, lines: Sequence[str]) -> None:
    _say([f"{learner.name}: {line}" for line in lines])


def _say(lines: Sequence[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


WAYS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "list": list_,
    "learn": learn,
    "card": card,
}
