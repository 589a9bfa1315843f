"""Jobs that nobody here wrote (see ``tests/corpus/escpos``).

The expected lines were read off what the jobs' authors print or draw, and
written down by hand.
"""

from __future__ import annotations

import pytest

from agent.escpos.interpret import interpret
from agent.escpos.profiles import printer
from agent.escpos.tokens import Text, Tokeniser
from agent.paper.strip import Cut, Raster, Strip, TextLine
from agent.paper.text import columns, lines, symbols
from tests.escpos.streams import JOBS


def _strip(name: str, profile: str = "TM-T20II") -> Strip:
    return interpret(JOBS[name], printer(profile))


def _lines(name: str, profile: str = "TM-T20II") -> list[str]:
    return [line.text for line in lines(_strip(name, profile))]


def test_the_corpus_is_there() -> None:
    assert len(JOBS) >= 27


@pytest.mark.parametrize("name", JOBS)
def test_no_text_byte_of_the_corpus_is_lost(name: str) -> None:
    raw = JOBS[name]
    tokeniser = Tokeniser()
    tokens = [*tokeniser.feed(raw), *tokeniser.close()]
    sent = sum(len(token.raw) for token in tokens if isinstance(token, Text))
    strip = _strip(name)
    printed = [e for e in strip.elements if isinstance(e, TextLine)]
    # UTF-8 is allowed to become fewer characters than it was bytes
    said = sum(len(run.text.encode()) for line in printed for run in line.runs)
    assert said >= sent
    # foreign probes of one job (bytes outside the grammar), and nothing else
    assert strip.unread == (14 if name == "thermal__typography" else 0)


def test_a_cafe_order_and_its_voucher() -> None:
    assert _lines("escpost__cafe-order-voucher") == [
        "      NORTH STREET",
        "          CAFE",
        "                  ORDER RECEIPT",
        "Order 1847",
        "08 Aug 2026  14:32",
        "=" * 48,
        "Flat white ................................ 4.20",
        "Blueberry muffin .......................... 3.10",
        "-" * 48,
        "      TOTAL  7.30",
        "PAID - CARD",
        "",
        "            Thank you for your visit.",
        "",
        "    COFFEE & PASTRY",
        "        VOUCHER",
        "                NORTH STREET CAFE",
        "-" * 48,
        "Issued with order 1847",
        "",
        "Enjoy a pastry on us with your",
        "next coffee purchase.",
        "",
        "                Code: CAFE-1847",
        "            Valid until: 31 Aug 2026",
        "              One use per customer.",
        "",
        "             Scan to redeem online.",
        "",
        "              Buffered, not printed",
    ]
    strip = _strip("escpost__cafe-order-voucher")
    assert [s.text for s in symbols(strip)] == ["https://northstreet.cafe/v/CAFE-1847"]
    assert strip.elements.count(Cut(full=True)) == 2


def test_a_receipt_whose_amounts_stand_at_a_tab() -> None:
    assert _lines("thermal__receipt_with_barcode") == [
        "                    Thank you",
        "             NOVEMBER 1, 2012 15:00",
        "",
        "TM-Hxxx                              6.00",
        "PS-xxx                               1.70",
        "",
        "TOTAL                                7.70",
        "-" * 42,
        "PAID                                10.00",
        "CHANGE                               2.30",
        "",
        "            << Bonus points : 14 >>",
    ]
    first = _strip("thermal__receipt_with_barcode").elements[0]
    assert isinstance(first, Raster)
    assert (first.width, first.height, first.x) == (240, 80, 168)


def test_two_receipts_in_one_job() -> None:
    once = [
        "      ╔═══════════╗",
        "      ║   EPSON   ║",
        "           ║       Thank you    ║",
        "      ╚═══════════╝",
        "            NOVEMBER 1, 2012  10:30",
        "",
        "TM-Uxxx                            6.75",
        "TM-Hxxx                            6.00",
        "PS-xxx                             1.70",
        "",
        "TOTAL                             14.45",
        "-" * 39,
        "PAID                              50.00",
        "CHANGE                            35.55",
    ]
    assert _lines("thermal__issuing_receipts") == [*once, "", *once]


def test_a_spanish_receipt_of_another_model() -> None:
    assert _lines("python-escpos-generated__small5", "TM-T88V") == [
        "     ACME MARKET",
        "       Calle Mayor 12 - 28013 Madrid",
        "     NIF: B12345678  Tel. 910 000 000",
        "-" * 42,
        "Fecha: 21/11/2025 21:49   Ticket: 00012345",
        "6",
        "Cajero: Begoña    Caja: 03",
        "-" * 42,
        "LECHE ENTERA 1L           1x  7.41    7.41",
        "JAMÓN IBÉRICO 100G        1x  0.45    0.45",
        "AGUA MINERAL 6X1,5        1x 19.88   19.88",
        "CAFÉ MOLIDO 250G          1x  1.89    1.89",
        "PIÑA NATURAL              4x  3.49   13.96",
        "-" * 42,
        "TOTAL EUR                            43.59",
        "IVA 10%  base     39.63  cuota      3.96",
        "TARJETA VISA ************1234",
        "AUT 084512  AID A0000000031010",
        "",
        "          ¡Gracias por su visita!",
    ]
    assert columns(_strip("python-escpos-generated__small5", "TM-T88V")) == 42


def test_twenty_languages() -> None:
    said = _lines("escpos-php__character-encodings")
    for line in (
        "Quizdeltagerne spiste jordbær med fløde, mens ci",
        "Falsches Üben von Xylophonmusik quält jeden größ",
        "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
        "El pingüino Wenceslao hizo kilómetros bajo exhau",
        "Le cœur déçu mais l'âme plutôt naïve, Louÿs rêva",
        "Árvíztűrő tükörfúrógép.",
        "Glāžšķūņa rūķīši dzērumā čiepj Baha koncertflīģe",
        "Pchnąć w tę łódź jeża lub ośm skrzyń fig.",
        "В чащах юга жил бы цитрус? Да, но фальшивый экзе",
        "Pijamalı hasta, yağız şoföre çabucak güvendi.",
        "ｲﾛﾊﾆﾎﾍﾄ ﾁﾘﾇﾙｦ ﾜｶﾖﾀﾚｿ ﾂﾈﾅﾗﾑ",
        "Tiếng Việt, còn gọi tiếng Việt Nam hay Việt ngữ,",
    ):
        assert line in said


def test_margins_and_widths() -> None:
    assert _lines("escpos-php__margins-and-spacing")[9:] == [
        "           left margin 128",
        "                     left margin 256",
        "                                           left",
        "                                           margi",
        "                                           n 512",
        "Page width",
        "                                   Default width",
        "                             page width 512",
        "       page width 256",
        " page width",
        "        128",
        "page",
        "width",
        "   64",
    ]


def test_a_demonstration_with_fourteen_cuts() -> None:
    strip = _strip("escpos-php__demo")
    assert sum(isinstance(e, Cut) for e in strip.elements) == 14
    assert [s.system for s in symbols(strip)] == ["CODE39", "QR", "QR", "QR"]
    assert sum(isinstance(e, Raster) for e in strip.elements) >= 8
