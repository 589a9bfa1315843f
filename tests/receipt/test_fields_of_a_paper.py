"""Names, references, counts, loyalty, fiscal blocks and links, as tills print them."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.paper.strip import PaperLine, Symbol
from agent.receipt.read import from_text, read
from agent.wire.fiscal import Fiscal
from agent.wire.receipt import Receipt

SOLD = ["PAIN   1,10", "LAIT   2,40", "TOTAL   3,50", "CB   3,50"]


def of(*lines: str, country: str = "FR") -> Receipt:
    return from_text([*lines, *SOLD], country=country)


def fiscal(*lines: str) -> Fiscal:
    said = from_text([*SOLD, *lines]).fiscal
    assert said is not None
    return said


# -- the merchant -----------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        ["53 QUAI DES OUTILS", "31000 TOULOUSE"], ["Marktstr. 12", "51061 Köln"], ["Lindengasse 9 1070 Wien"],
        ["Vismarkt 68", "3000 LEUVEN"], ["Via dei Mercanti, 35", "40121 BOLOGNA BO"], ["C/ Mayor, 65", "08002 BARCELONA"],
        ["Rua das Flores, 8", "1100-053 LISBOA"], ["12 Market Street", "LEEDS LS1 4DT"], ["Kerkstraat 4", "9711 CD GRONINGEN"],
        ["12, rue de l'Alzette", "L-1445 STRASSEN"], ["ZAC des Deux Rives - 28 rue du", "Port", "59000 LILLE"],
    ],
)  # fmt: skip
def test_a_paper_that_begins_with_its_street_has_no_name(address: list[str]) -> None:
    said = of(*address, "Tel 01 02 03 04 05").merchant
    assert said.name is None
    assert said.address == tuple(address)
    named = of("AU PANIER GARNI", *address).merchant
    assert (named.name, named.address) == ("AU PANIER GARNI", tuple(address))


@pytest.mark.parametrize(
    "greeting", ["Bienvenue chez", "Willkommen bei", "Welkom bij", "Bienvenido a", "Benvenuti da", "Bem-vindo ao", "Welcome to"]
)  # fmt: skip
def test_a_greeting_above_the_name_is_not_the_name(greeting: str) -> None:
    assert of(greeting, "CASA BROMOND", "8 RUE DES LICES").merchant.name == (
        "CASA BROMOND"
    )


def test_a_title_above_the_street_is_not_the_name() -> None:
    assert of("*** DUPLICATA ***", "8 RUE DES LICES", "49100 ANGERS").merchant.name is (
        None
    )
    assert from_text(
        ["LECTURE X", "8 RUE DES LICES", "49100 ANGERS"]
    ).merchant.name is (None)


def test_the_legal_notice_at_the_foot_names_the_company() -> None:
    receipt = from_text(
        ["8 RUE DES LICES", "49100 ANGERS", *SOLD, "SAS LES LICES au capital de 8 000 EUR"]
    )  # fmt: skip
    assert receipt.merchant.name == "SAS LES LICES"
    without = from_text(
        ["8 RUE DES LICES", "49100 ANGERS", *SOLD, "SAS CAPITAL 8000 EUR"]
    )
    assert without.merchant.name is None


def test_the_card_slip_names_the_shop_whose_logo_is_a_picture() -> None:
    slip = ["CARTE BANCAIRE", "A0000000421010", "LE 13/07/26 A 17:01", "LE COMPTOIR", "49100 ANGERS",
            "************1093", "DEBIT", "TICKET CLIENT"]  # fmt: skip
    receipt = from_text(["8 RUE DES LICES", "49100 ANGERS", *SOLD, "----", *slip])
    assert receipt.merchant.name == "LE COMPTOIR"


def test_a_price_ends_the_head_of_the_paper() -> None:
    lines = ["LE COMPTOIR", "PIZZA   9,00", "PLACE 4", "TOTAL   9,00"]
    assert from_text(lines).merchant.address == ()


@pytest.mark.parametrize(
    ("line", "phone"),
    [("Tfno: 92 87 28 48 33", "92 87 28 48 33"), ("Telefon: 0138 760106", "0138 760106"), ("01 44 55 66 77", "01 44 55 66 77"),
     ("T: 09-2223344", "09-2223344")],
)  # fmt: skip
def test_a_phone_has_a_label_or_its_french_form(line: str, phone: str) -> None:
    assert of("LE COMPTOIR", line).merchant.phone == phone


def test_the_country_is_what_the_address_or_a_number_says() -> None:
    assert of("LE COMPTOIR", "8 RUE DES LICES", "49100 ANGERS", "FRANCE").merchant.country == "FR"  # fmt: skip
    assert of("CASA", "TVA BE0069795458").merchant.country == "BE"
    assert of("LE COMPTOIR").merchant.country is None


# -- references -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Ticket n° 004-11872", "004-11872"), ("Tk 8841", "8841"), ("N° TICKET 123", "123"), ("Facture n°F2026-00389", "F2026-00389"),
        ("Bon-Nr.:7065", "7065"), ("Rechnung Nr. 022-42927", "022-42927"), ("Kassabon 4711", "4711"), ("Bonnr. 4711", "4711"),
        ("FACTURA SIMPLIFICADA: 24103983", "24103983"), ("Fra. simplificada 77", "77"), ("DOCUMENTO N. 0123-0045", "0123-0045"),
        ("Scontrino n. 88", "88"), ("Fatura Simplificada FS 01/023", "FS 01/023"), ("FS 01/23", "FS 01/23"),
        ("Receipt No: 991", "991"), ("TXN 5512", "5512"), ("COMMANDE N° 42", "42"),
    ],
)  # fmt: skip
def test_a_receipt_s_number_is_read_in_each_language(line: str, number: str) -> None:
    assert of(line).number == number


@pytest.mark.parametrize(
    "line", ["TICKET RESTAURANT   8,00", "TICKET 12/05/2026", "Ticket 14:05", "NOTE 20%", "TICKET X"]
)  # fmt: skip
def test_amounts_dates_times_and_rates_are_no_number(line: str) -> None:
    assert from_text([line, "PAIN   1,10"]).number is None


def test_labels_above_their_numbers_are_read_by_column() -> None:
    receipt = of("MAG  CAI  TICKET  OP", "0123  04  005678  12")
    assert (receipt.store, receipt.till, receipt.number, receipt.operator) == (
        "0123", "04", "005678", "12",
    )  # fmt: skip


@pytest.mark.parametrize(
    "foot",
    [["13.07.2026 17:01 0123 004 12345 0456"], ["13.07.2026 17:01 0123 004", "12345 0456"]],
)  # fmt: skip
def test_codes_without_labels_are_store_till_receipt_operator(foot: list[str]) -> None:
    receipt = from_text([*SOLD, *foot])
    assert (receipt.store, receipt.till, receipt.number, receipt.operator) == (
        "0123", "004", "12345", "0456",
    )  # fmt: skip
    assert receipt.time == dt.time(17, 1)


def test_a_cashier_s_line_with_its_register_is_read() -> None:
    receipt = from_text([*SOLD, "NADIA R1 004211-01 190"])
    assert (receipt.operator, receipt.store, receipt.till, receipt.number) == (
        "NADIA", "004211", "01", "190",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "operator"),
    [("Servi par LEA", "LEA"), ("Es bediente Sie INES", "INES"), ("Bediend door PAUL", "PAUL"), ("Le atendió: LEA", "LEA"),
     ("Atendido por NADIA", "NADIA"), ("Cameriere: JULIE", "JULIE"), ("Hôtesse 12", "12"), ("Served by EMMA", "EMMA")],
)  # fmt: skip
def test_who_served_is_read_in_each_language(line: str, operator: str) -> None:
    assert of(line).operator == operator


def test_articles_and_lines_are_counted_apart() -> None:
    both = from_text([*SOLD, "2 ARTICLES", "Nb lignes ticket: 2"])
    assert (both.item_count, both.line_count) == (2, 2)
    only = from_text([*SOLD, "Posten: 2"])
    assert (only.item_count, only.line_count) == (None, 2)
    assert {e.name for e in only.verdict.equations if e.holds} >= {"A6"}


# -- dates ------------------------------------------------------------------------


def test_the_time_stands_where_the_date_is_said_again() -> None:
    receipt = from_text(
        ["19-11-2024 18:47:19", *SOLD, "Facture acquittée le 19/11/2024"]
    )
    assert receipt.time == dt.time(18, 47, 19)


def test_the_moment_of_a_security_device_is_not_the_till_s() -> None:
    receipt = from_text(
        [*SOLD, "TSE-Start: 2026-07-13T17:59:01.000", "13.07.2026  18:00  Bon-Nr.:152"]
    )
    assert (receipt.date, receipt.time) == (dt.date(2026, 7, 13), dt.time(18, 0))


# -- loyalty ----------------------------------------------------------------------


def test_balances_say_before_earned_and_after() -> None:
    said = from_text(
        [*SOLD, "CARTE FIDELITE 2900123456785", "ANCIEN SOLDE   12,34", "Points acquis : 14",
         "NOUVEAU SOLDE   13,84 €", "VOUS AVEZ ECONOMISE   1,50"]
    )  # fmt: skip
    assert said.loyalty_card == "2900123456785"
    assert said.loyalty is not None
    assert [(b.role, b.amount, b.points) for b in said.loyalty.balances] == [
        ("before", 1234, None), ("earned", None, 14), ("after", 1384, None),
    ]  # fmt: skip
    assert said.loyalty.savings == 150
    assert said.loyalty.balances[0].label == "ANCIEN SOLDE"


@pytest.mark.parametrize(
    ("line", "role", "points"),
    [("Punkte vor dem Einkauf: 7.137 Punkte", "before", 7137), ("Mit diesem Einkauf gesammelt: 18 Punkte", "earned", 18),
     ("Puntos: 11", "earned", 11), ("Punti spesa: 7", "earned", 7), ("POINTS EARNED 9", "earned", 9), ("Total points : 130", "after", 130)],
)  # fmt: skip
def test_points_are_counted_in_each_language(line: str, role: str, points: int) -> None:
    said = from_text([*SOLD, line]).loyalty
    assert said is not None
    assert [(b.role, b.points) for b in said.balances] == [(role, points)]


def test_a_card_s_number_may_stand_below_its_label() -> None:
    assert of("Carte de fidélité :", "2907397960888").loyalty_card == "2907397960888"
    assert of("PROGRAMME FIDELITE", "MERCI").loyalty_card is None


def test_a_paper_without_a_programme_has_no_loyalty() -> None:
    assert of("MERCI").loyalty is None


# -- the fiscal block ---------------------------------------------------------------


def test_a_french_block_has_signature_certificate_and_software() -> None:
    said = fiscal(
        "CaisseNova v11.12.3", "Nb lignes : 5", "Empreinte : 2B51  NF525 B0739"
    )
    assert said == Fiscal(
        regime="nf525", signature="2B51", certificate="NF525 B0739", software="CaisseNova",
        software_version="11.12.3", line_count=5,
    )  # fmt: skip


def test_a_signature_below_its_label_is_joined() -> None:
    said = fiscal("NF525 B0474", "Signature :", "021DC36574BF68EA38430C7F724890BD")
    assert said.signature == "021DC36574BF68EA38430C7F724890BD"
    german = fiscal("TSE-Signatur:", "36Vbq+hi3j2hxKaVh0FIJy", "vtdC0c95sfhnjR1vz4qXRA", "==", "TSE-Transaktion:827144",
                    "Seriennummer TSE:", "3e4d0c0025b75ec0", "e0f7bdbd81b0a579")  # fmt: skip
    assert german.signature == "36Vbq+hi3j2hxKaVh0FIJyvtdC0c95sfhnjR1vz4qXRA"
    assert (german.number, german.device) == (
        "827144",
        "3e4d0c0025b75ec0e0f7bdbd81b0a579",
    )


def test_a_signature_to_be_written_and_a_bare_version_are_no_fiscal_block() -> None:
    assert from_text([*SOLD, "Signature client:", "V 5.3.2.1"]).fiscal is None


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["ATCUD:CSDF7T5H-35", "AbC1-Processado por programa certificado n.º 123/AT"],
         Fiscal(regime="atcud", number="CSDF7T5H-35", certificate="123/AT", signature="AbC1")),
        (["RT 99MEY800956"], Fiscal(regime="rt", device="99MEY800956")),
        (["Kassen-ID: K7"], Fiscal(regime="rksv", device="K7")),
        (["--- GKS / SCE ---", "VSC ID: 15984656", "Ticket: 38936/998677 NS", "Hash: B035B8869D8C"],
         Fiscal(regime="control_unit", number="38936/998677 NS", device="15984656", signature="B035B8869D8C")),
        (["VERI*FACTU"], Fiscal(regime="verifactu")),
    ],
)  # fmt: skip
def test_other_laws_have_blocks_of_their_own(lines: list[str], said: Fiscal) -> None:
    assert fiscal(*lines) == said


@pytest.mark.parametrize(
    ("code", "regime", "number"),
    [
        ("_R1-AT1_K7_022-1_2026-07-13T10:00:00_1,00_0,00_0,00_0,00_0,00_abc=_8aa1be6b_def=_sig=", "rksv", "022-1"),
        ("A:123456789*B:999999990*C:PT*H:CSDF7T5H-35*Q:AbC1*R:123", "atcud", "CSDF7T5H-35"),
        ("https://www2.agenciatributaria.gob.es/wlpl/TIKE-CONT/ValidarQR?nif=B1&numserie=77&importe=3.50", "verifactu", "77"),
        ("https://batuz.eus/QRTBAI/?id=TBAI-00000006Y-251019-btFpwP8dcLGAF", "ticketbai", "TBAI-00000006Y-251019-btFpwP8dcLGAF"),
        ("https://ksef.mf.gov.pl/web/verify/1", "ksef", None),
        ("https://[agenciatributaria.es/", None, None),
    ],
)  # fmt: skip
def test_a_symbol_says_the_law_and_the_number(
    code: str, regime: str | None, number: str | None
) -> None:
    said = read([PaperLine(text) for text in SOLD], [Symbol("QR", b"", code)]).fiscal
    assert (said.regime if said else None, said.number if said else None) == (
        regime,
        number,
    )


# -- symbols and links ----------------------------------------------------------------


def test_a_long_number_with_the_day_in_it_is_the_receipt_s() -> None:
    lines = [PaperLine(text) for text in ("13/07/2026 10:00", *SOLD)]
    (code,) = read(lines, [Symbol("CODE128", b"", "130726004211990")]).codes
    assert code.role == "receipt"
    (other,) = read(lines, [Symbol("CODE128", b"", "140726004211990")]).codes
    assert other.role == "other"


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (["Ce ticket annule le ticket n° 004-11801"], "annuls"), (["Storno zu Beleg 004-11801"], "annuls"),
        (["Rectifica la factura 004-11801"], "annuls"), (["Ce ticket est annulé par le", "ticket n° 004-11801"], "annulled_by"),
        (["Ce ticket modifie le ticket n°", "004-11801"], "modifies"), (["Original receipt 004-11801"], "returns_of"),
        (["Reso documento 004-11801"], "returns_of"),
    ],
)  # fmt: skip
def test_another_receipt_s_number_is_a_link_and_not_this_one_s(
    lines: list[str], field: str
) -> None:
    receipt = of(*lines, "Caisse 2")
    assert getattr(receipt.links, field) == "004-11801"
    assert receipt.number is None
    assert of(*lines, "Ticket n° 77").number == "77"
