"""The customer's own phone asks the till; the till asks the RCU what there is."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from typing import Any

import httpx
import pytest

from agent.consent.acts import Agreed
from rcu.housekeeping import Housekeeper
from rcu.store.feed import MAX_WISHES
from tests.consent.builders import a_record
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import DAY_MS, EDGE, TOKEN, event, issued
from tests.rcu.test_consents import TILL, consented
from tests.rcu.test_items import _read

WHERE = f"/r/{TOKEN}/wish"
FEED = f"/v1/edges/{EDGE}/feed"
ASKS = {"fr": "Pour ce ticket seulement.", "en": "For this receipt only."}
ADDRESS = "marie.curie@gmail.com"


def invited(sequence: int = 2, **changed: Any) -> dict[str, Any]:
    data = {
        "receipt_id": "r-1",
        "email": True,
        "paper_until": "2026-11-21T17:52:00Z",
        "asks": {"email": ASKS},
        **changed,
    }
    return event(sequence, "phone.invited.v1", data)


def answered(sequence: int, wish: str, **said: str) -> dict[str, Any]:
    data = {"receipt_id": "r-1", "wish": wish, "status": "taken", **said}
    return event(sequence, "choice.answered.v1", data)


async def ask(rcu: Rcu, choice: str = "email", **said: str) -> httpx.Response:
    if choice == "email":
        said = {"contact": ADDRESS, **said}
    return await rcu.client.post(f"{WHERE}?lang=fr", data={"choice": choice, **said})


async def feed(rcu: Rcu, after: str = "", **asked: str) -> httpx.Response:
    return await rcu.client.get(
        FEED,
        params={"after": after, **asked},
        headers={"authorization": f"Bearer {rcu.key}"},
    )


async def test_a_wish_waits_for_its_till_until_the_till_says_it_has_it(
    rcu: Rcu,
) -> None:
    await rcu.till.post([issued(), invited()])
    assert f'href="{TOKEN}/wish?lang=fr"' in (await rcu.client.get(f"/r/{TOKEN}")).text
    assert (await feed(rcu)).status_code == 204
    page = await rcu.client.get(WHERE)
    assert ASKS["fr"] in page.text
    done = await ask(rcu)
    assert (done.status_code, done.headers["location"]) == (303, "wish?lang=fr")
    lost, answer = await feed(rcu), await feed(rcu)
    assert lost.content == answer.content
    (sent,) = answer.json()
    assert sent["type"] == "choice.wished.v1"
    assert f"after={sent['sequence']}" in answer.headers["link"]
    said = sent["data"]
    assert (said["receipt_id"], said["choice"]) == ("r-1", "email")
    assert said["contact"] == ADDRESS
    shown = hashlib.sha256(ASKS["fr"].encode()).hexdigest()
    assert said["sentence_sha256"] == shown
    assert (await feed(rcu, sent["sequence"])).status_code == 204
    assert _read(rcu, "SELECT count(*) FROM feed") == [(0,)]
    await rcu.till.post([answered(3, sent["id"])])
    text = (await rcu.client.get(WHERE)).text
    assert "Le magasin l’envoie." in text
    assert "m•••@gmail.com" in text
    assert ADDRESS not in text


async def test_an_absent_till_is_said_to_be_absent(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited()])
    await ask(rcu)
    assert "hors ligne" in (await rcu.client.get(WHERE)).text
    await feed(rcu)
    assert "Transmis au magasin." in (await rcu.client.get(WHERE)).text
    rcu.clock.ms += 61_000
    assert "hors ligne" in (await rcu.client.get(WHERE)).text


async def test_a_till_that_waits_is_told_at_once(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited()])
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        waiting = group.create_task(feed(rcu, wait="25"))
        await asyncio.sleep(0.1)
        await ask(rcu)
    assert waiting.result().json()[0]["data"]["choice"] == "email"


async def test_paper_is_asked_for_only_while_the_till_says_so(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited()])
    assert ">Imprimer<" in (await rcu.client.get(WHERE)).text
    rcu.clock.ms += 600_000
    assert ">Imprimer<" not in (await rcu.client.get(WHERE)).text
    assert (await ask(rcu, "paper")).status_code == 409
    assert (await ask(rcu, "account")).status_code == 409
    assert (await ask(rcu, "none")).status_code == 409
    rcu.clock.ms -= 600_000
    assert (await ask(rcu, "paper")).status_code == 303
    assert len((await feed(rcu)).json()) == 1
    rcu.clock.ms += 600_000
    assert (await feed(rcu)).status_code == 204  # nobody stands there any more
    assert "Trop tard" in (await rcu.client.get(WHERE)).text


async def test_the_till_s_later_word_counts(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited(3, account=True)])
    await rcu.till.post([invited(2)])
    assert ">Sur mon compte<" in (await rcu.client.get(WHERE)).text


async def test_the_same_wish_twice_is_one(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited()])
    for _ in range(3):
        assert (await ask(rcu)).status_code == 303
    assert len((await feed(rcu)).json()) == 1


async def test_nobody_asks_for_ever(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited()])
    for number in range(MAX_WISHES):
        asked = await ask(rcu, contact=f"someone{number}@gmail.com")
        assert asked.status_code == 303
    assert (await ask(rcu, contact="one.more@gmail.com")).status_code == 429
    for _ in range(3):
        await ask(rcu)
    assert "Réessayez dans une minute" in (await ask(rcu)).text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_site_s_form_is_refused(rcu: Rcu, site: str) -> None:
    await rcu.till.post([issued(), invited()])
    said = {"choice": "email", "contact": ADDRESS}
    asked = await rcu.client.post(WHERE, data=said, headers={"sec-fetch-site": site})
    assert asked.status_code == 403
    assert (await feed(rcu)).status_code == 204


async def test_a_slip_of_the_hand_is_offered_as_one_touch(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited()])
    refused = await ask(rcu, contact='"><script>@x')
    assert refused.status_code == 400
    assert "<script>" not in refused.text
    meant = await ask(rcu, contact="marie@gmial.com")
    assert meant.status_code == 400
    hint = re.search(r'name="contact" value="([^"]+)"><button', meant.text)
    assert hint is not None
    assert hint[1] == "marie@gmail.com"
    assert 'name="sure"' in meant.text
    assert (await ask(rcu, contact="marie@gmial.com", sure="1")).status_code == 303


async def test_the_feed_is_its_till_s_alone(rcu: Rcu) -> None:
    nobody = await rcu.client.get(FEED)
    assert nobody.status_code == 401
    headers = {"authorization": f"Bearer {rcu.key}"}
    other = await rcu.client.get("/v1/edges/urn:edge:a:b:c/feed", headers=headers)
    assert other.status_code == 403
    assert (await feed(rcu, "yesterday")).status_code == 400
    assert (await feed(rcu, wait="-1")).status_code == 400


async def test_a_till_that_is_further_takes_a_restored_rcu_along(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited()])
    assert (await feed(rcu, "000000000041")).status_code == 204
    await ask(rcu)
    (sent,) = (await feed(rcu, "000000000041")).json()
    assert sent["sequence"] == "000000000042"


async def test_an_address_is_gone_after_a_week_and_all_with_the_page(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited()])
    await ask(rcu)
    keeper = Housekeeper(rcu.store.retention, rcu.settings, rcu.clock)
    rcu.clock.ms += 8 * DAY_MS
    await keeper.sweep()
    assert _read(rcu, "SELECT count(*) FROM feed") == [(0,)]
    assert _read(rcu, "SELECT count(*) FROM wish") == [(1,)]
    rcu.clock.ms += 90 * DAY_MS
    await keeper.sweep()
    assert _read(rcu, "SELECT count(*) FROM wish") == [(0,)]
    assert (await rcu.client.get(WHERE)).status_code == 410


async def test_a_page_whose_till_asks_nothing_offers_nothing(rcu: Rcu) -> None:
    await rcu.till.post([issued()])
    assert "/wish" not in (await rcu.client.get(f"/r/{TOKEN}")).text
    assert (await ask(rcu)).status_code == 409
    assert (await rcu.client.get("/r/nothing/wish")).status_code == 404


@pytest.mark.parametrize("lang", ["fr", "en", "es", "de", "ar"])
async def test_every_language_has_its_page(rcu: Rcu, lang: str) -> None:
    await rcu.till.post([issued(), invited()])
    page = (await rcu.client.get(WHERE, headers={"accept-language": lang})).text
    assert f'<html lang="{lang}"' in page
    assert ('dir="rtl"' in page.splitlines()[1]) == (lang == "ar")


async def test_a_card_that_was_another_s_is_unlinked_and_the_next_is_not(
    rcu: Rcu,
) -> None:
    from tests.rcu.fakes import captured

    refused = {"receipt_id": "r-1", "kind": "loyalty"}
    await rcu.till.post(
        [
            issued(),
            captured(2, "loyalty", "2000000000008"),
            event(3, "identity.refused.v1", refused),
            captured(4, "loyalty", "2000000000015"),
            captured(5, "email", "m@gmail.com"),
        ]
    )
    linked = "SELECT value FROM identifier WHERE unlinked_ms IS NULL ORDER BY value"
    assert _read(rcu, linked) == [("2000000000015",), ("m@gmail.com",)]


async def test_no_log_has_an_address(
    rcu: Rcu, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await rcu.till.post([issued(), invited()])
    await ask(rcu)
    await feed(rcu)
    mine = [each for each in caplog.records if each.name.startswith("rcu")]
    assert mine
    assert all(ADDRESS not in json.dumps(vars(each), default=str) for each in mine)


# -- purposes beside the delivery ---------------------------------------------------

OFFERS = {"fr": "Des offres par e-mail.", "en": "Offers by e-mail."}
OPINION = {"fr": "Mon avis, une fois.", "en": "My opinion, once."}
BOXES = {"email": {"marketing_email": OFFERS, "satisfaction_survey": OPINION}}
RECEIPT = "019b7def-6680-7200-8000-000000000007"
"""That the records of consent are about."""
GIVEN = a_record(Agreed("receipt_delivery", "email", "own_phone"), key=None, till=TILL)
YES = GIVEN.model_copy(update={"purpose": "marketing_email"})
NO = YES.model_copy(update={"decision": "withdrawn"})


def of_receipt(said: dict[str, Any], sequence: int) -> dict[str, Any]:
    data = {**said["data"], "receipt_id": RECEIPT}
    return event(sequence, said["type"], data)


async def test_a_box_for_each_purpose_none_ticked_and_only_what_was_ticked_goes_down(
    rcu: Rcu,
) -> None:
    await rcu.till.post([issued(), invited(boxes=BOXES)])
    text = (await rcu.client.get(WHERE)).text
    boxes = re.findall(r'<input type="checkbox"[^>]*>', text)
    assert len(boxes) == 2
    assert not any("checked" in each for each in boxes)
    assert OFFERS["fr"] in text
    await ask(rcu, **{"agree-marketing_email": "1", "agree-profiling_360": "1"})
    (sent,) = (await feed(rcu)).json()
    shown = hashlib.sha256(OFFERS["fr"].encode()).hexdigest()
    # What was not offered cannot be ticked; what was not ticked is not said.
    assert sent["data"]["ticked"] == {"marketing_email": shown}


async def test_a_shop_that_asks_for_nothing_else_has_no_box(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited()])
    assert 'type="checkbox"' not in (await rcu.client.get(WHERE)).text
    await ask(rcu, **{"agree-marketing_email": "1"})
    (sent,) = (await feed(rcu)).json()
    assert sent["data"]["ticked"] == {}


async def test_what_was_agreed_to_is_taken_back_as_easily(rcu: Rcu) -> None:
    sale = of_receipt(issued(), 1)
    asked = of_receipt(invited(boxes=BOXES), 2)
    given = of_receipt(consented(YES), 3)
    answer = await rcu.till.post([sale, asked, given])
    assert answer.json()["counts"] == {"accepted": 3}, answer.text
    text = (await rcu.client.get(WHERE)).text
    assert "Retirer mon accord" in text
    assert "Recevoir des offres par e-mail" in text
    await ask(rcu, "withdraw", purpose="marketing_email")
    (sent,) = (await feed(rcu)).json()
    said = sent["data"]
    assert (said["choice"], said["purpose"], said["channel"], said["subject"]) == (
        "withdraw",
        "marketing_email",
        "email",
        YES.subject,
    )
    assert said["contact"] == ""
    done = of_receipt(answered(4, sent["id"]), 4)
    answer = await rcu.till.post([done, of_receipt(consented(NO), 5)])
    assert answer.json()["counts"] == {"accepted": 2}, answer.text
    text = (await rcu.client.get(WHERE)).text
    assert "Retirer mon accord" not in text
    assert "cet accord ne vaut plus" in text
    refused = await ask(rcu, "withdraw", purpose="marketing_email")
    assert refused.status_code == 409
