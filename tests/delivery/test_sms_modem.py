"""A GSM modem on a real tty: its SIM, its network, its cable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.clock import SystemClock
from agent.delivery import sms_ways
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.post import Channel
from agent.delivery.reasons import Reason
from agent.delivery.sms import at, modem_errors, pdu
from agent.delivery.sms.note import Note
from agent.errors import ConfigError
from hardware_sim.modem import Modem
from tests.delivery.sms_rigs import NUMBER, TEXT, settings


@pytest.fixture
async def modem(tmp_path: Path) -> AsyncIterator[Modem]:
    async with Modem(tmp_path) as plugged:
        yield plugged


def channel(modem: Modem, folder: Path, **changes: Any) -> Channel:
    section = {"device": str(modem.path), **changes}
    given = settings(way="modem", modem=section, modem_total_s=3.0)
    return sms_ways.channel(given, SystemClock(), folder)


async def send(channel: Channel, doubts: int = 0) -> Outcome:
    return await channel.send(bytes(Note("p.0", TEXT, doubts)), NUMBER)


async def test_it_sends_by_the_sims_own_centre_for_a_day(
    modem: Modem, tmp_path: Path
) -> None:
    assert await send(channel(modem, tmp_path)) == Delivered()
    (message,) = modem.sent
    assert (message.number, message.text, message.centre) == (NUMBER, TEXT, "")
    assert message.validity_minutes == 24 * 60
    assert not message.wants_report
    assert not message.rejects_duplicates


async def test_the_next_one_goes_by_the_same_port(modem: Modem, tmp_path: Path) -> None:
    out = channel(modem, tmp_path, centre="+33689004000")
    for number in range(3):
        note = Note(f"{number}.0", f"{TEXT}{number}")
        assert await out.send(bytes(note), NUMBER) == Delivered()
    assert [message.text[-1] for message in modem.sent] == ["0", "1", "2"]
    assert {message.centre for message in modem.sent} == {"+33689004000"}


# -- the SIM -------------------------------------------------------------------------


async def test_the_pin_is_given_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("1234\n")
    async with Modem(tmp_path, pin="1234") as modem:
        out = channel(modem, tmp_path, pin_file=tmp_path / "pin")
        assert await send(out) == Delivered()
        assert await send(out) == Delivered()
        assert [line for line in modem.heard if line.startswith("+CPIN=")] == [
            '+CPIN="1234"'
        ]


async def test_a_wrong_pin_is_given_once_and_never_again(tmp_path: Path) -> None:
    """Three would lock the SIM: not in this process, and not in the next."""
    path = tmp_path / "pin"
    path.write_text("9999")
    async with Modem(tmp_path, pin="1234") as modem:
        for _ in range(3):
            out = channel(modem, tmp_path, pin_file=path)
            assert await send(out) == Deferred("sms_setup:pin")
            assert await send(out) == Deferred("sms_setup:pin")
        assert modem.tries_left == 2
        path.write_text("1234")
        mended = channel(modem, tmp_path, pin_file=path)
        assert await send(mended) == Delivered()


async def test_a_pin_that_nobody_wrote_down_is_not_guessed(tmp_path: Path) -> None:
    async with Modem(tmp_path, pin="1234") as modem:
        assert await send(channel(modem, tmp_path)) == Deferred("sms_setup:pin")
        assert modem.tries_left == 3


async def test_a_locked_sim_needs_a_person(tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("1234")
    async with Modem(tmp_path, pin="1234") as modem:
        modem.tries_left = 0
        out = channel(modem, tmp_path, pin_file=tmp_path / "pin")
        assert await send(out) == Deferred("sms_setup:sim")
        assert not any(line.startswith("+CPIN=") for line in modem.heard)


@pytest.mark.parametrize("pin", ["", "12", "abcd", "123456789", "12\n34"])
def test_what_is_no_pin_is_a_matter_of_configuration(tmp_path: Path, pin: str) -> None:
    (tmp_path / "pin").write_text(pin)
    section = {"device": "/dev/ttyUSB0", "pin_file": tmp_path / "pin"}
    given = settings(way="modem", modem=section)
    with pytest.raises(ConfigError, match=r"sms\.modem\.pin_file"):
        sms_ways.check(given)


# -- the network -----------------------------------------------------------------------


@pytest.mark.parametrize("stat", [1, 5])
@pytest.mark.parametrize("lte", [False, True])
async def test_at_home_abroad_and_by_lte_alone(
    modem: Modem, tmp_path: Path, stat: int, lte: bool
) -> None:
    modem.weather.registered, modem.weather.lte_only = stat, lte
    assert await send(channel(modem, tmp_path)) == Delivered()


@pytest.mark.parametrize(
    ("stat", "signal", "reason"),
    [
        (2, 99, "sms_unreachable:signal 0"),
        (0, 7, "sms_unreachable:signal 7"),
        (3, 20, "sms_setup:denied"),
    ],
)
def test_without_a_network_it_waits_and_says_how_strong_the_signal_is(
    stat: int, signal: int, reason: str
) -> None:
    """The dialogue alone: its waits are steps, so no time passes."""
    waited_s, outcome = played(
        {"AT+CREG?": f"+CREG: 0,{stat}", "AT+CSQ": f"+CSQ: {signal},99"}
    )
    assert outcome == Deferred(reason)
    assert 10.0 <= waited_s <= 30.0


async def test_a_sim_that_was_just_opened_gets_time_to_find_its_network(
    modem: Modem, tmp_path: Path
) -> None:
    modem.weather.registered = 2

    async def found() -> None:
        await asyncio.sleep(0.3)
        modem.weather.registered = 1

    async with asyncio.TaskGroup() as group:
        group.create_task(found())
        assert await send(channel(modem, tmp_path)) == Delivered()


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (1, Refused("sms_number:1")),
        (21, Refused("sms_refused:21")),
        (42, Deferred("sms_busy:42")),
        (330, Deferred("sms_setup:330")),
        (331, Deferred("sms_unreachable:331")),
        (332, Deferred("sms_doubt:1")),
        (500, Deferred("sms_later:500")),
        (197, Delivered()),
    ],
)
async def test_the_numbers_of_cms_error(
    modem: Modem, tmp_path: Path, code: int, outcome: Outcome
) -> None:
    modem.weather.cms = code
    assert await send(channel(modem, tmp_path)) == outcome


@given(st.integers(0, 999) | st.none())
def test_every_number_has_a_verdict(code: int | None) -> None:
    doubt = Deferred("sms_doubt:1")
    outcome = modem_errors.verdict(code, doubt)
    if isinstance(outcome, Delivered):
        assert code == modem_errors.REJECTED_DUPLICATE
    else:
        assert outcome.reason.partition(":")[0] in set(Reason)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (0x00, Delivered()),
        (0x30, Delivered()),  # still trying: it may arrive
        (0x41, Refused("sms_refused:65")),
        (0x63, Refused("sms_refused:99")),
        (None, Delivered()),
    ],
)
async def test_a_status_report_is_believed_when_it_says_never(
    modem: Modem, tmp_path: Path, status: int | None, outcome: Outcome
) -> None:
    modem.weather.report = status
    out = channel(modem, tmp_path, report_s=0.3)
    assert await send(out) == outcome
    assert modem.sent[0].wants_report


# -- the cable ---------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [1, 40, 120])
async def test_unplugged_in_the_pdu_nothing_has_left_and_it_goes_on_when_it_is_back(
    modem: Modem, tmp_path: Path, digits: int
) -> None:
    modem.weather.unplug_in_pdu = digits
    out = channel(modem, tmp_path)
    assert await send(out) == Deferred(Reason.SMS_MODEM)
    assert modem.sent == []
    assert await send(out) == Deferred(Reason.SMS_MODEM)
    modem.weather.unplug_in_pdu = 0
    modem.plug()
    assert await send(out) == Delivered()
    assert len(modem.sent) == 1


async def test_unplugged_behind_the_pdu_it_is_not_doubled(
    modem: Modem, tmp_path: Path
) -> None:
    modem.weather.unplug_after_send = True
    out = channel(modem, tmp_path)
    assert await send(out) == Deferred("sms_doubt:1")
    modem.weather.unplug_after_send = False
    modem.plug()
    assert await send(out, doubts=1) == Delivered()
    assert len(modem.sent) == 1


async def test_a_modem_that_was_left_in_the_middle_of_a_pdu_is_freed(
    modem: Modem, tmp_path: Path
) -> None:
    """By a program that was killed there: the next one's words are no text."""
    out = channel(modem, tmp_path)
    modem._pdu_of = 20
    assert await send(out) == Delivered()
    assert [message.text for message in modem.sent] == [TEXT]


