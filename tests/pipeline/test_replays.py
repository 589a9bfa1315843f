"""Dead letters are shown, masked, and sent again to whom they were to go."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from agent.ids import ReceiptId
from agent.pipeline.replays import Order, Replays, read
from agent.screens.ports import View
from agent.store.parcels import DeadLetter
from agent.store.records import ParcelState
from tests.pipeline.rig import Rig, document

ANNA = "anna@example.org"
VIEWS: tuple[View, ...] = ("cashier", "display", "it")


class Letters:
    """What the store knows of them."""

    def __init__(self, *letters: DeadLetter) -> None:
        self.letters = list(letters)

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        return self.letters[:limit]


def letter(receipt: ReceiptId, recipient: str = ANNA) -> DeadLetter:
    return DeadLetter(
        "email", receipt, 0, 1_767_344_400_000, "mail_refused:550", recipient
    )


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def sold(rig: Rig) -> ReceiptId:
    """A receipt that nobody took."""
    await rig.job(document())
    await rig.pass_time(9)
    (row,) = rig.shelf.rows.values()
    return row.id


def replays(rig: Rig, shelf: Letters, folder: Path) -> Replays:
    return Replays(folder, shelf, rig.counter, rig.clock, rig.bus, "FR")


async def test_they_are_on_the_cashier_s_and_it_s_screen_and_not_the_customer_s(
    tmp_path: Path,
) -> None:
    rig = Rig()
    async with rig.running():
        receipt = await sold(rig)
        await replays(rig, Letters(letter(receipt)), tmp_path).look()
        rig.counter.picture.revision = before = 7
        await replays(rig, Letters(), tmp_path).look()
        assert rig.counter.picture.revision > before
        await replays(rig, Letters(letter(receipt)), tmp_path).look()
        for view in ("cashier", "it"):
            (shown,) = rig.counter.snapshot(view).dead
            assert (shown.id, shown.channel) == (str(receipt), "email")
            assert "refusée" in shown.says.fr
            assert "anna" not in shown.contact
            assert shown.contact.startswith("a")
        assert rig.counter.snapshot("display").dead == ()


async def test_one_is_sent_again_as_a_copy_to_the_address_it_had(
    tmp_path: Path,
) -> None:
    rig = Rig()
    async with rig.running():
        receipt = await sold(rig)
        service = replays(rig, Letters(letter(receipt)), tmp_path)
        await service.look()
        assert await rig.counter.replay(str(receipt), "email") is None
        assert rig.counter.snapshot("cashier").dead == ()
        await rig.settle()
    (parcel,) = rig.shelf.parcels
    assert (parcel.recipient, parcel.state) == (ANNA, ParcelState.DUE)
    (row,) = rig.shelf.handed.values()
    assert (row.channel, row.why, row.operator) == ("email", "not_arrived", "cashier")


async def test_an_order_from_the_command_line_is_taken_up_once(tmp_path: Path) -> None:
    rig = Rig()
    async with rig.running():
        receipt = await sold(rig)
        service = replays(rig, Letters(letter(receipt)), tmp_path)
        order = tmp_path / f"{uuid4()}.json"
        order.write_bytes(Order(str(receipt), "email").written())
        assert await service.take_up() == 1
        assert await service.take_up() == 0
        assert names(tmp_path) == []
    assert [over.operator for over in rig.shelf.handed.values()] == ["it"]


@pytest.mark.parametrize(
    ("recipient", "asked", "code"),
    [
        ("", "the same", "address_forgotten"),
        (ANNA, "00000000-0000-4000-8000-000000000001", "gone"),
        (ANNA, "no receipt", "gone"),
    ],
)
async def test_why_one_is_not_sent_again(
    tmp_path: Path, recipient: str, asked: str, code: str
) -> None:
    rig = Rig()
    async with rig.running():
        receipt = await sold(rig)
        replays(rig, Letters(letter(receipt, recipient)), tmp_path)
        which = str(receipt) if asked == "the same" else asked
        refused = await rig.counter.replay(which, "email")
    assert refused is not None
    assert refused.code == code
    assert rig.shelf.parcels == []


async def test_without_a_post_nothing_is_sent_again() -> None:
    rig = Rig()
    async with rig.running():
        refused = await rig.counter.replay(str(await sold(rig)), "email")
    assert refused is not None


async def test_a_file_that_is_no_order_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rig = Rig()
    (tmp_path / "a.json").write_bytes(b"{")
    assert await replays(rig, Letters(), tmp_path).take_up() == 0
    assert names(tmp_path) == ["a.bad"]
    assert "no order" in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"receipt": 1, "channel": "email"}',
        json.dumps(
            {"receipt": "00000000-0000-4000-8000-000000000001", "channel": "paper"}
        ).encode(),
    ],
)
def test_what_is_no_order(content: bytes) -> None:
    assert read(content) is None


async def test_only_the_cashier_of_a_till_with_a_barrier_has_the_key() -> None:
    rig = Rig()
    assert not rig.counter.snapshot("cashier").exit_slip
    rig.place = replace(rig.place, exit_slip=True)
    rig.build()
    shown = {view: rig.counter.snapshot(view).exit_slip for view in VIEWS}
    assert shown == {"cashier": True, "display": False, "it": False}


async def test_an_exit_slip_is_printed_and_is_no_copy() -> None:
    rig = Rig()
    async with rig.running():
        receipt = await sold(rig)
        assert await rig.counter.exit_slip(str(receipt)) is None
        await rig.settle()
        assert rig.printer.printed == [b"[exit ]"]
        assert rig.shelf.handed == {}
        assert rig.body("delivery.status.v1")["kind"] == "exit_slip"
        rig.worker.broken = {"render_slip"}
        refused = await rig.counter.exit_slip(str(receipt))
        assert refused is not None
        assert refused.code == "no_slip"
