"""Every kind in every language, by its words and by its shape, with the evidence."""

from __future__ import annotations

import pytest

from agent.paper.strip import PaperLine, Symbol
from agent.receipt.read import from_text, read
from agent.wire.receipt import DocKind, Receipt, Verdict

BASKET = ["PAIN              1,10", "LAIT              2,40"]
PAID = ["TOTAL             3,50", "CARD              3,50"]
SLIP = ["CARTE BANCAIRE", "A0000000421010", "LE 13/07/26 A 17:01:11", "AU PANIER GARNI", "69002 LYON",
        "1234567", "************1093", "No AUTO : 481022", "MONTANT = 3,50 EUR", "DEBIT"]  # fmt: skip


def kind(*lines: str, country: str = "FR") -> DocKind:
    return from_text(lines, country=country).kind


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("RAPPORT Z", DocKind.Z_REPORT), ("TAGESABSCHLUSS", DocKind.Z_REPORT), ("DAGAFSLUITING 12", DocKind.Z_REPORT),
        ("CIERRE DE CAJA Z 3", DocKind.Z_REPORT), ("CHIUSURA GIORNALIERA", DocKind.Z_REPORT),
        ("FECHO DE CAIXA", DocKind.Z_REPORT), ("END OF DAY", DocKind.Z_REPORT),
        ("LECTURE X", DocKind.X_REPORT), ("ZWISCHENBERICHT", DocKind.X_REPORT), ("X-RAPPORT", DocKind.X_REPORT),
        ("INFORME X", DocKind.X_REPORT), ("LETTURA X", DocKind.X_REPORT), ("LEITURA X", DocKind.X_REPORT),
        ("PRELEVEMENT", DocKind.CASH_REPORT), ("ENTNAHME", DocKind.CASH_REPORT), ("KASAFDRACHT", DocKind.CASH_REPORT),
        ("SALIDA DE CAJA", DocKind.CASH_REPORT), ("PRELIEVO DI CASSA", DocKind.CASH_REPORT), ("SANGRIA", DocKind.CASH_REPORT),
        ("CASH DROP", DocKind.CASH_REPORT), ("TELECOLLECTE", DocKind.CASH_REPORT),
    ],
)  # fmt: skip
def test_reports_and_movements_of_cash_have_amounts_and_no_items(
    title: str, expected: DocKind
) -> None:
    assert kind("CAISSE 2", title, "13/07/2026 10:00", "ESPECES    612,35") is expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("OUVERTURE DU TIROIR", DocKind.DRAWER), ("KASSENLADE GEÖFFNET", DocKind.DRAWER), ("LADE GEOPEND", DocKind.DRAWER),
        ("APERTURA DE CAJON", DocKind.DRAWER), ("APERTURA CASSETTO", DocKind.DRAWER), ("NO SALE", DocKind.DRAWER),
        ("Test d'impression", DocKind.TEST_PAGE), ("DRUCKTEST", DocKind.TEST_PAGE), ("Prueba de impresión", DocKind.TEST_PAGE),
        ("Prova di stampa", DocKind.TEST_PAGE), ("PRINTER TEST", DocKind.TEST_PAGE),
        ("CODE DE SORTIE 4711#", DocKind.EXIT_SLIP), ("Ausfahrtcode 4711", DocKind.EXIT_SLIP), ("EXIT CODE 4711", DocKind.EXIT_SLIP),
        ("TICKET D'ECHANGE", DocKind.GIFT), ("GESCHENKBON", DocKind.GIFT), ("RUILBON", DocKind.GIFT),
        ("TICKET REGALO", DocKind.GIFT), ("SCONTRINO DI CORTESIA", DocKind.GIFT), ("TALAO DE OFERTA", DocKind.GIFT),
        ("*** KÜCHE ***", DocKind.KITCHEN), ("KEUKEN", DocKind.KITCHEN), ("COMANDA", DocKind.KITCHEN), ("CUCINA", DocKind.KITCHEN),
        ("VOTRE NUMERO", DocKind.OTHER), ("IHRE NUMMER", DocKind.OTHER), ("IL TUO NUMERO", DocKind.OTHER),
    ],
)  # fmt: skip
def test_papers_without_a_price_are_told_by_their_title(
    title: str, expected: DocKind
) -> None:
    assert kind(title, "13/07/2026 10:00", "2 CAFE") is expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("*** RETOUR ARTICLE ***", DocKind.REFUND), ("GUTSCHRIFT", DocKind.REFUND), ("CREDITNOTA", DocKind.REFUND),
        ("DEVOLUCION", DocKind.REFUND), ("RESO MERCE", DocKind.REFUND), ("NOTA DE CREDITO", DocKind.REFUND),
        ("CREDIT NOTE", DocKind.REFUND), ("ANNULATION DU TICKET N° 12", DocKind.VOID), ("STORNOBELEG", DocKind.VOID),
        ("TICKET ANULADO", DocKind.VOID), ("SCONTRINO ANNULLATO", DocKind.VOID), ("TRANSACTION VOIDED", DocKind.VOID),
    ],
)  # fmt: skip
def test_money_that_goes_back_is_a_refund_or_a_void(
    title: str, expected: DocKind
) -> None:
    assert kind(title, "CHEMISE   -20,00", "TOTAL   -20,00") is expected


