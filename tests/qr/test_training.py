"""A dictionary makes symbols smaller, and has nobody in it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from agent.qr import general
from agent.qr.encode import (
    MAX_DICTIONARY_BYTES,
    NO_DICTIONARY,
    Dictionary,
    Issuer,
    compressed,
)
from agent.qr.tables import ITEMS, KINDS, MENTIONS, PAYMENTS, REGIMES
from agent.qr.training import Trainer, impersonal
from agent.wire.fiscal import Fiscal
from agent.wire.money import EXPONENTS
from agent.wire.receipt import (
    DocKind,
    Item,
    Level,
    Merchant,
    Payment,
    Receipt,
    Verdict,
)
from tests.qr import rig
from tests.qr.make_vectors import coded

VIEWER = Path(__file__).parents[2] / "rcu" / "viewer"
NAMES = (
    "LUCIE",
    "Mme Martin",
    "DUPONT",
    "jean@example.fr",
    "06 12 34 56 78",
    "3010001",
)


def sold(at: int) -> Receipt:
    printed = (
        "AU PANIER",
        "Servi par LUCIE",
        "Client : Mme Martin",
        "jean@example.fr",
        "Portable 06 12 34 56 78",
        "Carte fidelite 3010001234567",
        f"Ticket {at:08d}",
        "MERCI DE VOTRE VISITE",
    )
    return Receipt(
        kind=DocKind.SALE,
        merchant=Merchant(name="AU PANIER"),
        operator="LUCIE",
        loyalty_card="3010001234567",
        items=(
            Item(label="PAIN DE CAMPAGNE", amount=120 + at),
            Item(label=f"SECRET {'ABCDEFGHIJ'[at % 10]}{at}", amount=5),
            Item(label="COMMANDE DUPONT/JEAN", amount=5),
            Item(label="GRAVURE LUCIE", amount=5),
        ),
        payments=(Payment(kind="card", label="CARTE BANCAIRE", amount=130 + at),),
        lines=printed,
        verdict=Verdict(level=Level.V2),
    )


def trained(count: int, at_least: int = 5) -> bytes:
    trainer = Trainer(at_least)
    for at in range(count):
        trainer.add(sold(at))
    return trainer.made()


def test_it_says_what_many_say_and_nothing_of_anybody() -> None:
    content = trained(20)
    for word in (b"PAIN DE CAMPAGNE", b"MERCI DE VOTRE VISITE", b"CARTE BANCAIRE"):
        assert word in content
    said = content.decode("utf-8", "replace").casefold()
    for name in NAMES:
        assert name.casefold() not in said
    assert b"SECRET A" not in content
    assert not re.search(rb"\d{5}", content)


def test_what_too_few_say_stays_out() -> None:
    assert b"PAIN DE CAMPAGNE" in trained(5)
    assert trained(4) == b""


def test_the_same_receipts_make_the_same_bytes() -> None:
    assert trained(20) == trained(20)


def test_it_is_never_larger_than_a_window() -> None:
    trainer = Trainer(1)
    for at in range(3000):
        label = hashlib.sha256(str(at).encode()).hexdigest()[:24].translate(LETTERS)
        trainer.add(Receipt(items=(Item(label=label, amount=1),)))
    assert MAX_DICTIONARY_BYTES - 40 < len(trainer.made()) <= MAX_DICTIONARY_BYTES


LETTERS = str.maketrans("0123456789", "GHIJKLMNOP")


@pytest.mark.parametrize(
    "text",
    [
        "jean@example.fr",
        "06 12 34 56 78",
        "Servi par LEA",
        "Ticket 00012345",
        "Mme MARTIN",
        "Carte fidelite 123",
        "CB ****1234",
    ],
)
def test_a_text_that_may_be_of_somebody_is_personal(text: str) -> None:
    assert not impersonal(text)
    assert impersonal("PAIN COMPLET TRANCHE 500G")


def test_a_store_s_own_dictionary_beats_the_general_one_and_that_none() -> None:
    trainer = Trainer()
    for seed in range(300, 380):
        trainer.add(rig.paper(seed, "supermarket", "FR"))
    own = Dictionary(16, trainer.made())
    sizes = []
    for chosen in (NO_DICTIONARY, general.general(), own):
        issuer = Issuer(rig.PREFIX, rig.TILL, chosen)
        made = [coded(rig.paper(s, "supermarket", "FR"), issuer) for s in range(20, 50)]
        sizes.append(sum(each.body_bytes for each in made))
    assert sizes[1] < 0.8 * sizes[0]
    assert sizes[2] < sizes[0]


def test_the_general_one_is_what_is_published() -> None:
    content = general.general().content
    assert hashlib.sha256(content).hexdigest() == general.SHA256
    published = VIEWER / "d" / f"{general.GENERAL_FR}.bin"
    assert published.read_bytes() == content
    assert len(content) <= MAX_DICTIONARY_BYTES
    for word in re.findall(r"[A-Z][\w ]{4,}", content.decode("utf-8", "ignore")):
        assert impersonal(word), word


def test_deflate_looks_back_into_it() -> None:
    word = b"PAIN COMPLET TRANCHE 500G"
    assert len(compressed(word, b"x" * 500 + word)) < 8 < len(compressed(word, b""))


def test_the_tables_know_every_word_of_receipt_1_and_the_viewer_the_same() -> None:
    import json
    from typing import get_args

    from agent.wire.receipt import ItemKind, Mention, PaymentKind

    assert set(KINDS) == set(DocKind)
    assert set(MENTIONS) == set(get_args(Mention))
    assert set(PAYMENTS) == set(get_args(PaymentKind))
    assert set(ITEMS) == set(get_args(ItemKind))
    regimes = Fiscal.model_fields["regime"].annotation
    assert set(REGIMES) == set(get_args(get_args(regimes)[0]))
    text = (VIEWER / "js" / "tables.js").read_text()
    told = json.loads(text[text.index("{") : text.index("};") + 1])
    assert told == {
        "kinds": [kind.value for kind in KINDS],
        "payments": list(PAYMENTS),
        "mentions": list(MENTIONS),
        "regimes": list(REGIMES),
        "items": {letter: kind for kind, letter in ITEMS.items()},
        "exponents": EXPONENTS,
    }
