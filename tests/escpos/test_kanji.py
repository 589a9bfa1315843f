"""Characters of several bytes: every code, in every splitting."""

from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.escpos import kanji
from agent.escpos.settings import Printer
from agent.paper.strip import Run, Style, TextLine
from agent.paper.text import cells
from tests.escpos.printed import strip_of, text

ESC, FS = b"\x1b", b"\x1c"
ON, OFF = FS + b"&", FS + b"."

# A name of ours, Python's codec, and a receipt.
CODES = [
    ("gb18030", "gb18030", "欢迎光临\n矿泉水 2  7.00\n合计：12.50元\n谢谢惠顾"),
    ("big5", "big5", "歡迎光臨\n珍珠奶茶 1  60\n合計：120元\n謝謝惠顧"),
    ("euc_kr", "cp949", "환영합니다\n아메리카노 2  9,000\n합계 12,000원\n감사합니다"),
    ("cp932", "cp932", "いらっしゃいませ\n烏龍茶 150円\n合計 1,200\nありがとう ﾎﾟｲﾝﾄ"),
    ("utf-8", "utf-8", "欢迎光临 café\n合计 12.50 €\nありがとう\n감사합니다"),
]


@pytest.mark.parametrize(("name", "codec", "said"), CODES)
def test_a_receipt_in_the_code_of_its_printer(name: str, codec: str, said: str) -> None:
    printer = Printer(multibyte=name)
    assert text(ON, said.encode(codec), printer=printer) == said.split("\n")


@pytest.mark.parametrize(("name", "codec", "said"), CODES)
def test_a_pos_that_switches_kanji_on_means_it(
    name: str, codec: str, said: str
) -> None:
    """Nobody told which code it is: the bytes do."""
    assert text(ON, said.encode(codec)) == said.split("\n")


@pytest.mark.parametrize(("name", "codec", "said"), CODES)
def test_any_single_line_shows_its_code(name: str, codec: str, said: str) -> None:
    for line in said.split("\n"):
        assert kanji.evident(line.encode(codec)) == name


@pytest.mark.parametrize(
    ("page", "codec"), [(2, "cp850"), (16, "cp1252"), (19, "cp858"), (17, "cp866")]
)
def test_kanji_mode_on_a_printer_without_kanji_changes_nothing(
    page: int, codec: str
) -> None:
    said = "Молоко, хлеб 120" if codec == "cp866" else "Crème brûlée, thé glacé 4,50"
    job = ON, ESC + b"t" + bytes((page,)), said.encode(codec)
    assert text(*job) == [said]


@pytest.mark.parametrize(("name", "codec", "said"), CODES)
def test_a_printer_may_wake_up_in_kanji_mode(name: str, codec: str, said: str) -> None:
    printer = Printer(multibyte=name, kanji_on=True)
    assert text(said.encode(codec), printer=printer) == said.split("\n")
    reset = ESC + b"@" + said.encode(codec)
    assert text(reset, printer=printer) == said.split("\n")


@pytest.mark.parametrize(("on", "off"), [(b"\2", b"\1"), (b"2", b"1")])
def test_utf_8_is_switched_on_and_off(on: bytes, off: bytes) -> None:
    encode, said = FS + b"(C\2\x000", "é".encode()
    page = ESC + b"t\2"
    assert text(page + encode + on + said + b"\n") == ["é"]
    assert text(page + encode + on + encode + b"\3" + said + b"\n") == ["é"]
    assert text(page + encode + on + encode + off + b"\xc3\xda\n") == ["├┌"]


def test_out_of_kanji_mode_bytes_are_of_the_page() -> None:
    printer = Printer(multibyte="gb18030")
    job = ON + "合计".encode("gb18030") + OFF + b"\x82t\x82\n"
    assert text(job, printer=printer) == ["合计été"]


# -- Japan: JIS, Shift_JIS, and what FS & has to do with it ------------------

JAPANESE = Printer(multibyte="cp932")
SHIFTED = "日本語 ｱｲｳ".encode("cp932")
JIS = b"\x46\x7c\x4b\x5c\x38\x6c"  # 日本語


def test_shift_jis_needs_no_kanji_mode() -> None:
    """Epson, FS &: effective only when the JIS code system is selected."""
    assert text(FS + b"C\1", SHIFTED, printer=JAPANESE) == ["日本語 ｱｲｳ"]
    assert text(FS + b"C1", OFF, SHIFTED, printer=JAPANESE) == ["日本語 ｱｲｳ"]


def test_jis_is_read_in_kanji_mode_only() -> None:
    job = FS + b"C\0" + ON + JIS + OFF + b"F|K\n"
    assert text(job, printer=JAPANESE) == ["日本語F|K"]
    assert text(job) == ["日本語F|K"]


def test_jis_is_known_by_its_kana_when_nobody_says_so() -> None:
    hello = b"$3$s$K$A$O"
    assert text(ON, hello, OFF, b" 1200\n", printer=JAPANESE) == ["こんにちは 1200"]
    assert text(ON, hello, OFF, b" 1200\n") == ["こんにちは 1200"]


