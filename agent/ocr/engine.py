"""Has pictures read by tesseract, each in a process of its own.

One picture at a time, few in line, by a deadline that counts from the asking:
the customer waits.  The process gets what it needs and no more: an address space
with a limit and a low priority: those of a unit of its own where systemd offers one
(``receipt-agent-ocr@.service``), else its own (set by a shell before it becomes
tesseract, since code of ours between fork and exec could meet a lock of another thread's), one
thread, no environment, the picture on its standard input.  What overruns time or
size is killed.  An engine that is missing, fails or babbles costs the text of one
picture: the receipt then stays a picture.

A service: it looks for the engine, and again while there is none.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from agent.ocr.settings import OcrSettings

log = logging.getLogger(__name__)

MAX_WAITING: Final = 4
"""A till prints one receipt at a time; more pictures than that are a flood."""
MAX_PICTURE_BYTES: Final = 16 << 20
"""As much as the worker can hand out."""
MAX_TABLE_BYTES: Final = 1 << 20
"""A metre of paper full of words is 200 kB."""
MAX_ANSWER_BYTES: Final = 64 << 10
"""Its version, or the list of all languages that there are."""
PIECE: Final = 64 << 10
LOOK_S: Final = 10.0
"""For a cold program on a till's flash card to say its version."""
LOOK_AGAIN_S: Final = 300.0
"""Somebody may install it."""
NICENESS: Final = 10
"""Below relay and worker."""
SHELL: Final = "/bin/sh"
CONFINED: Final = 'ulimit -v "$1" || exit; shift; exec nice -n "$@"'
"""The limit in kilobytes (RLIMIT_AS), the priority, the command."""
PATH: Final = "/usr/local/bin:/usr/bin:/bin"
ENVIRONMENT: Final = {"PATH": PATH, "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
WHERE: Final = "RECEIPT_AGENT_OCR"
"""The unit's socket, as the agent's unit names it."""
ITS: Final = "tesseract"
"""The engine that the unit runs (systemd/lib/read-picture); another one runs as a child."""
DONE: Final = b"\ndone\n"
"""What the unit says behind a whole answer."""

# One block of lines (psm 6): columns of amounts stay on the lines of their articles.
READ: Final = ("--oem", "1", "--psm", "6", "--dpi", "203")
TABLE: Final = ("-c", "tessedit_create_tsv=1", "-c", "tessedit_create_txt=0")


@dataclass(frozen=True, slots=True)
class Table:
    """What an engine read: its TSV, and which engine it was."""

    engine: str
    tsv: bytes


@dataclass(frozen=True, slots=True)
class _Found:
    program: str
    version: str
    languages: str


class _FailedError(Exception):
    """No table; the text is for the log, and never holds what was read."""


class Engine:
    """Asks tesseract.  A service."""

    name = "ocr"

    def __init__(self, settings: OcrSettings) -> None:
        self._settings = settings
        self._found: _Found | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self.outcomes = Counter[str]()
        """Pictures: read, overran, failed, too_many."""

    @property
    def version(self) -> str:
        """As the engine says it; empty while there is none."""
        return self._found.version if self._found else ""

    async def run(self) -> None:
        """Look for the engine until there is one, and then have it at hand."""
        said = ""
        while self._settings.engine and (why := await self.find()):
            if why != said:
                log.warning("pictures are not read", extra={"why": why})
            said = why
            await asyncio.sleep(LOOK_AGAIN_S)
        await asyncio.Event().wait()

    async def find(self) -> str:
        """Look for the engine; returns why there is none, or nothing."""
        try:
            self._found = found = await self._look()
        except TimeoutError:
            return "it does not say its version"
        except (_FailedError, OSError) as error:
            return str(error)
        fields = {"engine": found.version, "languages": found.languages}
        log.info("pictures are read", extra=fields)
        return ""

    async def read(self, picture: bytes) -> Table | None:
        """The text of a PNG as a table; ``None``: it stays a picture."""
        found = self._found
        if found is None or len(picture) > MAX_PICTURE_BYTES:
            return None
        if self._waiting >= MAX_WAITING:
            self.outcomes["too_many"] += 1
            log.warning("a picture was not read", extra={"why": "too many wait"})
            return None
        self._waiting += 1
        try:
            async with asyncio.timeout(self._settings.deadline_s), self._turn:
                table = Table(found.version, await self._read(found, picture))
        except TimeoutError:
            self.outcomes["overran"] += 1
            why = f"overran {self._settings.deadline_s} s"
        except (_FailedError, OSError) as error:
            self.outcomes["failed"] += 1
            why = str(error)
        else:
            self.outcomes["read"] += 1
            return table
        finally:
            self._waiting -= 1
        log.warning("a picture was not read", extra={"why": why})
        return None

    # -- the process -----------------------------------------------------------

    async def _read(self, found: _Found, picture: bytes) -> bytes:
        if (unit := self._unit()) is not None:
            asked = f"{found.languages}\n".encode()
            return await _asked(unit, asked, picture, MAX_TABLE_BYTES)
        memory_kb = self._settings.memory_mb * 1024
        command = (
            *(SHELL, "-c", CONFINED, "ocr", str(memory_kb), str(NICENESS)),
            *(found.program, "-", "-", "-l", found.languages, *READ, *TABLE),
        )
        return await _output(command, picture, MAX_TABLE_BYTES)

    def _unit(self) -> str | None:
        path = os.environ.get(WHERE, "")
        there = bool(path) and os.path.exists(path)  # noqa: PTH110 -- a string
        return path if there and self._settings.engine == ITS else None

    async def _look(self) -> _Found:
        """The engine, with those of the wished languages that it has."""
        wished = self._settings.languages.split("+")
        program = shutil.which(self._settings.engine, path=PATH)
        if program is None:
            raise _FailedError(f"no program {self._settings.engine}")
        async with asyncio.timeout(LOOK_S):
            told = await _output((program, "--version"), b"", MAX_ANSWER_BYTES)
            version = told.decode("utf-8", "replace").partition("\n")[0].strip()[:60]
            listed = await _output((program, "--list-langs"), b"", MAX_ANSWER_BYTES)
        known = set(listed.decode("utf-8", "replace").split())
        kept = [language for language in wished if language in known]
        if not kept:
            raise _FailedError(
                f"ocr.languages: the engine has no language of {'+'.join(wished)}; "
                "install tesseract-ocr-LANGUAGE"
            )
        if kept != wished:
            missing = "+".join(each for each in wished if each not in known)
            log.warning(
                "a language of ocr.languages is missing; "
                "install tesseract-ocr-LANGUAGE or leave it out",
                extra={"language": missing},
            )
        return _Found(program, version, "+".join(kept))


async def _asked(path: str, line: bytes, picture: bytes, most_bytes: int) -> bytes:
    """What the unit says to it; hanging up is all that ends it early."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(line + picture)
        writer.write_eof()
        said = bytearray()
        while piece := await reader.read(PIECE):
            said += piece
            if len(said) > most_bytes + len(DONE):
                raise _FailedError(f"said more than {most_bytes} bytes")
    finally:
        writer.transport.abort()
    if not said.endswith(DONE):
        raise _FailedError("its unit ended early: journalctl -u 'receipt-agent-ocr@*'")
    return bytes(said.removesuffix(DONE))


async def _output(command: Sequence[str], told: bytes, most_bytes: int) -> bytes:
    """What a program says to ``told``; raises ``_FailedError``, ``OSError``."""
    async with _started(command) as process:
        async with asyncio.TaskGroup() as group:
            group.create_task(_tell(process, told))
            hearing = group.create_task(_hear(process, most_bytes))
        code = await process.wait()
    said = hearing.result()
    if len(said) > most_bytes:
        raise _FailedError(f"said more than {most_bytes} bytes")
    if code != 0:
        raise _FailedError(f"ended with {code}")
    return said


@asynccontextmanager
async def _started(
    command: Sequence[str],
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A process that does not outlive the block, and its children neither."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd=os.sep,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            _kill(process)
            await process.wait()


def _kill(process: asyncio.subprocess.Process) -> None:
    """A session of its own is a group of its own, with its leader's number."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def _tell(process: asyncio.subprocess.Process, told: bytes) -> None:
    """A program that ends before it has heard all is judged by its exit code."""
    if process.stdin is None:
        return
    with contextlib.suppress(ConnectionError):
        process.stdin.write(told)
        await process.stdin.drain()
    process.stdin.close()


async def _hear(process: asyncio.subprocess.Process, most_bytes: int) -> bytes:
    """All that is said, or a little more than ``most_bytes`` of it."""
    said = bytearray()
    while process.stdout is not None and (piece := await process.stdout.read(PIECE)):
        if len(said) <= most_bytes:
            said += piece
        if len(said) > most_bytes:
            _kill(process)
    return bytes(said)
