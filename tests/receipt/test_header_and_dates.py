"""Who sold, and when."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.receipt.header import is_french_vat, is_siret
from agent.receipt.read import from_text

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
