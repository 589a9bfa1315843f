"""The worker process: reads a frame, does the task, writes a frame, for ever.

Ends when its standard input ends or nobody reads its output, which is when the relay
does (kill -9 in the middle of a task).  Where its line is a socket (a unit of its own), it
also ends in the midst of a task when the relay hangs up.  A task that raises is answered with the exception's type only: its text may hold receipt
text.  Standard output belongs to the frames, so prints of libraries are sent
to standard error.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import resource
import select
import stat
import sys
from typing import BinaryIO

from agent.worker.frames import (
    HEAD,
    Frame,
    lengths_size,
    pack,
    parse_header,
    part_lengths,
)
from agent.worker.tasks import TASKS

NICENESS = 5
DATA_BYTES = 160 << 20
"""A picture bomb gets a MemoryError here, not the till's memory.  A warm worker has
35 MB of data; the unit gives relay and worker 256 MB together."""


def lower_own_priority() -> None:
    """Yield to the relay.  systemd's filter may forbid it; then the unit does."""
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (DATA_BYTES, DATA_BYTES))


def read_frame(source: BinaryIO) -> Frame | None:
    """The next frame, or ``None`` at the end of input."""
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    header_length, parts = lengths_size(head)
    lengths = part_lengths(source.read(4 * parts))
    header = parse_header(source.read(header_length))
    return Frame(header, tuple(source.read(length) for length in lengths))


def answer(request: Frame) -> Frame:
    """Do one task.  Whatever it raises becomes an answer."""
    try:
        task = TASKS[request.header["task"]]
        parts = request.parts or (b"",)
        done = task(request.header.get("params", {}), *parts)
    except Exception as error:  # noqa: BLE001 -- bad bytes end one task, not the worker
        return Frame({"failed": type(error).__name__})
    return Frame({"done": done.header}, done.parts)


class Leash:
    """While a task runs, a relay that hangs up kills us.

    Nothing else may stop a regular expression on bad bytes, which keeps Python to itself.
    The kernel sends SIGIO, which ends a process that does not handle it.  The relay asks
    one thing at a time, so nothing but a hang-up moves the line meanwhile.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._socket = stat.S_ISSOCK(os.fstat(fd).st_mode)
        if self._socket:
            fcntl.fcntl(fd, fcntl.F_SETOWN, os.getpid())

    def __enter__(self) -> None:
        self._set(os.O_ASYNC)
        if self._socket:
            line = select.poll()
            line.register(self._fd, select.POLLRDHUP)
            if line.poll(0):
                sys.exit(0)

    def __exit__(self, *_: object) -> None:
        self._set(0)

    def _set(self, wanted: int) -> None:
        if self._socket:
            flags = fcntl.fcntl(self._fd, fcntl.F_GETFL) & ~os.O_ASYNC
            fcntl.fcntl(self._fd, fcntl.F_SETFL, flags | wanted)


def main() -> None:
    """Serve until the relay hangs up."""
    lower_own_priority()
    # Before python-escpos, which would add a handler of its own.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    frames_out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    source = sys.stdin.buffer
    leash = Leash(source.fileno())
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while (request := read_frame(source)) is not None:
            with leash:
                answered = pack(answer(request))
            frames_out.write(answered)
            frames_out.flush()


if __name__ == "__main__":
    main()
