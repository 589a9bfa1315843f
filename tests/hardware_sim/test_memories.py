"""What is stored, what ESC @ clears and what stays: graphics, logos, macros."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from hardware_sim import decode
from hardware_sim.commands import Framer
from hardware_sim.decode import Cut, Decoder, Tell
from hardware_sim.macros import MOST_BYTES, MOST_REPLAYED_BYTES, Macro
from hardware_sim.marks import GREY, Mark, Picture, Row
from hardware_sim.memory import NV_BYTES, Nv, Shelf
from hardware_sim.paper_png import job_raster
from hardware_sim.sheet import sheets_of

SQUARE = b"\xff" * 8
"""8 x 8 dots of ink, by rows or by columns."""


def _graphics(body: bytes) -> bytes:
    return b"\x1d(L" + len(body).to_bytes(2, "little") + body


def _define(function: bytes, key: bytes, data: bytes = SQUARE, high: int = 8) -> bytes:
    size = b"\x08\x00" + high.to_bytes(2, "little")
    return _graphics(b"0" + function + b"0" + key + b"\x01" + size + b"1" + data)


def _print(function: bytes, key: bytes, scale: bytes = b"\x01\x01") -> bytes:
    return _graphics(b"0" + function + key + scale)


def _pictures(raw: bytes, nv: Nv | None = None) -> list[Picture]:
    decoder = Decoder(nv=nv)
    for frame in Framer().feed(raw):
        decoder.execute(frame)
    return [mark for mark in decoder.head.marks if isinstance(mark, Picture)]


def _told(raw: bytes) -> bytes:
    _, effects = decode.run(raw)
    return b"".join(effect.data for effect in effects if isinstance(effect, Tell))


def _ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.invert(image).getbbox()


@pytest.mark.parametrize(
    ("define", "show"),
    [
        (_define(b"C", b"AB"), _print(b"E", b"AB")),
        (_define(b"D", b"AB"), _print(b"E", b"AB")),
        (b"\x1cq\x01\x01\x00\x01\x00" + SQUARE, b"\x1cp\x01\x00"),
    ],
)
def test_nv_memory_outlives_esc_at_and_the_power_switch(
    define: bytes, show: bytes
) -> None:
    nv = Nv()
    assert len(_pictures(define + b"\x1b@" + show, nv)) == 1
    (picture,) = _pictures(show, nv)
    assert picture.image.size == (8, 8)
    assert picture.image.getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("define", "show"),
    [
        (_define(b"S", b"AB"), _print(b"U", b"AB")),
        (_define(b"T", b"AB"), _print(b"U", b"AB")),
        (b"\x1d*\x01\x01" + SQUARE, b"\x1d/\x00"),
        (_graphics(b"0p0\x01\x011\x08\x00\x08\x00" + SQUARE), _graphics(b"02")),
    ],
)
def test_ram_does_not(define: bytes, show: bytes) -> None:
    assert len(_pictures(define + show)) == 1
    assert _pictures(define + b"\x1b@" + show) == []


def test_the_two_shelves_do_not_know_each_other() -> None:
    both = _define(b"C", b"AB") + _define(b"S", b"CD")
    assert _pictures(both + _print(b"U", b"AB") + _print(b"E", b"CD")) == []


@pytest.mark.parametrize(
    ("show", "size"),
    [
        (b"\x1cp\x01\x00", (8, 8)), (b"\x1cp\x011", (16, 8)), (b"\x1cp\x012", (8, 16)),
        (b"\x1cp\x013", (16, 16)), (b"\x1d/1", (16, 8)), (_print(b"E", b"AB", b"\x02\x01"), (16, 8)),
    ],
)  # fmt: skip
def test_stored_pictures_are_stretched(show: bytes, size: tuple[int, int]) -> None:
    define = (
        b"\x1cq\x01\x01\x00\x01\x00"
        + SQUARE
        + b"\x1d*\x01\x01"
        + SQUARE
        + _define(b"C", b"AB")
    )
    (picture,) = _pictures(define + show)
    assert picture.image.size == size


def test_by_rows_and_by_columns_are_told_apart() -> None:
    data = b"\xf0" + b"\x00" * 7
    (rows,) = _pictures(_define(b"C", b"AB", data) + _print(b"E", b"AB"))
    (columns,) = _pictures(_define(b"D", b"AB", data) + _print(b"E", b"AB"))
    assert rows.image.getbbox() == (0, 0, 4, 1)
    assert columns.image.getbbox() == (0, 0, 1, 4)


def test_fs_q_replaces_all_and_numbers_count_from_one() -> None:
    two = (
        b"\x1cq\x02"
        + (b"\x01\x00\x01\x00" + SQUARE)
        + (b"\x02\x00\x01\x00" + SQUARE * 2)
    )
    one = b"\x1cq\x01\x01\x00\x02\x00" + SQUARE * 2
    assert [picture.image.size for picture in _pictures(two + b"\x1cp\x02\x00\x1cp\x01\x00")] == [
        (16, 8), (8, 8),
    ]  # fmt: skip
    assert [
        picture.image.size
        for picture in _pictures(two + one + b"\x1cp\x01\x00\x1cp\x02\x00")
    ] == [(8, 16)]


def test_graphics_are_deleted_by_key_or_all_together() -> None:
    two = _define(b"C", b"AB") + _define(b"C", b"CD")
    one_left = _graphics(b"0BAB") + _print(b"E", b"AB") + _print(b"E", b"CD")
    assert len(_pictures(two + one_left)) == 1
    assert _pictures(two + _graphics(b"0ACLR") + _print(b"E", b"CD")) == []
    assert len(_pictures(two + _graphics(b"0Aclr") + _print(b"E", b"CD"))) == 1


def test_key_lists_and_capacities_are_told() -> None:
    two = _define(b"C", b"CD") + _define(b"C", b"AB") + _define(b"S", b"ZZ")
    assert _told(_graphics(b"0@KC")) == b"7r\x40\0"
    assert _told(two + _graphics(b"0@KC")) == b"7r\x40ABCD\0"
    assert _told(two + _graphics(b"0PKC")) == b"7s\x40ZZ\0"
    assert _told(two + _graphics(b"03")) == b"71" + str(NV_BYTES - 16).encode() + b"\0"
    many = b"".join(_define(b"C", bytes([33 + n, 33])) for n in range(41))
    first, second, _ = _told(many + _graphics(b"0@KC")).split(b"\0")
    assert (first[:3], len(first)) == (b"7r\x41", 3 + 80)
    assert second == b"7r\x40" + bytes([33 + 40, 33])


def test_a_full_shelf_keeps_what_it_has_and_says_so() -> None:
    shelf = Shelf(20)
    image, large = Image.new("L", (8, 12)), Image.new("L", (8, 21))
    assert shelf.put(b"AB", image)
    assert not shelf.put(b"CD", image)
    assert not shelf.put(b"AB", large)
    assert shelf.get(b"AB") is image
    assert shelf.free_bytes == 8
    strip = b"\x00" * 2000
    define = (
        b"".join(_define(b"S", bytes([n, 33]), strip, 2000) for n in range(33, 126)) * 3
    )
    decoder, _ = decode.run(define)
    assert decoder.complaints == []
    decoder, _ = decode.run(
        b"".join(
            _define(b"S", bytes([n, m]), strip, 2000)
            for n in range(33, 60)
            for m in range(33, 60)
        )
    )
    assert "graphics memory is full" in decoder.complaints


def test_two_colours_of_one_picture_are_black_and_grey() -> None:
    planes = b"1" + b"\xf0" + b"2" + b"\x0f"
    define = _graphics(b"0C0AB\x02\x08\x00\x01\x00" + planes)
    image = job_raster(define + _print(b"E", b"AB"))
    assert (image.getpixel((0, 0)), image.getpixel((7, 0))) == (0, 255 - GREY)
    buffered = b"".join(
        _graphics(b"0p0\x01\x01" + colour + b"\x08\x00\x01\x00" + data)
        for colour, data in ((b"1", b"\xf0"), (b"2", b"\x0f"))
    )
    image = job_raster(buffered + _graphics(b"02"))
    assert (image.getpixel((0, 0)), image.getpixel((7, 0))) == (0, 255 - GREY)


def test_sixteen_tones_are_drawn_as_greys() -> None:
    image = job_raster(
        _graphics(b"0p4\x01\x011\x03\x00\x01\x00\xf0\x80") + _graphics(b"02")
    )
    assert [image.getpixel((x, 0)) for x in range(3)] == [0, 255, 255 - 8 * 17]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
@pytest.mark.parametrize(("function", "show"), [(b"C", b"E"), (b"S", b"U")])
def test_a_windows_bmp_is_stored(mode: str, function: bytes, show: bytes) -> None:
    picture = Image.new("L", (20, 10), 255)
    picture.paste(0, (2, 3, 7, 9))
    out = io.BytesIO()
    picture.convert(mode).save(out, "BMP")
    define = b"\x1dD0" + function + b"0AB01" + out.getvalue()
    (printed,) = _pictures(define + _print(show, b"AB"))
    assert printed.image.size == (20, 10)
    assert printed.image.getbbox() == (2, 3, 7, 9)


@given(st.binary(max_size=120))
def test_a_broken_bmp_is_refused(noise: bytes) -> None:
    bmp = b"BM" + (6 + len(noise)).to_bytes(4, "little") + noise
    decoder, _ = decode.run(b"\x1dD0C0AB01" + bmp + b"fin\n")
    assert [mark.text for mark in decoder.head.marks if isinstance(mark, Row)] == [
        "fin"
    ]


# -- logos at both ends of the paper -----------------------------------------------------


def _logo(function: int, rest: bytes) -> bytes:
    return (
        b"\x1c(E" + (2 + len(rest)).to_bytes(2, "little") + bytes([function, 2]) + rest
    )


LOGO = _define(b"C", b"LG")
TOP = LOGO + _logo(0x3E, b"LG1\x00")
BOTTOM = LOGO + _logo(0x3F, b"LG2")


def _shapes(marks: tuple[Mark, ...]) -> list[str]:
    return [
        mark.text.strip() if isinstance(mark, Row) else f"logo@{mark.x}"
        for mark in marks
        if isinstance(mark, Row | Picture)
    ]


def test_the_top_logo_comes_before_the_first_ink_of_every_paper() -> None:
    sheets = sheets_of(TOP + b"un\n\x1dV\x00\x1b@deux\n\x1dV\x00")
    assert [_shapes(sheet.marks) for sheet in sheets] == [
        ["logo@284", "un"],
        ["logo@284", "deux"],
    ]


def test_the_bottom_logo_comes_before_the_cut() -> None:
    sheets = sheets_of(BOTTOM + b"\x1ba1un\n\x1dVB\x10reste\n")
    assert [_shapes(sheet.marks) for sheet in sheets] == [["un", "logo@568"], ["reste"]]
    assert sheets_of(BOTTOM + b"\x1dV\x00\x1dV\x00") == ()


def test_the_lines_that_the_top_logo_stands_for_are_left_out() -> None:
    job = (
        LOGO
        + _logo(0x3E, b"LG0\x02")
        + b"MON MAGASIN\n1 rue Haute\nTicket 7\n\x1dV\x00"
    )
    (sheet,) = sheets_of(job)
    assert sheet.lines == ("Ticket 7",)


def test_logos_are_switched_off_until_esc_at_cancelled_for_good_and_told() -> None:
    off = TOP + _logo(0x41, b"01")
    assert [_shapes(s.marks) for s in sheets_of(off + b"un\n")] == [["un"]]
    assert _shapes(sheets_of(off + b"\x1b@un\n")[0].marks) == ["logo@284", "un"]
    assert _shapes(sheets_of(TOP + _logo(0x3C, b"0CLR") + b"un\n")[0].marks) == ["un"]
    assert _told(TOP + _logo(0x3D, b"0") + _logo(0x3D, b"1")) == b"7H0LG1\0" + b"7H1\0"
    assert _told(b"x" + _logo(0x3D, b"0")) == b""


def test_a_logo_that_is_not_there_is_missed_in_words() -> None:
    decoder, _ = decode.run(_logo(0x3E, b"??0\x00") + b"un\n")
    assert decoder.complaints == ["no logo under key 3f 3f"]


# -- macros ------------------------------------------------------------------------------


def test_a_macro_is_printed_while_it_is_defined_and_again_on_demand() -> None:
    sheets = sheets_of(b"\x1d:bon\n\x1d:\x1d^\x02\x00\x00fin\n")
    assert sheets[0].lines == ("bon", "bon", "bon", "fin")


def test_a_macro_can_hold_esc_at_and_outlives_it() -> None:
    (sheet,) = sheets_of(b"\x1d:\x1b@bon\n\x1d:\x1b@\x1d^\x01\x00\x00")
    assert sheet.lines == ("bon", "bon")


@pytest.mark.parametrize(
    "undefined",
    [b"\x1d:bon\n\x1d^\x05\x00\x00", b"\x1d:bon\n\x1d:\x1d:\x1d:", b"bon\n"],
)
def test_a_macro_is_undefined_until_it_is_whole(undefined: bytes) -> None:
    (sheet,) = sheets_of(undefined + b"\x1d^\x03\x00\x00")
    assert sheet.lines == ("bon",)


def test_cuts_in_a_macro_cut() -> None:
    _, effects = decode.run(b"\x1d:x\n\x1dV\x00\x1d:\x1d^\x02\x00\x00")
    assert effects == [Cut(partial=False)] * 3


def test_a_macro_has_a_size_and_replaying_an_end() -> None:
    line = b"0123456\n"
    frames = Framer().feed(b"\x1d:" + line * 400 + b"\x1d:\x1d^\x01\x00\x00")
    macro = Macro()
    replayed = [frame.raw for come in frames for frame in macro.expand(come)]
    assert b"".join(replayed) == line * 400 + line * (MOST_BYTES // len(line))
    played = sum(
        len(frame.raw)
        for come in Framer().feed(b"\x1d^\xff\x00\x00" * 9)
        for frame in macro.expand(come)
    )
    assert MOST_REPLAYED_BYTES - MOST_BYTES - 16 <= played <= MOST_REPLAYED_BYTES
