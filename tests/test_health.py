"""Told to a real datagram socket, taken from real descriptors."""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import StoreError, StoreOverError
from agent.health import (
    BEATS,
    LAST_SHEETS_S,
    UNWATCHED_S,
    Obituary,
    Watchdog,
    inherited,
    notify,
    watchdog_s,
)
from tests.fakes.clock import FakeClock


class Manager:
    """systemd's end of the notify socket."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0"))
        self._socket.setblocking(False)
        self.environ = {"NOTIFY_SOCKET": address}

    def heard(self) -> list[str]:
        said = []
        while True:
            try:
                said.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return said

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Manager]:
    if request.param == "abstract" and sys.platform != "linux":
        pytest.skip("abstract sockets are Linux's own")
    path = f"@agent-test-{os.getpid()}" if request.param == "abstract" else "notify"
    made = Manager(path if path.startswith("@") else str(tmp_path / path))
    yield made
    made.close()


def test_readiness_and_status_go_in_one_datagram(manager: Manager) -> None:
    assert notify("READY=1", "STATUS=Prêt", environ=manager.environ)
    assert notify("STOPPING=1", environ=manager.environ)
    assert manager.heard() == ["READY=1\nSTATUS=Prêt", "STOPPING=1"]


def test_without_a_manager_nothing_is_said_and_nothing_breaks(tmp_path: Path) -> None:
    assert not notify("READY=1", environ={})
    assert not notify("READY=1", environ={"NOTIFY_SOCKET": "relative"})
    gone = {"NOTIFY_SOCKET": str(tmp_path / "gone")}
    assert not notify("READY=1", environ=gone)


def test_a_deaf_manager_never_makes_us_wait(manager: Manager) -> None:
    sent = [notify("WATCHDOG=1", environ=manager.environ) for _ in range(2000)]
    assert sent[0]
    assert not sent[-1]


CHILD = """
import os, sys
for place, passed in enumerate(sys.argv[1:], start=3):
    os.dup2(int(passed), place)
os.environ["LISTEN_PID"] = str(os.getpid())
from agent.health import inherited
(mine,) = inherited("print")
print(mine.getsockname()[1], mine.getblocking(), os.get_inheritable(mine.fileno()))
print(len(inherited("web")), len(inherited("other")))
"""


def test_the_sockets_of_one_name_are_taken_over() -> None:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    port = listeners[0].getsockname()[1]
    high = [fcntl.fcntl(one.fileno(), fcntl.F_DUPFD, 20) for one in listeners]
    result = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, high)],
        pass_fds=high,
        env=os.environ | {"LISTEN_FDS": "2", "LISTEN_FDNAMES": "print:web"},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    for fd in high:
        os.close(fd)
    for listener in listeners:
        listener.close()
    assert result.stdout.split() == [str(port), "False", "False", "1", "0"]


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "print"},
        {"LISTEN_PID": "42", "LISTEN_FDS": "many", "LISTEN_FDNAMES": "print"},
        {"LISTEN_PID": "42", "LISTEN_FDS": "0", "LISTEN_FDNAMES": "print"},
        {"LISTEN_PID": "42", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "other"},
        {"LISTEN_PID": "42", "LISTEN_FDS": "1"},
    ],
)
def test_what_is_meant_for_others_is_left_alone(environ: dict[str, str]) -> None:
    assert inherited("print", environ=environ, pid=42) == []


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"WATCHDOG_USEC": "20000000"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "42"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "7"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_time_is_read(
    environ: dict[str, str], expected: float | None
) -> None:
    assert watchdog_s(environ=environ, pid=42) == expected


class Store:
    """Pings well, badly or never."""

    def __init__(self) -> None:
        self.error: StoreError | None = None
        self.hangs = False
        self.pings = 0

    async def ping(self) -> None:
        self.pings += 1
        if self.error is not None:
            raise self.error
        if self.hangs:
            await asyncio.Event().wait()


async def test_signs_of_life_follow_the_probe(manager: Manager) -> None:
    store, clock = Store(), FakeClock()
    environ = manager.environ | {"WATCHDOG_USEC": "400000"}
    watchdog = Watchdog(store.ping, clock, environ=environ)
    service = asyncio.create_task(watchdog.run())
    await clock.advance(0.4)
    assert manager.heard() == ["WATCHDOG=1"] * (BEATS + 1)
    seen = [watchdog.well]
    store.error = StoreError("disk failed")
    await clock.advance(0.4)
    assert manager.heard() == []
    seen.append(watchdog.well)
    store.error = None
    await clock.advance(0.2)
    seen.append(watchdog.well)
    assert set(manager.heard()) == {"WATCHDOG=1"}
    store.hangs = True
    pings = store.pings
    await clock.advance(0.1)
    await asyncio.sleep(0.15)  # the probe's own deadline runs on the loop's clock
    assert store.pings > pings
    assert manager.heard() == []
    assert [*seen, watchdog.well] == [True, False, True, False]
    service.cancel()
    await asyncio.wait([service])


async def test_unwatched_it_only_looks(manager: Manager) -> None:
    store, clock = Store(), FakeClock()
    watchdog = Watchdog(store.ping, clock, environ=manager.environ)
    service = asyncio.create_task(watchdog.run())
    await clock.advance(UNWATCHED_S * 2.5)
    assert store.pings == 3
    assert manager.heard() == []
    service.cancel()
    await asyncio.wait([service])


async def test_a_store_that_is_over_ends_the_process_without_waiting_for_a_probe() -> (
    None
):
    store, clock, over = Store(), FakeClock(), asyncio.Event()
    service = asyncio.create_task(Obituary(over.wait, store.ping, clock).run())
    await clock.advance(60.0)
    assert not service.done()
    store.error = StoreOverError("fsync failed")
    over.set()
    await clock.advance(LAST_SHEETS_S / 2)
    assert not service.done()
    await clock.advance(LAST_SHEETS_S)
    assert service.done()
    assert service.exception() is store.error
