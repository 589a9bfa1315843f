"""What the POS keeps in the printer (GS ( C), and what it is told of it."""

from __future__ import annotations

import pytest

from agent.escpos.interpret import read
from agent.escpos.memory import EMPTY, Memory
from tests.escpos.printed import PRINTER
from tests.escpos.test_replies import of


def _own(fn: int, body: bytes = b"") -> bytes:
    """GS ( C: m fn b .."""
    return b"\x1d(C" + bytes((3 + len(body), 0, 0, fn, 0)) + body


def test_what_the_pos_keeps_in_the_printer_it_can_read_again() -> None:
    before = read(_own(1, b"K1till 4") + _own(49, b"K2caf\xe9"), PRINTER, EMPTY).memory
    memory = Memory.from_bytes(before.to_bytes())
    assert memory == before
    assert of(b"TOTAL\n", _own(2, b"K1"), memory) == [b"\x37\x70\x40till 4\0"]
    assert of(b"\x1b@", _own(50, b"K2"), memory) == [b"\x37\x70\x40caf\xe9\0"]
    assert of(b"", _own(2, b"K9"), memory) == [b"\x37\x70\x40\0"]
    assert of(_own(0, b"K1"), _own(5), memory) == [b"\x37\x71\x40K2\0"]
    assert of(b"", _own(5), memory) == [b"\x37\x71\x40K1K2\0"]
    assert of(b"", _own(3), memory) == [b"\x37\x2814\0"]
    assert of(b"", _own(4), memory) == [b"\x37\x291010\0"]
    assert of(_own(6, b"CLR"), _own(51), memory) == [b"\x37\x280\0"]


@pytest.mark.parametrize(
    "nothing",
    [
        _own(1, b"K1"),
        _own(1, b"K1a\n"),
        _own(1, b"\x7f1abc"),
        _own(0, b"K2"),
        _own(6, b"CLX"),
        _own(17, b"K1new"),
        b"\x1d(C\x06\0\1\1\0K1x",
        b"\x1d(C\x06\0\0\1\1K1x",
        b"\x1d(C\2\0\0\1",
    ],
)
def test_what_is_no_record_changes_none(nothing: bytes) -> None:
    kept = _own(1, b"K1till 4")
    assert of(kept + nothing, _own(2, b"K1")) == [b"\x37\x70\x40till 4\0"]
    assert of(kept + nothing, _own(5)) == [b"\x37\x71\x40K1\0"]


def test_records_that_do_not_fit_are_not_kept() -> None:
    keys = [bytes((0x30 + n // 64, 0x30 + n % 64)) for n in range(600)]
    small = b"".join(_own(1, key + b"!") for key in keys)
    full = read(small + _own(1, keys[0] + b"?"), PRINTER, EMPTY).memory
    assert list(full.records) == keys[:512]
    assert full.records[keys[0]] == b"?"
    assert Memory.from_bytes(full.to_bytes()) == full
    large = b"".join(
        b"\x1d(C" + (60_005).to_bytes(2, "little") + b"\0\1\0" + key + b"x" * 60_000
        for key in (b"B1", b"B2", b"B1")
    )
    assert list(read(large, PRINTER, EMPTY).memory.records) == [b"B1"]
