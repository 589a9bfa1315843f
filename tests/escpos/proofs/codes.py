"""Two-dimensional codes, stacked DataBar and composites: GS ( k.

What nobody set is as the manual's defaults say.
"""

from __future__ import annotations

from tests.escpos.proofs.proof import Proof, family, u16

GS = b"\x1d"


def _code(cn: int, fn: int, body: bytes) -> bytes:
    return family(GS + b"(k", bytes((cn, fn)) + body)


def _store(cn: int, data: bytes) -> bytes:
    """Fn 80: m of 48, and the data."""
    return _code(cn, 80, b"0" + data)


class _Kind:
    """One kind of code: the commands that store one, and how it begins to show."""

    def __init__(self, cn: int, stored: bytes, text: str) -> None:
        self.cn = cn
        self.stored = stored
        self.print = _code(cn, 81, b"0")
        self._text = text

    def shows(self, *said: str) -> tuple[str, ...]:
        return (f"{self._text} {' '.join(said)}".strip(),)

    def name(self, fn: int) -> str:
        return f"GS ( k fn={self.cn:02X}/{fn:02X}"

    def setting(self, fn: int, body: bytes, *said: str) -> dict[str, Proof]:
        command = _code(self.cn, fn, body)
        job = self.stored + command + self.print
        return {self.name(fn): Proof(job, command, self.shows(*said))}

    def storing(self, *said: str) -> dict[str, Proof]:
        """Stored, and printed; what is printed stays stored."""
        shows = self.shows(*said)
        once, twice = self.stored + self.print, self.stored + 2 * self.print
        return {
            self.name(80): Proof(once, self.stored, shows),
            self.name(81): Proof(twice, self.print, (*shows, *shows)),
        }


# three modules a row, error correction of ratio 1 (10 %), as wide as the print area
_PDF417 = _Kind(48, _store(48, b"Bon 7"), 'PDF417 "Bon 7" @0 left')
_QR = _Kind(49, _store(49, b"Bon 7"), 'QR "Bon 7" @0 left')
_MAXICODE = _Kind(
    50, _store(50, b"Bon 7"), 'MAXICODE "Bon 7" @0 left module 3 height 0'
)
_AZTEC = _Kind(53, _store(53, b"Bon 7"), 'AZTEC "Bon 7" @0 left')
_DATAMATRIX = _Kind(54, _store(54, b"Bon 7"), 'DATAMATRIX "Bon 7" @0 left')

_GTIN = "0109506000134352"
_CAPTION = "caption (01)09506000134352"

# n of 76 is DataBar Expanded Stacked; ( and ) are for the eye
_DATABAR = _Kind(
    51,
    _store(51, b"\x4c(01)09506000134352"),
    f'GS1-DATABAR-EXPANDED-STACKED "{_GTIN}" @0 left',
)

# a of 48 is the linear part, b of 70 DataBar; a of 49 the other, b of 65 CC-A or CC-B
_LINEAR = _store(52, b"\x30\x460950600013435")
_SECOND = _store(52, b"\x31\x41(10)AB1")
_COMPOSITE = _Kind(52, _LINEAR + _SECOND, f'COMPOSITE "{_GTIN}|10AB1" @0 left')


def _composite_storing(*said: str) -> dict[str, Proof]:
    shows = _COMPOSITE.shows(*said)
    job = _COMPOSITE.stored + _COMPOSITE.print
    return {
        _COMPOSITE.name(80): Proof(job, _SECOND, shows),
        _COMPOSITE.name(81): Proof(job, _COMPOSITE.print, shows),
    }


_STACKED_TAIL = ("room 141", _CAPTION)
_PAIR = ("variant GS1-DATABAR", "room 141", _CAPTION)

CODES: dict[str, Proof] = {
    **_PDF417.storing("module 3 height 0", "level 10%", "room 576"),
    **_PDF417.setting(
        65, b"\5", "module 3 height 0", "level 10%", "columns 5", "room 576"
    ),
    **_PDF417.setting(
        66, b"\x0c", "module 3 height 0", "level 10%", "rows 12", "room 576"
    ),
    **_PDF417.setting(67, b"\2", "module 2 height 0", "level 10%", "room 576"),
    # a row of four modules
    **_PDF417.setting(
        68, b"\4", "module 3 height 0", "level 10%", "tall 4", "room 576"
    ),
    # m of 48: n of 53 is level 5
    **_PDF417.setting(69, b"\x30\x35", "module 3 height 0", "level 5", "room 576"),
    **_PDF417.setting(
        70, b"\1", "module 3 height 0", "level 10%", "variant TRUNCATED", "room 576"
    ),
    **_QR.storing("module 3 height 0", "level L", "variant 2"),
    **_QR.setting(65, b"\x31\0", "module 3 height 0", "level L", "variant 1"),
    **_QR.setting(67, b"\6", "module 6 height 0", "level L", "variant 2"),
    **_QR.setting(69, b"\x33", "module 3 height 0", "level H", "variant 2"),
    **_MAXICODE.storing("variant 2"),
    **_MAXICODE.setting(65, b"\x34", "variant 4"),
    # two dots wide, at most 141 dots
    **_DATABAR.storing("module 2 height 0", *_STACKED_TAIL),
    **_DATABAR.setting(67, b"\3", "module 3 height 0", *_STACKED_TAIL),
    **_DATABAR.setting(71, u16(300), "module 2 height 0", "room 300", _CAPTION),
    **_composite_storing("module 2 height 162", *_PAIR),
    **_COMPOSITE.setting(67, b"\4", "module 4 height 162", *_PAIR),
    **_COMPOSITE.setting(
        71,
        u16(300),
        "module 2 height 162",
        "variant GS1-DATABAR",
        "room 300",
        _CAPTION,
    ),
    # n of 0 is no readable line, 1 font A, 2 font B
    **_COMPOSITE.setting(
        72,
        b"\2",
        "module 2 height 162",
        "hri below",
        "variant GS1-DATABAR",
        "room 141",
        "hri_font B",
        _CAPTION,
    ),
    # 23 % error correction, full range, as many layers as it takes
    **_AZTEC.storing("module 3 height 0", "level 23%", "variant FULL"),
    **_AZTEC.setting(
        66, b"\1\3", "module 3 height 0", "level 23%", "variant COMPACT", "rows 3"
    ),
    **_AZTEC.setting(67, b"\5", "module 5 height 0", "level 23%", "variant FULL"),
    **_AZTEC.setting(69, b"\x32", "module 3 height 0", "level 50%", "variant FULL"),
    **_DATAMATRIX.storing("module 3 height 0", "variant SQUARE"),
    # (8, 18) is the rectangle of 8 rows and 18 columns of ISO/IEC 16022
    **_DATAMATRIX.setting(
        66,
        b"\1\x08\x12",
        "module 3 height 0",
        "variant RECTANGLE",
        "columns 18",
        "rows 8",
    ),
    **_DATAMATRIX.setting(67, b"\7", "module 7 height 0", "variant SQUARE"),
}
