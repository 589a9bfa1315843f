"""A press is a verb for the receipt that stood there; nothing scanned gets into a log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from agent.hands.acts import COMMANDS, Act, Pressed, Scanned
from agent.hands.codes import Known, command
from agent.hands.deeds import MAX_WAITING, SAME_SCAN_S, Deeds
from tests.fakes.clock import FakeClock
from tests.hands.device import Counter

CARD = "2980123456787"
KNOWN = Known("https://tickets.example", cards=("2980",), receipts=("99",))


@asynccontextmanager
async def working(counter: Counter, clock: FakeClock) -> AsyncGenerator[Deeds]:
    deeds = Deeds(counter, counter, KNOWN, clock)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(deeds.run())
        try:
            yield deeds
        finally:
            running.cancel()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def does(counter: Counter, *heard: Pressed | Scanned) -> list[tuple[object, ...]]:
    async with working(counter, FakeClock()) as deeds:
        for each in heard:
            deeds.hears("hands.keypad", "cashier")(each)
        await settled()
    return counter.asked


CHOICES: tuple[Act, ...] = ("paper", "qr", "email", "sms", "account", "none")


@pytest.mark.parametrize("act", CHOICES)
async def test_a_choice_is_chosen_by_the_cashier(act: Act) -> None:
    asked = await does(Counter(), Pressed(act))
    assert asked == [("choose", "r-1", act, None, "cashier")]


@pytest.mark.parametrize(
    ("act", "verb"),
    [
        ("hold", ("hold", "r-1")),
        ("extend", ("extend", "r-1")),
        ("not_me", ("not_me", "r-1", "cashier")),
        ("keep", ("keep_preference", "r-1", True)),
        ("reprint", ("reprint", "r-1", "asked", "cashier")),
        ("gift", ("gift", "r-1", "cashier")),
    ],
)
async def test_the_other_keys_are_the_other_verbs(
    act: Act, verb: tuple[object, ...]
) -> None:
    assert await does(Counter(), Pressed(act)) == [verb]


@pytest.mark.parametrize("act", ["email", "sms"])
async def test_where_an_address_is_wanted_the_countdown_waits(act: Act) -> None:
    chosen, held = ("choose", "r-1", act, None, "cashier"), ("hold", "r-1")
    wanting = Counter(refuses=frozenset({"choose"}), code="no_address")
    assert await does(wanting, Pressed(act)) == [chosen, held]
    without = Counter(refuses=frozenset({"choose"}), code="no_such_channel")
    assert await does(without, Pressed(act)) == [chosen]


@pytest.mark.parametrize("letter", COMMANDS)
async def test_a_barcode_of_the_card_is_as_good_as_the_key(letter: str) -> None:
    by_key = await does(Counter(), Pressed(COMMANDS[letter]))
    assert await does(Counter(), Scanned((command(letter),))) == by_key


async def test_nothing_at_the_counter_is_said_and_nothing_done(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    assert await does(Counter(at=None), Pressed("paper")) == []
    assert "nothing at the counter" in caplog.text


async def test_a_card_may_come_before_its_receipt() -> None:
    asked = await does(Counter(at=None), Scanned((CARD,)))
    assert asked == [("identify", CARD, "scanned")]


async def test_a_receipts_code_shows_that_receipt() -> None:
    page = "https://tickets.example/r/ABC"
    asked = await does(Counter(at=None), Scanned((page,)), Scanned(("9900042",)))
    assert asked == [("find", page, "cashier"), ("find", "9900042", "cashier")]


async def test_no_number_gets_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    counter = Counter(refuses=frozenset({"identify"}), breaks=frozenset({"find"}))
    scans = (CARD, "9900043141592", "3017620422003")
    await does(counter, *(Scanned((text,)) for text in scans))
    assert len(counter.asked) == 2
    for text in scans:
        assert text not in caplog.text
        assert all(text not in str(record.__dict__) for record in caplog.records)


async def test_what_is_not_ours_is_counted_and_seldom_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="agent")
    async with working(Counter(), FakeClock()) as deeds:
        for number in range(150):
            deeds.hears("hands.scanner", "cashier")(Scanned((f"30176204{number}",)))
        assert deeds.tally.others == 150
    assert [record.__dict__["count"] for record in caplog.records] == [1, 101]


async def test_a_code_that_stays_under_the_scanner_is_one() -> None:
    counter, clock = Counter(), FakeClock()
    async with working(counter, clock) as deeds:
        hear = deeds.hears("hands.scanner", "cashier")
        for _ in range(5):
            hear(Scanned((command("P"),)))
            await clock.advance(SAME_SCAN_S / 2)
        assert len(counter.asked) == 1
        await clock.advance(SAME_SCAN_S)
        hear(Scanned((command("P"),)))
        await settled()
    assert len(counter.asked) == 2


async def test_two_codes_in_turn_are_each_one() -> None:
    p, q = Scanned((command("P"),)), Scanned((command("Q"),))
    asked = await does(Counter(), p, q, p, q, p)
    assert [verb[2] for verb in asked] == ["paper", "qr"]


class SlowCounter(Counter):
    """A verb that waits for its store."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def hold(self, receipt: str) -> None:
        await self.go.wait()
        self._note("hold", receipt)


async def test_a_press_never_reaches_the_next_customer() -> None:
    counter = SlowCounter()
    async with working(counter, FakeClock()) as deeds:
        hear = deeds.hears("hands.keypad", "cashier")
        hear(Pressed("hold"))
        await settled()
        hear(Pressed("none"))
        counter.at = "r-2"
        counter.go.set()
        await settled()
    assert counter.asked == [
        ("hold", "r-1"),
        ("choose", "r-1", "none", None, "cashier"),
    ]


async def test_behind_a_slow_verb_only_so_much_waits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counter = SlowCounter()
    async with working(counter, FakeClock()) as deeds:
        hear = deeds.hears("hands.keypad", "cashier")
        hear(Pressed("hold"))
        await settled()
        for _ in range(MAX_WAITING + 3):
            hear(Pressed("extend"))
        assert deeds.tally.dropped == 3
        counter.go.set()
        await settled()
    assert len(counter.asked) == 1 + MAX_WAITING
    assert "too much" in caplog.text


async def test_a_verb_that_fails_takes_no_other_key_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counter = Counter(breaks=frozenset({"gift"}))
    asked = await does(counter, Pressed("gift"), Pressed("paper"))
    assert [verb[0] for verb in asked] == ["gift", "choose"]
    assert "a hand's verb failed" in caplog.text


async def test_a_customers_scanner_speaks_for_the_customer() -> None:
    counter = Counter()
    async with working(counter, FakeClock()) as deeds:
        deeds.hears("hands.scanner", "customer")(Scanned((command("P"),)))
        await settled()
    assert counter.asked == [("choose", "r-1", "paper", None, "customer")]


async def test_a_customer_asks_for_no_copies_and_no_other_receipts() -> None:
    counter = Counter()
    async with working(counter, FakeClock()) as deeds:
        hear = deeds.hears("hands.scanner", "customer")
        for text in (command("D"), command("G"), "9900042", command("T")):
            hear(Scanned((text,)))
        await settled()
        assert deeds.tally.refused == 3
    assert counter.asked == [("extend", "r-1")]
