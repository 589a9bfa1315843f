"""A piece of the stream in words: what one entry of the catalogue says of its bytes."""

from __future__ import annotations

from typing import Literal, NamedTuple

from agent.escpos.catalogue.entry import Entry, form
from agent.escpos.catalogue.layout import Part, Ranges, Value, spelt
from agent.escpos.catalogue.says import Way, quoted
from agent.escpos.catalogue.scene import Scene
from agent.escpos.codepages import HOLE

Kind = Literal["text", "command", "unlisted", "display", "unknown", "piece", "cut off"]
"""``unlisted``: a family's letter or function of no manual; ``display``: not for the
printer; ``piece``: of a command too long to be held back."""


class Described(NamedTuple):
    """A piece of the stream in words.

    ``name`` is the mnemonic of the catalogue with its function ("GS V fn=42"), that of
    the grammar for a function that the catalogue lacks, and empty for text and
    unknown bytes.  ``params`` are in the order of the stream.  ``meaning`` is as in
    the catalogue; text is ``paper``.
    """

    at: int
    kind: Kind
    name: str
    title: str
    params: tuple[tuple[str, Value], ...]
    effect: str
    meaning: str
    raw: bytes
    warnings: tuple[str, ...] = ()


def text(raw: bytes, at: int, scene: Scene, kind: Kind = "text") -> Described:
    """A run of text, in the code page that is selected."""
    said = scene.text(raw)
    holes = said.count(HOLE)
    warnings = (f"{holes} without a character on this code page",) if holes else ()
    title, meaning = ("Text", "paper") if kind == "text" else ("Text shown", "none")
    return Described(at, kind, "", title, (), quoted(said), meaning, raw, warnings)


def command(entry: Entry, raw: bytes, at: int, scene: Scene) -> Described:
    """A whole command of which ``entry`` is the one."""
    if not form(entry).layout.parts:  # a line feed is every second command
        said, means = entry.effect, entry.meaning
        return Described(
            at, "command", entry.mnemonic, entry.title, (), said, means, raw
        )
    reading = _Reading(entry, raw, scene)
    return Described(
        at,
        "command",
        entry.mnemonic,
        entry.title,
        tuple(reading.params),
        entry.effect.format_map(reading.said).rstrip(" ,"),
        entry.meaning,
        raw,
        tuple(reading.warnings),
    )


class _Reading:
    """Values, words, and what does not fit.  Missing bytes are said as ``?``."""

    def __init__(self, entry: Entry, raw: bytes, scene: Scene) -> None:
        self.params: list[tuple[str, Value]] = []
        self.said: dict[str, str] = {}
        self.warnings: list[str] = []
        read_as = form(entry)
        body = raw[len(entry.name.split()) + read_as.layout.length_size :]
        self._check_length(len(body), read_as.layout.length)
        for number, (part, bytes_) in enumerate(read_as.layout.split(body)):
            name, way = read_as.named.get(number, ("", None))
            if part.optional and not bytes_:
                self.said[name] = ""
            elif len(bytes_) < part.size:
                self.said[name] = "?"
                self.warnings.append(f"ends before {name or 'its last bytes'}")
            else:
                self._take(part, bytes_, name)
                self._say(way, bytes_, name, scene)

    def _check_length(self, size: int, ranges: Ranges) -> None:
        if ranges and not any(low <= size <= high for low, high in ranges):
            self.warnings.append(f"{size} bytes; the manual has {spelt(ranges)}")

    def _take(self, part: Part, raw: bytes, name: str) -> None:
        value = part.value(raw)
        if name:
            self.params.append((name, value))
        if not part.allows(raw):
            what = name or "a fixed byte"
            self.warnings.append(f"{what} is {value}; the manual has {part.manual()}")

    def _say(self, way: Way | None, raw: bytes, name: str, scene: Scene) -> None:
        if way is not None:
            self.said[name] = way(raw, scene)
