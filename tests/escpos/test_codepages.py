from __future__ import annotations

import pytest

from agent.escpos.codepages import EPSON_PAGES, decode, full_page, upper_half
from agent.escpos.pagetables import BY_HAND, HOLE
from agent.escpos.profiles import printer
from tests.escpos.printed import text

SENTENCES = [
    (0, "cp437", "Crème brûlée 4,50 ½"),
    (2, "cp850", "Pâté de foie à l'ancienne"),
    (3, "cp860", "Pão de açúcar não"),
    (5, "cp865", "Rødgrød med fløde på"),
    (13, "cp857", "Şiş kebap, ığİÖ"),
    (14, "cp737", "Ελληνικός καφές"),
    (15, "iso8859_7", "Σύνολο €"),
    (16, "cp1252", "Œufs à la coque 3,20 €"),
    (17, "cp866", "Хлеб ржаной, сумма"),
    (18, "cp852", "Żółta gęś, příliš žluťoučký"),
    (19, "cp858", "Café gourmand 6,90 €"),
    (21, "cp874", "นายสังฆภัณฑ์"),
    (36, "cp862", "שלום"),
    (40, "iso8859_15", "Cœur de bœuf 9 €"),
    (45, "cp1250", "Łosoś wędzony"),
    (46, "cp1251", "Чай чёрный"),
    (48, "cp1254", "Çay, İçecek"),
    (51, "cp1257", "Žemaitė šąla"),
]


@pytest.mark.parametrize(("number", "codec", "sentence"), SENTENCES)
def test_each_page_says_what_was_written(
    number: int, codec: str, sentence: str
) -> None:
    job = b"\x1bt" + bytes((number,)) + sentence.encode(codec)
    assert text(job) == [sentence]
    assert text(job, printer=printer("TM-T88V")) == [sentence] or number == 21
    assert text(job, printer=printer("default")) == [sentence]


def test_half_width_katakana_and_its_yen_and_years() -> None:
    assert text(b"\x1bt\x01\xba\xb0\xcb\xb0 \xf1\xf2\xf3") == ["ｺｰﾋｰ 円年月"]


@pytest.mark.parametrize(
    "name", [*EPSON_PAGES.values(), "no-such-page", "", "\0", "hex"]
)
def test_any_name_gives_128_visible_characters(name: str) -> None:
    table = upper_half(name)
    assert len(table) == 128
    assert all(character in (HOLE, " ") or character >= "\xa0" for character in table)


@pytest.mark.parametrize("country", range(20))
def test_every_country_keeps_letters_and_digits(country: int) -> None:
    page = full_page(upper_half("CP437"), country)
    assert len(page) == 256
    assert decode(b"TOTAL 42,17 /kg", page) == "TOTAL 42,17 /kg"


def test_a_byte_never_vanishes() -> None:
    page = full_page(upper_half("ISO_8859-7"), 0)
    assert len(decode(bytes(range(256)), page)) == 256
