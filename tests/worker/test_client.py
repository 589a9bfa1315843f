"""The relay outlives its worker: every way to lose it costs one result."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import WorkerError
from agent.worker import __main__ as child
from agent.worker.client import Worker
from agent.worker.frames import Frame, pack

COMMAND = (sys.executable, "-m", "tests.worker.shop")


@asynccontextmanager
async def workshop() -> AsyncGenerator[Worker]:
    worker = Worker(COMMAND)
    async with asyncio.TaskGroup() as group:
        service = group.create_task(worker.run())
        try:
            yield worker
        finally:
            service.cancel()


async def works(worker: Worker) -> bool:
    answer = await worker.call("echo", {"n": 1}, b"bread", 5.0)
    return answer == Frame({"n": 1}, (b"bread", b""))


async def test_a_task_gets_its_parameters_and_bytes_and_answers_with_both() -> None:
    async with workshop() as worker:
        body = bytes(range(256)) * 4096
        answer = await worker.call("echo", {"text": "é €", "n": None}, body, 5.0)
    assert answer == Frame({"text": "é €", "n": None}, (body, b""))


async def test_a_task_may_take_more_than_one_string_of_bytes() -> None:
    async with workshop() as worker:
        answer = await worker.call("echo", {}, b"bread", 5.0, b"butter")
    assert answer == Frame({}, (b"bread", b"butter"))


@pytest.mark.parametrize("task", ["die", "babble"])
async def test_a_worker_that_dies_or_babbles_costs_one_result(task: str) -> None:
    async with workshop() as worker:
        assert await works(worker)
        first = worker.pid
        with pytest.raises(WorkerError):
            await worker.call(task, {}, b"", 5.0)
        assert await works(worker)
        assert worker.pid != first
        assert worker.deaths == 1


async def test_a_worker_that_overruns_is_killed_and_replaced() -> None:
    async with workshop() as worker:
        assert await works(worker)
        with pytest.raises(WorkerError, match="overran"):
            await worker.call("sleep", {"s": 60}, b"", 0.2)
        assert await works(worker)


async def test_a_task_that_fails_leaves_the_worker_and_tells_no_text() -> None:
    async with workshop() as worker:
        assert await works(worker)
        first = worker.pid
        with pytest.raises(WorkerError) as caught:
            await worker.call("fail", {}, b"", 5.0)
        assert "ValueError" in str(caught.value)
        assert "bread" not in str(caught.value)
        assert await works(worker)
        assert worker.pid == first


async def test_a_bomb_meets_the_worker_s_memory_limit_not_the_till_s() -> None:
    async with workshop() as worker:
        with pytest.raises(WorkerError, match="MemoryError"):
            await worker.call("eat", {}, b"", 5.0)
        assert await works(worker)


async def test_prints_of_a_library_never_end_up_between_frames() -> None:
    async with workshop() as worker:
        answer = await worker.call("chatter", {}, b"kept", 5.0)
        assert answer.parts == (b"kept",)
        assert await works(worker)


async def test_a_cancelled_request_never_gives_its_answer_to_the_next() -> None:
    async with workshop() as worker:
        assert await works(worker)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await worker.call("sleep", {"s": 0.3}, b"", 5.0)
        assert await works(worker)


async def test_a_worker_that_cannot_start_is_an_error_of_the_request() -> None:
    worker = Worker(("no-such-program-anywhere",))
    async with asyncio.TaskGroup() as group:
        service = group.create_task(worker.run())
        await asyncio.sleep(0.1)
        with pytest.raises(WorkerError, match="start"):
            await worker.call("echo", {}, b"", 5.0)
        service.cancel()


async def test_a_worker_that_dies_while_nothing_is_asked_costs_nothing() -> None:
    async with workshop() as worker:
        assert await works(worker)
        first = worker.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(5):
            while worker.pid == first:  # noqa: ASYNC110 -- until the kernel tells
                await asyncio.sleep(0.01)
        assert await works(worker)


async def test_requests_wait_their_turn() -> None:
    async with workshop() as worker, asyncio.TaskGroup() as group:
        answers = [
            group.create_task(worker.call("echo", {"n": n}, b"", 5.0))
            for n in range(20)
        ]
    assert [answer.result().header["n"] for answer in answers] == list(range(20))


@given(
    st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20)),
    st.lists(st.binary(max_size=50), max_size=4),
)
def test_what_is_packed_is_read_back(
    header: dict[str, int | str], parts: list[bytes]
) -> None:
    import io

    frame = Frame(dict(header), tuple(parts))
    assert child.read_frame(io.BytesIO(pack(frame))) == frame
