"""The text message: one segment, an address, and nothing of what was bought."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import gsm7
from agent.letters import sms

URL = "https://tickets.example/r/ABCDEFGHIJKLMNOPQRSTUV2345"


FR, EN = "Votre numéro ne sert qu'à cet envoi.", "Your number serves this message only."


@pytest.mark.parametrize(
    ("lang", "copy", "said"),
    [
        ("fr", 0, f"L'OEuvre : votre ticket {URL} {FR}"),
        ("fr", 2, f"L'OEuvre : votre ticket, duplicata 2, {URL} {FR}"),
        ("en", 0, f"L'OEuvre: your receipt {URL} {EN}"),
        ("en", 1, f"L'OEuvre: your receipt, copy 1, {URL} {EN}"),
    ],
)
def test_what_a_customer_reads(lang: Literal["fr", "en"], copy: int, said: str) -> None:
    text = sms.compose(url=URL, shop="L’Œuvre", lang=lang, copy_number=copy)
    assert text == said


def test_a_shop_whose_goods_are_nobodys_business_is_not_named() -> None:
    text = sms.compose(url=URL, shop="Pharmacie", lang="fr", sensitive=True)
    assert text == f"Votre ticket {URL}"


@given(
    st.text(max_size=80),
    st.sampled_from(["fr", "en"]),
    st.integers(0, 999),
    st.booleans(),
    st.integers(0, 100),
)
def test_it_is_one_segment_and_holds_the_address_whole(
    shop: str, lang: Literal["fr", "en"], copy: int, sensitive: bool, length: int
) -> None:
    url = URL.replace("tickets", "t" * (7 + length))
    text = sms.compose(
        url=url, shop=shop, lang=lang, copy_number=copy, sensitive=sensitive
    )
    assert gsm7.length(text) <= 160
    assert url in text.split(" ")


@pytest.mark.parametrize(
    "url", [URL + "x" * 120, "https://tïckets.example/r/A", "https://t/r/A B"]
)
def test_an_address_that_cannot_stand_in_it_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="page's address"):
        sms.compose(url=url, shop="Halles", lang="fr")


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("fr", f"L'OEuvre : votre ticket est annulé : {URL}"),
        ("en", f"L'OEuvre: your receipt is cancelled: {URL}"),
    ],
)
def test_that_its_sale_was_annulled_is_all_that_a_correction_says(
    lang: Literal["fr", "en"], says: str
) -> None:
    text = sms.compose(url=URL, shop="L’Œuvre", lang=lang, annulled=True)
    assert text.startswith(says)
    assert gsm7.length(text) <= gsm7.SEGMENT_SEPTETS
    hidden = sms.compose(
        url=URL, shop="Pharmacie", lang=lang, annulled=True, sensitive=True
    )
    assert "Pharmacie" not in hidden
