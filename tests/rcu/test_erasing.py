"""A person is erased at the RCU: nothing of them in any file, numbers and hashes stay."""

from __future__ import annotations

import asyncio
import hashlib
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from agent.consent.acts import Act, Declined, Told
from agent.consent.chain import Till
from agent.wire import orders
from agent.wire.orders import canonical
from rcu import signing
from rcu.app import clerk_of
from rcu.bells import Bells
from rcu.clerk import Clerk
from rcu.erasing import CERTIFIED
from rcu.housekeeping import Housekeeper
from rcu.store.erasures import Erasures
from tests.consent.builders import CONTROLLER, a_record
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import (
    DAY_MS,
    EDGE,
    TOKEN,
    FakeEntropy,
    captured,
    chosen,
    event,
    example,
    issued,
    run_command,
)
from tests.rcu.test_consents import consented
from tests.rcu.test_items import _read

ANNA = "Anna.Dupond@Example.org"
BEN = "ben@example.com"
CARD = "2900000000001"
OTHER_TOKEN = "OTHERPAGETOKENABCDEFGH2345"
TILL = Till("ENS1", "S0042", "T03", CONTROLLER)


def clerk(rcu: Rcu) -> Clerk:
    key = signing.load(rcu.directory)
    return clerk_of(rcu.store, key, Bells(rcu.clock), rcu.clock)


async def erase(rcu: Rcu, request: str = "req-1", **identities: str) -> None:
    """As the command does, and the server within a second."""
    said = {
        "subject_request_id": request,
        "submitted_time": "2026-11-29T10:00:00Z",
        "subject_identities": [
            {"identity_type": kind, "identity_value": value}
            for kind, value in identities.items()
        ],
    }
    rcu.clock.ms += 60_000
    await rcu.store.tills.tell("", orders.ERASE, said, rcu.clock.now_ms())
    await clerk(rcu).take_up()


def certificate(rcu: Rcu, request: str = "req-1") -> dict[str, Any]:
    sql = f"SELECT certificate FROM erasure WHERE request = '{request}'"
    ((said,),) = _read(rcu, sql)
    loaded: dict[str, Any] = json.loads(said)
    return loaded


def bytes_of(rcu: Rcu) -> bytes:
    """Every file of the RCU's, without regard to letters' size."""
    files = sorted(rcu.directory.iterdir())
    return b"".join(path.read_bytes() for path in files).lower()


def about(name: str, each: dict[str, Any]) -> dict[str, Any]:
    each["data"]["receipt_id"] = name
    return each


async def told_of_anna(rcu: Rcu) -> list[dict[str, Any]]:
    """Receipt, address, choice, a consent, a delivery that quotes the address."""
    record = a_record(till=TILL)
    unknown = event(7, "whatever.v9", {"to": ANNA})
    bounced = {
        "receipt_id": "r-1",
        "channel": "email",
        "state": "refused",
        "detail": f"550 {ANNA} unknown",
    }
    batch = [
        issued(1, receipt={**example(), "number": "ANNA-S-NUMBER"}),
        captured(2, "email", ANNA),
        captured(3, "loyalty", CARD),
        chosen(4, "email"),
        {**consented(record, receipt_id="r-1", record=""), **_as(5)},
        event(6, "delivery.status.v1", bounced),
        unknown,
    ]
    forged = issued(1, receipt={**example(), "number": "FORGED-BY-SOMEBODY"})
    answer = await rcu.till.post([*batch, forged])
    assert answer.json()["counts"] == {"accepted": 7, "conflict": 1}, answer.text
    return batch


def _as(sequence: int) -> dict[str, str]:
    plain = event(sequence, "", {})
    return {"id": plain["id"], "sequence": plain["sequence"]}


async def test_no_file_holds_the_address_or_what_was_bought(rcu: Rcu) -> None:
    await told_of_anna(rcu)
    other = issued(8, token=OTHER_TOKEN, receipt_id="r-2")
    await rcu.till.post([other, about("r-2", captured(9, "email", BEN))])
    assert ANNA.lower().encode() in bytes_of(rcu)
    await erase(rcu, email=ANNA)
    left = bytes_of(rcu)
    for trace in (ANNA, "dupond", "ANNA-S-NUMBER", "FORGED-BY-SOMEBODY"):
        assert trace.lower().encode() not in left
    assert CARD.encode() not in left  # it came with her receipt
    assert BEN.encode() in left
    page = await rcu.client.get(f"/r/{TOKEN}")
    assert page.status_code == 410
    assert (await rcu.client.get(f"/r/{OTHER_TOKEN}")).status_code == 200
    assert _read(rcu, "SELECT count(*) FROM event WHERE body IS NULL") == [(7,)]
    assert _read(rcu, "SELECT contiguous FROM height") == [(9,)]


