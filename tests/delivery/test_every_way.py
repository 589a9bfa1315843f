"""What every way to the customer keeps to, at the ledger: paper, e-mail, SMS, account.

The counter, the lane and the dispatcher as they are, on the real store; what stands at the
far end does as it is told.  ``test_channels.py`` asks the same of each message channel on
its wire.  A QR has no far end: it is handed over when it is shown.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, cast

import pytest

from agent.choice.ledger import HandOver
from agent.delivery.dispatcher import Dispatcher
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.post import Post
from agent.delivery.reasons import Reason
from agent.ids import ReceiptId
from agent.pipeline.accounts import Accounts
from agent.store.feed import FollowFeed
from agent.store.records import MoveCursor, Parcel, ReceiptRow, SetAside
from agent.store.store import Store
from agent.verbs import Choice
from agent.wire.feed import Downward
from tests.pipeline.rig import Dice, Rig, document
from tests.pipeline.test_annulled_sales import DAY, SALE
from tests.store.builders import opened

Posted = Literal["email", "sms"]
CARD = "2990001234567"
DEADLINE_S = 20.0


class Way(ABC):
    """One channel and what stands at its far end."""

    name: Choice
    contact: str | None = None
    away_says: tuple[str, ...] = ()
    """What the screen may say while it waits."""

    def __init__(self, here: Here) -> None:
        self.here = here

    def services(self) -> list[Callable[[], Awaitable[None]]]:
        """Those that carry it, besides the counter's own."""
        return []

    @abstractmethod
    def away(self) -> None: ...

    @abstractmethod
    def back(self) -> None: ...

    def refuses(self) -> None:
        raise NotImplementedError

    async def far_side(self) -> None:
        """One turn of what stands there, where that is no service of ours."""
        await asyncio.sleep(0)

    @abstractmethod
    def arrived(self) -> int: ...


class Paper(Way):
    name: Choice = "paper"

    def away(self) -> None:
        self.here.rig.printer.trouble = "paper_out"

    def back(self) -> None:
        self.here.rig.printer.trouble = ""

    def arrived(self) -> int:
        return len(self.here.rig.printer.printed)


class _Composer:
    async def compose(self, parcel: Parcel) -> bytes:
        return f"{parcel.receipt}.{parcel.number} {parcel.kind}".encode()


class _Channel:
    """Takes a message by its id once, as an idempotent far side does."""

    def __init__(self, name: Posted) -> None:
        self.name: Posted = name
        self.outcome: Outcome = Delivered("4711")
        self.taken: list[bytes] = []
        self.held: asyncio.Event | None = None

    async def send(self, message: bytes, recipient: str) -> Outcome:
        if self.held is not None:
            await self.held.wait()
        if isinstance(self.outcome, Delivered) and message not in self.taken:
            self.taken.append(message)
        return self.outcome


class _Posted(Way):
    kind: Posted
    reason: Reason

    def __init__(self, here: Here) -> None:
        super().__init__(here)
        self.channel = _Channel(self.kind)

    def services(self) -> list[Callable[[], Awaitable[None]]]:
        rig = self.here.rig
        counter = rig.counter
        post = Post(
            _Composer(), self.channel, counter.parcel_news, counter.parcel_dead, 1.0
        )
        return [Dispatcher(self.here.store, post, rig.bus, rig.clock, Dice()).run]

    def away(self) -> None:
        self.channel.outcome = Deferred(self.reason)

    def back(self) -> None:
        self.channel.outcome = Delivered("4711")

    def refuses(self) -> None:
        self.channel.outcome = Refused(f"{self.kind[:4]}_refused:550")

    def arrived(self) -> int:
        return len(self.channel.taken)


class Mail(_Posted):
    name: Choice = "email"
    kind: Posted = "email"
    contact: str | None = "anne@mail.example"
    reason = Reason.MAIL_UNREACHABLE
    away_says: tuple[str, ...] = ("partira dès le retour", "en route")

    def refuses(self) -> None:
        self.channel.outcome = Refused("mail_refused:550")


class Sms(_Posted):
    name: Choice = "sms"
    kind: Posted = "sms"
    contact: str | None = "06 12 34 56 78"
    reason = Reason.SMS_UNREACHABLE
    away_says: tuple[str, ...] = ("partira dès le retour", "en route")

    def refuses(self) -> None:
        self.channel.outcome = Refused("sms_refused:422")


