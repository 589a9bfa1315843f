"""Which screens were paired, also after the store was closed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from agent.ids import DeviceId
from agent.store.devices import Device, PairDevice, RevokeDevice, SeenDevice
from tests.store.builders import opened

TABLET = Device(DeviceId(UUID(int=1)), "display", "Tablette", bytes(32), 10, 10)
PHONE = Device(DeviceId(UUID(int=2)), "it", "Support", bytes([1]) * 32, 20, 20)


async def test_devices_are_kept_and_revoked_for_good(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(PairDevice(TABLET), PairDevice(PHONE))
        await store.commit(SeenDevice(TABLET.id, 30), RevokeDevice(PHONE.id, 40))
        await store.commit(SeenDevice(TABLET.id, 25), RevokeDevice(PHONE.id, 50))
    async with opened(tmp_path) as store:
        assert await store.devices() == [
            replace(TABLET, seen_ms=30),
            replace(PHONE, revoked_ms=40),
        ]


async def test_a_digest_belongs_to_one_device_and_a_pairing_may_be_repeated(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.commit(PairDevice(TABLET))
        await store.commit(PairDevice(TABLET))
        await store.commit(PairDevice(replace(PHONE, digest=TABLET.digest)))
        assert await store.devices() == [TABLET]