async def test_it_is_certified_and_a_second_time_there_is_nothing(rcu: Rcu) -> None:
    await told_of_anna(rcu)
    await erase(rcu, email=ANNA)
    said = certificate(rcu)
    assert said["done"]["receipts"] == 1
    assert said["done"]["identifiers"] == 1
    assert said["done"]["pages"] == 1
    assert said["done"]["entries"] == 1
    key = signing.load(rcu.directory)
    sig = b64decode(said.pop("sig"))
    assert sig == key.sign(CERTIFIED + canonical(said))
    await clerk(rcu).late(all_that_stand=True)
    assert certificate(rcu)["done"] == said["done"]
    await erase(rcu, "req-2", email=ANNA)
    assert certificate(rcu, "req-2")["done"] == {}


async def test_it_goes_to_the_till_that_sent_it_and_is_not_in_the_clear_on_its_way(
    rcu: Rcu,
) -> None:
    await told_of_anna(rcu)
    await erase(rcu, email=ANNA)
    assert _read(rcu, "SELECT edge, type FROM till_order") == [(EDGE, orders.ERASE)]
    headers = {"authorization": f"Bearer {rcu.key}"}
    answer = await rcu.client.get(f"/v1/edges/{EDGE}/feed", headers=headers)
    (order,) = answer.json()
    (one,) = order["data"]["subject_identities"]
    assert one["identity_value"] == ANNA


async def test_what_waited_at_a_till_is_erased_when_it_has_come_and_the_till_is_told(
    rcu: Rcu,
) -> None:
    """It was away, and had not said that it knows her."""
    await erase(rcu, email=ANNA)
    assert _read(rcu, "SELECT count(*) FROM till_order") == [(0,)]
    await told_of_anna(rcu)  # captured days before the request, by its own clock
    await clerk(rcu).late(all_that_stand=True)
    assert ANNA.lower().encode() not in bytes_of(rcu)
    assert _read(rcu, "SELECT edge, type FROM till_order") == [(EDGE, orders.ERASE)]
    assert certificate(rcu)["done"]["receipts"] == 1


async def test_a_proof_has_it_looked_for_once_more(rcu: Rcu) -> None:
    await told_of_anna(rcu)
    await erase(rcu, email=ANNA)
    late = issued(8, token=OTHER_TOKEN, receipt_id="r-2")
    await rcu.till.post([late, about("r-2", captured(9, "email", ANNA))])
    await clerk(rcu).take_up()
    assert ANNA.lower().encode() in bytes_of(rcu)  # nobody has proved anything
    async with rcu.store.ledger._database.transaction() as tx:
        await tx.execute("UPDATE erasure SET again = 1")  # as a proof does
    await clerk(rcu).take_up()
    assert ANNA.lower().encode() not in bytes_of(rcu)
    assert certificate(rcu)["done"]["receipts"] == 2


async def test_what_is_bought_after_the_request_stays(rcu: Rcu) -> None:
    await told_of_anna(rcu)
    await erase(rcu, email=ANNA)
    rcu.clock.ms += 3 * DAY_MS
    new = issued(8, token=OTHER_TOKEN, receipt_id="r-2")
    again = about("r-2", captured(9, "email", ANNA))
    again["time"] = "2026-11-24T09:00:00Z"
    await rcu.till.post([new, again])
    await clerk(rcu).late(all_that_stand=True)
    assert (await rcu.client.get(f"/r/{OTHER_TOKEN}")).status_code == 200
    assert _read(rcu, "SELECT value FROM identifier") == [("Anna.Dupond@example.org",)]


NO = Declined("receipt_delivery", "email", "objected", "account")


@pytest.mark.parametrize("act", [Told("email"), NO])
async def test_of_a_consent_the_hash_stays_and_of_an_objection_whom_it_binds(
    rcu: Rcu, act: Act
) -> None:
    record, decision = a_record(act, till=TILL), act.decision
    await rcu.till.post(
        [
            consented(record),
            about(record.receipt, captured(2, "email", ANNA)),
        ]
    )
    await erase(rcu, email=ANNA)
    ((kept, subject, digest, said),) = _read(
        rcu, "SELECT record, subject, record_sha256, decision FROM consent"
    )
    assert (kept, said) == ("", decision)
    assert digest == hashlib.sha256(record.kept()).digest()
    assert subject == (record.subject if decision == "objected" else "")
    assert certificate(rcu)["done"]["consents"] == 1
    rcu.clock.ms += 3 * 366 * DAY_MS
    await Housekeeper(rcu.store.retention, rcu.settings, rcu.clock).sweep()
    assert _read(rcu, "SELECT subject FROM consent") == [("",)]


