"""A chain that is whole says so; one that was touched says where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.consent.acts import Act
from agent.consent.chain import Head
from agent.consent.checking import Kept, read
from agent.wire.consent import ConsentRecord, canonical, digest
from tests.consent.builders import (
    ACTS,
    KEY,
    TILL,
    FakeKey,
    a_chain,
    a_record,
    a_row,
    checked,
)

CHAINS = st.lists(st.sampled_from(ACTS), min_size=1, max_size=8)


@given(CHAINS)
def test_a_chain_as_it_was_written_is_good(acts: Sequence[Act]) -> None:
    rows = a_chain(acts)
    report = checked(rows)
    assert report.good
    assert (report.records, report.signed, report.head) == (
        len(acts),
        len(acts),
        rows[-1].digest,
    )


@given(CHAINS, st.data())
def test_a_changed_byte_is_found(acts: Sequence[Act], data: st.DataObject) -> None:
    rows = a_chain(acts)
    row = rows[data.draw(st.integers(0, len(rows) - 1))]
    assert row.body is not None
    at = data.draw(st.integers(0, len(row.body) - 1))
    body = bytearray(row.body)
    body[at] ^= data.draw(st.integers(1, 255))
    # Whoever changes the record can also change the hash beside it.
    for told in (row.digest, digest(bytes(body))):
        rows[row.seq - 1] = Kept(row.seq, told, bytes(body))
        broken = checked(rows).broken
        assert broken is not None
        assert broken.seq in {row.seq, row.seq + 1}


@given(CHAINS, st.data())
def test_a_removed_record_is_found(acts: Sequence[Act], data: st.DataObject) -> None:
    rows = a_chain([*acts, ACTS[0]])
    at = data.draw(st.integers(0, len(rows) - 2))
    gone = rows[:at] + rows[at + 1 :]
    broken = checked(gone).broken
    assert broken is not None
    assert broken.why == f"record {at + 1} is missing"
    closed = [replace(row, seq=number) for number, row in enumerate(gone, start=1)]
    assert checked(closed).broken is not None


@given(CHAINS, st.data())
def test_swapped_records_are_found(acts: Sequence[Act], data: st.DataObject) -> None:
    rows = a_chain([*acts, ACTS[1]])
    one = data.draw(st.integers(0, len(rows) - 2))
    other = data.draw(st.integers(one + 1, len(rows) - 1))
    first, second = rows[one], rows[other]
    rows[one] = replace(second, seq=first.seq)
    rows[other] = replace(first, seq=second.seq)
    assert checked(rows).broken is not None


def test_another_till_s_record_does_not_fit() -> None:
    other = replace(TILL, till="T04")
    stranger = a_row(a_record(head=other.beginning, till=other))
    broken = checked([stranger]).broken
    assert broken is not None
    assert broken.why == "it does not follow the record before it"


def test_who_has_no_key_cannot_write() -> None:
    """The whole chain made anew, hashes and all."""
    broken = checked(a_chain(ACTS, FakeKey(b"forger"))).broken
    assert broken is not None
    assert broken.seq == 1
    assert "a key that nobody knows" in broken.why
    borrowed = a_record().model_copy(update={"receipt": "another"})
    assert checked([a_row(borrowed)]).broken is not None
    unsigned = a_record().model_copy(update={"sig": ""})
    found = checked([a_row(unsigned)]).broken
    assert found is not None
    assert "bears no signature" in found.why


def test_a_revoked_key_s_later_records_are_not_believed() -> None:
    early = FakeKey(revoked="2026-11-29T09:00:01Z")
    rows = a_chain(ACTS[:3])
    broken = checked(rows, early).broken
    assert broken is not None
    assert (broken.seq, "revoked" in broken.why) == (2, True)


def test_what_is_not_signed_is_vouched_for_by_the_next_signature() -> None:
    first = a_row(a_record(key=None))
    alone = checked([first])
    assert (alone.good, alone.unvouched, alone.broken) == (False, 1, None)
    second = a_row(a_record(head=Head(1, first.digest), number=2))
    both = checked([first, second])
    assert (both.good, both.signed, both.unvouched) == (True, 1, 0)


def test_a_sentence_that_was_edited_is_a_stranger() -> None:
    record = a_record()
    assert record.notice is not None
    notice = record.notice.model_copy(update={"sha256": "00" * 32})
    from agent.consent.chain import Key, signed

    changed = signed(
        record.model_copy(update={"notice": notice}), Key(KEY.kid, KEY.sign)
    )
    report = checked([a_row(changed)])
    assert report.broken is None
    assert report.strange_notices == ("delivery-email 2026-2 (fr)",)
    assert not report.good


def test_what_is_past_its_time_is_gone_from_the_beginning_only() -> None:
    rows = a_chain(ACTS)
    old = [replace(row, body=None) for row in rows[:2]]
    report = checked([*old, *rows[2:]])
    assert (report.good, report.erased, report.signed) == (True, 2, len(ACTS) - 2)
    hole = [rows[0], replace(rows[1], body=None), *rows[2:]]
    broken = checked(hole).broken
    assert broken is not None
    assert broken.why == "its content is gone before its time"
    # The last erased hash still ties the rest.
    moved = [old[0], replace(old[1], digest="00" * 32), *rows[2:]]
    assert checked(moved).broken is not None


def test_what_is_gone_before_its_time_is_named() -> None:
    rows = [
        replace(row, body=None, at_ms=at_ms)
        for row, at_ms in zip(a_chain(ACTS), (99, 100, 101, 99, 100), strict=False)
    ]
    report = checked(rows, kept_since_ms=100)
    assert not report.good
    assert report.broken is None
    assert (report.erased, report.early) == (len(rows), ((2, 3), (5, 5)))
    assert checked(rows, kept_since_ms=102).good


@given(st.binary(max_size=200))
def test_any_bytes_are_a_record_or_a_reason(body: bytes) -> None:
    assert isinstance(read(body), str)


def test_a_record_in_other_words_is_none() -> None:
    body = a_record().kept()
    assert isinstance(read(body), ConsentRecord)
    assert read(body.replace(b'":"', b'": "', 1)) == "it is not written as records are"
    assert read(b" " * 5000) == "it is too long for a record"


def test_an_empty_chain_is_whole() -> None:
    report = checked([])
    assert (report.good, report.records) == (True, 0)


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.text("abcxyz_", min_size=1, max_size=5),
        st.one_of(
            st.integers(-(2**53), 2**53),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
            st.none(),
            st.booleans(),
        ),
    )
)
def test_canonical_json_is_that_of_rfc_8785(value: dict[str, object]) -> None:
    """For keys in ASCII and whole numbers: sorted, no blanks, only what must be escaped."""
    said = canonical(value).decode()
    expected = (
        "{" + ",".join(f'"{key}":{_jcs(value[key])}' for key in sorted(value)) + "}"
    )
    assert said == expected


def _jcs(value: object) -> str:
    """RFC 8785, 3.2.2.2, written a second time."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    short = {
        "\b": "b",
        "\t": "t",
        "\n": "n",
        "\f": "f",
        "\r": "r",
        '"': '"',
        "\\": "\\",
    }
    return (
        '"'
        + "".join(
            f"\\{short[char]}"
            if char in short
            else f"\\u{ord(char):04x}"
            if ord(char) < 0x20
            else char
            for char in str(value)
        )
        + '"'
    )


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical({"a": "\ud800"})
