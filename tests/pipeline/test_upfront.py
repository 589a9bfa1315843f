"""A code before the sale: one phone, one sale, and nobody else's receipt."""

from __future__ import annotations

from agent.ids import page_token
from agent.pipeline import offers
from agent.pipeline.upfront import PHONE, Reserving, UpFront
from agent.screens.snapshot import UpFrontCode
from agent.store.feed import FollowFeed
from agent.wire import upfront
from agent.wire.feed import Downward
from tests.pipeline.rig import Dice, Rig, document

URL = "https://tickets.example"


class Shop:
    """A rig with a code on its idle display, and phones."""

    def __init__(self) -> None:
        self.rig = Rig()
        scribe = self.rig.counter._till.scribe
        self.service = UpFront(
            self.rig.counter.picture.waiting,
            self.rig.counter,
            self.rig.workshop,
            Reserving(URL, self.rig.shelf, scribe, Dice()),
            self.rig.clock,
            self.rig.bus,
        )
        self._claims = 0
        self.rig.counter.link_changed("display", up=True)

    @property
    def shown(self) -> UpFrontCode | None:
        return self.rig.counter.snapshot("display").up_front

    @property
    def code(self) -> str:
        """What a camera reads off the display."""
        asked = [params for task, params in self.rig.worker.asked if task == "draw_qr"]
        urls = [each["url"] for each in asked if "/u/" in each["url"]]
        return str(urls[-1]).rpartition("/")[2]

    async def scan(self, code: str = "") -> None:
        """A phone presses; the RCU says so by the feed."""
        self._claims += 1
        event = Downward(
            id=f"c-{self._claims}",
            type="page.claimed.v1",
            time=self.rig.clock.now(),
            sequence=f"{self._claims:012}",
            data={"finder": upfront.finder_of(code or self.code)},
        )
        await self.service.take(event, FollowFeed("rcu", event.sequence))

    def page(self) -> str:
        """Behind the code, for whoever has both."""
        said = self.rig.body("page.reserved.v1")
        assert said["finder"] == upfront.finder_of(self.code)
        return upfront.unseal(self.code, said["sealed"])

    @property
    def choice(self) -> str:
        """Of the receipt at the counter; empty while it is open."""
        shown = self.rig.counter.snapshot("display").shown
        assert shown is not None
        return shown.choice or ""

    def waits(self) -> bool | None:
        """Whether a phone does; ``None``: not even a code is shown."""
        return self.shown.claimed if self.shown else None

    def tokens(self) -> list[str]:
        return [row.token for row in self.rig.shelf.rows.values()]


async def test_a_phone_that_took_the_code_has_the_next_receipt() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.service.look()
        number = upfront.number_of(shop.code)
        assert shop.shown == UpFrontCode("<svg/>", number, offers.UP_FRONT)
        page = shop.page()
        await shop.scan()
        assert shop.shown == UpFrontCode("", number, offers.PHONE_WAITS, claimed=True)
        await shop.rig.job(document())
        assert shop.tokens() == [page]
        assert shop.waits() is None
        assert shop.choice == "qr"
        made = shop.rig.body("choice.made.v1")
        assert (made["choice"], made["by"]) == ("qr", "customer")


async def test_the_log_holds_neither_code_nor_page() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.service.look()
        said = b"".join(entry.body for entry in shop.rig.shelf.entries)
        assert shop.code.encode() not in said
        assert shop.page().encode() not in said


async def test_the_customer_after_has_a_page_of_their_own() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.service.look()
        first, page = shop.code, shop.page()
        await shop.scan()
        await shop.rig.job(document(total=1))
        await shop.scan(first)  # the same phone, pressing again, or a photograph
        await shop.rig.job(document(total=2))
        assert shop.tokens().count(page) == 1
        assert shop.choice == ""


async def test_who_stands_there_sends_another_s_phone_away() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.service.look()
        page = shop.page()
        await shop.scan()
        assert await shop.rig.counter.not_me(PHONE) is None
        assert shop.waits() is None
        await shop.service.look()
        assert shop.waits() is False
        await shop.rig.job(document())
        assert shop.tokens() != [page]
        assert shop.choice == ""


async def test_a_second_phone_does_not_take_over() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.service.look()
        old = shop.code
        await shop.rig.pass_time(upfront.SHOWN_S + 1)
        await shop.service.look()
        assert shop.code != old
        page = shop.page()
        await shop.scan()
        await shop.scan(old)
        await shop.rig.job(document())
        assert shop.tokens() == [page]


async def test_a_code_that_has_just_left_the_display_may_still_be_pressed() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.service.look()
        old, page = shop.code, shop.page()
        await shop.rig.pass_time(upfront.SHOWN_S + 1)
        await shop.service.look()
        await shop.scan(old)
        await shop.rig.job(document())
        assert shop.tokens() == [page]


async def test_a_phone_is_let_go_after_its_time() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.service.look()
        page = shop.page()
        await shop.scan()
        await shop.rig.pass_time(upfront.CLAIM_S)
        await shop.rig.job(document())
        assert shop.tokens() != [page]


async def test_another_customer_s_paper_in_between_lets_go_of_it() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.service.look()
        page = shop.page()
        await shop.scan()
        await shop.rig.job(document(kind="refund", total=-500))
        await shop.rig.job(document(total=3))
        assert page not in shop.tokens()


async def test_without_network_there_is_no_code() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.service.look()
        shop.rig.counter.link_changed("rcu", up=False)
        await shop.service.look()
        assert shop.waits() is None
        assert shop.rig.types.count("page.reserved.v1") == 1


async def test_a_shop_without_a_display_tells_the_rcu_of_no_codes() -> None:
    shop = Shop()
    async with shop.rig.running():
        shop.rig.counter.link_changed("display", up=False)
        await shop.service.look()
        assert "page.reserved.v1" not in shop.rig.types


async def test_it_stands_there_between_sales_only() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.rig.job(document())
        await shop.service.look()
        assert shop.waits() is None
        await shop.rig.counter.choose(
            shop.rig.counter.here() or "", "none", None, "customer"
        )
        # The POS writes the next customer's first article to the pole display.
        await shop.rig.job(b"\x1b=\x02POMMES  1,97\x1b=\x01", shape="control")
        await shop.service.look()
        assert shop.waits() is False


async def test_what_is_no_claim_is_passed_over() -> None:
    shop = Shop()
    async with shop.rig.running():
        await shop.service.look()
        await shop.scan(page_token(bytes(16)))
        event = Downward(
            id="x",
            type="page.claimed.v1",
            time=shop.rig.clock.now(),
            sequence="000000000009",
            data={"finder": "no"},
        )
        await shop.service.take(event, FollowFeed("rcu", event.sequence))
        assert await shop.rig.shelf.feed_cursor("rcu") == "000000000009"
        assert shop.waits() is False
