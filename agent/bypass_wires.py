"""The wires of the bypass (:mod:`agent.bypass`): standard library only."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

RAW_PRINT_PORT: Final = 9100
BUFFER_BYTES: Final = 64 << 10
LINGER_S: Final = 2.0
"""What a printer may still have to say when the POS has said all."""
AGAIN_S: Final = 0.5
"""Between two tries to reach a printer."""
REACH_S: Final = 5.0
PATIENCE_S: Final = 600.0
"""A POS waits as for a printer that is busy; then its connection is reset."""
LOOK_S: Final = 0.2
PARITY: Final = {
    "none": 0,
    "even": termios.PARENB,
    "odd": termios.PARENB | termios.PARODD,
}


class NoWayError(Exception):
    """This printer cannot be reached without the agent; in words."""


@dataclass(frozen=True)
class Way:
    """A printer, or a cable from a POS.  ``kind``: tcp, serial, file or cups."""

    kind: str
    at: str
    port: int = 0
    options: tuple[tuple[str, str], ...] = ()


def way(link: str) -> Way:
    """The link as it stands in the agent's configuration.

    Raises:
        NoWayError: it needs the agent's libraries, or is none.
    """
    parts = urlsplit(link)
    path = unquote(parts.path)
    if parts.scheme == "tcp" and parts.hostname:
        return Way("tcp", parts.hostname, parts.port or RAW_PRINT_PORT)
    if parts.scheme in {"serial", "file"} and path:
        return Way(parts.scheme, path, options=tuple(parse_qsl(parts.query)))
    if parts.scheme == "cups":
        queue = path.strip("/") or parts.netloc
        host = parts.netloc if path.strip("/") else ""
        return Way("cups", queue, options=(("host", host),))
    raise NoWayError(
        f"no way to {link!r} past the agent: it must be tcp://, serial://, file:// or "
        "cups:// (a USB printer: file:///dev/usb/lp0)"
    )


# -- one job -----------------------------------------------------------------------


class End:
    """One end of the line, a descriptor that does not block; and what it is owed."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self.owed = bytearray()
        self.ended = False
        """It will say nothing more."""

    def hear(self, other: End) -> bool:
        """What it says is owed to ``other``.  Whether there was something."""
        try:
            said = os.read(self.fd, BUFFER_BYTES)
        except BlockingIOError:
            return False
        except OSError:  # reset: what was heard before counts all the same
            said = b""
        self.ended = not said
        other.owed += said
        return bool(said)

    def take(self) -> None:
        """Some of what it is owed.

        Raises:
            OSError: it is gone.
        """
        with contextlib.suppress(BlockingIOError):
            del self.owed[: os.write(self.fd, self.owed)]

    def watched(self, other: End) -> int:
        """What to wait for: more than a buffer is not taken from it."""
        hears = not self.ended and len(other.owed) < BUFFER_BYTES
        return (select.POLLIN if hears else 0) | (select.POLLOUT if self.owed else 0)


def pump(pos: End, printer: End, *, silent_s: float | None = None) -> None:
    """Both ways, until the POS has ended and all that it said is taken.

    ``silent_s``: a cable never ends; its job is over when it was silent for so long.

    Raises:
        OSError: the printer is gone.
    """
    last_s = time.monotonic()
    while True:
        ready = _ready(pos, printer)
        if pos.fd in ready and pos.hear(printer):
            last_s = time.monotonic()
        if printer.fd in ready and not printer.ended:
            printer.hear(pos)
        if printer.owed:
            printer.take()
            last_s = time.monotonic()
        try:
            pos.take()
        except OSError:  # it does not want to know
            pos.owed.clear()
        silent = time.monotonic() - last_s
        patience_s = LINGER_S if pos.ended else silent_s
        if not printer.owed and (
            (pos.ended and printer.ended)
            or (patience_s is not None and silent > patience_s)
        ):
            return


def _ready(pos: End, printer: End) -> set[int]:
    """Those that have something to say, or have ended."""
    waiting = select.poll()
    for end, other in ((pos, printer), (printer, pos)):
        if events := end.watched(other):
            waiting.register(end.fd, events)
    speaks = select.POLLIN | select.POLLHUP | select.POLLERR
    return {fd for fd, event in waiting.poll(LOOK_S * 1000) if event & speaks}


# -- the printer --------------------------------------------------------------------


@dataclass(eq=False, frozen=True)
class Place:
    """In the line before the printer; whoever has it came then."""

    since_s: float = field(default_factory=time.monotonic)

    @property
    def patience_over(self) -> bool:
        return time.monotonic() - self.since_s > PATIENCE_S


