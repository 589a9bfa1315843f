from __future__ import annotations

import pytest

from agent.escpos.codepages import EPSON_PAGES, decode, full_page, upper_half
from agent.escpos.pagetables import BY_HAND, HOLE, SECOND
from agent.escpos.profiles import printer
from agent.escpos.settings import Printer
from tests.escpos.printed import text

SENTENCES = [
    (0, "cp437", "Crème brûlée 4,50 ½"),
    (2, "cp850", "Pâté de foie à l'ancienne"),
    (3, "cp860", "Pão de açúcar não"),
    (4, "cp863", "À l'Érablière, thé glacé"),
    (5, "cp865", "Rødgrød med fløde på"),
    (13, "cp857", "Şiş kebap, ığİÖ"),
    (14, "cp737", "Ελληνικός καφές"),
    (15, "iso8859_7", "Σύνολο €"),
    (16, "cp1252", "Œufs à la coque 3,20 €"),
    (17, "cp866", "Хлеб ржаной, сумма"),
    (18, "cp852", "Żółta gęś, příliš žluťoučký"),
    (19, "cp858", "Café gourmand 6,90 €"),
    (20, "cp874", "นายสังฆภัณฑ์"),
    (21, "cp874", "นายสังฆภัณฑ์"),
    (25, "cp874", "นายสังฆภัณฑ์"),
    (32, "cp720", "الحساب"),
    (33, "cp775", "Šaltibarščiai, rīsi"),
    (34, "cp855", "Чорба од пасуља"),
    (35, "cp861", "Kæmi ný öxi, þjófum"),
    (36, "cp862", "שלום"),
    (38, "cp869", "Σύνολο"),
    (39, "iso8859_2", "Łosoś, žluťoučký"),
    (40, "iso8859_15", "Cœur de bœuf 9 €"),
    (44, "cp1125", "Їжа, ґудзик"),
    (45, "cp1250", "Łosoś wędzony"),
    (46, "cp1251", "Чай чёрный"),
    (47, "cp1253", "Καφές €"),
    (48, "cp1254", "Çay, İçecek"),
    (49, "cp1255", "חשבון ₪"),
    (50, "cp1256", "المجموع"),
    (51, "cp1257", "Žemaitė šąla"),
    (53, "kz1048", "Қазақ тілі"),
]


@pytest.mark.parametrize(("number", "codec", "sentence"), SENTENCES)
def test_each_page_says_what_was_written(
    number: int, codec: str, sentence: str
) -> None:
    job = b"\x1bt" + bytes((number,)) + sentence.encode(codec)
    assert text(job) == [sentence]
    assert text(job, printer=printer("default")) == [sentence]


# Typed from Epson's Character Code Tables, for pages of which Python knows nothing.
TYPED = [
    (1, "ba b0 cb b0 20 f1 f2 f3", "ｺｰﾋｰ 円年月"),
    (6, "ba b0 cb b0 20 94 95 20 e2 e3", "こｰひｰ 特 足"),
    (7, "80 81 90 91 f4 f5", "日会送"),
    (8, "8e 8f 90 91 20 31 32 86 87", "合計 12円"),
    (11, "d2 f2 e6 e5 a2 e5", "Φυμλόλ"),
    (12, "9d 69 73 20 47 e8 61 20 61 6e 74 61 ed 20 be", "Ĝis Għa antaŭ ż"),
    (20, "b9 c1 20 91 92", "นม ๑๒"),
    (21, "99 db 9a b9 c1", "┌─┐นม"),
    (22, "fc fd fe ff", "←↑→↓"),
    (23, "80 85 81 a1", "┌─┐ก"),
    (24, "80 85 81 8c a1", "┌─┐←ก"),
    (26, "80 85 81 8c a1", "┌─┐←ก"),
    (30, "54 69 d5 6e 67 20 56 69 d6 74", "Tiếng Việt"),
    (31, "a7 a5 ac 20 d6", "ĐƠ Ệ".replace("ĐƠ", "Đ Ơ")),
    (37, "b1 b2 b3 20 c6", "١٢٣ ﺋ"),
    (41, "f5 f6 f7 20 c5", "۱۲۳ ┼"),
    (42, "b5 75 9e", "Ąu₧"),
    (43, "8c ae ab ae aa ae 20 b5 d8", "Молоко Ąž"),
    (52, "d5 dd 20 fe", "ƠƯ ₫"),
    (66, "c6 cc d7 e8 c2 e1", "नमस्ते"),
    (67, "c6 cc d7 e8 b3 da cf", "নমস্কার"),
    (68, "c6 c6 e8 d0 db", "நநறி".replace("நந", "நந்")),
    (69, "c6 cc d7 e8 b3 da cf", "నమస్కార"),
    (70, "cf d4", "ৰৱ"),
    (71, "c6 cc d7 e8 b3 da cf", "ନମସ୍କାର"),
    (72, "c6 cc d7 e8 b3 da cf", "ನಮಸ್ಕಾರ"),
    (73, "c6 cc d7 e8 b3 da cf 20 ce", "നമസ്കാര യ"),
    (74, "c6 cc d7 e8 c2 e1", "નમસ્તે"),
    (75, "d7 c2 e8 d7 e8", "ਸਤ੍ਸ੍"),
    (82, "cc c6 d7 e8 b3 da cf", "मनस्कार"),
]
# IS 13194:1991: a script without the letter prints its nearest one.
NEAREST = [
    (67, "ab ae af b2 c7 d0 d2 d3 d4 e0 e3 e4 e7", "এঐওঔনরললবেৈোৌ"),
    (68, "b4 b5 b6 b9 bb be bf c0 c3 c4 c5 c9 ca cb", "கககசஜடடடதததபபப"),
    (69, "ce", "య"),
    (75, "d6", "\u0a36"),
]


