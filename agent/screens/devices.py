"""The paired screens, as requests find them: by the token in their cookie.

All of them are in memory, a handful; the store has them for the next start.  A
screen that was not seen for ``session_days`` has to be paired again.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal, Protocol

from agent.clock import Clock
from agent.entropy import Entropy
from agent.errors import StoreError
from agent.ids import DeviceId, uuid7
from agent.store.devices import (
    Device,
    DeviceChange,
    DeviceRole,
    PairDevice,
    RevokeDevice,
    SeenDevice,
)

log = logging.getLogger(__name__)

TOKEN_BYTES: Final = 32
DAY_MS: Final = 86_400_000
MAX_DEVICES: Final = 32
"""Screens of one till that may be paired at the same time."""


Revoked = Literal["done", "unknown", "not_kept"]
"""``not_kept``: until the next start."""


class DeviceStore(Protocol):
    """Of the store, what is needed here."""

    async def devices(self) -> list[Device]: ...

    async def commit(self, *changes: DeviceChange) -> None: ...


class Devices:
    """Who may come in from elsewhere.  Without a store: nobody."""

    def __init__(
        self,
        store: DeviceStore | None,
        clock: Clock,
        entropy: Entropy,
        session_days: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._session_ms = session_days * DAY_MS
        self._known: dict[bytes, Device] = {}

    async def load(self) -> None:
        """From the store; one that cannot be read knows nobody."""
        if self._store is None:
            return
        try:
            self._known = {each.digest: each for each in await self._store.devices()}
        except StoreError as error:
            log.error("paired screens are not known: %s", error)  # noqa: TRY400 -- it says why

    @property
    def paired(self) -> Sequence[Device]:
        """Those that may come in now, the oldest first."""
        return [each for each in self._known.values() if self._fresh(each)]

    async def known(self, token: str) -> Device | None:
        """The device with that token, if it may still come in; it was seen then."""
        device = self._known.get(digest(token))
        if device is None or not self._fresh(device):
            return None
        if self._now_ms() - device.seen_ms >= DAY_MS:
            await self._was_seen(device)
        return device

    async def pair(self, role: DeviceRole, name: str) -> str | None:
        """A new device; its token, which nobody else has.

        ``None``: too many, or the store does not keep it.
        """
        if self._store is None or len(self.paired) >= MAX_DEVICES:
            return None
        token = self._entropy.draw(TOKEN_BYTES).hex()
        now_ms = self._now_ms()
        key = DeviceId(uuid7(now_ms, self._entropy.draw(10)))
        device = Device(key, role, name, digest(token), now_ms, now_ms)
        try:
            await self._store.commit(PairDevice(device))
        except StoreError as error:
            log.error("a screen was not paired: %s", error)  # noqa: TRY400 -- it says why
            return None
        self._known[device.digest] = device
        log.info("a screen was paired", extra={"device": str(key), "role": role})
        return token

    async def revoke(self, key: str) -> Revoked:
        """Shut a device out at once, even where the store cannot keep it."""
        device = next((each for each in self.paired if str(each.id) == key), None)
        if device is None:
            return "unknown"
        now_ms = self._now_ms()
        self._known[device.digest] = replace(device, revoked_ms=now_ms)
        log.info("a screen was revoked", extra={"device": key, "role": device.role})
        kept = await self._keep(RevokeDevice(device.id, now_ms))
        return "done" if kept else "not_kept"

    async def _was_seen(self, device: Device) -> None:
        now_ms = self._now_ms()
        self._known[device.digest] = replace(device, seen_ms=now_ms)
        await self._keep(SeenDevice(device.id, now_ms))

    async def _keep(self, change: DeviceChange) -> bool:
        if self._store is None:
            return False
        try:
            await self._store.commit(change)
        except StoreError as error:
            log.error("not kept of a paired screen: %s", error)  # noqa: TRY400 -- it says why
            return False
        return True

    def _fresh(self, device: Device) -> bool:
        lately = self._now_ms() - device.seen_ms < self._session_ms
        return device.revoked_ms is None and lately

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def digest(token: str) -> bytes:
    """What is kept of a token: 256 random bits need no salt and no stretching."""
    return hashlib.sha256(token.encode()).digest()
