"""What a recorded paper was recorded as."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.settings import Printer
from agent.samples.paper import KINDS, Kind, NotASampleError, sample_of

PRINTER = Printer()


def lines(raw: bytes, kind: Kind | None = None) -> list[str]:
    return [line.text for line in sample_of(raw, "a.bin", PRINTER, kind).lines]


def test_an_object_with_lines_is_a_labelled_receipt() -> None:
    raw = json.dumps(
        {"id": "x1", "lines": ["PAIN 1,00"], "country": "be", "truth": {"total": "1"}}
    ).encode()
    sample = sample_of(b"\xef\xbb\xbf \n" + raw, "other.json", PRINTER)
    assert (sample.id, sample.country) == ("x1", "BE")
    assert [line.text for line in sample.lines] == ["PAIN 1,00"]
    assert sample.truth == {"total": "1"}


def test_text_without_controls_is_text() -> None:
    assert lines("\ufeffCAFÉ\t1,20\r\n{}\n".encode()) == ["CAFÉ\t1,20", "{}"]
    assert sample_of(b"PAIN", "/tmp/till.3.txt", PRINTER).id == "till.3"


def test_controls_or_another_code_page_make_a_print_job() -> None:
    assert lines(b"\x1b@PAIN 1,00\n") == ["PAIN 1,00"]
    assert lines(b"CAF\x82 1,20\n") == ["CAFé 1,20"]


def test_braces_alone_are_no_json() -> None:
    assert lines(b"{ TOTAL } 1,00\n") == ["{ TOTAL } 1,00"]
    assert lines(b'{"lines": 3}') == ['{"lines": 3}']


def test_who_knows_better_says_so() -> None:
    assert lines(b'{"id": 1, "lines": ["A"]}', "text") == ['{"id": 1, "lines": ["A"]}']
    assert lines(b"\x1bd\x02PAIN\n", "star")[-1] == "PAIN"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"PAIN", "Invalid JSON"),
        (b'{"id": 1}', "lines: Field required"),
        (b'{"id": 1, "lines": [1]}', "lines.0: Input should be a valid string"),
        (b'{"id": null, "lines": []}', "(and 1 more)"),
        (b'{"id": 1, "lines": ["\\ud800"]}', "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
    ],
)
def test_what_should_be_json_and_is_not_says_why(raw: bytes, says: str) -> None:
    with pytest.raises(NotASampleError) as caught:
        sample_of(raw, "a.json", PRINTER, "json")
    assert says in str(caught.value)


def test_the_content_is_not_in_the_complaint() -> None:
    with pytest.raises(NotASampleError) as caught:
        sample_of(b'{"id": 1, "lines": [{"secret": 2}]}', "a.json", PRINTER, "json")
    assert "secret" not in str(caught.value)


@given(st.binary(max_size=300), st.sampled_from([None, *KINDS]))
def test_any_bytes_are_a_paper_or_none(raw: bytes, kind: Kind | None) -> None:
    try:
        sample = sample_of(raw, "x", PRINTER, kind)
    except NotASampleError:
        assert kind == "json"
    else:
        assert sample.read().schema_version == "receipt/1"
