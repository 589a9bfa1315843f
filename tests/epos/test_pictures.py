from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.epos.pictures import BAND_ROWS, Image, picture
from agent.paper.strip import Raster
from tests.epos.printing import elements, escpos, paper


def bits(width: int, height: int, seed: int = 7) -> bytes:
    """Dots in no order, nothing right of the picture."""
    rows = bytearray()
    for row in range(height):
        dots = (seed * 2654435761 * (row + 1) ** 2) & ((1 << width) - 1)
        rows += (dots << -width % 8).to_bytes((width + 7) // 8, "big")
    return bytes(rows)


def image(width: int, height: int, data: bytes, more: str = "") -> str:
    digits = base64.b64encode(data).decode()
    return f'<image width="{width}" height="{height}" {more}>{digits}</image>'


def rasters(inside: str) -> list[Raster]:
    return [each for each in elements(inside) if isinstance(each, Raster)]


@given(st.integers(1, 90), st.integers(1, 40), st.binary(min_size=1, max_size=500))
def test_a_picture_comes_out_dot_by_dot(width: int, height: int, noise: bytes) -> None:
    stride = (width + 7) // 8
    mask = ((1 << width) - 1) << -width % 8
    noise = (noise * (stride * height // len(noise) + 1))[: stride * height]
    data = b"".join(
        (int.from_bytes(noise[at : at + stride]) & mask | 1 << -width % 8).to_bytes(
            stride
        )
        for at in range(0, len(noise), stride)
    )
    (raster,) = rasters(image(width, height, data))
    assert (raster.width + 7) // 8 == stride
    assert raster.height == height
    assert raster.bits == data


def test_what_stands_right_of_a_picture_is_not_printed() -> None:
    (raster,) = rasters(image(4, 2, b"\xff\xff"))
    assert raster.bits == b"\xf0\xf0"


@pytest.mark.parametrize(("align", "x"), [("left", 0), ("center", 256), ("right", 512)])
def test_a_picture_is_aligned(align: str, x: int) -> None:
    (raster,) = rasters(image(64, 2, b"\xff" * 16, f'align="{align}"'))
    assert raster.x == x


def test_alignment_of_a_picture_holds_for_what_follows() -> None:
    said = image(64, 2, b"\xff" * 16, 'align="center"') + image(8, 1, b"\xff")
    assert [raster.x for raster in rasters(said)] == [256, 284]


def test_a_receipt_of_a_metre_comes_in_bands_without_a_seam() -> None:
    height = 3 * BAND_ROWS + 17
    data = bits(576, height)
    (raster,) = elements(image(576, height, data))
    assert isinstance(raster, Raster)
    assert (raster.height, raster.bits) == (height, data)
    heads = b"\x1dv0\0\x48\0" + BAND_ROWS.to_bytes(2, "little")
    assert escpos(image(576, height, data)).count(heads) == 3


@pytest.mark.parametrize("colour", ["color_2", "color_3", "color_4"])
def test_other_colours_are_black_dots_here_and_colour_on_paper(colour: str) -> None:
    data = bits(64, 10)
    (raster,) = rasters(image(64, 10, data, f'color="{colour}"'))
    assert raster.bits == data
    assert b"\x1d(L" in escpos(image(64, 10, data, f'color="{colour}"'))


@pytest.mark.parametrize(
    "said",
    [
        image(8, 8, b"\xff" * 8, 'color="none"'),
        image(0, 8, b"\xff"),
        image(8, 0, b"\xff"),
        image(8, 8, b""),
    ],
)
def test_a_picture_of_nothing_prints_nothing(said: str) -> None:
    assert paper(said).elements == ()


def test_a_picture_is_as_high_as_its_data_reach() -> None:
    (raster,) = rasters(image(16, 65535, b"\xff" * 5))
    assert (raster.height, raster.bits) == (3, b"\xff" * 5 + b"\0")


def test_base64_may_be_folded_and_without_its_padding() -> None:
    folded = '<image width="8" height="8">\n//// ////\n//8</image>'
    (raster,) = rasters(folded)
    assert raster.bits == b"\xff" * 8


def test_tones_become_planes_of_which_white_and_black_are_certain() -> None:
    black = base64.b64encode(b"\xff" * 32 + b"\x00" * 32).decode()
    said = f'<image width="8" height="16" mode="gray16">{black}</image>'
    (raster,) = rasters(said)
    assert raster.height == 16
    assert raster.bits == b"\xff" * 8 + b"\0" * 8


@given(st.integers(1, 40), st.integers(1, 12), st.binary(min_size=1, max_size=300))
def test_every_tone_is_in_its_planes(width: int, height: int, data: bytes) -> None:
    half, stride = (width + 1) // 2, (width + 7) // 8
    data = (data * (half * height // len(data) + 1))[: half * height]
    raw = picture(Image(width, height, data, tones=True))
    size = stride * height
    planes = []
    for colour in range(49, 53):
        head = bytes((48, 112, 52, 1, 1, colour)) + width.to_bytes(2, "little")
        start = raw.index(head + height.to_bytes(2, "little")) + 10
        planes.append(raw[start : start + size])
    for y in range(height):
        for x in range(width):
            tone = data[y * half + x // 2] >> (4 if x % 2 == 0 else 0) & 15
            seen = [plane[y * stride + x // 8] >> (7 - x % 8) & 1 for plane in planes]
            assert tone == int("".join(map(str, seen)), 2)
