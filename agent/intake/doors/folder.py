"""A watched folder: each file that appears there is a print job.

For a POS (or a driver's "print to file") that can write files and nothing else.  A file is
taken when it has not grown for ``settle_s`` (0 suits who moves it in under its final
name); names that begin with a dot or end in ``.tmp`` or ``.part`` are somebody's
unfinished business.  When its job is durable the file is removed (``after = "keep"``
moves it to ``done``).  What is no job (too long, a PDF) goes to ``refused``, and is said.

It is renamed before it is read (``.taking-...``), so that who writes the same name again
writes another job.  What a crash left under such a name is taken at the next start:
between the store's commit and the removal that is twice, and paper is at least once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import stat
from pathlib import Path
from typing import Final

from agent.escpos.jobs import MAX_JOB_BYTES
from agent.intake.reception import Reception
from agent.intake.settings import FolderDoorSettings

log = logging.getLogger(__name__)

CLAIMED: Final = ".taking-"
"""Before the name of a file whose job is being taken."""
LOOK_S: Final = 0.2
"""A directory of a few names is read in 50 us; inotify would need a library."""
MAX_NAMES: Final = 1000
"""Looked at in one round; the rest come next."""
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
        self._away = False
        self._taking = asyncio.Lock()
        self._stopping = False

    async def run(self) -> None:
        """Take jobs in until cancelled, oldest first, one after the other."""
        loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._unclaim)
        while not self._stopping:
            for path in await asyncio.to_thread(self._ripe, loop.time()):
                async with self._taking:
                    if not self._stopping:
                        await self._take(path)
            await asyncio.sleep(LOOK_S)
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
        """Files that nobody writes any more, oldest first."""
        found: dict[str, tuple[int, float]] = {}
        ripe: list[tuple[float, Path]] = []
        try:
            with os.scandir(self._settings.path) as names:
                for entry, _ in zip(names, range(MAX_NAMES), strict=False):
                    if entry.name.startswith(".") or entry.name.endswith(UNFINISHED):
                        continue
                    state = entry.stat(follow_symlinks=False)
                    if not stat.S_ISREG(state.st_mode):
                        continue
                    size, since_s = self._sizes.get(entry.name, (-1, now_s))
                    if size != state.st_size:
                        since_s = now_s
                    found[entry.name] = (state.st_size, since_s)
                    if now_s - since_s >= self._settings.settle_s:
                        ripe.append((state.st_mtime, Path(entry.path)))
        except OSError as error:
            self._say_away(error)
            return []
        self._sizes = found
        if self._away:
            self._away = False
            log.info("folder door is open")
        return [path for _, path in sorted(ripe)]

    def _say_away(self, error: OSError) -> None:
        if not self._away:
            self._away = True
            log.warning("folder door is shut", extra={"why": error.strerror})


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
