"""Alphabet and PDU, read back by the simulated network, which has tables of its own."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import gsm7
from agent.delivery.sms import pdu
from agent.delivery.sms.pdu import Submit
from hardware_sim import modem_pdu

ALPHABET = [
    letter for letter in [*modem_pdu.LETTERS, *modem_pdu.EXTENSION.values()] if letter
]
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=200)
NUMBERS = st.from_regex(r"\A\+[1-9][0-9]{6,14}\Z")


def test_the_alphabet_is_the_tables_of_the_network() -> None:
    assert len(ALPHABET) == 137
    for letter in ALPHABET:
        assert modem_pdu.text_of(list(gsm7.encode(letter))) == letter


@given(TEXTS, NUMBERS, st.integers(0, 255), st.booleans(), st.booleans())
def test_what_is_written_is_read(
    text: str, number: str, reference: int, reports: bool, rejects: bool
) -> None:
    septets = gsm7.length(text)
    message = Submit(
        number,
        text,
        reference,
        wants_report=reports,
        reject_duplicates=rejects,
    )
    if septets > 160:
        with pytest.raises(ValueError, match="longer than one segment"):
            pdu.submit(message)
        return
    octets, counted = pdu.submit(message)
    read = modem_pdu.submitted(octets)
    assert (read.number, read.text, read.reference) == (number, text, reference)
    assert (read.wants_report, read.rejects_duplicates) == (reports, rejects)
    assert read.counted == counted
    assert counted <= 164  # TS 27.005, 4.3: what a modem has room for


@given(NUMBERS)
def test_a_service_centre_stands_before_it(centre: str) -> None:
    octets, counted = pdu.submit(Submit("+33612345678", "ici", centre=centre))
    assert modem_pdu.submitted(octets).centre == centre
    assert counted == len(octets) - 1 - octets[0]


@given(st.integers(1, 1000))
def test_validity_is_what_was_asked_or_the_next_that_there_is(hours: int) -> None:
    octets, _ = pdu.submit(Submit("+33612345678", "x", validity_hours=hours))
    minutes = modem_pdu.submitted(octets).validity_minutes
    assert hours * 60 <= minutes
    step = 0 if hours <= 24 else 24 * 60 if hours <= 720 else 7 * 24 * 60
    assert minutes <= hours * 60 + step


def test_a_known_message() -> None:
    """Worked by hand after 3GPP TS 23.040, 9.2.3: hello to +46708251358."""
    octets, counted = pdu.submit(
        Submit("+46708251358", "hellohello", validity_hours=96)
    )
    assert octets.hex() == "0011000b916407281553f80000aa0ae8329bfd4697d9ec37"
    assert counted == 23


@given(st.text(max_size=80))
def test_any_text_can_be_spelled_and_stays_as_it_is_spelled(text: str) -> None:
    spelled = gsm7.spelled(text)
    assert gsm7.spelled(spelled) == spelled
    assert modem_pdu.text_of(list(gsm7.encode(spelled))) == spelled


@given(st.text(st.sampled_from(ALPHABET)))
def test_what_is_of_the_alphabet_is_not_touched(text: str) -> None:
    # A letter and a mark of the alphabet may be one letter in NFC: none is.
    assert unicodedata.normalize("NFC", text) == text
    assert gsm7.spelled(text) == text


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("L’Œuvre à Nîmes", "L'OEuvre à Nimes"),
        ("Façade « Le Coq » – été", 'Facade " Le Coq " - été'),
        ("ÀÂÇÈÊËÎÏÔÙÛŸ âçêëîïôûÿœæ", "AAÇEEEIIOUUY aceeiiouyoeæ"),
        ("42,17\u00a0€\u202f!", "42,17 € !"),
        ("Müller Straße, Ñandú, Ødegård", "Müller Straße, Ñandu, Ødegård"),
        ("Łódź Čačak İğdır", "Lodz Cacak Igdir"),
        ("ΚΑΦΕΣ καφές", "KAΦEΣ KAΦEΣ"),
        ("e\u0301te\u0301", "été"),
        ("a\u200bb\tc\x00d", "ab c d"),
        ("قهوة 珈琲 ☕", "???? ?? ?"),
        ("…", "..."),
        ("[x] {y} ^~|\\", "[x] {y} ^~|\\"),
    ],
)
def test_what_is_not_there_is_spelled_by_what_comes_nearest(
    text: str, spelled: str
) -> None:
    assert gsm7.spelled(text) == spelled


def test_a_letter_of_the_second_table_counts_twice() -> None:
    assert gsm7.length("€") == 2
    assert gsm7.length("é") == 1
    with pytest.raises(ValueError, match="is not in GSM"):
        gsm7.encode("œ")


@given(NUMBERS, st.integers(0, 255), st.integers(0, 255))
def test_a_status_report_is_read(number: str, reference: int, status: int) -> None:
    read = pdu.report(modem_pdu.status_report(reference, number, status))
    assert read == pdu.Report(reference, status)
    assert read.arrived == (status < 32)


@given(st.binary(max_size=40))
def test_no_octets_break_the_reading_of_reports(octets: bytes) -> None:
    found = pdu.report(octets)
    assert found is None or 0 <= found.status <= 255
