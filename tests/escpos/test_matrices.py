from __future__ import annotations

import pytest

from agent.paper.strip import Symbol
from agent.paper.text import symbols
from tests.escpos.printed import strip_of

PDF417, QR, MAXICODE, DATABAR, COMPOSITE, AZTEC, DATAMATRIX = range(48, 55)


def _printed(*pieces: bytes) -> list[Symbol]:
    return list(symbols(strip_of(*pieces)))


def _fn(cn: int, fn: int, *body: int | bytes) -> bytes:
    parts = [part if isinstance(part, bytes) else bytes((part,)) for part in body]
    block = bytes((cn, fn)) + b"".join(parts)
    return b"\x1d(k" + len(block).to_bytes(2, "little") + block


def _one(cn: int, *settings: bytes, data: bytes = b"0data") -> Symbol:
    (symbol,) = _printed(*settings, _fn(cn, 80, data), _fn(cn, 81, b"0"))
    return symbol


def test_a_qr_code_is_printed_from_what_was_stored() -> None:
    url = "https://ticket.example/é"
    stored = _fn(QR, 67, 6) + _fn(QR, 69, b"2") + _fn(QR, 80, b"0", url.encode())
    assert _printed(stored) == []
    (symbol,) = _printed(stored + _fn(QR, 81, b"0"))
    assert (symbol.system, symbol.text) == ("QR", url)
    assert (symbol.module, symbol.level, symbol.variant) == (6, "Q", "2")


@pytest.mark.parametrize(("n", "model"), [(49, "1"), (50, "2"), (51, "MICRO")])
def test_models_of_qr(n: int, model: str) -> None:
    assert _one(QR, _fn(QR, 65, n, 0)).variant == model


def test_settings_of_pdf417() -> None:
    plain = _one(PDF417)
    assert (plain.module, plain.tall, plain.level, plain.variant) == (3, 3, "10%", "")
    assert (plain.columns, plain.rows, plain.room) == (0, 0, 576)
    symbol = _one(
        PDF417,
        _fn(PDF417, 65, 4),
        _fn(PDF417, 66, 20),
        _fn(PDF417, 67, 2),
        _fn(PDF417, 68, 5),
        _fn(PDF417, 69, 48, 53),
        _fn(PDF417, 70, 1),
    )
    assert (symbol.columns, symbol.rows, symbol.module, symbol.tall) == (4, 20, 2, 5)
    assert (symbol.level, symbol.variant) == ("5", "TRUNCATED")
    assert _one(PDF417, _fn(PDF417, 69, 49, 40)).level == "400%"


@pytest.mark.parametrize("n", [0, 3, 90])
def test_rows_of_pdf417_are_so_many_or_as_many_as_it_takes(n: int) -> None:
    assert _one(PDF417, _fn(PDF417, 66, 20), _fn(PDF417, 66, n)).rows == n


@pytest.mark.parametrize("mode", "23456")
def test_modes_of_maxicode(mode: str) -> None:
    assert _one(MAXICODE, _fn(MAXICODE, 65, mode.encode())).variant == mode
    assert _one(MAXICODE).variant == "2"


def test_settings_of_aztec() -> None:
    plain = _one(AZTEC)
    assert (plain.variant, plain.rows, plain.level) == ("FULL", 0, "23%")
    symbol = _one(AZTEC, _fn(AZTEC, 66, 49, 3), _fn(AZTEC, 69, 50), _fn(AZTEC, 67, 5))
    assert (symbol.variant, symbol.rows, symbol.level) == ("COMPACT", 3, "50%")
    assert symbol.module == 5


def test_settings_of_data_matrix() -> None:
    plain = _one(DATAMATRIX)
    assert (plain.variant, plain.rows, plain.columns) == ("SQUARE", 0, 0)
    symbol = _one(DATAMATRIX, _fn(DATAMATRIX, 66, 1, 8, 18), _fn(DATAMATRIX, 67, 4))
    assert (symbol.variant, symbol.rows, symbol.columns) == ("RECTANGLE", 8, 18)
    assert symbol.module == 4


