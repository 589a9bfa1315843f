"""The customer's page says what the paper said, and nothing to anyone else."""

from __future__ import annotations

from tests.rcu.conftest import Rcu
from tests.rcu.fakes import EXAMPLE, TOKEN, issued


async def test_a_receipt_opens_under_its_token(rcu: Rcu) -> None:
    assert (await rcu.till.post([issued()])).status_code == 200
    page = await rcu.client.get(f"/r/{TOKEN}")
    assert page.status_code == 200
    assert "42,17\u00a0€" in page.text


async def test_the_data_file_is_the_receipt_as_the_till_read_it(rcu: Rcu) -> None:
    await rcu.till.post([issued()])
    data = await rcu.client.get(f"/r/{TOKEN}.json")
    assert data.text == EXAMPLE.read_text(encoding="utf-8")
