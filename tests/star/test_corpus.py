"""Jobs that a library wrote, which knows nothing of us."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.paper.strip import Cut, Raster, Symbol
from agent.paper.text import lines
from agent.star.interpret import interpret
from agent.star.settings import Printer
from tests.star.test_jobs import parts

CORPUS = {
    path.stem: path.read_bytes()
    for path in sorted((Path(__file__).parent / "corpus").glob("*.bin"))
}
RECEIPT = """\
CAFÉ DES AMIS

         12 rue de la Paix, 75002 Paris
┌────────────────────┬──────────────┬──────────┐
│ARTICLE             │      QTÉ     │      PRIX│
├────────────────────┼──────────────┼──────────┤
│Bière pression      │             2│     10,00│
│Crème brûlée        │             1│      7,50│
├────────────────────┴────┬─────────┴──────────┤
│TOTAL TTC                │          17,50     │
└─────────────────────────┴────────────────────┘
              Merci de votre visite"""


def stripped(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


@pytest.mark.parametrize("name", CORPUS)
def test_nothing_stays_unread(name: str) -> None:
    strip = interpret(CORPUS[name], Printer())
    assert strip.unread == 0
    assert isinstance(strip.elements[-1], Cut)


@pytest.mark.parametrize("name", CORPUS)
def test_each_is_one_document_that_ends_at_its_cut(name: str) -> None:
    assert [part[1:] for part in parts(CORPUS[name])] == [
        ("document", "cut"),
        ("queries", "close"),
    ]


@pytest.mark.parametrize("name", sorted(CORPUS.keys() - {"receiptline__stargraphic"}))
def test_the_receipt_is_read_as_it_was_written(name: str) -> None:
    said = lines(interpret(CORPUS[name], Printer()))
    assert stripped("\n".join(line.text for line in said)) == stripped(RECEIPT)


@pytest.mark.parametrize("name", ["receiptline__starsbcs", "receiptline__starlinesbcs"])
def test_bar_codes_and_pictures_of_it(name: str) -> None:
    strip = interpret(CORPUS[name], Printer())
    symbols = [e for e in strip.elements if isinstance(e, Symbol)]
    pictures = [e for e in strip.elements if isinstance(e, Raster)]
    assert [(each.system, each.text) for each in symbols] == [
        ("EAN13", "4012345678901"),
        ("CODE128", "INV-2026/0042"),
    ]
    assert [(each.x, each.width) for each in pictures] == [(208, 160), (236, 104)]


def test_the_logo_in_raster_mode() -> None:
    strip = interpret(CORPUS["receiptline__stargraphic"], Printer())
    (picture,) = [e for e in strip.elements if isinstance(e, Raster)]
    # 160 wide at 208, its frame 8 dots from its edge; the white below it is fed
    assert (picture.x, picture.width, picture.height) == (0, 360, 57)
    assert not any(picture.bits[: 7 * 45])
    assert picture.bits[8 * 45 : 9 * 45] == bytes(27) + b"\xff" * 18
