"""A credit note has a number of its own, and names the sale that it gives back."""

from __future__ import annotations

import pytest

from agent.receipt.read import from_text
from agent.wire.receipt import DocKind
from agent.wire.sameness import printed

SHOP = ["LA CABINE", "22 RUE SAINTE CATHERINE", "33000 BORDEAUX"]
BACK = ["RETOUR ECHARPE -23,96", "TOTAL -23,96", "CB -23,96"]
SALE = [*SHOP, "Ticket n° 2-10455 28/11/2026 15:02", "ECHARPE 23,96", "TOTAL 23,96", "CB 23,96"]  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        ["AVOIR N° 2-10460  28/11/2026 16:40", "Sur ticket 2-10455 du 28/11/2026"],
        ["AVOIR N° 2-10460", "28/11/2026 16:40", "Ticket d'origine : 2-10455"],
        ["Gutschrift Nr. 2-10460", "28.11.2026 16:40", "zu Rechnung Nr. 2-10455"],
        ["CREDIT NOTE 2-10460", "28/11/2026 16:40", "Original receipt 2-10455"],
    ],
)
def test_the_number_is_the_note_s_and_the_link_the_sale_s(head: list[str]) -> None:
    note = from_text([*SHOP, *head, *BACK])
    assert note.kind is DocKind.REFUND
    assert (note.number, note.links.returns_of) == ("2-10460", "2-10455")


def test_a_note_that_pays_and_an_offer_are_no_numbers_and_no_links() -> None:
    sale = from_text([*SALE[:-1], "AVOIR 2-10460 23,96", "Sur ticket 5,00 offerts"])
    assert (sale.number, sale.links.returns_of) == ("2-10455", None)


def test_a_note_does_not_make_two_of_the_sale_s_number() -> None:
    sale, reprint = printed(from_text(SALE)), printed(from_text(SALE))
    note = printed(from_text([*SHOP, "AVOIR N° 2-10460 28/11/2026 16:40", "Sur ticket 2-10455", *BACK]))  # fmt: skip
    assert sale == reprint
    assert sale.number is not None
    assert note.number not in {None, sale.number}
