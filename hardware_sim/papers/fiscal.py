"""What the law of a country puts on a receipt: signatures, certificates, codes.

Shapes from NF525 and LNE (France), KassenSichV (Germany), RKSV (Austria), ATCUD
(Portugal), Veri*factu (Spain), registratore telematico (Italy), GKS (Belgium).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Final

from hardware_sim.papers.cents import Coin
from hardware_sim.papers.desk import Desk
from hardware_sim.papers.sheet import wrapped

_SOFTWARE: Final = (
    "CaisseNova",
    "Tillio",
    "OkamiPOS",
    "Comptalys",
    "KassaOne",
    "VentaLog",
)


def fiscal(desk: Desk) -> None:
    """The block of the country, where this till prints one."""
    how = desk.dice.choice(desk.land.fiscal)
    _BLOCKS[how](desk)


def _version(desk: Desk) -> str:
    dice = desk.dice
    return f"{dice.randint(1, 12)}.{dice.randint(0, 30)}.{dice.randint(0, 9)}"


def _nf525(desk: Desk) -> None:
    dice, sheet = desk.dice, desk.sheet
    size = dice.choice((4, 4, 8, 16, 32))
    signature = f"{dice.getrandbits(128):032X}"[:size]
    software, version = dice.choice(_SOFTWARE), _version(desk)
    lines = len(desk.sale.entries)
    printed: dict[str, object] = {}
    if desk.chance(60):
        sheet.line(f"{software} v{version}")
        printed |= {"software": software, "version": version}
    if desk.chance(50):
        sheet.line(f"Nb lignes : {lines}")
        printed |= {"lines": lines}
    certificate = (
        f"NF525 B{dice.randint(1, 900):04d}"
        if desk.chance(60)
        else f"LNE {dice.randint(10_000, 39_999)}"
    )
    word = dice.choice(("Signature", "Empreinte", "Sign."))
    text = f"{word} : {signature}"
    if len(text) + len(certificate) + 2 <= sheet.columns:
        text += f"  {certificate}"
        sheet.line(text)
    else:
        sheet.line(certificate)
        sheet.line(text)
    sheet.say(
        fiscal={
            "scheme": "NF525",
            "signature": signature,
            "certificate": certificate,
            **printed,
        }
    )


def _tse(desk: Desk) -> None:
    dice, sheet, at = desk.dice, desk.sheet, desk.sale.at
    signature = base64.b64encode(dice.randbytes(64)).decode()
    counter, transaction = dice.randint(1000, 2_000_000), dice.randint(1000, 900_000)
    serial = dice.randbytes(32).hex()
    start, stop = f"{at:%Y-%m-%dT%H:%M:%S}.000", f"{at:%Y-%m-%dT%H:%M:%S}.000"
    serial_printed = {"serial": serial}
    if desk.chance(40):
        serial_printed = {}
        text = f"V0;{desk.sale.store}-{desk.sale.till};Kassenbeleg-V1;Beleg^0.00^0.00^0.00^0.00^{desk.sale.total / 100:.2f};{transaction};{counter};{start};{stop};ecdsa-plain-SHA256;unixTime;{signature}"
        sheet.code("QR", text, "fiscal")
    else:
        for piece in wrapped(f"TSE-Signatur: {signature}", desk.sheet.columns):
            sheet.raw(piece)
        sheet.line(f"TSE-Signaturzähler:{counter}")
        sheet.line(f"TSE-Transaktion:{transaction}")
        sheet.line(f"TSE-Start: {start}")
        sheet.line(f"TSE-Stop: {stop}")
        sheet.line(f"Seriennummer TSE: {serial}")
    sheet.say(fiscal={"scheme": "TSE", "signature": signature, "counter": counter,
                      "transaction": transaction, **serial_printed})  # fmt: skip


def _rksv(desk: Desk) -> None:
    dice, sale = desk.dice, desk.sale
    gross = {row.rate_bp: row.gross for row in sale.vat}
    dotted = Coin(",")
    sums = "_".join(dotted.bare(gross.get(bp, 0)) for bp in (2000, 1000, 1300, 0, 1900))
    tail = base64.b64encode(dice.randbytes(8)).decode()
    signature = base64.b64encode(dice.randbytes(64)).decode()
    text = f"_R1-AT1_K{sale.till}_{sale.number}_{sale.at:%Y-%m-%dT%H:%M:%S}_{sums}_{tail}_{dice.getrandbits(32):08x}_{tail}_{signature}"
    desk.sheet.code("QR", text, "fiscal")
    desk.sheet.line(f"Kassen-ID: K{sale.till}")
    desk.sheet.say(fiscal={"scheme": "RKSV", "code": text})


def _atcud(desk: Desk) -> None:
    dice, sale = desk.dice, desk.sale
    series = "".join(dice.choice("BCDFGHJKMNPQRSTVWXYZ23456789") for _ in range(8))
    atcud = f"{series}-{dice.randint(1, 99999)}"
    program = dice.randint(100, 2999)
    desk.sheet.line(f"ATCUD:{atcud}")
    hashed = "".join(dice.choice("ABCDEFGHabcdefgh0123456789/+") for _ in range(4))
    desk.sheet.line(f"{hashed}-Processado por programa certificado n.º {program}/AT")
    tax = sum(row.vat for row in sale.vat)
    text = (f"A:{desk.shop.vat_id}*B:999999990*C:PT*D:FS*E:N*F:{sale.at:%Y%m%d}*G:FS 01/{sale.number}"
            f"*H:{atcud}*N:{tax / 100:.2f}*O:{sale.total / 100:.2f}*Q:{hashed}*R:{program}")  # fmt: skip
    desk.sheet.code("QR", text, "fiscal")
    desk.sheet.say(
        fiscal={"scheme": "ATCUD", "atcud": atcud, "certificate": f"{program}/AT"}
    )


def _verifactu(desk: Desk) -> None:
    sale = desk.sale
    url = (f"https://www2.agenciatributaria.gob.es/wlpl/TIKE-CONT/ValidarQR?nif={desk.shop.vat_id}"
           f"&numserie={sale.number}&fecha={sale.at:%d-%m-%Y}&importe={sale.total / 100:.2f}")  # fmt: skip
    desk.sheet.centre("QR tributario:")
    desk.sheet.code("QR", url, "fiscal")
    if desk.chance(60):
        desk.sheet.centre("VERI*FACTU")
    desk.sheet.say(fiscal={"scheme": "VERIFACTU", "code": url})


def _rt(desk: Desk) -> None:
    serial = f"99{desk.dice.choice(('MEY', 'IEX', 'SIM'))}{desk.dice.randint(1, 999_999):06d}"
    desk.sheet.centre(f"RT {serial}")
    desk.sheet.say(fiscal={"scheme": "RT", "serial": serial})


def _gks(desk: Desk) -> None:
    dice, sale = desk.dice, desk.sale
    signature = dice.randbytes(20).hex().upper()
    desk.sheet.line("--- GKS / SCE ---")
    desk.sheet.line(f"{sale.at:%d/%m/%Y %H:%M:%S}")
    desk.sheet.line(f"VSC ID: {dice.randint(10**7, 10**8 - 1)}")
    desk.sheet.line(
        f"Ticket: {dice.randint(1, 99999)}/{dice.randint(99999, 999999)} NS"
    )
    desk.sheet.line(f"Hash: {signature}")
    desk.sheet.say(fiscal={"scheme": "GKS", "signature": signature})


_BLOCKS: Final[Mapping[str, Callable[[Desk], None]]] = {
    "none": lambda _: None, "nf525": _nf525, "tse": _tse, "rksv": _rksv, "atcud": _atcud,
    "verifactu": _verifactu, "rt": _rt, "gks": _gks,
}  # fmt: skip
