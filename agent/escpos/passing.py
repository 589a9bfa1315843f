"""What of a job must reach the printer although its paper waits.

Later jobs rely on a logo that this one defines, a till's buzzer is for now, and the
customer display hangs on the printer's line.  :func:`passing` takes that out of a job,
in order, as a sheet of its own that moves no paper; and it says what to leave out when
the job is printed after all.

* Non-volatile memory (graphics under keys, FS q, receipt logos, the POS's own memory, a
  whole user setting session): passes, and is left out later: a second writing wears
  the memory out.
* RAM (drawn characters, downloaded graphics, switches of the receipt logos): passes, and
  stays in, because an ESC @ of the job itself drops what it set before.  What the job
  drops again before its end does not pass.
* Buzzers and what goes to the display alone: pass, and are left out.

What cannot be taken out of its surroundings stays where it is, and so does all that
is written behind it, since order is meaning: definitions in a macro (a printer obeys
while it records), on a page, in the middle of a line, at 360 dpi; an FS q behind other
settings (it resets the printer); a user setting session that is not ended.  Macros print
while they are recorded, GS ( M saves what style commands set, GS C counts what is
printed: these never pass.  Behind a macro nothing does: it may be recorded as well.

Pulses, real-time commands and questions are nobody's here: :mod:`agent.escpos.jobs`
passed them on and answered them where they stood.

Source: Epson ESC/POS Application Programming Guide; GS ( E "Notes" for the session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from agent.escpos.roles import Role, role_of
from agent.escpos.tokens import Command, Text, Token, Tokeniser

MAX_TOKENS: Final = 60_000
"""Behind so many nothing is taken out, as nothing is read there (interpret)."""
PIECE_BYTES: Final = 64 * 1024

_SELECT_PRINTER: Final = b"\x1b=\x01"
_GRAPHICS: Final = (65, 66, 67, 68)
_RAM_GRAPHICS: Final = (81, 82, 83, 84)

_KEPT: Final[Mapping[str, tuple[int, ...] | None]] = {
    "GS ( L": _GRAPHICS,
    "GS 8 L": _GRAPHICS,
    "GS D": (67,),
    "FS ( E": (60, 62, 63, 64),
    "GS ( C": (0, 1, 6, 48, 49, 54),
    "FS g 1": None,
    "GS g 0": None,
}
"""Non-volatile memory: the functions that write it, or all."""
_FLEETING: Final[Mapping[str, tuple[int, ...] | None]] = {
    "GS ( L": _RAM_GRAPHICS,
    "GS 8 L": _RAM_GRAPHICS,
    "GS D": (83,),
    "FS ( E": (65,),
    "ESC ( A": (98, 99),
    "GS *": None,
    "ESC &": None,
    "ESC ?": None,
    "FS 2": None,
    "FS ?": None,
}
"""RAM, till the next ESC @."""
_BY_FONT: Final = frozenset({"ESC &", "ESC ?"})
"""Mean the characters of the font that is selected."""
_MACROS: Final = frozenset({"GS :", "GS ^"})
_ENDS_LINE: Final = frozenset({"LF", "ESC J", "ESC d", "GS V", "ESC i", "ESC m"})
_MOVES_PEN: Final = frozenset({"CR", "ESC $", "ESC \\", "GS $", "GS \\", "GS L", "FF"})
"""Without a mark: whoever has the role of a mark or a blank moves it as well."""
_PAGE: Final = frozenset({"ESC L", "FS L"})
_DENSITY: Final = (1, 49)
_DENSITY_180: Final = b"\x32\x32"
_SAYS_NOTHING: Final = Role.KICK | Role.ASK | Role.ABANDON | Role.NOISE
_BUZZES: Final = (48, 97)
_CLONE_BEEP: Final = b"\x1bB"
_BEL: Final = b"\x07"


class Passing(NamedTuple):
    """``now`` goes to the printer at once; of the job, these ranges are not printed."""

    now: bytes
    left_out: tuple[tuple[int, int], ...]


def passing(raw: bytes) -> Passing:
    """Of one whole job.  Any bytes have an answer."""
    reader = _Reader()
    for token in _tokens(raw):
        reader.take(token)
    return reader.done(len(raw))


def _tokens(raw: bytes) -> Iterator[Token]:
    tokeniser = Tokeniser()
    for at in range(0, len(raw), PIECE_BYTES):
        yield from tokeniser.feed(raw[at : at + PIECE_BYTES])
    yield from tokeniser.close()


class _Piece(NamedTuple):
    raw: bytes
    fleeting: bool = False


class _Display:
    """A span for the customer display, from ESC = 2 on."""

    def __init__(self, start: Command) -> None:
        self.start = start.at
        self.raw = bytearray(start.raw)
        self.alone = True
        """Nothing in it that a macro would not survive."""

    def add(self, token: Token) -> None:
        if not role_of(token) & (_SAYS_NOTHING & ~Role.NOISE):
            self.raw += token.raw
        if isinstance(token, Command) and (
            token.name in _MACROS or token.name in {"FS q", "FS g 1", "FS ( E"}
        ):
            self.alone = False


class _Session:
    """GS ( E from fn 1 to fn 2: in between a printer obeys nothing else."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    def add(self, token: Command) -> bool:
        """Whether the session is over."""
        self.commands.append(token)
        return token.fn == 2 and token.params[3:] == b"OUT"


class _Reader:
    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._left_out: list[tuple[int, int]] = []
        self._display: _Display | None = None
        self._session: _Session | None = None
        self._over = False
        """What follows may be part of a macro."""
        self._stuck = False
        """Order forbids to take out any more of the printer's memory."""
        self._mid_line = self._on_page = self._dense = self._other_font = False
        self._pristine = True
        """As ESC @ leaves it: what FS q resets is reset."""
        self._count = 0
        self._own: Mapping[str, Callable[[Command], None]] = {
            "ESC =": self._select,
            "ESC @": self._reset,
            "FS q": self._logos,
            "GS ( E": self._setting,
        }

    def take(self, token: Token) -> None:
        self._count += 1
        if self._over or self._count > MAX_TOKENS:
            return
        if self._display is not None:
            self._in_display(self._display, token)
        elif isinstance(token, Command):
            self._command(token)
        elif token.raw.startswith(_CLONE_BEEP) or not token.raw.strip(_BEL):
            self._pass(token, left_out=True)
        elif isinstance(token, Text) or token.of:
            self._mid_line, self._pristine = True, False
            self._stuck |= not isinstance(token, Text)

    def done(self, end: int) -> Passing:
        """What is open stays: a session that nobody ends would swallow what follows."""
        if self._display is not None:
            self._close_display(self._display, end)
        now = b"".join(piece.raw for piece in self._pieces)
        return Passing(now, _joined(self._left_out))

    # -- the display ------------------------------------------------------

    def _in_display(self, display: _Display, token: Token) -> None:
        display.add(token)
        if (
            isinstance(token, Command)
            and token.name == "ESC ="
            and token.raw[2] & 3 != 2
        ):
            self._display = None
            self._close_display(display, token.at + len(token.raw))

    def _close_display(self, display: _Display, end: int) -> None:
        """The sheet ends with the printer selected, whatever the job does."""
        if not display.alone:
            self._over = True
            return
        closed = display.raw.endswith(_SELECT_PRINTER)
        self._pieces.append(
            _Piece(bytes(display.raw) + (b"" if closed else _SELECT_PRINTER))
        )
        self._left_out.append((display.start, end))

    # -- the printer ------------------------------------------------------

    def _command(self, token: Command) -> None:
        if own := self._own.get(token.name):
            own(token)
        elif token.name == "ESC ( A" and token.fn in _BUZZES:
            self._pass(token, left_out=True)
        elif _in(_KEPT, token):
            self._keep(token, fits=self._alone)
        elif _in(_FLEETING, token):
            self._set(token)
        elif not role_of(token) & _SAYS_NOTHING:
            self._pristine = False
            self._over |= token.name in _MACROS
            self._place(token)
            self._meaning(token)

    @property
    def _alone(self) -> bool:
        """Does a definition here mean what it means on a sheet of its own?"""
        around = self._mid_line or self._on_page or self._dense
        return not around and self._session is None

    def _select(self, token: Command) -> None:
        if token.raw[2] & 3 == 2:
            self._display = _Display(token)

    def _pass(
        self, token: Token, *, left_out: bool = False, fleeting: bool = False
    ) -> None:
        self._pieces.append(_Piece(token.raw, fleeting))
        if left_out:
            self._left_out.append((token.at, token.at + len(token.raw)))

    def _keep(self, token: Command, *, fits: bool) -> None:
        if fits and not self._stuck:
            self._pass(token, left_out=True)
        else:
            self._stuck, self._pristine = True, False

    def _set(self, token: Command) -> None:
        self._pristine = False
        font = token.name not in _BY_FONT or not self._other_font
        if self._alone and font and not self._stuck:
            self._pass(token, fleeting=True)

    def _reset(self, _token: Command) -> None:
        """ESC @: what was set in RAM is gone before anybody else could use it."""
        self._pieces = [piece for piece in self._pieces if not piece.fleeting]
        self._mid_line = self._on_page = self._dense = self._other_font = False
        self._pristine = True

    def _logos(self, token: Command) -> None:
        """FS q stores logos in place of all others, and resets the printer."""
        self._keep(token, fits=self._pristine and self._alone)
        if not self._stuck:
            self._reset(token)

    def _setting(self, token: Command) -> None:
        """GS ( E: written only from fn 1 on, obeyed at fn 2."""
        if self._session is None:
            if token.fn == 1 and token.params[3:] == b"IN":
                self._session = _Session()
            else:
                return
        if self._session.add(token):
            session, self._session = self._session, None
            if self._alone and not self._stuck:
                for command in session.commands:
                    self._pass(command, left_out=True)

    def _place(self, token: Command) -> None:
        """On a page, in a line, or at the beginning of one."""
        name = token.name
        if name in _PAGE:
            self._on_page = True
        elif name in {"ESC S", "FF"} and self._on_page:
            self._on_page = self._mid_line = False
        elif name in _ENDS_LINE:
            self._mid_line = False
        elif name in _MOVES_PEN or role_of(token) & (Role.MARK | Role.BLANK):
            self._mid_line = True

    def _meaning(self, token: Command) -> None:
        """Which font's characters and what density a definition would be of."""
        if token.name == "ESC M":
            self._other_font = token.raw[2] not in {0, 0x30}
        elif token.name == "ESC !":
            self._other_font = bool(token.raw[2] & 1)
        elif token.name == "GS ( M":
            self._other_font = True
        elif token.name in {"GS ( L", "GS 8 L"} and token.fn in _DENSITY:
            self._dense = not token.raw.endswith(_DENSITY_180)


def _joined(ranges: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """In order, without a seam where one ends and the next begins."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and joined[-1][1] == start:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return tuple(joined)


def _in(table: Mapping[str, tuple[int, ...] | None], token: Command) -> bool:
    if token.name not in table:
        return False
    functions = table[token.name]
    return functions is None or token.fn in functions
