"""Bar codes: what a scanner says, and how they look."""

from __future__ import annotations

from tests.escpos.proofs.proof import Proof

GS = b"\x1d"

_EAN = GS + b"k\x02400638133393\0"
_TALL = "module 3 height 162"


def _form_a(number: int, data: bytes) -> bytes:
    return GS + b"k" + bytes((number,)) + data + b"\0"


def _form_b(number: int, data: bytes) -> bytes:
    return GS + b"k" + bytes((number, len(data))) + data


def _symbol(system: str, text: str, more: str = "") -> str:
    return f'{system} "{text}" @0 left {_TALL}{more}'


# "09506000134352" is the sample number of the GS1 General Specifications.
_GTIN = "0109506000134352"
_CAPTION = " caption (01)09506000134352"

_SYSTEMS_A = (
    (0, b"04210000526", _symbol("UPC-A", "042100005264")),
    # eleven digits that have enough zeros become six
    (1, b"04210000526", _symbol("UPC-E", "04252614")),
    (2, b"400638133393", _symbol("EAN13", "4006381333931")),
    (3, b"9638507", _symbol("EAN8", "96385074")),
    # start and stop are no content, but they are in the readable line
    (4, b"*AB-12*", _symbol("CODE39", "AB-12", " caption *AB-12*")),
    (5, b"123456", _symbol("ITF", "123456")),
    (6, b"A40156B", _symbol("CODABAR", "A40156B")),
)
_SYSTEMS_B = (
    *((number + 65, data, shows) for number, data, shows in _SYSTEMS_A),
    (72, b"Code93", _symbol("CODE93", "Code93")),
    # {B and {C choose code sets; in C a byte is two digits
    (73, b"{BAb{C\x0c\x22", _symbol("CODE128", "Ab1234")),
    # brackets are for the eye only, * is the check digit that the printer finds
    (74, b"(01)0950600013435*", _symbol("GS1-128", _GTIN, _CAPTION)),
    # thirteen digits; the printer adds the identifier (01) and the check digit
    (75, b"0950600013435", _symbol("GS1-DATABAR", _GTIN, _CAPTION)),
    (76, b"0950600013435", _symbol("GS1-DATABAR-TRUNCATED", _GTIN, _CAPTION)),
    (77, b"0950600013435", _symbol("GS1-DATABAR-LIMITED", _GTIN, _CAPTION)),
    (
        78,
        b"(01)09506000134352(10)AB1",
        _symbol("GS1-DATABAR-EXPANDED", f"{_GTIN}10AB1", f"{_CAPTION}(10)AB1"),
    ),
    (79, b"Ab12", _symbol("CODE128", "Ab12", " variant AUTO")),
)


def _all(form: tuple[tuple[int, bytes, str], ...], one: bytes, job: bytes) -> Proof:
    return Proof(job, one, tuple(shows for _, _, shows in form))


BARCODES: dict[str, Proof] = {
    "GS k fn=A": _all(
        _SYSTEMS_A,
        _EAN,
        b"".join(_form_a(number, data) for number, data, _ in _SYSTEMS_A),
    ),
    "GS k fn=B": _all(
        _SYSTEMS_B,
        _form_b(72, b"Code93"),
        b"".join(_form_b(number, data) for number, data, _ in _SYSTEMS_B),
    ),
    "GS h": Proof(
        GS + b"h\x50" + _EAN,
        GS + b"h\x50",
        ('EAN13 "4006381333931" @0 left module 3 height 80',),
    ),
    "GS w": Proof(
        GS + b"w\2" + _EAN,
        GS + b"w\2",
        ('EAN13 "4006381333931" @0 left module 2 height 162',),
    ),
    # 2 is below; 49 is 1, above
    "GS H": Proof(
        GS + b"H\2" + _EAN + GS + b"H1" + _EAN,
        GS + b"H\2",
        (
            _symbol("EAN13", "4006381333931", " hri below"),
            _symbol("EAN13", "4006381333931", " hri above"),
        ),
    ),
    "GS f": Proof(
        GS + b"H\2" + GS + b"f\1" + _EAN,
        GS + b"f\1",
        (_symbol("EAN13", "4006381333931", " hri below hri_font B"),),
    ),
}
