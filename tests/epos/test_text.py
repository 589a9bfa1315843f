from __future__ import annotations

import unicodedata

import pytest

from agent.escpos.profiles import printer
from agent.escpos.settings import Printer
from agent.paper.strip import Run, Style, TextLine
from tests.epos.printing import elements, escpos, paper, runs, text


def test_a_line_is_printed_as_it_was_written() -> None:
    assert text("<text>Bonjour&#10;</text>") == ["Bonjour"]


def test_text_that_no_line_feed_ends_comes_out_with_the_job() -> None:
    assert escpos("<text>Bonjour</text>").endswith(b"Bonjour\n")


def test_a_feed_ends_the_line_of_the_text_before_it() -> None:
    assert text("<text>Hello</text><feed/><text>World</text><feed/>") == [
        "Hello",
        "World",
    ]


@pytest.mark.parametrize(
    ("attributes", "style"),
    [
        ('em="true"', Style(bold=True)),
        ('em="1"', Style(bold=True)),
        ('ul="true"', Style(underline=1)),
        ('reverse="true"', Style(invert=True)),
        ('font="font_b"', Style(font="B")),
        ('font="font_c"', Style(font="C")),
        ('font="font_d"', Style(font="D")),
        ('font="font_e"', Style(font="E")),
        ('dw="true"', Style(wide=2)),
        ('dh="true"', Style(tall=2)),
        ('dw="true" dh="true"', Style(wide=2, tall=2)),
        ('width="3" height="8"', Style(wide=3, tall=8)),
        ('dw="true" width="1"', Style()),
        ('color="color_1"', Style()),
        ('color="color_2"', Style(ink=2)),
        ('color="color_3"', Style(ink=3)),
        ('color="none"', Style(ink=0)),
        ('rotate="true"', Style(upside_down=True)),
        ('smooth="true" font="special_a"', Style()),
    ],
)
def test_each_attribute_sets_its_own_part(attributes: str, style: Style) -> None:
    (run,) = runs(f"<text {attributes}>x&#10;</text>")
    assert (run.text, run.style) == ("x", style)


def test_attributes_hold_until_they_are_said_anew() -> None:
    said = (
        '<text em="true" width="2"/><text>a</text><text height="3">b</text>'
        '<text em="false" width="1" height="1">c&#10;</text>'
    )
    assert [run.style for run in runs(said)] == [
        Style(bold=True, wide=2),
        Style(bold=True, wide=2, tall=3),
        Style(),
    ]


def test_a_colour_of_the_many_is_left_again() -> None:
    said = '<text color="color_3">a</text><text color="color_1">b&#10;</text>'
    assert [run.style.ink for run in runs(said)] == [3, 1]


def test_alignment_is_for_whole_lines_and_for_what_follows() -> None:
    said = '<text align="center">x&#10;</text><text>y&#10;</text>'
    assert runs(said) == [Run("x", x=282), Run("y", x=282)]


def test_an_absolute_position_is_in_dots_of_the_printer_that_was_meant() -> None:
    assert runs('<text>a</text><text x="100">b&#10;</text>')[1] == Run("b", x=100)
    assert b"\x1dP\xb4\xb4" in escpos('<text x="100"/>', dots_per_inch=180)


def test_line_spacing_holds_for_text_and_feeds() -> None:
    said = '<text linespc="50">a&#10;</text><feed linespc="60"/>'
    heights = [e.height for e in elements(said) if isinstance(e, TextLine)]
    assert heights == [50]
    assert escpos(said).count(b"\x1b3") == 2


def test_tabs_and_line_feeds_are_obeyed_and_other_controls_are_not_in_xml() -> None:
    assert text("<text>a&#9;b&#13;&#10;c\n</text>") == ["a       b", "c"]


FRENCH = "Crème à l’œuf : 3,50 € — Noël, ÉPICERIE, Œ"


