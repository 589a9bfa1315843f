"""The spool: what a POS has sent of a job that is not in the store yet.

A read is written here before anything else is done with it, so that it outlives
this process (kill -9), not a power cut: nothing is synced, since the POS has not been
told that its job is done.  What became durable in the store is struck off; a line
whose jobs all are has an empty file.

On a disk it is encrypted (:mod:`agent.store.run_key`); in memory, where systemd puts it,
it is as it came, since what can read that memory can read ours.

A file is a series of records, ``kind | u32 length | body``:

* ``K`` the key of the run that wrote what follows, wrapped; only where it is encrypted.
* ``H`` ``{"door", "at_ms", "base", "source"}``: a line begins; ``base`` is the offset in
  its stream of the first byte that follows, ``source`` the address of its POS, if any.
* ``D`` bytes of the stream; ``E`` the same, sealed.
* ``J`` offset, job id: by what name the store knows the job that starts there, or will.
* ``S`` offset: all before it is in the store.

A process that writes to a file holds its lock.  A file that nobody holds was left by one
that died.  Files are used again, since making one costs more than filling it.  Where
none can be written (no room, no folder) the line goes on without: paper always wins.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID, uuid4

from agent.ids import JobId
from agent.intake.limits import MAX_IDLE_FILES, MAX_LEFT_BYTES
from agent.store.run_key import OpenedRun, RunKey

log = logging.getLogger(__name__)


_RECORD: Final = struct.Struct("<cI")
_OFFSET: Final = struct.Struct("<Q")


class Keys(Protocol):
    """What the spool is encrypted under.  Blocking."""

    def run(self) -> RunKey | None:
        """The key of this run; ``None``: nothing may be spooled."""
        ...

    def opened(self, wrapped: bytes) -> OpenedRun | None:
        """That of another; ``None``: it cannot be read here."""
        ...


class Spool:
    """One line's file.  Nothing here raises: a spool that fails falls silent."""

    def __init__(self, path: Path, fd: int, key: RunKey | None = None) -> None:
        self.path = path
        self._key = key
        self._fd = fd
        self._door, self._at_ms, self._source = "", 0, ""
        self._end: int | None = None
        """Of what is written, in the stream; ``None``: the file is empty."""
        self.fine = True
        self.size = 0

    def begin(self, door: str, at_ms: int, source: str) -> None:
        """A new line."""
        self._door, self._at_ms, self._source = door, at_ms, source

    def write(self, at: int, data: bytes) -> None:
        """``data`` stands at ``at`` in the stream, behind what was written before."""
        head = b""
        if self._end is None:
            header = {"door": self._door, "at_ms": self._at_ms, "base": at}
            header |= {"source": self._source} if self._source else {}
            head = _record(b"H", json.dumps(header).encode())
            if self._key is not None:
                head = _record(b"K", self._key.wrapped) + head
        body = _record(b"D", data)
        if self._key is not None:
            body = _record(b"E", self._key.seal(at, data))
        self._append(head + body)
        self._end = at + len(data)

    def rewrite(self, at: int, rest: bytes) -> None:
        """Only ``rest``, from ``at`` on, is not in the store: the file holds no more."""
        self._empty()
        if rest:
            self.write(at, rest)

    def name(self, start: int, job: JobId) -> None:
        """The job that starts there is known to the store by this id."""
        self._append(_record(b"J", _OFFSET.pack(start) + job.bytes))

    def safe(self, to: int) -> None:
        """All before ``to`` is in the store, or was printed."""
        if self._end is None:
            return
        if to < self._end:
            self._append(_record(b"S", _OFFSET.pack(to)))
            return
        self._empty()

    def _empty(self) -> None:
        self._end, self.size = None, 0
        self._do(lambda: os.ftruncate(self._fd, 0))

    @property
    def empty(self) -> bool:
        return self._end is None

    def close(self, *, keep: bool) -> None:
        """Let go of the file; ``keep`` it for the next start to read."""
        if not keep:
            with contextlib.suppress(OSError):
                self.path.unlink()
        os.close(self._fd)

    def _append(self, records: bytes) -> None:
        self.size += len(records)
        self._do(lambda: _write_all(self._fd, records))

    def _do(self, what: Callable[[], None]) -> None:
        if not self.fine:
            return
        try:
            what()
        except OSError as error:
            self.fine = False
            log.warning("a job is not spooled", extra={"why": error.strerror})


@dataclass(frozen=True, slots=True)
class Left:
    """What an earlier process had not finished of one line.

    ``raw`` stands at ``start`` in that line's stream; ``jobs`` are the names of those
    that start at an offset of it, as far as they had one.  Of what is too much to be held
    ``raw`` is empty and ``size`` is not: :func:`again` reads it in its turn.
    """

    path: Path
    door: str
    at_ms: int
    start: int
    raw: bytes
    jobs: Mapping[int, JobId]
    size: int
    source: str = ""


