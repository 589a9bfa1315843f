"""Where the agent's picture and the simulated printer's differ, and why.

By job or proof: the most dots that may differ, and the reason.  Whatever is not
here agrees to the dot.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from bench.pixels import Rows


class Reason(NamedTuple):
    """``ours`` and ``theirs`` are rows that only one of both has, and are left out."""

    dots: int
    why: str
    ours: Rows = ()
    theirs: Rows = ()


_READABLE = (
    "UPC-E: the printer's readable line has six digits, ours what a scanner says"
)
_NO_PAGE_TRIM = "a page that no ESC W has sized is as long as its marks here, 1662 dots on a printer"
_LINES = "how thick the lines of GS ( Q are varies by model: 1, 2, 4 dots or 1, 2, 3"
_JIS = "kanji wake up in JIS there, in what the printer's settings say here"
_SINGLE = "the simulated printer has no serial number (GS C)"
_SAVED = "the simulated printer saves no settings (GS ( M)"
_SIGN = "a logo that is not there is a sign here, nothing on paper"

JOBS: Final[dict[str, Reason]] = {
    "escpos-php__barcode": Reason(
        4_200,
        "what has no short form as UPC-E stays as a box with its content, "
        "which the printer leaves out; " + _READABLE,
        ours=((3037, 48), (3175, 48)),
    ),
    "escpos-php__character-tables": Reason(
        21_000,
        "kanji of the Katakana page take two cells; spaces of unknown pages are no ink",
    ),
    "escpos-php__demo": Reason(
        600, "CODE39 without asterisks: they are shown there, not here"
    ),
    "escpost__cafe-order-voucher": Reason(
        6_000, "its last line has no LF: kept here, still in the printer's buffer there"
    ),
    "thermal__barcodes": Reason(1_700, _READABLE),
    "thermal__receipt_with_barcode": Reason(
        0, "GS P: parts of a dot are rounded there, left out here; one row of 639"
    ),
    "thermal__typography": Reason(
        3_500,
        "UTF-8, which an Epson prints byte by byte: 8 lines here, 15 there; red on black",
        ours=((5292, 240),),
        theirs=((5292, 450),),
    ),
}

PROOFS: Final[dict[str, Reason]] = {
    "ESC M": Reason(500, "the simulated printer has no fonts D and E"),
    "GS ( N fn=31": Reason(300, "a ground of the second colour is grey there"),
    "FS &": Reason(700, _JIS),
    "FS .": Reason(300, _JIS),
    "FS !": Reason(2_000, _JIS),
    "FS -": Reason(300, _JIS),
    "FS W": Reason(2_000, _JIS),
    "FS ( A fn=30": Reason(300, _JIS),
    "FS S": Reason(1_100, _JIS),
    "FS 2": Reason(600, _JIS),
    "FS ?": Reason(600, _JIS),
    "FF": Reason(600, _NO_PAGE_TRIM),
    "ESC L": Reason(0, _NO_PAGE_TRIM),
    "GS ( Q fn=30": Reason(250, _LINES),
    "GS ( Q fn=31": Reason(300, _LINES),
    "GS ( Q fn=32": Reason(450, _LINES),
    "GS ( Q fn=33": Reason(150, "lines down the roll are not in the simulated printer"),
    "GS ( M fn=01/31": Reason(30, _SAVED),
    "GS ( M fn=02/32": Reason(30, _SAVED),
    "GS ( M fn=03/33": Reason(30, _SAVED),
    "GS C 0": Reason(2_200, _SINGLE),
    "GS C 1": Reason(1_400, _SINGLE),
    "GS C 2": Reason(1_600, _SINGLE),
    "GS C ;": Reason(3_700, _SINGLE),
    "GS c": Reason(600, _SINGLE),
    "GS ( L fn=30/01/31": Reason(20, "halves of dots are rounded up there, down here"),
    "GS ( L fn=30/41": Reason(12_000, _SIGN),
    "GS ( L fn=30/42": Reason(6_000, _SIGN),
    "GS ( L fn=30/51": Reason(12_000, _SIGN),
    "GS ( L fn=30/52": Reason(6_000, _SIGN),
    "GS k fn=B": Reason(
        150_000, "GS1 DataBar: as high as GS h says here, as its standard says there"
    ),
    "GS ( k fn=34/48": Reason(
        2_500, "the readable line of a composite is not drawn there"
    ),
}
