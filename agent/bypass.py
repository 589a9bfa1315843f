"""The way past an agent that is down: from the POS straight to the printer.

Run by the system's own Python with nothing but the standard library, from a folder
that holds this module and its wires, since the agent's interpreter, libraries,
configuration or database may be what is broken.  systemd hands it the listening
socket of the printer port, the one that the agent has: a POS is never refused.

``RECEIPT_AGENT_PRINTER`` and ``RECEIPT_AGENT_SOURCES`` say where to and, for cables,
where from, ``RECEIPT_AGENT_BACKUP`` and ``RECEIPT_AGENT_BACKUP_AFTER_S`` which printer
stands in for the first, ``RECEIPT_AGENT_ALLOWED`` who of the network may print; the agent
writes them down at each good start (:mod:`agent.bypass_note`).
Each connection is a job; a device takes one at a time, in the order in which they came.
It reads nothing and keeps nothing: what is printed here is on no screen and in no
account.  Whoever calls the screens' port meanwhile is told to come again (503): a
browser that waited in the kernel would have systemd start the agent without end.

Bounds: connections in hand (:data:`JOBS`, :data:`PAGES`; more wait in the kernel, as many
as the socket unit's ``Backlog=``), silence (:data:`IDLE_S`).

It ends after ``--idle`` seconds without a job, or at the first quiet moment after
``--longest``, so that the agent is tried again (``receipt-agent-bypass.service``).
"""

from __future__ import annotations

import argparse
import contextlib
import ipaddress
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from agent.bypass_wires import (
    AGAIN_S,
    LOOK_S,
    End,
    NoWayError,
    Place,
    Printer,
    Way,
    opened,
    pump,
    way,
)

FIRST_FD: Final = 3
"""SD_LISTEN_FDS_START."""
JOBS: Final = 40
"""Connections that are carried, or wait for the printer; a thread each (``TasksMax=``)."""
PAGES: Final = 16
"""Connections to the screens' port; they need no thread."""
SILENT_S: Final = 3.0
"""A cable has no end of job: after so long the printer is given free."""
IDLE_S: Final = 300.0
"""Who is connected and says nothing keeps others out: hung up on, as at the agent's door."""
UNAVAILABLE: Final = 69
SCREENS: Final = "screens"
"""FileDescriptorName= in receipt-agent-screens.socket."""
BACKUP_AFTER_S: Final = 20.0
HEAD_S: Final = 2.0
"""For a browser to ask for something."""
COME_AGAIN: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Cache-Control: no-store\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    + "L’agent est arrêté, les tickets s’impriment. (The agent is down, receipts "
    "are printed.)\n".encode()
)


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Allowed = Mapping[int, Sequence[Network]]
"""By port: the networks from which a POS may print."""


class Bypass:
    """Takes connections in until it is quiet."""

    def __init__(self, printer: Printer, allowed: Allowed | None = None) -> None:
        """``allowed``: who may print; ``None``: everybody, since nobody ever said."""
        self._printer = printer
        self._allowed = allowed
        self._jobs = 0
        self._last_s = time.monotonic()
        self._changed = threading.Lock()
        self._pages = _Pages()
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
        unheard = list(sources)
        while not self._is_over(began, idle_s, longest_s):
            unheard = [each for each in unheard if not _aside(self._listen, each)]
            waiting = select.poll()
            # A port that is not looked at keeps its callers in the kernel.
            for port in ports if self._jobs < JOBS else ():
                waiting.register(port, select.POLLIN)
            for page in self._pages.watched(screens):
                waiting.register(page, select.POLLIN)
            ready = {fd for fd, _ in waiting.poll(LOOK_S * 1000)}
            for port in ports:
                if port.fileno() in ready and self._jobs < JOBS:
                    self._take_in(port)
            self._pages.attend(screens, ready)
        self._pages.hang_up()
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
            came, (source, *_) = port.accept()
            if not self._admits(source, port.getsockname()[1]):
                say(f"<4>{source} may not print here (allow_from): hung up")
                came.close()
                return
            came.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._count(1)
            # Here, where they come one by one, and not when their threads get to it.
            place = self._printer.place()
            if not _aside(self._carry, came, place):
                self._carry(came, place)  # whoever comes meanwhile waits in the kernel

    def _admits(self, source: str, port: int) -> bool:
        """As the agent's own door does; this machine may always."""
        address = ipaddress.ip_address(source.partition("%")[0])
        if self._allowed is None or address.is_loopback:
            return True
        return any(address in each for each in self._allowed.get(port, ()))

    def _count(self, jobs: int) -> None:
        with self._changed:
            self._jobs += jobs
            self._last_s = time.monotonic()

    def _carry(self, came: socket.socket, place: Place) -> None:
        try:
            with came:
                try:
                    with self._printer.taken(place) as printer:
                        pump(End(came.fileno()), printer, silent_s=IDLE_S)
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
                with self._printer.taken(self._printer.place()) as printer:
                    pump(End(fd), printer, silent_s=SILENT_S)
            finally:
                self._count(-1)


