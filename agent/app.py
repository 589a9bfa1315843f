"""Start and stop the daemon.

Start in stages: the printer port listens and the database is open before
READY; the rest of the house (:mod:`agent.house`) is loaded on a thread after
it, while jobs wait in the kernel.  A database that cannot be opened makes a
plain relay of us: paper always wins.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    ExitStack,
    asynccontextmanager,
)
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, Protocol

from agent import bypass_note, cellar, health
from agent.clock import Clock, SystemClock
from agent.config import Config
from agent.entropy import Entropy, SystemEntropy
from agent.errors import StoreDamagedError, StoreError
from agent.ids import JobId
from agent.intake.arriving import Arriving, Left
from agent.intake.listening import listening
from agent.store import moving
from agent.store.absent import AbsentStore
from agent.store.store import Store
from agent.store.vault import Vault
from agent.supervisor import Stage, run_all
from agent.sync import overlay
from agent.worker.frames import Frame

log = logging.getLogger(__name__)

SWITCH_INTERVAL_S: Final = 0.0005
"""How soon a thread that imports or asks SQLite lets the loop go on."""
PRINT_SOCKET: Final = "print"
"""FileDescriptorName= in receipt-agent-print.socket."""
SCREENS_SOCKET: Final = "screens"
"""The same in receipt-agent-screens.socket."""
STAR_SOCKET: Final = "star"
"""The same in receipt-agent-star.socket."""


class Workmate(Protocol):
    """What a test may put in place of the worker process."""

    async def call(
        self,
        task: str,
        params: Mapping[str, Any],
        body: bytes,
        deadline_s: float,
        *more: bytes,
    ) -> Frame: ...


@dataclass(frozen=True, slots=True)
class Outside:
    """The world, as handed in."""

    clock: Clock = field(default_factory=SystemClock)
    entropy: Entropy = field(default_factory=SystemEntropy)
    worker: Workmate | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    again: asyncio.Event = field(default_factory=asyncio.Event)
    """Set before ``stop``: another process is to begin (an ordered configuration)."""

    def begin_anew(self) -> None:
        """End this run, for another one."""
        self.again.set()
        self.stop.set()


async def run(config: Config, outside: Outside) -> None:
    """Run the daemon until ``outside.stop`` is set.

    Raises:
        OSError: a port is taken.
        ExceptionGroup: holding the ``StoreOverError`` that ended the process.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    with ExitStack() as closing:
        ports = health.inherited(PRINT_SOCKET) or [listening(*config.door.tcp.address)]
        for port in ports:
            closing.enter_context(port)
        log.info("printer port listens", extra={"port": ports[0].getsockname()[1]})
        star = config.door.star
        more = (
            _fitting(SCREENS_SOCKET, "screens.listen", config.screens.address),
            _fitting(STAR_SOCKET, "door.star.listen", star.address if star else None),
        )
        for port in chain.from_iterable(more):
            closing.enter_context(port)
        arriving = Arriving(config.till.spool_dir, cellar.spool_keys(config))
        left = await asyncio.to_thread(arriving.left)
        spared = frozenset(job for each in left for job in each.jobs.values())
        async with _store(config, outside.clock, spared) as store:
            health.notify("READY=1")
            # Loading and building take some ten milliseconds that the loop has not.
            stages = await asyncio.to_thread(
                _house, config, store, outside, (ports, *more), arriving, left
            )
            try:
                await run_all(stages, outside.stop, outside.clock)
            finally:
                arriving.close()
                health.notify("STOPPING=1")
                log.info("stopped")


def _fitting(
    socket_name: str, key: str, wanted: tuple[str, int] | None
) -> list[socket.socket]:
    """What systemd opened under that name, if it is where the configuration wants it."""
    given = health.inherited(socket_name)
    fitting = [each for each in given if each.getsockname()[:2] == wanted]
    for port in given:
        if port not in fitting:
            log.warning(
                "a socket of systemd is not where %s is; "
                "systemctl edit receipt-agent-%s.socket",
                key,
                socket_name,
                extra={"port": port.getsockname()[1]},
            )
            port.close()
    return fitting


def _house(
    config: Config,
    store: Store | AbsentStore,
    outside: Outside,
    ports: tuple[Sequence[socket.socket], ...],
    arriving: Arriving,
    left: Sequence[Left],
) -> Sequence[Stage]:
    # What the first job would wait for: the seal's library.
    importlib.import_module("cryptography.hazmat.primitives.ciphers.aead")
    house = importlib.import_module("agent.house")
    bypass_note.leave(config)
    printing, screens, star = ports
    front = house.Front(printing, arriving, left, screens, star)
    stages: Sequence[Stage] = house.build(config, store, outside, front)
    return stages


@asynccontextmanager
async def _store(
    config: Config, clock: Clock, spared: Collection[JobId]
) -> AsyncGenerator[Store | AbsentStore]:
    def opened(vault: Vault) -> AbstractAsyncContextManager[Store]:
        return Store.open(
            cellar.database(config),
            sealer=vault,
            clock=clock,
            settings=config.store,
            spared=spared,
        )

    try:
        vault = await asyncio.to_thread(cellar.vault, config)
        opening = opened(vault)
        try:
            store = await opening.__aenter__()
        except StoreDamagedError as damage:
            log.critical("%s", damage)
            await asyncio.to_thread(
                moving.renew,
                cellar.database(config),
                clock.now(),
                config.store.max_size_mb,
            )
            opening = opened(vault)
            store = await opening.__aenter__()
    except StoreError as error:
        log.critical("no database, every job is printed: %s", error)
        yield AbsentStore(error)
        return
    try:
        yield store
    finally:
        await opening.__aexit__(None, None, None)


def ended(config: Config, outside: Outside) -> int:
    """After an orderly end: the exit code, unless another image takes over here.

    A service manager begins it anew itself (Restart=always), with the ports open.
    """
    overlay.stop(config.till.state_dir)
    if outside.again.is_set() and "NOTIFY_SOCKET" not in os.environ:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 -- ourselves
    return 0


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and SIGINT end the daemon in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
