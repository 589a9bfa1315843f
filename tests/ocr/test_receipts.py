"""Receipts printed as one picture: the text comes back, and with it the total."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from agent.paper import glyphs
from agent.wire.receipt import DocKind, Level, Receipt
from agent.worker import tasks
from agent.worker.frames import Frame
from hardware_sim import hand_bytes, raster_pos, receipts
from hardware_sim.paper_png import job_raster
from hardware_sim.raster_pos import DRIVERS, Driver, Face
from hardware_sim.tickets import Text, Ticket
from tests.ocr.engines import needs_tesseract, running

PARAMS = {"profile": "default", "country": "FR", "reads": True}
FACE = Face("mono", str(Path(glyphs.__file__).parent / "fonts/DejaVuSansMono.ttf"), 20)
WIDTHS = ((576, 48), (512, 42), (384, 42))


async def read(raw: bytes) -> tuple[Frame, Receipt]:
    """All the way of a picture, as the relay goes it."""
    first = tasks.understand(PARAMS, raw)
    async with running(deadline_s=8) as engine:
        table = await engine.read(first.parts[3])
    assert table is not None
    params = {**PARAMS, "engine": table.engine}
    done = tasks.understand_read(params, raw, table.tsv)
    return done, Receipt.model_validate_json(done.parts[0])


def words(ticket: Ticket) -> str:
    said = " ".join(part.text for part in ticket.parts if isinstance(part, Text))
    return " ".join(re.findall(r"[\w€,.'-]*\w[\w€,.'-]*", said))


def alike(receipt: Receipt, ticket: Ticket) -> float:
    """How much of the ticket's words came back, 0 to 1."""
    said = " ".join(re.findall(r"[\w€,.'-]*\w[\w€,.'-]*", " ".join(receipt.lines)))
    return SequenceMatcher(None, words(ticket), said, autojunk=False).ratio()


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(("width_dots", "columns"), WIDTHS)
async def test_a_french_receipt_in_any_width_by_any_driver_is_read(
    driver: Driver, width_dots: int, columns: int
) -> None:
    ticket = receipts.sale("restaurant", 8, columns)
    raw = raster_pos.encode(ticket, driver, width_dots, FACE)
    done, receipt = await read(raw)
    assert receipt.kind is DocKind.SALE
    assert receipt.total == ticket.truth.total_cents
    assert done.header["gist"] == receipt.gist
    assert alike(receipt, ticket) > 0.9
    assert receipt.reading is not None
    assert receipt.reading.engine.startswith("tesseract")
    assert receipt.reading.confidence > 0.8
    assert not done.header["unread"]
    assert receipt.picture is not None


@needs_tesseract
@pytest.mark.slow
async def test_dithered_edges_of_a_browser_s_letters_are_read() -> None:
    ticket = receipts.sale("supermarket", 3, 48)
    face = Face("mono", FACE.file, 20, dither=True)
    _, receipt = await read(raster_pos.encode(ticket, "GS v 0", 576, face))
    assert receipt.total == ticket.truth.total_cents
    assert receipt.verdict.level is Level.V2
    assert receipt.date is not None
    assert receipt.merchant.siret == "00000202200010"


@needs_tesseract
@pytest.mark.slow
async def test_a_picture_without_letters_is_read_as_nothing_and_stays_a_picture() -> (
    None
):
    stripes = bytes(range(0, 256, 3)) * 72 * 10
    picture = Image.frombytes("1", (576, 600), stripes.ljust(72 * 600, b"\x33")[:43200])
    done, receipt = await read(raster_pos.job(barred(picture), "GS v 0"))
    assert receipt.kind is DocKind.UNKNOWN
    assert done.header["unread"]


def barred(picture: Image.Image) -> Image.Image:
    """With white paper between bands, so that it passes for rows of text."""
    for top in range(20, picture.height, 40):
        picture.paste(0, (0, top, picture.width, top + 20))
    return picture


def test_without_a_reader_nothing_is_prepared_for_one() -> None:
    ticket = receipts.sale("bakery", 3, 48)
    raw = raster_pos.encode(ticket, "GS v 0", 576, FACE)
    done = tasks.understand({**PARAMS, "reads": False}, raw)
    receipt = Receipt.model_validate_json(done.parts[0])
    assert len(done.parts) == 3
    assert done.header["unread"]
    assert receipt.picture is not None
    assert receipt.reading is None
    assert b"data:image/png" in done.parts[1]


@given(st.binary(max_size=400))
@settings(max_examples=20)
def test_garbage_for_a_table_leaves_a_picture(tsv: bytes) -> None:
    raw = raster_pos.job(barred(Image.new("1", (64, 400), 1)), "GS v 0")
    done = tasks.understand_read({**PARAMS, "engine": "bad engine 0.1"}, raw, tsv)
    assert done.header["gist"][0] == "unknown"
    assert done.header["unread"]


def test_a_typed_receipt_with_a_logo_and_a_drawn_code_is_not_read() -> None:
    """Reading costs most of a second, and its lines are there already."""
    for seed, trade in enumerate(receipts.TRADES):
        raw = hand_bytes.encode(receipts.sale(trade, seed, 48))
        done = tasks.understand(PARAMS, raw)
        assert done.header["gist"][0] == "sale"
        assert len(done.parts) == 3


@needs_tesseract
@pytest.mark.slow
async def test_the_limit_of_memory_ends_a_real_engine_too() -> None:
    ticket = receipts.sale("bakery", 3, 48)
    first = tasks.understand(PARAMS, raster_pos.encode(ticket, "GS v 0", 576, FACE))
    with Image.open(BytesIO(first.parts[3])) as picture:
        huge = Image.new("L", (2_000, 12_000), 255)
        huge.paste(picture)
    out = BytesIO()
    huge.save(out, "PNG", compress_level=1)
    async with running(memory_mb=110) as engine:
        assert await engine.read(first.parts[3]) is not None
        assert await engine.read(out.getvalue()) is None
    async with running(memory_mb=512) as engine:
        assert await engine.read(out.getvalue()) is not None


def test_the_simulated_printer_prints_the_same_dots_by_any_driver() -> None:
    ticket = receipts.sale("bakery", 3, 48)
    papers = [
        job_raster(raster_pos.encode(ticket, driver, 576, FACE)) for driver in DRIVERS
    ]
    drawn = raster_pos.draw(ticket, 576, FACE)
    for paper in papers:
        top = paper.crop((0, 0, *drawn.size)).point(lambda value: 255 - value)
        assert top.tobytes() == drawn.point(lambda v: 255 * (v >= 128)).tobytes()
