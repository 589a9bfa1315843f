"""What passes for an e-mail address, and what of it is shown."""

from __future__ import annotations

import pytest

from agent.identity.contacts import email, mask_email


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" marie.curie@Gmail.COM ", "marie.curie@gmail.com"),
        ("o'neil+ticket@sub.orange.fr", "o'neil+ticket@sub.orange.fr"),
        ("a@b.fr", "a@b.fr"),
    ],
)
def test_an_address_keeps_its_local_part_as_typed(typed: str, address: str) -> None:
    assert email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "marie",
        "marie@gmail",
        "marie@@gmail.com",
        ".marie@gmail.com",
        "marie..curie@gmail.com",
        "marie@-gmail.com",
        "marie@gmail.com\r\nBcc: x@y.fr",
        "marie@gmail.com, paul@gmail.com",
        "marie curie@gmail.com",
        "a" * 65 + "@gmail.com",
        "a@" + ".".join(["b" * 60] * 5) + ".fr",
        "marie@gmail.com>",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert email(typed) is None


def test_the_mask_shows_enough_to_know_ones_own_and_no_more() -> None:
    assert mask_email("marie.curie@gmail.com") == "m•••@gmail.com"
