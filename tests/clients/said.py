"""What a client said and did, and how one is run."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.clients.place import Place

DEADLINE_S = 60.0
"""receiptio gives up after twelve, and takes a busy machine's time to start."""


@dataclass(frozen=True, slots=True)
class Said:
    """One client's visit.

    Attributes:
        status: what it makes of the printer; empty where it does not ask.
        printed: what it makes of its job.
        exit: its exit status, of the job where there are two commands.
        took_s: the whole visit, its own start included.
        line_s: its longest connection, where that can be seen from within.
    """

    status: str
    printed: str
    exit: int
    took_s: float = 0.0
    line_s: float | None = None


Visit = Callable[[Place], Awaitable[Said]]
"""One sale: status, drawer pulse and receipt as that client does them."""


async def run(
    command: Sequence[str | Path], env: dict[str, str] | None = None
) -> tuple[int, str, float]:
    """Exit status, all that it said, seconds."""
    since_s = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **(env or {})},
    )
    try:
        async with asyncio.timeout(DEADLINE_S):
            told, _ = await process.communicate()
    except BaseException:
        if process.returncode is None:
            process.kill()
        await process.wait()
        raise
    took_s = time.monotonic() - since_s
    return process.returncode or 0, told.decode("utf-8", "replace").strip(), took_s


async def run_script(
    command: Sequence[str | Path], env: dict[str, str] | None = None
) -> Said:
    """A script of ours around a client, whose last line is JSON."""
    code, told, took_s = await run(command, env)
    try:
        last = json.loads(told.splitlines()[-1])
        return Said(last["status"], last["print"], code, took_s)
    except (IndexError, ValueError):
        return Said("", f"broke: {told[-300:]}", code or 1, took_s)