class Arriving:
    """The folder of all spools.  ``keys``: ``None`` where it is memory."""

    def __init__(self, folder: Path, keys: Keys | None = None) -> None:
        self._folder = folder
        self._keys = keys
        self._idle: list[Spool] = []

    def spool(self, door: str, at_ms: int, source: str = "") -> Spool | None:
        """A file for a line that begins; ``None`` when there can be none."""
        spool = self._idle.pop() if self._idle else self._made()
        if spool is not None:
            spool.begin(door, at_ms, source)
        return spool

    def back(self, spool: Spool) -> None:
        """A line has ended: its file serves another, or waits for the next start."""
        if spool.empty and spool.fine and len(self._idle) < MAX_IDLE_FILES:
            self._idle.append(spool)
        else:
            spool.close(keep=not spool.empty)

    def close(self) -> None:
        """Files that nobody needs go."""
        while self._idle:
            self._idle.pop().close(keep=False)

    def left(self) -> list[Left]:
        """What earlier processes left, oldest first.  Empty files are removed."""
        found, room = [], MAX_LEFT_BYTES
        for path in sorted(self._folder.glob("*.part"), key=_age):
            left = _left(path, self._keys)
            if left is None:
                continue
            if not left.size:
                path.unlink(missing_ok=True)
                continue
            if left.size > room:
                left = replace(left, raw=b"")
            room -= len(left.raw)
            found.append(left)
        return found

    def again(self, left: Left) -> Left | None:
        """With its bytes; ``None`` when they cannot be read any more."""
        return left if left.raw else _left(left.path, self._keys)

    def _made(self) -> Spool | None:
        key = self._keys.run() if self._keys else None
        if self._keys is not None and key is None:
            return None  # not in the clear, on a disk
        path = self._folder / f"{uuid4().hex}.part"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
            fd = os.open(path, flags, 0o600)
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            log.warning("nothing can be spooled", extra={"why": error.strerror})
            return None
        return Spool(path, fd, key)


def _record(kind: bytes, body: bytes) -> bytes:
    return _RECORD.pack(kind, len(body)) + body


def _write_all(fd: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _left(path: Path, keys: Keys | None) -> Left | None:
    """``None`` while somebody writes it, when it cannot be read, or is none of ours."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            size = os.fstat(file.fileno()).st_size
            content = file.read(min(size, MAX_LEFT_BYTES) + 1)
    except OSError:
        return None
    if len(content) > MAX_LEFT_BYTES:
        log.error("no line leaves so much, it is left alone", extra={"at": path.name})
        return None
    try:
        return _read(path, content, keys)
    except (ValueError, KeyError, TypeError):
        log.exception("a file in the spool is none of ours, it is left alone")
        return None


def _read(path: Path, content: bytes, keys: Keys | None) -> Left:
    """What is whole of it.  A torn record ends the file."""
    header: dict[str, object] = {}
    base = safe = 0
    data, names = bytearray(), dict[int, JobId]()
    for kind, body in _plain(content, keys):
        match kind:
            case b"H":
                header = json.loads(body)
                base = safe = int(str(header["base"]))
                data.clear()
                names.clear()
            case b"D":
                data += body
            case b"S":
                safe = max(safe, _OFFSET.unpack(body)[0])
            case b"J":
                names[_OFFSET.unpack(body[:8])[0]] = JobId(UUID(bytes=body[8:24]))
            case _:
                raise ValueError(f"no record of ours: {kind!r}")
    raw = bytes(data[safe - base :])
    door, at_ms = str(header.get("door", "")), int(str(header.get("at_ms", 0)))
    # A job may begin before what is written of it: a question, which is not.
    jobs = {max(at, base): job for at, job in sorted(names.items())}
    jobs = {at: job for at, job in jobs.items() if at >= safe}
    source = str(header.get("source", ""))
    return Left(path, door, at_ms, safe, raw, jobs, len(raw), source)


def _plain(content: bytes, keys: Keys | None) -> Iterator[tuple[bytes, bytes]]:
    """The records as they were before they were sealed.

    Raises:
        ValueError: under a key that is not here, or not what was sealed.
    """
    run: OpenedRun | None = None
    at = 0
    for kind, body, length in _records(content):
        match kind:
            case b"K":
                run = keys.opened(body) if keys else None
                continue
            case b"H":
                at = int(str(json.loads(body)["base"]))
            case b"E":
                plain = _opened(run, at, body, length)
                at += len(plain)
                yield b"D", plain
                continue
            case _:
                pass
        yield kind, body


def _opened(run: OpenedRun | None, at: int, body: bytes, length: int) -> bytes:
    if run is None:
        raise ValueError("it is under a key that is not here")
    return run.open(at, body) if len(body) == length else run.torn(body, length)


def _records(content: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Kind, body, and how long that was to be."""
    at = 0
    while at + _RECORD.size <= len(content):
        kind, length = _RECORD.unpack_from(content, at)
        at += _RECORD.size
        body = content[at : at + length]
        # A process that was killed within a write leaves the bytes it got to.
        if len(body) == length or kind in {b"D", b"E"}:
            yield kind, body, length
        at += length
