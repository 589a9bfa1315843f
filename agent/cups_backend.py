"""``receipt-agent-cups``: CUPS hands a print job to the agent (backend(7)).

A client of the printer port like any other, run by CUPS once for each job, so it
imports nothing but the standard library and starts fast.  A job counts as done
when the agent hangs up: then it is on its disk.  The agent's state comes from
status questions on a connection of their own, never from inside a job.

It waits for an agent that is away, for a moment in this process and then by
``RETRY_CURRENT``: the job stays first in its queue for as long as it takes.
(``RETRY`` lets later jobs overtake, and CUPS drops the job after JobRetryLimit
times, two minutes and a half.)  It converts nothing, and answers to questions in
the job are dropped: queues are raw.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from io import BufferedReader
from types import FrameType
from typing import Final

OK: Final = 0
FAILED: Final = 1
"""This job cannot be printed: CUPS does what the queue's error policy says."""
STOP: Final = 4
"""No job can, until somebody mends the queue: CUPS stops it and keeps its jobs."""
RETRY_CURRENT: Final = 7
"""cups/backend.h: this job again, before the others."""

SCHEME: Final = "receipt-agent"
HOST, PORT = "127.0.0.1", 9100
DEVICE: Final = (
    f'direct {SCHEME}:/ "receipt-agent" "receipt-agent on this till" '
    '"MFG:receipt-agent;MDL:ESC/POS;CMD:ESCPOS;CLS:PRINTER;"'
)
HELP: Final = f"""\
CUPS runs this program, nobody else: it hands print jobs to receipt-agent.

  receipt-agent-cups                                         says which device there is
  receipt-agent-cups job user title copies options [file]    prints (backend(7))

As root, a link among CUPS' backends (the Debian package brings it) and a raw queue:

  ln -s "$(command -v receipt-agent-cups)" /usr/lib/cups/backend/{SCHEME}
  lpadmin -p till -E -v {SCHEME}:/ -m raw -o printer-error-policy=retry-current-job

{SCHEME}:/ is the agent on this till, {SCHEME}://HOST:PORT another place."""
PIECE_BYTES: Final = 64 << 10
CONNECT_S: Final = 5.0
ANSWER_S: Final = 1.0
"""Status is answered in a millisecond."""
KNOCK_S: Final = 0.5
AWAY_S: Final = 20.0
"""An agent that restarts is back within a second; then CUPS starts us again."""
LOOK_S: Final = 5.0
"""Between two looks at the printer while it takes nothing."""
DURABLE_S: Final = 120.0
"""From the last byte to the agent's hang-up: without a database that is a sheet on
paper, which its lane gives a minute."""

GRACE_S: Final = 2.0
"""After SIGTERM, for the answer to a job that is all sent; CUPS kills after 30 s."""
CLEAR: Final = b"\x10\x05\x02"
"""DLE ENQ 2: what was sent is given up, and will be sent again."""

QUESTIONS: Final = b"\x10\x04\x01\x10\x04\x02\x10\x04\x04"
"""DLE EOT 1 (on line), 2 (why not), 4 (the roll)."""
REASONS: Final = (
    (1, 0x04, "cover-open-error"),
    (1, 0x20, "media-empty-error"),
    (2, 0x60, "media-empty-error"),
    (1, 0x40, "other-error"),
    (2, 0x0C, "media-low-warning"),
    (0, 0x08, "offline-report"),
)
"""Answer, bits, printer-state-reasons of IPP (RFC 8011, 5.4.12)."""
ALL_REASONS: Final = frozenset(name for _, _, name in REASONS)


class Away(Exception):  # noqa: N818 -- a state of the agent, not a mistake
    """Nobody there, or it left before the job was on its disk."""


class Cancelled(Exception):  # noqa: N818 -- what CUPS tells us by SIGTERM
    """CUPS wants the job no more, or is itself being stopped."""


