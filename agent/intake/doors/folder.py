"""A watched folder: each file that appears there is a print job.

For a POS (or a driver's "print to file") that can write files and nothing else.  A file is
taken when it has not grown for ``settle_s`` (0 suits who moves it in under its final
name); names that begin with a dot or end in ``.tmp`` or ``.part`` are somebody's
unfinished business, and so is an empty file: many programs write all of it when they
close it.  When its job is durable the file is removed (``after = "keep"``
moves it to ``done``).  What is no job (too long, a PDF) goes to ``refused``, and is said.
Of both the newest are kept (``MAX_PUT_AWAY_FILES``, ``MAX_PUT_AWAY_BYTES``).

It is renamed before it is read (``.taking-...``), so that who writes the same name again
writes another job.  What a crash left under such a name is taken at the next start:
between the store's commit and the removal that is twice, and paper is at least once.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import logging
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from agent.escpos.jobs import MAX_JOB_BYTES
from agent.intake.limits import (
    LOOK_S,
    LOOKS_AT_MOST,
    MAX_FILES,
    MAX_PUT_AWAY_BYTES,
    MAX_PUT_AWAY_FILES,
)
from agent.intake.reception import Reception
from agent.intake.settings import FolderDoorSettings

log = logging.getLogger(__name__)

CLAIMED: Final = ".taking-"
"""Before the name of a file whose job is being taken."""
UNFINISHED: Final = (".tmp", ".part", ".crdownload")
FOREIGN: Final = (b"%PDF", b"%!PS", b"PK\x03\x04", b"\x89PNG", b"MZ")
"""What other programs write; a printer would print it as pages of rubbish."""


class FolderDoor:
    """A service."""

    name = "door.folder"

    def __init__(self, settings: FolderDoorSettings, reception: Reception) -> None:
        self._settings = settings
        self._reception = reception
        self._sizes: dict[str, tuple[int, float]] = {}
        self._open: bool | None = None
        """As the log has it last."""
        self._taking = asyncio.Lock()
        self._stopping = False

    async def run(self) -> None:
        """Take jobs in until cancelled, oldest first, one after the other."""
        loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._unclaim)
        while not self._stopping:
            since_s = loop.time()
            ripe = await asyncio.to_thread(self._ripe, since_s)
            # A folder of a hundred thousand names is not looked at all the time.
            pause_s = max(LOOK_S, LOOKS_AT_MOST * (loop.time() - since_s))
            for path in ripe:
                async with self._taking:
                    if not self._stopping:
                        await self._take(path)
            await asyncio.sleep(pause_s)
        await asyncio.Event().wait()

    async def stop(self) -> None:
        """Let the file in hand be taken in whole and removed."""
        self._stopping = True
        async with self._taking:
            pass

    async def _take(self, path: Path) -> None:
        """Claimed by its new name first: who writes that file again writes another."""
        claimed = path.with_name(CLAIMED + path.name)
        try:
            await asyncio.to_thread(path.rename, claimed)
            raw = await asyncio.to_thread(_read, claimed)
        except OSError as error:
            # What cannot be moved would be taken again for ever.
            self._say_away(error)
            return
        self._sizes.pop(path.name, None)
        if raw is None or raw.startswith(FOREIGN):
            log.warning("a file is no print job", extra={"bytes": len(raw or b"")})
            await self._put_away(claimed, "refused")
            return
        if raw:
            await self._reception.document(raw)
        await self._put_away(claimed, "done" if self._settings.after == "keep" else "")

    async def _put_away(self, claimed: Path, where: str) -> None:
        """Into that folder, or away; if it cannot go, its name keeps it from us."""
        try:
            if where:
                await asyncio.to_thread(_move, claimed, where)
            else:
                await asyncio.to_thread(claimed.unlink, missing_ok=True)
        except OSError as error:
            log.warning(
                "a file stays, its job was taken", extra={"why": error.strerror}
            )

    def _unclaim(self) -> None:
        """Once at a start: what an earlier run had in its hands."""
        for left in self._settings.path.glob(CLAIMED + "*"):
            name = left.with_name(left.name.removeprefix(CLAIMED))
            with contextlib.suppress(OSError):
                if not name.exists():
                    left.rename(name)

    def _ripe(self, now_s: float) -> list[Path]:
        """Files that nobody writes any more, oldest first: ``MAX_FILES`` of them."""
        sizes: dict[str, tuple[int, float]] = {}
        ripe: list[Path] = []
        try:
            with os.scandir(self._settings.path) as names:
                written = (found for found in files_in(names) if found[2])
                oldest = heapq.nsmallest(MAX_FILES, written)
        except OSError as error:
            self._say_away(error)
            return []
        for _, name, size in oldest:
            before, since_s = self._sizes.get(name, (-1, now_s))
            if before != size:
                since_s = now_s
            sizes[name] = size, since_s
            if now_s - since_s >= self._settings.settle_s:
                ripe.append(self._settings.path / name)
        self._sizes = sizes
        if self._open is not True:
            self._open = True
            fields = {"door": self.name, "path": str(self._settings.path)}
            log.info("a door is open", extra=fields)
        return ripe

    def _say_away(self, error: OSError) -> None:
        if self._open is not False:
            fields = {"door": self.name, "path": str(self._settings.path)}
            log.warning("a door is shut", extra={**fields, "why": error.strerror})
        self._open = False


def files_in(names: Iterable[os.DirEntry[str]]) -> Iterator[tuple[int, str, int]]:
    """When each was written (ns), its name and size; all that may be jobs."""
    for entry in names:
        if entry.name.startswith(".") or entry.name.endswith(UNFINISHED):
            continue
        try:
            state = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue  # taken back by who wrote it
        if stat.S_ISREG(state.st_mode):
            yield state.st_mtime_ns, entry.name, state.st_size


def _read(path: Path) -> bytes | None:
    """``None``: longer than a job may be."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    with os.fdopen(os.open(path, flags), "rb") as file:
        raw = file.read(MAX_JOB_BYTES + 1)
    return raw if len(raw) <= MAX_JOB_BYTES else None


def _move(claimed: Path, where: str) -> None:
    folder = claimed.parent / where
    folder.mkdir(mode=0o700, exist_ok=True)
    claimed.replace(folder / claimed.name.removeprefix(CLAIMED))
    _thin_out(folder)


def _thin_out(folder: Path) -> None:
    """The oldest go; the newest stays, however long it is."""
    with os.scandir(folder) as names:
        newest_first = sorted(files_in(names), reverse=True)
    size = 0
    for number, (_, name, bytes_) in enumerate(newest_first):
        size += bytes_
        full = number >= MAX_PUT_AWAY_FILES or size > MAX_PUT_AWAY_BYTES
        if number and full:
            (folder / name).unlink(missing_ok=True)
