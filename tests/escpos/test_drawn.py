"""Characters that the POS drew itself (ESC &, FS 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.drawn import HANDLERS, MAX_KANJI
from agent.escpos.settings import Printer
from agent.escpos.state import State
from agent.paper.strip import Picture, Run, Style, TextLine
from tests.escpos.printed import strip_of, text

ESC, FS = b"\x1b", b"\x1c"
USE, REST = ESC + b"%\1", ESC + b"%\0"


def _define(code: bytes, columns: bytes, high: int = 3) -> bytes:
    """One character, as wide as its columns."""
    wide = bytes((len(columns) // high,))
    return ESC + b"&" + bytes((high,)) + code + code + wide + columns


def _runs(*pieces: bytes, printer: Printer | None = None) -> list[Run]:
    strip = strip_of(*pieces, printer=printer or Printer())
    lines = (e for e in strip.elements if isinstance(e, TextLine))
    return [run for line in lines for run in line.runs]


def _picture(rows: str) -> Picture:
    """Rows of dots as they are typed, "#" is black."""
    lines = rows.split()
    width = len(lines[0])
    stride = (width + 7) // 8
    bits = b"".join(
        int(line.translate({46: "0", 35: "1"}).ljust(stride * 8, "0"), 2).to_bytes(
            stride, "big"
        )
        for line in lines
    )
    return Picture(width, len(lines), bits)


# A stroke down on the left, and one dot beside its foot.
STROKE = b"\xff\xff\xff\0\0\1"
EURO = _picture(" ".join(["#..........."] * 23 + ["##.........."]))


def test_a_drawn_character_fills_its_cell_and_keeps_its_text() -> None:
    assert _runs(_define(b"E", STROKE), USE, b"2 E\n") == [
        Run("2 "),
        Run("E", Style(), 24, (EURO,)),
    ]
    assert EURO.width == 12
    assert EURO.height == 24


def test_drawn_characters_stay_drawn_in_a_row() -> None:
    drawn = _define(b"E", STROKE), USE
    assert _runs(*drawn, b"EaEE", b"E\n") == [
        Run("E", Style(), 0, (EURO,)),
        Run("a", Style(), 12),
        Run("EEE", Style(), 24, (EURO, EURO, EURO)),
    ]


def test_definitions_wait_for_esc_percent() -> None:
    define = _define(b"E", STROKE)
    assert [
        bool(run.shapes) for run in _runs(define, b"E", USE, b"E", REST, b"E\n")
    ] == [
        False,
        True,
        False,
    ]
    # bit 0 counts alone
    assert not _runs(define, ESC + b"%\2", b"E\n")[0].shapes


def test_each_font_has_its_own() -> None:
    job = _define(b"E", STROKE), USE, ESC + b"M\1", b"E", ESC + b"M\0", b"E\n"
    assert [bool(run.shapes) for run in _runs(*job)] == [False, True]
    small = ESC + b"M\1", _define(b"E", b"\xff\xff\x80" * 3), USE, b"E\n"
    (run,) = _runs(*small)
    assert (run.shapes[0].width, run.shapes[0].height) == (9, 17)


def test_font_b_is_as_high_as_it_is_drawn() -> None:
    high = ESC + b"M\1", _define(b"E", STROKE), USE, b"E\n"
    (run,) = _runs(*high)
    assert (run.shapes[0].width, run.shapes[0].height) == (9, 24)
    low = ESC + b"M\1", _define(b"E", b"\xff\xff" * 4, high=2), USE, b"E\n"
    assert _runs(*low)[0].shapes[0].height == 17


def test_several_characters_in_one_command() -> None:
    two = ESC + b"&\3AB" + b"\2" + STROKE + b"\1" + b"\0\0\1"
    (run,) = _runs(two, USE, b"AB\n")
    assert run.shapes[0] == EURO
    assert run.shapes[1].bits[-2:] == b"\x80\x00"
    assert sum(run.shapes[1].bits) == 0x80


@pytest.mark.parametrize(
    ("forget", "left"),
    [
        (ESC + b"?E", False),
        (ESC + b"?F", True),
        (ESC + b"M\1" + ESC + b"?E" + ESC + b"M\0", True),
        (ESC + b"@" + USE, False),
    ],
)
def test_what_forgets_a_drawn_character(forget: bytes, left: bool) -> None:
    (run,) = _runs(_define(b"E", STROKE), USE, forget, b"E\n")
    assert bool(run.shapes) is left


def test_a_character_wider_than_its_cell_is_cut() -> None:
    (run,) = _runs(_define(b"E", STROKE * 60), USE, b"E\n")
    assert (run.shapes[0].width, len(run.shapes[0].bits)) == (12, 48)


def test_a_character_without_columns_is_blank() -> None:
    assert not any(_runs(_define(b"E", b""), USE, b"E\n")[0].shapes[0].bits)


def test_sizes_and_styles_are_those_of_any_character() -> None:
    (run,) = _runs(_define(b"E", STROKE), USE, b"\x1d!\x11", ESC + b"E\1", b"E\n")
    assert run == Run("E", Style(wide=2, tall=2, bold=True), 0, (EURO,))


def test_drawn_characters_wrap_with_their_shapes() -> None:
    job = _define(b"E", STROKE), USE, b"EEEEE\n"
    runs = _runs(*job, printer=Printer(width_dots=24))
    assert [(run.text, len(run.shapes)) for run in runs] == [
        ("EE", 2),
        ("EE", 2),
        ("E", 1),
    ]


def test_the_state_holds_them_where_a_memory_can_take_them() -> None:
    state = State(Printer())
    state.characters["A", 0x45] = EURO
    state.now.characters_on = True
    state.write(b"E")
    state.flush()
    (line,) = state.roll.finish()
    assert isinstance(line, TextLine)
    assert line.runs[0].shapes == (EURO,)


# -- kanji of the POS's own ---------------------------------------------------

KANJI = Printer(multibyte="cp932")
SHIFTED = FS + b"C\1"
COLUMNS = STROKE * 12


@pytest.mark.parametrize(
    ("define", "system", "say"),
    [
        (b"\xec\x40", SHIFTED, b"\xec\x40"),
        (b"\xec\x9e", SHIFTED, b"\xec\x9e"),
        # 7721 to 777E of JIS are EC40 to EC9E of Shift_JIS
        (b"\x77\x21", SHIFTED, b"\xec\x40"),
        (b"\x77\x7e", SHIFTED, b"\xec\x9e"),
        (b"\xec\x9e", FS + b"C\0" + FS + b"&", b"\x77\x7e"),
    ],
)
def test_a_drawn_kanji_reads_as_a_geta_mark(
    define: bytes, system: bytes, say: bytes
) -> None:
    (run,) = _runs(FS + b"2" + define + COLUMNS, system, say, b"\n", printer=KANJI)
    assert run.text == "〓"
    assert (run.shapes[0].width, run.shapes[0].height) == (24, 24)
    assert run.shapes[0].bits[:3] == b"\xaa\xaa\xaa"
    assert run.shapes[0].bits[-3:] == b"\xff\xff\xff"


def test_a_drawn_kanji_of_china_stands_among_others() -> None:
    printer = Printer(multibyte="gb18030", kanji_on=True)
    job = FS + b"2\xfe\xa1" + COLUMNS + "合".encode("gb18030") + b"\xfe\xa1 12\n"
    runs = _runs(job, printer=printer)
    assert [(run.text, run.x, len(run.shapes)) for run in runs] == [
        ("合", 0, 0),
        ("〓", 24, 1),
        (" 12", 48, 0),
    ]


@pytest.mark.parametrize("forget", [FS + b"?\xec\x40", FS + b"?\x77\x21", ESC + b"@"])
def test_what_forgets_a_drawn_kanji(forget: bytes) -> None:
    job = FS + b"2\xec\x40" + COLUMNS, forget, SHIFTED, b"\xec\x40\n"
    assert not any(run.shapes for run in _runs(*job, printer=KANJI))


def test_kanji_are_bounded() -> None:
    every = (bytes((a, b)) for a in range(0xA1, 0xFF) for b in range(0xA1, 0xFF))
    state = State(Printer(multibyte="gb18030"))
    for key in every:
        HANDLERS["FS 2"][1](state, key + COLUMNS)
    assert len(state.kanji_characters) == MAX_KANJI


# -- laws ---------------------------------------------------------------------


@given(
    st.binary(min_size=4, max_size=200),
    st.sampled_from([b"", ESC + b"M\1", ESC + b"M4"]),
    st.text("ABCabc 12", max_size=60),
)
def test_drawing_never_changes_what_is_said(
    definition: bytes, font: bytes, said: str
) -> None:
    codes = bytes((3, 0x41, 0x63))
    raw = said.encode()
    plain = text(font, raw)
    assert text(font, ESC + b"&" + codes + bytes(35), USE, raw) == plain
    drawn = strip_of(font, _define(b"A", definition * 3), USE, raw, b"\n")
    for element in drawn.elements:
        if isinstance(element, TextLine):
            for run in element.runs:
                assert len(run.shapes) in {0, len(run.text)}
                for shape in run.shapes:
                    assert len(shape.bits) == (shape.width + 7) // 8 * shape.height


def test_forgetting_a_kanji_whose_code_is_none_does_nothing() -> None:
    assert text(b"\x1c?\x77\xecPAIN\n") == ["PAIN"]