def test_a_sale_given_up_before_it_was_paid_is_a_void() -> None:
    assert kind(*BASKET, "TICKET ANNULE", "TOTAL   0,00") is DocKind.VOID


@pytest.mark.parametrize(
    "title", ["PRECONTO", "CONSULTA DE MESA", "GUEST CHECK", "VOORLOPIGE REKENING", "PROFORMA", "CUENTA"]
)  # fmt: skip
def test_a_bill_before_payment_is_provisional(title: str) -> None:
    assert kind(title, *BASKET, PAID[0]) is DocKind.PROFORMA


@pytest.mark.parametrize(
    "lines",
    [
        ["CARTE CADEAU   50,00", "TOTAL   50,00", "CB   50,00"],
        [*BASKET, *PAID, "", "BON DE REDUCTION", "5,00", "Valable jusqu'au 31/12"],
        [*BASKET, *PAID, "Le dimanche : ouverture du tiroir-caisse à 9h"],
        ["CLOTURE BOIS 2M   19,90", "TOTAL   19,90", "CB   19,90"],
        [*BASKET, "TOTAL   3,50", "ENTREGADO   5,00", "DEVOLUCION   1,50"],
        ["GRAND HOTEL DE LA CUISINE", *BASKET, *PAID],
    ],
)
def test_words_of_other_kinds_inside_a_sale_leave_it_a_sale(lines: list[str]) -> None:
    assert kind(*lines) is DocKind.SALE


@pytest.mark.parametrize(
    ("client", "expected"),
    [("Client : SARL BATIMA", DocKind.INVOICE), ("TVA CLIENT FR83404833048", DocKind.INVOICE), ("Client : Mme Martin", DocKind.SALE)],
)  # fmt: skip
def test_an_invoice_is_one_to_a_business(client: str, expected: DocKind) -> None:
    assert kind("FACTURE", client, *BASKET, *PAID) is expected


def test_a_scale_s_label_has_a_price_that_nobody_paid() -> None:
    assert kind("COMTE 18 MOIS", "0,412 kg   24,90/kg", "   10,26", "PLU 42") is (
        DocKind.LABEL
    )


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("TICKET CLIENT", DocKind.CARD_SLIP), ("KLANTTICKET", DocKind.CARD_SLIP), ("COPIA CLIENTE", DocKind.CARD_SLIP),
        ("K U N D E N B E L E G", DocKind.CARD_SLIP), ("TICKET COMMERCANT", DocKind.MERCHANT_SLIP),
        ("KOPIE WINKELIER", DocKind.MERCHANT_SLIP), ("COPIA ESERCENTE", DocKind.MERCHANT_SLIP),
        ("MERCHANT COPY", DocKind.MERCHANT_SLIP), ("", DocKind.UNKNOWN),
    ],
)  # fmt: skip
def test_a_slip_says_whose_copy_it_is_or_is_unknown(
    last: str, expected: DocKind
) -> None:
    assert kind(*SLIP, last) is expected


def test_a_slip_below_a_sale_is_split_off_and_its_numbers_are_not_the_sale_s() -> None:
    receipt = from_text(
        ["Ticket n° 0042", *BASKET, *PAID, "-" * 24, *SLIP, "Beleg-Nr. 9999", "TICKET CLIENT", "A CONSERVER"]
    )  # fmt: skip
    assert receipt.kind is DocKind.SALE
    (slip,) = receipt.attachments
    assert slip.kind is DocKind.CARD_SLIP
    assert (slip.lines[0], slip.lines[-1]) == (SLIP[0], "A CONSERVER")
    assert receipt.number == "0042"


