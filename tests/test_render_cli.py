"""``receipt-agent render``, as field engineers call it."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import async_playwright

from agent import options_jobs
from agent.cli import main
from agent.config import EXIT_CONFIG
from agent.draw import EXIT_CANNOT_CREATE, EXIT_DATA, EXIT_NO_INPUT, FORMATS
from hardware_sim import raster_pos, receipts
from tests.ocr.engines import needs_tesseract
from tests.ocr.test_receipts import FACE
from tests.screens.browser import CHROMIUM, launch

JOB = b"\x1b@" + "CAFÉ <b>\n".encode("cp437") + b"TOTAL 1,20\n\x1dV\x00"
LOGO = b"\x1cq\x01\x01\x00\x01\x00" + b"\xff" * 8
PRINTS_LOGO = b"\x1cp\x01\x00TOTAL 1,20\n"
HEADS = {
    "text": b"CAF",
    "html": b"<!doctype html>",
    "png": b"\x89PNG",
    "grey": b"\x89PNG",
    "pdf": b"%PDF-1",
}


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "job.bin"
    path.write_bytes(JOB)
    return path


def _render(tmp_path: Path, *words: str) -> bytes:
    out = tmp_path / "out"
    assert main(["render", *words, "--output", str(out)]) == 0
    return out.read_bytes()


@pytest.mark.parametrize("kind", HEADS)
def test_a_job_is_drawn_in_each_format(kind: str, job: Path, tmp_path: Path) -> None:
    made = _render(tmp_path, str(job), "--to", kind)
    assert made.startswith(HEADS[kind])
    assert (b"<b>" in made) == (kind == "text")


def test_every_format_can_be_asked_for() -> None:
    assert tuple(FORMATS) == options_jobs.FORMATS
    assert HEADS.keys() == FORMATS.keys()


def test_grey_is_eight_bits_and_dots_are_one(job: Path, tmp_path: Path) -> None:
    modes = [
        Image.open(io.BytesIO(_render(tmp_path, str(job), "--to", kind))).mode
        for kind in ("png", "grey")
    ]
    assert modes == ["1", "L"]


def test_a_logo_of_an_earlier_job_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "morning.bin").write_bytes(LOGO)
    (tmp_path / "sale.bin").write_bytes(PRINTS_LOGO)
    sale = str(tmp_path / "sale.bin")
    after = ("--after", str(tmp_path / "morning.bin"))
    assert "Logo enregistré" in _render(tmp_path, sale, "--to", "html").decode()
    with_logo = _render(tmp_path, sale, "--to", "html", *after).decode()
    assert "Logo enregistré" not in with_logo
    assert "data:image/png" in with_logo


def test_the_width_may_be_another_than_the_profile_says(tmp_path: Path) -> None:
    (tmp_path / "wide.bin").write_bytes(b"x" * 48 + b"\n")
    wide = str(tmp_path / "wide.bin")
    assert _render(tmp_path, wide, "--width", "576").splitlines() == [b"x" * 48]
    assert len(_render(tmp_path, wide, "--width", "384").splitlines()) == 2


def test_the_page_that_a_printer_wakes_up_in_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "job.bin").write_bytes(b"\xe9t\xe9\n")
    job = str(tmp_path / "job.bin")
    assert _render(tmp_path, job, "--code-page", "16").decode() == "été\n"


def test_a_file_a_profile_or_a_width_that_cannot_be_is_named(
    job: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, code, said in (
        (["no-such.bin"], EXIT_NO_INPUT, "no-such.bin"),
        ([str(job), "--after", "no-such.bin"], EXIT_NO_INPUT, "no-such.bin"),
        ([str(job), "--printer", "X-1"], EXIT_CONFIG, "X-1"),
        ([str(job), "--width", "9"], EXIT_CONFIG, "96 to 1152"),
        ([str(job), "--code-page", "999"], EXIT_CONFIG, "0 to 255"),
        ([str(job), "--multibyte", "klingon"], EXIT_CONFIG, "gb18030"),
        (["/dev/zero"], EXIT_DATA, "16 MB"),
        ([str(job), "--output", "/no/such/place"], EXIT_CANNOT_CREATE, "/no/such"),
    ):
        assert main(["render", *words]) == code
        assert said in capsys.readouterr().err


def test_a_job_is_read_from_standard_input_and_a_reader_may_stop() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "agent", "render", "-"],
        input=JOB,
        capture_output=True,
        check=True,
    )
    assert made.stdout.decode() == "CAFÉ <b>\nTOTAL 1,20\n"
    long = b"TOTAL 1,20\n" * 20_000
    piped = subprocess.run(
        f"{sys.executable} -m agent render - | head -1",
        input=long,
        capture_output=True,
        check=True,
        shell=True,
    )
    assert (piped.stdout, piped.stderr) == (b"TOTAL 1,20\n", b"")


@needs_tesseract
def test_a_picture_of_text_is_read_if_asked_for(tmp_path: Path) -> None:
    sale = receipts.sale("restaurant", 8, 48)
    (tmp_path / "picture.bin").write_bytes(raster_pos.encode(sale, "GS v 0", 576, FACE))
    picture = str(tmp_path / "picture.bin")
    assert _render(tmp_path, picture) == b""
    assert "TOTAL" in _render(tmp_path, picture, "--ocr").decode().upper()


def test_typed_text_needs_no_engine(job: Path, tmp_path: Path) -> None:
    assert _render(tmp_path, str(job), "--ocr") == _render(tmp_path, str(job))


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")
@pytest.mark.parametrize("width", [360, 1280])
async def test_the_page_shows_its_receipt_in_a_browser(
    width: int, job: Path, tmp_path: Path
) -> None:
    (tmp_path / "job.html").write_bytes(_render(tmp_path, str(job), "--to", "html"))
    async with async_playwright() as driver:
        browser = await launch(driver)
        page = await browser.new_page(viewport={"width": width, "height": 800})
        await page.goto((tmp_path / "job.html").as_uri())
        box = await page.locator(".strip").bounding_box()
        first = await page.locator(".strip-line").first.bounding_box()
        sideways = await page.evaluate("document.documentElement.scrollWidth")
        await browser.close()
    assert box is not None
    assert first is not None
    assert 300 < box["width"] <= min(width, 640)
    assert first["height"] > 10
    assert sideways <= width