async def test_a_crash_behind_the_receipts_leaves_no_decision_of_theirs(
    rcu: Rcu, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = a_record(till=TILL)
    await rcu.till.post(
        [
            consented(record),
            about(record.receipt, captured(2, "email", ANNA)),
        ]
    )
    # The same contact, about a receipt that it is not known by here.
    for sql in (
        "CREATE TEMP TABLE other AS SELECT * FROM consent",
        "UPDATE other SET event_id = 'other', receipt_id = 'r-elsewhere'",
        "INSERT INTO consent SELECT * FROM other",
    ):
        async with rcu.store.erasures._database.transaction() as tx:
            await tx.execute(sql)
    with monkeypatch.context() as patch:

        async def crashes(*_: object) -> None:
            raise RuntimeError("the process ends here")

        patch.setattr(Erasures, "_person", crashes)
        with pytest.raises(RuntimeError, match="ends here"):
            await erase(rcu, email=ANNA)
    await clerk(rcu).take_up()
    kept = _read(rcu, "SELECT receipt_id, record FROM consent")
    assert sorted(kept) == [(record.receipt, ""), ("r-elsewhere", "")]
    assert certificate(rcu)["done"]["consents"] == 2


async def test_a_receipt_that_was_never_theirs_is_only_detached(rcu: Rcu) -> None:
    """The address was a slip: the receipt is Ben's."""
    refused = {"receipt_id": "r-1", "kind": "email"}
    await rcu.till.post(
        [
            issued(1),
            captured(2, "email", ANNA),
            event(3, "identity.refused.v1", refused),
            captured(4, "email", BEN),
        ]
    )
    await erase(rcu, email=ANNA)
    assert (await rcu.client.get(f"/r/{TOKEN}")).status_code == 200
    left = bytes_of(rcu)
    assert ANNA.lower().encode() not in left
    assert BEN.encode() in left


async def test_a_card_s_preference_and_its_orders_go_a_block_stays(rcu: Rcu) -> None:
    card = {"identity_type": "loyalty", "identity_value": CARD}
    wants = {"identity": card, "channel": "paper", "updated_at": "2026-11-20T10:00:00Z"}
    await rcu.store.tills.tell("", orders.PREFER, wants, rcu.clock.now_ms())
    await rcu.store.tills.tell("", orders.BLOCK, {"identity": card}, rcu.clock.now_ms())
    await clerk(rcu).take_up()
    assert CARD.encode() not in bytes_of(rcu)  # sealed already
    rcu.clock.ms += 1000
    await erase(rcu, loyalty=CARD)
    kinds = "SELECT type FROM standing ORDER BY type"
    assert _read(rcu, kinds) == [(orders.ERASE,), (orders.BLOCK,)]
    assert _read(rcu, "SELECT type FROM feed ORDER BY seq") == [
        (orders.BLOCK,),
        (orders.ERASE,),
    ]
    assert certificate(rcu)["done"] == {"preferences": 1}


async def test_account_sessions_and_links_go(rcu: Rcu) -> None:
    await told_of_anna(rcu)
    now_ms = rcu.clock.now_ms()
    address = json.dumps(["email", ANNA, "anna.dupond@example.org", "A•••@example.org"])
    for proof in ("p1", "p2"):
        await rcu.store.accounts.invite(proof, address, now_ms + DAY_MS)
    assert await rcu.store.accounts.enter("p1", "s1", now_ms, now_ms + DAY_MS)
    account = await rcu.store.accounts.account_of("s1", now_ms)
    assert account is not None
    await erase(rcu, email=ANNA)
    assert await rcu.store.accounts.account_of("s1", now_ms) is None
    assert not await rcu.store.accounts.invited("p2", now_ms)
    assert _read(rcu, "SELECT count(*) FROM account_identity") == [(0,)]
    assert certificate(rcu)["done"]["accounts"] == 1


async def test_it_no_longer_stands_when_no_till_can_hold_it(rcu: Rcu) -> None:
    await told_of_anna(rcu)
    await erase(rcu, email=ANNA)
    rcu.clock.ms += 35 * DAY_MS
    await Housekeeper(rcu.store.retention, rcu.settings, rcu.clock).sweep()
    assert _read(rcu, "SELECT count(*) FROM standing") == [(0,)]
    # It still waits for the till that was away.
    assert _read(rcu, "SELECT type FROM feed") == [(orders.ERASE,)]
    assert certificate(rcu)["done"]["receipts"] == 1


async def test_the_command_leaves_nothing_in_the_clear_and_the_list_shows_the_rcu(
    rcu: Rcu, capsys: pytest.CaptureFixture[str]
) -> None:
    await told_of_anna(rcu)
    config = rcu.directory / "rcu.toml"
    config.write_text(f'[store]\ndirectory = "{rcu.directory}"\n')
    said = ("erase", "--email", ANNA, "--request", "req-1", "--config", str(config))
    assert await asyncio.to_thread(run_command, *said) == 0
    assert b"dupond" not in (rcu.directory / "keys.db").read_bytes().lower()
    await clerk(rcu).take_up()
    assert ANNA.lower().encode() not in bytes_of(rcu)
    listed = ("orders", "--config", str(config))
    assert await asyncio.to_thread(run_command, *listed) == 0
    out = capsys.readouterr().out
    assert "receipt-rcu  erasure.order.v1  req-1  completed" in out
    assert "receipts=1" in out


# -- orders that stand, and tills that come anew ------------------------------------


async def feed(rcu: Rcu, after: str = "") -> list[dict[str, Any]]:
    headers = {"authorization": f"Bearer {rcu.key}"}
    path = f"/v1/edges/{EDGE}/feed?after={after}"
    answer = await rcu.client.get(path, headers=headers)
    return answer.json() if answer.status_code == 200 else []


async def test_a_till_that_asks_from_further_back_is_given_what_stands(
    rcu: Rcu,
) -> None:
    await told_of_anna(rcu)
    assert await feed(rcu) == []
    await erase(rcu, email=ANNA)
    (order,) = await feed(rcu)
    assert await feed(rcu, order["sequence"]) == []
    assert await feed(rcu, order["sequence"]) == []
    (again,) = await feed(rcu)  # its database is new, or from a backup
    assert again["data"] == order["data"]
    assert again["id"] != order["id"]
    assert again["sequence"] > order["sequence"]
    (same,) = await feed(rcu)  # asked once more: nothing was done of it
    assert same["id"] == again["id"]
    assert await feed(rcu, again["sequence"]) == []


async def test_what_still_waits_is_not_given_twice(rcu: Rcu) -> None:
    await told_of_anna(rcu)
    await rcu.store.tills.tell(EDGE, orders.RESEND, {"first": 1}, 1)
    await clerk(rcu).take_up()
    (first,) = await feed(rcu)
    assert await feed(rcu, first["sequence"]) == []
    await erase(rcu, email=ANNA)
    assert [each["type"] for each in await feed(rcu)] == [orders.ERASE]


async def test_a_new_till_is_given_the_latest_of_each_and_every_live_erasure(
    rcu: Rcu,
) -> None:
    card = {"identity_type": "loyalty", "identity_value": CARD}
    wants = {"identity": card, "updated_at": "2026-11-20T10:00:00Z"}
    for channel in ("paper", "qr"):
        data = {**wants, "channel": channel}
        await rcu.store.tills.tell("", orders.PREFER, data, rcu.clock.now_ms())
        await clerk(rcu).take_up()
        rcu.clock.ms += 1000
    await erase(rcu, email=ANNA)
    edge = "urn:edge:ENS1:S0042:T09"
    new = await rcu.store.keyring.enrol(edge, rcu.clock.now_ms(), FakeEntropy(9))
    headers = {"authorization": f"Bearer {new.token}"}
    answer = await rcu.client.get(f"/v1/edges/{edge}/feed", headers=headers)
    found = [(each["type"], each["data"].get("channel")) for each in answer.json()]
    assert found == [(orders.PREFER, "qr"), (orders.ERASE, None)]


async def test_without_the_key_of_its_day_an_order_is_left_out_and_said(
    rcu: Rcu, caplog: pytest.LogCaptureFixture
) -> None:
    await told_of_anna(rcu)
    await erase(rcu, email=ANNA)
    async with rcu.store.ledger._database.transaction() as tx:
        await tx.execute("UPDATE feed SET data = CAST(x'01' || randomblob(60) AS BLOB)")
    assert await feed(rcu) == []
    assert "another rcu.pem" in caplog.text


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [("caisse@example.org", "email"), ("01 44 55 66 77", "phone"), (CARD, "loyalty")],
)
async def test_a_block_is_of_an_address_a_number_or_a_card(
    rcu: Rcu, identifier: str, kind: str
) -> None:
    config = rcu.directory / "rcu.toml"
    config.write_text(f'[store]\ndirectory = "{rcu.directory}"\n')
    said = ("block", identifier, "--config", str(config))
    assert await asyncio.to_thread(run_command, *said) == 0
    wrong = ("block", "nobody@", "--config", str(config))
    assert await asyncio.to_thread(run_command, *wrong) == 78
    await clerk(rcu).take_up()
    (order,) = await feed(rcu)
    identity = {"identity_type": kind, "identity_value": identifier}
    assert order["data"] == {"identity": identity, "blocked": True}


def test_an_erasure_of_nobody_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "rcu.toml"
    config.write_text('[store]\ndirectory = "data"\n')
    assert run_command("erase", "--config", str(config)) == 64
    assert "receipt-rcu erase --email ADDRESS" in capsys.readouterr().err
    named = ("erase", "--email", ANNA, "--request", "r" * 65)
    assert run_command(*named, "--config", str(config)) == 78
    assert "subject_request_id" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
