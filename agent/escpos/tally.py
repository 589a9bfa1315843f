"""How much of a job is understood: its commands counted, its bytes weighed.

*Known* are text and what the manual lists; *understood* is what the reading room does
not report as unread (``Strip.unread``) when it reads the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from agent.escpos.catalogue.reading import Described, Kind
from agent.escpos.catalogue.says import spaced
from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer

MAX_KEPT_BYTES: Final = 4 * 1024 * 1024
"""The longest job that a door takes; of a longer file, how much is understood is not
measured."""

_KNOWN: Final[frozenset[Kind]] = frozenset({"text", "command", "display"})


@dataclass(slots=True)
class Count:
    """One command, or one kind of bytes that are none."""

    name: str
    title: str
    meaning: str
    count: int = 0
    size: int = 0
    warnings: int = 0


class Tally:
    """One job: :meth:`watch` its chunks, :meth:`count` its pieces, then ask."""

    def __init__(self, printer: Printer) -> None:
        self.size = 0
        self.known = 0
        self._printer = printer
        self._kept = bytearray()
        self._counts: dict[tuple[str, str], Count] = {}

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks as they are, of which no more is kept than a job may have."""
        for chunk in chunks:
            self.size += len(chunk)
            self._kept += chunk[: MAX_KEPT_BYTES - len(self._kept)]
            yield chunk

    def count(self, pieces: Iterable[Described]) -> None:
        for piece in pieces:
            name = piece.name or piece.kind
            counted = self._counts.setdefault(
                (name, piece.title), Count(name, piece.title, piece.meaning)
            )
            counted.count += 1
            counted.size += len(piece.raw)
            counted.warnings += len(piece.warnings)
            self.known += len(piece.raw) * (piece.kind in _KNOWN)

    def understood(self) -> int | None:
        """Bytes that the reading room has a use for; ``None`` if there are too many."""
        if self.size > MAX_KEPT_BYTES:
            return None
        return self.size - interpret(bytes(self._kept), self._printer).unread

    def _sorted(self) -> list[Count]:
        return sorted(self._counts.values(), key=lambda c: (-c.count, c.name, c.title))

    def as_json(self) -> dict[str, Any]:
        """All of it; ``understood`` is null when it was not measured."""
        return {
            "bytes": self.size,
            "known": self.known,
            "unknown": self.size - self.known,
            "understood": self.understood(),
            "commands": [
                {
                    "name": each.name,
                    "title": each.title,
                    "count": each.count,
                    "bytes": each.size,
                    "meaning": each.meaning,
                    "warnings": each.warnings,
                }
                for each in self._sorted()
            ],
        }

    def as_text(self) -> Iterator[str]:
        """The figures, then a table of commands, the most frequent first."""
        understood = self.understood()
        yield self._share("bytes", self.size, "")
        yield self._share("known", self.known, "text and commands of the manual")
        yield self._share("unknown", self.size - self.known, "")
        if understood is None:
            yield "understood   not measured: longer than any job that is taken"
        else:
            yield self._share("understood", understood, "what the receipt is made from")
        yield ""
        yield f"{'count':>7} {'bytes':>9}  {'meaning':<8} {'command':<17} "
        for each in self._sorted():
            warned = f" (warned of: {each.warnings})" * bool(each.warnings)
            yield (
                f"{spaced(each.count):>7} {spaced(each.size):>9}  {each.meaning:<8} "
                f"{each.name:<17} {each.title[:48]}{warned}"
            )

    def _share(self, name: str, size: int, says: str) -> str:
        share = f"{100 * size / self.size:5.1f} %" if self.size else "    – %"
        return f"{name:<10} {spaced(size):>10}  {share}  {says}".rstrip()
