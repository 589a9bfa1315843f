"""Numbers of registers: labelled as printed, bare only with their check digits."""

from __future__ import annotations

import random

import pytest

from agent.receipt.read import from_text
from agent.receipt.registers import a8, is_french_vat, is_siret, misfits
from agent.wire.receipt import Level, Merchant
from hardware_sim.papers.lands import LANDS
from hardware_sim.papers.registers import VAT_IDS

DICE = random.Random("registers")
SOLD = ["PAIN   1,10", "TOTAL   1,10", "CB   1,10"]


def merchant(*lines: str, country: str = "FR") -> Merchant:
    return from_text([*lines, *SOLD], country=country).merchant


@pytest.mark.parametrize("land", LANDS)
def test_every_country_s_label_and_form_of_a_vat_number_is_read(land: str) -> None:
    country = LANDS[land].country
    for label in LANDS[land].vat_label:
        number = VAT_IDS[country](DICE)
        bare = "".join(mark for mark in number if mark.isalnum())
        assert merchant(label.format(number), country=country).vat_id == bare


@pytest.mark.parametrize("country", sorted(VAT_IDS))
def test_a_wrong_digit_is_told_by_the_check_of_its_country(country: str) -> None:
    prefix = {"ES": "ES", "IT": "IT", "PT": "PT"}.get(country, "")
    number = prefix + "".join(m for m in VAT_IDS[country](DICE) if m.isalnum())
    assert misfits(None, number) == ()
    place = 6
    other = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert misfits(None, other) == ("vat_id",)


@pytest.mark.parametrize(
    ("number", "country"),
    [("PL5260001246", "PL"), ("SE556036079301", "SE"), ("DK13585628", "DK"), ("FI20774740", "FI"),
     ("IE6388047V", "IE"), ("EL094259216", "GR"), ("HR33392005961", "HR"), ("HU12892312", "HU")],
)  # fmt: skip
def test_other_member_states_are_read_beside_their_label(
    number: str, country: str
) -> None:
    said = merchant(f"VAT NO. {number}")
    assert (said.vat_id, said.country) == (number, country)
    assert misfits(None, number) in ((), None)


def test_siret_naf_and_rcs_stand_in_any_order_and_spacing() -> None:
    said = merchant(
        "Siret : 732 829 320 00074  APE 47.11D", "RCS LYON B 732 829 320", "TVA FR44732829320"
    )  # fmt: skip
    assert (said.siret, said.naf) == ("73282932000074", "4711D")
    assert said.rcs == "RCS LYON B 732 829 320"
    assert (said.vat_id, said.country) == ("FR44732829320", "FR")
    assert merchant("732 829 320 R.C.S. PARIS").rcs == "732 829 320 R.C.S. PARIS"


def test_the_customer_s_numbers_are_not_the_shop_s() -> None:
    said = merchant("TVA FR44732829320", "TVA CLIENT : FR83404833048")
    assert said.vat_id == "FR44732829320"
    assert merchant("N° TVA CLIENT FR83404833048").vat_id is None


def test_a_number_without_label_or_check_is_none() -> None:
    assert merchant("DE123456789").vat_id is None
    assert merchant("12345678901234").siret is None


def test_siren_of_siret_and_vat_number_must_agree() -> None:
    assert misfits("73282932000074", "FR44732829320") == ()
    assert misfits("73282932000074", "FR83404833048") == ("siren",)
    assert misfits(None, None) is None
    assert is_siret("35600000049837")
    assert is_french_vat("FR44732829320")


def test_a_wrong_number_is_told_and_leaves_the_sums_their_level() -> None:
    wrong = from_text(["SIRET 73282932000075", *SOLD])
    right = from_text(["SIRET 73282932000074", *SOLD])
    assert wrong.merchant.siret == "73282932000075"
    assert {e.name: e.holds for e in wrong.verdict.equations}["A8"] is False
    assert {e.name: e.holds for e in right.verdict.equations}["A8"] is True
    assert wrong.verdict.level is right.verdict.level is Level.V2
    assert a8(Merchant()) is None
