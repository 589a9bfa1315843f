"""What was scanned: commands of our card, cards, receipts, and everything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.hands.acts import COMMANDS, Scanned
from agent.hands.codes import (
    Card,
    Command,
    Known,
    Meaning,
    Other,
    ReceiptCode,
    command,
    meaning,
)

KNOWN = Known("https://tickets.example", cards=("2980", "CF"), receipts=("99",))


def found(*texts: str, known: Known = KNOWN) -> Meaning:
    return meaning(Scanned(texts), known)


@pytest.mark.parametrize("letter", COMMANDS)
def test_each_command_is_known_by_its_check(letter: str) -> None:
    text = command(letter)
    assert found(text) == Command(COMMANDS[letter])
    assert found(f"]C0{text}") == Command(COMMANDS[letter])
    assert found(f" {text.lower()}\n") == Command(COMMANDS[letter])
    assert found("?", text) == Command(COMMANDS[letter])


@pytest.mark.parametrize("letter", COMMANDS)
def test_one_wrong_character_is_no_command(letter: str) -> None:
    text = command(letter)
    for place in range(len(text)):
        for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-":
            if sign != text[place]:
                wrong = text[:place] + sign + text[place + 1 :]
                assert found(wrong) == Other(), wrong


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2980123456787", Card("2980123456787")),
        ("]E02980123456787", Card("2980123456787")),
        ("CF0042", Card("CF0042")),
        ("8018330012300000000011", Card("8018330012300000000011")),
        ("https://tickets.example/r/ABC", ReceiptCode("https://tickets.example/r/ABC")),
        ("9900012345678", ReceiptCode("9900012345678")),
        ("2980123456789", Other()),  # its check digit is wrong
        ("3017620422003", Other()),  # goods
        ("2012345012340", Other()),  # goods by weight, with their price
        ("330012300000000011", Other()),  # a parcel may have such a number
        ("https://elsewhere.example/r/ABC", Other()),
        ("https://tickets.example.evil/r/ABC", Other()),
        ("", Other()),
    ],
)
def test_numbers_are_told_apart(text: str, says: Meaning) -> None:
    assert found(text) == says


def test_a_shop_that_named_nothing_knows_only_what_says_what_it_is() -> None:
    nothing = Known()
    assert found("2980123456787", known=nothing) == Other()
    assert found("8018330012300000000011", known=nothing) != Other()
    assert found("", known=nothing) == Other()


@given(st.from_regex(r"[0-9]{8,14}", fullmatch=True))
def test_goods_never_are_a_command(gtin: str) -> None:
    assert not isinstance(found(gtin), Command)


@given(st.lists(st.text(max_size=600), max_size=3))
def test_any_text_is_data(texts: list[str]) -> None:
    assert found(*texts) is not None


def test_a_number_never_shows_in_a_trace() -> None:
    for each in (Scanned(("2980123456787",)), Card("2980123456787"), ReceiptCode("99")):
        assert "9" not in repr(each)
