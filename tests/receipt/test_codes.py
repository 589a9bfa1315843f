"""What a symbol is for: fiscal, card, receipt, address."""

from __future__ import annotations

import pytest

from agent.paper.strip import PaperLine, Symbol
from agent.receipt.read import read

LINES = [
    PaperLine(text)
    for text in (
        "EPICERIE DU PORT",
        "Ticket 002-10001   13/09/2026 16:07",
        "PAIN                 1,20",
        "TOTAL                1,20",
        "CARTE FIDELITE 2900123456785",
        "*00014*",
    )
]
TSE = "V0;955002-00;Kassenbeleg-V1;Beleg^0.00_2.55_0.00_0.00_0.00^2.55:Bar;18;112"
RKSV = "_R1-AT1_KASSA1_83468_2026-09-13T14:23:34_0,00_0,00_0,00_0,00_0,00_x_y_z"
ATCUD = "A:123456789*B:999999990*C:PT*D:FS*E:N*F:20260913*G:FS 1/9*H:CSDF7T5H-35"
VERIFACTU = "https://www2.agenciatributaria.gob.es/wlpl/TIKE-CONT/ValidarQR?nif=B1"
TBAI = "https://batuz.eus/QRTBAI/?id=TBAI-00000006Y-251019-btFpwP8dcLGAF"


@pytest.mark.parametrize(
    ("system", "text", "role"),
    [
        ("QR", TSE, "fiscal"),
        ("QR", RKSV, "fiscal"),
        ("QR", ATCUD, "fiscal"),
        ("QR", VERIFACTU, "fiscal"),
        ("QR", TBAI, "fiscal"),
        ("QR", "https://epicerie.example/avis?t=1", "link"),
        ("EAN13", "2900123456785", "loyalty"),
        ("CODE128", "00210001", "receipt"),
        ("CODE39", "00014", "receipt"),
        ("EAN13", "4006381333931", "other"),
        ("CODE39", "20", "other"),
        ("QR", "V0 est un moteur", "other"),
    ],
)
def test_a_code_says_what_it_is_for(system: str, text: str, role: str) -> None:
    receipt = read(LINES, [Symbol(system, text.encode(), text)])
    (code,) = receipt.codes
    assert (code.system, code.text, code.role) == (system, text, role)


def test_a_document_that_is_not_analysed_keeps_its_codes() -> None:
    long = [PaperLine("x")] * 5_000
    (code,) = read(long, [Symbol("QR", b"abc", "abc")]).codes
    assert (code.text, code.role) == ("abc", "other")
