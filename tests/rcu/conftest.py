"""The real application on real databases, in process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from rcu.app import Store, build, open_store
from rcu.config import Settings, StoreSettings, TillSettings
from tests.rcu.fakes import EDGE, FakeClock, FakeEntropy, Till


@dataclass(frozen=True, slots=True)
class Rcu:
    client: httpx.AsyncClient
    till: Till
    store: Store
    settings: Settings
    clock: FakeClock
    directory: Path
    key: str


@pytest.fixture
async def rcu(tmp_path: Path) -> AsyncIterator[Rcu]:
    clock = FakeClock()
    settings = Settings(
        store=StoreSettings(directory=tmp_path), tills=TillSettings(unsigned=True)
    )
    async with open_store(tmp_path) as store:
        enrolled = await store.keyring.enrol(EDGE, clock.now_ms(), FakeEntropy())
        transport = httpx.ASGITransport(app=build(store, settings, clock))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://rcu.test"
        ) as client:
            till = Till(client, enrolled.token)
            yield Rcu(client, till, store, settings, clock, tmp_path, enrolled.token)
