"""Receipts that a POS prints as one picture, with an engine and without."""

from __future__ import annotations

import pytest

from agent.screens.snapshot import Shown
from agent.store.records import JobState
from agent.wire.receipt import Receipt
from tests.pipeline.rig import PICTURE, Rig, document

JOB = PICTURE + document(item_count=3)


def on_display(rig: Rig) -> Shown:
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    return shown


def kept(rig: Rig) -> Receipt:
    (row,) = rig.shelf.rows.values()
    return Receipt.model_validate_json(row.body)


async def test_a_picture_that_was_read_is_offered_as_the_receipt_it_is() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(JOB)
        shown = on_display(rig)
        assert (shown.total, shown.rule, shown.on_silence) == (
            "42,17\u00a0€",
            "R21",
            "none",
        )
        await rig.pass_time(8.1)
    assert rig.reader.asked == [b"a picture of text"]
    assert rig.printer.printed == []
    reading = kept(rig).reading
    assert reading is not None
    assert reading.engine == "engine 1"


async def test_its_kind_decides_as_that_of_typed_lines_does() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(PICTURE + document(kind="kitchen", total=None))
    assert len(rig.printer.printed) == 1
    assert rig.shelf.rows == {}


@pytest.mark.parametrize(
    ("version", "tsv", "broken", "asked"),
    [
        ("", b"", "", 0),
        ("engine 1", None, "", 1),
        ("engine 1", b"garbage", "understand_read", 1),
    ],
    ids=["no engine", "unreadable or late", "a table that is none"],
)
async def test_a_picture_that_nobody_read_is_offered_and_silence_means_paper(
    version: str, tsv: bytes | None, broken: str, asked: int
) -> None:
    rig = Rig()
    rig.reader.version, rig.reader.tsv = version, tsv
    rig.worker.broken = {broken}
    async with rig.running():
        job = await rig.job(JOB)
        shown = on_display(rig)
        assert (shown.rule, shown.on_silence, shown.total) == ("R02", "paper", None)
        assert shown.reason.fr.startswith("Ticket en image")
        assert rig.counter.strip(shown.id) == b"<p>strip</p>"
        assert shown.qr_svg
        await rig.pass_time(8.1)
    assert len(rig.reader.asked) == asked
    assert rig.printer.printed == [JOB]
    assert rig.shelf.jobs[job].state is JobState.PRINTED
    assert rig.shelf.rules[job] == "R02"


@pytest.mark.parametrize("choice", ["qr", "email", "none"])
async def test_every_channel_takes_a_picture(choice: str) -> None:
    rig = Rig()
    rig.reader.version = ""
    async with rig.running():
        await rig.job(JOB)
        shown = on_display(rig)
        refusal = await rig.counter.choose(
            shown.id,
            choice,  # type: ignore[arg-type] # one of the three
            "a@b.fr",
            "customer",
        )
        assert refusal is None
        await rig.pass_time(8.1)
    assert rig.printer.printed == []
    assert rig.body("choice.made.v1")["choice"] == choice


async def test_a_doubtful_reading_of_nothing_known_is_a_picture() -> None:
    rig = Rig()
    rig.reader.tsv = b"doubtful"
    async with rig.running():
        await rig.job(PICTURE + document(kind="unknown", total=None))
        shown = on_display(rig)
    assert (shown.rule, shown.on_silence) == ("R02", "paper")


async def test_a_sure_reading_of_nothing_known_is_printed() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(PICTURE + document(kind="unknown", total=None))
    assert len(rig.printer.printed) == 1
    assert rig.shelf.rules[job] == "R00"


async def test_typed_lines_are_not_shown_to_the_reader() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
    assert rig.reader.asked == []
