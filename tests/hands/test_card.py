"""The card by the till: each code of the printed page is read and means its key."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from agent.cli import main
from agent.fitting import WORDS
from agent.hands.acts import COMMANDS, Scanned
from agent.hands.codes import Command, Known, command, meaning
from agent.letters import till_card
from tests.test_config import GOOD, write

zxingcpp = pytest.importorskip("zxingcpp", reason="zxing-cpp is in the sim extra")
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="apt-get install poppler-utils"
)
DOTS_PER_INCH = 200
"""What an office printer does at least; a phone sees less."""


def drawn(tmp_path: Path, *options: str) -> Path:
    path = tmp_path / "card.pdf"
    assert main(["hands", "card", "-o", str(path), *options]) == 0
    return path


def picture(pdf: Path) -> Image.Image:
    made = subprocess.run(
        ["pdftoppm", "-r", str(DOTS_PER_INCH), "-png", str(pdf)],
        capture_output=True,
        check=True,
        timeout=20,
    )
    return Image.open(io.BytesIO(made.stdout))


def words(pdf: Path) -> str:
    made = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"],
        capture_output=True,
        check=True,
        timeout=20,
    )
    return made.stdout.decode()


@needs_poppler
@pytest.mark.parametrize(
    ("size", "inches"), [("a5", (8.27, 5.83)), ("a6", (5.87, 4.13))]
)
def test_every_code_of_the_page_is_read_and_is_its_key(
    tmp_path: Path, size: str, inches: tuple[float, float]
) -> None:
    page = picture(drawn(tmp_path, "--size", size))
    assert page.size == pytest.approx([DOTS_PER_INCH * each for each in inches], abs=2)
    found = zxingcpp.read_barcodes(page)
    assert {each.format for each in found} == {zxingcpp.BarcodeFormat.Code128}
    meant = [meaning(Scanned((each.text,)), Known()) for each in found]
    assert len(meant) == len(COMMANDS)
    assert {each.act for each in meant if isinstance(each, Command)} == {
        *COMMANDS.values()
    }


@needs_poppler
def test_a_worn_and_crooked_copy_is_read_too(tmp_path: Path) -> None:
    page = picture(drawn(tmp_path)).convert("L")
    worn = page.point(lambda dot: 70 + dot // 3).rotate(3, fillcolor=155)
    assert len(zxingcpp.read_barcodes(worn)) == len(COMMANDS)


@needs_poppler
def test_a_code_and_its_words_stand_in_one_place(tmp_path: Path) -> None:
    """What a cashier reads above a code is what the code does."""
    pdf = drawn(tmp_path)
    page = picture(pdf)
    for code in zxingcpp.read_barcodes(page):
        at = code.position
        scale = 72 / DOTS_PER_INCH
        cell = subprocess.run(
            [
                *("pdftotext", "-x", f"{(at.top_left.x * scale) - 4:.0f}"),
                *("-y", f"{at.top_left.y * scale - 38:.0f}", "-W", "150", "-H", "34"),
                *(str(pdf), "-"),
            ],
            capture_output=True,
            check=True,
            timeout=20,
        )
        said = meaning(Scanned((code.text,)), Known())
        assert isinstance(said, Command)
        french, english = WORDS[said.act]
        assert french in cell.stdout.decode()
        assert english in cell.stdout.decode()


@needs_poppler
def test_the_shop_signs_its_card(tmp_path: Path) -> None:
    config = write(tmp_path, GOOD)
    assert "Le Comptoir des Halles" in words(drawn(tmp_path, "--config", str(config)))
    shop = "Société coopérative d’approvisionnement et de consommation"
    long = write(tmp_path, GOOD.replace("Le Comptoir des Halles", shop))
    assert "Société coop" in words(drawn(tmp_path, "--config", str(long)))


def test_the_same_keys_are_the_same_bytes(tmp_path: Path) -> None:
    first = drawn(tmp_path).read_bytes()
    assert drawn(tmp_path).read_bytes() == first


def test_the_card_has_its_bounds() -> None:
    keys = [till_card.Key("P", command("P"), "Imprimer", "Print")] * 12
    with pytest.raises(ValueError, match="room for 11"):
        till_card.draw(keys, "Lucie")


def test_a_place_that_cannot_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hands", "card", "-o", str(tmp_path)]) == 73
    assert re.search(r"Is a directory", capsys.readouterr().err)
