from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypeVar

import pytest
import pytest_asyncio

from tests.clients.cups import Scheduler, scheduler, why_no_cups
from tests.clients.till import Till, open_till

T = TypeVar("T")


@contextlib.asynccontextmanager
async def kept(context: contextlib.AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
    """Entered and left by one task, whoever sets a fixture up and tears it down."""
    opened: asyncio.Queue[T] = asyncio.Queue()
    closing = asyncio.Event()

    async def keep() -> None:
        async with context as value:
            opened.put_nowait(value)
            await closing.wait()

    keeping = asyncio.create_task(keep())
    getting = asyncio.create_task(opened.get())
    await asyncio.wait({keeping, getting}, return_when=asyncio.FIRST_COMPLETED)
    if keeping.done():
        getting.cancel()
        keeping.result()
    try:
        yield getting.result()
    finally:
        closing.set()
    await keeping


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def cups() -> AsyncIterator[Scheduler]:
    """A scheduler for all."""
    if why := why_no_cups():
        pytest.skip(why)
    async with kept(scheduler()) as running:
        yield running


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def till(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Till]:
    """A till that holds receipts, for all."""
    async with kept(open_till(tmp_path_factory.mktemp("till"), "holding")) as open_one:
        yield open_one
