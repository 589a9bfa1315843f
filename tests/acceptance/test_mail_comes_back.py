"""A mail leaves the shop and comes back while its customer still stands there."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from hardware_sim.customer import Customer
from hardware_sim.shop import Shop
from tests.acceptance.rig import WAIT_S, ring_up, wait_issued
from tests.acceptance.test_consent import until

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="package"),
]

# The shop is everybody's: whoever is shut out here is nobody else's customer.
GONE, TIRED = "gone.away@gmail.com", "tired.of.it@gmail.com"


async def mailed(shop: Shop, address: str) -> tuple[str, str]:
    """The receipt's id, and the Message-ID of its mail."""
    offered, _ = await ring_up(shop)
    before = shop.mailbox.taken
    receipt = str(offered["shown"]["id"])
    await Customer(shop.counter, None).write_address(offered, address)
    message = (await shop.mailbox.wait(before + 1, WAIT_S))[-1]
    assert message.recipients == (address,)
    kinds = {part.get_content_type() for part in message.parsed.walk()}
    assert "application/pdf" in kinds
    await wait_issued(shop, receipt)
    # Whose address it is, the RCU knows from the till.
    await until(shop, f"SELECT 1 FROM identifier WHERE value = '{address}'", 1)
    return receipt, str(message.parsed["Message-ID"])


async def refused(shop: Shop, receipt: str, address: str) -> None:
    with pytest.raises(httpx.HTTPStatusError) as caught:
        await shop.counter.choose(receipt, "email", address)
    assert "Cette adresse ne reçoit pas nos e-mails" in caught.value.response.text


async def gone_down(shop: Shop) -> None:
    """The till has asked for what comes behind: it has done all before."""
    async with asyncio.timeout(WAIT_S):
        while await until(shop, "SELECT count(*) FROM feed", 1) != [("0",)]:  # noqa: ASYNC110 -- the books know no bell
            await asyncio.sleep(0.05)


async def says(shop: Shop, words: str) -> None:
    await shop.counter.until(
        lambda then: words in json.dumps(then, ensure_ascii=False), WAIT_S, words
    )


async def test_a_bounce_prints_the_receipt_and_shuts_the_address_out(
    shop: Shop,
) -> None:
    papers = len(shop.printer.papers)
    receipt, identifier = await mailed(shop, GONE)
    await says(shop, "E-mail envoyé")
    assert len(shop.printer.papers) == papers
    await shop.postmaster.tell(identifier, "bounced")
    await says(shop, "Adresse refusée · ticket imprimé")
    await shop.printer.wait_paper(papers + 1, WAIT_S)
    told = (
        "SELECT state FROM delivery WHERE detail = 'mail_bounced:5.1.1'"
        f" AND receipt_id = '{receipt}'"
    )
    assert await until(shop, told, 1) == [("refused",)]

    again, _ = await ring_up(shop)
    taken = shop.mailbox.taken
    await refused(shop, again["shown"]["id"], GONE)
    assert shop.mailbox.taken == taken
    assert GONE not in shop.agent.said() + shop.rcu.said()


async def test_one_click_and_no_more_mails_come(shop: Shop) -> None:
    receipt, _ = await mailed(shop, TIRED)
    header = shop.mailbox.messages[-1].parsed["List-Unsubscribe"]
    async with httpx.AsyncClient() as reader:
        where = str(header).strip(" <>")
        done = await reader.post(where, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    # Asked for behind it, so done by the till.
    reported = f"SELECT 1 FROM mail_report WHERE receipt_id = '{receipt}'"
    await until(shop, reported, 1)
    await gone_down(shop)
    again, _ = await ring_up(shop)
    await refused(shop, again["shown"]["id"], TIRED)
    # Paper is there as ever.
    papers = len(shop.printer.papers)
    await shop.counter.choose(again["shown"]["id"], "paper")
    await shop.printer.wait_paper(papers + 1, WAIT_S)
