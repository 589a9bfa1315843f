"""Issues what the command line left: to the tills that an order concerns.

The ledger has one owner, the server; a command leaves its order in the keyring's file,
and the clerk takes it up within a second.  Issued twice it is issued once.
"""

from __future__ import annotations

import logging
import sqlite3
from typing import Final

from agent.identity import contacts
from agent.identity.kinds import Contact
from agent.wire.orders import ERASE, PREFER, Erasure, SubjectIdentity
from rcu.bells import Bells
from rcu.seams import Clock
from rcu.store.orders import DAY_MS, Order, Orders
from rcu.store.tills import Tills, Told

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
ERASE_WITHIN_MS: Final = 30 * DAY_MS
"""GDPR, article 12(3): one month."""


class Clerk:
    """Runs beside the server."""

    def __init__(
        self, tills: Tills, orders: Orders, bells: Bells, clock: Clock
    ) -> None:
        self._tills = tills
        self._orders = orders
        self._bells = bells
        self._clock = clock

    async def run(self) -> None:
        """Look, issue, and again.  Ends only by being cancelled."""
        while True:
            try:
                await self.take_up()
            except sqlite3.Error:
                log.exception("orders wait for the disk")
            await self._clock.sleep(LOOK_S)

    async def take_up(self) -> int:
        """Issue what lies there; to how many tills."""
        issued = 0
        for told in await self._tills.to_tell():
            order = _order(told)
            edges = [told.edge] if told.edge else await self._concerned(told)
            went = await self._orders.issue(edges, order, self._clock.now_ms())
            for edge in went:
                self._bells.ring(edge)
            log.info("an order is issued", extra={"order": told.type, "to": len(went)})
            await self._tills.told(told.n)
            issued += len(went)
        return issued

    async def _concerned(self, told: Told) -> list[str]:
        if told.type != ERASE:
            return [edge for edge, _ in await self._tills.edges()]
        order = Erasure.model_validate(told.data)
        found: set[str] = set(await self._orders.edges_told(PREFER))
        for one in order.subject_identities:
            if one.identity_format == "hmac-sha256":
                return await self._orders.edges()  # which till it means, tills know
            keys = _spellings(one)
            found.update(await self._orders.edges_knowing(one.identity_type, keys))
        return sorted(found)


def _order(told: Told) -> Order:
    name = f"{told.asked_ms}.{told.n}"
    if told.type != ERASE:
        return Order(name, told.type, told.data)
    request = str(told.data["subject_request_id"])
    return Order(name, ERASE, told.data, request, told.asked_ms + ERASE_WITHIN_MS)


def _spellings(one: SubjectIdentity) -> set[str]:
    found = contacts.read(one.identity_type, one.identity_value)
    own = {one.identity_value}
    return own | {found.key, found.value} if isinstance(found, Contact) else own
