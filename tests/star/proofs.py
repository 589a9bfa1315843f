"""One proof a command: a job, and what it must leave on the paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from agent.paper.strip import (
    Buzz,
    Cut,
    Element,
    Feed,
    Kick,
    Page,
    Raster,
    Run,
    Symbol,
    TextLine,
)
from agent.star.settings import Printer

PRINTER = Printer()


class Proof(NamedTuple):
    job: bytes
    shows: Callable[[Sequence[Element]], bool]
    printer: Printer = PRINTER


def _runs(elements: Sequence[Element]) -> list[Run]:
    return [run for e in elements if isinstance(e, TextLine) for run in e.runs]


def _said(elements: Sequence[Element]) -> str:
    return "\n".join(
        "".join(run.text for run in e.runs) for e in elements if isinstance(e, TextLine)
    )


def _styled(job: bytes, **wanted: object) -> Proof:
    """The last run looks so, and the first one, before the command, does not."""

    def shows(elements: Sequence[Element]) -> bool:
        first, *_, last = _runs(elements)
        return all(
            getattr(last.style, name) == value != getattr(first.style, name)
            for name, value in wanted.items()
        )

    return Proof(b"before\n" + job + b"behind\n", shows)


def _undone(on: bytes, off: bytes, **plain: object) -> Proof:
    """Switched on and off again, text looks as it did."""

    def shows(elements: Sequence[Element]) -> bool:
        first, last = _runs(elements)
        return all(
            getattr(last.style, name) == value != getattr(first.style, name)
            for name, value in plain.items()
        )

    return Proof(on + b"on\n" + off + b"off\n", shows)


def _prints(job: bytes, wanted: str, printer: Printer = PRINTER) -> Proof:
    return Proof(job, lambda elements: _said(elements) == wanted, printer)


def _starts_at(job: bytes, *wanted: int) -> Proof:
    return Proof(job, lambda elements: [run.x for run in _runs(elements)] == [*wanted])


def _raster(job: bytes, width: int, height: int, bits: bytes) -> Proof:
    def shows(elements: Sequence[Element]) -> bool:
        found = [e for e in elements if isinstance(e, Raster)]
        return [(r.width, r.height, r.bits) for r in found] == [(width, height, bits)]

    return Proof(job, shows)


def _symbol(job: bytes, **wanted: object) -> Proof:
    def shows(elements: Sequence[Element]) -> bool:
        found = [e for e in elements if isinstance(e, Symbol)]
        return len(found) == 1 and all(
            getattr(found[0], name) == value for name, value in wanted.items()
        )

    return Proof(job, shows)


def _leaves(job: bytes, *wanted: Element) -> Proof:
    return Proof(job, lambda elements: [*elements] == [*wanted])


def _has(job: bytes, wanted: Element) -> Proof:
    return Proof(job, lambda elements: wanted in elements)


def _height(job: bytes, dots: int) -> Proof:
    """How far the first line moved the paper."""

    def shows(elements: Sequence[Element]) -> bool:
        return isinstance(elements[0], TextLine) and elements[0].height == dots

    return Proof(job, shows)


def _page(job: bytes, *places: tuple[int, int, int]) -> Proof:
    def shows(elements: Sequence[Element]) -> bool:
        pages = [e for e in elements if isinstance(e, Page)]
        return [(m.x, m.y, m.turn) for p in pages for m in p.marks] == [*places]

    return Proof(job, shows)


_ROW = b"b\x02\x00\xf0\x0f"
_ENTER, _QUIT = b"\x1b*rA", b"\x1b*rB"
_LOGO = b"\x1b\x1cq\x01\x01\x00\x01\x00" + b"\x80" + b"\x01" * 7
_NV = b"\x1b\x1d(L\x0d\x000C0AB\x01\x08\x00\x02\x00\x31\xff\x01"
_THREE = b"\xe0\x00\x00" * 3  # a dot of ESC K

PROOFS: Mapping[str, Proof] = {
    # -- what characters look like
    "ESC i": _styled(b"\x1bi\x01\x02", tall=2, wide=3),
    "ESC W": _styled(b"\x1bW1", wide=2),
    "ESC h": _styled(b"\x1bh\x03", tall=4),
    "SO": _styled(b"\x0e", wide=2),
    "DC4": _undone(b"\x0e", b"\x14", wide=1),
    "ESC SO": _styled(b"\x1b\x0e", tall=2),
    "ESC DC4": _undone(b"\x1b\x0e", b"\x1b\x14", tall=1),
    "ESC E": _styled(b"\x1bE", bold=True),
    "ESC F": _undone(b"\x1bE", b"\x1bF", bold=False),
    "ESC 4": _styled(b"\x1b4", invert=True),
    "ESC 5": _undone(b"\x1b4", b"\x1b5", invert=False),
    "ESC -": _styled(b"\x1b-1", underline=2),
    "SI": _styled(b"\x0f", upside_down=True),
    "DC2": _undone(b"\x0f", b"\x12", upside_down=False),
    "ESC RS F": _styled(b"\x1b\x1eF\x01", font="B"),
    "ESC RS C": _styled(b"\x1b\x1eC1\x1b\x1ec1", ink=2),
    "ESC RS c": _styled(b"\x1b\x1eC1\x1b\x1ec1", ink=2),
    # -- which characters
    "ESC GS t": _prints(b"\x1b\x1dt\x20\x80 12,50\n", "€ 12,50"),
    "ESC R": _prints(b"\x1bR1@]\n", "à§"),
    "ESC $": _prints(b"\x1b$1" + "領収書".encode("cp932") + b"\n", "領収書"),
    "ESC GS ) U": _prints(
        b"\x1b\x1d)U\x02\x000\x01" + "Thé à 2 €\n".encode(), "Thé à 2 €"
    ),
    "ESC p": _prints(b"\x1bp\x46\x7c\x1bqx\n", "日x", Printer(multibyte="cp932")),
    "ESC q": _prints(b"\x1bp\x46\x7c\x1bqx\n", "日x", Printer(multibyte="cp932")),
    # -- spaces between them
    "ESC SP": _starts_at(b"\x1b 4ab\n", 0, 16),
    "ESC M": _starts_at(b"\x1b:ab\n\x1bMab\n", 0, 16, 0),
    "ESC g": _starts_at(b"\x1bgab\n", 0, 14),
    "ESC P": _starts_at(b"\x1bPab\n", 0, 15),
    "ESC :": _starts_at(b"\x1b:ab\n", 0, 16),
    # -- lines
    "LF": _prints(b"a\nb\n", "a\nb"),
    "CR": _prints(b"a\rb\r", "a\nb", Printer(cr_feeds=True)),
    "ESC a": _height(b"a\x1ba\x03", 96),
    "ESC J": _height(b"a\x1bJ\x28", 80),
    "ESC I": _height(b"a\x1bI\x28", 40),
    "ESC z": _height(b"\x1b0\x1bz1a\n", 32),
    "ESC 0": _height(b"\x1b0a\n", 24),
    "ESC 1": _leaves(b"\x1b1\n", Feed(20)),
    "ESC A": _height(b"\x1bA\x0f\x1b2a\n", 42),
    "ESC 2": _height(b"\x1bA\x0f\x1b2a\n", 42),
    # -- forms
    "FF": _leaves(b"\x1bC\x04\x0c", Feed(128)),
    "ESC C": _leaves(b"\x1bC\x00\x01\x0c", Feed(192)),
    "VT": _leaves(b"\x1bB\x02\x05\x00\x0b\x0b", Feed(64), Feed(96)),
    "ESC B": _leaves(b"\x1bB\x02\x05\x00\x0b\x0b", Feed(64), Feed(96)),
    # -- along the line
    "HT": _starts_at(b"\x1bD\x0a\x14\x00a\tb\tc\n", 0, 120, 240),
    "ESC D": _starts_at(b"\x1bD\x0a\x14\x00a\tb\tc\n", 0, 120, 240),
    "ESC l": _starts_at(b"\x1bl\x04a\n", 48),
    "ESC Q": _starts_at(b"\x1bQ\x1e\x1b\x1da2ab\n", 336),
    "ESC GS A": _starts_at(b"a\x1b\x1dA\x2c\x01b\n", 0, 300),
    "ESC GS R": _starts_at(b"abcd\x1b\x1dR\x20\x00e\x1b\x1dR\xe8\xfff\n", 0, 80, 68),
    "ESC GS a": _starts_at(b"\x1b\x1da1ab\n\x1b\x1da\x02ab\n", 276, 552),
    # -- machine
    "ESC d": _leaves(b"\x1bd3\x1bd\x00\x1bdt", Cut(full=False), Cut()),
    "ESC @": _prints(b"\x1bR1\x1b@@\n", "@"),
    "CAN": _prints(b"gone\x18kept\n", "kept"),
    "ESC BEL": _leaves(b"\x1b\x07\x0a\x32\x07", Kick(0, 100, 500)),
    "BEL": _leaves(b"\x07", Kick(0, 200, 200)),
    "FS": _leaves(b"\x1c", Kick(0, 200, 200)),
    "SUB": _leaves(b"\x1a", Kick(1, 200, 200)),
    "EM": _leaves(b"\x19", Kick(1, 200, 200)),
    "ESC GS BEL": _leaves(b"\x1b\x1d\x07\x01\x05\x05", Buzz()),
    "ESC GS EM DC2": _leaves(b"\x1b\x1d\x19\x12\x01\x05\x00", Buzz()),
    # -- page mode: the base line is 20 of 24 dots from a character's top
    "ESC GS P": _page(
        b"\x1b\x1dP2\x01\x1b\x1dP3" + b"\0\0\0\0\x64\0\xc8\0" + b"\x1b\x1dP0"
        b"\x1b\x1dP4\x28\0\x1b\x1dA\x0a\0up\x1b\x1dP7",
        (20, 200, 270),
    ),
    # -- pictures
    "ESC K": _raster(
        b"\x1bK\x01\x00\x81\n", 3, 24, b"\xe0" * 3 + bytes(18) + b"\xe0" * 3
    ),
    "ESC L": _raster(
        b"\x1bL\x02\x00\x80\x01\n", 2, 24, b"\x80" * 3 + bytes(18) + b"\x40" * 3
    ),
    "ESC X": _raster(
        b"\x1bX\x01\x00\x80\x00\x01\n", 1, 24, b"\x80" + bytes(22) + b"\x80"
    ),
    "ESC k": _raster(
        b"\x1bk\x01\x00\xff" + bytes(22) + b"\x0f\n",
        8,
        24,
        b"\xff" + bytes(22) + b"\x0f",
    ),
    "ESC ^": _raster(b"\x1b^\x00\x01\x00\x80\x00\n", 3, 24, b"\xe0" * 3 + bytes(21)),
    "ESC GS S": _raster(
        b"\x1b\x1dS\x01\x02\x00\x02\x00\x00\xff\x00\x01\x80", 16, 2, b"\xff\x00\x01\x80"
    ),
    "ESC FS q": _raster(
        _LOGO + b"\x1b\x1cp\x01\x00", 8, 8, b"\x80" + bytes(6) + b"\x7f"
    ),
    "ESC FS p": _symbol(b"\x1b\x1cp\x02\x00", system="LOGO", text="logo 2"),
    "ESC RS L": _raster(_LOGO + b"\x1b\x1eL0", 8, 8, b"\x80" + bytes(6) + b"\x7f"),
    "ESC GS ( L": _raster(
        _NV + b"\x1b\x1d(L\x06\x000EAB\x02\x01", 16, 2, b"\xff\xff\x00\x03"
    ),
    # -- raster mode
    "b": _raster(_ENTER + _ROW * 2 + _QUIT, 16, 2, b"\xf0\x0f" * 2),
    "k": _raster(_ENTER + b"k\x01\x00\x08" + _ROW + _QUIT, 16, 1, b"\xf8\x0f"),
    "ESC * r A": Proof(
        b"text" + _ENTER + _ROW + _QUIT,
        lambda elements: [type(e) for e in elements] == [TextLine, Raster, Cut],
    ),
    "ESC * r R": _has(_ENTER + b"\x1b*rE12\0\x1b*rR" + _ROW + _QUIT, Cut()),
    "ESC * r B": _has(_ENTER + _ROW + _QUIT, Cut()),
    "ESC * r C": _leaves(_ENTER + _ROW + b"\x1b*rC" + _QUIT),
    "ESC * r E": _has(_ENTER + b"\x1b*rE13\0" + _ROW + _QUIT, Cut(full=False)),
    "ESC * r F": _has(
        _ENTER + b"\x1b*rF12\0" + _ROW + b"\x1b\x0c\0" + _QUIT, Cut(full=False)
    ),
    "ESC * r Y": _raster(
        _ENTER + _ROW + b"\x1b*rY2\0" + _ROW + _QUIT, 16, 4, b"\xf0\x0f\0\0\0\0\xf0\x0f"
    ),
    "ESC * r m l": _has(
        _ENTER + b"\x1b*rml2\0" + _ROW + _QUIT, Raster(16, 16, 1, b"\xf0\x0f")
    ),
    "ESC * r m r": _raster(_ENTER + b"\x1b*rmr71\0" + _ROW + _QUIT, 8, 1, b"\xf0"),
    "ESC * r D": _leaves(
        _ENTER + b"\x1b*rD3\0" + _QUIT, Kick(0, 200, 200), Kick(1, 200, 200)
    ),
    "ESC * r V": _leaves(_ENTER + b"\x1b*rV12\0" + _QUIT, Buzz()),
    "ESC FF": _has(
        _ENTER + b"\x1b*rE1\0" + _ROW + b"\x1b\x0c\0" + _ROW + b"\x1b\x0c\x04" + _QUIT,
        Cut(),
    ),
    # -- codes
    "ESC b": _symbol(
        b"\x1bb\x36\x32\x32\x50No%0%A1\x1e",
        system="CODE128",
        text="No%\x011",
        module=3,
        height=80,
        hri="below",
        variant="AUTO",
    ),
    "ESC GS x": _symbol(
        b"\x1b\x1dxS0\x01\x00\x04\x1b\x1dxS1\x03\x1b\x1dxS2\x02\x1b\x1dxS3\x04"
        b"\x1b\x1dxD\x05\x00abcde\x1b\x1dxP",
        system="PDF417",
        text="abcde",
        level="3",
        columns=4,
        rows=0,
        module=2,
        tall=4,
    ),
    "ESC GS y": _symbol(
        b"\x1b\x1dyS0\x02\x1b\x1dyS1\x03\x1b\x1dyS2\x05"
        b"\x1b\x1dyD1\x00\x05\x00hello\x1b\x1dyP",
        system="QR",
        text="hello",
        level="H",
        module=5,
        variant="2",
    ),
}
