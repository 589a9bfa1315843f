from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hardware_sim.shop import Shop
from tests.acceptance.rig import PATIENT_S


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """One shop for a whole module; receipts wait for their customer throughout.

    Its devices are task groups, so one task enters and leaves it.
    """
    opened: asyncio.Queue[Shop] = asyncio.Queue()
    closing = asyncio.Event()

    async def keep() -> None:
        folder = tmp_path_factory.mktemp("shop")
        async with Shop(folder, window_s=PATIENT_S) as shop:
            opened.put_nowait(shop)
            await closing.wait()

    keeping = asyncio.create_task(keep())
    getting = asyncio.create_task(opened.get())
    await asyncio.wait({keeping, getting}, return_when=asyncio.FIRST_COMPLETED)
    if keeping.done():
        getting.cancel()
        keeping.result()
    yield getting.result()
    closing.set()
    await keeping