@pytest.mark.parametrize(
    "said", ["TOTAL 1200", "1200", "$100 $200", "%", "!!", "$1.50"]
)
def test_ascii_in_kanji_mode_stays_ascii(said: str) -> None:
    assert text(ON, said.encode(), printer=JAPANESE) == [said]


def test_half_width_kana_stand_in_shift_jis_unless_a_page_is_selected() -> None:
    kana = b"\xb1\xb2\n"
    assert text(FS + b"C\1", kana, printer=JAPANESE) == ["ｱｲ"]
    assert text(FS + b"C\1", ESC + b"t\0", kana, printer=JAPANESE) == ["▒▓"]


def test_shift_jis_of_2004_has_more() -> None:
    job = FS + b"C\2" + "俱鷗".encode("shift_jis_2004")
    assert text(job, printer=JAPANESE) == ["俱鷗"]


@pytest.mark.parametrize("row", range(0x21, 0x75))
def test_jis_and_shift_jis_are_the_same_characters(row: int) -> None:
    for cell in range(0x21, 0x7F):
        pair = bytes((row, cell))
        told = (b"\x1b$B" + pair).decode("iso2022_jp", "replace")
        # JIS X 0208 alone knows the dashes and signs that Windows draws wider
        if told != "\ufffd" and row not in {0x21, 0x22}:
            assert kanji.character(kanji.CODES["jis"], pair) == told


# -- UTF-8 as Epson has it ----------------------------------------------------


def test_utf_8_can_be_switched_on_and_off() -> None:
    on, off = FS + b"(C\2\x000\2", FS + b"(C\2\x000\1"
    page = ESC + b"t\x10"
    job = page + on + "é 日 ─┤ €".encode() + b"\n" + off + b"\xe9t\xe9\n"
    assert text(job) == ["é 日 ─┤ €", "été"]
    assert text(page + on + ESC + b"@" + page + "─┤".encode() + b"\n") != ["─┤"]


def test_a_stray_byte_among_utf_8_is_of_the_page() -> None:
    job = ESC + b"t\x10" + FS + b"(C\2\x0002" + "日".encode() + b"\xe9 12\n"
    assert text(job) == ["日é 12"]


# -- how kanji look -----------------------------------------------------------

CHINESE = Printer(multibyte="gb18030", kanji_on=True)
HE = "合".encode("gb18030")


def _runs(*pieces: bytes, printer: Printer = CHINESE) -> list[Run]:
    strip = strip_of(*pieces, printer=printer)
    lines = (e for e in strip.elements if isinstance(e, TextLine))
    return [run for line in lines for run in line.runs]


def test_a_kanji_is_two_columns_wide() -> None:
    job = "合计12合".encode("gb18030")
    assert [run.x for run in _runs(job, ESC + b"E\1", b"x\n")] == [0, 96]
    assert text(job * 3, printer=Printer(120, multibyte="gb18030", kanji_on=True)) == [
        "合计12合合",
        "计12合合计",
        "12合",
    ]


TWICE = Style(wide=2, tall=2)


@pytest.mark.parametrize(
    ("command", "style"),
    [
        (FS + b"!\x04", Style(wide=2)),
        (FS + b"!\x08", Style(tall=2)),
        (FS + b"!\x80", Style(underline=1)),
        (FS + b"W\1", TWICE),
        (FS + b"-2", Style(underline=2)),
        (FS + b"(A\2\x000\1", Style(font="D")),
        (FS + b"(A\2\x000\x32", Style(font="C")),
        (FS + b"W\1" + FS + b"(A\2\x000\1" + FS + b"(A\2\x000\0", TWICE),
        (FS + b"W\1" + FS + b"(A\2\x000\1" + FS + b"(A\2\x0000", TWICE),
        (FS + b"(A\2\x000\1" + FS + b"(A\2\x000\3", Style(font="D")),
    ],
)
def test_commands_for_kanji_leave_other_characters_alone(
    command: bytes, style: Style
) -> None:
    kanji_run, letter = _runs(command, HE, b"A\n")[:2]
    assert kanji_run == Run("合", style)
    assert letter.style == Style()


@pytest.mark.parametrize(
    ("command", "style"),
    [
        (ESC + b"E\1", Style(bold=True)),
        (ESC + b"{\1", Style(upside_down=True)),
        (b"\x1dB\1", Style(invert=True)),
        (b"\x1d!\x12", Style(wide=2, tall=3)),
        (ESC + b"r\1", Style(ink=2)),
        (ESC + b"!\x31", Style()),
        (ESC + b"-\1", Style()),
        (ESC + b"M\1", Style()),
    ],
)
def test_what_kanji_share_with_other_characters(command: bytes, style: Style) -> None:
    assert _runs(command, HE, b"\n")[0].style == style


def test_spaces_beside_kanji() -> None:
    spaced = _runs(FS + b"S\4\6", HE, HE, b"A\n")
    assert [(run.text, run.x) for run in spaced] == [("合", 4), ("合", 38), ("A", 68)]


