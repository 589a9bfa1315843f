"""What a decoder must remember of a job to say what a command does.

Only what changes the meaning of later bytes: code page, wide characters and motion
units are those of the reading room itself, set by its own handlers; page mode, the slip
and the customer display are followed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from agent.escpos import codepages, interpret
from agent.escpos.decoding import Decoder
from agent.escpos.grammar import MAX_RUN_BYTES
from agent.escpos.settings import Printer, Settings
from agent.escpos.state import State

# What the reading room's own handlers are asked to follow: no marks, only settings.
_SETTINGS: Final = frozenset(
    {"ESC t", "ESC R", "FS &", "FS .", "FS C", "FS ( C", "GS P", "GS ( M"}
)


class Scene:
    """See the module.  One instance per job."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self.page_mode = False
        self.slip = False
        self.display = False
        self._state = State(printer)
        self._decoder = Decoder(printer, {}, {}, b"")

    @property
    def now(self) -> Settings:
        """What ESC @ would set back."""
        return self._state.now

    @property
    def where(self) -> str:
        """Which of the commands that share the byte FF is meant."""
        page, slip = "page" * self.page_mode, "slip " * self.slip
        return (slip + page).strip() or "standard"

    def table(self, number: int) -> str:
        """The upper half of a code page of this printer."""
        own = self.printer.pages.get(number)
        if own is not None:
            return codepages.tidied(own)
        return codepages.upper_half(codepages.EPSON_PAGES.get(number, "CP437"))

    def text(self, raw: bytes) -> str:
        """Text bytes as they print; a byte without a character is U+FFFD."""
        pieces = list(self._decoder.read(self.now, raw))
        if len(raw) < MAX_RUN_BYTES:  # a longer run goes on in the next token
            pieces += self._decoder.rest(self.now)
        return "".join(piece.text for piece in pieces)

    def follow(self, name: str, params: bytes) -> None:
        """Obey a command, as far as it changes what later ones mean."""
        if change := _CHANGES.get(name):
            change(self, params)
        if name in _SETTINGS:
            needs, handler = interpret.HANDLERS[name]
            if len(params) >= needs:
                handler(self._state, params)

    def reset(self) -> None:
        """ESC @: as the printer wakes up."""
        self.page_mode = self.slip = False
        self._state.reset()


def _reset(scene: Scene, _params: bytes) -> None:
    scene.reset()


def _page_mode(scene: Scene, _params: bytes) -> None:
    scene.page_mode = True


def _standard_mode(scene: Scene, _params: bytes) -> None:
    scene.page_mode = False


def _paper(scene: Scene, params: bytes) -> None:
    """ESC c 0: bit 2 is the slip's face, bit 3 its back."""
    scene.slip = bool(params[0] & 0x0C)


def _device(scene: Scene, params: bytes) -> None:
    """ESC =: 2 speaks to the customer display alone."""
    scene.display = params[0] & 3 == 2


_CHANGES: Final[Mapping[str, Callable[[Scene, bytes], None]]] = {
    "ESC @": _reset,
    "ESC =": _device,
    "ESC L": _page_mode,
    "ESC S": _standard_mode,
    "FF": _standard_mode,
    "ESC c 0": _paper,
}
