"""What a disk may hold after a power cut: a trace of system calls, replayed in part.

A pure model.  What was synced is there; of what was written since, any part may be:
nothing, all, a prefix, any subset, and of a write any of its sectors.  Files are made,
renamed and removed at once and in order (a blind spot: journals of file systems do
that nearly always, and the block cuts look at a real one).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, Literal

SECTOR: Final = 512
PAGE: Final = 4096

Kind = Literal["write", "truncate", "sync", "rename", "unlink"]
How = Literal["nothing", "all", "prefix", "subset", "sectors", "pages"]
HOWS: Final[tuple[How, ...]] = (
    "nothing",
    "all",
    "prefix",
    "subset",
    "sectors",
    "pages",
)


@dataclass(frozen=True, slots=True)
class Op:
    """A call that ran from ``begun_s`` to ``ended_s`` (Unix time).

    ``offset`` of a truncate is the new length; ``target`` a rename's.
    """

    kind: Kind
    path: str
    begun_s: float
    ended_s: float
    offset: int = 0
    data: bytes = field(default=b"", repr=False)
    target: str = ""


@dataclass(slots=True)
class _File:
    content: bytearray = field(default_factory=bytearray)
    """As it is on the disk for sure."""
    pending: list[Op] = field(default_factory=list)


class Disk:
    """The files at one moment: what is safe, and what is not yet."""

    def __init__(self) -> None:
        self.files: dict[str, _File] = {}

    def run(self, op: Op) -> None:
        """One more call has happened."""
        match op.kind:
            case "write" | "truncate":
                self.files.setdefault(op.path, _File()).pending.append(op)
            case "sync":
                if op.path in self.files:
                    self._sync(self.files[op.path], op)
            case "rename":
                if op.path in self.files:
                    self.files[op.target] = self.files.pop(op.path)
            case "unlink":
                self.files.pop(op.path, None)

    def after_cut(self, dice: Random, how: How) -> dict[str, bytes]:
        """The files as the next start may find them."""
        return {
            path: bytes(_torn(file, dice, how)) for path, file in self.files.items()
        }

    def _sync(self, file: _File, sync: Op) -> None:
        """Safe is what had been written when the call began."""
        left = []
        for op in file.pending:
            if op.ended_s <= sync.begun_s:
                _put(file.content, op.offset, op.data, op.kind)
            else:
                left.append(op)
        file.pending = left


def disks_at(
    ops: Sequence[Op], moments: Sequence[float]
) -> Iterator[tuple[float, Disk]]:
    """The disk at each of the moments (rising).

    A write counts from its beginning, a sync from its end.
    """
    disk, rest = Disk(), iter(sorted(ops, key=_counts_from))
    op = next(rest, None)
    for moment in moments:
        while op is not None and _counts_from(op) <= moment:
            disk.run(op)
            op = next(rest, None)
        yield moment, disk


def _counts_from(op: Op) -> float:
    return op.ended_s if op.kind == "sync" else op.begun_s


def _torn(file: _File, dice: Random, how: How) -> bytearray:
    content, pending = bytearray(file.content), file.pending
    match how:
        case "nothing":
            kept = []
        case "all":
            kept = pending
        case "prefix":
            kept = pending[: dice.randint(0, len(pending))]
        case _:
            kept = [op for op in pending if dice.random() < 0.5]
    for op in kept:
        if how in ("sectors", "pages") and op.kind == "write":
            _put_parts(content, op, dice, SECTOR if how == "sectors" else PAGE)
        else:
            _put(content, op.offset, op.data, op.kind)
    return content


def _put_parts(content: bytearray, op: Op, dice: Random, size: int) -> None:
    """Some of the sectors that the write touches; each is written whole or not at all."""
    at = op.offset
    end = op.offset + len(op.data)
    while at < end:
        stop = min(end, (at // size + 1) * size)
        if dice.random() < 0.5:
            _put(content, at, op.data[at - op.offset : stop - op.offset], "write")
        at = stop


def _put(content: bytearray, offset: int, data: bytes, kind: Kind) -> None:
    if kind == "truncate" and offset <= len(content):
        del content[offset:]
        return
    if offset > len(content):
        content.extend(bytes(offset - len(content)))
    if kind == "write":
        content[offset : offset + len(data)] = data
