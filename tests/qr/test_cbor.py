"""The canonical subset: examples of RFC 8949, appendix A, and everything else refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.qr.cbor import MAX_DEPTH, CborError, dumps, loads
from agent.qr.streams import (
    MAX_BYTES,
    MAX_NUMBER,
    Stream,
    StreamError,
    digits_of,
    folded,
    from_digits,
    to_digits,
    unfolded,
    written,
)

APPENDIX_A = {
    "00": 0,
    "17": 23,
    "1818": 24,
    "1903e8": 1000,
    "1a000f4240": 1000000,
    "1b000000e8d4a51000": 1000000000000,
    "20": -1,
    "3903e7": -1000,
    "f5": True,
    "f6": None,
    "40": b"",
    "4401020304": b"\x01\x02\x03\x04",
    "60": "",
    "6449455446": "IETF",
    "62c3bc": "ü",
    "80": [],
    "83010203": [1, 2, 3],
    "a0": {},
    "a201020304": {1: 2, 3: 4},
}
REFUSED = {
    "": "cut off",
    "1800": "longer than it need be",
    "190017": "longer than it need be",
    "1c": "indefinite",
    "5f": "indefinite",
    "f4": "tag or a number",
    "f93c00": "tag or a number",
    "c0": "tag or a number",
    "62ff00": "UTF-8",
    "0000": "behind",
    "a2030401": "in order",
    "a203040102": "in order",
    "a201020104": "in order",
    "a101": "cut off",
    "a16001": "keys are numbers",
    "a1f501": "keys are numbers",
    "8181818181818100": "too deep",
    "9a7fffffff": "too many",
    "1bffffffffffffffff": "53 bits",
}
values: Any = st.recursive(
    st.none()
    | st.just(True)
    | st.integers(-MAX_NUMBER, MAX_NUMBER)
    | st.text()
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(0, 99), inner, max_size=4)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("written_as", APPENDIX_A)
def test_the_examples_of_the_rfc(written_as: str) -> None:
    value: Any = APPENDIX_A[written_as]
    assert dumps(value).hex() == written_as
    assert loads(bytes.fromhex(written_as)) == value


@pytest.mark.parametrize("raw", REFUSED)
def test_what_the_writer_would_not_write_is_refused(raw: str) -> None:
    with pytest.raises(CborError, match=REFUSED[raw]):
        loads(bytes.fromhex(raw))


def test_numbers_that_a_browser_does_not_count_are_refused() -> None:
    with pytest.raises(CborError):
        dumps(MAX_NUMBER + 1)


def depth(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value
    deep = isinstance(value, dict | list)
    return 1 + max(map(depth, inside), default=0) if deep else 0


@given(values.filter(lambda value: depth(value) <= MAX_DEPTH))
def test_one_value_has_one_form(value: Any) -> None:
    raw = dumps(value)
    assert loads(raw) == value
    assert dumps(loads(raw)) == raw


@given(st.binary(max_size=40))
def test_any_bytes_are_refused_or_canonical(raw: bytes) -> None:
    try:
        value = loads(raw)
    except CborError:
        return
    assert dumps(value) == raw


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 70, 333, 620, 1065, MAX_BYTES])
def test_bytes_are_digits_and_digits_bytes(size: int) -> None:
    for raw in (
        bytes(size),
        b"\xff" * size,
        bytes(range(256))[:size].ljust(size, b"x"),
    ):
        digits = to_digits(raw)
        assert len(digits) == digits_of(size)
        assert from_digits(digits) == raw


def test_no_two_sizes_have_as_many_digits() -> None:
    counts = [digits_of(size) for size in range(1, MAX_BYTES + 2)]
    assert counts == sorted(set(counts))


@pytest.mark.parametrize(
    "digits", ["", "12a4", "１２３", "-12", "1", "256" * 1, "9" * 5000]
)
def test_digits_that_no_bytes_have_are_refused(digits: str) -> None:
    with pytest.raises(StreamError):
        from_digits(digits)


@given(st.lists(st.integers(-(MAX_NUMBER >> 1), MAX_NUMBER >> 1)))
def test_a_stream_gives_back_its_numbers(numbers: list[int]) -> None:
    stream = Stream(written(map(folded, numbers)))
    assert [stream.signed() for _ in numbers] == numbers
    assert stream.done


@pytest.mark.parametrize("raw", [b"", b"\x80", b"\xff" * 9, b"\xff" * 7 + b"\x7f"])
def test_a_number_that_is_cut_off_or_too_large_is_refused(raw: bytes) -> None:
    with pytest.raises(StreamError):
        Stream(raw).next()


def test_zigzag_keeps_small_numbers_small() -> None:
    assert [folded(number) for number in (0, -1, 1, -2, 2)] == [0, 1, 2, 3, 4]
    assert [unfolded(folded(n)) for n in range(-9, 9)] == list(range(-9, 9))