def main() -> int:
    """As CUPS runs it: no argument, or ``job user title copies options [file]``."""
    arguments = sys.argv[1:]
    if arguments in ([], ["--help"], ["-h"]):
        print(HELP if arguments else DEVICE)
        return OK
    if len(arguments) not in {5, 6} or not arguments[3].isdecimal():
        _say("ERROR", f"usage: {SCHEME}-cups job user title copies options [file]")
        return FAILED
    signal.signal(signal.SIGTERM, _on_term)
    try:
        address = address_of(os.environ.get("DEVICE_URI", f"{SCHEME}:/"))
    except ValueError as error:
        _say("ERROR", str(error))
        return STOP
    courier = Courier(address)
    try:
        return courier.deliver(arguments[5:], int(arguments[3]))
    except OSError as error:
        _say("ERROR", f"the job cannot be read: {error.strerror}")
        return FAILED
    except Cancelled:
        # A cancelled job is gone whatever we say; one that a stopping CUPS
        # interrupted is kept by this, and comes again.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        courier.give_up()
        _say("INFO", "cancelled")
        return RETRY_CURRENT


def address_of(uri: str) -> tuple[str, int]:
    """``receipt-agent:/`` is this till; ``receipt-agent://HOST:PORT`` another place.

    Raises:
        ValueError: neither; says what to write.
    """
    scheme, _, rest = uri.partition(":")
    if scheme == SCHEME and rest in {"", "/", "//", "///"}:
        return HOST, PORT
    host, colon, port = rest.removeprefix("//").rstrip("/").rpartition(":")
    if not colon or "]" in port:  # no port, or the colons of [::1]
        host, port = rest.removeprefix("//").rstrip("/"), str(PORT)
    host = host.removeprefix("[").removesuffix("]")
    fine = scheme == SCHEME and rest.startswith("//") and host and "/" not in host
    if not fine or not port.isdecimal() or int(port) > 0xFFFF:
        raise ValueError(
            f"no agent at {uri!r}: write {SCHEME}:/ or {SCHEME}://127.0.0.1:9101"
        )
    return host, int(port)


