"""Ordered configurations: the table, the file, the trial, and the proofs that the RCU gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.config import Config
from agent.sync import overlay
from agent.sync.configuring import ConfigMeans, Configuring
from agent.sync.overlay import Generation, OnTrial, Overlay
from agent.wire import orders
from agent.wire.orderable import ORDERABLE, refusals
from tests.sync.shop import Rcu, Till, shop
from tests.sync.test_with_rcu import told

pytestmark = pytest.mark.timeout(90)


async def ordered(rcu: Rcu, **data: Any) -> None:
    await told(rcu, orders.CONFIGURE, {"trial_s": 5, **data})


async def proofs(rcu: Rcu) -> list[dict[str, Any]]:
    """What each order has come to so far, oldest first."""
    rows = await rcu._ask(
        "SELECT proof FROM till_order WHERE proof <> '' ORDER BY rowid"
    )
    return [json.loads(row[0]) for row in rows]


async def until_status(rcu: Rcu, at: Till, *statuses: str) -> list[dict[str, Any]]:
    async def there() -> bool:
        return [each["status"] for each in await proofs(rcu)] == list(statuses)

    await at.until(there)
    return await proofs(rcu)


def kept(tmp_path: Path) -> Overlay:
    return overlay.read(tmp_path / "till")


# -- the table -------------------------------------------------------------------


def test_every_key_of_the_table_is_one_of_the_configuration_and_says_why() -> None:
    for key, bound in ORDERABLE.items():
        model: Any = Config
        for name in key.split("."):
            assert name in model.model_fields, key
            model = model.model_fields[name].annotation
        assert bound.why


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("printer.link", "tcp://203.0.113.9:9100", "print elsewhere"),
        ("sync.url", "https://rcu.evil.example", "another RCU"),
        ("sync.ca_file", "/tmp/ca.pem", "another RCU"),
        ("mail.host", "smtp.evil.example", "another relay"),
        ("consent.keys", "/tmp/keys", "keys"),
        ("till.tickets_url", "https://evil.example", "who the till is"),
        ("qr.page", "https://evil.example", "customers scan"),
        ("screens.listen_tls", "0.0.0.0:8443", "a screen to others"),
        ("choice.hold", False, "L. 541-15-10"),
        ("ocr.engine", "/tmp/x", "a program"),
        ("door.http.listen", "0.0.0.0:8008", "open a door"),
        ("nobody.knows", 1, "no key"),
        ("store.retention_hours", 9000, "24 to 72"),
        ("store.retention_hours", True, "24 to 72"),
        ("sync.max_events", 2.5, "1 to"),
        ("screens.theme", "pink", "auto or light or dark"),
        ("screens.accent", "red", "a colour as #"),
        ("choice.qr_slip", 1, "true or false"),
    ],
)
def test_what_could_harm_is_refused_by_name_with_its_reason(
    key: str, value: Any, why: str
) -> None:
    assert why in refusals({key: value, "choice.window_s": 9})[key]
    assert list(refusals({key: value, "choice.window_s": 9})) == [key]


# -- the file --------------------------------------------------------------------


def test_what_kills_the_start_is_taken_back_by_the_next_one(tmp_path: Path) -> None:
    good = Overlay(now=Generation(number=3, settings={"choice.window_s": 9}), highest=3)
    bad = good.taken("o-1", {"choice.window_s": 20}, OnTrial(seconds=60))
    overlay.keep(tmp_path, bad)
    assert overlay.start(tmp_path).now.number == 4  # it tries
    again = overlay.start(tmp_path)  # and has died
    assert (again.now.number, again.trial) == (3, None)
    assert again.owed[0].status == "failed"
    assert "did not come through its start" in again.owed[0].why
    next_one = again.taken("o-2", {}, OnTrial(seconds=60))
    assert next_one.now.number == 5  # a number is never given twice


def test_a_start_that_was_stopped_in_order_counts_for_nothing(tmp_path: Path) -> None:
    overlay.keep(tmp_path, Overlay().taken("o-1", {}, OnTrial(seconds=60)))
    for _ in range(3):
        assert overlay.start(tmp_path).trial is not None
        overlay.stop(tmp_path)


def test_what_cannot_be_read_orders_nothing(tmp_path: Path) -> None:
    overlay.keep(tmp_path, Overlay(now=Generation(number=2)))
    overlay.path_of(tmp_path).write_text("[")
    assert overlay.read(tmp_path) == Overlay()


def test_the_numbers_of_an_earlier_version_are_the_first_generation(
    tmp_path: Path,
) -> None:
    place = tmp_path / "rcu" / "ordered.json"
    place.parent.mkdir(mode=0o700)
    place.write_text('{"max_events": 50, "max_batch_kb": 9999, "max_in_flight": 2}')
    place.chmod(0o600)
    found = overlay.read(tmp_path)
    assert found.now.settings == {"sync.max_events": 50, "sync.max_in_flight": 2}
    overlay.keep(tmp_path, found)
    assert not place.exists()
    assert overlay.read(tmp_path) == found


# -- till and RCU ----------------------------------------------------------------


async def test_an_order_is_on_trial_then_holds_and_both_are_proved(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await ordered(rcu, settings={"sync.max_in_flight": 2})
        (proof,) = await until_status(rcu, at, "completed")
        assert proof["done"] == {"settings": 1, "generation": 1}
        assert at.uplink.limits.max_in_flight == 2
        assert kept(tmp_path).trial is None
        await ordered(rcu, unset=["sync.max_in_flight"], base=1)
        await until_status(rcu, at, "completed", "completed")
        assert at.uplink.limits.max_in_flight == 4  # as its own file has it


async def test_a_till_that_is_not_well_takes_it_back_and_says_why(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        at.problems.append("door.tcp does not accept")
        await ordered(rcu, settings={"sync.max_in_flight": 2})
        (proof,) = await until_status(rcu, at, "failed")
        assert proof["why"] == "rolled back: door.tcp does not accept"
        assert proof["done"] == {"rolled_back": 1, "generation": 0}
        assert at.uplink.limits.max_in_flight == 4
        assert kept(tmp_path).now.settings == {}


async def test_what_needs_a_start_waits_for_it_on_trial(tmp_path: Path) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await ordered(rcu, settings={"choice.window_s": 20}, base=0)
        (proof,) = await until_status(rcu, at, "partial")
        assert proof["why"] == "on trial for 5 s"
        there = kept(tmp_path)
        assert there.trial == OnTrial(seconds=5, starts=0, printer=True)
        await ordered(rcu, settings={"choice.window_s": 30}, base=1)
        found = await until_status(rcu, at, "partial", "failed")
        assert "on trial" in found[1]["why"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"settings": {"choice.window_s": 20}, "base": 7}, "follows generation 7"),
        ({"settings": {"choice.window_s": 20}}, "follows generation None"),
        ({"settings": {"printer.link": "tcp://203.0.113.9"}, "base": 0}, "elsewhere"),
        ({"unset": ["till.shop"], "base": 0}, "who the till is"),
        ({"base": 0}, "orders nothing"),
        ({"settings": {"sync.max_events": "many"}, "base": 0}, "takes 1 to"),
    ],
)
async def test_what_is_not_taken_is_proved_with_its_reason(
    tmp_path: Path, data: dict[str, Any], why: str
) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await ordered(rcu, **data)
        (proof,) = await until_status(rcu, at, "failed")
        assert why in proof["why"]
        assert kept(tmp_path) == Overlay()


async def test_what_the_whole_configuration_refuses_is_not_taken(
    tmp_path: Path,
) -> None:
    def fits(_: object) -> str:
        return "screens.accent: too light to be read"

    async with shop(tmp_path, fits=fits) as (rcu, _net, at):
        await ordered(rcu, settings={"screens.accent": "#ffff00"}, base=0)
        (proof,) = await until_status(rcu, at, "failed")
        assert "too light" in proof["why"]


async def test_an_order_that_comes_again_after_a_crash_is_taken_once(
    tmp_path: Path,
) -> None:
    """The file was written and its proof was not: the feed brings the order again."""
    begun: list[bool] = []
    means = ConfigMeans(
        tmp_path, lambda _: "", lambda: True, lambda _: None, begun.append
    )
    said = orders.ConfigUpdated(settings={"choice.window_s": 20}, base=0)
    first, _ = await Configuring(means).take("o-1", said)
    again, then = await Configuring(means).take("o-1", said)
    assert first == again
    assert then is not None
    then()
    assert begun == [True]
    there = overlay.read(tmp_path)
    assert there.now.number == 1
    overlay.keep(tmp_path, there.rolled_back("died"))
    late, _ = await Configuring(means).take("o-1", said)
    assert late.status == "failed"
    assert overlay.read(tmp_path).now.number == 0
