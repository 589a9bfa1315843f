"""What we say to the service manager, what we take from it, and when we are well.

The protocols are sd_notify(3) and sd_listen_fds(3), by hand: the Python packages
for them need a compiler or are years old.  Without systemd every call here does
nothing, and the watchdog only looks.

The watchdog feeds systemd only while a probe (a round trip through the store's
thread) answers in time, so that a hung thread counts as a hung process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Final

from agent.clock import Clock
from agent.errors import StoreError, StoreOverError

log = logging.getLogger(__name__)

FIRST_FD: Final = 3
"""SD_LISTEN_FDS_START: the descriptors that systemd passes begin here."""
MAX_FDS: Final = 64
"""More than that in LISTEN_FDS is a broken environment, not sockets of ours."""
UNWATCHED_S: Final = 10.0
"""How often the probe runs where nobody has set a watchdog."""
BEATS: Final = 4
"""Probes within one watchdog time: one may be slow and one may get lost."""


def notify(*lines: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Send ``READY=1``, ``STATUS=...`` and the like in one datagram.

    Returns:
        Whether it was sent.  Never waits: a full socket loses the message.
    """
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
    with socket.socket(socket.AF_UNIX, kind) as line:
        line.setblocking(False)  # noqa: FBT003 -- socket's own signature
        try:
            line.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            log.warning("service manager not told", extra={"error": str(error)})
            return False
    return True


def inherited(
    name: str, *, environ: MutableMapping[str, str] = os.environ, pid: int | None = None
) -> list[socket.socket]:
    """The listening sockets that systemd opened under ``FileDescriptorName=``.

    Non-blocking, and not handed on to children.  The variables stay, since
    other names may be asked for; a child has another pid and ignores them.
    """
    if environ.get("LISTEN_PID") != str(os.getpid() if pid is None else pid):
        return []
    try:
        count = int(environ.get("LISTEN_FDS", "0"))
    except ValueError:
        return []
    names = environ.get("LISTEN_FDNAMES", "").split(":")
    sockets = []
    for fd, its_name in zip(
        range(FIRST_FD, FIRST_FD + min(count, MAX_FDS)), names, strict=False
    ):
        if its_name == name:
            os.set_inheritable(fd, False)  # noqa: FBT003 -- os's own signature
            sockets.append(socket.socket(fileno=fd))
            sockets[-1].setblocking(False)  # noqa: FBT003 -- socket's own signature
    return sockets


def watchdog_s(
    *, environ: Mapping[str, str] = os.environ, pid: int | None = None
) -> float | None:
    """How long systemd waits for a sign of life; ``None``: it does not watch us."""
    for_pid = environ.get("WATCHDOG_PID")
    if for_pid is not None and for_pid != str(os.getpid() if pid is None else pid):
        return None
    microseconds = environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdecimal() or int(microseconds) == 0:
        return None
    return int(microseconds) / 1_000_000


LAST_SHEETS_S: Final = 1.0
"""For what is printed as it comes, before a process without a store ends.  What does
not get out is read again from the spool."""

Probe = Callable[[], Awaitable[object]]


class Watchdog:
    """A service that gives signs of life while ``probe`` answers in time."""

    def __init__(
        self, probe: Probe, clock: Clock, *, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._probe = probe
        self._clock = clock
        self._environ = environ
        self._well = True

    @property
    def name(self) -> str:
        return "watchdog"

    @property
    def well(self) -> bool:
        """Whether the last probe answered in time."""
        return self._well

    async def run(self) -> None:
        """Probe for ever.  A failed probe feeds nothing; systemd does the rest."""
        watched_s = watchdog_s(environ=self._environ)
        beat_s = UNWATCHED_S if watched_s is None else watched_s / BEATS
        while True:
            well = await self._answers_within(beat_s)
            if well != self._well:
                log.log(
                    logging.INFO if well else logging.ERROR,
                    "the probe answers again" if well else "the probe does not answer",
                )
            self._well = well
            if well and watched_s is not None:
                notify("WATCHDOG=1", environ=self._environ)
            await self._clock.sleep(beat_s)

    async def _answers_within(self, beat_s: float) -> bool:
        try:
            async with asyncio.timeout(beat_s):
                await self._probe()
        except StoreOverError:
            raise
        except (TimeoutError, StoreError):
            return False
        return True


class Obituary:
    """A service that does not leave a dead store to the next probe.

    ``over`` returns when the store has failed for good, and ``probe`` raises then.
    """

    name = "obituary"

    def __init__(self, over: Probe, probe: Probe, clock: Clock) -> None:
        self._over = over
        self._probe = probe
        self._clock = clock

    async def run(self) -> None:
        """Wait for the end.

        Raises:
            StoreOverError: it has come, and the last sheets had their second.
        """
        await self._over()
        await self._clock.sleep(LAST_SHEETS_S)
        await self._probe()
