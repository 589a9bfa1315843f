"""Who sold, and when."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.receipt.read import from_text
from agent.receipt.registers import is_french_vat, is_siret

SHOP = [
    "BOULANGERIE DU PORT",
    "SARL LE FOURNIL",
    "3 QUAI DES BELGES",
    "13001 MARSEILLE",
]


def test_a_legal_form_names_the_merchant() -> None:
    merchant = from_text([*SHOP, "TEL 04 91 00 00 00", "PAIN   1,10"]).merchant
    assert merchant.name == "SARL LE FOURNIL"
    assert merchant.address == ("3 QUAI DES BELGES", "13001 MARSEILLE")
    assert merchant.phone == "04 91 00 00 00"


def test_a_bare_siret_needs_its_check_digit() -> None:
    assert is_siret("73282932000074")
    assert is_siret("35600000049837")
    assert not is_siret("73282932000075")
    assert from_text([*SHOP, "73282932000074"]).merchant.siret == "73282932000074"
    assert from_text([*SHOP, "73282932000075"]).merchant.siret is None
    assert from_text([*SHOP, "SIRET 732 829 320 00074"]).merchant.siret == (
        "73282932000074"
    )


def test_a_bare_french_vat_number_needs_its_key() -> None:
    assert is_french_vat("FR44732829320")
    assert not is_french_vat("FR45732829320")
    assert from_text([*SHOP, "FR44732829320"]).merchant.vat_id == "FR44732829320"
    assert from_text([*SHOP, "FR45732829320"]).merchant.vat_id is None


@pytest.mark.parametrize(
    ("line", "country", "date"),
    [
        ("le 13/07/26 à 17:01:11", "FR", dt.date(2026, 7, 13)),
        ("13.07.2026 17h01", "FR", dt.date(2026, 7, 13)),
        ("15-07-2026 MARDI 13:40", "FR", dt.date(2026, 7, 15)),
        ("14 juin 2024 18:37", "FR", dt.date(2024, 6, 14)),
        ("18 SEP 2026", "FR", dt.date(2026, 9, 18)),
        ("15DEC2016", "FR", dt.date(2016, 12, 15)),
        ("11/08/2014", "US", dt.date(2014, 11, 8)),
        ("2026/07/13", "FR", dt.date(2026, 7, 13)),
        ("Monday 6th of April 2015 02:56:25 PM", "AU", dt.date(2015, 4, 6)),
    ],
)
def test_printed_dates_are_read(line: str, country: str, date: dt.date) -> None:
    assert from_text(["PAIN  1,00", line], country=country).date == date


def test_impossible_dates_are_none() -> None:
    assert from_text(["31/02/2026", "99/99/2026", "1.1.12.1"]).date is None


def test_decoys_lose_to_the_date_of_the_sale() -> None:
    receipt = from_text(
        ["FIN 30/09/28", "LOGICIEL 2.1 du 01/01/2020", "13/07/2026 17:01",
         "Echange jusqu'au 13/08/2026", "Ouvert de 8h00 à 21h00"]
    )  # fmt: skip
    assert receipt.date == dt.date(2026, 7, 13)
    assert receipt.time == dt.time(17, 1)


def test_a_number_of_another_length_is_neither_siret_nor_vat_number() -> None:
    assert not is_siret("7328293200007")
    assert not is_french_vat("FR4473282932")


def test_a_name_broken_before_its_legal_form_is_joined() -> None:
    lines = ["ABC TRADING", "SDN BHD", "NO 5 JALAN KUCHAI", "58200 KUALA LUMPUR"]
    assert from_text(lines, country="MY").merchant.name == "ABC TRADING SDN BHD"


def test_a_year_before_tills_is_no_date() -> None:
    assert from_text(["MAISON FONDEE LE 13/07/1889"]).date is None


@pytest.mark.parametrize("text", ["21ST OF SEPTEMBER 2026", "21 SEPT 2026"])
def test_a_month_in_words_is_read(text: str) -> None:
    assert from_text([text]).date == dt.date(2026, 9, 21)


def test_opening_hours_and_bare_words_are_not_the_time() -> None:
    lines = ["HEURE", "HEURES LUNDI 9:00", "TIME 17:40"]
    assert from_text(lines).time == dt.time(17, 40)


def test_the_number_of_a_card_terminal_is_not_the_till() -> None:
    assert from_text(["TERMINAL : 123456", "CAISSE 02"]).till == "02"
    assert from_text(["TERMINAL : 123456"]).till is None


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["MA BOUTIQUE", "", "", "SARL LE FOURNIL"], "SARL LE FOURNIL"),
        (["SELAMAT", "KEDAI ABC", "SDN BHD"], "KEDAI ABC SDN BHD"),
    ],
)
def test_a_legal_form_takes_only_the_name_right_above_it(
    lines: list[str], name: str
) -> None:
    address = ["NO 5 JALAN KUCHAI", "58200 KUALA LUMPUR"]
    assert from_text([*lines, *address], country="MY").merchant.name == name


@pytest.mark.parametrize(
    "paper",
    [
        ["FACTURE 2214 DU 28/11/2026", "PROCHAINE REVISION LE 28/11/2027"],
        ["Ticket 2214 28/11/2026 10:00", "CONTROLE TECHNIQUE LE 28/11/2028"],
        ["Ticket 2214 28/11/2026 10:00", "GARANTIE JUSQU'AU 28/11/2028"],
        ["28/11/2026 10:00", "BON D'ACHAT VALABLE JUSQU'AU DATE 31/12/2026"],
        ["Bon 12 28.11.2026", "NÄCHSTE WARTUNG AM DATUM 28.11.2027"],
    ],
)
def test_what_is_to_come_is_later_than_the_sale(paper: list[str]) -> None:
    lines = ["GARAGE", paper[0], "PNEU 79,00", "TOTAL 79,00", "CB 79,00", paper[1]]
    assert from_text(lines).date == dt.date(2026, 11, 28)


def test_a_road_in_the_name_is_no_street_where_the_street_stands_below() -> None:
    lines = ["ROUTE 9 DINER", "1420 Albany Post Rd", "Hyde Park, NY 12538"]
    merchant = from_text(
        [*lines, "Check #: 30417", "Total 1.00"], country="US"
    ).merchant
    assert (merchant.name, list(merchant.address)) == (lines[0], lines[1:])
    street = ["AVENUE DU 8 MAI 1945", "69000 LYON", "PAIN 1,00"]
    assert from_text(street).merchant.name is None


@pytest.mark.parametrize(
    ("country", "shop", "below"),
    [
        ("CA", ["MAPLE CORNER", "88 King St E", "Toronto ON M5C 1G6"], ["HST# 123456789RT0001", "2026-11-28 15:44  Reg 2"]),
        ("US", ["PRAIRIE", "2200 W Lincoln Way", "Ames, IA 50014"], ["ST# 0412 OP# 00921 TE# 07 TR# 05513"]),
        ("AT", ["Bäckerei H", "Landstraße 17", "4020 Linz"], ["ATU12345675"]),
        ("SE", ["KIOSKEN AB", "Storgatan 3", "471 94 Kallekarr"], ["Org.nr 556123-4567"]),
        ("PL", ["SKLEP ALA", "ul. Polna 3, 00-123 Warszawa"], ["NIP 5261040828"]),
        ("DK", ["KOBMANDEN", "Torvet 2, 8000 Aarhus C"], ["CVR 12345678"]),
        ("FR", ["CHEZ MARGOT", "3 RUE DU BAC", "75007 PARIS"], ["CLOTURE JOURNALIERE Z N° 412"]),
    ],
)  # fmt: skip
def test_numbers_below_the_town_are_not_the_address(
    country: str, shop: list[str], below: list[str]
) -> None:
    merchant = from_text([*shop, *below, "A 2.29"], country=country).merchant
    assert list(merchant.address) == shop[1:]


@pytest.mark.parametrize(
    ("printed", "country", "day"),
    [("22/05/14", "CA", "2022-05-14"), ("05/14/22", "CA", "2022-05-14"), ("22/05/14", "FR", "2014-05-22"),
     ("25/12/2016", "US", "2016-12-25")],
)  # fmt: skip
def test_the_order_of_two_digit_years_is_that_of_the_country(
    printed: str, country: str, day: str
) -> None:
    receipt = from_text(["MILK 2.00", f"DATE/TIME: {printed} 13:21"], country=country)

    assert str(receipt.date) == day


def test_a_phone_and_a_manager_are_no_address() -> None:
    lines = ["SAVE & LIVE", "( 330 ) 339 - 3991", "MANAGER DIANA EARNEST", "231 BLUEBELL DR SW",
             "NEW PHILADELPHIA OH 44663", "Server: Amy        Station: 3"]  # fmt: skip
    merchant = from_text(lines, country="US").merchant

    assert merchant.address == ("231 BLUEBELL DR SW", "NEW PHILADELPHIA OH 44663")
    assert merchant.phone == "330 ) 339 - 3991"


def test_a_polish_street_with_its_town_is_no_name() -> None:
    lines = [" UL. DLUGA 123 00-021 WARSZAWA", "KAWA 9,90", "SUMA PLN 9,90"]
    merchant = from_text(lines, country="PL").merchant
    assert merchant.name is None
    assert merchant.address == ("UL. DLUGA 123 00-021 WARSZAWA",)


def test_a_house_before_a_postcode_is_an_address_whatever_the_street() -> None:
    lines = ["      AM MÜHLBACH 45 51061 Köln", "COLA 1,48", "SUMME 1,48"]
    merchant = from_text(lines, country="DE").merchant
    assert merchant.name is None
    assert merchant.address == ("AM MÜHLBACH 45 51061 Köln",)
