"""The phone of the open day: what it does with the address that it has read."""

from __future__ import annotations

from typing import cast

import pytest

from hardware_sim.counter import Snapshot
from hardware_sim.customer import Customer
from hardware_sim.day import Day
from hardware_sim.shop import Shop


class Running:
    """A program that is not there."""

    running = False


class Screens:
    """A display with some QR."""

    async def snapshot(self, view: str) -> Snapshot:
        return {"shown": {"qr_svg": "<svg/>"}}


class FakeShop:
    """As much as a scan asks of one."""

    rcu_url = "http://127.0.0.1:9"
    rcu = Running()
    counter = Screens()


class Camera:
    """It reads what it is told."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def scan(self, now: Snapshot) -> str:
        return self._url


@pytest.mark.parametrize(
    ("url", "path", "says"),
    [
        ("https://tickets.example/r/ABC", "/r/ABC", ""),
        ("https://tickets.example/r#12345", "", "(5 figures)"),
    ],
)
async def test_an_address_is_opened_and_a_receipt_in_one_is_told(
    url: str, path: str, says: str
) -> None:
    day = Day(cast("Shop", FakeShop()), cast("Customer", Camera(url)), 1.0)
    await day.scan()
    assert day.phone.path == path
    assert says in day.phone.en
