"""What a printer remembers between two jobs, as a value and as bytes.

Logos are defined once and printed for weeks; a macro, characters of the POS's own
and pictures in RAM live at least until the next ESC @ (a power cut is not seen, so
they are kept over it).  The relay keeps the bytes per printer and cannot read them;
only the worker does, with each job.

The bytes are ours: a head with a version, then records.  Bytes that are not what
:meth:`Memory.to_bytes` writes, in whole or in part, are an empty memory; nothing is
raised, nothing executed.

Record: kind (1 byte), key length (1), key, body length (4, big endian), body.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from agent.escpos import keeping
from agent.escpos.counter import Counter
from agent.escpos.settings import Settings
from agent.paper.strip import CELL_WIDTH, Font, Picture

HEAD: Final = b"escpos memory 1\n"

MAX_MEMORY_BYTES: Final = 1 << 20
"""All that shelves, characters, records and macro may hold, with room to spare."""
MAX_RECORDS: Final = 8192
"""Every character of five fonts, all user-defined kanji and four full shelves."""
MAX_CHARACTER_BYTES: Final = 128 * 1024
"""All drawn characters: each character of two fonts takes 7 KB, all kanji 20 KB."""

RECORD_COST: Final = 32
"""What an entry takes besides its dots; so that empty ones end as well."""

_RECORD: Final = struct.Struct(">cB")
_LENGTH: Final = struct.Struct(">I")
_SIZE: Final = struct.Struct(">HH")
_COUNTER: Final = struct.Struct(">8H")
_FONTS: Final[Mapping[bytes, Font]] = {
    font.encode("ascii"): font for font in CELL_WIDTH
}

_PICTURE, _CHARACTER, _KANJI, _MACRO = b"P", b"C", b"K", b"M"
_TOP, _BOTTOM, _SWITCHES, _NUMBER, _SAVED = b"T", b"B", b"S", b"N", b"G"
_OWN: Final = b"R"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mount:
    """A stored picture that the printer adds to each receipt by itself (FS ( E).

    ``align`` is 0 left, 1 centre, 2 right; ``removes`` are the lines of the POS
    that are not printed below a top logo.
    """

    key: bytes
    align: int
    removes: int = 0


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Top and bottom logo; the switches are RAM (FS ( E fn 65)."""

    top: Mount | None = None
    bottom: Mount | None = None
    top_on: bool = True
    bottom_on: bool = True


@dataclass(frozen=True, slots=True)
class Memory:
    """A printer between two jobs.

    ``pictures`` by the keys of :mod:`agent.escpos.shelf`; ``characters`` (ESC &) by
    font and code, ``kanji`` (FS 2) by code.  ``fresh``: the paper has been cut since
    the last mark, so that a top logo comes next.  ``saved`` are the settings that
    GS ( M keeps, and ``starts_with`` is 1 when the printer begins with them.
    ``records`` are the POS's own, by key (GS ( C).
    """

    pictures: Mapping[bytes, Picture] = field(default_factory=dict)
    characters: Mapping[tuple[Font, int], Picture] = field(default_factory=dict)
    kanji: Mapping[bytes, Picture] = field(default_factory=dict)
    macro: bytes = b""
    letterhead: Letterhead = Letterhead()
    counter: Counter = field(default_factory=Counter)
    fresh: bool = True
    saved: Settings | None = None
    starts_with: int = 0
    records: Mapping[bytes, bytes] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Fewer than ``MAX_MEMORY_BYTES``; drawn characters that are too many are lost."""
        return HEAD + b"".join(_record(*each) for each in self._records())

    def _records(self) -> Iterator[tuple[bytes, bytes, bytes]]:
        for key, picture in self.pictures.items():
            yield _PICTURE, key, _pack(picture)
        drawn = [
            (_CHARACTER, font.encode("ascii") + bytes((code,)), _pack(picture))
            for (font, code), picture in self.characters.items()
        ]
        drawn += [(_KANJI, key, _pack(each)) for key, each in self.kanji.items()]
        room = MAX_CHARACTER_BYTES
        for record in drawn:
            room -= len(record[2]) + RECORD_COST
            if room >= 0:
                yield record
        if self.macro:
            yield _MACRO, b"", self.macro
        yield from self._settings()

    def _settings(self) -> Iterator[tuple[bytes, bytes, bytes]]:
        head = self.letterhead
        for kind, mount in ((_TOP, head.top), (_BOTTOM, head.bottom)):
            if mount is not None:
                yield kind, mount.key, bytes((mount.align, mount.removes))
        switches = bytes((head.top_on, head.bottom_on, self.fresh))
        if switches != b"\1\1\1":
            yield _SWITCHES, b"", switches
        if self.counter != Counter():
            yield _NUMBER, b"", _counted(self.counter)
        if self.saved is not None:
            yield _SAVED, bytes((self.starts_with,)), keeping.to_bytes(self.saved)
        for key, data in self.records.items():
            yield _OWN, key, data

    @classmethod
    def from_bytes(cls, raw: bytes) -> Memory:
        """What ``to_bytes`` wrote; an empty memory for anything else."""
        if len(raw) > MAX_MEMORY_BYTES or not raw.startswith(HEAD):
            return EMPTY
        try:
            return _remembered(_split(raw, len(HEAD)))
        except (ValueError, LookupError, struct.error):
            return EMPTY


EMPTY: Final = Memory()


def _record(kind: bytes, key: bytes, body: bytes) -> bytes:
    return _RECORD.pack(kind, len(key)) + key + _LENGTH.pack(len(body)) + body


def _split(raw: bytes, at: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The records, to the last byte.

    Raises:
        ValueError: too many, or one that is cut off.
        struct.error: one that is cut off in its head.
    """
    for _ in range(MAX_RECORDS):
        if at == len(raw):
            return
        kind, size = _RECORD.unpack_from(raw, at)
        key = raw[at + 2 : at + 2 + size]
        (length,) = _LENGTH.unpack_from(raw, at + 2 + size)
        at += 6 + size
        if at + length > len(raw):
            raise ValueError("a record is cut off")
        yield kind, key, raw[at : at + length]
        at += length
    raise ValueError("too many records")


def _remembered(records: Iterable[tuple[bytes, bytes, bytes]]) -> Memory:
    pictures: dict[bytes, Picture] = {}
    characters: dict[tuple[Font, int], Picture] = {}
    kanji: dict[bytes, Picture] = {}
    own: dict[bytes, bytes] = {}
    said: dict[bytes, tuple[bytes, bytes]] = {}
    for kind, key, body in records:
        if kind == _PICTURE:
            pictures[key] = _picture(body)
        elif kind == _CHARACTER:
            characters[_FONTS[key[:1]], key[1]] = _picture(body)
        elif kind == _KANJI:
            kanji[key] = _picture(body)
        elif kind == _OWN:
            own[key] = body
        else:
            said[kind] = key, body
    switches = said.get(_SWITCHES, (b"", b"\1\1\1"))[1]
    top_on, bottom_on, fresh = (bool(each) for each in switches)
    letterhead = Letterhead(
        _mount(said.get(_TOP)), _mount(said.get(_BOTTOM)), top_on, bottom_on
    )
    macro = said.get(_MACRO, (b"", b""))[1]
    counter = Counter()
    if _NUMBER in said:
        counter = Counter(*_COUNTER.unpack(said[_NUMBER][1]))
    start, saved = said.get(_SAVED, (b"\0", b""))
    return Memory(
        pictures,
        characters,
        kanji,
        macro,
        letterhead,
        counter,
        fresh,
        keeping.from_bytes(saved),
        start[0],
        own,
    )


def _mount(said: tuple[bytes, bytes] | None) -> Mount | None:
    if said is None:
        return None
    align, removes = said[1]
    if align > 2:
        raise ValueError("no such alignment")
    return Mount(said[0], align, removes)


def _counted(counter: Counter) -> bytes:
    return _COUNTER.pack(
        counter.value,
        counter.start,
        counter.end,
        counter.step,
        counter.repeat,
        counter.printed,
        counter.digits,
        counter.pad,
    )


def _pack(picture: Picture) -> bytes:
    return _SIZE.pack(picture.width, picture.height) + picture.bits


def _picture(body: bytes) -> Picture:
    width, height = _SIZE.unpack_from(body)
    bits = body[_SIZE.size :]
    if len(bits) != (width + 7) // 8 * height:
        raise ValueError("a picture with too many or too few dots")
    return Picture(width, height, bits)
