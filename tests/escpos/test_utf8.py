"""UTF-8 in a selected page is told from text that makes sense in that page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.escpos.codepages import EPSON_PAGES
from agent.escpos.utf8 import oddity
from agent.paper.strip import TextLine
from tests.escpos.printed import strip_of, text

# The pages in which French, and what else is sold in France, is written.
PAGES = {
    "cp437": 0,
    "cp850": 2,
    "cp860": 3,
    "cp863": 4,
    "cp865": 5,
    "cp1252": 16,
    "cp858": 19,
    "iso8859_15": 40,
}
SAID = """CRÈME BRÛLÉE|Crème fraîche|Pâté de campagne|ÉCLAIR CAFÉ|CAFÉ|Thé à la menthe|
Hôtel du Port|À EMPORTER|NOËL|Noël|Bœuf bourguignon|ŒUF|œuf mayo|Maïs doux|GÂTEAU|
Forêt-Noire|Île flottante|ÎLE|Où ?|RÉGLÉ|SOCIÉTÉ GÉNÉRALE|N° 12|n° de TVA|
1 kg à 2,50 €/kg|2 × 3,40|½ baguette|«Merci»|« Merci »|ça|ÇA|CLAFOUTIS|REÇU|TVA 5,5 %|
TOTAL TTC 12,40 €|TOTAL 12,40€|À rendre 7,60 €|À bientôt…|CAFÉ…|L’été|20°C|€ 3,00|
PRÊT-À-MANGER|RUE DE L'ÉGLISE|ÉLÈVE|ÂGE|Â|à|À|é|È|É|Ç|ô|Ÿves|DÉJÀ VU|PÉNÉLOPE & CIE®|
Coca-Cola™|m² 12|45 m³|DÉCÈS|CITROËN|JALAPEÑO|El Niño|MÜLLER|Straße|Ångström|SMÅRÅ|
Fjällräven|Åse Blå|PIÙ|Perché…|lunedì|CITTÀ|São João|MAÇÃ|ROMÃ|Informação|AÇÚCAR|
¿Qué tal?|¡Gracias!|NIÑO""".replace("\n", "").split("|")

receipts = st.lists(st.sampled_from(SAID), min_size=1, max_size=30)


def _printed(number: int, lines: list[bytes]) -> list[str]:
    page = b"\x1bt" + bytes((number,))
    strip = strip_of(page, *(line + b"\n" for line in lines))
    printed = (e for e in strip.elements if isinstance(e, TextLine))
    return ["".join(run.text for run in line.runs) for line in printed]


def _pages_own(line: str, codec: str) -> bytes:
    """What of ``line`` the page has."""
    return line.encode(codec, "ignore")


@pytest.mark.parametrize("line", SAID)
def test_a_line_that_its_page_can_write_is_read_in_its_page(line: str) -> None:
    own = {codec: b"." + _pages_own(line, codec) for codec in PAGES}
    printed = {codec: _printed(PAGES[codec], [own[codec]]) for codec in PAGES}
    assert printed == {codec: [raw.decode(codec)] for codec, raw in own.items()}


@pytest.mark.parametrize("codec", PAGES)
@settings(max_examples=40, deadline=None)
@given(receipt=receipts)
def test_a_receipt_that_its_page_can_write_is_read_in_its_page(
    codec: str, receipt: list[str]
) -> None:
    lines = [b"." + _pages_own(line, codec) for line in receipt]
    assert _printed(PAGES[codec], lines) == [line.decode(codec) for line in lines]


FRENCH = [
    "1 CAFÉ  2,40 €",
    "à emporter",
    "Crème brûlée  6,90 €",
    "ÎLE FLOTTANTE",
    "é",
    "TOTAL 12,40 €",
]


@pytest.mark.parametrize("number", EPSON_PAGES)
def test_a_french_receipt_in_utf_8_is_read_on_any_page(number: int) -> None:
    assert _printed(number, [line.encode() for line in FRENCH]) == FRENCH


@pytest.mark.parametrize(
    "line",
    [
        "Хлеб ржаной, сумма 120",
        "Ελληνικός καφές 2,50",
        "Żółta gęś, žluťoučký",
        "Tiếng Việt, người",
        "合计：12.50元，谢谢惠顾",
        "ありがとうございました",
        "합계 금액 12,000원",
        "นายสังฆภัณฑ์ 42",
    ],
)
def test_any_script_in_utf_8_is_read_on_any_page(line: str) -> None:
    said = {n: text(b"\x1bt" + bytes((n,)) + line.encode()) for n in EPSON_PAGES}
    assert said == {n: [line] for n in EPSON_PAGES}


@pytest.mark.parametrize("number", [0, 2, 16, 19, 40])
@pytest.mark.parametrize("line", ["12,40 €", "œuf", "L’été", "brûlé", "NOËL", "ÇA"])
def test_one_character_of_western_europe_is_enough(number: int, line: str) -> None:
    assert text(b"\x1bt" + bytes((number,)) + line.encode()) == [line]


def test_a_job_that_selects_no_page_may_be_utf_8() -> None:
    assert text("é\n".encode()) == ["é"]
    assert text("Ĳ ж\n".encode()) == ["Ĳ ж"]


def test_a_frame_is_no_utf_8() -> None:
    """The bytes of these corners are also "ô", "¿" and "Ż"."""
    assert text(b"\x1bt\x00", b"\xc3\xb4 \xc2\xbf \xc5\xbb\n") == ["├┤ ┬┐ ┼╗"]


def test_a_line_that_may_be_either_is_judged_by_the_whole_job() -> None:
    one = b"\xc3\xa9\n"
    assert text(b"\x1bt\x02", one) == ["├®"]
    assert text(b"\x1bt\x02", one, "Crème\n".encode()) == ["é", "Crème"]
    assert text(b"\x1bt\x02", one, "Crème\n".encode("cp850")) == ["├®", "Crème"]


def test_a_line_cut_by_bytes_keeps_its_start() -> None:
    cut = "Crème brûl".encode() + b"\xc3\n"
    assert text(b"\x1bt\x02", cut, b"TOTAL\n") == ["Crème brûl├", "TOTAL"]


def test_a_euro_of_the_page_stays_one_among_utf_8() -> None:
    job = ["Crème brûlée\n".encode(), "Café ".encode() + b"2,40 \xd5\n"]
    assert text(b"\x1bt\x13", *job) == ["Crème brûlée", "Café 2,40 €"]


def test_a_control_code_is_never_what_utf_8_was_meant_for() -> None:
    job = ["Crème brûlée\n".encode(), "Café ".encode() + b"\xd5 \xc2\x80\n"]
    assert text(b"\x1bt\x13", *job) == ["Crème brûlée", "Café € ┬Ç"]


def test_a_long_run_is_not_cut_inside_a_character() -> None:
    long = "né" * 500
    for lead in ("", ".", ".."):
        said = "".join(text(b"\x1bt\x02", (lead + long + "\n").encode()))
        assert said == lead + long


def test_letters_and_accents_sent_apart_come_out_as_they_came() -> None:
    assert text("Cafe\u0301\n".encode()) == ["Cafe\u0301"]


@pytest.mark.parametrize(
    ("seen", "odd"),
    [
        ("TOTAL", 0),
        ("Crème brûlée, 2 × 3,40 €", 0),
        ("CAFÉ… «ÉTÉ» N° 12 m² Coca-Cola™", 0),
        ("╔══╗ ║ ╚╝ ░▒▓", 0),
        ("Хлеб №12, Ελληνικός", 0),
        ("Cr├¿me", 1),
        ("crÃ¨me", 1),
        ("CAFÃ‰", 1),
        ("Γé¼", 2),
        ("a\ufffd", 1),
    ],
)
def test_what_nobody_writes_is_odd(seen: str, odd: int) -> None:
    assert min(oddity(seen), odd) == odd
    assert bool(oddity(seen)) == bool(odd)
