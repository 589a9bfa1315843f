"""Till and RCU over real sockets and a bad line: nothing lost, nothing twice, in order."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ConfigError
from agent.identity import contacts
from agent.identity.kinds import Contact
from agent.keyring import safe
from agent.keyring.ring import Keyring
from agent.sync.gate import Gate
from agent.sync.settings import SyncSettings
from agent.wire import orders
from rcu.config import TillSettings
from rcu.seams import SystemClock as RcuClock
from rcu.seams import SystemEntropy
from tests.sync import shop as rig
from tests.sync.shop import SOURCE, Rcu, Till, shop

pytestmark = pytest.mark.timeout(90)
"""A machine that does other things as well: what is waited for is a condition."""


async def told(rcu: Rcu, kind: str, data: dict[str, Any], edge: str = SOURCE) -> None:
    assert rcu.store is not None
    assert rcu.clerk is not None
    await rcu.store.tills.tell(edge, kind, data, RcuClock().now_ms())
    await rcu.clerk.take_up()


async def proved(rcu: Rcu, at: Till, *statuses: str) -> None:
    async def all_proved() -> bool:
        return [status for _, status in await rcu.proofs()] == list(statuses)

    await at.until(all_proved)


async def test_a_long_backlog_goes_up_in_order_with_several_in_flight(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path, max_events=40, max_in_flight=4) as (rcu, net, at):
        net.turn(delay_s=0.01)
        await at.sell(1, 600)
        await at.until_acked(600)
        assert net.calls > 2  # lines beside the feed's
        assert await rcu.sequences() == list(range(1, 601))


async def test_lost_replies_have_no_second_effect_and_change_no_order(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path, max_events=20, transfer_timeout_s=0.3) as (rcu, net, at):
        for turn in range(4):
            await at.sell(1 + 100 * turn, 100 + 100 * turn)
            await asyncio.sleep(0.05)
            net.turn(lost_replies=True)
            await asyncio.sleep(0.2)
            net.turn(lost_replies=False)
            net.reset()
        await at.until_acked(400)
        assert net.swallowed > 0
        assert await rcu.sequences() == list(range(1, 401))


async def test_resets_and_a_black_hole_cost_nothing(tmp_path: Path) -> None:
    async with shop(tmp_path, max_events=25, transfer_timeout_s=0.4) as (rcu, net, at):
        await at.sell(1, 300, size=2000)
        net.turn(reset_after_bytes=20_000)
        await asyncio.sleep(0.3)
        net.turn(reset_after_bytes=0, black_hole=True)
        await asyncio.sleep(0.5)
        net.turn(black_hole=False)
        net.reset()
        await at.until_acked(300)
        assert await rcu.sequences() == list(range(1, 301))


async def test_the_rcu_away_and_back_gets_all_of_it(tmp_path: Path) -> None:
    rcu, folder = Rcu(tmp_path / "rcu"), tmp_path / "till"
    folder.mkdir()
    async with rcu.up():
        await asyncio.to_thread(rig.enrol, folder, rcu.url, await rcu.code())
    async with rig.till(folder, rcu.url) as at:
        await at.sell(1, 120)

        async def away() -> bool:
            return (await at.uplink.state()).up is False

        await at.until(away)
        async with rcu.up():
            await at.until_acked(120)
            assert await rcu.sequences() == list(range(1, 121))


# -- who is who -----------------------------------------------------------------


async def test_a_captive_portal_that_knows_our_schema_is_no_rcu(
    tmp_path: Path,
) -> None:
    """A perfect answer, but for the signature: nothing moves."""
    rcu, folder = Rcu(tmp_path / "rcu"), tmp_path / "till"
    folder.mkdir()
    async with rcu.up():
        await asyncio.to_thread(rig.enrol, folder, rcu.url, await rcu.code())
    answer = {"ack": {"edge": SOURCE, "contiguous": 9}, "counts": {"accepted": 9}}
    portal = _portal(rcu.port, json.dumps(answer).encode())
    async with portal, rig.till(folder, rcu.url) as at:
        await at.sell(1, 3)

        async def found_out() -> bool:
            return "captive portal" in (await at.uplink.state()).problem

        await at.until(found_out)
        assert await at.store.cursor("rcu") == 0


def _portal(port: int, body: bytes) -> Any:
    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        await reader.readuntil(b"\r\n\r\n")
        length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        writer.write(head + length + body)
        await writer.drain()
        writer.close()

    return _serving(answer, port)


class _serving:  # noqa: N801 -- a context manager
    def __init__(self, answer: Any, port: int) -> None:
        self._answer, self._port = answer, port

    async def __aenter__(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self._port)

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()


async def test_a_revoked_till_is_shut_out_at_once_and_keeps_everything(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await at.sell(1, 1)
        await at.until_acked(1)
        assert rcu.store is not None
        assert await rcu.store.tills.revoke(SOURCE, 2)
        await at.sell(2, 2)

        async def shut_out() -> bool:
            return (await at.uplink.state()).problem == "status 401"

        await at.until(shut_out)
        assert (await at.uplink.state()).pending == 1
        assert await rcu.sequences() == [1]


async def test_a_token_alone_is_not_enough_for_a_till_that_has_a_key(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path) as (rcu, _net, _at):
        folder = tmp_path / "till" / "rcu"
        token = (folder / "token").read_text().strip()
        told = await asyncio.to_thread(_ask_with_token, rcu.url, token)
    assert told == (401, "urn:receipt-agent:problem:unsigned")


def _ask_with_token(url: str, token: str) -> tuple[int, str]:
    import httpx

    answer = httpx.get(
        f"{url}/v1/edges/{SOURCE}/feed",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    return answer.status_code, answer.json()["type"]


async def test_a_till_whose_clock_is_off_is_told_the_time_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime as dt

    from agent.clock import SystemClock

    async with shop(tmp_path) as (rcu, _net, at):
        real = SystemClock.now
        late = dt.timedelta(hours=3)
        monkeypatch.setattr(SystemClock, "now", lambda self: real(self) - late)
        at.speaker.skew_s = None
        await at.sell(1, 5)
        await at.until_acked(5)
        assert at.speaker.skew_s == pytest.approx(3 * 3600, abs=5)
        assert await rcu.sequences() == [1, 2, 3, 4, 5]


async def test_a_till_that_is_not_enrolled_is_told_how(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="receipt-agent enrol"):
        rig.known(tmp_path, SyncSettings(url="https://rcu.example"))


# -- orders ---------------------------------------------------------------------


async def test_orders_are_done_before_anything_goes_up(tmp_path: Path) -> None:
    """A shut gate, as after a start: the preference is there before the log is."""
    rcu, folder = Rcu(tmp_path / "rcu"), tmp_path / "till"
    folder.mkdir()
    async with rcu.up():
        await asyncio.to_thread(rig.enrol, folder, rcu.url, await rcu.code())
        await told(rcu, orders.ERASE, _erasure("anna@example.org"))
        async with rig.till(folder, rcu.url, gate=Gate(is_open=False)) as at:
            await at.sell(1, 3)
            await proved(rcu, at, "completed")
        assert len(at.forgets) == 1
        sent = await rcu._ask("SELECT sequence, type FROM event ORDER BY rowid")
        assert rcu.posts.count(200) >= 1
        assert ("order.applied.v1" in {row[1] for row in sent}) is True


async def test_nothing_goes_up_while_the_gate_is_shut(tmp_path: Path) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await at.sell(1, 1)
        await at.until_acked(1)
        at.gate.shut("orders first")
        await at.sell(2, 2)

        async def says_so() -> bool:
            return (await at.uplink.state()).problem == "orders first"

        await at.until(says_so)
        assert await rcu.sequences() == [1]
        at.gate.open()
        await at.until_acked(2)


def _erasure(*addresses: str) -> dict[str, Any]:
    return {
        "subject_request_id": "req-1",
        "submitted_time": "2026-11-29T10:00:00Z",
        "subject_identities": [
            {"identity_type": "email", "identity_value": each} for each in addresses
        ],
    }


async def test_an_erasure_reaches_who_forgets_and_comes_back_proved(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await told(rcu, orders.ERASE, _erasure("Anna@Example.ORG", "not an address"))
        await proved(rcu, at, "partial")
        ((name, subject),) = at.forgets
        assert name.endswith(".0")
        assert len(subject) == 24
        (row,) = await rcu._ask("SELECT proof FROM till_order")
        proof = json.loads(row[0])
    assert proof["done"] == {"receipts": 1, "unreadable": 1}
    assert proof["clock"] == "rcu"
    assert abs(proof["skew_s"]) < 5
    assert proof["sig"]


async def test_a_preference_is_kept_for_when_the_rcu_is_away(tmp_path: Path) -> None:
    card = {"identity_type": "loyalty", "identity_value": "2000000000008"}
    said = {"identity": card, "channel": "paper", "updated_at": "2026-11-29T10:00:00Z"}
    async with shop(tmp_path) as (rcu, _net, at):
        await told(rcu, orders.PREFER, {**said, "holder": {"tier": "or", "points": 12}})
        await proved(rcu, at, "completed")
        kept = await at.store.ask(
            lambda db, _: db.execute("SELECT channel FROM preference").fetchall()
        )
        holders = await at.store.ask(
            lambda db, _: db.execute("SELECT count(*) FROM card_holder").fetchone()
        )
        assert (kept, holders) == ([("paper",)], (1,))
        await told(rcu, orders.BLOCK, {"identity": card})
        await proved(rcu, at, "completed", "completed")
        left = await at.store.ask(
            lambda db, _: db.execute("SELECT count(*) FROM preference").fetchone()
        )
        assert left == (0,)


async def test_a_resend_sends_the_log_again_and_nothing_is_twice(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await at.sell(1, 60)
        await at.until_acked(60)
        before = len(rcu.posts)
        await told(rcu, orders.RESEND, {"first": 11})
        await proved(rcu, at, "completed")
        await at.until_acked(61)
        assert await rcu.sequences() == list(range(1, 62))
        assert len(rcu.posts) > before
        (row,) = await rcu._ask("SELECT proof FROM till_order")
    assert json.loads(row[0])["done"] == {"entries": 50, "erased": 0}


async def test_an_order_that_is_no_order_is_proved_as_failed(tmp_path: Path) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await told(rcu, orders.RESEND, {"first": "all"})
        await proved(rcu, at, "failed")


async def test_an_order_that_comes_twice_is_issued_once(tmp_path: Path) -> None:
    async with shop(tmp_path) as (rcu, _net, _at):
        assert rcu.store is not None
        assert rcu.clerk is not None
        await rcu.store.tills.tell(SOURCE, orders.RESEND, {"first": 1}, 1)
        (left,) = await rcu.store.tills.to_tell()
        await rcu.clerk.take_up()
        database = rcu.store.tills._database
        async with database.transaction() as tx:  # a crash before it was marked
            await tx.execute(
                "INSERT INTO to_tell VALUES (?, ?, ?, ?, ?)",
                (left.n, SOURCE, orders.RESEND, '{"first":1}', left.asked_ms),
            )
        await rcu.clerk.take_up()
        assert len(await rcu.proofs()) == 1


async def test_an_order_that_the_rcu_did_not_sign_is_not_done(tmp_path: Path) -> None:
    """Somebody wrote into what waits: the event's own signature does not fit."""
    async with shop(tmp_path) as (_rcu, _net, at):
        event = {
            "id": "x",
            "type": orders.ERASE,
            "time": "2026-11-29T10:00:00Z",
            "sequence": "000000000001",
            "data": _erasure("anna@example.org"),
            "signature": {"kid": "0" * 16, "sig": "AAAA"},
        }
        assert at.speaker.ordered(event) is False
        assert at.speaker.ordered({**event, "signature": None}) is False