@pytest.mark.parametrize(
    ("n", "is_on"), [(0, False), (1, True), (48, False), (49, True)]
)
def test_a_kind_of_matrix_is_chosen_by_a_number_or_its_digit(
    n: int,
    is_on: bool,
) -> None:
    other = 1 - n % 48
    aztec = _one(AZTEC, _fn(AZTEC, 66, other, 1), _fn(AZTEC, 66, n, 3))
    assert (aztec.variant, aztec.rows) == ("COMPACT" if is_on else "FULL", 3)
    chosen = [_fn(DATAMATRIX, 66, other, 8, 32), _fn(DATAMATRIX, 66, n, 8, 18)]
    matrix = _one(DATAMATRIX, *chosen)
    shape = "RECTANGLE" if is_on else "SQUARE"
    assert (matrix.variant, matrix.rows, matrix.columns) == (shape, 8, 18)


@pytest.mark.parametrize(
    ("n", "data", "system", "text"),
    [
        (72, b"9501234567890", "GS1-DATABAR-STACKED", "0195012345678903"),
        (
            73,
            b"9501234567890",
            "GS1-DATABAR-STACKED-OMNIDIRECTIONAL",
            "0195012345678903",
        ),
        (76, b"(10)A{1(21)B", "GS1-DATABAR-EXPANDED-STACKED", "10A\x1d21B"),
    ],
)
def test_stacked_databars(n: int, data: bytes, system: str, text: str) -> None:
    symbol = _one(DATABAR, data=b"0" + bytes((n,)) + data)
    assert (symbol.system, symbol.text, symbol.room) == (system, text, 141)
    assert symbol.module == 2


def test_a_databar_of_a_number_that_nobody_knows_is_a_stacked_one() -> None:
    assert _one(DATABAR, data=b"0\x4b10A").system == "GS1-DATABAR-STACKED"


@pytest.mark.parametrize(("width", "room"), [(0, 576), (106, 106), (300, 300)])
def test_the_widest_that_an_expanded_databar_may_be(width: int, room: int) -> None:
    widest = _fn(DATABAR, 71, width.to_bytes(2, "little"))
    assert _one(DATABAR, widest, data=b"0\x4c10A").room == room


# -- composites -----------------------------------------------------------


@pytest.mark.parametrize(
    ("b", "data", "system", "text"),
    [
        (65, b"9031101", "EAN8", "90311017"),
        (66, b"400638133393", "EAN13", "4006381333931"),
        (67, b"03600029145", "UPC-A", "036000291452"),
        (68, b"425261", "UPC-E", "04252614"),
        (69, b"04210000526", "UPC-E", "04252614"),
        (70, b"9501234567890", "GS1-DATABAR", "0195012345678903"),
        (71, b"9501234567890", "GS1-DATABAR-TRUNCATED", "0195012345678903"),
        (72, b"9501234567890", "GS1-DATABAR-STACKED", "0195012345678903"),
        (
            73,
            b"9501234567890",
            "GS1-DATABAR-STACKED-OMNIDIRECTIONAL",
            "0195012345678903",
        ),
        (74, b"1501234567890", "GS1-DATABAR-LIMITED", "0115012345678907"),
        (75, b"(10)A", "GS1-DATABAR-EXPANDED", "10A"),
        (76, b"(10)A", "GS1-DATABAR-EXPANDED-STACKED", "10A"),
        (77, b"(01)9501234567890*", "GS1-128", "0195012345678903"),
    ],
)
def test_a_composite_has_two_parts(b: int, data: bytes, system: str, text: str) -> None:
    linear = _fn(COMPOSITE, 80, b"00", b, data)
    second = _fn(COMPOSITE, 80, b"01A(99)x{1(10)y")
    for parts in (linear + second, second + linear):
        (symbol,) = _printed(parts, _fn(COMPOSITE, 81, b"0"))
        assert (symbol.system, symbol.variant) == ("COMPOSITE", system)
        assert symbol.text == f"{text}|99x\x1d10y"


def test_one_part_of_a_composite_can_be_replaced() -> None:
    (symbol,) = _printed(
        _fn(COMPOSITE, 80, b"00B400638133393"),
        _fn(COMPOSITE, 80, b"01A(99)x"),
        _fn(COMPOSITE, 80, b"01B(99)y"),
        _fn(COMPOSITE, 81, b"0"),
    )
    assert (symbol.text, symbol.variant) == ("4006381333931|99y", "EAN13+C")


