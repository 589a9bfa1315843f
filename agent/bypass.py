"""The way past an agent that is down: from the POS straight to the printer.

Run by the system's own Python with nothing but the standard library, from a folder
that holds this module and its wires, since the agent's interpreter, libraries,
configuration or database may be what is broken.  systemd hands it the listening
socket of the printer port, the one that the agent has: a POS is never refused.

``RECEIPT_AGENT_PRINTER`` and ``RECEIPT_AGENT_SOURCES`` say where to and, for cables,
where from; the agent writes them down at each good start (:mod:`agent.bypass_note`).
Each connection is a job; a device takes one at a time.  It reads nothing and keeps
nothing: what is printed here is on no screen and in no account.  Whoever calls the
screens' port meanwhile is told to come again (503): a browser that waited in the
kernel would have systemd start the agent without end.

It ends after ``--idle`` seconds without a job, or at the first quiet moment after
``--longest``, so that the agent is tried again (``receipt-agent-bypass.service``).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agent.bypass_wires import (
    AGAIN_S,
    LOOK_S,
    End,
    NoWayError,
    Printer,
    Way,
    opened,
    pump,
    way,
)

FIRST_FD: Final = 3
"""SD_LISTEN_FDS_START."""
SILENT_S: Final = 3.0
"""A cable has no end of job: after so long the printer is given free."""
UNAVAILABLE: Final = 69
SCREENS: Final = "screens"
"""FileDescriptorName= in receipt-agent-screens.socket."""
HEAD_S: Final = 2.0
COME_AGAIN: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Cache-Control: no-store\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    + "L’agent est arrêté, les tickets s’impriment. (The agent is down, receipts "
    "are printed.)\n".encode()
)


class Bypass:
    """Takes connections in until it is quiet."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._jobs = 0
        self._last_s = time.monotonic()
        self._changed = threading.Lock()
        self.stopping = False

    def serve(
        self,
        ports: Sequence[socket.socket],
        sources: Sequence[Way],
        idle_s: float,
        longest_s: float,
        screens: Sequence[socket.socket] = (),
    ) -> None:
        """Return at the first quiet moment; who comes then waits in the kernel."""
        began = time.monotonic()
        for source in sources:
            threading.Thread(target=self._listen, args=(source,), daemon=True).start()
        waiting = select.poll()
        take = {port.fileno(): (self._take_in, port) for port in ports}
        take |= {port.fileno(): (_turn_away, port) for port in screens}
        for fd in take:
            waiting.register(fd, select.POLLIN)
        while not self._is_over(began, idle_s, longest_s):
            for fd, _ in waiting.poll(LOOK_S * 1000):
                how, port = take[fd]
                how(port)
        while self._jobs:
            time.sleep(LOOK_S)

    def _is_over(self, began: float, idle_s: float, longest_s: float) -> bool:
        if self.stopping:
            return True
        now = time.monotonic()
        with self._changed:
            quiet = not self._jobs
        return quiet and (now - self._last_s > idle_s or now - began > longest_s)

    def _take_in(self, port: socket.socket) -> None:
        # The agent may have taken it, or the POS is gone.
        with contextlib.suppress(OSError):
            came, _ = port.accept()
            came.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._count(1)
            threading.Thread(target=self._carry, args=(came,), daemon=True).start()

    def _count(self, jobs: int) -> None:
        with self._changed:
            self._jobs += jobs
            self._last_s = time.monotonic()

    def _carry(self, came: socket.socket) -> None:
        try:
            with came:
                try:
                    with self._printer.taken() as printer:
                        pump(End(came.fileno()), printer)
                except OSError as error:
                    say(f"<3>a job was not carried to the printer: {error}")
                    reset = b"\x01\0\0\0\0\0\0\0"  # struct linger: on, 0 s
                    came.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        finally:
            self._count(-1)

    def _listen(self, source: Way) -> None:
        """A cable from a POS, for as long as this runs."""
        while True:
            try:
                fd = opened(source)
            except OSError:
                time.sleep(AGAIN_S)
                continue
            with contextlib.suppress(OSError):
                self._listen_to(fd)
            with contextlib.suppress(OSError):
                os.close(fd)
            time.sleep(AGAIN_S)

    def _listen_to(self, fd: int) -> None:
        waiting = select.poll()
        waiting.register(fd, select.POLLIN)
        while True:
            if not any(event & select.POLLIN for _, event in waiting.poll()):
                return
            self._count(1)
            try:
                with self._printer.taken() as printer:
                    pump(End(fd), printer, silent_s=SILENT_S)
            finally:
                self._count(-1)


def _turn_away(port: socket.socket) -> None:
    """A page of the screens: its browser tries again by itself."""

    def answer(came: socket.socket) -> None:
        with came, contextlib.suppress(OSError):
            came.settimeout(HEAD_S)
            came.recv(4096)  # unread, it would make the hang-up a reset
            came.sendall(COME_AGAIN)

    with contextlib.suppress(OSError):
        came, _ = port.accept()
        threading.Thread(target=answer, args=(came,), daemon=True).start()


def inherited() -> tuple[list[socket.socket], list[socket.socket]]:
    """The listening sockets that systemd passed, sd_listen_fds(3): printers', screens'."""
    ports: list[socket.socket] = []
    screens: list[socket.socket] = []
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return ports, screens
    names = os.environ.get("LISTEN_FDNAMES", "").split(":")
    for number in range(int(os.environ.get("LISTEN_FDS", "0"))):
        port = socket.socket(fileno=FIRST_FD + number)
        port.setblocking(False)  # noqa: FBT003 -- socket's own signature
        theirs = names[number : number + 1] == [SCREENS]
        (screens if theirs else ports).append(port)
    return ports, screens


def _note_the_time() -> None:
    """For the agent's metrics: when this began."""
    folder = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    with contextlib.suppress(OSError):
        if folder:
            Path(folder, "bypass.used").touch(0o600)


def say(words: str) -> None:
    """A line for the journal, with its priority in front."""
    print(words, file=sys.stderr, flush=True)  # noqa: T201 -- it has no logging


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 when it was quiet, 69 without a printer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=float, default=20.0)
    parser.add_argument("--longest", type=float, default=300.0)
    given = parser.parse_args(arguments)
    try:
        printer = Printer(way(os.environ.get("RECEIPT_AGENT_PRINTER", "")))
        sources = [
            way(link) for link in os.environ.get("RECEIPT_AGENT_SOURCES", "").split()
        ]
    except NoWayError as error:
        say(f"<2>{error}; write it into /etc/default/receipt-agent")
        return UNAVAILABLE
    bypass = Bypass(printer)

    def stop(*_: object) -> None:
        bypass.stopping = True

    signal.signal(signal.SIGTERM, stop)
    say("<4>the agent is down: jobs go straight to the printer")
    _note_the_time()
    ports, screens = inherited()
    bypass.serve(ports, sources, given.idle, given.longest, screens)
    say("<5>quiet: the agent is tried again")
    return 0


if __name__ == "__main__":
    sys.exit(main())
