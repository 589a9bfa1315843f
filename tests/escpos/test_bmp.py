"""GS D: Windows bitmaps, with Pillow as the second opinion."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from agent.escpos import bmp
from agent.paper.strip import Picture, Raster
from tests.escpos.printed import elements

GS = b"\x1d"


def _file(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "BMP")
    return out.getvalue()


def _image(picture: Picture) -> Image.Image:
    """Black is 1 with us and 0 with Pillow."""
    return Image.frombytes(
        "1", (picture.width, picture.height), picture.bits, "raw", "1;I"
    )


def _drawn(width: int, height: int) -> Image.Image:
    image = Image.new("1", (width, height), 1)
    for x in range(width):
        image.putpixel((x, x * 7 % height), 0)
    return image


def _define(fn: int, file: bytes) -> bytes:
    return GS + b"D0" + bytes((fn,)) + b"0A101" + file


@pytest.mark.parametrize("size", [(8, 8), (13, 5), (33, 2), (100, 31)])
def test_a_monochrome_file_is_read_dot_by_dot(size: tuple[int, int]) -> None:
    image = _drawn(*size)
    picture = bmp.read(_file(image))
    assert picture is not None
    assert _image(picture).tobytes() == image.tobytes()


def test_what_pads_a_row_is_white() -> None:
    picture = bmp.read(_file(Image.new("1", (3, 2), 0)))
    assert picture == Picture(3, 2, b"\xe0\xe0")


@given(st.integers(1, 40), st.binary(min_size=1, max_size=100))
def test_the_order_of_the_palette_does_not_matter(width: int, data: bytes) -> None:
    height = max(1, len(data) // ((width + 7) // 8))
    size = (width + 7) // 8 * height
    image = Image.frombytes("1", (width, height), data.ljust(size, b"\0")[:size])
    plain = _file(image)
    black, white = plain[54:58], plain[58:62]
    rows = bytes(0xFF - byte for byte in plain[62:])
    swapped = plain[:54] + white + black + rows
    assert bmp.read(plain) == bmp.read(swapped)


def test_a_negative_height_counts_from_the_top() -> None:
    file = bytearray(_file(_drawn(8, 3)))
    upright = bmp.read(bytes(file))
    file[22:26] = (-3).to_bytes(4, "little", signed=True)
    turned = bmp.read(bytes(file))
    assert upright is not None
    assert turned is not None
    assert turned.bits == upright.bits[::-1]


@pytest.mark.parametrize("mode", ["L", "P", "RGB"])
def test_greys_and_colours_are_dithered_by_their_brightness(mode: str) -> None:
    ramp = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90)
    picture = bmp.read(_file(ramp.convert(mode)))
    assert picture is not None
    shown = _image(picture).convert("L")
    assert shown.size == ramp.size
    for x in range(0, 256, 32):
        box = (x, 0, x + 32, 256)
        wanted = sum(ramp.crop(box).tobytes()) / (32 * 256)
        found = sum(shown.crop(box).tobytes()) / (32 * 256)
        assert abs(wanted - found) < 20


def test_sixteen_colours_are_read_by_their_palette() -> None:
    # 4 x 1: black, white, black, white; colours 5 and 10
    palette = bytearray(64)
    palette[10 * 4 : 10 * 4 + 3] = b"\xff\xff\xff"
    head = b"BM" + (122).to_bytes(4, "little") + bytes(4) + (118).to_bytes(4, "little")
    info = (40).to_bytes(4, "little") + (4).to_bytes(4, "little")
    info += (1).to_bytes(4, "little") + b"\x01\x00\x04\x00" + bytes(24)
    picture = bmp.read(head + info + bytes(palette) + b"\x5a\x5a\0\0")
    assert picture == Picture(4, 1, b"\xa0")


@pytest.mark.parametrize(
    ("palette", "rows"),
    [
        (b"", b"\x0f"),
        (bytes(4), b"\x0f"),
        (b"\xff\xff\xff\0", b"\x00"),
        (b"\xff\xff\xff\0" + bytes(4), b"\xf0"),
    ],
)
def test_a_palette_that_is_cut_off_is_black_then_white(
    palette: bytes, rows: bytes
) -> None:
    at = 54 + len(palette)
    head = b"BM" + (at + 4).to_bytes(4, "little") + bytes(4) + at.to_bytes(4, "little")
    info = (40).to_bytes(4, "little") + (8).to_bytes(4, "little")
    info += (1).to_bytes(4, "little") + b"\x01\x00\x01\x00" + bytes(24)
    picture = bmp.read(head + info + palette + b"\xf0\0\0\0")
    assert picture == Picture(8, 1, rows)


def test_a_file_of_os2_has_a_short_head_and_three_bytes_a_colour() -> None:
    head = b"BM" + (36).to_bytes(4, "little") + bytes(4) + (32).to_bytes(4, "little")
    core = (12).to_bytes(4, "little") + b"\x08\x00\x01\x00\x01\x00\x01\x00"
    picture = bmp.read(head + core + bytes(3) + b"\xff" * 3 + b"\xf0\0\0\0")
    assert picture == Picture(8, 1, b"\x0f")


@pytest.mark.parametrize("fn", [67, 83])
def test_a_bitmap_is_stored_and_printed_by_its_key(fn: int) -> None:
    image = _drawn(16, 4)
    shown = GS + b"(L\x06\x00" + b"0" + bytes((fn + 2,)) + b"A1\x01\x01"
    (raster,) = elements(_define(fn, _file(image)) + shown)
    assert isinstance(raster, Raster)
    dots = Picture(raster.width, raster.height, raster.bits)
    assert _image(dots).tobytes() == image.tobytes()


@given(st.binary(max_size=200))
def test_no_file_raises(tail: bytes) -> None:
    plain = _file(_drawn(20, 5))
    for cut in (0, 20, 40, 60, len(plain)):
        picture = bmp.read(plain[:cut] + tail)
        if picture is not None:
            size = (picture.width + 7) // 8 * picture.height
            assert len(picture.bits) == size
            assert picture.width <= bmp.MAX_SIDE


def test_compressed_files_are_refused() -> None:
    file = bytearray(_file(_drawn(8, 8)))
    file[30] = 1
    assert bmp.read(bytes(file)) is None
