"""What the acceptance tests share: a shop around the real programs, by the sale.

A shop is entered and left within one test (its devices are task groups).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
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
PATIENT_S = 300.0
"""A choice window that never closes within a test."""
SEEDS = count(1000)
"""Of sales and orders: a shop that is open for many tests sees none twice."""


def patient_shop(folder: Path) -> Shop:
    """Receipts wait for their customer throughout the test."""
    return Shop(folder / "shop", window_s=PATIENT_S)


def whole(number: str) -> str:
    """As the paper has it."""
    return number


async def ring_up(
    shop: Shop,
    trade: Trade = "restaurant",
    seed: int | None = None,
    read: Callable[[str], str] = whole,
) -> tuple[Snapshot, Ticket]:
    """A sale by python-escpos, like no other if it has no ``seed``.

    The screens when it is offered, and the truth.  What is offered again behind a start
    of the agent is another: it has not the number of the paper, ``read`` as the till does.
    """
    ticket = sale(trade, next(SEEDS) if seed is None else seed)
    number = read(ticket.truth.number)
    after = await at_counter(shop)
    played = await shop.pos.play_with_library(ticket)
    assert played.failure == ""
    async with asyncio.timeout(WAIT_S):
        while True:
            now = await shop.counter.offered(after, WAIT_S)
            if now["shown"]["number"] == number:
                return now, ticket
            after = now["shown"]["id"]


async def at_counter(shop: Shop) -> str | None:
    """The receipt that the screens show."""
    shown = (await shop.counter.snapshot())["shown"]
    return None if shown is None else str(shown["id"])


async def assert_next_receipt_works(shop: Shop) -> None:
    """A kitchen order is printed and a sale is offered, as if nothing had been."""
    order, printer = library_bytes.encode(kitchen(next(SEEDS))), shop.printer
    before = len(printer.received)
    assert (await shop.pos.play(order)).failure == ""
    await printer.wait_until(
        lambda: printer.received.find(order, before) >= 0, WAIT_S, "such order"
    )
    await ring_up(shop)


async def wait_issued(shop: Shop, receipt: str) -> None:
    """Until the RCU's books hold it; they know no bell."""
    async with asyncio.timeout(WAIT_S):
        while await asyncio.to_thread(shop.issued, receipt) == 0:  # noqa: ASYNC110 -- see above
            await asyncio.sleep(0.05)
