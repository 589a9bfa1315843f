"""A worker behind a socket, as systemd starts it: to the relay it is a process as any other."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.errors import WorkerError
from agent.worker import unit
from agent.worker.client import Worker
from agent.worker.frames import Frame

COMMAND = (sys.executable, "-m", "tests.worker.shop")


@asynccontextmanager
async def managed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[tuple[Worker, list[asyncio.subprocess.Process]]]:
    path = tmp_path / "worker.socket"
    started: list[asyncio.subprocess.Process] = []
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(4)
    listener.setblocking(False)
    monkeypatch.setenv(unit.WHERE, str(path))

    async def accept() -> None:
        loop = asyncio.get_running_loop()
        while True:
            came, _ = await loop.sock_accept(listener)
            came.setblocking(True)
            with came:
                started.append(
                    await asyncio.create_subprocess_exec(
                        *COMMAND, stdin=came.fileno(), stdout=came.fileno()
                    )
                )

    worker = Worker()
    with listener:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(accept()), group.create_task(worker.run())]
            try:
                yield worker, started
            finally:
                for task in tasks:
                    task.cancel()
    for each in started:
        await asyncio.wait_for(each.wait(), 20)


async def works(worker: Worker) -> bool:
    answer = await worker.call("echo", {"n": 1}, b"bread", 20.0)
    return answer == Frame({"n": 1}, (b"bread", b""))


async def test_it_answers_and_leaves_with_the_relay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with managed(tmp_path, monkeypatch) as (worker, started):
        assert await works(worker)
        body = bytes(range(256)) * 4096
        answer = await worker.call("chatter", {}, body, 20.0)
        assert answer.parts == (body,)
    assert [each.returncode for each in started] == [0]


@pytest.mark.parametrize("task", ["die", "babble"])
async def test_one_that_dies_or_babbles_costs_one_result(
    task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with managed(tmp_path, monkeypatch) as (worker, started):
        assert await works(worker)
        with pytest.raises(WorkerError):
            await worker.call(task, {}, b"", 20.0)
        assert await works(worker)
        assert (worker.deaths, len(started)) == (1, 2)


async def test_one_that_overruns_in_the_midst_of_c_is_ended_by_hanging_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_it = tmp_path / "at it"
    async with managed(tmp_path, monkeypatch) as (worker, started):
        assert await works(worker)
        with pytest.raises(WorkerError, match="overran"):
            await worker.call("brood", {"at_it": str(at_it)}, b"", 1.0)
        assert await works(worker)
        assert await asyncio.wait_for(started[0].wait(), 20) == -signal.SIGIO
    assert int(at_it.read_text()) == started[0].pid


async def test_without_its_socket_the_worker_is_a_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(unit.WHERE, str(tmp_path / "nowhere"))
    assert unit.place() is None


async def test_a_socket_behind_which_nothing_starts_gives_way_to_a_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a former release was installed: its socket listens, its unit is gone."""

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    path = tmp_path / "worker.socket"
    monkeypatch.setenv(unit.WHERE, str(path))
    worker = Worker()
    async with (
        await asyncio.start_unix_server(hang_up, path),
        asyncio.TaskGroup() as group,
    ):
        service = group.create_task(worker.run())
        async with asyncio.timeout(60):
            while not (worker.warm and worker.pid):  # noqa: ASYNC110 -- a process
                await asyncio.sleep(0.02)
        service.cancel()