class Printer:
    """Where the jobs go, in the order in which they came; a device takes one at a time.

    ``second``: where a job goes that begins when the first could not be reached for
    ``after_s``.  What is lost in the midst of a job goes nowhere else.
    """

    def __init__(
        self, first: Way, second: Way | None = None, after_s: float = 0.0
    ) -> None:
        self._first = first
        self._second = second
        self._after_s = after_s
        self._down_s: float | None = None
        """Since when the first has not been reached; for the one whose turn it is."""
        self._line: deque[Place] = deque()
        self._moved = threading.Condition()

    def place(self) -> Place:
        """At the end of the line, for :meth:`taken`."""
        with self._moved:
            self._line.append(made := Place())
        return made

    @contextlib.contextmanager
    def taken(self, place: Place) -> Iterator[End]:
        """The printer, for one job, when it is its turn.

        Raises:
            OSError: it could not be reached in time.
        """
        try:
            # A lock would let any of those go first that wait for it.
            with self._moved:
                self._moved.wait_for(lambda: self._line[0] is place)
            with contextlib.ExitStack() as hanging_up:
                at, end = patiently(lambda: self._reached(hanging_up), place)
                if at.kind == "tcp":  # it has a line of its own
                    self._leave(place)
                yield end
        finally:
            self._leave(place)

    def _reached(self, hanging_up: contextlib.ExitStack) -> tuple[Way, End]:
        try:
            end = hanging_up.enter_context(_line(self._first))
        except OSError:
            now_s = time.monotonic()
            self._down_s = now_s if self._down_s is None else self._down_s
            if self._second is None or now_s - self._down_s < self._after_s:
                raise
            return self._second, hanging_up.enter_context(_line(self._second))
        self._down_s = None
        return self._first, end

    def _leave(self, place: Place) -> None:
        with self._moved, contextlib.suppress(ValueError):
            self._line.remove(place)
            self._moved.notify_all()


def patiently(reach: Callable[[], tuple[Way, End]], place: Place) -> tuple[Way, End]:
    """The POS waits as long as we do.

    Raises:
        OSError: it could not be reached in ``PATIENCE_S``.
    """
    while True:
        try:
            return reach()
        except OSError:
            if place.patience_over:
                raise
            time.sleep(AGAIN_S)


@contextlib.contextmanager
def _line(at: Way) -> Iterator[End]:
    if at.kind == "cups":
        with _queue(at) as end:
            yield end
        return
    fd = opened(at)
    try:
        yield End(fd)
        # A serial line has a buffer; elsewhere there is nothing to wait for.
        with contextlib.suppress(termios.error):
            termios.tcdrain(fd)
    finally:
        os.close(fd)


def opened(at: Way) -> int:
    """A connection, or a device, set up as its link says.

    Raises:
        OSError: it is not there, or takes no such setting.
    """
    if at.kind == "tcp":
        line = socket.create_connection((at.at, at.port), REACH_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line.detach()
    fd = os.open(at.at, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    if at.kind == "serial":
        try:
            _set_up(fd, dict(at.options))
        except (termios.error, AttributeError, KeyError, ValueError) as error:
            os.close(fd)
            raise OSError(f"{at.at}: {error}") from error
    return fd


def _set_up(fd: int, options: dict[str, str]) -> None:
    flow = options.get("flow", "none")
    speed = getattr(termios, f"B{int(options.get('baud', '19200'))}")
    bits = termios.CS7 if options.get("bits") == "7" else termios.CS8
    control = (
        bits | termios.CREAD | termios.CLOCAL | PARITY[options.get("parity", "none")]
    )
    control |= termios.CRTSCTS if flow == "rtscts" else 0
    *_, letters = termios.tcgetattr(fd)
    starts = termios.IXON | termios.IXOFF if flow == "xonxoff" else 0
    termios.tcsetattr(
        fd, termios.TCSANOW, [starts, 0, control, 0, speed, speed, letters]
    )


@contextlib.contextmanager
def _queue(at: Way) -> Iterator[End]:
    """``lp``, which takes the job as it is."""
    host = dict(at.options).get("host")
    where = ["-h", host] if host else []
    command = ["lp", *where, "-d", at.at, "-o", "raw", "-s"]
    # The queue's name is the configuration's, one argument, and no shell reads it.
    with subprocess.Popen(command, stdin=subprocess.PIPE) as lp:  # noqa: S603
        if lp.stdin is None:
            raise OSError("lp has no input")
        with lp.stdin as line:
            yield End(line.fileno())
    if lp.returncode:
        raise OSError(f"lp ended with {lp.returncode}")
