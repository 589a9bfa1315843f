"""Labels of few letters, counts and fiscal lines as tills print them."""

from __future__ import annotations

import pytest

from agent.receipt.read import from_text

SOLD = ["EPICERIE DU PORT", "56100 LORIENT", "PAIN 1,00", "TOTAL 1,00", "CB 1,00"]


def test_american_labels_have_two_letters_and_a_sign() -> None:
    receipt = from_text(
        [*SOLD, "ST# 0412 OP# 00921 TE# 07 TR# 05513", "# ITEMS SOLD 1"], country="US"
    )
    assert (receipt.store, receipt.operator, receipt.till, receipt.number) == (
        "0412", "00921", "07", "05513",
    )  # fmt: skip
    assert receipt.item_count == 1


def test_the_austrian_code_in_letters_is_the_symbol_s() -> None:
    parts = ["_R1-AT1_KASSA1_447_2026-11-28T07:33:12_0,00_0,65_0,00_0,00", "_0,00_xYz12AbC=_U:ATU12345675_kQpR7=_sig9=="]  # fmt: skip
    for lines in (["".join(parts)], parts):
        fiscal = from_text([*SOLD, *lines], country="AT").fiscal
        assert fiscal is not None
        assert (fiscal.regime, fiscal.device, fiscal.number) == (
            "rksv",
            "KASSA1",
            "447",
        )
        assert (fiscal.certificate, fiscal.signature) == ("U:ATU12345675", "sig9==")


def test_a_certificate_with_a_space_and_the_print_s_number_are_read() -> None:
    block = ["Certificat NF525 B 0412", "Signature: k8Zq", "Impression n° 1"]
    fiscal = from_text([*SOLD, *block]).fiscal
    assert fiscal is not None
    assert (fiscal.certificate, fiscal.print_count) == ("B 0412", 1)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Fatura Simplificada FS 2026A/4471", "FS 2026A/4471"),
        ("FATURA SIMPLIFICADA N.º FS AA2026/123", "FS AA2026/123"),
        ("Fatura-recibo FR 012-89762", "FR 012-89762"),
        ("Fatura FT A/123", "FT A/123"),
        ("Nota de Crédito NC 2026/4", "NC 2026/4"),
    ],
)
def test_a_portuguese_number_has_its_letters_and_its_series(
    line: str, number: str
) -> None:
    assert from_text([*SOLD, line], country="PT").number == number


@pytest.mark.parametrize(
    ("lines", "number", "operator"),
    [
        (["Kvitto: 20117", "Kassör: Lisa"], "20117", "Lisa"),
        (["Salgskvittering 10442", "Betjent av Kari"], "10442", "Kari"),
        (["Paragon nr 3412", "Kasjer Ola"], "3412", "Ola"),
        (["Kuitti 55", "Myyjä: Aino"], "55", "Aino"),
    ],
)
def test_numbers_and_names_of_the_north_and_the_east_are_read(
    lines: list[str], number: str, operator: str
) -> None:
    receipt = from_text([*SOLD, *lines])
    assert (receipt.number, receipt.operator) == (number, operator)


@pytest.mark.parametrize(
    "lines",
    [
        ["Nr 015-81326                    06/03/2024 12:53"],
        ["Nr 015-81326", "06/03/2024 12:53"],
        ["Nr 015-81326                    Kasa 14"],
    ],
)
def test_a_number_without_a_name_is_one_beside_the_moment_or_the_till(
    lines: list[str],
) -> None:
    goods = ["PIWO 0,5L   14,19", "SUMA PLN   14,19"]
    assert from_text([*lines, *goods], country="PL").number == "015-81326"
    assert from_text(["Nr 015-81326", *goods], country="PL").number is None


def test_terminal_above_all_prices_is_the_till() -> None:
    head = ["RECEIPT NO. : 6411   TERMINAL : 24", "TERMINAL : 24   CASHIER : 961"]
    goods = ["TEA BAGS   2.12", "TOTAL   2.12", "CASH   2.12"]
    receipt = from_text([*head, *goods], country="MY")
    assert (receipt.number, receipt.till, receipt.operator) == ("6411", "24", "961")
    slip = ["TID 47337202", "TERMINAL : 24", "AMOUNT   2.12"]
    assert from_text([*goods, *slip], country="MY").till is None


def test_only_cash_leaves_change() -> None:
    goods = ["TEA BAGS   2.12", "TOTAL   2.12"]
    paid = from_text([*goods, "PAID AMOUNT   5.00", "CHANGE   2.88"], country="MY")
    assert [p.kind for p in paid.payments] == ["cash"]
    even = from_text([*goods, "PAID AMOUNT   2.12"], country="MY")
    assert [p.kind for p in even.payments] == ["other"]