@pytest.mark.parametrize(
    "said",
    [
        FRENCH,
        "Käse, Straße, GRÖSSE",
        "ΣΥΝΟΛΟ Ευχαριστούμε ώ",
        "ИТОГО Спасибо ё",
        "ВСЬОГО її є ґ",
        "Żółć gęślą jaźń, příliš žluťoučký kůň, őű",
        "TEŞEKKÜRLER ığ",
        "KOPĀ summa ģ, Ačiū už pirkinį ų",
        "סה״כ לתשלום",
        "รวมทั้งสิ้น ขอบคุณ",
        "│ ╔══╗ █ ░",
        "Мұның қәі",
    ],
)
def test_every_alphabet_gets_the_page_that_has_it(said: str) -> None:
    assert text(f"<text>{said}&#10;</text>") == [said]


def test_alphabets_may_be_mixed_in_one_line() -> None:
    said = "Café ΣΥΝΟΛΟ ИТОГО € Žluť"
    assert text(f"<text>{said}&#10;</text>") == [said]


@pytest.mark.parametrize("model", ["TM-T88V", "TM-T20II-42col", "TM-T88III"])
def test_french_is_french_on_real_models_too(model: str) -> None:
    assert text(f"<text>{FRENCH}&#10;</text>", printer(model)) == [FRENCH]


def test_a_page_is_kept_as_long_as_it_does() -> None:
    said = "<text>€&#10;</text><text>é à&#10;</text>"  # é is on page 0 too
    assert escpos(said).count(b"\x1bt") == 1


def test_vietnamese_keeps_its_tones() -> None:
    said = "Tổng cộng: 50.000 ₫, Cảm ơn quý khách"
    (line,) = text(f'<text lang="vi">{said}&#10;</text>')
    assert unicodedata.normalize("NFC", line) == said


def test_what_no_page_has_is_written_without_accents_or_as_a_question_mark() -> None:
    assert text("<text>ǎ ﬁ 😀 漢&#10;</text>") == ["a fi ? ?"]


@pytest.mark.parametrize(
    ("lang", "multibyte", "said"),
    [
        ("ja", "cp932", "合計 ¥1,234 ありがとう ｶﾅ 100%"),
        ("ja-JP", "cp932", "領収書"),
        ("ko", "euc_kr", "합계 12,000원 감사합니다"),
        ("zh-hans", "gb18030", "合计 12.50 谢谢惠顾 é"),
        ("zh-CN", "gb18030", "收银员"),
        ("zh-hant", "big5", "統一編號 總計 NT$100"),
        ("zh-TW", "big5", "謝謝"),
    ],
)
def test_the_languages_of_east_asia_are_printed_in_kanji_mode(
    lang: str, multibyte: str, said: str
) -> None:
    its = Printer(multibyte=multibyte)
    said = said.replace("¥", "\\")
    assert text(f'<text lang="{lang}">{said}&#10;</text>', its) == [said]


def test_after_japanese_the_printer_reads_code_pages_again() -> None:
    said = '<text lang="ja">合計&#10;</text><text lang="fr">à payer €&#10;</text>'
    assert text(said, Printer(multibyte="cp932")) == ["合計", "à payer €"]


def test_all_languages_at_once_are_said_in_utf_8() -> None:
    said = '<text lang="mul">合计 Café 감사&#10;</text><text lang="en">é&#10;</text>'
    assert text(said) == ["合计 Café 감사", "é"]


def test_ascii_is_ascii_whatever_country_the_printer_is_set_to() -> None:
    assert text("<text>a@b.example #1 {x}&#10;</text>", Printer(country=1)) == [
        "a@b.example #1 {x}"
    ]


def test_a_document_leaves_nothing_of_the_one_before_it() -> None:
    both = '<text em="true" align="right">a&#10;</text>'
    assert escpos(both).startswith(b"\x1b@")
    assert paper("<text>a&#10;</text>").elements == (TextLine((Run("a"),), 30),)