async def test_cancelled_while_it_hangs_it_sends_nothing(
    modem: Modem, tmp_path: Path
) -> None:
    modem.weather.mute = True
    task = asyncio.create_task(send(channel(modem, tmp_path)))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert modem.sent == []


async def test_no_such_device_is_said_at_once(tmp_path: Path) -> None:
    modem = Modem(tmp_path)
    started_s = time.monotonic()
    assert await send(channel(modem, tmp_path)) == Deferred(Reason.SMS_MODEM)
    assert time.monotonic() - started_s < 15


# -- the dialogue, without a line ------------------------------------------------------------


def played(answers: dict[str, str]) -> tuple[float, Outcome]:
    """A modem that says OK to all, and before it what ``answers`` holds.

    An answer that ends in a dot is all that it says, without the dot.
    """
    order = at.Order(pdu.Submit(NUMBER, TEXT), Deferred("sms_doubt:1"))
    talk = at.dialogue(order)
    step, waited_s = next(talk), 0.0
    try:
        for _ in range(500):
            if not step.raw:
                waited_s += step.within_s
            said = answers.get(step.raw.decode().strip(), "+CPIN: READY")
            hearing = at.Hearing(step.wants)
            end = "" if said.endswith(".") else "\r\nOK\r\n"
            said = said.removesuffix(".") + ("" if said == "> ." else "\r\n")
            reply = hearing.hear(f"\r\n{said}{end}".encode())
            step = talk.send(reply or hearing.silence())
    except StopIteration as end:
        outcome: Outcome = end.value
        return waited_s, outcome
    raise AssertionError("it never ended")