class Account(Way):
    name: Choice = "account"
    away_says: tuple[str, ...] = ("Bientôt",)

    def __init__(self, here: Here) -> None:
        super().__init__(here)
        self.status = "filled"
        self.filled: set[ReceiptId] = set()
        self.answers = 0
        self.accounts: Accounts | None = None

    def services(self) -> list[Callable[[], Awaitable[None]]]:
        rig = self.here.rig
        self.accounts = Accounts(self.here.store, rig.counter, rig.clock)
        return [self.accounts.run]

    def away(self) -> None:
        self.status = ""

    def back(self) -> None:
        self.status = "filled"

    def refuses(self) -> None:
        self.status = "unknown"

    async def far_side(self) -> None:
        """The RCU: takes the log, fills the account, says so by the feed."""
        if not self.status or self.accounts is None:
            return
        store = self.here.store
        await store.commit(MoveCursor("rcu", await store.log_height()))
        for due in await store.waiting("account"):
            if self.status == "filled":
                self.filled.add(due.receipt)
            self.answers += 1
            event = Downward(
                id=f"answer-{self.answers}",
                type="account.answered.v1",
                sequence=str(self.answers),
                time=self.here.rig.clock.now(),
                data={
                    "receipt_id": str(due.receipt),
                    "number": due.number,
                    "status": self.status,
                },
            )
            follow = FollowFeed("rcu", event.sequence)
            for _ in range(2):  # the feed may say it twice
                await self.accounts.take(event, follow)

    def arrived(self) -> int:
        return len(self.filled)


WAYS: dict[str, type[Way]] = {
    "paper": Paper,
    "email": Mail,
    "sms": Sms,
    "account": Account,
}
EACH = pytest.mark.parametrize("name", WAYS)
REFUSING = pytest.mark.parametrize("name", [name for name in WAYS if name != "paper"])


