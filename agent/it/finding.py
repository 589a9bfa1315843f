"""What a probe found: how it stands, what is, what to do.  French first."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

from agent.config import Config
from agent.verbs import Words

State = Literal["ok", "warn", "bad", "skip"]
ORDER: Final[tuple[State, ...]] = ("bad", "warn", "ok", "skip")

_SPACED: Final = re.compile(r" (?=[:;!?»])|(?<=«) ")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """``remedy`` is empty for what is well; ``detail`` is technical, in no language."""

    state: State
    says: Words
    remedy: Words = Words("", "")  # noqa: RUF009 -- frozen
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Till:
    """What a probe may look at.

    ``up``: an agent runs here, so its printer and its ports are its own.  ``dns``: the
    server that is asked for mail records, as host and port; ``None``: the system's.
    ``user``: whom the agent runs as, empty: whoever asks.  ``named``: the configuration
    says whose till it is (:mod:`agent.it.salvage`).
    """

    config: Config
    path: Path
    up: bool
    dns: tuple[str, int] | None = None
    user: str = ""
    named: bool = True


def worded(fr: str, en: str) -> Words:
    """With the spaces that do not break where French has them."""
    return Words(_SPACED.sub("\u00a0", fr), en)


def ok(fr: str, en: str, detail: str = "") -> Finding:
    return Finding("ok", worded(fr, en), detail=detail)


def skip(fr: str, en: str) -> Finding:
    return Finding("skip", worded(fr, en))


def bad(says: tuple[str, str], remedy: tuple[str, str], detail: str = "") -> Finding:
    return Finding("bad", worded(*says), worded(*remedy), detail)


def warn(says: tuple[str, str], remedy: tuple[str, str], detail: str = "") -> Finding:
    return Finding("warn", worded(*says), worded(*remedy), detail)


async def aside(work: Callable[[], T]) -> T:
    """On a thread that nobody waits for at the end: a share or a resolver may hang."""
    loop, answer = asyncio.get_running_loop(), asyncio.Future[T]()

    def settle(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: T | None = None
        failed: BaseException | None = None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 -- it is raised where it is awaited
            failed = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=run, daemon=True).start()
    return await answer


@dataclass(frozen=True, slots=True)
class Said:
    """What a program said; ``code`` is ``None`` when it is not installed."""

    code: int | None
    out: str


async def told(command: Sequence[str]) -> Said:
    """Run a program of the system's; it ends with whoever waits for it."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except OSError:
        return Said(None, "")
    try:
        out, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return Said(process.returncode, out.decode(errors="replace").strip())
