"""What every channel keeps to, whatever carries it: the conformance suite.

A channel without a rig in ``sms_rigs.WAYS`` is not a channel.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import pkgutil
import time

import pytest

from agent.delivery import channels
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.policy import LINK_DOWN, LINKS
from agent.delivery.reasons import Reason, wording
from tests.delivery.rig import turns_watched
from tests.delivery.sms_rigs import TOTAL_S, WAYS, Radio, Way, way_out

EACH = pytest.mark.parametrize("name", WAYS)


async def send(way: Way, number: int = 1, doubts: int = 0) -> Outcome:
    return await way.channel.send(way.message(number, doubts), way.recipient)


def head(outcome: Outcome) -> str:
    assert not isinstance(outcome, Delivered)
    return outcome.reason.partition(":")[0]


def of_the_link(outcome: Outcome) -> bool:
    return isinstance(outcome, Deferred) and head(outcome) in LINK_DOWN


def test_no_channel_is_without_its_rig() -> None:
    """By module: each is used by one of the ways."""
    found = {each.name for each in pkgutil.iter_modules(channels.__path__)}
    assert found == {"email", "sms_http", "sms_twilio", "sms_ovh", "sms_modem"}
    for name in found:
        module = importlib.import_module(f"agent.delivery.channels.{name}")
        assert module.__doc__


@EACH
async def test_it_delivers_and_says_under_which_number(name: str) -> None:
    async with way_out(name) as way:
        assert way.channel.name in LINKS
        outcome = await send(way)
        assert isinstance(outcome, Delivered)
        assert len(outcome.reference) <= 64
        assert way.recipient not in outcome.reference
        ((recipient, told),) = way.taken()
        assert recipient == way.recipient
        assert "1" in told


@EACH
async def test_a_recipient_that_is_refused_is_refused(name: str) -> None:
    async with way_out(name) as way:
        way.refuses()
        outcome = await send(way)
        assert isinstance(outcome, Refused)
        assert way.taken() == []
        way.well()
        assert isinstance(await send(way, 2), Delivered)


@EACH
async def test_what_is_no_recipient_never_reaches_the_far_side(name: str) -> None:
    async with way_out(name) as way:
        for never in way.never:
            outcome = await way.channel.send(way.message(), never)
            assert isinstance(outcome, Refused)
        assert way.taken() == []


@EACH
async def test_later_means_later(name: str) -> None:
    async with way_out(name) as way:
        way.busy()
        outcome = await send(way)
        assert isinstance(outcome, Deferred)
        assert outcome.retry_after_s in {None, 30.0}
        assert way.taken() == []
        way.well()
        assert isinstance(await send(way), Delivered)


@EACH
async def test_that_we_are_refused_is_not_the_customers_fault(name: str) -> None:
    async with way_out(name) as way:
        way.refuses_us()
        outcome = await send(way)
        assert of_the_link(outcome)
        assert head(outcome) in {Reason.MAIL_SETUP, Reason.SMS_SETUP}


@EACH
async def test_nobody_there_defers_for_all_and_comes_back(name: str) -> None:
    async with way_out(name) as way:
        await way.away()
        for _ in range(2):
            outcome = await send(way)
            assert of_the_link(outcome)
            assert head(outcome) != Reason.SMS_DOUBT  # nothing can have left
        await way.back()
        assert isinstance(await send(way), Delivered)
        assert len(way.taken()) == 1


@EACH
async def test_a_far_side_that_hangs_is_left_in_time(name: str) -> None:
    async with way_out(name) as way:
        way.stalls()
        started_s = time.monotonic()
        outcome = await send(way)
        in_doubt = {Refused(Reason.SMS_DOUBT), Deferred(Reason.MAIL_DOUBT)}
        assert of_the_link(outcome) or outcome in in_doubt
        assert time.monotonic() - started_s < 2 * TOTAL_S + 15


@EACH
async def test_it_can_be_cancelled_and_used_again(name: str) -> None:
    async with way_out(name) as way:
        way.stalls()
        task = asyncio.create_task(send(way))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        way.well()
        if name != "email":  # the stalled message of the mail goes on by itself
            await way.away()
            await way.back()
        assert isinstance(await send(way, 2), Delivered)
        assert [told for _, told in way.taken() if "2" in told]


@pytest.mark.parametrize("name", [name for name in WAYS if name != "email"])
async def test_a_message_in_doubt_is_not_doubled_where_that_can_be_known(
    name: str,
) -> None:
    """As the dispatcher and the composer do it: the doubt comes back with the note."""
    async with way_out(name) as way:
        way.takes_and_goes()
        outcome = await send(way)
        assert head(outcome) == Reason.SMS_DOUBT
        assert isinstance(outcome, Deferred)
        assert len(way.taken()) == 1
        way.well()
        doubts = int(outcome.reason.partition(":")[2])
        if name == "modem":
            # The centre still holds it and says so (TP-RD).
            assert await send(way, doubts=doubts) == Delivered()
            assert len(way.taken()) == 1
            return
        assert isinstance(await send(way, doubts=doubts), Delivered)
        assert len(way.taken()) == (1 if way.tells else 2)


@pytest.mark.parametrize("name", ["http, no key", "modem"])
async def test_where_nobody_can_tell_it_is_tried_twice_and_then_printed(
    name: str,
) -> None:
    async with way_out(name) as way:
        way.takes_and_goes()
        assert await send(way) == Deferred("sms_doubt:1")
        if isinstance(way, Radio):
            way.modem.sent.clear()  # the centre has delivered it, and forgotten it
        assert await send(way, doubts=1) == Refused(Reason.SMS_DOUBT)


@pytest.mark.parametrize("name", ["http, no key", "modem"])
async def test_a_doubt_outlives_a_try_that_was_put_off(name: str) -> None:
    async with way_out(name) as way:
        way.busy()
        outcome = await send(way, doubts=1)
        assert isinstance(outcome, Deferred)
        assert outcome.reason == "sms_doubt:1"


@pytest.mark.parametrize("name", ["twilio", "ovh"])
async def test_nothing_is_made_again_while_nobody_can_be_asked(name: str) -> None:
    async with way_out(name) as way:
        way.takes_and_goes()
        assert await send(way) == Deferred("sms_doubt:1")
        await way.away()
        assert await send(way, doubts=1) == Deferred("sms_doubt:1")
        await way.back()
        way.well()
        assert isinstance(await send(way, doubts=1), Delivered)
        assert len(way.taken()) == 1


@EACH
async def test_one_parcel_sent_twice_is_one_message_where_the_far_side_can_tell(
    name: str,
) -> None:
    """A process that was killed behind a request sends it again, under the same id."""
    async with way_out(name) as way:
        assert isinstance(await send(way), Delivered)
        assert isinstance(await send(way, doubts=1), Delivered | Refused)
        told = [told for _, told in way.taken()]
        if way.tells:
            assert len(told) == 1
        assert len(set(told)) == 1  # and else the same: a mailbox shows one of them


@EACH
async def test_neither_log_nor_outcome_names_the_recipient_or_the_text(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="agent")
    outcomes = list[Outcome]()
    async with way_out(name) as way:
        deeds = (way.well, way.refuses, way.busy, way.refuses_us, way.takes_and_goes)
        for number, deed in enumerate(deeds):
            way.well()
            deed()
            outcomes.append(await send(way, number))
        said = caplog.text + repr(outcomes) + repr([vars(r) for r in caplog.records])
        for secret in (way.recipient, way.recipient[1:], "tickets.example", "sesame"):
            assert secret not in said
    for outcome in outcomes:
        if not isinstance(outcome, Delivered):
            assert wording(outcome.reason) is not None


@EACH
async def test_the_loop_goes_on_meanwhile(name: str) -> None:
    async with way_out(name) as way:
        await send(way)  # modules are read the first time
        async with turns_watched() as turns:
            assert isinstance(await send(way, 2), Delivered)
            await asyncio.sleep(0.005)  # on a kept connection it takes no millisecond
        assert turns.taken
        assert turns.longest_cpu_s < 0.1
