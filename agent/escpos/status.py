"""What a printer answers on one connection, to the bit.

A POS decides from single bits whether its printer is there: with one wrong fixed
bit it says "offline" and stops selling.  So every answer is the bytes that the
manual prescribes, with the state of the real printer in them, and a question
without a known answer gets none (``b""``), as from a printer of that model: the
table is :mod:`agent.escpos.replies.table`.

Here is what a printer keeps of its host: what it is to tell unasked, and which block
of a long answer comes next.  Which answers wait for what is not decided here
(:mod:`agent.escpos.jobs` marks the real-time ones).

Source: Epson ESC/POS Application Programming Guide, GS a, GS ( H fn 49.
"""

from __future__ import annotations

from typing import Final

from agent.escpos.replies import table
from agent.escpos.replies.blocks import Transmission
from agent.escpos.replies.contents import NOTHING, Contents
from agent.escpos.replies.identity import Identity
from agent.escpos.replies.readouts import Moment
from agent.escpos.replies.sensors import OFFLINE_RESPONSE, WATCHES, asb, offline
from agent.escpos.roles import RESPONSES
from agent.escpos.tokens import Command
from agent.events import PrinterState

__all__ = ["Answering", "Identity", "asb"]

_CODES: Final = frozenset(RESPONSES.values())
_OFFLINE_MODES: Final = (b"\0", b"\1", b"\2", b"0", b"1", b"2")


class Answering:
    """The printer's voice on one connection: what it asked to be told is kept."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._watched = 0
        self._told = b""
        self._says_offline = False
        self._was_offline = False
        self._sending: Transmission | None = None

    def answer(
        self, token: Command, state: PrinterState, contents: Contents = NOTHING
    ) -> bytes:
        """The reply to an ``Ask``; ``b""`` when this printer would say nothing.

        ``contents`` matters where :func:`agent.escpos.replies.table.needs_work`.
        """
        if token.name in _CODES:
            return self._sending.respond(token.name) if self._sending else b""
        if token.name == "GS a":
            return self._watch(token.params[0], state)
        if (token.name, token.fn) == ("GS ( H", 49):
            self._tell_offline(token.params, state)
        reply = table.find(token)
        said = (
            reply(token.params, Moment(self._identity, state, contents))
            if reply
            else b""
        )
        if isinstance(said, bytes):
            return said
        self._sending = Transmission(said)
        return self._sending.first()

    def hello(self, state: PrinterState) -> bytes:
        """What it says to whoever connects: nothing."""
        del state
        return b""

    def changed(self, state: PrinterState) -> bytes:
        """The printer's state changed: what this POS wants to hear of it now."""
        now = asb(state)
        difference = int.from_bytes(now) ^ int.from_bytes(self._told)
        news = b""
        if self._watched & difference:
            self._told = news = now
        went = offline(state) and not self._was_offline
        self._was_offline = offline(state)
        return news + OFFLINE_RESPONSE if went and self._says_offline else news

    def _watch(self, selected: int, state: PrinterState) -> bytes:
        """GS a n: status at once, and again whenever a selected item changes."""
        chosen = [places for bit, places in WATCHES.items() if selected & bit]
        self._watched = sum(chosen)
        self._told = asb(state)
        return self._told if chosen else b""

    def _tell_offline(self, params: bytes, state: PrinterState) -> None:
        """GS ( H fn 49 m d: tell when the printer goes offline; d = 2 wants a cause.

        A cause is "0 to 10 bytes"; ours has none (:data:`.sensors.OFFLINE_RESPONSE`).
        """
        if params[3:4] == b"0" and params[4:] in _OFFLINE_MODES:
            self._says_offline = bool(params[4] & 0x0F)
            self._was_offline = offline(state)
