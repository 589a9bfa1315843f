"""All proofs, by the mnemonic of ``escpos_commands.csv``."""

from __future__ import annotations

from tests.escpos.proofs.barcodes import BARCODES
from tests.escpos.proofs.characters import CHARACTERS
from tests.escpos.proofs.codes import CODES
from tests.escpos.proofs.kanji import KANJI
from tests.escpos.proofs.machine import MACHINE
from tests.escpos.proofs.motion import MOTION
from tests.escpos.proofs.pages import PAGES
from tests.escpos.proofs.pictures import PICTURES
from tests.escpos.proofs.position import POSITION
from tests.escpos.proofs.proof import Proof, family
from tests.escpos.proofs.stored import STORED

_BEEP = b"\x1bB\2\1"


def _cut(body: bytes) -> bytes:
    return family(b"\x1d(V", body)


PROOFS: dict[str, Proof] = {
    **CHARACTERS,
    **KANJI,
    **POSITION,
    **MOTION,
    **PAGES,
    **MACHINE,
    **PICTURES,
    **STORED,
    **BARCODES,
    **CODES,
}
"""Every command that changes the receipt does so, and its proof would notice."""

WITHOUT: dict[str, str] = {
    "CR": "ends a line only when the printer's switch for it is on",
    "GS ( A": "its test pattern is the printer's own; the command counts as unread",
    "GS ( N fn=32": "a shadow around characters, which stay what and where they are",
    "FS ( L fn=41": "how far a label moves is for the printer's sensor to say",
    "FS ( L fn=42": "how far a label moves is for the printer's sensor to say",
    "FS ( L fn=43": "how far a label moves is for the printer's sensor to say",
}
"""Commands that change the paper, or how it looks, in a way that no job tells."""

BEYOND: dict[str, Proof] = {
    # the newer form of GS V; the list has no row for it
    "GS ( V fn=30": Proof(
        b"A\n" + _cut(b"\x30\0") + b"B\n" + _cut(b"\x30\1"),
        _cut(b"\x30\1"),
        ('"A"@0 /30', "cut full", '"B"@0 /30', "cut partial"),
    ),
    "GS ( V fn=31": Proof(
        b"A\n" + _cut(b"\x31\x30\x28"),
        _cut(b"\x31\x30\x28"),
        ('"A"@0 /30', "feed 40", "cut full"),
    ),
    # clones' buzzer; one of the sequences that Epson's manual does not know
    "ESC B": Proof(b"A\n" + _BEEP, _BEEP, ('"A"@0 /30', "buzz")),
}
"""What we understand beside the list."""
