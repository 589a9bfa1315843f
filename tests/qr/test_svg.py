"""The symbol, read back from its pixels by a reader that shares no code."""

from __future__ import annotations

import io
import string
from xml.etree import ElementTree as ET

import pytest
import resvg_py
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from agent.qr.svg import MAX_URL_BYTES, draw, matrix

SVG = "{http://www.w3.org/2000/svg}"
PAGE = "http://127.0.0.1:8090/r/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
UPPER = "HTTPS://TICKET.EXAMPLE/R/ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def pixels(svg: str, side: int) -> Image.Image:
    png = resvg_py.svg_to_bytes(svg_string=svg, width=side, height=side)
    return Image.open(io.BytesIO(bytes(png))).convert("L")


def side_of(svg: str) -> int:
    return int(ET.fromstring(svg).attrib["viewBox"].split()[2])


def read(svg: str, scale: float = 4) -> list[zxingcpp.Barcode]:
    picture = pixels(svg, round(side_of(svg) * scale))
    return list(zxingcpp.read_barcodes(picture))


@pytest.mark.parametrize("url", [PAGE, UPPER, "a", "1" * 40, "A" * 25 + "é/ü?x=1"])
@pytest.mark.parametrize("scale", [2, 3.7, 8])
def test_a_reader_finds_the_address_in_the_pixels(url: str, scale: float) -> None:
    (found,) = read(draw(url), scale)
    assert found.text == url


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=string.ascii_letters + string.digits + "/:?#=-", min_size=1))
def test_any_address_comes_back(url: str) -> None:
    (found,) = read(draw(url))
    assert found.text == url


def test_the_largest_address_is_drawn_and_a_larger_one_refused() -> None:
    (found,) = read(draw("u" * MAX_URL_BYTES))
    assert found.text == "u" * MAX_URL_BYTES
    assert len(matrix("u" * MAX_URL_BYTES)) == 17 + 4 * 23
    for url in ("", "u" * (MAX_URL_BYTES + 1), "é" * (MAX_URL_BYTES // 2 + 1)):
        with pytest.raises(ValueError, match="bytes"):
            draw(url)


def test_the_level_rises_while_the_symbol_does_not_grow() -> None:
    """Version 1 holds 7 bytes at H, 11 at Q, 14 at M and 17 at L."""
    sizes = (7, 8, 11, 12, 14, 15, 17)
    levels = {n: read(draw("u" * n))[0].ec_level for n in sizes}
    assert levels == {7: "H", 8: "Q", 11: "Q", 12: "M", 14: "M", 15: "L", 17: "L"}
    assert {len(matrix("u" * n)) for n in sizes} == {21}


def test_an_upper_case_address_takes_the_smaller_symbol() -> None:
    shorter = UPPER.replace("TICKET.", "")
    assert len(matrix(shorter)) < len(matrix(shorter.lower()))


def test_four_modules_of_quiet_surround_it() -> None:
    svg = draw(PAGE)
    side = side_of(svg)
    picture = pixels(svg, side)
    dark = picture.point(lambda level: 255 if level < 128 else 0).getbbox()
    assert dark == (4, 4, side - 4, side - 4)


def test_each_module_is_one_crisp_pixel_at_scale_one() -> None:
    picture = pixels(draw(PAGE), side_of(draw(PAGE)))
    assert set(picture.tobytes()) == {0, 255}


def test_it_is_a_named_picture_and_a_hostile_name_stays_text() -> None:
    name = '</title><script>alert("1")</script>&'
    root = ET.fromstring(draw(PAGE, title=name))
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == name
    assert not list(root.iter(f"{SVG}script"))
