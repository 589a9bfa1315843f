"""The serial number that a printer counts by itself (GS C, GS c)."""

from __future__ import annotations

from tests.escpos.printed import text
from tests.escpos.proofs.proof import u16

ESC, GS = b"\x1b", b"\x1d"
PRINT = GS + b"c\n"


def _range(start: int, end: int, step: int = 1, repeat: int = 1) -> bytes:
    return GS + b"C1" + u16(start, end) + bytes((step, repeat))


def _value(value: int) -> bytes:
    return GS + b"C2" + u16(value)


def test_the_printer_numbers_its_slips_by_itself() -> None:
    job = GS + b"C0\4\1" + _range(1, 9999) + _value(41) + 2 * (b"No " + PRINT)
    assert text(job) == ["No 0041", "No 0042"]


def test_the_number_may_count_down_in_steps_each_printed_twice() -> None:
    job = GS + b"C;9;1;4;2;9;" + (GS + b"c ") * 7 + b"\n"
    assert text(job) == ["9 9 5 5 1 1 9"]


def test_a_range_alone_does_not_change_the_number_within_it() -> None:
    assert text(_value(50), _range(1, 100), PRINT) == ["50"]


def test_a_number_out_of_the_range_is_forced_to_where_it_begins() -> None:
    assert text(_range(10, 20), _value(30), 2 * PRINT) == ["10", "11"]
    assert text(_range(20, 10), _value(30), 2 * PRINT) == ["20", "19"]


def test_a_step_or_a_repeat_of_zero_and_a_range_of_one_number_stand_still() -> None:
    for stopped in (_range(1, 9, step=0), _range(1, 9, repeat=0), _range(4, 4)):
        assert text(stopped, _value(6), 2 * PRINT) == ["6", "6"]


def test_what_the_text_form_leaves_out_stays_as_it_was() -> None:
    job = _range(1, 12, step=4) + GS + b"C;;;;2;9;" + 3 * PRINT
    assert text(job) == ["9", "9", "1"]


def test_a_reset_begins_to_count_at_one_again() -> None:
    job = GS + b"C0\3\1" + _range(5, 9, step=2) + 2 * PRINT + ESC + b"@" + PRINT
    assert text(job) == ["005", "007", "1"]


def test_blanks_before_and_behind_the_number_are_kept() -> None:
    job = GS + b"C0\3\0[" + GS + b"c]" + GS + b"C0\3\2[" + GS + b"c]\n"
    assert text(job) == ["[  1][2  ]"]
