"""What a customer reads: five languages, well set; what only the shop reads: two."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from agent.choice.session import Leg
from agent.events import PrinterState
from agent.pipeline import offers, signs, view, words
from agent.verbs import Refusal, Words
from agent.wire.receipt import DocKind

FOR_THE_SHOP = {
    *("NO_GOODS", "NOT_WRITTEN"),
}
INTERNAL = {
    *(DocKind.MERCHANT_SLIP, DocKind.KITCHEN, DocKind.X_REPORT, DocKind.Z_REPORT),
    *(DocKind.CASH_REPORT, DocKind.DRAWER, DocKind.TEST_PAGE, DocKind.LABEL),
}
ARABIC = re.compile(r"[\u0600-\u06ff]")
LANGUAGES = ("fr", "en", "es", "de", "ar")


def for_customers() -> Iterator[tuple[str, Words]]:
    for name, value in (*vars(words).items(), *vars(offers).items()):
        if isinstance(value, Refusal) and name not in FOR_THE_SHOP:
            yield name, value.words
        elif isinstance(value, Words):
            yield name, value
    yield from ((f"STATES {key}", said) for key, said in words.STATES.items())
    yield from ((f"APPLIED {key}", said) for key, said in offers.APPLIED.items())
    for table in (offers.APPLIED_TOUCH, words.TOUCHED):
        yield from ((f"TOUCH {key}", said) for key, said in table.items())
    for kind, said in view.TITLES.items():
        if kind not in INTERNAL:
            yield f"TITLES {kind}", said
    for state in (
        PrinterState(paper="out"),
        PrinterState(cover_open=True),
        PrinterState(online=False),
    ):
        notice = signs.trouble(state, stuck=False, keeps=True)
        assert notice is not None
        yield f"{state}", notice.says
        yield f"{state} remedy", notice.remedy


SAID = list(for_customers())


@pytest.mark.parametrize(("name", "said"), SAID, ids=[name for name, _ in SAID])
def test_a_customer_reads_it_in_five_languages(name: str, said: Words) -> None:
    texts = [getattr(said, lang) for lang in LANGUAGES]
    assert all(texts)
    assert ARABIC.search(said.ar)
    assert not any(ARABIC.search(text) for text in texts[:4])
    assert len({said.es, said.de, said.en}) == 3, name


@pytest.mark.parametrize(("name", "said"), SAID, ids=[name for name, _ in SAID])
def test_it_is_well_set(name: str, said: Words) -> None:
    for text in (getattr(said, lang) for lang in LANGUAGES):
        assert "'" not in text, text
        assert "!" not in text, text
        assert text == text.strip()
        assert "  " not in text
    assert not re.search(r"(?<![\u00a0\u202f])[:;?]", said.fr), said.fr
    assert not re.search(r" [:;?]", said.de + said.es + said.en)
    assert "?" not in said.es or "¿" in said.es
    assert not re.search(r"[?;,]", said.ar), said.ar


def test_a_contact_is_set_apart_from_arabic() -> None:
    said = words.state(Leg("email", "done", 0, "m•••@gmail.com"))
    assert said.fr == "E-mail envoyé · m•••@gmail.com"
    assert said.ar.endswith("\u2066m•••@gmail.com\u2069")


def test_what_waits_for_its_network_says_so() -> None:
    waiting = Leg("email", "waiting", 0, "m•••@gmail.com")
    assert "retour du réseau" in words.state(waiting, later=True).fr
    assert words.state(waiting).fr.startswith("E-mail en route")
