"""Whether a customer can have the receipt without paper now."""

from __future__ import annotations

import asyncio

import pytest

from agent.events import LinkChanged
from agent.pipeline.codes import Codes
from agent.pipeline.links import Links
from tests.pipeline.rig import Rig


async def test_a_receipt_in_a_qr_needs_no_network() -> None:
    rig = Rig()
    links = Links(rig.counter, rig.bus, rig.codes, ["rcu"])
    listening = asyncio.create_task(links.run())
    await rig.settle()
    seen = []
    for link, up in (("rcu", False), ("display", True)):
        rig.bus.publish(LinkChanged(link, up=up))
        await rig.settle()
        seen.append(links.paperless)
    assert seen == [False, True]
    listening.cancel()


@pytest.mark.parametrize(
    ("configured", "up", "down", "paperless"),
    [
        ("rcu mail", "display cashier", "", True),
        ("rcu", "display", "", True),
        ("rcu", "cashier", "", False),  # nobody sees the QR
        ("mail", "cashier", "", True),
        ("mail", "display", "", True),
        ("rcu mail", "", "", False),  # nobody can choose
        ("", "display cashier", "", False),  # a QR that leads nowhere
        ("", "display cashier rcu mail", "rcu mail", False),
        ("rcu", "display", "rcu", False),
        ("mail", "display", "mail", False),
        ("rcu mail", "display", "rcu", True),
        ("rcu sms", "cashier", "", True),
        ("rcu sms", "cashier", "sms", False),
        ("rcu sms", "cashier", "rcu", False),  # the link leads to the same page
        ("rcu mail", "cashier", "mail", False),
        ("rcu", "display", "display", False),
    ],
)
async def test_a_way_needs_who_chooses_it_and_what_carries_it(
    configured: str, up: str, down: str, paperless: bool
) -> None:
    rig = Rig()

    def is_online() -> bool:
        return "rcu" in configured and rig.counter.picture.is_up("rcu")

    codes = Codes(rig.place, rig.workshop, None, is_online)
    links = Links(rig.counter, rig.bus, codes, configured.split())
    listening = asyncio.create_task(links.run())
    await rig.settle()
    for link in up.split():
        rig.bus.publish(LinkChanged(link, up=True))
    for link in down.split():
        rig.bus.publish(LinkChanged(link, up=False))
    await rig.settle()
    listening.cancel()
    assert links.paperless is paperless