HOME = {"AT+CREG?": "+CREG: 0,1"}


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"AT": "."}, "sms_modem"),
        ({"AT": "ERROR."}, "sms_modem"),
        ({"AT+CPIN?": "+CME ERROR: 10."}, "sms_setup:10"),  # no SIM
        ({"AT+CPIN?": "."}, "sms_setup:sim"),
        ({"AT+CPIN?": "+CPIN: SIM PIN2"}, "sms_setup:sim"),
        ({"AT+CMGF=0": "ERROR."}, "sms_setup"),
        ({"AT+CMGS=79": "+CMS ERROR: 302."}, "sms_setup:302"),
        ({"AT+CMGS=79": "ERROR."}, "sms_modem"),
        ({"AT+CMGS=79": "."}, "sms_modem"),
        ({"AT+CMGS=79": "> .", "\x1a": "ERROR."}, "sms_later"),
        ({"AT+CMGS=79": "> .", "\x1a": "+CME ERROR: 100."}, "sms_later"),
        ({"AT+CMGS=79": "> .", "\x1a": "."}, "sms_doubt:1"),
    ],
)
def test_what_a_modem_may_say_instead(answers: dict[str, str], reason: str) -> None:
    _, outcome = played(HOME | answers)
    assert outcome == Deferred(reason)


def test_a_modem_that_wakes_up_at_the_second_word_is_heard() -> None:
    _, outcome = played(HOME | {"AT+CMGS=79": "> .", "\x1a": "+CMGS: 7"})
    assert outcome == Delivered()
    order = at.Order(pdu.Submit(NUMBER, TEXT), Deferred("sms_doubt:1"))
    talk = at.dialogue(order)
    next(talk)
    assert talk.send(at.Reply()).raw == b"AT\r"
    assert talk.send(at.Reply()).raw == b"AT\r"
    assert talk.send(at.Reply("OK")).raw == b"ATE0\r"


@given(
    st.lists(st.binary(max_size=30), max_size=20),
    st.sampled_from(["final", "prompt", "report"]),
)
def test_no_bytes_break_the_hearing_and_it_keeps_few(
    pieces: list[bytes], wants: at.Wants
) -> None:
    hearing = at.Hearing(wants)
    for piece in pieces:
        reply = hearing.hear(piece)
        assert reply is None or reply.final
    assert len(hearing._rest) <= at.MAX_LINE_BYTES


@given(st.data())
def test_how_the_bytes_are_cut_makes_no_difference(data: st.DataObject) -> None:
    raw = b"AT+CMGS=20\r\r\n+CREG: 1\r\n\r\n+CMS ERROR: 42\r\n"
    cut = data.draw(st.integers(0, len(raw)))
    hearing = at.Hearing("final")
    reply = hearing.hear(raw[:cut]) or hearing.hear(raw[cut:])
    assert reply is not None
    assert (reply.final, reply.code) == ("+CMS ERROR", 42)


def test_a_modem_that_never_ends_a_line_is_not_kept() -> None:
    hearing = at.Hearing("final")
    for _ in range(100):
        assert hearing.hear(b"x" * 1000) is None
    assert len(hearing._rest) <= at.MAX_LINE_BYTES


async def test_a_refusal_that_cannot_be_written_down_is_kept_in_mind(
    tmp_path: Path,
) -> None:
    (tmp_path / "pin").write_text("9999")
    (tmp_path / sms_ways.REFUSED_PIN).mkdir()
    async with Modem(tmp_path, pin="1234") as modem:
        out = channel(modem, tmp_path, pin_file=tmp_path / "pin")
        for _ in range(3):
            assert await send(out) == Deferred("sms_setup:pin")
        assert modem.tries_left == 2
