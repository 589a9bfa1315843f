"""Which QR a receipt gets, while the RCU is there and while it is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ConfigError
from agent.ids import ReceiptId, token_bytes
from agent.pipeline import offers
from agent.pipeline.codes import Codes, Mode, Redrawing
from agent.pipeline.whole import CONTEXT, Head, Whole, head
from agent.screens.snapshot import Shown, Way
from agent.store.records import ReceiptRow
from agent.worker.frames import Frame
from tests.fakes.ring import FakeRing, FakeSigner
from tests.pipeline.rig import Rig, document

WHOLE = "<svg>whole</svg>"
PAGE = "<svg/>"
PREFIX = "https://tickets.example/r#"
PICTURE = document(number="picture")
"""The fake worker does not pack it."""


def on_display(rig: Rig) -> Shown:
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    return shown


def way(rig: Rig) -> Way:
    ways = rig.counter.snapshot("display").ways
    return next(each for each in ways if each.channel == "qr")


async def test_online_the_code_is_the_pages() -> None:
    rig = Rig()
    async with rig.running():
        await offered(rig, document())
        assert on_display(rig).qr_svg == PAGE
        assert on_display(rig).qr_says is None
        assert way(rig) == Way("qr")


async def test_offline_the_code_is_the_receipt_and_says_so() -> None:
    rig = Rig()
    async with rig.running():
        rig.counter.link_changed("rcu", up=False)
        await offered(rig, document())
        assert on_display(rig).qr_svg == WHOLE
        assert on_display(rig).qr_says == offers.WHOLE
        assert way(rig) == Way("qr")


async def test_what_is_signed_is_ours_and_has_the_pages_token() -> None:
    rig = Rig()
    async with rig.running():
        rig.counter.link_changed("rcu", up=False)
        await offered(rig, document())
        row = only(rig)
        told = b"told:" + token_bytes(row.token).hex().encode()
        assert rig.worker.signed == [told + FakeSigner().sign(CONTEXT + told)]
        asked = next(params for task, params in rig.worker.asked if task == "pack_qr")
        assert asked["prefix"] == "https://tickets.example/r#"
        assert asked["target"] == {"pixels": 480}
        assert "key" not in str(asked)


async def test_a_picture_has_no_code_offline_and_paper_is_named() -> None:
    rig = Rig()
    async with rig.running():
        rig.counter.link_changed("rcu", up=False)
        await offered(rig, PICTURE)
        assert on_display(rig).qr_svg == ""
        assert way(rig) == Way("qr", ready=False, says=offers.NO_QR)
        refused = await rig.counter.choose(on_display(rig).id, "qr", None, "customer")
        assert refused is not None
        assert refused.code == "no_such_channel"


async def test_a_picture_has_its_page_when_the_shop_is_online() -> None:
    rig = Rig()
    rig.codes = coded(rig, "offline")
    async with rig.running():
        code = await rig.codes.of(await kept(rig, PICTURE))
        assert (code.kind, code.svg) == ("page", PAGE)


@pytest.mark.parametrize(
    ("mode", "up", "kind"),
    [
        ("auto", True, "page"),
        ("auto", False, "whole"),
        ("online", True, "page"),
        ("online", False, "page"),
        ("offline", True, "whole"),
        ("offline", False, "whole"),
    ],
)
async def test_the_shop_says_which_it_wants(mode: Mode, up: bool, kind: str) -> None:
    rig = Rig()
    codes = coded(rig, mode)
    async with rig.running():
        row = await kept(rig, document())
        rig.counter.link_changed("rcu", up=up)
        assert (await codes.of(row)).kind == kind
        slip = await codes.slip(row)
        assert slip is not None
        assert ("whole" in slip) is (kind == "whole")


class Bare(FakeRing):
    """A folder that nobody may read."""

    def signer(self, purpose: object, now: datetime) -> FakeSigner:
        raise ConfigError("no key")


async def test_without_a_key_the_page_is_shown_and_nobody_is_promised_more() -> None:
    rig = Rig()
    whole = Whole(Head(PREFIX), 480, rig.workshop, Bare(), rig.clock)
    codes = Codes(rig.place, rig.workshop, whole, lambda: False)
    async with rig.running():
        assert (await codes.of(await kept(rig, document()))).kind == "page"
        assert not codes.works


async def test_a_page_that_nobody_put_up_is_not_counted_on() -> None:
    rig = Rig()
    whole = rig.whole(rig.workshop)
    for published in (True, False):
        codes = Codes(
            rig.place, rig.workshop, whole, lambda: False, published=published
        )
        assert codes.works is published


@pytest.mark.parametrize("broken", ["pack_qr", "draw_whole"])
async def test_a_worker_that_fails_leaves_the_page(broken: str) -> None:
    rig = Rig()
    rig.worker.broken.add(broken)
    async with rig.running():
        rig.counter.link_changed("rcu", up=False)
        await offered(rig, document())
        assert on_display(rig).qr_svg == PAGE
        assert way(rig).says == offers.QR_LATER


async def test_a_network_that_goes_while_a_receipt_is_shown_changes_its_code() -> None:
    rig = Rig()
    async with rig.running(), listening(rig):
        await offered(rig, document())
        assert on_display(rig).qr_svg == PAGE
        await away(rig)
        await until_whole(rig)


async def test_a_page_that_is_filled_keeps_its_code() -> None:
    rig = Rig()
    async with rig.running(), listening(rig, fate="done"):
        await offered(rig, document())
        await away(rig)
        assert on_display(rig).qr_svg == PAGE


async def test_a_network_that_goes_while_a_code_is_drawn_is_no_less_away() -> None:
    rig = Rig()
    async with rig.running(), listening(rig):
        drawing = rig.worker.draw_qr

        def goes(params: Mapping[str, Any], body: bytes) -> Frame:
            rig.counter.link_changed("rcu", up=False)
            return drawing(params, body)

        rig.worker.draw_qr = goes  # type: ignore[method-assign]
        await offered(rig, document())
        await until_whole(rig)


async def test_what_cannot_be_drawn_is_tried_once() -> None:
    rig = Rig()
    rig.worker.broken.add("pack_qr")
    async with rig.running(), listening(rig):
        await offered(rig, document())
        await away(rig)
        for _ in range(5):
            rig.counter.changed()
            await asyncio.to_thread(str)
            await rig.settle()
        asked = [task for task, _ in rig.worker.asked]
        assert asked.count("pack_qr") == 1


async def test_a_slip_holds_the_receipt_too() -> None:
    rig = Rig(qr_slip=True)
    async with rig.running():
        rig.counter.link_changed("rcu", up=False)
        await offered(rig, document())
        await rig.counter.choose(on_display(rig).id, "qr", None, "cashier")
        fields = next(p["fields"] for t, p in rig.worker.asked if t == "render_slip")
        assert fields["whole"]["fit"] == (17, "L", 5)
        asked = [p["target"] for t, p in rig.worker.asked if t == "pack_qr"]
        assert asked == [{"pixels": 480}, {"profile": "default"}]


def coded(rig: Rig, mode: Mode) -> Codes:
    return Codes(rig.place, rig.workshop, rig.whole(rig.workshop), rig.is_online, mode)


async def kept(rig: Rig, raw: bytes) -> ReceiptRow:
    await offered(rig, raw)
    return only(rig)


async def offered(rig: Rig, raw: bytes) -> None:
    """What signs does so on a thread."""
    await rig.job(raw)
    async with asyncio.timeout(5):
        while rig.counter.snapshot("display").shown is None:  # noqa: ASYNC110 -- the rig knows no bell
            await asyncio.sleep(0)


async def until_whole(rig: Rig) -> None:
    async with asyncio.timeout(5):
        while on_display(rig).qr_svg != WHOLE:  # noqa: ASYNC110 -- the rig knows no bell
            await asyncio.sleep(0)


def only(rig: Rig) -> ReceiptRow:
    (row,) = rig.shelf.rows.values()
    return row


@asynccontextmanager
async def listening(rig: Rig, fate: str = "waiting") -> AsyncGenerator[None]:
    """A network that is heard of, and an RCU that has taken so much of a receipt."""

    async def of(_receipt: ReceiptId, destination: str) -> str:
        assert destination == "rcu"
        return fate

    async with asyncio.TaskGroup() as group:
        service = group.create_task(
            Redrawing(rig.codes, rig.counter, rig.bus, of).run()
        )
        await rig.settle()
        yield
        service.cancel()


async def away(rig: Rig) -> None:
    rig.counter.link_changed("rcu", up=False)
    await rig.settle()


async def test_the_first_customer_waits_for_no_table_and_no_key() -> None:
    rig = Rig()
    made = []

    class Making(FakeRing):
        def init(self, now: datetime) -> object:
            made.append(now)
            return ()

    whole = Whole(Head("https://x.example/r#"), 480, rig.workshop, Making(), rig.clock)
    running = asyncio.create_task(whole.run())
    async with asyncio.timeout(5):
        while not rig.worker.asked:  # noqa: ASYNC110 -- the rig knows no bell
            await asyncio.sleep(0)
    running.cancel()
    assert len(made) == 1
    assert [task for task, _ in rig.worker.asked] == ["warm_qr"]


def test_a_dictionary_is_a_file_with_its_number(tmp_path: Path) -> None:
    good = tmp_path / "16.bin"
    good.write_bytes(b"POMMES")
    found = head("https://x.example/r#", good, listed=True)
    assert (found.number, found.dictionary, found.listed) == (16, b"POMMES", True)
    for name, content in (
        ("1.bin", b"x"),
        ("256.bin", b"x"),
        ("mine.bin", b"x"),
        ("17.bin", b""),
        ("18.bin", bytes(32_001)),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigError, match=r"qr\.dictionary"):
            head("https://x.example/r#", tmp_path / name)
    with pytest.raises(ConfigError, match="No such file"):
        head("https://x.example/r#", tmp_path / "nowhere" / "16.bin")
