"""« Mes tickets »: coming in by a mailed link, what is shown to whom, and leaving."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from hardware_sim.mailbox import Mailbox
from rcu.app import build
from rcu.config import AccountSettings
from rcu.store.retention import Horizons
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import DAY_MS, EDGE, captured, chosen, event, example, issued

MARIE = "marie.curie@gmail.com"
CARD = "2000000000008"
MOBILE, PROOF = "+33612345678", "ABCDEFGHIJKLMN23"
TOKENS = [f"{letter * 26}" for letter in "ABCDEFGHIJ"]


@dataclass
class Site:
    """The RCU with accounts, the mailbox of its links, and one device."""

    rcu: Rcu
    phone: httpx.AsyncClient
    mailbox: Mailbox

    async def link(self, address: str = MARIE) -> str:
        """Ask for one; what the mail says."""
        before = len(self.mailbox.messages)
        asked = await self.phone.post("/me/in?lang=fr", data={"address": address})
        assert asked.status_code == 200, asked.text
        mails = await self.mailbox.wait(before + 1, 10)
        found = re.search(
            r"https://rcu\.test(/me/in/[A-Z2-7]{26}\?lang=fr)",
            mails[-1].text,
        )
        assert found is not None
        return found[1]

    async def enter(self, address: str = MARIE) -> str:
        """All the way; the list."""
        link = await self.link(address)
        entered = await self.phone.post(link)
        assert entered.status_code == 303
        return (await self.phone.get(entered.headers["location"])).text


@pytest.fixture
async def site(rcu: Rcu) -> AsyncIterator[Site]:
    async with Mailbox() as mailbox:
        accounts = AccountSettings(
            url="https://rcu.test",
            sender="tickets@halles.example",
            smtp_host="127.0.0.1",
            smtp_port=mailbox.port,
            smtp_security="none",
        )
        settings = rcu.settings.model_copy(update={"accounts": accounts})
        transport = httpx.ASGITransport(app=build(rcu.store, settings, rcu.clock))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://rcu.test"
        ) as phone:
            yield Site(rcu, phone, mailbox)


def sold(
    sequence: int, number: str, kind: str = "email", value: str = MARIE
) -> list[object]:
    """A receipt, and whose it is."""
    receipt = {**example(), "number": number}
    name = f"r-{number}"
    sale = issued(
        sequence, token=TOKENS[sequence % 10], receipt_id=name, receipt=receipt
    )
    known = captured(sequence + 1, kind, value)
    known["data"]["receipt_id"] = name
    return [sale, known]


def proof_sent(sequence: int, identity: int, proof: str = PROOF) -> dict[str, object]:
    """A text message with it went to the contact of that event."""
    data = {
        "receipt_id": "r-1",
        "identity": event(identity, "", {})["id"],
        "proof_sha256": hashlib.sha256(proof.encode()).hexdigest(),
    }
    return event(sequence, "proof.sent.v1", data)


async def test_receipts_of_before_the_account_are_found_by_it(site: Site) -> None:
    await site.rcu.till.post(
        [*sold(1, "101"), *sold(3, "102", value="M.arie.Curie+x@googlemail.com")]
    )
    await site.rcu.till.post(sold(5, "103", value="pierre@example.com"))
    page = await site.enter()
    links = re.findall(r'href="(/me/r/[^"]+)"', page)
    assert [link.split("?")[0] for link in links] == ["/me/r/r-102", "/me/r/r-101"]
    assert "m•••@gmail.com" in page
    assert MARIE not in page
    shown = await site.phone.get(links[0])
    assert shown.status_code == 200
    # The code for a return stands above all that it is of.
    assert 0 < shown.text.index("Pour un échange") < shown.text.index("article class")
    data = await site.phone.get("/me/r/r-102.json")
    assert data.json()["number"] == "102"
    assert "PETIT MARCHÉ" in (await site.phone.get("/me/r/r-102.txt")).text


async def test_another_s_receipt_is_not_there(site: Site) -> None:
    await site.rcu.till.post(
        [*sold(1, "101"), *sold(3, "102", value="eve@example.com")]
    )
    await site.enter()
    for suffix in ("", ".json", ".txt"):
        assert (await site.phone.get(f"/me/r/r-102{suffix}")).status_code == 404
    site.phone.cookies.clear()
    assert (await site.phone.get("/me/r/r-101.json")).status_code == 404


async def test_a_link_opens_once_and_only_on_a_press(site: Site) -> None:
    link = await site.link()
    for _ in range(3):  # what looks into mails opens links by itself
        assert (await site.phone.get(link)).status_code == 200
    assert (await site.phone.post(link)).status_code == 303
    site.phone.cookies.clear()
    assert (await site.phone.post(link)).status_code == 404
    assert (await site.phone.get(link)).status_code == 404


async def test_a_link_grows_old(site: Site) -> None:
    link = await site.link()
    site.rcu.clock.ms += 15 * 60_000
    assert (await site.phone.post(link)).status_code == 404


async def test_the_link_of_a_text_message_opens_what_is_sent_to_its_number(
    site: Site,
) -> None:
    await site.rcu.till.post(sold(1, "101", "phone", MOBILE))
    await site.rcu.till.post([*sold(3, "102", "phone", MOBILE), proof_sent(5, 4)])
    await site.rcu.till.post(sold(6, "103", "phone", "+33698765432"))
    page = f"/r/{TOKENS[3]}"
    # Whoever has the page by its QR has not the number.
    assert "/me/in/" not in (await site.phone.get(page)).text
    shown = (await site.phone.get(f"{page}?s={PROOF}&lang=fr")).text
    assert f'href="/me/in/{PROOF}?lang=fr"' in shown
    assert f'href="?lang=en&amp;s={PROOF}"' in shown
    door = (await site.phone.get("/me?lang=fr")).text
    assert "Ouvrez le ticket reçu par SMS" in door
    assert "/me/r/" not in door

    assert (await site.phone.get(f"/me/in/{PROOF}?lang=fr")).status_code == 200
    assert (await site.phone.post(f"/me/in/{PROOF}?lang=fr")).status_code == 303
    mine = (await site.phone.get("/me?lang=fr")).text
    links = re.findall(r'href="(/me/r/[^"?]+)', mine)
    assert links == ["/me/r/r-102", "/me/r/r-101"]
    assert MOBILE not in mine
    assert "•• •• •• 78" in mine

    # It served once; what comes later to that number is there by itself.
    assert (await site.phone.post(f"/me/in/{PROOF}?lang=fr")).status_code == 404
    assert "/me/in/" not in (await site.phone.get(f"{page}?s={PROOF}")).text
    await site.rcu.till.post(sold(8, "104", "phone", MOBILE))
    assert "/me/r/r-104" in (await site.phone.get("/me")).text


async def test_an_account_that_has_the_number_is_filled(site: Site) -> None:
    await site.rcu.till.post([*sold(1, "101", "phone", MOBILE), proof_sent(3, 2)])
    await site.phone.post(f"/me/in/{PROOF}")
    pushed = event(6, "account.pushed.v1", {"receipt_id": "r-102", "number": 1})
    await site.rcu.till.post([*sold(4, "102", "phone", MOBILE), pushed])
    (told,) = (
        await site.rcu.client.get(
            f"/v1/edges/{EDGE}/feed",
            headers={"authorization": f"Bearer {site.rcu.key}"},
        )
    ).json()
    assert told["data"] == {"receipt_id": "r-102", "number": 1, "status": "filled"}


async def test_a_proof_of_what_was_another_s_opens_nothing(site: Site) -> None:
    refused = event(3, "identity.refused.v1", {"receipt_id": "r-101", "kind": "phone"})
    await site.rcu.till.post([*sold(1, "101", "phone", MOBILE), refused])
    await site.rcu.till.post([proof_sent(4, 2)])
    assert (await site.phone.post(f"/me/in/{PROOF}")).status_code == 404


async def test_a_proof_grows_old_and_goes_with_its_account(site: Site) -> None:
    other = "B" * 16
    await site.rcu.till.post([*sold(1, "101", "phone", MOBILE), proof_sent(3, 2)])
    await site.rcu.till.post([proof_sent(4, 2, other)])
    await site.phone.post(f"/me/in/{PROOF}")
    await site.phone.post("/me/erase")
    assert (await site.phone.get(f"/me/in/{other}")).status_code == 404

    await site.rcu.till.post(
        [*sold(5, "102", "phone", MOBILE), proof_sent(7, 6, "C" * 16)]
    )
    assert (await site.phone.get(f"/me/in/{'C' * 16}")).status_code == 200
    site.rcu.clock.ms += 7 * DAY_MS
    assert (await site.phone.post(f"/me/in/{'C' * 16}")).status_code == 404


async def test_a_device_does_not_stay_in_for_ever(site: Site) -> None:
    await site.rcu.till.post(sold(1, "101"))
    await site.enter()
    site.rcu.clock.ms += 30 * DAY_MS
    assert "/me/r/" not in (await site.phone.get("/me")).text


async def test_the_cookie_is_seen_by_no_script_and_no_other_page(site: Site) -> None:
    entered = await site.phone.post(await site.link())
    said = entered.headers["set-cookie"].lower()
    for word in ("secure", "httponly", "samesite=strict", "path=/me"):
        assert word in said
    kept = next(iter(site.phone.cookies.jar)).value or ""
    books = (site.rcu.directory / "rcu.db").read_bytes()
    wal = site.rcu.directory / "rcu.db-wal"
    assert kept.encode() not in books + wal.read_bytes()


async def test_whoever_asks_hears_the_same_of_every_address(site: Site) -> None:
    await site.enter()
    site.phone.cookies.clear()
    pages = [
        (await site.phone.post("/me/in?lang=fr", data={"address": address})).text
        for address in (MARIE, "nobody.yet@example.org")
    ]
    assert pages[0] == pages[1]


async def test_no_mailbox_is_filled_by_the_page(site: Site) -> None:
    codes = []
    for _ in range(4):
        asked = await site.phone.post("/me/in", data={"address": MARIE})
        codes.append(asked.status_code)
    assert codes == [200, 200, 200, 429]
    site.rcu.clock.ms += 60_001
    assert (await site.phone.post("/me/in", data={"address": MARIE})).status_code == 200


@pytest.mark.parametrize("address", ["", "marie", "a@b", "x" * 300 + "@example.com"])
async def test_what_is_no_address_gets_no_mail(site: Site, address: str) -> None:
    asked = await site.phone.post("/me/in", data={"address": address})
    assert asked.status_code == 400
    assert not site.mailbox.messages


async def test_another_site_s_form_does_nothing(site: Site) -> None:
    foreign = {"sec-fetch-site": "cross-site"}
    asked = await site.phone.post("/me/in", data={"address": MARIE}, headers=foreign)
    assert asked.status_code == 403
    await site.rcu.till.post(sold(1, "101"))
    await site.enter()
    await site.phone.post("/me/erase", headers=foreign)
    assert "/me/r/r-101" in (await site.phone.get("/me")).text


async def test_a_card_is_claimed_by_the_sum_and_the_day_of_its_receipt(
    site: Site,
) -> None:
    await site.rcu.till.post(sold(1, "101", "loyalty", CARD))
    receipt = example()
    assert "/me/r/" not in await site.enter()
    day = receipt["date"]
    right = {"number": CARD, "total": f"{receipt['total'] / 100:.2f}", "day": day}
    for wrong in (
        {"total": "1,00"},
        {"day": "2001-01-01"},
        {"number": "2000000000015"},
        {"total": "x"},
    ):
        refused = await site.phone.post("/me/cards", data={**right, **wrong})
        assert refused.status_code == 400
    added = await site.phone.post(
        "/me/cards", data={**right, "total": right["total"].replace(".", ",")}
    )
    assert added.status_code == 303
    assert "/me/r/r-101" in (await site.phone.get("/me")).text


async def test_a_card_is_tried_a_few_times_and_belongs_to_one(site: Site) -> None:
    await site.rcu.till.post(sold(1, "101", "loyalty", CARD))
    receipt = example()
    right = {
        "number": CARD,
        "total": f"{receipt['total'] / 100:.2f}",
        "day": receipt["date"],
    }
    await site.enter()
    assert (await site.phone.post("/me/cards", data=right)).status_code == 303
    site.phone.cookies.clear()
    await site.enter("eve@example.com")
    for _ in range(5):
        assert (await site.phone.post("/me/cards", data=right)).status_code == 400
    site.rcu.clock.ms += 1
    assert "essais" in (await site.phone.post("/me/cards?lang=fr", data=right)).text


async def test_words_are_looked_for_in_shop_article_amount_and_date(site: Site) -> None:
    await site.rcu.till.post([*sold(1, "4711"), *sold(3, "4712")])
    await site.enter()
    label = example()["items"][0]["label"].lower().split()[0]
    for asked in ("4711", f"4711 {label}"):
        page = (await site.phone.get("/me", params={"q": asked})).text
        assert re.findall(r"/me/r/(r-\d+)", page) == ["r-4711"], asked
    assert "/me/r/" not in (await site.phone.get("/me", params={"q": "xyzzy"})).text


async def test_older_ones_are_a_page_away(site: Site) -> None:
    for number in range(25):
        receipt = {**example(), "number": str(number)}
        token = "A" * 24 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number] + "B"
        sale = issued(
            2 * number + 1, token=token, receipt_id=f"r-{number}", receipt=receipt
        )
        known = captured(2 * number + 2, "email", MARIE)
        known["data"]["receipt_id"] = f"r-{number}"
        await site.rcu.till.post([sale, known])
    page = await site.enter()
    first = set(re.findall(r"/me/r/(r-\d+)", page))
    older = re.search(r'href="(/me\?lang=fr&amp;before=[^"]+)"', page)
    assert older is not None
    rest = set(
        re.findall(
            r"/me/r/(r-\d+)",
            (await site.phone.get(older[1].replace("&amp;", "&"))).text,
        )
    )
    assert (len(first), len(rest), len(first | rest)) == (20, 5, 25)


async def test_erasing_unties_every_receipt_from_everybody(site: Site) -> None:
    await site.rcu.till.post(sold(1, "101"))
    await site.enter()
    erased = await site.phone.post("/me/erase?lang=fr")
    assert "Compte supprimé" in erased.text
    assert "/me/r/" not in await site.enter()
    again = await site.rcu.client.get(f"/r/{TOKENS[1]}")
    assert again.status_code == 200  # whoever has the address keeps the page


async def test_leaving_ends_it_on_the_server_too(site: Site) -> None:
    await site.rcu.till.post(sold(1, "101"))
    await site.enter()
    kept = dict(site.phone.cookies)
    await site.phone.post("/me/out")
    site.phone.cookies.update(kept)
    assert "/me/r/" not in (await site.phone.get("/me")).text


async def test_the_till_hears_whether_there_is_an_account(site: Site) -> None:
    await site.enter()
    pushed = [event(9, "account.pushed.v1", {"receipt_id": "r-101"})]
    await site.rcu.till.post(
        [*sold(1, "101"), *sold(3, "102", "loyalty", CARD), *pushed]
    )
    other = event(10, "account.pushed.v1", {"receipt_id": "r-102", "number": 2})
    await site.rcu.till.post([other])
    answer = await site.rcu.client.get(
        f"/v1/edges/{EDGE}/feed", headers={"authorization": f"Bearer {site.rcu.key}"}
    )
    assert [(each["type"], each["data"]) for each in answer.json()] == [
        (
            "account.answered.v1",
            {"receipt_id": "r-101", "number": 0, "status": "filled"},
        ),
        (
            "account.answered.v1",
            {"receipt_id": "r-102", "number": 2, "status": "unknown"},
        ),
    ]


async def test_without_accounts_the_till_hears_so_and_there_is_no_page(
    rcu: Rcu,
) -> None:
    pushed = event(3, "account.pushed.v1", {"receipt_id": "r-101"})
    await rcu.till.post([*sold(1, "101"), pushed, chosen(4, "account")])
    answer = await rcu.client.get(
        f"/v1/edges/{EDGE}/feed", headers={"authorization": f"Bearer {rcu.key}"}
    )
    assert answer.json()[0]["data"]["status"] == "unknown"
    assert (await rcu.client.get("/me")).status_code == 404


async def test_links_and_sessions_are_forgotten(site: Site) -> None:
    await site.link()
    await site.enter()
    site.rcu.clock.ms += 31 * DAY_MS
    gone = await site.rcu.store.retention.sweep(site.rcu.clock.now_ms(), Horizons(0, 0))
    assert gone >= 2
