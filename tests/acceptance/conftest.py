from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hardware_sim.shop import Shop
from tests.acceptance.rig import patient_shop
from tests.clients.conftest import kept


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """One shop for all: five programs start once.  Receipts wait for their customer."""
    async with kept(patient_shop(tmp_path_factory.mktemp("shop"))) as open_one:
        yield open_one