class StoreRig(Rig):
    """The corridor's rig on the real store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        super().__init__(account=True)

    def build(self) -> None:
        self.shelf = cast("Any", self.store)
        self.place = self.place.__class__(
            **{
                name: getattr(self.place, name)
                for name in self.place.__dataclass_fields__
                if name != "sms"
            },
            sms=True,
        )
        super().build()


class Here:
    """A counter, and one way out of it."""

    def __init__(self, store: Store, name: str) -> None:
        self.store = store
        self.rig = StoreRig(store)
        self.way = WAYS[name](self)

    @asynccontextmanager
    async def runs(self) -> AsyncGenerator[None]:
        """Until it is killed: nothing is finished, nothing told."""
        async with asyncio.TaskGroup() as group:
            rig = self.rig
            own = [each.run for each in (rig.corridor, rig.torn, rig.lane, rig.counter)]
            tasks = [
                group.create_task(cast("Any", run()))
                for run in (*own, *self.way.services())
            ]
            await asyncio.sleep(0.05)
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    def restarts(self) -> None:
        self.rig.build()

    async def sells(self) -> ReceiptRow:
        await self.rig.job(document(loyalty_card=CARD))
        await self.until(lambda: self.rig.counter.here() is not None)
        return (await self.store.recent_receipts(1))[0]

    async def chooses(self, row: ReceiptRow) -> None:
        refused = await self.rig.counter.choose(
            str(row.id), self.way.name, self.way.contact, "customer"
        )
        assert refused is None

    async def ledger(self, row: ReceiptRow) -> tuple[HandOver, ...]:
        return (await self.store.ledger(row.id)).rows

    async def until(self, true: Callable[[], Any], *, step_s: float = 1.0) -> None:
        """Let time pass, and the far side have its turns."""
        ends = time.monotonic() + DEADLINE_S
        while not true():
            assert time.monotonic() < ends, "it never came true"
            await asyncio.sleep(0.005)
            await self.rig.clock.advance(step_s if self.rig.counter.here() else 0.1)
            await self.way.far_side()

    async def until_ended(self, row: ReceiptRow, count: int = 1) -> None:
        ends = time.monotonic() + DEADLINE_S
        while True:
            rows = await self.ledger(row)
            if len(rows) >= count and all(each.outcome != "waiting" for each in rows):
                return
            assert time.monotonic() < ends, rows
            await asyncio.sleep(0.005)
            await self.rig.clock.advance(1.0)
            await self.way.far_side()

    async def waits(self, row: ReceiptRow, seconds: int = 60) -> None:
        """Time goes by, in vain."""
        for _ in range(seconds):
            await self.rig.clock.advance(1.0)
            await self.way.far_side()
            await asyncio.sleep(0.002)
        (only,) = await self.ledger(row)
        assert only.outcome == "waiting"

    def says(self) -> str:
        shown = self.rig.counter.snapshot("cashier").shown
        return " ".join(each.says.fr for each in shown.states) if shown else ""


@asynccontextmanager
async def counter(folder: Path, name: str) -> AsyncGenerator[Here]:
    async with opened(folder) as store:
        yield Here(store, name)


@EACH
async def test_what_was_chosen_arrives_and_the_ledger_says_so(
    tmp_path: Path, name: str
) -> None:
    async with counter(tmp_path, name) as here, here.runs():
        row = await here.sells()
        await here.chooses(row)
        await here.until_ended(row)
        assert here.way.arrived() == 1
        (only,) = await here.ledger(row)
        assert (only.channel, only.number, only.outcome) == (name, 0, "done")


@EACH
async def test_chosen_twice_it_arrives_once(tmp_path: Path, name: str) -> None:
    async with counter(tmp_path, name) as here, here.runs():
        row = await here.sells()
        await here.chooses(row)
        if name != "paper":  # paper asked for twice is two papers, the second marked
            await here.chooses(row)
        await here.until_ended(row)
        await asyncio.sleep(0.05)
        assert here.way.arrived() == 1


@EACH
async def test_while_the_far_side_is_away_it_waits_says_so_and_comes_once(
    tmp_path: Path, name: str
) -> None:
    async with counter(tmp_path, name) as here, here.runs():
        here.way.away()
        row = await here.sells()
        await here.chooses(row)
        await here.waits(row)
        assert here.way.arrived() == 0
        said = here.says()
        assert not here.way.away_says or any(s in said for s in here.way.away_says)
        assert "envoyé" not in said
        assert "imprimé" not in said
        here.way.back()
        await here.until_ended(row)
        assert here.way.arrived() == 1


@EACH
async def test_killed_while_it_waits_it_comes_once_after_the_next_start(
    tmp_path: Path, name: str
) -> None:
    async with counter(tmp_path, name) as here:
        async with here.runs():
            here.way.away()
            row = await here.sells()
            await here.chooses(row)
            await here.waits(row, 10)
        here.restarts()
        here.way.back()
        async with here.runs():
            await here.until_ended(row)
            await asyncio.sleep(0.05)
        assert here.way.arrived() == 1
        (only,) = await here.ledger(row)
        assert only.outcome == "done"


@pytest.mark.parametrize("name", ["email", "sms"])
async def test_cancelled_while_it_is_sent_it_comes_once_after_the_lease(
    tmp_path: Path, name: str
) -> None:
    async with counter(tmp_path, name) as here:
        channel = cast("_Posted", here.way).channel
        async with here.runs():
            channel.held = asyncio.Event()
            row = await here.sells()
            await here.chooses(row)
            await here.waits(row, 5)
        here.restarts()
        channel.held = None
        async with here.runs():
            await here.until_ended(row)
        assert here.way.arrived() == 1


@REFUSING
async def test_what_is_refused_comes_on_paper_once_and_the_screen_says_why(
    tmp_path: Path, name: str
) -> None:
    async with counter(tmp_path, name) as here, here.runs():
        here.way.refuses()
        row = await here.sells()
        await here.chooses(row)
        await here.until_ended(row, 2)
        await asyncio.sleep(0.05)
        assert here.way.arrived() == 0
        (printed,) = here.rig.printer.printed
        assert printed.endswith(document(loyalty_card=CARD))
        first, second = await here.ledger(row)
        assert (first.channel, first.outcome) == (name, "failed")
        assert (second.channel, second.outcome) == ("paper", "done")
        assert any(word in here.says() for word in ("refusé", "non trouvé"))


@REFUSING
async def test_refused_while_there_is_no_paper_it_waits_for_paper(
    tmp_path: Path, name: str
) -> None:
    async with counter(tmp_path, name) as here, here.runs():
        here.way.refuses()
        here.rig.printer.trouble = "paper_out"
        row = await here.sells()
        await here.chooses(row)
        await here.until(lambda: here.rig.lane.stuck == "paper_out")
        assert here.rig.printer.printed == []
        here.rig.printer.trouble = ""
        await here.until_ended(row, 2)
        assert len(here.rig.printer.printed) == 1


@pytest.mark.parametrize("name", ["email", "sms"])
async def test_who_got_a_receipt_whose_sale_is_annulled_is_told_once(
    tmp_path: Path, name: str
) -> None:
    void = document(
        **DAY | {"number": "4218", "date": "2026-07-15"},
        kind="void",
        total=-4217,
        links={"annuls": "4217"},
    )
    async with counter(tmp_path, name) as here, here.runs():
        channel = cast("_Posted", here.way).channel
        await here.rig.job(SALE)
        await here.until(lambda: here.rig.counter.here() is not None)
        row = (await here.store.recent_receipts(1))[0]
        await here.chooses(row)
        await here.until_ended(row)
        for _ in range(2):  # the POS prints it twice
            await here.rig.job(void)
        await here.until(lambda: len(channel.taken) == 2)
        for _ in range(40):
            await here.rig.clock.advance(2.0)
            await asyncio.sleep(0.002)
        kinds = [message.split()[-1] for message in channel.taken]
        assert kinds == [b"receipt", b"annulled"]
        (only,) = await here.ledger(row)
        assert only.outcome == "done"  # no copy, no paper
        assert SALE not in here.rig.printer.printed


async def test_what_the_rcu_refused_for_good_is_no_account(tmp_path: Path) -> None:
    async with counter(tmp_path, "account") as here, here.runs():
        here.way.away()
        row = await here.sells()
        await here.chooses(row)
        await here.waits(row, 5)
        height = await here.store.log_height()
        await here.store.commit(
            SetAside("rcu", height, "schema"), MoveCursor("rcu", height)
        )
        await here.until_ended(row, 2)
        assert len(here.rig.printer.printed) == 1
