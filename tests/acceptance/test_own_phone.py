"""From the page behind the QR, by the feed, to a mail and a proof of who asked for it."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from pathlib import Path

import httpx
import pytest

from hardware_sim.customer import Customer
from tests.acceptance.rig import WAIT_S, patient_shop, ring_up, wait_issued
from tests.acceptance.test_consent import agent, until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

ADDRESS = "marie.curie@gmail.com"


async def test_a_phone_asks_for_a_mail_while_the_till_is_away(tmp_path: Path) -> None:
    async with patient_shop(tmp_path) as shop, httpx.AsyncClient() as phone:
        offered, _ = await ring_up(shop)
        receipt = offered["shown"]["id"]
        await wait_issued(shop, receipt)
        page = await Customer(shop.counter, None).scan(offered)
        html = (await phone.get(page)).text
        link = re.search(r'href="([^"]+/wish\?lang=fr)"', html)
        assert link is not None
        asks = await phone.get(httpx.URL(page).join(link[1]))
        assert "ne servira qu’à" in asks.text or "adresse" in asks.text

        await shop.agent.stop(signal.SIGKILL)
        said = {"choice": "email", "contact": ADDRESS}
        asked = await phone.post(f"{page}/wish?lang=fr", data=said)
        assert asked.status_code == 303
        assert ADDRESS not in (await phone.get(f"{page}/wish?lang=fr")).text
        await shop.open_agent()

        (mail,) = await shop.mailbox.wait(1, WAIT_S)
        assert mail.recipients == (ADDRESS,) or ADDRESS in str(mail.recipients)
        asked_of = "SELECT record FROM consent WHERE record <> ''"
        ((record,),) = await until(shop, asked_of, 1)
        given = json.loads(record)
        assert (given["receipt"], given["method"]) == (receipt, "own_phone")
        assert (given["operator"], given["decision"]) == ("customer", "given")
        await until(shop, "SELECT 1 FROM wish WHERE status = 'taken'", 1)
        code, told = await agent(shop, "consent", "verify", "--lang", "en")
        assert code == 0, told
        assert "signatures: 1 good" in told
        # Acknowledged by the next question, and with it the address is gone.
        async with asyncio.timeout(WAIT_S):
            while await until(shop, "SELECT count(*) FROM feed", 1) != [("0",)]:  # noqa: ASYNC110 -- the books know no bell
                await asyncio.sleep(0.05)
        assert ADDRESS not in shop.agent.said() + shop.rcu.said()