def test_a_slip_and_its_copy_for_the_shop_are_two_attachments() -> None:
    gap = ["MERCI"] * 10
    receipt = from_text(
        [*BASKET, *PAID, *gap, *SLIP, "TICKET CLIENT", *gap, *SLIP, "TICKET COMMERCANT"]
    )
    assert [each.kind for each in receipt.attachments] == [
        DocKind.CARD_SLIP, DocKind.MERCHANT_SLIP,
    ]  # fmt: skip


def test_a_loyalty_card_is_no_sign_of_a_slip() -> None:
    lines = [*BASKET, *PAID, "CARTE FIDELITE *********1234", "SANS CONTACT"]
    assert from_text(lines).attachments == ()


def test_the_evidence_names_the_line_and_the_sums() -> None:
    def why(*lines: str) -> tuple[str, ...]:
        return from_text(lines).kind_evidence

    assert why(*BASKET, *PAID) == ("sums_close", "tenders_pay", "total_named")
    assert why("CAISSE 2", "LECTURE X", "CB  612,35")[0] == "headline:x_report:1"
    assert why("TABLE 4", "2 x CAFE", "1 x THE") == ("dishes", "no_prices")


def test_a_symbol_s_data_fills_the_fiscal_block() -> None:
    tse = "V0;955002-00;Kassenbeleg-V1;Beleg^3.50;42;112;2026;2026;alg;fmt;c2ln;a2V5"
    receipt = read([PaperLine(t) for t in (*BASKET, *PAID)], [Symbol("QR", b"", tse)])
    fiscal = receipt.fiscal
    assert fiscal is not None
    assert (fiscal.regime, fiscal.number, fiscal.signature) == ("tse", "42", "c2ln")
    assert fiscal.code == tse


def mentions(*lines: str) -> tuple[str, ...]:
    receipt: Receipt = from_text([*BASKET, *PAID, *lines])
    return receipt.mentions


@pytest.mark.parametrize(
    ("line", "mention"),
    [
        ("Gesetzliche Gewährleistung 2 Jahre", "guarantee"), ("Garanzia legale 2 anni", "guarantee"),
        ("Échange ou remboursement sous 30 jours", "exchange"), ("Ni repris ni échangé", "exchange"),
        ("Umtausch innerhalb 14 Tagen", "exchange"), ("Refunds within 28 days", "exchange"),
        ("MODE ECOLE", "training"), ("UEBUNGSBON", "training"), ("SIN VALOR", "training"), ("SENZA VALORE", "training"),
        ("MODE DEGRADE", "degraded"), ("TSE ausgefallen", "degraded"), ("*** DUPLICADO ***", "duplicate"), ("2.ª VIA", "duplicate"),
        ("Ce ticket annule le ticket n° 12-3", "annuls"), ("Ce ticket est annulé par le ticket n° 12", "annulled"),
        ("Ce ticket modifie le ticket n° 12", "modifies"), ("PAIEMENT REFUSE", "card_refused"),
    ],
)  # fmt: skip
def test_each_statement_is_a_mention_in_its_languages(line: str, mention: str) -> None:
    assert mention in mentions(line)


def test_what_became_of_a_card_s_payment_is_read_in_its_slip() -> None:
    assert "card_preauthorised" in mentions(*SLIP, "PREAUTORISATION", "TICKET CLIENT")
    back = [line if line != "DEBIT" else "CREDIT" for line in SLIP]
    assert "card_credited" in mentions(*back, "TICKET CLIENT")
    assert "card_credited" not in mentions("CREDIT")
    assert mentions("ECOLE DE MUSIQUE") == ()


@pytest.mark.parametrize("title", ["CLOTURE JOURNALIERE Z N° 412", "LECTURE X"])
def test_a_report_has_no_goods_no_total_and_nothing_to_prove(title: str) -> None:
    day = ["CA TTC 3 842,10", "TVA 20% 88,10", "CB 2 910,00", "ESPECES 932,10"]
    report = from_text(["CHEZ MARGOT", title, *day, "GRAND TOTAL 1 284 903,22"])
    assert report.kind in {DocKind.Z_REPORT, DocKind.X_REPORT}
    assert (report.items, report.total, report.payments) == ((), None, ())
    assert report.verdict == Verdict()


def test_a_legal_form_is_no_weight() -> None:
    lines = [
        "Kelichot am Eck KG",
        "01067 Dresden",
        "GUTSCHEIN",
        "2,00",
        "Gültig bis 31/12/2024",
    ]
    receipt = from_text(lines, country="DE")

    assert receipt.kind is DocKind.VOUCHER
