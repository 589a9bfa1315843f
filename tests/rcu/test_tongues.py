"""The page behind the QR in the five languages of the counter."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest

from rcu import typography, words
from rcu.words import LANGS, Lang
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import TOKEN
from tests.rcu.test_pages import _page

SPELT = {
    "fr": ("Ticket de caisse", "Sommes vérifiées"),
    "en": ("Receipt", "Sums checked"),
    "es": ("Tique de compra", "Sumas comprobadas"),
    "de": ("Kassenbon", "Summen geprüft"),
    "ar": ("إيصال الشراء", "تم التحقق من المبالغ"),
}


def test_every_text_is_in_every_language_with_its_places() -> None:
    french = words.words("fr")
    for lang in LANGS:
        said = words.words(lang)
        assert said.keys() == french.keys()
        for name, text in said.items():
            assert text.strip()
            assert sorted(re.findall(r"{\w+}", text)) == sorted(
                re.findall(r"{\w+}", french[name])
            ), (lang, name)


@pytest.mark.parametrize("lang", LANGS)
async def test_the_page_is_in_the_language_that_the_link_carries(
    rcu: Rcu, lang: Lang
) -> None:
    html = await _page(rcu, lang=lang)
    assert f'<html lang="{lang}"' in html
    assert ('dir="rtl"' in html) is (lang == "ar")
    for text in SPELT[lang]:
        assert text in html
    others = set(re.findall(r'href="\?lang=(\w\w)"', html))
    assert others == set(LANGS) - {lang}
    assert f'href="{TOKEN}.txt?lang={lang}"' in html


@pytest.mark.parametrize(("accepted", "lang"), [("de-AT,de;q=0.9", "de"), ("ar", "ar")])
async def test_a_phone_is_answered_in_its_own(
    rcu: Rcu, accepted: str, lang: str
) -> None:
    page = await rcu.client.get("/", headers={"accept-language": accepted})
    assert f'<html lang="{lang}"' in page.text


@pytest.mark.parametrize(
    ("lang", "amount", "share", "day"),
    [
        (
            "es",
            "−1.234,50\u00a0€",
            "5,5\u00a0%",
            "sábado, 21 de\u00a0noviembre de 2026",
        ),
        ("de", "−1.234,50\u00a0€", "5,5\u00a0%", "Samstag, 21.\u00a0November 2026"),
        ("ar", "−1.234,50\u00a0€", "5,5%", "السبت 21\u00a0نوفمبر 2026"),
    ],
)
def test_amounts_and_days_are_written_as_there(
    lang: Lang, amount: str, share: str, day: str
) -> None:
    assert typography.money(-123_450, "EUR", lang) == amount
    assert typography.percent(550, lang) == share
    assert typography.long_date(dt.date(2026, 11, 21), lang) == day
    assert typography.digits(Decimal("12345.678"), lang) == "12.345,678"
