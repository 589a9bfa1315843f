"""Every word of the manual is known, and is the number that ESC/POS has for it.

Typed from Epson's ePOS-Print XML User's Manual, "XML reference": a word, an attribute or
an element that a table lost turns up here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from agent.epos import grammar, letters, words
from agent.epos.grammar import KINDS
from agent.epos.letters import Letters, kanji_of
from agent.paper.strip import Box
from tests.epos.printing import asked, document, elements, escpos, refused, symbol

# -- letters -----------------------------------------------------------------

# What is printed on a page, the number of ESC t, and its bytes there.
PAGES: Final = [
    ("é", 0, "82"),
    ("œ", 16, "9c"),
    ("€─", 19, "d5c4"),
    ("ł", 18, "88"),
    ("Х", 17, "95"),
    ("ύ", 14, "e7"),
    ("ğ", 13, "a7"),
    ("ł€", 45, "b380"),
    ("Ж€", 46, "c688"),
    ("Ω€", 47, "d980"),
    ("ğ€", 48, "f080"),
    ("ģ", 33, "85"),
    ("ģ€", 51, "ec80"),
    ("ש", 36, "99"),
    ("₪", 49, "a4"),
    ("ا", 50, "c7"),
    ("Ђ─", 34, "81c4"),
    ("Ґ─", 44, "f2c4"),
    ("ͺ", 15, "aa"),
    ("қ", 53, "9d"),
    ("ก", 21, "a1"),
    ("ơ₫", 52, "f5fe"),
]


@pytest.mark.parametrize(("said", "page", "raw"), PAGES)
def test_text_is_written_on_the_first_page_that_has_all_of_it(
    said: str, page: int, raw: str
) -> None:
    assert Letters().write(said) == b"\x1bt" + bytes((page,)) + bytes.fromhex(raw)


def test_every_page_is_used_for_something() -> None:
    assert [page for _, page, _ in PAGES] == [*letters.PAGES]


@pytest.mark.parametrize(
    ("lang", "codec"),
    [
        ("ja", "cp932"),
        ("ja-JP", "cp932"),
        ("ko", "cp949"),
        ("zh", "gb18030"),
        ("zh-hans", "gb18030"),
        ("zh-CN", "gb18030"),
        ("zh-hant", "big5"),
        ("zh-Hant-TW", "big5"),
        ("zh-TW", "big5"),
        ("zh-hk", "big5"),
        ("zh-mo", "big5"),
        ("fr", ""),
        ("en", ""),
    ],
)
def test_a_language_has_its_kanji_or_none(lang: str, codec: str) -> None:
    assert kanji_of(lang) == codec


# -- words -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("font", "n"),
    [
        *((f"font_{letter}", n) for n, letter in enumerate("abcde")),
        ("special_a", 97),
        ("special_b", 98),
    ],
)
def test_a_font_is_said_by_its_number(font: str, n: int) -> None:
    assert b"\x1bM" + bytes((n,)) in escpos(f'<text font="{font}"/>')
    bars = escpos(f'<barcode type="itf" font="{font}">12</barcode>')
    assert b"\x1df" + bytes((n,)) in bars


@pytest.mark.parametrize("place", ["none", "above", "below", "both"])
def test_the_readable_line_stands_where_its_word_says(place: str) -> None:
    assert symbol(f'<barcode type="itf" hri="{place}">12</barcode>').hri == place


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("none", b"\x1d(N\2\0\x30\x30"),
        ("color_1", b"\x1br\0"),
        ("color_2", b"\x1br\1"),
        ("color_3", b"\x1d(N\2\0\x30\x33"),
        ("color_4", b"\x1d(N\2\0\x30\x34"),
    ],
)
def test_a_colour_is_said_to_printers_of_two_or_of_many(name: str, raw: bytes) -> None:
    assert raw in escpos(f'<text color="{name}"/>')


@pytest.mark.parametrize(("place", "n"), [("left", 0), ("center", 1), ("right", 2)])
def test_an_alignment_is_said_by_its_number(place: str, n: int) -> None:
    other = "center" if place == "left" else "left"
    said = f'<text align="{other}">a&#10;</text><text align="{place}">b&#10;</text>'
    assert b"\x1ba" + bytes((n,)) + b"b" in escpos(said)


@pytest.mark.parametrize(
    ("name", "n"),
    [
        *((name, n) for n, name in enumerate(("thin", "medium", "thick"), 1)),
        *(
            (f"{name}_double", n)
            for n, name in enumerate(("thin", "medium", "thick"), 4)
        ),
    ],
)
def test_a_style_of_lines_is_said_by_its_number(name: str, n: int) -> None:
    begin, end = (f'<vline-{each} x="10" style="{name}"/>' for each in ("begin", "end"))
    raw = escpos(begin + "<text>a&#10;</text>" + end)
    for m in (1, 0):
        assert b"\x1d(Q\7\0\x33\x0a\0" + bytes((m, 1, n, 48)) in raw
    assert any(
        isinstance(each, Box)
        for each in elements(f'<hline x1="0" x2="9" style="{name}"/>')
    )


# ESC ( A <Function 97> of the buzzer that can be bought, <Function 48> of the own one.
SOUNDS: Final[Mapping[str, bytes]] = {
    "none": b"",
    **{
        f"pattern_{each}": b"\x1b(A\3\0\x61" + bytes((n, 2))
        for n, each in enumerate("abcde", 1)
    },
    "error": b"\x1b(A\3\0\x61\6\2",
    "paper_end": b"\x1b(A\3\0\x61\7\2",
    **{f"pattern_{n}": b"\x1b(A\4\0\x30" + bytes((0x30 + n, 2, 10)) for n in range(11)},
}


@pytest.mark.parametrize("pattern", SOUNDS)
def test_a_sound_is_said_to_the_buzzer_that_has_it(pattern: str) -> None:
    assert escpos(f'<sound pattern="{pattern}" repeat="2"/>') == SOUNDS[pattern]


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("no_feed", b"\x1dV\1"),
        ("feed", b"\x1dV\x42\0"),
        ("reserve", b"\x1dV\x62\0"),
        ("no_feed_fullcut", b"\x1dV\0"),
        ("feed_fullcut", b"\x1dV\x41\0"),
        ("reserve_fullcut", b"\x1dV\x61\0"),
    ],
)
def test_a_cut_is_said_as_it_was_meant(kind: str, raw: bytes) -> None:
    assert escpos(f'<cut type="{kind}"/>').endswith(raw)


@pytest.mark.parametrize(
    ("pos", "raw"),
    [
        ("peeling", b"\x1c(L\2\0\x41\x30"),
        ("cutting", b"\x1c(L\2\0\x42\x30"),
        ("current_tof", b"\x1c(L\2\0\x43\x32"),
        ("next_tof", b"\x1c(L\2\0\x43\x31"),
    ],
)
def test_a_position_is_said_to_a_printer_of_labels(pos: str, raw: bytes) -> None:
    assert raw in escpos(f'<feed pos="{pos}"/>')


@pytest.mark.parametrize(("name", "n"), [(f"drawer_{n}", n - 1) for n in (1, 2)])
@pytest.mark.parametrize("ms", [100, 200, 300, 400, 500])
def test_a_pulse_is_as_long_as_its_word(name: str, n: int, ms: int) -> None:
    raw = escpos(f'<pulse drawer="{name}" time="pulse_{ms}"/>')
    assert raw == b"\x1bp" + bytes((n, ms // 2, ms // 2))


LEVELS: Final = ("default", *(f"level_{each}" for each in "012345678lmqh"))


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_known_by_its_name(level: str) -> None:
    of_qr, of_pdf = level[-1].upper(), level[-1]
    kind = "qrcode_model_2" if of_qr in "LMQH" else "pdf417_standard"
    found = symbol(f'<symbol type="{kind}" level="{level}">x</symbol>').level
    assert found == (
        "1" if level == "default" else of_qr if of_qr in "LMQH" else of_pdf
    )


@pytest.mark.parametrize("kind", ["receipt", "receipt_bm", "label", "label_bm"])
def test_a_layout_is_known_and_leaves_the_roll_alone(kind: str) -> None:
    assert escpos(f'<layout type="{kind}"/>') == b""


def test_every_word_is_typed_here() -> None:
    assert SOUNDS.keys() == words.PATTERNS
    assert {*LEVELS} == words.LEVELS


# -- elements and attributes -------------------------------------------------

# What an attribute may say, and what it may not.
FLAG, BYTE, SHORT = ("true", "maybe"), ("255", "256"), ("65535", "65536")
SCALE, SIGNED = ("8", "9"), ("-32768", "-32769")
ALIGN, STYLE, FONT = ("right", "top"), ("thick_double", "wavy"), ("special_b", "font_f")
_ALL: Final = {
    "text": {
        **dict.fromkeys(("smooth", "dw", "dh", "reverse", "ul", "em", "rotate"), FLAG),
        **dict.fromkeys(("width", "height"), SCALE),
        **dict.fromkeys(("x", "y"), SHORT),
        "lang": ("fr-FR", "?"),
        "font": FONT,
        "color": ("color_4", "color_5"),
        "align": ALIGN,
        "linespc": BYTE,
    },
    "feed": {
        **dict.fromkeys(("unit", "line", "linespc"), BYTE),
        "pos": ("cutting", "middle"),
    },
    "image": {
        **dict.fromkeys(("width", "height"), SHORT),
        "color": ("none", "red"),
        "align": ALIGN,
        "mode": ("gray16", "gray"),
    },
    "logo": {"key1": BYTE, "key2": BYTE, "align": ALIGN},
    "barcode": {
        **dict.fromkeys(("width", "height"), BYTE),
        "type": ("jan8", "jan9"),
        "hri": ("above", "left"),
        "font": FONT,
        "align": ALIGN,
        "rotate": FLAG,
    },
    "symbol": {
        **dict.fromkeys(("width", "height"), BYTE),
        "type": ("qrcode_micro", "qrcode"),
        "level": ("level_8", "level_9"),
        "size": SHORT,
        "align": ALIGN,
        "rotate": FLAG,
    },
    "hline": {"x1": SHORT, "x2": SHORT, "style": STYLE},
    "vline-begin": {"x": SHORT, "style": STYLE},
    "vline-end": {"x": SHORT, "style": STYLE},
    "page": {},
    "area": dict.fromkeys(("x", "y", "width", "height"), SHORT),
    "direction": {"dir": ("top_to_bottom", "up")},
    "position": {"x": SHORT, "y": SHORT},
    "line": {**dict.fromkeys(("x1", "y1", "x2", "y2"), SHORT), "style": STYLE},
    "rectangle": {**dict.fromkeys(("x1", "y1", "x2", "y2"), SHORT), "style": STYLE},
    "cut": {"type": ("reserve", "half")},
    "pulse": {"drawer": ("drawer_2", "drawer_3"), "time": ("pulse_500", "pulse_600")},
    "sound": {
        "pattern": ("pattern_10", "pattern_11"),
        "repeat": BYTE,
        "cycle": ("25500", "25501"),
    },
    "command": {},
    "layout": {
        **dict.fromkeys(
            ("height", "margin-top", "margin-bottom", "offset-cut", "offset-label"),
            SIGNED,
        ),
        "type": ("label", "roll"),
        "width": SHORT,
    },
    "recovery": {},
    "reset": {},
    "batch-begin": {},
    "batch-end": {},
    "rotate-begin": {},
    "rotate-end": {},
}
ELEMENTS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = _ALL
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "image": ("width", "height"),
    "logo": ("key1", "key2"),
    "barcode": ("type",),
    "symbol": ("type",),
    "hline": ("x1", "x2"),
    "vline-begin": ("x",),
    "vline-end": ("x",),
    "area": ("x", "y", "width", "height"),
    "direction": ("dir",),
    "position": ("x", "y"),
    "line": ("x1", "y1", "x2", "y2"),
    "rectangle": ("x1", "y1", "x2", "y2"),
}
ON_PAGES: Final = {"area", "direction", "position", "line", "rectangle"}
ANYWHERE: Final = {"text", "feed", "image", "logo", "barcode", "symbol", "command"}
ATTRIBUTES: Final = [
    (element, name) for element, known in ELEMENTS.items() for name in known
]


def _written(element: str, given: Mapping[str, str], *, page: bool) -> str:
    said = "".join(f' {name}="{value}"' for name, value in given.items())
    inside = f"<{element}{said}/>"
    return f"<page>{inside}</page>" if page else inside


def _needed(element: str) -> dict[str, str]:
    return {name: ELEMENTS[element][name][0] for name in NEEDS.get(element, ())}


@pytest.mark.parametrize(("element", "name"), ATTRIBUTES)
def test_an_attribute_is_known_and_so_are_its_bounds(element: str, name: str) -> None:
    on, page = ELEMENTS[element][name], element in ON_PAGES
    good = {**_needed(element), name: on[0]}
    (order,) = asked(document(_written(element, good, page=page))).orders
    if page:
        (order,) = order.inside
    assert name in order.given
    assert (
        refused(_written(element, {**good, name: on[1]}, page=page))
        == f"{element}: {name}"
    )


@pytest.mark.parametrize(
    ("element", "name"), [(each, name) for each, of in NEEDS.items() for name in of]
)
def test_what_an_element_needs_is_missed(element: str, name: str) -> None:
    given = {key: value for key, value in _needed(element).items() if key != name}
    why = refused(_written(element, given, page=element in ON_PAGES))
    assert why == f"{element}: an attribute is missing"


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_element_stands_where_the_manual_puts_it(element: str) -> None:
    given = _needed(element)
    for page in (False, True):
        written = _written(element, given, page=page)
        if element in ANYWHERE or page == (element in ON_PAGES):
            assert asked(document(written)).orders
        else:
            assert (
                refused(written)
                == f"{element}: not in {'page' if page else 'epos-print'}"
            )


def test_every_element_and_attribute_is_typed_here() -> None:
    known = {name: {*kind.attributes} for name, kind in grammar.KINDS.items()}
    assert known == {name: {*attributes} for name, attributes in ELEMENTS.items()}
    assert {name: {*kind.needs} for name, kind in KINDS.items() if kind.needs} == {
        name: {*needs} for name, needs in NEEDS.items()
    }


@pytest.mark.parametrize(
    ("said", "on"), [("true", True), ("1", True), ("false", False), ("0", False)]
)
def test_a_flag_is_said_in_four_ways(said: str, on: bool) -> None:
    assert b"\x1bE" + bytes((on,)) in escpos(f'<text em="{said}"/>')
    raw = document("<feed/>").replace(
        b"<epos-print", f'<epos-print force="{said}"'.encode()
    )
    assert asked(raw).force == on