def test_half_a_composite_is_kept_but_never_lost() -> None:
    half = _fn(COMPOSITE, 80, b"00B400638133393")
    (symbol,) = _printed(half, _fn(COMPOSITE, 81, b"0"))
    assert symbol.text == "4006381333931"


@pytest.mark.parametrize("n", [*range(6), *range(48, 54), 97, 98])
def test_the_readable_line_of_a_composite(n: int) -> None:
    """0 is none, 1 to 5 are fonts; so are their digits; 97 and 98 are A and B again."""
    parts = _fn(COMPOSITE, 80, b"00B400638133393") + _fn(COMPOSITE, 80, b"01A(99)x")
    other = _fn(COMPOSITE, 72, 5 if n in {0, 48, 1, 49, 97} else 1)
    (symbol,) = _printed(other, _fn(COMPOSITE, 72, n), parts, _fn(COMPOSITE, 81, b"0"))
    font = "AABCDE"[n % 48] if n < 97 else "AB"[n - 97]
    assert (symbol.hri, symbol.hri_font) == ("below" if n % 48 else "none", font)
    assert symbol.readable == "4006381333931"


@pytest.mark.parametrize(
    ("cn", "module"),
    [(PDF417, 3), (QR, 3), (DATABAR, 2), (COMPOSITE, 2), (AZTEC, 3), (DATAMATRIX, 3)],
)
def test_a_module_that_nobody_set_is_as_wide_as_the_manual_says(
    cn: int, module: int
) -> None:
    data = b"00B400638133393" if cn == COMPOSITE else b"0Hdata"
    assert _one(cn, data=data).module == module


def test_the_widest_that_a_composite_may_be() -> None:
    half = b"00B400638133393"
    assert _one(COMPOSITE, data=half).room == 141
    assert _one(COMPOSITE, _fn(COMPOSITE, 71, 0, 0), data=half).room == 576


# -- what stays, what goes ------------------------------------------------


def test_stored_data_can_be_printed_twice() -> None:
    job = _fn(QR, 80, b"0x") + _fn(QR, 81, b"0") * 2
    assert [symbol.text for symbol in _printed(job)] == ["x", "x"]


def test_a_reset_clears_what_was_stored_and_set() -> None:
    stored = _fn(QR, 67, 9) + _fn(QR, 80, b"0x")
    assert _printed(stored, b"\x1b@", _fn(QR, 81, b"0")) == []
    assert _one(QR, stored, b"\x1b@").module == 3


def test_there_is_one_storage_area() -> None:
    job = _fn(QR, 80, b"0x") + _fn(PDF417, 80, b"0y") + _fn(QR, 81, b"0")
    assert _printed(job) == []


@pytest.mark.parametrize(
    ("cn", "nonsense"),
    [
        (QR, _fn(QR, 65, 52, 0)),
        (QR, _fn(QR, 67, 17)),
        (QR, _fn(QR, 69, 4)),
        (QR, _fn(QR, 67)),
        (PDF417, _fn(PDF417, 65, 31)),
        (PDF417, _fn(PDF417, 66, 2)),
        (PDF417, _fn(PDF417, 69, 48, 0)),
        (PDF417, _fn(PDF417, 69, 49, 41)),
        (PDF417, _fn(PDF417, 69, 49)),
        (MAXICODE, _fn(MAXICODE, 65, 49)),
        (DATABAR, _fn(DATABAR, 71, 1, 0)),
        (AZTEC, _fn(AZTEC, 69, 4)),
        (AZTEC, _fn(AZTEC, 66, 2, 0)),
        (DATAMATRIX, _fn(DATAMATRIX, 66, 0, 145, 0)),
        (DATAMATRIX, _fn(DATAMATRIX, 99, 1)),
    ],
)
def test_settings_out_of_range_are_ignored(cn: int, nonsense: bytes) -> None:
    assert _one(cn, nonsense) == _one(cn)


def test_printing_without_data_prints_nothing() -> None:
    every = b"".join(_fn(cn, 81, b"0") for cn in range(48, 56))
    assert _printed(every) == []
