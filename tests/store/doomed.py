"""A till that sells as fast as it can and says what was accepted, until killed.

``python -m tests.store.doomed FOLDER``: every line ``FIRST PRODUCERS COUNT`` on
standard input starts one in a process of its own (forked, since importing takes
longer than selling).  Out come ``pid N``, then the number of each job whose
commit has returned, then ``dead``.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from pathlib import Path

# Before the fork: the first seal would spend its short life importing.
from cryptography.hazmat.primitives.ciphers import aead  # noqa: F401

from agent.store.records import AcceptJob, Append
from agent.store.store import Store
from tests.store.builders import a_job, an_entry, opened, raw_of


async def _sell(store: Store, numbers: itertools.count[int], last: int) -> None:
    for number in numbers:
        if number >= last:
            return
        await store.commit(
            AcceptJob(a_job(number), raw_of(number)), Append(an_entry(number))
        )
        os.write(1, b"%d\n" % number)


async def _main(folder: Path, first: int, producers: int, count: int) -> None:
    numbers = itertools.count(first)
    async with opened(folder) as store, asyncio.TaskGroup() as group:
        os.write(1, b"pid %d\n" % os.getpid())
        for _ in range(producers):
            group.create_task(_sell(store, numbers, first + count))


def _spawn(folder: Path, first: int, producers: int, count: int) -> None:
    pid = os.fork()
    if pid == 0:
        asyncio.run(_main(folder, first, producers, count))
        os._exit(0)
    os.waitpid(pid, 0)
    os.write(1, b"dead\n")


if __name__ == "__main__":
    for line in sys.stdin:
        _spawn(Path(sys.argv[1]), *map(int, line.split()))