def test_every_page_of_the_manual_is_typed_here() -> None:
    typed = {number for number, *_ in (*SENTENCES, *TYPED)}
    assert typed == EPSON_PAGES.keys()


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("CP932", "b1", "ｱ"),
        ("CP928", "e9", "ι"),
        ("RK1048", "8d", "Қ"),
        ("ISO_8859-1", "e9", "é"),
        ("CP3021", "80 d5", "А№"),
        ("CP3843", "92 a5", "łŃ"),
        ("CP3844", "80 86", "ČŤ"),
        ("CP3845", "8d 93", "Íő"),
        ("CP3848", "a1 d5", "Àœ"),
    ],
)
def test_names_of_printer_databases_are_known(name: str, raw: str, said: str) -> None:
    assert decode(bytes.fromhex(raw), full_page(upper_half(name), 0)) == said


@pytest.mark.parametrize(("number", "raw", "said"), [*TYPED, *NEAREST])
def test_pages_of_which_python_knows_nothing(number: int, raw: str, said: str) -> None:
    assert text(b"\x1bt" + bytes((number,)) + bytes.fromhex(raw)) == [said]


def test_a_kanji_of_two_halves_is_two_columns_wide() -> None:
    page = b"\x1bt\x08\x8e\x8f\x90\x91 12\n"
    assert text(page, printer=Printer(width_dots=5 * 12)) == ["合計", "12"]


@pytest.mark.parametrize("number", range(256))
def test_any_number_selects_128_characters(number: int) -> None:
    each = b"".join(b"." + bytes((byte,)) + b".\n" for byte in range(0x80, 0x100))
    said = text(b"\x1bt" + bytes((number,)) + each)
    assert len(said) == 128
    assert all(line[0] == "." and line[-1] == "." for line in said)
    shown = "".join(line[1:-1] for line in said)
    assert len(set(shown)) > 24
    assert not any("\x7f" <= character <= "\x9f" for character in shown)


@pytest.mark.parametrize("number", [254, 255])
def test_a_page_of_the_users_own_is_read_as_the_one_before_any_other(
    number: int,
) -> None:
    own = Printer(default_page=16)
    assert text(b"\x1bt" + bytes((number,)) + b"\xe9t\xe9", printer=own) == ["été"]


@pytest.mark.parametrize(
    "name", [*EPSON_PAGES.values(), *BY_HAND, "no-such-page", "", "\0", "hex"]
)
def test_any_name_gives_128_visible_characters(name: str) -> None:
    table = upper_half(name)
    assert len(table) == 128
    seen = (HOLE, SECOND, " ")
    assert all(character in seen or character >= "\xa0" for character in table)


@pytest.mark.parametrize("country", range(20))
def test_every_country_keeps_letters_and_digits(country: int) -> None:
    page = full_page(upper_half("CP437"), country)
    assert len(page) == 256
    assert decode(b"TOTAL 42,17 /kg", page) == "TOTAL 42,17 /kg"


# Epson ESC/POS, ESC R, from the table of the manual.
COUNTRIES = [
    (0, "#$@[\\]^`{|}~"),
    (1, "#$à°ç§^`éùè¨"),
    (2, "#$§ÄÖÜ^`äöüß"),
    (3, "£$@[\\]^`{|}~"),
    (4, "#$@ÆØÅ^`æøå~"),
    (5, "#¤ÉÄÖÅÜéäöåü"),
    (6, "#$@°\\é^ùàòèì"),
    (7, "₧$@¡Ñ¿^`¨ñ}~"),
    (8, "#$@[¥]^`{|}~"),
    (9, "#¤ÉÆØÅÜéæøåü"),
    (10, "#$ÉÆØÅÜéæøåü"),
    (11, "#$á¡Ñ¿é`íñóú"),
    (12, "#$á¡Ñ¿éüíñóú"),
    (13, "#$@[₩]^`{|}~"),
    (14, "#$ŽŠĐĆČžšđćč"),
    (15, "#¥@[\\]^`{|}~"),
    (16, "₫$@[\\]^`{|}~"),
    (17, "#$@[\\]^`{|}~"),
]


@pytest.mark.parametrize(("country", "said"), COUNTRIES)
def test_the_national_characters_of_each_country(country: int, said: str) -> None:
    assert text(b"\x1bR" + bytes((country,)) + b"#$@[\\]^`{|}~\n") == [said]


@pytest.mark.parametrize(
    ("country", "digits"),
    [
        (17, "0123456789٪٭"),
        (66, "०१२३४५६७८९%*"),
        (67, "০১২৩৪৫৬৭৮৯%*"),
        (68, "௦௧௨௩௪௫௬௭௮௯%*"),
        (69, "౦౧౨౩౪౫౬౭౮౯%*"),
        (70, "০১২৩৪৫৬৭৮৯%*"),
        (71, "୦୧୨୩୪୫୬୭୮୯%*"),
        (72, "೦೧೨೩೪೫೬೭೮೯%*"),
        (73, "൦൧൨൩൪൫൬൭൮൯%*"),
        (74, "૦૧૨૩૪૫૬૭૮૯%*"),
        (75, "੦੧੨੩੪੫੬੭੮੯%*"),
        (82, "०१२३४५६७८९%*"),
    ],
)
def test_digits_and_signs_of_arabia_and_india(country: int, digits: str) -> None:
    assert text(b"\x1bR" + bytes((country,)) + b"0123456789%*\n") == [digits]


def test_a_byte_never_vanishes() -> None:
    page = full_page(upper_half("ISO_8859-7"), 0)
    assert len(decode(bytes(range(256)), page)) == 256
