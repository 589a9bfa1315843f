"""What the acceptance tests share: a shop around the real programs, by the sale.

A shop is entered and left within one test (its devices are task groups).
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from hardware_sim import library_bytes
from hardware_sim.counter import Snapshot
from hardware_sim.goods import Trade
from hardware_sim.office import kitchen
from hardware_sim.receipts import sale
from hardware_sim.shop import Shop
from hardware_sim.tickets import Ticket

WAIT_S = 30.0
"""For what takes a blink on a quiet machine: others may be building beside us."""
PATIENT_S = 120.0
"""A choice window that never closes within a test."""


def patient_shop(folder: Path) -> Shop:
    """Receipts wait for their customer throughout the test."""
    return Shop(folder / "shop", window_s=PATIENT_S)


async def ring_up(
    shop: Shop, trade: Trade = "restaurant", seed: int = 1
) -> tuple[Snapshot, Ticket]:
    """A sale by python-escpos; the screens when it is offered, and the truth."""
    ticket, after = sale(trade, seed), await at_counter(shop)
    played = await shop.pos.play_with_library(ticket)
    assert played.failure == ""
    return await shop.counter.offered(after, WAIT_S), ticket


async def at_counter(shop: Shop) -> str | None:
    """The receipt that the screens show."""
    shown = (await shop.counter.snapshot())["shown"]
    return None if shown is None else str(shown["id"])


async def assert_next_receipt_works(shop: Shop, seed: int) -> None:
    """A kitchen order is printed and a sale is offered, as if nothing had been."""
    order, printer = library_bytes.encode(kitchen(seed)), shop.printer
    before = len(printer.received)
    assert (await shop.pos.play(order)).failure == ""
    await printer.wait_until(
        lambda: printer.received.find(order, before) >= 0, WAIT_S, "such order"
    )
    await ring_up(shop, seed=seed)


async def wait_issued(shop: Shop, receipt: str) -> None:
    """Until the RCU's books hold it; they know no bell."""
    async with asyncio.timeout(WAIT_S):
        while await asyncio.to_thread(shop.issued, receipt) == 0:  # noqa: ASYNC110 -- see above
            await asyncio.sleep(0.05)
