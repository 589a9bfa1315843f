"""GS : keeps what is printed meanwhile, GS ^ prints it again.

A macro is bytes in RAM, and outlives ESC @ so that it can hold one: "The defined
contents of the macro are not cleared by ESC @.  Therefore, ESC @ can be included in
the contents" (Epson TM-T88III specification, GS :).  GS ^ in a definition throws it
away, as do commands that write the printer's own memory; FS q is a reset, which
clears a macro that is already there too.

``t`` and ``m`` of GS ^ (wait so long, wait for the feed button) leave no mark.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from agent.escpos.tokens import Command, Text, Token, Tokeniser

MAX_MACRO_BYTES: Final = 2048
"""What a printer keeps of a definition (Epson ESC/POS, GS :)."""
MAX_REPLAYED_TOKENS: Final = 10_000
"""That macros may add to a job: five bytes can ask for 255 rounds."""

_RESET: Final = "FS q"
_WRITES: Final = frozenset({_RESET, "FS g 1", "FS ( E"})
"""End a definition unfinished."""


class Macro:
    """Stands between the tokens and what does them."""

    def __init__(self, contents: bytes, do: Callable[[Token], None]) -> None:
        self.contents = contents
        self._do = do
        self._tokens: list[Token] | None = None
        self._recording: bytearray | None = None
        self._left = MAX_REPLAYED_TOKENS

    def follow(self, token: Token) -> None:
        """Do what a token says, once or, if it is GS ^, as often as it says."""
        name = token.name if isinstance(token, Command) else ""
        if name == "GS :":
            self._start_or_end()
        elif name == "GS ^":
            self._replay(token.raw[2])
        else:
            if name in _WRITES:
                self._give_up(name)
            elif self._recording is not None:
                self._record(token, self._recording)
            self._do(token)

    def _start_or_end(self) -> None:
        recorded, self._recording = self._recording, None
        if recorded is None:
            self._recording = bytearray()
        self._define(bytes(recorded or b""))

    def _define(self, contents: bytes) -> None:
        self.contents = contents
        self._tokens = None

    def _give_up(self, name: str) -> None:
        if self._recording is not None or name == _RESET:
            self._recording = None
            self._define(b"")

    def _record(self, token: Token, recorded: bytearray) -> None:
        room = MAX_MACRO_BYTES - len(recorded)
        if len(token.raw) <= room:
            recorded += token.raw
        elif isinstance(token, Text):
            recorded += token.raw[:room]

    def _replay(self, times: int) -> None:
        if self._recording is not None:
            self._recording = None
            self._define(b"")
            return
        if self._tokens is None:
            reader = Tokeniser()
            self._tokens = reader.feed(self.contents) + reader.close()
        for _ in range(times):
            self._left -= len(self._tokens)
            if self._left < 0 or not self._tokens:
                return
            for token in self._tokens:
                self._do(token)