class Courier:
    """Carries one job to one agent and says how the printer is."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._told: frozenset[str] | None = None

    def deliver(self, file: Sequence[str], copies: int) -> int:
        """Every copy a job of its own: what is durable is never sent again.

        CUPS counts copies only of a file; from a filter they come made.

        Raises:
            OSError: the job cannot be read.
            Cancelled: by SIGTERM.
        """
        if not file:
            return self._once(open(0, "rb", closefd=False))
        for number in range(copies):
            with open(file[0], "rb") as job:  # noqa: PTH123 -- pathlib costs 10 ms of start
                code = self._once(job)
            while code != OK and number > 0:  # the copies before are durable
                with open(file[0], "rb") as job:  # noqa: PTH123
                    code = self._once(job)
            if code != OK:
                return code
        return OK

    def give_up(self) -> None:
        """Tell the agent that what it has of the job will come again.

        On a line of its own: inside a picture it would be dots.
        """
        time.sleep(KNOCK_S)  # for what was sent to be taken in
        with (
            contextlib.suppress(OSError),
            socket.create_connection(self._address, ANSWER_S) as line,
        ):
            line.sendall(CLEAR)
            line.shutdown(socket.SHUT_WR)
            while line.recv(4096):
                pass

    def _once(self, job: BufferedReader) -> int:
        try:
            with self._call() as line:
                self._report()
                self._send(line, job)
                self._until_durable(line)
        except Away as error:
            _say("ERROR", f"{error}; the job waits")
            _say("STATE", "+connecting-to-device")
            time.sleep(KNOCK_S)
            return RETRY_CURRENT
        self._report()
        _say("INFO", "the agent has the job")
        return OK

    @contextlib.contextmanager
    def _call(self) -> Iterator[socket.socket]:
        """A connection; left early it is slammed, so that no torn job looks whole."""
        with self._dial() as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                yield line
            except BaseException:
                hard = b"\1\0\0\0\0\0\0\0"  # struct linger {1, 0}: RST
                with contextlib.suppress(OSError):
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hard)
                raise

    def _dial(self) -> socket.socket:
        since_s = time.monotonic()
        while True:
            try:
                line = socket.create_connection(self._address, CONNECT_S)
            except OSError as error:
                if time.monotonic() - since_s >= AWAY_S:
                    where = f"{self._address[0]}:{self._address[1]}"
                    raise Away(f"no agent at {where}: {error}") from None
                _say("STATE", "+connecting-to-device")
                time.sleep(KNOCK_S)
            else:
                _say("STATE", "-connecting-to-device")
                return line

    def _send(self, line: socket.socket, job: BufferedReader) -> None:
        """All of it; answers are read and dropped, or the agent would hang up.

        Raises:
            Away: the agent left.
            OSError: the job cannot be read.
        """
        line.setblocking(False)  # noqa: FBT003 -- socket's own signature
        while piece := job.read1(PIECE_BYTES):
            view = memoryview(piece)
            while view:
                readable, writable, _ = select.select([line], [line], [], LOOK_S)
                if readable and not _hear(line):
                    raise Away("the agent hung up inside the job")
                if writable:
                    view = view[_write(line, view) :]
                elif not readable:
                    self._report()

    def _until_durable(self, line: socket.socket) -> None:
        """Half-close; the agent's own FIN means that the job is on its disk.

        Raises:
            Away: it hung up in another manner, or in time did not.
            Cancelled: and it did not hang up shortly after that.
        """
        with contextlib.suppress(OSError):  # reset meanwhile; told below
            line.shutdown(socket.SHUT_WR)
        try:
            self._await_fin(line, DURABLE_S)
        except Cancelled:
            # All of it is sent: done, as good as always.
            with contextlib.suppress(Away):
                self._await_fin(line, GRACE_S)
                return
            raise

    def _await_fin(self, line: socket.socket, within_s: float) -> None:
        due_s = time.monotonic() + within_s
        while (left_s := due_s - time.monotonic()) > 0:
            readable, _, _ = select.select([line], [], [], min(LOOK_S, left_s))
            if not readable:
                self._report()
            elif not _hear(line):
                break
        else:
            raise Away(f"the agent did not confirm the job within {within_s:.0f} s")
        # A door that is shut in our face says FIN too, and RST to what we sent.
        if line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise Away("the agent hung up without taking the job")

    def _report(self) -> None:
        """Ask the printer how it is, and tell CUPS what has changed."""
        try:
            with socket.create_connection(self._address, ANSWER_S) as line:
                line.sendall(QUESTIONS)
                answers = b""
                while len(answers) < 3 and (more := line.recv(3)):
                    answers += more
        except OSError:
            return  # the job's own connection says who is away
        now = reasons_of(answers)
        if now != self._told:  # at first always: CUPS keeps what the last job said
            _say("STATE", "-" + ",".join(sorted(ALL_REASONS - now)))
            if now:
                _say("STATE", "+" + ",".join(sorted(now)))
        self._told = now


def reasons_of(answers: bytes) -> frozenset[str]:
    """What three DLE EOT answers say in CUPS' words; nothing if they are none."""
    if len(answers) != 3 or any(byte & 0x93 != 0x12 for byte in answers):
        return frozenset()
    found = {name for at, bits, name in REASONS if answers[at] & bits}
    if "media-empty-error" in found:  # an empty roll is also near its end
        found.discard("media-low-warning")
    return frozenset(found)


def _hear(line: socket.socket) -> bytes:
    try:
        return line.recv(4096)
    except BlockingIOError:
        return b"\0"  # nothing after all
    except OSError as error:
        raise Away(f"the agent broke the line: {error.strerror}") from None


def _write(line: socket.socket, data: memoryview) -> int:
    try:
        return line.send(data)
    except BlockingIOError:
        return 0
    except OSError as error:
        raise Away(f"the agent broke the line: {error.strerror}") from None


def _on_term(_number: int, _frame: FrameType | None) -> None:
    raise Cancelled


def _say(prefix: str, text: str) -> None:
    """To the scheduler, which reads standard error line by line."""
    print(f"{prefix}: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