async def test_a_till_that_knows_no_key_of_the_rcu_does_no_order(
    tmp_path: Path,
) -> None:
    """Of before, admitted by its token: whoever breaks into TLS could order else."""
    rcu, folder = Rcu(tmp_path / "rcu", TillSettings(unsigned=True)), tmp_path / "till"
    folder.mkdir()
    async with rcu.up():
        assert rcu.store is not None
        enrolled = await rcu.store.keyring.enrol(SOURCE, 1, SystemEntropy())
        safe.make_folder(folder / "rcu")
        safe.replace(folder / "rcu" / "token", enrolled.token.encode())
        async with rig.till(folder, rcu.url) as at:
            await at.sell(1, 1)
            await told(rcu, orders.ERASE, _erasure("anna@example.org"))
            await proved(rcu, at, "failed")
            assert at.forgets == []
            (row,) = await rcu._ask("SELECT proof FROM till_order")
    assert "enrol" in json.loads(row[0])["why"]


async def test_a_blocked_address_gets_nothing_also_while_the_rcu_is_away(
    tmp_path: Path,
) -> None:
    address = {"identity_type": "email", "identity_value": "Caisse@Example.org"}
    async with shop(tmp_path) as (rcu, _net, at):
        await told(rcu, orders.BLOCK, {"identity": address})
        await proved(rcu, at, "completed")
        key = Keyring(tmp_path / "till" / "keys").subject_key()
        found = contacts.read("email", "caisse@example.org")
        assert isinstance(found, Contact)
        subject = bytes.fromhex(key.kid) + contacts.match_key(found, key.secret)
        assert await at.store.shut_out(subject, 0) == "blocked"
        await told(rcu, orders.BLOCK, {"identity": address, "blocked": False})
        await proved(rcu, at, "completed", "completed")
        assert await at.store.shut_out(subject, 0) is None