class _Pages:
    """Pages of the screens, turned away: their browsers try again by themselves."""

    def __init__(self) -> None:
        self._came: dict[socket.socket, float] = {}
        """By when each has to have asked for something."""

    def watched(self, screens: Sequence[socket.socket]) -> list[socket.socket]:
        """What to wait for."""
        return [*self._came, *(screens if len(self._came) < PAGES else ())]

    def attend(self, screens: Sequence[socket.socket], ready: set[int]) -> None:
        """Answer those that asked, hang up on the silent, let one more in by each port."""
        now = time.monotonic()
        for page, until_s in list(self._came.items()):
            if page.fileno() in ready or now > until_s:
                del self._came[page]
                with page, contextlib.suppress(OSError):
                    page.recv(4096)  # unread, it would make the hang-up a reset
                    page.sendall(COME_AGAIN)
        for port in screens:
            if port.fileno() in ready:
                with contextlib.suppress(OSError):
                    page, _ = port.accept()
                    page.setblocking(False)  # noqa: FBT003 -- socket's own signature
                    self._came[page] = now + HEAD_S

    def hang_up(self) -> None:
        """On those that have not asked for anything yet."""
        for page in self._came:
            page.close()


def _aside(do: Callable[..., None], *given: object) -> bool:
    """On a thread of its own, if there is one to be had."""
    try:
        threading.Thread(target=do, args=given, daemon=True).start()
    except RuntimeError:  # pids.max, or memory
        return False
    return True


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


def _printer() -> Printer:
    """The first and its second; one of them is enough.

    Raises:
        NoWayError: there is a way to neither.
    """
    first, second = (
        os.environ.get(f"RECEIPT_AGENT_{name}", "") for name in ("PRINTER", "BACKUP")
    )
    try:
        stands_in = way(second) if second else None
    except NoWayError as error:
        say(f"<4>{error}")
        stands_in = None
    try:
        at = way(first)
    except NoWayError as error:
        if stands_in is None:
            raise
        say(f"<3>{error}; all goes to the second printer")
        return Printer(stands_in)
    after_s = BACKUP_AFTER_S
    with contextlib.suppress(ValueError):
        after_s = float(os.environ.get("RECEIPT_AGENT_BACKUP_AFTER_S", ""))
    return Printer(at, stands_in, after_s)


def allowed(said: str | None) -> Allowed | None:
    """``9100=192.168.1.20,192.168.1.32/28 9101=``; what cannot be read admits nobody."""
    if said is None:
        return None
    found: dict[int, list[Network]] = {}
    for port, _, networks in (each.partition("=") for each in said.split()):
        with contextlib.suppress(ValueError):
            ours = found.setdefault(int(port), [])
            ours += [ipaddress.ip_network(each) for each in networks.split(",") if each]
    return found


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
        printer = _printer()
        sources = [
            way(link) for link in os.environ.get("RECEIPT_AGENT_SOURCES", "").split()
        ]
    except NoWayError as error:
        say(f"<2>{error}; write it into /etc/default/receipt-agent")
        return UNAVAILABLE
    bypass = Bypass(printer, allowed(os.environ.get("RECEIPT_AGENT_ALLOWED")))

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
