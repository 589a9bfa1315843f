"""Every symbol is drawn, and read again from the pixels by zxing-cpp's reader."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from hardware_sim import bars, code128, decode, ean
from hardware_sim.marks import Picture, Row
from hardware_sim.paper_png import job_raster

QUIET_DOTS = 60


def _store(kind: int, function: int, data: bytes) -> bytes:
    body = bytes([kind, function]) + data
    return b"\x1d(k" + len(body).to_bytes(2, "little") + body


def _square(kind: int, data: bytes, *settings: bytes) -> bytes:
    """Settings are function and value, data goes behind ``m`` (48)."""
    set_up = b"".join(_store(kind, value[0], value[1:]) for value in settings)
    return set_up + _store(kind, 80, b"0" + data) + _store(kind, 81, b"0")


def _bar(m: int, data: bytes) -> bytes:
    body = bytes([m, len(data)]) + data if m >= 65 else bytes([m]) + data + b"\0"
    return b"\x1dw\x02\x1dh\x50\x1dk" + body


def _read(raw: bytes) -> list[tuple[str, str]]:
    seen = zxingcpp.read_barcodes(ImageOps.expand(job_raster(raw), QUIET_DOTS, 255))
    return [(str(code.format), code.text) for code in seen]


def _picture(raw: bytes) -> Picture:
    decoder, _ = decode.run(raw)
    (picture,) = [mark for mark in decoder.head.marks if isinstance(mark, Picture)]
    return picture


def _complaints(raw: bytes) -> list[str]:
    return decode.run(raw)[0].complaints


@pytest.mark.parametrize(
    ("m", "data", "text"),
    [
        (65, b"01234567890", "0012345678905"),
        (66, b"123456", "0012345000065"),
        (66, b"01234565", "0012345000065"),
        (66, b"01234500006", "0012345000065"),
        (66, b"012345000065", "0012345000065"),
        (67, b"301762042200", "3017620422003"),
        (68, b"9638507", "96385074"),
        (69, b"TICKET-42", "TICKET-42"),
        (69, b"*TICKET-42*", "TICKET-42"),
        (70, b"1234567", "123456"),
        (71, b"A40156B", "A40156B"),
        (72, b"Code93 ok", "Code93 ok"),
        (73, b"{BTicket{C\x0c\x22{Bx", "Ticket1234x"),
        (73, b"{BAb{S\x01c", "Ab<SOH>c"),
        (73, b"{A12{S~3", "12~3"),
        (73, b"{C\x01\x02\x03", "010203"),
        (73, b"{Ba{{b", "a{b"),
        (74, b"(01)09506000134352(10)AB12", "(01)09506000134352(10)AB12"),
        (75, b"0950600013435", "(01)09506000134352"),
        (76, b"0950600013435", "(01)09506000134352"),
        (77, b"0950600013435", "(01)09506000134352"),
        (78, b"(01)09506000134352(10)AB1", "(01)09506000134352(10)AB1"),
        (79, b"Ticket 2026123456", "Ticket 2026123456"),
    ],
)  # fmt: skip
def test_every_bar_code_is_read_again(m: int, data: bytes, text: str) -> None:
    assert [said for _, said in _read(_bar(m, data))] == [text]
    if m <= 71:
        assert [said for _, said in _read(_bar(m - 65, data))] == [text]


@pytest.mark.parametrize(
    ("m", "data"),
    [
        (65, b"0123"), (66, b"12345678"), (66, b"01234567890"), (67, b"30176204220AB"),
        (68, b""), (69, b"\xe9"), (71, b"123"), (73, b"Ticket"), (73, b"{C\x64"), (73, b"{Ba{x"),
        (73, b"{B\x01"), (73, b"{C\x01{2"), (74, b""), (75, b"12"), (78, b"hello"), (79, b""),
    ],
)  # fmt: skip
def test_what_a_bar_code_cannot_say_is_left_out_in_words(m: int, data: bytes) -> None:
    assert _read(_bar(m, data)) == []
    assert len(_complaints(_bar(m, data))) == 1


def test_a_wrong_check_digit_is_printed_as_it_was_sent() -> None:
    right, _ = ean.ean_13("3017620422003")
    wrong, text = ean.ean_13("3017620422004")
    assert text == "3017620422004"
    assert wrong[:-10] == right[:-10]
    assert wrong != right
    assert _complaints(_bar(67, b"3017620422004")) == []
    assert ean.upc_e("01234564")[0] != ean.upc_e("01234565")[0]


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789", min_size=12, max_size=12))
def test_ean_and_upc_are_those_of_another_author(digits: str) -> None:
    def theirs(system: str, content: str) -> str:
        image = bars.pattern(system, content, {})
        row = image.crop((0, 0, image.width, 1)).tobytes()
        return "".join("1" if value else "0" for value in row)

    assert ean.ean_13(digits)[0] == theirs("EAN13", digits)
    assert ean.upc_a(digits[:11])[0] == theirs("UPCA", digits[:11])
    assert ean.ean_8(digits[:7])[0] == theirs("EAN8", digits[:7])


@pytest.mark.parametrize(
    ("short", "full"),
    [("123450", "01200000345"), ("123452", "01220000345"), ("123453", "01230000045"),
     ("123454", "01234000005"), ("123456", "01234500006")],
)  # fmt: skip
def test_the_short_and_the_long_upc_e_are_the_same(short: str, full: str) -> None:
    assert (
        ean.upc_e(short) == ean.upc_e(full) == ean.upc_e(full + ean.check_digit(full))
    )
    assert ean.upc_e("0" + short)[1] == short


@settings(max_examples=80, deadline=None)
@given(
    st.text(st.characters(min_codepoint=0, max_codepoint=127), min_size=1, max_size=14)
)
def test_code_128_chosen_by_the_printer_is_read_again(text: str) -> None:
    modules = code128.chosen([text])
    image = Image.new("L", (len(modules) * 2 + 2 * QUIET_DOTS, 80), 255)
    for at, module in enumerate(modules):
        if module == "1":
            image.paste(0, (QUIET_DOTS + 2 * at, 0, QUIET_DOTS + 2 * at + 2, 80))
    (code,) = zxingcpp.read_barcodes(image)
    assert code.bytes == text.encode("ascii")


def test_digits_in_pairs_are_shorter() -> None:
    assert len(code128.chosen(["12345678"])) < len(code128.told(b"{B12345678")[0])


def test_the_first_and_last_modules_are_counted_in_dots() -> None:
    assert _picture(b"\x1dw\x03" + _bar(67, b"301762042200")[3:]).image.width == 95 * 3
    assert _picture(b"\x1dw\x48" + _bar(67, b"301762042200")[3:]).image.width > 95 * 2
    assert _picture(b"\x1dw\x09" + _bar(67, b"301762042200")[3:]).image.width == 95 * 3


def test_thick_bars_are_two_and_a_half_thin_ones() -> None:
    picture = _picture(_bar(69, b"A"))
    # *A*: three characters of six thin and three thick ones, two gaps between.
    assert picture.image.width == 3 * (6 * 2 + 3 * 5) + 2 * 2
    widest = _picture(b"\x1dw\x06" + _bar(69, b"A")[3:])
    assert widest.image.width == 3 * (6 * 6 + 3 * 16) + 2 * 6


@pytest.mark.parametrize(
    ("m", "data", "text"),
    [
        (67, b"301762042200", "3017620422003"), (65, b"01234567890", "012345678905"),
        (66, b"01234500006", "123456"), (69, b"AB", "*AB*"), (71, b"A12B", "A12B"),
        (72, b"a\x01", "□a■A□"), (73, b"{Ba{1b", "a b"), (74, b"(10)A", "(10)A"),
        (75, b"0950600013435", "(01)09506000134352"),
    ],
)  # fmt: skip
def test_the_readable_line_says_what_the_manual_says(
    m: int, data: bytes, text: str
) -> None:
    decoder, _ = decode.run(b"\x1dH\x02" + _bar(m, data))
    (row,) = [mark for mark in decoder.head.marks if isinstance(mark, Row)]
    assert row.text.strip() == text


def test_the_readable_line_has_its_font_and_its_places() -> None:
    decoder, _ = decode.run(b"\x1dH\x03\x1df\x01" + _bar(68, b"9638507"))
    above, bar, below = decoder.head.marks
    assert isinstance(above, Row)
    assert isinstance(bar, Picture)
    assert isinstance(below, Row)
    assert above.runs[0].style.font == below.runs[0].style.font == "B"


TEXT = b"TICKET 7,30 EUR"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (_square(49, TEXT), "QR Code"),
        (_square(49, TEXT, b"C\x04", b"E\x33", b"A\x32\x00"), "QR Code"),
        (_square(49, b"12345", b"A\x33\x00"), "Micro QR Code"),
        (_square(49, "é€".encode()), "QR Code"),
        (_square(48, TEXT), "PDF417"),
        (_square(48, TEXT, b"A\x03", b"C\x02", b"D\x04", b"E\x30\x34"), "PDF417"),
        (_square(48, TEXT, b"B\x14", b"F\x01"), "PDF417"),
        (_square(50, TEXT, b"A\x34"), "MaxiCode"),
        (_square(53, TEXT), "Aztec"),
        (_square(53, TEXT, b"B\x00\x04", b"C\x05"), "Aztec"),
        (_square(53, TEXT, b"E\x50"), "Aztec"),
        (_square(54, TEXT), "Data Matrix"),
        (_square(54, b"12345", b"B\x01\x20\x08"), "Data Matrix"),
        (_square(54, TEXT, b"B\x00\x20\x20", b"C\x06"), "Data Matrix"),
    ],
)
def test_every_2d_symbol_is_read_again(raw: bytes, name: str) -> None:
    ((form, text),) = _read(raw)
    assert form == name
    assert text in (TEXT.decode(), "12345", "é€")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (_square(51, b"\x480950600013435"), "(01)09506000134352"),
        (_square(51, b"\x490950600013435"), "(01)09506000134352"),
        (
            _square(51, b"\x4c(01)09506000134352(10)AB12(17)250101"),
            "(01)09506000134352(10)AB12(17)250101",
        ),
        (
            _square(51, b"\x4c(01)09506000134352(10)AB12", b"G\xc8\x00"),
            "(01)09506000134352(10)AB12",
        ),
        (_square(52, b"0\x42301762042200"), "3017620422003"),
        (_square(52, b"0\x490950600013435"), "(01)09506000134352"),
    ],
)
def test_gs1_data_bars_are_read_again(raw: bytes, text: str) -> None:
    assert [said for _, said in _read(raw)] == [text]


def test_sizes_follow_the_settings() -> None:
    assert _picture(_square(49, b"A", b"C\x05")).image.size == (21 * 5, 21 * 5)
    assert _picture(_square(54, b"AB", b"B\x00\x20\x20", b"C\x02")).image.size == (
        64,
        64,
    )
    plain = _picture(_square(48, TEXT, b"A\x03", b"C\x02", b"D\x02")).image
    assert plain.width == (17 * 7 + 1) * 2
    tall = _picture(_square(48, TEXT, b"A\x03", b"C\x02", b"D\x08")).image
    assert tall.height == plain.height * 4
    narrow = _picture(
        _square(51, b"\x4c(01)09506000134352(10)AB12", b"G\x6a\x00")
    ).image
    wide = _picture(_square(51, b"\x4c(01)09506000134352(10)AB12", b"G\x00\x02")).image
    assert narrow.width < wide.width


def test_error_correction_makes_a_pdf417_larger() -> None:
    heights = [
        _picture(_square(48, TEXT, b"A\x02", level)).image.height
        for level in (b"E0\x30", b"E0\x32", b"E1\x28")
    ]
    assert heights == sorted(set(heights))


def test_what_is_not_drawn_as_asked_for_is_said() -> None:
    assert _complaints(_square(49, TEXT, b"A\x31\x00")) == [
        "symbol 49: QR model 1 drawn as model 2"
    ]
    assert "composite" in _complaints(_square(52, b"0\x42301762042200"))[0]
    assert "composite" in _complaints(_square(52, b"1\x41hello"))[0]
    assert _complaints(_square(49, TEXT, b"A\x33\x00", b"E\x33")) == [
        "symbol 49: Micro QR has no level H"
    ]
    assert len(_complaints(_square(51, b"\x20hello"))) == 1


def test_settings_of_one_kind_leave_the_others_alone() -> None:
    assert _picture(_store(48, 67, b"\x08") + _square(49, b"A")).image.width == 63
    assert (
        _picture(_store(49, 67, b"\x08") + b"\x1b@" + _square(49, b"A")).image.width
        == 63
    )


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.builds(
                _store, st.integers(47, 56), st.sampled_from([65, 66, 67, 68, 69, 70, 71, 72, 80, 81]),
                st.binary(max_size=8),
            ),
            st.builds(_bar, st.sampled_from([*range(7), *range(65, 81)]), st.binary(max_size=12)),
        ),
        max_size=10,
    )
)  # fmt: skip
def test_no_symbol_makes_it_fail(commands: list[bytes]) -> None:
    job_raster(b"".join(commands))