def test_a_turned_kanji_is_as_wide_as_high() -> None:
    assert [run.x for run in _runs(ESC + b"V\1", HE, ESC + b"V\0", b"A\n")] == [0, 24]


def test_letters_of_two_bytes_take_two_columns_too() -> None:
    """GB 2312 has Russian and Greek, as wide as its kanji."""
    said = _runs("Чай".encode("gb18030"), b"A\n")
    assert said == [Run("Чай", Style(wide=2)), Run("A", x=72)]
    assert text("Чай 12".encode("gb18030"), printer=CHINESE) == ["Чай    12"]


# -- no byte is lost, however the bytes are cut -------------------------------

NUL = b"\0"  # a control byte that printers ignore ends a run


@pytest.mark.parametrize(("name", "codec", "said"), CODES)
def test_a_character_may_be_cut_anywhere(name: str, codec: str, said: str) -> None:
    printer = Printer(multibyte=name, kanji_on=True)
    raw = said.encode(codec)
    for at in range(len(raw) + 1):
        cut = raw[:at] + NUL + raw[at:]
        assert text(cut, printer=printer) == said.split("\n"), at


@pytest.mark.parametrize(("name", "codec", "said"), CODES)
def test_a_run_that_the_tokeniser_cuts_keeps_its_characters(
    name: str, codec: str, said: str
) -> None:
    printer = Printer(multibyte=name, kanji_on=True)
    once = said.replace("\n", "")
    for lead in range(4):
        long = "." * lead + once * (3000 // len(once.encode(codec)))
        strip = strip_of(long.encode(codec), printer=printer)
        lines = (e for e in strip.elements if isinstance(e, TextLine))
        assert "".join(run.text for line in lines for run in line.runs) == long


@pytest.mark.parametrize(
    "command", [b"\n", b"\t", ESC + b"$\x30\0", OFF, ESC + b"J\x10", b""]
)
def test_half_a_character_is_not_lost(command: bytes) -> None:
    """It comes out as the byte that it is, before what follows."""
    said = text(b"ab\xba" + command + b"12\n", printer=CHINESE)
    assert "".join(said).replace(" ", "") == "ab║12"


_PIECES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [ON, OFF, FS + b"C\0", FS + b"C\1", FS + b"(C\2\x0002", NUL, b"\n"]
    ),
    st.sampled_from(CODES).map(lambda code: code[2].encode(code[1])),
)


@pytest.mark.parametrize("name", ["", *kanji.CODES])
@given(st.lists(_PIECES, max_size=12).map(b"".join))
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_text_in_any_code(name: str, raw: bytes) -> None:
    strip = strip_of(raw, printer=Printer(multibyte=name, kanji_on=True))
    for element in strip.elements:
        if isinstance(element, TextLine):
            assert all(run.text for run in element.runs)
            assert not any("\x7f" <= c <= "\x9f" for r in element.runs for c in r.text)


@pytest.mark.parametrize("code", kanji.CODES.values(), ids=kanji.CODES)
@given(st.binary(max_size=40))
def test_splitting_gives_the_bytes_again(code: kanji.Code, raw: bytes) -> None:
    parts = code.characters.split(raw)
    assert b"".join(parts) == raw
    for run in parts[1::2]:
        assert b"".join(kanji.split(code, run)) == run


def _letters(codec: str, first: int) -> st.SearchStrategy[str]:
    """What ``st.characters(codec=..)`` gives, without its search of all of Unicode."""
    above = "".join(map(chr, range(first, 0x10000)))
    known = above.encode(codec, "ignore").decode(codec)
    letters = [c for c in known if category(c) in ("Lo", "Lm")]
    return st.integers(0, len(letters) - 1).map(letters.__getitem__)


_LETTERS = {
    "gb18030": _letters("gb2312", 0x4E00),
    "big5": _letters("big5", 0x4E00),
    "euc_kr": _letters("euc_kr", 0xAC00),
    "cp932": _letters("shift_jis", 0x3041),
}


@pytest.mark.parametrize("name", _LETTERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_text_of_a_code_comes_out_as_it_went_in(
    name: str, data: st.DataObject
) -> None:
    letters = st.one_of(_LETTERS[name], st.sampled_from("0123456789.,"))
    said = data.draw(st.text(letters, min_size=1, max_size=20))
    raw = said.encode(kanji.CODES[name].codec)
    at = data.draw(st.integers(0, len(raw)))
    printer = Printer(2000, multibyte=name, kanji_on=True)
    strip = strip_of(raw[:at] + NUL + raw[at:] + b"\n", printer=printer)
    (line,) = (e for e in strip.elements if isinstance(e, TextLine))
    assert "".join(run.text for run in line.runs) == said
    end = line.runs[-1].x + 12 * cells(line.runs[-1].text)
    assert end == 12 * cells(said)


def test_bytes_that_are_no_character_do_not_stop_the_ones_that_are() -> None:
    for byte in range(0x80, 0x100):
        said = text(bytes((byte,)) + b"\n" + HE + b" 12\n", printer=CHINESE)
        assert said[-1] == "合 12"
