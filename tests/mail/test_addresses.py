"""Addresses beyond ASCII: a domain travels as IDNA, a mailbox is refused in words."""

from __future__ import annotations

import pytest

from agent.delivery.outcome import Delivered, Refused
from agent.verbs import Refusal
from tests.mail.relays import Script, scripted
from tests.mail.test_email import MESSAGE
from tests.mail.test_lines import channel
from tests.pipeline.rig import Rig, document


async def typed(rig: Rig, address: str) -> Refusal | None:
    await rig.job(document())
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    return await rig.counter.choose(shown.id, "email", address, "customer")


@pytest.mark.parametrize("address", ["josé@example.org", "用户@example.org"])
async def test_a_mailbox_with_an_accent_is_refused_while_its_owner_stands_there(
    address: str,
) -> None:
    rig = Rig()
    async with rig.running():
        refusal = await typed(rig, address)
        assert refusal is not None
        assert refusal.words.fr
        assert refusal.words.ar
        assert rig.shelf.parcels == []


async def test_a_domain_with_an_accent_is_written_for_the_wire() -> None:
    rig = Rig()
    async with rig.running():
        assert await typed(rig, "anna@Épicerie-Née.example") is None
        (parcel,) = rig.shelf.parcels
        assert parcel.recipient == "anna@xn--picerie-ne-96aj.example"
        relay = Script()
        async with scripted(relay) as settings, channel(settings) as mail:
            sent = await mail.send(MESSAGE, parcel.recipient)
            assert isinstance(sent, Delivered)
        assert relay.heard[2].startswith(f"RCPT TO:<{parcel.recipient}>")


async def test_what_slips_through_is_refused_and_never_garbled() -> None:
    relay = Script()
    async with scripted(relay) as settings, channel(settings) as mail:
        outcome = await mail.send(MESSAGE, "josé@example.org")
        assert outcome == Refused("mail_address")
    assert relay.calls == 0
