"""Whom a mail reached by mistake says so with one touch, and is believed."""

from __future__ import annotations

import logging
import re

import pytest

from tests.rcu.conftest import Rcu
from tests.rcu.fakes import DAY_MS, TOKEN, captured, issued
from tests.rcu.test_items import _read

WHERE = f"/r/{TOKEN}/not-me"


async def test_looking_changes_nothing(rcu: Rcu) -> None:
    """Mail scanners follow every link."""
    await rcu.till.post([issued(), captured(2, "email", "m@gmail.com")])
    page = await rcu.client.get(WHERE)
    assert page.status_code == 200
    assert "Ce ticket n’est pas le vôtre" in page.text
    assert (await rcu.client.head(WHERE)).status_code == 200
    assert _read(rcu, "SELECT unlinked_ms FROM identifier") == [(None,)]
    assert _read(rcu, "SELECT count(*) FROM not_me") == [(0,)]


async def test_one_touch_unlinks_the_address_and_tells_the_shop(
    rcu: Rcu, caplog: pytest.LogCaptureFixture
) -> None:
    await rcu.till.post(
        [
            issued(),
            captured(2, "email", "m@gmail.com"),
            captured(3, "phone", "+33612345678"),
            captured(4, "loyalty", "2000000000008"),
        ]
    )
    page = (await rcu.client.get(WHERE)).text
    form = re.search(r'<form method="post" action="([^"]+)">', page)
    assert form is not None
    with caplog.at_level(logging.WARNING, "rcu.not_me"):
        done = await rcu.client.post(f"/r/{TOKEN}/{form[1]}")
    assert done.status_code == 200
    assert "Votre adresse n’est plus rattachée à ce ticket" in done.text
    now_ms = rcu.clock.now_ms()
    assert _read(rcu, "SELECT kind, unlinked_ms FROM identifier ORDER BY kind") == [
        ("email", now_ms),
        ("loyalty", None),
        ("phone", now_ms),
    ]
    (record,) = [each for each in caplog.records if each.name == "rcu.not_me"]
    assert record.message == "a receipt reached somebody else"
    assert vars(record)["receipt"] == "r-1"
    assert TOKEN not in caplog.text


async def test_twice_is_as_once(rcu: Rcu, caplog: pytest.LogCaptureFixture) -> None:
    await rcu.till.post([issued(), captured(2, "email", "m@gmail.com")])
    first_ms = rcu.clock.now_ms()
    with caplog.at_level(logging.WARNING, "rcu.not_me"):
        one = await rcu.client.post(WHERE)
        rcu.clock.ms += DAY_MS
        # RFC 8058: the mail reader's own button.
        other = await rcu.client.post(WHERE, data={"List-Unsubscribe": "One-Click"})
    assert (one.status_code, other.status_code) == (200, 200)
    assert one.text == other.text
    assert _read(rcu, "SELECT unlinked_ms FROM identifier") == [(first_ms,)]
    assert len([each for each in caplog.records if each.name == "rcu.not_me"]) == 1


async def test_an_address_that_the_till_tells_of_later_comes_unlinked(
    rcu: Rcu,
) -> None:
    await rcu.till.post([issued()])
    await rcu.client.post(WHERE)
    await rcu.till.post([captured(2, "email", "m@gmail.com")])
    assert _read(rcu, "SELECT unlinked_ms FROM identifier") == [(rcu.clock.now_ms(),)]


async def test_the_page_says_nothing_of_the_receipt(rcu: Rcu) -> None:
    await rcu.till.post([issued()])
    for answer in (await rcu.client.get(WHERE), await rcu.client.post(WHERE)):
        for secret in ("42,17", "Petit Marché", "Huile", TOKEN):
            assert secret not in answer.text


async def test_only_the_page_that_asks_may_post(rcu: Rcu) -> None:
    await rcu.till.post([issued()])
    asking = (await rcu.client.get(WHERE)).headers["content-security-policy"]
    assert "form-action 'self'" in asking
    for where, method in ((f"/r/{TOKEN}", "GET"), (WHERE, "POST")):
        answer = await rcu.client.request(method, where)
        assert "form-action 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_is_no_token_leads_nowhere(rcu: Rcu, method: str) -> None:
    answer = await rcu.client.request(method, "/r/nothing/not-me")
    assert answer.status_code == 404
    assert "<form" not in answer.text


async def test_a_receipt_that_has_not_come_is_to_be_asked_again(rcu: Rcu) -> None:
    answer = await rcu.client.post(WHERE + "?lang=en")
    assert answer.status_code == 404
    assert 'href="not-me?lang=en"' in answer.text
    assert _read(rcu, "SELECT count(*) FROM not_me") == [(0,)]


async def test_a_closed_page_says_so_and_the_mark_goes_with_the_receipt(
    rcu: Rcu,
) -> None:
    from rcu.housekeeping import Housekeeper

    await rcu.till.post([issued()])
    await rcu.client.post(WHERE)
    rcu.clock.ms += 3 * 366 * DAY_MS
    keeper = Housekeeper(rcu.store.retention, rcu.settings, rcu.clock)
    await keeper.sweep()
    assert (await rcu.client.post(WHERE)).status_code == 410
    assert _read(rcu, "SELECT count(*) FROM not_me") == [(0,)]


async def test_upper_case_addresses_work_too(rcu: Rcu) -> None:
    await rcu.till.post([issued()])
    assert (await rcu.client.post(f"/R/{TOKEN.lower()}/not-me")).status_code == 200
