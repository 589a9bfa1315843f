"""Issues what the command line left: to the tills that an order concerns.

The ledger has one owner, the server; a command leaves its order in the keyring's file,
and the clerk takes it up within a second.  Issued twice it is issued once.  An erasure is
done here too, behind the orders to the tills (:mod:`rcu.erasing`).
"""

from __future__ import annotations

import logging
import sqlite3
from typing import Final

from agent.wire.orders import BLOCK, ERASE, PREFER, Erasure, SubjectIdentity
from rcu.bells import Bells
from rcu.erasing import Erasing, spellings
from rcu.sealing import Sealing
from rcu.seams import Clock
from rcu.store.orders import Orders
from rcu.store.standing import ALIVE_MS, DAY_MS, Order
from rcu.store.tills import Tills, Told

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
ROUND_S: Final = 3600.0
"""As often what stands is looked through for what came late."""
ERASE_WITHIN_MS: Final = 30 * DAY_MS
"""GDPR, article 12(3): one month."""
_ABOUT_ONE: Final = (PREFER, BLOCK)
"""Of these the latest about an identifier stands."""


class Clerk:
    """Runs beside the server."""

    def __init__(
        self,
        tills: Tills,
        orders: Orders,
        erasing: Erasing,
        sealing: Sealing,
        bells: Bells,
        clock: Clock,
    ) -> None:
        self._tills = tills
        self._orders = orders
        self._erasing = erasing
        self._sealing = sealing
        self._bells = bells
        self._clock = clock

    async def run(self) -> None:
        """Look, issue, and again.  Ends only by being cancelled."""
        looked = 0
        while True:
            try:
                await self.take_up()
                if looked % round(ROUND_S / LOOK_S) == 0:
                    await self.late(all_that_stand=True)
            except sqlite3.Error:
                log.exception("orders wait for the disk")
            looked += 1
            await self._clock.sleep(LOOK_S)

    async def take_up(self) -> int:
        """Issue what lies there, erase what is to be erased; to how many tills."""
        issued = 0
        for told in await self._tills.to_tell():
            issued += await self._issue(told)
            await self._tills.told(told.n)
        return issued + await self.late()

    async def late(self, *, all_that_stand: bool = False) -> int:
        """Erase what is not erased, or came since from a till that had not sent it.

        A till that knew the person, and had not said so, is ordered now.
        """
        issued = 0
        for one in await self._erasing.due(all_that_stand=all_that_stand):
            edges = await self._knowing(one.order)
            issued += await self._to(edges, self._erasure(one.asked_ms, one.order))
            await self._erasing.do(one)
        await self._erasing.clean()
        return issued

    async def _issue(self, told: Told) -> int:
        data = self._sealing.unwrapped(told.type, told.data)
        if data is None:
            log.error("an order is sealed under another rcu.pem; it is dropped")
            return 0
        if told.type == ERASE:
            order = Erasure.model_validate(data)
            issued = await self._to(
                [told.edge] if told.edge else await self._concerned(order),
                self._erasure(told.asked_ms, order),
            )
            await self._erasing.ask(order, told.asked_ms)
            return issued
        name = f"{told.asked_ms}.{told.n}"
        kept = self._sealing.close(told.type, data)
        about = ""
        if told.type in _ABOUT_ONE and not told.edge:
            identity = SubjectIdentity.model_validate(data["identity"])
            about = self._erasing.about(told.type, identity)
        edges = [told.edge] if told.edge else [e for e, _ in await self._tills.edges()]
        return await self._to(edges, Order(name, told.type, kept, about=about))

    async def _to(self, edges: list[str], order: Order) -> int:
        went = await self._orders.issue(edges, order, self._clock.now_ms())
        for edge in went:
            self._bells.ring(edge)
        if went:
            log.info("an order is issued", extra={"order": order.type, "to": len(went)})
        return len(went)

    def _erasure(self, asked_ms: int, order: Erasure) -> Order:
        request = order.subject_request_id
        data = order.model_dump(mode="json", exclude_defaults=True)
        return Order(
            name=f"{asked_ms}.{request}",
            type=ERASE,
            data=self._sealing.close(ERASE, data),
            request=request,
            due_ms=asked_ms + ERASE_WITHIN_MS,
            about=f"{ERASE} {request}",
            until_ms=asked_ms + ALIVE_MS,
        )

    async def _concerned(self, order: Erasure) -> list[str]:
        for one in order.subject_identities:
            if one.identity_format == "hmac-sha256":
                return await self._orders.edges()  # which till it means, tills know
        told = await self._orders.edges_told(PREFER)
        return sorted({*told, *await self._knowing(order)})

    async def _knowing(self, order: Erasure) -> list[str]:
        found: set[str] = set()
        for one in order.subject_identities:
            keys = spellings(one)
            found.update(await self._orders.edges_knowing(one.identity_type, keys))
        return sorted(found)
